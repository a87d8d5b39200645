//! The account page: sessions, password and accounts at providers.

use askama::Template;

use crate::Moment;
use crate::home::SignedIn;
use crate::sign_in::Provider;

/// The page at `/settings/account`. Posts `csrf` to `/settings/account/sessions/<id>/end` and
/// `/settings/account/sessions/end-others`; `csrf`, `current` and `new` to `/settings/account/password`; `csrf` and
/// `provider` or `unlink` to `/settings/account/identities`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "account_page.html")]
pub struct Account<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// Their address.
    pub email: &'a str,
    /// Their live sessions, the last used first.
    pub sessions: &'a [AccountSession<'a>],
    /// Whether they have a password to change.
    pub has_password: bool,
    /// The accounts at providers that sign them in.
    pub identities: &'a [AccountIdentity<'a>],
    /// Where they could add one.
    pub providers: &'a [Provider<'a>],
    /// Why the password was not changed.
    pub problem: Option<&'a str>,
}

/// An account at a provider.
#[derive(Debug, Clone)]
pub struct AccountIdentity<'a> {
    /// Its id.
    pub id: String,
    /// The provider's name.
    pub provider: &'a str,
    /// The address that the provider named.
    pub email: Option<&'a str>,
}

/// A session.
#[derive(Debug, Clone)]
pub struct AccountSession<'a> {
    /// Its id.
    pub id: String,
    /// Whether it is the one that looks at the page.
    pub is_this: bool,
    /// From where its person signed in.
    pub ip_address: Option<&'a str>,
    /// With what.
    pub user_agent: Option<&'a str>,
    /// When it was last used.
    pub last_seen: Moment,
    /// When its person signed in.
    pub signed_in: Moment,
}

impl Account<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::tests::moment;
    use crate::testing::{HOSTILE, assert_sound, fields};

    fn session(text: &str, is_this: bool) -> AccountSession<'_> {
        AccountSession {
            id: if is_this { "s-1" } else { "s-2" }.to_owned(),
            is_this,
            ip_address: Some(text),
            user_agent: Some(text),
            last_seen: moment(),
            signed_in: moment(),
        }
    }

    fn page<'a>(text: &'a str, sessions: &'a [AccountSession<'a>]) -> Account<'a> {
        let person = SignedIn { name: text, csrf: text };
        let (identities, providers) = (&[], &[]);
        Account { person, email: text, sessions, has_password: true, identities, providers, problem: None }
    }

    #[test]
    fn p3_accounts_at_providers_can_be_added_and_removed() {
        for text in HOSTILE {
            let identities = [AccountIdentity { id: "i-1".to_owned(), provider: text, email: Some(text) }];
            let providers = [Provider { id: "works", name: text }];
            let html = Account { identities: &identities, providers: &providers, ..page("Ada", &[]) }.render();
            assert_sound(&html);
            assert!(!html.contains(text));
            assert!(html.contains(r#"name="unlink" value="i-1""#) && html.contains(r#"name="provider" value="works""#));
        }
        assert!(!page("Ada", &[]).render().contains("/settings/account/identities"), "nothing to add, nothing to show");
    }

    #[test]
    fn p3_this_session_is_marked_and_the_others_can_be_ended() {
        let html = page("Ada", &[session("curl/8", true), session("curl/8", false)]).render();
        assert_sound(&html);
        assert_eq!(html.matches("This session").count(), 1);
        assert!(html.contains("/settings/account/sessions/s-2/end") && !html.contains("/sessions/s-1/end"));
        assert!(html.contains("/settings/account/sessions/end-others"));
        assert!(!page("Ada", &[session("curl/8", true)]).render().contains("end-others"));
    }

    #[test]
    fn p3_the_current_password_is_asked_for_where_there_is_one() {
        let sessions = [session("curl/8", true)];
        assert_eq!(fields(&page("Ada", &sessions).render()), ["csrf", "username", "current", "new"]);
        let first = Account { has_password: false, ..page("Ada", &sessions) }.render();
        assert_sound(&first);
        assert_eq!(fields(&first), ["csrf", "username", "new"]);
    }

    #[test]
    fn i13_nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let sessions = [session(text, true), session(text, false)];
            let html = Account { problem: Some(text), ..page(text, &sessions) }.render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
