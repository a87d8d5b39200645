//! Cursors: opaque, and good only for the connection, tool, filters and order they were made for (TOOLS.md R4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use lavori_domain::ConnectionId;
use serde_json::Value;
use sha2::Sha256;

/// Bytes of the code in front of a cursor's position.
const CODE: usize = 16;

/// Arguments that say how much of the list is shown, and how: they may change from page to page.
const FREE: [&str; 6] = ["cursor", "since", "limit", "detail", "fields", "count_only"];

/// The key under which cursors are made, and earlier ones that are still accepted. Replicas share them.
#[derive(Clone)]
pub struct CursorKey {
    current: [u8; 32],
    previous: Vec<[u8; 32]>,
}

impl CursorKey {
    /// Takes 32 secret bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self { current: bytes, previous: Vec::new() }
    }

    /// The same, accepting what `previous` keys made. A key that is in neither ends the cursors it made.
    #[must_use]
    pub fn accepting(self, previous: impl IntoIterator<Item = [u8; 32]>) -> Self {
        Self { previous: previous.into_iter().collect(), ..self }
    }

    /// Makes a cursor of `position`.
    pub(crate) fn seal(&self, bound: &Bound<'_>, position: &str) -> String {
        let mut bytes = self.code(bound, position).to_vec();
        bytes.extend_from_slice(position.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads the position out of a cursor made for the same call.
    pub(crate) fn open(&self, bound: &Bound<'_>, cursor: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (code, position) = bytes.split_at_checked(CODE)?;
        let position = std::str::from_utf8(position).ok()?;
        let accepted = std::iter::once(&self.current).chain(&self.previous);
        let mut macs = accepted.map(|key| mac(key, bound, position));
        macs.any(|mac| mac.verify_truncated_left(code).is_ok()).then(|| position.to_owned())
    }

    fn code(&self, bound: &Bound<'_>, position: &str) -> [u8; CODE] {
        let whole: [u8; 32] = mac(&self.current, bound, position).finalize().into_bytes().into();
        let mut code = [0; CODE];
        code.copy_from_slice(&whole[..CODE]);
        code
    }
}

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

fn mac(key: &[u8; 32], bound: &Bound<'_>, position: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(bound.connection.uuid().as_bytes());
    part(&mut mac, bound.tool.as_bytes());
    part(&mut mac, position.as_bytes());
    if let Value::Object(arguments) = bound.arguments {
        let mut names: Vec<&String> = arguments.keys().filter(|name| !FREE.contains(&name.as_str())).collect();
        names.sort();
        for name in names {
            part(&mut mac, name.as_bytes());
            part(&mut mac, arguments[name].to_string().as_bytes());
        }
    }
    mac
}

/// Each part with its length in front: no two calls read the same.
fn part(mac: &mut Hmac<Sha256>, bytes: &[u8]) {
    mac.update(&(bytes.len() as u64).to_be_bytes());
    mac.update(bytes);
}

/// The call that a cursor is good for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound<'a> {
    pub(crate) connection: ConnectionId,
    pub(crate) tool: &'a str,
    pub(crate) arguments: &'a Value,
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::Id;
    use lavori_domain::env::TestEnv;
    use serde_json::json;

    #[test]
    fn r4_a_cursor_opens_only_for_its_own_call() {
        let env = TestEnv::default();
        let (key, other_key) = (CursorKey::new([7; 32]), CursorKey::new([8; 32]));
        let (mine, other): (ConnectionId, ConnectionId) = (Id::new(&env), Id::new(&env));
        let arguments = json!({ "status": ["todo"], "sort": "due", "limit": 10 });
        let bound = |connection, tool, arguments| Bound { connection, tool, arguments };
        let own = bound(mine, "list_tasks", &arguments);
        let cursor = key.seal(&own, "n42");
        assert_eq!(key.open(&own, &cursor).as_deref(), Some("n42"));

        let free = json!({ "sort": "due", "status": ["todo"], "limit": 50, "cursor": "x", "detail": "full" });
        assert_eq!(key.open(&bound(mine, "list_tasks", &free), &cursor).as_deref(), Some("n42"));

        assert_eq!(other_key.open(&own, &cursor), None);
        assert_eq!(key.open(&bound(other, "list_tasks", &arguments), &cursor), None);
        assert_eq!(key.open(&bound(mine, "list_projects", &arguments), &cursor), None);
        let changes = [json!({ "status": ["done"], "sort": "due" }), json!({ "status": ["todo"] }), json!({})];
        for changed in &changes {
            assert_eq!(key.open(&bound(mine, "list_tasks", changed), &cursor), None, "{changed}");
        }
    }

    #[test]
    fn j8_a_cursor_of_an_earlier_key_opens_until_that_key_is_taken_away() {
        let arguments = json!({});
        let own = Bound { connection: Id::new(&TestEnv::default()), tool: "list_tasks", arguments: &arguments };
        let (before, after) = (CursorKey::new([7; 32]), CursorKey::new([8; 32]));
        let overlap = after.clone().accepting([[7; 32]]);
        let cursor = before.seal(&own, "n42");
        assert_eq!(overlap.open(&own, &cursor).as_deref(), Some("n42"));
        assert_eq!(after.open(&own, &cursor), None);
        assert_eq!(after.open(&own, &overlap.seal(&own, "n43")).as_deref(), Some("n43"));
    }

    #[test]
    fn r4_no_byte_of_a_cursor_can_be_changed() {
        let arguments = json!({});
        let own = Bound { connection: Id::new(&TestEnv::default()), tool: "list_tasks", arguments: &arguments };
        let key = CursorKey::new([7; 32]);
        let cursor = key.seal(&own, "n42");
        for at in 0..cursor.len() {
            for replacement in ["A", "z", "_", "!", ""] {
                let mut tampered = cursor.clone();
                tampered.replace_range(at..=at, replacement);
                if tampered != cursor {
                    assert_eq!(key.open(&own, &tampered), None, "{tampered}");
                }
            }
        }
        assert_eq!(key.open(&own, ""), None);
    }
}
