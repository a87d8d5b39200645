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

impl SignedIn<'_> {
    /// What stands for them where there is no room for a name.
    pub(crate) fn initial(&self) -> String {
        self.name.trim().chars().next().map_or_else(|| "?".to_owned(), |first| first.to_uppercase().collect())
    }
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
        assert!(html.contains("claude mcp add --transport http lavori https://mcp.example.com/mcp"));
        let link = "vscode:mcp/install?%7B%22name%22%3A%22lavori%22%2C%22type%22%3A%22http%22%2C%22url%22%3A%22https%3A%2F%2Fmcp.example.com%2Fmcp%22%7D";
        assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
        assert!(!html.contains("its own computer only"));
        let local = Home { connector_url: "http://localhost:8700/mcp", signed_in: None }.render();
        assert!(local.contains("This server can be reached from its own computer only"));
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
