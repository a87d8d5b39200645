//! The set-up of a server where nobody is yet.

use askama::Template;

/// The page at `/set-up`, which posts to itself: the fields here, and `password`.
#[derive(Debug, Clone, Copy, Default, Template)]
#[template(path = "set_up.html")]
pub struct SetUp<'a> {
    /// The token that proves the form is ours.
    pub csrf: &'a str,
    /// Why the last attempt failed.
    pub problem: Option<&'a str>,
    /// The set-up code, as it was typed.
    pub code: &'a str,
    /// The organization's name.
    pub name: &'a str,
    /// Its name in URLs.
    pub slug: &'a str,
    /// Its time zone.
    pub time_zone: &'a str,
    /// Its currency.
    pub currency: &'a str,
    /// The owner's name.
    pub owner: &'a str,
    /// The owner's address.
    pub email: &'a str,
}

impl SetUp<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound, field, fields};

    #[test]
    fn p2_it_asks_for_the_code_the_organization_and_the_owner() {
        let html = SetUp { csrf: "csrf-1", ..SetUp::default() }.render();
        assert_sound(&html);
        let asked = ["csrf", "code", "name", "slug", "time_zone", "currency", "owner", "email", "password"];
        assert_eq!(fields(&html), asked);
        assert!(html.contains("set-up code"));
    }

    #[test]
    fn what_was_typed_is_kept_but_the_password() {
        let html = SetUp { csrf: "c", problem: Some("No."), email: "ada@example.com", ..SetUp::default() }.render();
        assert_sound(&html);
        field(&html, "email", "ada@example.com");
        assert!(html.contains("<title>Problem: ") && html.contains("No."));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let html = SetUp {
                csrf: text,
                problem: Some(text),
                code: text,
                name: text,
                slug: text,
                time_zone: text,
                currency: text,
                owner: text,
                email: text,
            }
            .render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
