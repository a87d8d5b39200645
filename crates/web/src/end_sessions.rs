//! The question before other browsers of a person are signed out.

use askama::Template;

use crate::account::AccountSession;
use crate::home::SignedIn;

/// The page at `/settings/account/sessions/<id>/end` and `/settings/account/sessions/end-others`, which posts to itself.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "end_sessions.html")]
pub struct EndSessions<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// What would be signed out.
    pub ending: Ending<'a>,
}

/// What would be signed out.
#[derive(Debug, Clone, Copy)]
pub enum Ending<'a> {
    /// This session.
    One(&'a AccountSession<'a>),
    /// All others than the one that looks at the page; perhaps there are none.
    Others(&'a [AccountSession<'a>]),
}

impl EndSessions<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    /// Where the answer goes, if there is anything to sign out.
    fn action(&self) -> Option<String> {
        match self.ending {
            Ending::One(session) => Some(format!("/settings/account/sessions/{}/end", session.id)),
            Ending::Others([]) => None,
            Ending::Others(_) => Some("/settings/account/sessions/end-others".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::tests::moment;
    use crate::testing::{HOSTILE, assert_sound, fields};

    fn session(text: &str) -> AccountSession<'_> {
        AccountSession {
            id: "s-2".to_owned(),
            is_this: false,
            ip_address: Some(text),
            user_agent: Some(text),
            last_seen: moment(),
            signed_in: moment(),
        }
    }

    fn page(ending: Ending<'_>) -> String {
        let html = EndSessions { person: SignedIn { name: "Ada", csrf: "c" }, ending }.render();
        assert_sound(&html);
        html
    }

    #[test]
    fn p3_it_asks_and_says_what_goes_on() {
        let one = page(Ending::One(&session("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/133.0")));
        assert!(one.contains("Firefox on Windows") && one.contains(r#"action="/settings/account/sessions/s-2/end""#));
        assert!(one.contains("go on working"));
        assert_eq!(fields(&one), ["csrf"]);
        let two = page(Ending::Others(&[session("curl/8"), session("wget/1")]));
        assert!(two.contains("2 other browsers have") && two.contains("curl") && two.contains("wget"));
        assert!(two.contains(r#"action="/settings/account/sessions/end-others""#));
    }

    #[test]
    fn where_there_is_nothing_to_sign_out_nothing_is_asked() {
        let none = page(Ending::Others(&[]));
        assert!(none.contains("nowhere else") && !none.contains("/sessions/"));
    }

    #[test]
    fn i13_nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            assert!(!page(Ending::One(&session(text))).contains(text));
            assert!(!page(Ending::Others(&[session(text)])).contains(text));
        }
    }
}
