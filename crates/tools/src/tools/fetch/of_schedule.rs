//! Events and shifts.

use lavori_domain::{RecordType, TimeZone};
use lavori_store::events::EventDetail;
use lavori_store::shifts::ShiftDetail;

use super::record::{LONGEST, Record};
use crate::links::Links;
use crate::schedule::row::{self, Row};
use crate::views;

impl Record {
    /// An event as it was first planned; `list_schedule` has its occurrences.
    pub(crate) fn of_event(detail: EventDetail, links: Links<'_>, zone: TimeZone) -> Self {
        let row = row::event(&detail, zone);
        let event = detail.event;
        Self {
            status: Some(event.status.to_string()),
            allowed_transitions: Some(event.status.allowed_transitions().iter().map(|to| to.as_str()).collect()),
            description: views::excerpt(event.notes, LONGEST, "the rest is too long for this tool"),
            time_zone: Some(event.zone.name().to_owned()),
            created_at: Some(zone.rfc3339(event.created_at)),
            ..Self::of_row(RecordType::Event, row, event.title, links)
        }
    }

    pub(crate) fn of_shift(detail: ShiftDetail, links: Links<'_>, zone: TimeZone) -> Self {
        let row = row::shift(&detail, zone);
        let shift = detail.shift;
        Self {
            status: Some(shift.status.to_string()),
            allowed_transitions: Some(shift.status.allowed_transitions().iter().map(|to| to.as_str()).collect()),
            description: views::excerpt(shift.notes, LONGEST, "the rest is too long for this tool"),
            role: Some(shift.role.clone()),
            time_zone: Some(shift.zone.name().to_owned()),
            created_at: Some(zone.rfc3339(shift.created_at)),
            ..Self::of_row(RecordType::Shift, row, shift.role, links)
        }
    }

    fn of_row(r#type: RecordType, row: Row, title: String, links: Links<'_>) -> Self {
        let more = row.more.unwrap_or_default();
        Self {
            version: Some(row.version),
            start: Some(row.start),
            end: Some(row.end),
            last_day: row.last_day,
            weekday: Some(row.weekday),
            minutes: Some(more.minutes),
            recurrence: more.recurrence,
            people: row.people,
            open: row.open,
            project: row.project,
            hidden: row.hidden,
            location: more.location,
            busy: more.busy,
            break_minutes: more.break_minutes,
            paid_break: more.paid_break,
            task: more.task,
            event: more.event,
            published_at: more.published_at,
            actual_start: more.actual_start,
            actual_end: more.actual_end,
            updated_at: Some(more.updated_at),
            ..Self::new(r#type, row.id, Some(row.key), title, links)
        }
    }
}
