//! What this server hands out and takes back: secrets, sealed requests, form tokens, cursors, positions. Nothing opens
//! that it did not make for this very use.

use lavori_domain::env::TestEnv;
use lavori_domain::{ConnectionId, Id};
use lavori_oauth::activity::Position;
use lavori_oauth::secret::{PlainSecret, SecretKind};
use lavori_tools::{CursorKey, fuzzing};
use serde_json::json;

use crate::server;

const KINDS: [SecretKind; 6] = [
    SecretKind::AccessToken,
    SecretKind::RefreshToken,
    SecretKind::AuthorizationCode,
    SecretKind::Session,
    SecretKind::Request,
    SecretKind::Invitation,
];

/// What a client sends back.
pub(crate) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    secret(text);
    // Opening yields what was sealed a moment ago, and no input is that: each seal has its own chance.
    assert_eq!(server::server().open(text), None, "{text}");
    assert!(!server::server().csrf_matches("a cookie", "a purpose", text), "{text}");
    let token = server::server().csrf_token(text, "a purpose");
    assert!(server::server().csrf_matches(text, "a purpose", token.as_str()));
    assert!(!server::server().csrf_matches(text, "another purpose", token.as_str()));
    cursor(text);
    if let Ok(position) = text.parse::<Position>() {
        let shown = position.to_string();
        assert_eq!(shown.parse(), Ok(position), "a position reads back");
        assert!(shown.len() <= text.len(), "written, it is no longer: {text}");
    }
}

fn secret(text: &str) {
    let read: Vec<PlainSecret> = KINDS.into_iter().filter_map(|kind| PlainSecret::parse(kind, text)).collect();
    assert!(read.len() <= 1, "a secret is of one kind");
    for secret in read {
        assert_eq!(secret.expose(), text, "a secret has one spelling");
        assert_eq!(text.len(), "lvr_at_".len() + 48);
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'));
        assert!(!format!("{secret:?}").contains(&text[7..]), "it is not shown");
    }
}

fn cursor(text: &str) {
    let env = TestEnv::default();
    let (mine, other): (ConnectionId, ConnectionId) = (Id::new(&env), Id::new(&env));
    let (key, foreign) = (CursorKey::new([7; 32]), CursorKey::new([8; 32]));
    let arguments = json!({ "status": ["todo"], "sort": "due", "limit": 10 });
    assert_eq!(fuzzing::open(&key, mine, "list_tasks", &arguments, text), None, "{text}");
    let cursor = fuzzing::seal(&key, mine, "list_tasks", &arguments, text);
    assert_eq!(fuzzing::open(&key, mine, "list_tasks", &arguments, &cursor).as_deref(), Some(text));
    assert_eq!(fuzzing::open(&key, other, "list_tasks", &arguments, &cursor), None);
    assert_eq!(fuzzing::open(&key, mine, "list_projects", &arguments, &cursor), None);
    assert_eq!(fuzzing::open(&foreign, mine, "list_tasks", &arguments, &cursor), None);
    // Whatever else is asked with it, it is of another list.
    let others = json!({ "status": ["todo"], "sort": "due", "text": text });
    assert_eq!(fuzzing::open(&key, mine, "list_tasks", &others, &cursor), None);
}
