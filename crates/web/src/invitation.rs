//! An invitation, as whoever opens its link sees it.

use askama::Template;

/// The page at `/invitations/{token}`, which posts to itself.
#[derive(Debug, Clone, Copy, Template)]
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
    /// Why the last attempt failed.
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
    },
    /// Nobody is signed in, and the address has an account.
    Known,
}

impl Invitation<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound, fields};

    fn page(bearer: Bearer<'_>) -> String {
        let html = Invitation {
            token: "lvr_in_x",
            organization: "Fontana Eventi",
            invited_by: "Giulia",
            email: "new@fontana.example",
            role: "a member",
            problem: None,
            bearer,
        }
        .render();
        assert_sound(&html);
        assert!(html.contains("Giulia") && html.contains("new@fontana.example") && html.contains("as a member"));
        html
    }

    #[test]
    fn p4_each_bearer_has_one_way_on() {
        let newcomer = page(Bearer::Newcomer { csrf: "c", name: "" });
        assert_eq!(fields(&newcomer), ["csrf", "name", "password"], "the address is not theirs to choose");
        assert!(newcomer.contains(r#"action="/invitations/lvr_in_x""#));
        let invited = page(Bearer::Invited { csrf: "c", name: "New" });
        assert_eq!(fields(&invited), ["csrf"]);
        let somebody = page(Bearer::Somebody { csrf: "c", email: "other@fontana.example" });
        assert!(somebody.contains(r#"action="/sign-out""#) && !somebody.contains("/invitations/"));
        let known = page(Bearer::Known);
        assert!(known.contains(r#"href="/sign-in""#) && !known.contains("<form"));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            for bearer in [
                Bearer::Newcomer { csrf: text, name: text },
                Bearer::Invited { csrf: text, name: text },
                Bearer::Somebody { csrf: text, email: text },
                Bearer::Known,
            ] {
                let html = Invitation {
                    token: text,
                    organization: text,
                    invited_by: text,
                    email: text,
                    role: text,
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
