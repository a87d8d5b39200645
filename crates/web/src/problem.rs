//! Trouble, told so that the reader knows what to do next.

use askama::Template;

/// A link that leads on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WayOn<'a> {
    /// The path of a page of ours.
    pub href: &'a str,
    /// What it says.
    pub label: &'a str,
}

impl WayOn<'_> {
    /// The start page: where everything begins.
    pub const HOME: WayOn<'static> = WayOn { href: "/", label: "Go to the start page" };
}

/// The page for everything that ends without a page of its own.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "problem.html")]
pub struct Problem<'a> {
    /// What happened, as a short sentence without a full stop.
    pub title: &'a str,
    /// Why, in a sentence or two; empty when the title says it all.
    pub explanation: &'a str,
    /// What to do next, the best way first.
    pub next_steps: &'a [&'a str],
    /// Where the reader goes from here.
    pub way_on: WayOn<'a>,
    /// The status of the answer, shown small.
    pub status: u16,
    /// What to quote when asking for help.
    pub request_id: &'a str,
}

impl Problem<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound};

    #[test]
    fn it_says_what_happened_and_what_to_do() {
        let html = Problem {
            title: "This request has expired",
            explanation: "It was open for more than ten minutes.",
            next_steps: &["Go back to your client.", "Connect again."],
            way_on: WayOn { href: "/sign-in", label: "Sign in" },
            status: 400,
            request_id: "req-1",
        }
        .render();
        assert_sound(&html);
        assert!(html.contains("<h1>This request has expired</h1>"));
        assert!(html.contains("<li>Go back to your client.</li>"));
        assert!(html.contains("<li>Connect again.</li>"));
        assert!(html.contains("(status 400)"));
        assert!(html.contains(r#"<a class="button primary" href="/sign-in">Sign in</a>"#));
        assert!(html.contains("<code>req-1</code>"));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let html = Problem {
                title: text,
                explanation: text,
                next_steps: &[text],
                way_on: WayOn { href: "/", label: text },
                status: 500,
                request_id: text,
            }
            .render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
