//! The activity of one connection, for its person.

use askama::Template;

use crate::Moment;
use crate::home::SignedIn;

/// The page at `<path>/activity`; its files are at `<path>/activity.csv` and `.json`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "activity.html")]
pub struct Activity<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// The connection's path.
    pub path: &'a str,
    /// What the connection is called.
    pub name: Option<&'a str>,
    /// The organization's name.
    pub organization: &'a str,
    /// The zone of the times.
    pub zone: &'a str,
    /// Whether tool calls are recorded at all (P29).
    pub calls_recorded: bool,
    /// The kinds to filter by.
    pub kinds: &'a [FilterOption<'a>],
    /// The severities to filter by.
    pub severities: &'a [FilterOption<'a>],
    /// The events, newest first.
    pub events: &'a [ActivityEvent<'a>],
    /// The query of this page.
    pub query: &'a str,
    /// The query of the page with older ones.
    pub older: Option<&'a str>,
    /// The query of the first page, when this is not it.
    pub newest: Option<&'a str>,
    /// The most events in one file, written out.
    pub most: &'a str,
}

/// A value to filter by.
#[derive(Debug, Clone, Copy)]
pub struct FilterOption<'a> {
    /// What is sent.
    pub value: &'a str,
    /// What is shown.
    pub title: &'a str,
    /// Whether this page shows it.
    pub chosen: bool,
}

/// An event.
#[derive(Debug, Clone)]
pub struct ActivityEvent<'a> {
    /// What happened.
    pub title: &'a str,
    /// How much it matters: `info`, `low`, `medium` or `high`.
    pub severity: &'a str,
    /// When.
    pub at: Moment,
    /// The address it came from.
    pub ip_address: Option<&'a str>,
    /// The client's name for itself.
    pub user_agent: Option<&'a str>,
    /// What else there is to know: name and value.
    pub details: Vec<(String, String)>,
}

impl ActivityEvent<'_> {
    fn is_grave(&self) -> bool {
        matches!(self.severity, "medium" | "high")
    }
}

impl Activity<'_> {
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

    fn event<'a>(text: &'a str) -> ActivityEvent<'a> {
        ActivityEvent {
            title: text,
            severity: "high",
            at: moment(),
            ip_address: Some(text),
            user_agent: Some(text),
            details: vec![(text.to_owned(), text.to_owned())],
        }
    }

    fn page<'a>(text: &'a str, events: &'a [ActivityEvent<'a>], kinds: &'a [FilterOption<'a>]) -> Activity<'a> {
        Activity {
            person: SignedIn { name: text, csrf: text },
            path: "/settings/mcp/c-1",
            name: Some(text),
            organization: text,
            zone: text,
            calls_recorded: true,
            kinds,
            severities: kinds,
            events,
            query: "kind=replay",
            older: Some("kind=replay&before=e-1"),
            newest: None,
            most: "20,000",
        }
    }

    #[test]
    fn p28_an_entry_shows_action_severity_address_agent_and_time() {
        let kinds = [FilterOption { value: "replay", title: "Replay attempts", chosen: true }];
        let html = page("Ada", &[event("Replay attempt")], &kinds).render();
        assert_sound(&html);
        assert!(html.contains("<strong>Replay attempt</strong>") && html.contains("severity-high"));
        assert!(html.contains(r#"<time datetime="2026-11-22T17:30:00.000Z" title="2026-11-22T17:30:00.000Z">"#));
        assert!(html.contains(r#"<option value="replay" selected>"#));
        assert!(html.contains("/settings/mcp/c-1/activity?kind=replay&#38;before=e-1"));
        assert!(html.contains("/settings/mcp/c-1/activity.csv?kind=replay"));
        assert_eq!(fields(&html), ["csrf", "kind", "severity"]);
    }

    #[test]
    fn p29_the_panel_says_when_calls_are_not_recorded() {
        let says = |html: &str| html.contains("turned off the recording of tool calls");
        let recorded = page("Ada", &[], &[]);
        assert!(!says(&recorded.render()));
        assert!(says(&Activity { calls_recorded: false, ..recorded }.render()));
    }

    #[test]
    fn i13_nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let kinds = [FilterOption { value: text, title: text, chosen: false }];
            let html = page(text, &[event(text)], &kinds).render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
