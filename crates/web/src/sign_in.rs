//! Signing in, by itself or on the way to a consent screen.

use askama::Template;

/// Another way to sign in.
#[derive(Debug, Clone, Copy)]
pub struct Provider<'a> {
    /// Its name in our URLs.
    pub id: &'a str,
    /// Its name for people.
    pub name: &'a str,
}

/// What waits for somebody to sign in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Waiting<'a> {
    /// They came by themselves.
    #[default]
    Nothing,
    /// A client that asked for access; what it calls itself, cleaned.
    Client(&'a str),
    /// An invitation.
    Invitation,
    /// Another page.
    Page,
    /// A form that was sent without being signed in any more: it was not read.
    Unsent,
}

/// The sign-in page. Posts `email`, `password`, `csrf` and, when there is one, `request` to
/// `/sign-in`; a provider's button posts the same form to `/sign-in/with/` and its id.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn<'a> {
    /// The token that proves the form is ours.
    pub csrf: &'a str,
    /// The sealed authorization request that waits for this sign-in.
    pub request: Option<&'a str>,
    /// What was typed before, or empty.
    pub email: &'a str,
    /// Why the last attempt failed, in a sentence that is the same for every account.
    pub problem: Option<&'a str>,
    /// What goes on afterwards.
    pub waiting: Waiting<'a>,
    /// The other ways to sign in.
    pub providers: &'a [Provider<'a>],
}

impl SignIn<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound, fields};

    fn page() -> SignIn<'static> {
        SignIn {
            csrf: "csrf-1",
            request: Some("sealed-1"),
            email: "ada@example.com",
            problem: None,
            waiting: Waiting::Client("Claude"),
            providers: &[],
        }
    }

    #[test]
    fn p3_each_provider_has_a_button_that_carries_the_form_along() {
        let providers = [Provider { id: "work", name: "Work account" }, Provider { id: "other", name: "Other" }];
        let html = SignIn { providers: &providers, ..page() }.render();
        assert_sound(&html);
        let form =
            &html[html.find("<form method=\"post\" action=\"/sign-in\"").unwrap()..html.rfind("</form>").unwrap()];
        assert!(form.contains(r#"formaction="/sign-in/with/work" formnovalidate"#));
        assert!(form.contains("Continue with <bdi>Work account</bdi>"));
        let (password, provider) = (form.find(">Sign in<"), form.find("formaction"));
        assert!(password.is_some() && password < provider, "Enter sends the first button");
        assert!(!page().render().contains("formaction"));
    }

    #[test]
    fn p07_the_waiting_request_is_carried() {
        let html = page().render();
        assert_sound(&html);
        assert!(html.contains(r#"<form method="post" action="/sign-in""#));
        assert_eq!(fields(&html), ["csrf", "request", "email", "password"]);
        assert!(html.contains(r#"<input type="hidden" name="csrf" value="csrf-1">"#));
        assert!(html.contains(r#"<input type="hidden" name="request" value="sealed-1">"#));
        assert!(html.contains("Sign in to connect"));
        assert!(html.contains("<bdi>Claude</bdi>"));
        assert!(html.contains("Signing in allows nothing yet"));
    }

    #[test]
    fn p07_it_says_why_one_is_here() {
        for (waiting, said) in [
            (Waiting::Client(""), "Sign in to connect a client"),
            (Waiting::Invitation, "accept your invitation"),
            (Waiting::Page, "the page you opened"),
            (Waiting::Unsent, "was not done"),
        ] {
            let html = SignIn { waiting, ..page() }.render();
            assert_sound(&html);
            assert!(html.contains(said), "{waiting:?}");
        }
    }

    #[test]
    fn p3_who_forgot_their_password_is_told_what_helps() {
        let html = page().render();
        assert!(html.contains("Forgot your password?") && html.contains("sends no e-mail"));
        assert!(!html.contains("buttons above"), "there are none");
        let html = SignIn { providers: &[Provider { id: "work", name: "Work" }], ..page() }.render();
        assert!(html.contains("buttons above"));
    }

    #[test]
    fn without_a_request_there_is_no_such_field() {
        let html = SignIn { request: None, waiting: Waiting::Nothing, ..page() }.render();
        assert_sound(&html);
        assert_eq!(fields(&html), ["csrf", "email", "password"]);
        assert!(!html.contains("to connect"));
    }

    #[test]
    fn browsers_know_which_field_is_which() {
        let html = page().render();
        assert!(html.contains(r#"autocomplete="username""#));
        assert!(html.contains(r#"autocomplete="current-password""#));
    }

    #[test]
    fn the_first_empty_field_has_the_focus() {
        let empty = SignIn { email: "", ..page() }.render();
        let filled = page().render();
        let focused = |html: &str, field: &str| {
            let tag = html.split("<input").find(|tag| tag.contains(field));
            tag.unwrap().contains("autofocus")
        };
        assert!(focused(&empty, r#"name="email""#) && !focused(&empty, r#"name="password""#));
        assert!(!focused(&filled, r#"name="email""#) && focused(&filled, r#"name="password""#));
    }

    #[test]
    fn a_problem_is_tied_to_both_fields() {
        let html = SignIn { problem: Some("The e-mail address or the password is not right."), ..page() }.render();
        assert_sound(&html);
        assert_eq!(html.matches(r#"aria-describedby="problem""#).count(), 2);
        assert_eq!(html.matches(r#"aria-invalid="true""#).count(), 2);
        assert!(html.contains(r#"value="ada@example.com""#));
        assert!(!page().render().contains("aria-invalid"));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let html = SignIn {
                csrf: text,
                request: Some(text),
                email: text,
                problem: Some(text),
                waiting: Waiting::Client(text),
                providers: &[Provider { id: text, name: text }],
            }
            .render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
