//! How far somebody has seen a connection's activity, so that what they are told next leaves nothing out and tells nothing
//! twice.
//!
//! An event's id is made before its transaction commits: an event can appear behind one that was seen. So a position is
//! no single id. It is the moment from which events are looked at again, and which of those were seen.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lavori_domain::{AuditEventId, Timestamp};

/// How long after its id was made an event may appear, in seconds: longer than any statement of ours may run, and it
/// makes up for the replicas' clocks, by which ids are made.
const LATEST: i64 = 60;
/// The most seen events that a position names; of more, only the newest are looked at again.
pub(super) const MOST_SEEN: usize = 128;
/// The most events that are told at once.
pub(super) const MOST_AT_ONCE: usize = 100;
/// The bytes of an id that were left to chance, as many as tell two events of one connection apart.
const TAG: usize = 6;
const ID: usize = 16;

/// How far somebody has seen. As text it goes into a URL or a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    first: AuditEventId,
    seen: HashSet<[u8; TAG]>,
}

impl Position {
    /// Nothing was seen of what happened shortly before this moment.
    pub(super) fn before(moment: Timestamp) -> Self {
        Self { first: AuditEventId::first_of(moment.plus_seconds(-LATEST)), seen: HashSet::new() }
    }

    /// The newest events were seen, newest first, which were asked for at this moment. `all`: there are no older ones.
    pub(super) fn behind(newest: impl Iterator<Item = AuditEventId>, all: bool, asked_at: Timestamp) -> Self {
        let mut position = Self::before(asked_at);
        let newest: Vec<_> = newest.collect();
        let known = newest.len().min(MOST_SEEN);
        if known < newest.len() || !all {
            // What is older than the last one was not seen, and is no news.
            position.first = newest.get(known.saturating_sub(1)).copied().unwrap_or(position.first).max(position.first);
        }
        let recent = newest[..known].iter().filter(|id| **id >= position.first);
        position.seen = recent.map(|id| tag(*id)).collect();
        position
    }

    /// From where on events are looked at.
    pub(super) fn first(&self) -> AuditEventId {
        self.first
    }

    /// Whether this one was seen.
    pub(super) fn saw(&self, id: AuditEventId) -> bool {
        self.seen.contains(&tag(id))
    }

    /// Notes that this one was seen.
    pub(super) fn see(&mut self, id: AuditEventId) {
        self.seen.insert(tag(id));
    }

    /// Everything from [`Self::first`] on was seen: `ids`, oldest first, which were asked for at this moment.
    pub(super) fn move_on(&mut self, ids: &[AuditEventId], asked_at: Timestamp) {
        let horizon = AuditEventId::first_of(asked_at.plus_seconds(-LATEST)).max(self.first);
        let old = ids.partition_point(|id| *id < horizon);
        let start = old.max(ids.len().saturating_sub(MOST_SEEN));
        self.first = if start > old { ids[start] } else { horizon };
        self.seen = ids[start..].iter().map(|id| tag(*id)).collect();
    }
}

fn tag(id: AuditEventId) -> [u8; TAG] {
    let mut tag = [0; TAG];
    tag.copy_from_slice(&id.uuid().as_bytes()[ID - TAG..]);
    tag
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.first.uuid().as_bytes().to_vec();
        let mut seen: Vec<_> = self.seen.iter().collect();
        seen.sort_unstable();
        bytes.extend(seen.into_iter().flatten());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// The text is no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a position")]
pub struct NotAPosition;

impl FromStr for Position {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAPosition)?;
        let (first, seen) = bytes.split_first_chunk::<ID>().ok_or(NotAPosition)?;
        let (seen, rest) = seen.as_chunks::<TAG>();
        if !rest.is_empty() || seen.len() > MOST_SEEN + MOST_AT_ONCE {
            return Err(NotAPosition);
        }
        let first = AuditEventId::from(uuid::Uuid::from_bytes(*first));
        Ok(Self { first, seen: seen.iter().copied().collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(NOW).plus_seconds(seconds)
    }

    /// The id of an event made `seconds` after the start, the `number`th of its moment.
    fn id(seconds: i64, number: u32) -> AuditEventId {
        let millis = u64::try_from(at(seconds).millis()).unwrap();
        let mut random = [7; 10];
        random[6..].copy_from_slice(&number.to_be_bytes());
        random[4..6].copy_from_slice(&i16::try_from(seconds).unwrap().to_be_bytes());
        AuditEventId::from(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    #[test]
    fn p28_what_appears_late_behind_what_was_seen_is_new() {
        let mut position = Position::behind([id(-1, 1), id(-90, 1)].into_iter(), true, at(0));
        assert!(position.saw(id(-1, 1)) && !position.saw(id(-2, 1)));
        assert!(position.first() <= id(-59, 0) && position.first() > id(-61, 0), "a minute is looked at again");
        position.see(id(-2, 1));
        position.move_on(&[id(-2, 1), id(-1, 1)], at(1));
        assert!(position.saw(id(-2, 1)) && position.saw(id(-1, 1)));
        position.move_on(&[id(-2, 1), id(-1, 1)], at(59));
        assert!(!position.saw(id(-2, 1)) && position.saw(id(-1, 1)), "what is old is forgotten");
        assert!(position.first() > id(-2, 1), "and not looked at");
    }

    #[test]
    fn what_a_page_left_out_is_no_news() {
        let position = Position::behind([id(-1, 3), id(-1, 2), id(-1, 1)].into_iter(), false, at(0));
        assert_eq!(position.first(), id(-1, 1));
        let none = Position::behind(std::iter::empty(), true, at(0));
        assert_eq!(none, Position::before(at(0)));
        // A page whose last event is older than the moment from which events are looked at again.
        let old = Position::behind([id(-1, 1), id(-100, 1)].into_iter(), false, at(0));
        assert_eq!(old.first(), Position::before(at(0)).first());
    }

    #[test]
    fn a_flood_narrows_what_is_looked_at_again() {
        let many: Vec<_> = (0..1000).map(|number| id(0, number)).collect();
        let mut position = Position::before(at(0));
        position.move_on(&many, at(1));
        assert_eq!(position.first(), many[1000 - MOST_SEEN]);
        assert!(many[1000 - MOST_SEEN..].iter().all(|id| position.saw(*id)));
        let page = Position::behind(many.iter().rev().copied(), true, at(1));
        assert_eq!(page, position);
        assert!(position.to_string().len() < 1200, "{}", position.to_string().len());
    }

    #[test]
    fn a_position_is_read_as_it_was_written_and_nothing_else_is() {
        let position = Position::behind((0..9).map(|number| id(0, number)), true, at(0));
        let text = position.to_string();
        assert_eq!(text.parse(), Ok(position));
        let endless = URL_SAFE_NO_PAD.encode(vec![0; ID + TAG * 1000]);
        for other in ["", "x", "%", &text[..text.len() - 1], &format!("{text}A"), &endless] {
            assert_eq!(other.parse::<Position>(), Err(NotAPosition), "{other}");
        }
    }
}
