//! The activity of one connection, for its person.

use askama::Template;

use crate::home::SignedIn;

/// The page at `<path>/activity`; its files are at `<path>/activity.csv` and `.json`, what happens from now on at
/// `<path>/activity/events`.
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
    pub events: &'a [ActivityEvent],
    /// The query of this page.
    pub query: &'a str,
    /// The query of the page with older ones.
    pub older: Option<&'a str>,
    /// The query of the first page, when this is not it.
    pub newest: Option<&'a str>,
    /// The most events in one file, written out.
    pub most: &'a str,
    /// Where what happens from now on begins; none on a page of older events.
    pub after: Option<&'a str>,
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
#[derive(Debug, Clone, Template)]
#[template(path = "activity_event.html")]
pub struct ActivityEvent {
    /// Its id, which sorts by time.
    pub id: String,
    /// What happened.
    pub title: String,
    /// What one wants to know first about it.
    pub about: Option<String>,
    /// How much it matters.
    pub severity: Severity,
    /// When.
    pub at: EventTime,
    /// The address it came from.
    pub ip_address: Option<String>,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// What else there is to know: name and value.
    pub details: Vec<(String, String)>,
}

/// When something happened.
#[derive(Debug, Clone)]
pub struct EventTime {
    /// The day in the page's zone: `Sunday, 22 November 2026`.
    pub day: String,
    /// The time of that day: `18:30`.
    pub clock: String,
    /// RFC 3339 in UTC.
    pub exact: String,
}

/// How much an event matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// As it should be.
    Info,
    /// Worth a glance.
    Low,
    /// Look at it.
    Medium,
    /// Look at it now.
    High,
}

impl Severity {
    /// The word that is shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "Info",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl EventTime {
    /// The exact time as a person reads it: `2026-11-22 17:30:00.000 UTC`.
    fn in_utc(&self) -> String {
        self.exact.replace('T', " ").replace('Z', " UTC")
    }
}

impl ActivityEvent {
    /// Renders the row, as it stands in the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn is_grave(&self) -> bool {
        matches!(self.severity, Severity::Medium | Severity::High)
    }

    /// The program in a few words.
    fn program(&self) -> Option<String> {
        self.user_agent.as_deref().map(crate::program::versioned)
    }
}

impl Activity<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    /// The events, each that is the first of its day with that day.
    fn rows(&self) -> impl Iterator<Item = (Option<&str>, &ActivityEvent)> {
        let mut before = None;
        self.events.iter().map(move |event| {
            let day = Some(event.at.day.as_str());
            let begins = before.replace(day) != Some(day);
            (day.filter(|_| begins), event)
        })
    }

    fn is_filtered(&self) -> bool {
        self.kinds.iter().chain(self.severities).any(|option| option.chosen)
    }

    /// What of the query says where a page begins does not belong to what is followed.
    fn live_query(&self) -> String {
        let chosen = |options: &[FilterOption<'_>], name: &str| {
            options.iter().find(|option| option.chosen).map(|option| format!("{name}={}&", option.value))
        };
        [chosen(self.kinds, "kind"), chosen(self.severities, "severity")].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound, fields};

    fn event(text: &str) -> ActivityEvent {
        ActivityEvent {
            id: "0198c0de-0000-7000-8000-000000000000".to_owned(),
            title: text.to_owned(),
            about: Some(text.to_owned()),
            severity: Severity::High,
            at: EventTime {
                day: "Sunday, 22 November 2026".to_owned(),
                clock: "18:30".to_owned(),
                exact: "2026-11-22T17:30:00.000Z".to_owned(),
            },
            ip_address: Some(text.to_owned()),
            user_agent: Some(text.to_owned()),
            details: vec![(text.to_owned(), text.to_owned())],
        }
    }

    fn page<'a>(text: &'a str, events: &'a [ActivityEvent], kinds: &'a [FilterOption<'a>]) -> Activity<'a> {
        Activity {
            person: SignedIn { name: text, csrf: text },
            path: "/settings/mcp/c-1",
            name: Some(text),
            organization: text,
            zone: text,
            calls_recorded: true,
            kinds,
            severities: &[],
            events,
            query: "kind=replay",
            older: Some("kind=replay&before=e-1"),
            newest: None,
            most: "20,000",
            after: Some("p-1"),
        }
    }

    #[test]
    fn p28_an_entry_shows_action_severity_address_agent_and_time() {
        let kinds = [FilterOption { value: "replay", title: "Replay attempts", chosen: true }];
        let events = [event("Replay attempt")];
        let html = page("Ada", &events, &kinds).render();
        assert_sound(&html);
        assert!(html.contains("<strong>Replay attempt</strong>") && html.contains("severity-high"));
        assert!(html.contains(r#"<time datetime="2026-11-22T17:30:00.000Z">18:30</time>"#));
        assert!(html.contains("2026-11-22 17:30:00.000 UTC"), "for those who do not hover, too");
        assert!(html.contains(r#"<option value="replay" selected>"#));
        assert!(html.contains("/settings/mcp/c-1/activity?kind=replay&#38;before=e-1"));
        assert!(html.contains("/settings/mcp/c-1/activity.csv?kind=replay"));
        assert!(html.contains(r#"data-live="/settings/mcp/c-1/activity/events?kind=replay&#38;after=p-1""#));
        assert!(html.contains(events[0].render().trim()), "what arrives later is the same row");
        assert_eq!(fields(&html), ["csrf", "kind", "severity"]);
    }

    #[test]
    fn p28_the_days_stand_above_their_events() {
        let mut events = vec![event("a"), event("b"), event("c")];
        "Saturday, 21 November 2026".clone_into(&mut events[2].at.day);
        let html = page("Ada", &events, &[]).render();
        assert_sound(&html);
        assert_eq!(html.matches("class=\"day\"").count(), 2);
    }

    #[test]
    fn p28_where_nothing_is_the_page_says_whether_something_would_be_without_the_filter() {
        let kinds = [FilterOption { value: "replay", title: "Replay attempts", chosen: true }];
        let filtered = page("Ada", &[], &kinds).render();
        assert_sound(&filtered);
        assert!(filtered.contains("Nothing matches") && filtered.contains(">Show everything</a>"));
        let html = page("Ada", &[], &[]).render();
        assert_sound(&html);
        assert!(html.contains("Nothing has happened yet") && !html.contains("Show everything"));
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
