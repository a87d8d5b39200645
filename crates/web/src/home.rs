//! The start page: what this server is, and how to connect to it.

use askama::Template;

/// The page at `/`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "home.html")]
pub struct Home<'a> {
    /// The URL that people give to their client.
    pub connector_url: &'a str,
    /// Who is signed in, if somebody is.
    pub signed_in: Option<SignedIn<'a>>,
}

/// A signed-in person, as the start page greets them.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn<'a> {
    /// Their name.
    pub name: &'a str,
    /// The token for the sign-out form, which posts `csrf` to `/sign-out`.
    pub csrf: &'a str,
}

impl Home<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound, fields};

    const URL: &str = "https://mcp.example.com/mcp";

    #[test]
    fn a_visitor_is_shown_the_url_and_where_to_sign_in() {
        let html = Home { connector_url: URL, signed_in: None }.render();
        assert_sound(&html);
        assert!(html.contains(r#"value="https://mcp.example.com/mcp" readonly"#));
        assert!(html.contains(r#"href="/sign-in""#));
        assert!(html.contains("claude mcp add --transport http lavori"));
        assert!(!html.contains("<form"));
    }

    #[test]
    fn a_person_is_greeted_and_can_sign_out() {
        let html = Home { connector_url: URL, signed_in: Some(SignedIn { name: "Ada", csrf: "csrf-1" }) }.render();
        assert_sound(&html);
        assert!(html.contains(r#"<form method="post" action="/sign-out""#));
        assert_eq!(fields(&html), ["csrf"]);
        assert!(html.contains("Ada"));
        assert!(!html.contains(r#"href="/sign-in""#));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let html = Home { connector_url: text, signed_in: Some(SignedIn { name: text, csrf: text }) }.render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
