//! The refusal: access was asked for that the organization has turned off.

use askama::Template;

use crate::{Client, Team, words::who};

/// The page after asking for access that is turned off. Nothing has been granted; both ways on
/// post to `/consent/<handle>`: `csrf`, `organization`, `team-` and its slug, `decision`, never a box for
/// write or billing.
#[derive(Debug, Clone)]
pub struct Refusal<'a> {
    /// The token that proves the form is ours.
    pub csrf: &'a str,
    /// The handle of the stored authorization request.
    pub handle: &'a str,
    /// Who asks.
    pub client: Client<'a>,
    /// The slug of the chosen organization.
    pub organization: &'a str,
    /// Its name.
    pub organization_name: &'a str,
    /// The chosen team; `None` is all teams.
    pub team: Option<Team<'a>>,
    /// What was refused.
    pub refused: Refused,
    /// The names of those who can turn it on.
    pub who_can_enable: Vec<&'a str>,
}

/// The access that an organization has turned off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Modifying data.
    Write,
    /// Billing changes, where modifying other data is allowed.
    Billing,
    /// Modifying data, and billing with it.
    WriteAndBilling,
}

impl Refused {
    fn noun(self) -> &'static str {
        match self {
            Self::Write => "changes",
            Self::Billing => "billing changes",
            Self::WriteAndBilling => "changes and billing changes",
        }
    }

    fn write(self) -> bool {
        !matches!(self, Self::Billing)
    }

    fn billing(self) -> bool {
        !matches!(self, Self::Write)
    }
}

#[derive(Template)]
#[template(path = "refusal.html")]
struct Page<'a> {
    refusal: &'a Refusal<'a>,
    who: String,
}

impl Refusal<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(&Page { refusal: self, who: who(&self.who_can_enable) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound, field, fields};
    use crate::{Destination, Identity};

    fn page() -> Refusal<'static> {
        Refusal {
            csrf: "csrf-1",
            handle: "handle-1",
            client: Client {
                name: "Claude",
                destination: Destination::Web { host: "claude.ai" },
                identity: Identity::Unverified,
            },
            organization: "fontana",
            organization_name: "Fontana Eventi",
            team: Some(Team { slug: "lighting", name: "Lighting" }),
            refused: Refused::Write,
            who_can_enable: vec!["Giulia Bianchi", "Marco Rossi"],
        }
    }

    #[test]
    fn p10_it_says_what_why_and_who() {
        for (refused, what) in [
            (Refused::Write, "changes"),
            (Refused::Billing, "billing changes"),
            (Refused::WriteAndBilling, "changes and billing changes"),
        ] {
            let html = Refusal { refused, ..page() }.render();
            assert_sound(&html);
            assert!(html.contains(&format!("has turned off {what}")), "{what}");
            assert!(html.contains("Giulia Bianchi or Marco Rossi"));
            assert!(html.contains("Fontana Eventi"));
            assert!(html.contains("claude.ai"));
        }
    }

    #[test]
    fn p10_two_ways_on_and_neither_asks_for_write() {
        let html = page().render();
        assert!(html.contains(r#"<form method="post" action="/consent/handle-1""#));
        assert_eq!(fields(&html), ["csrf", "organization", "team-fontana", "decision"]);
        field(&html, "csrf", "csrf-1");
        field(&html, "organization", "fontana");
        field(&html, "team-fontana", "lighting");
        field(&html, "decision", "allow");
        field(&html, "decision", "deny");
        assert!(!html.contains("allow_write") && !html.contains("allow_billing"));
        assert!(html.contains(r#"<a href="/consent/handle-1">"#), "and a way back to the choices");
    }

    #[test]
    fn all_teams_are_an_empty_value() {
        let html = Refusal { team: None, ..page() }.render();
        assert_sound(&html);
        field(&html, "team-fontana", "");
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let html = Refusal {
                csrf: text,
                handle: text,
                client: Client {
                    name: text,
                    destination: Destination::Web { host: text },
                    identity: Identity::Verified { host: text },
                },
                organization: text,
                organization_name: text,
                team: Some(Team { slug: text, name: text }),
                refused: Refused::WriteAndBilling,
                who_can_enable: vec![text, text],
            }
            .render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
