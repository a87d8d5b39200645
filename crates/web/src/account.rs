//! The account page: sessions, password and accounts at providers.

use askama::Template;

use crate::Moment;
use crate::home::SignedIn;
use crate::sign_in::Provider;

/// The page at `/settings/account`. Leads to `/settings/account/sessions/<id>/end` and
/// `/settings/account/sessions/end-others`, which ask; posts `csrf`, `current` and `new` to `/settings/account/password`;
/// `csrf` and `provider` or `unlink` to `/settings/account/identities`.
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
    /// What was just done.
    pub done: Option<&'a str>,
    /// Why the password was not changed.
    pub mistakes: PasswordMistakes<'a>,
}

/// What is wrong at each field of a change of password.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PasswordMistakes<'a> {
    /// With the current one.
    pub current: Option<&'a str>,
    /// With the new one.
    pub new: Option<&'a str>,
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
    /// Whether its person could not sign in any more without it.
    pub is_last_way: bool,
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

impl AccountSession<'_> {
    /// The browser's name for people.
    pub(crate) fn browser(&self) -> String {
        crate::browser(self.user_agent)
    }
}

impl Account<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn has_mistake(&self) -> bool {
        self.mistakes != PasswordMistakes::default()
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
        let mistakes = PasswordMistakes::default();
        Account { person, email: text, sessions, has_password: true, identities, providers, done: None, mistakes }
    }

    #[test]
    fn p3_accounts_at_providers_can_be_added_and_removed() {
        for text in HOSTILE {
            let email = Some(text);
            let identities = [AccountIdentity { id: "i-1".to_owned(), provider: text, email, is_last_way: false }];
            let providers = [Provider { id: "works", name: text }];
            let html = Account { identities: &identities, providers: &providers, ..page("Ada", &[]) }.render();
            assert_sound(&html);
            assert!(!html.contains(text));
            assert!(html.contains(r#"name="unlink" value="i-1""#) && html.contains(r#"name="provider" value="works""#));
        }
        assert!(!page("Ada", &[]).render().contains("/settings/account/identities"), "nothing to add, nothing to show");
    }

    #[test]
    fn p3_the_last_way_to_sign_in_cannot_be_removed_and_says_so() {
        let identities = [AccountIdentity { id: "i-1".to_owned(), provider: "Work", email: None, is_last_way: true }];
        let html = Account { identities: &identities, has_password: false, ..page("Ada", &[]) }.render();
        assert_sound(&html);
        assert!(!html.contains("unlink") && html.contains("your only way to sign in"));
    }

    #[test]
    fn p3_what_was_done_and_what_is_wrong_are_told_where_they_belong() {
        let html = Account { done: Some("Firefox on Windows is signed out."), ..page("Ada", &[]) }.render();
        assert_sound(&html);
        assert!(html.contains(r#"role="status""#) && html.contains("Firefox on Windows is signed out."));
        let mistakes = PasswordMistakes { current: Some("That is not your current password."), new: None };
        let html = Account { mistakes, ..page("Ada", &[]) }.render();
        assert_sound(&html);
        assert!(html.contains(r#"aria-invalid="true" aria-describedby="current-wrong" autofocus"#));
        assert!(html.contains("<title>Problem: ") && html.matches("aria-invalid").count() == 1);
    }

    #[test]
    fn p3_this_session_is_marked_and_the_others_can_be_ended() {
        let html = page("Ada", &[session("curl/8", true), session("curl/8", false)]).render();
        assert_sound(&html);
        assert_eq!(html.matches("This browser").count(), 1);
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
            let mistakes = PasswordMistakes { current: Some(text), new: Some(text) };
            let html = Account { mistakes, done: Some(text), ..page(text, &sessions) }.render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
