//! An invitation, as whoever opens its link sees it.

use askama::Template;

use crate::Moment;

/// The page at `/invitations/{token}`, which posts to itself.
#[derive(Debug, Clone, Template)]
#[template(path = "invitation.html")]
pub struct Invitation<'a> {
    /// The secret in the link.
    pub token: &'a str,
    /// The organization's name.
    pub organization: &'a str,
    /// Who invited.
    pub invited_by: &'a str,
    /// Whom.
    pub email: &'a str,
    /// What they become, with its article.
    pub role: &'a str,
    /// What that allows, as the rest of a sentence.
    pub role_means: &'a str,
    /// When the link ends.
    pub expires: Moment,
    /// Why the last attempt failed, where that lies at no field.
    pub problem: Option<&'a str>,
    /// Who opened the link.
    pub bearer: Bearer<'a>,
}

/// Who opened the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearer<'a> {
    /// Somebody without an account: they choose a `name` and a `password`.
    Newcomer {
        /// The form's token.
        csrf: &'a str,
        /// The name they typed before.
        name: &'a str,
        /// What is wrong with what they typed.
        mistakes: NewcomerMistakes<'a>,
    },
    /// Whom it is for, signed in.
    Invited {
        /// The form's token.
        csrf: &'a str,
        /// Their name.
        name: &'a str,
    },
    /// Somebody else, signed in.
    Somebody {
        /// The token of the sign-out form.
        csrf: &'a str,
        /// Their address.
        email: &'a str,
        /// This page, sealed: whoever signs out comes back to it.
        request: &'a str,
    },
    /// Nobody is signed in, and the address has an account.
    Known,
}

/// What is wrong at each field of a newcomer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NewcomerMistakes<'a> {
    /// With the name.
    pub name: Option<&'a str>,
    /// With the password.
    pub password: Option<&'a str>,
}

impl Invitation<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn has_mistake(&self) -> bool {
        let at_field = match self.bearer {
            Bearer::Newcomer { mistakes, .. } => mistakes != NewcomerMistakes::default(),
            _ => false,
        };
        at_field || self.problem.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::tests::moment;
    use crate::testing::{HOSTILE, assert_sound, fields};

    fn page(bearer: Bearer<'_>) -> String {
        let html = Invitation {
            token: "lvr_in_x",
            organization: "Fontana Eventi",
            invited_by: "Giulia",
            email: "new@fontana.example",
            role: "a member",
            role_means: "you see everything.",
            expires: moment(),
            problem: None,
            bearer,
        }
        .render();
        assert_sound(&html);
        assert!(
            html.contains("Giulia")
                && html.contains("new@fontana.example")
                && html.contains("<strong>a member</strong>: you see everything.")
        );
        html
    }

    #[test]
    fn p4_each_bearer_has_one_way_on() {
        let newcomer = page(Bearer::Newcomer { csrf: "c", name: "", mistakes: NewcomerMistakes::default() });
        assert_eq!(fields(&newcomer), ["csrf", "name", "password"], "the address is not theirs to choose");
        assert!(newcomer.contains(r#"action="/invitations/lvr_in_x""#));
        let invited = page(Bearer::Invited { csrf: "c", name: "New" });
        assert_eq!(fields(&invited), ["csrf"]);
        let somebody = page(Bearer::Somebody { csrf: "c", email: "other@fontana.example", request: "sealed" });
        assert!(somebody.contains(r#"action="/sign-out""#) && !somebody.contains("/invitations/"));
        assert_eq!(fields(&somebody), ["csrf", "request"]);
        let known = page(Bearer::Known);
        assert!(known.contains(r#"href="/sign-in""#) && !known.contains("<form"));
    }

    #[test]
    fn p4_a_mistake_stands_at_its_field() {
        let mistakes = NewcomerMistakes { name: None, password: Some("Use at least 12 characters.") };
        let html = page(Bearer::Newcomer { csrf: "c", name: "New", mistakes });
        assert!(html.contains(r#"aria-invalid="true" aria-describedby="password-wrong password-about" autofocus"#));
        assert!(html.contains("<title>Problem: ") && html.contains(r#"value="New""#));
        assert_eq!(html.matches("aria-invalid").count(), 1);
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            for bearer in [
                Bearer::Newcomer {
                    csrf: text,
                    name: text,
                    mistakes: NewcomerMistakes { name: Some(text), password: Some(text) },
                },
                Bearer::Invited { csrf: text, name: text },
                Bearer::Somebody { csrf: text, email: text, request: text },
                Bearer::Known,
            ] {
                let html = Invitation {
                    token: text,
                    organization: text,
                    invited_by: text,
                    email: text,
                    role: text,
                    role_means: text,
                    expires: moment(),
                    problem: Some(text),
                    bearer,
                }
                .render();
                assert_sound(&html);
                assert!(!html.contains(text));
            }
        }
    }
}
