//! A person's own MCP connections, and the pages that ask before revoking.

use askama::Template;

use crate::connect::FixedUrls;
use crate::connection::{Connection, Lost, State};
use crate::home::SignedIn;

/// The page at `/settings/mcp`. Each row leads to `<path>/activity`, and to `<path>/rename` and `<path>/revoke`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "connections.html")]
pub struct Connections<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// The URL that people give to their client.
    pub connector_url: &'a str,
    /// The URLs that fix the organization and team.
    pub fixed: &'a [FixedUrls<'a>],
    /// Whether this is not the first page of the list: it shows the list only.
    pub further: bool,
    /// Those that are not over, newest first.
    pub active: &'a [Connection<'a>],
    /// Those that ended not long ago.
    pub ended: &'a [Connection<'a>],
    /// Where the next page is.
    pub next: Option<&'a str>,
    /// What was just done.
    pub done: Option<&'a str>,
}

impl Connections<'_> {
    /// Whether it is known that nothing is active: other pages of the list may hold what this one does not.
    fn is_empty(&self) -> bool {
        self.active.is_empty() && !self.further && self.next.is_none()
    }

    /// Whether there is any organization that the person can connect a client to.
    fn can_connect(&self) -> bool {
        self.fixed.iter().any(|of| of.why_not.is_none())
    }

    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

/// Asks what a connection is to be called. Posts `csrf` and `label` to `<path>/rename`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "rename.html")]
pub struct Rename<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// The connection.
    pub connection: &'a Connection<'a>,
    /// What stands in the field.
    pub typed: &'a str,
    /// The most characters a name may have.
    pub longest: usize,
    /// Why the page is shown again.
    pub problem: Option<&'a str>,
}

impl Rename<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

/// Asks before a connection is revoked. Posts `csrf`, and `reason` where it is somebody else's, to `<path>/revoke`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "revoke.html")]
pub struct Revoke<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// The connection.
    pub connection: &'a Connection<'a>,
    /// The list it came from.
    pub back: &'a str,
}

impl Revoke<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

/// Asks before all connections of a person are revoked. Posts `csrf` to `/settings/mcp/revoke-all`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "revoke_all.html")]
pub struct RevokeAll<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// How many there are.
    pub count: usize,
}

impl RevokeAll<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

/// Tells that connections go on when a session or password ends, and offers to revoke them.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "goes_on.html")]
pub struct GoesOn<'a> {
    /// Who is signed in, if somebody still is.
    pub person: Option<SignedIn<'a>>,
    /// What was done, as a heading.
    pub title: &'a str,
    /// What that means, as a sentence.
    pub what: &'a str,
}

impl GoesOn<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connect::FixedTeam;
    use crate::connection::Access;
    use crate::connection::tests::{connection, hostile, moment};
    use crate::testing::{HOSTILE, assert_sound, fields};
    use crate::{Client, Destination, Identity};

    const ADA: SignedIn<'static> = SignedIn { name: "Ada", csrf: "csrf-1" };
    const URL: &str = "https://lavori.example/mcp";

    fn fixed(text: &str) -> [FixedUrls<'_>; 2] {
        let teams = vec![FixedTeam { name: text, url: text }];
        let open = FixedUrls { organization: text, why_not: None, url: text, teams };
        [open.clone(), FixedUrls { why_not: Some(text), ..open }]
    }

    fn page<'a>(active: &'a [Connection<'a>], ended: &'a [Connection<'a>]) -> String {
        let fixed = fixed("Northlight");
        let page = Connections {
            person: ADA,
            connector_url: URL,
            fixed: &fixed,
            further: false,
            active,
            ended,
            next: None,
            done: None,
        };
        let html = page.render();
        assert_sound(&html);
        html
    }

    #[test]
    fn p24_write_and_billing_stand_out_in_words_and_shape() {
        let html = page(&[connection()], &[]);
        for badge in ["badge-read", "badge-write", "badge-billing", "badge-verified"] {
            assert!(html.contains(badge), "{badge}");
        }
        assert!(html.contains("Read and change data, billing included"));
        let html = page(&[Connection { approved: Access::Read, ..connection() }], &[]);
        assert!(!html.contains("badge-write") && !html.contains("badge-billing") && html.contains("Read only"));
    }

    #[test]
    fn p24_what_a_switch_took_away_is_said() {
        let html = page(&[Connection { state: State::Works(Access::Read), ..connection() }], &[]);
        assert!(html.contains("Write, suspended") && html.contains("Billing, suspended"));
        assert!(html.contains("Write and billing are suspended: changes are turned off"));
        assert!(!html.contains("badge-write") && !html.contains("badge-billing"));
        let html =
            page(&[Connection { state: State::Suspended("The organization is suspended."), ..connection() }], &[]);
        assert!(html.contains("The organization is suspended. It works again by itself"));
    }

    #[test]
    fn p26_idle_and_unverified_connections_are_marked_and_rows_can_be_renamed() {
        let client = Client {
            name: "Cursor",
            destination: Destination::CustomScheme { scheme: "cursor" },
            identity: Identity::Unverified,
        };
        let html = page(&[Connection { idle: true, client, label: Some("Laptop"), ..connection() }], &[]);
        assert!(html.contains("badge-idle") && html.contains("badge-unverified") && html.contains("cursor://"));
        assert!(html.contains("<bdi>Laptop</bdi>"));
        assert!(html.contains(r#"href="/settings/mcp/c-1/rename""#));
        let idle = Connection { idle: true, client, label: Some("Laptop"), ..connection() };
        let asked = Rename { person: ADA, connection: &idle, typed: "Laptop", longest: 60, problem: None };
        let html = asked.render();
        assert_sound(&html);
        assert!(html.contains(r#"action="/settings/mcp/c-1/rename""#) && html.contains(r#"value="Laptop""#));
        assert_eq!(fields(&html), ["csrf", "label"]);
        let html = Rename { typed: "much longer", problem: Some("Too long."), ..asked }.render();
        assert_sound(&html);
        assert!(html.contains(r#"value="much longer""#) && html.contains(r#"aria-describedby="label-problem "#));
    }

    #[test]
    fn p5_urls_that_fix_a_choice_are_shown_only_for_organizations_that_can_be_connected() {
        let teams = vec![FixedTeam { name: "Sound", url: "https://lavori.example/mcp/o/n/t/sound" }];
        let open =
            FixedUrls { organization: "Northlight", why_not: None, url: "https://lavori.example/mcp/o/n", teams };
        let why_not = Some("You are a contractor here.");
        let closed =
            FixedUrls { organization: "Harbor", why_not, url: "https://lavori.example/mcp/o/h", teams: vec![] };
        let fixed = [open, closed];
        let page = Connections {
            person: ADA,
            connector_url: URL,
            fixed: &fixed,
            further: false,
            active: &[],
            ended: &[],
            next: None,
            done: None,
        };
        let html = page.render();
        assert_sound(&html);
        assert!(html.contains(r#"<code id="url-1">https://lavori.example/mcp/o/n</code>"#));
        assert!(html.contains(r#"<code id="url-1-1">https://lavori.example/mcp/o/n/t/sound</code>"#));
        assert!(html.contains("You are a contractor here.") && !html.contains("mcp/o/h"));
        assert!(html.contains("No client is connected"));
        assert!(!html.contains("You cannot connect a client"));
        let html = Connections { next: Some("/settings/mcp?before=c-1"), ..page }.render();
        assert!(!html.contains("No client is connected"), "older ones may be active");
        assert!(html.contains("may be active") && html.contains("/settings/mcp/revoke-all"));
        let html = Connections { fixed: &fixed[1..], ..page }.render();
        assert_sound(&html);
        assert!(html.contains("You cannot connect a client now: your organizations do not let you"));
        assert!(Connections { fixed: &[], ..page }.render().contains("you do not belong to any organization"));
        let html = Connections { further: true, ..page }.render();
        assert_sound(&html);
        assert!(!html.contains("connector-url"), "further pages show the list only");
    }

    #[test]
    fn p24_a_page_of_long_names_that_are_all_suspended_stays_small() {
        let long = "x".repeat(100);
        let row = Connection {
            path: "/settings/mcp/01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
            label: Some(&long),
            state: State::Works(Access::Read),
            team: Some("Sound"),
            last_used: Some(moment()),
            ..connection()
        };
        assert!(page(&vec![row; 12], &[]).len() < 40_000);
    }

    #[test]
    fn i11_an_ended_connection_says_when_by_whom_and_why_and_offers_nothing_but_its_activity() {
        let state = State::Ended { at: moment(), why: "revoked by an administrator: lost laptop", by: Some("Hana") };
        let html = page(&[], &[Connection { state, ..connection() }]);
        assert!(html.contains("by <bdi>Hana</bdi>: revoked by an administrator: lost laptop"));
        assert!(html.contains(r#"datetime="2026-11-22T17:30:00.000Z""#));
        assert!(html.contains("/settings/mcp/c-1/activity") && !html.contains("/settings/mcp/c-1/revoke"));
        assert!(!html.contains("<form method=\"post\" action=\"/settings/mcp"));
    }

    #[test]
    fn p25_revoking_asks_first_and_asks_admins_why() {
        let own = Revoke { person: ADA, connection: &connection(), back: "/settings/mcp" }.render();
        assert_sound(&own);
        assert_eq!(fields(&own), ["csrf"]);
        let theirs = Connection { whose: Some(("Ben", "ben@demo.example")), ..connection() };
        let theirs =
            Revoke { person: ADA, connection: &theirs, back: "/settings/organizations/n/connections" }.render();
        assert_sound(&theirs);
        assert_eq!(fields(&theirs), ["csrf", "reason"]);
        assert!(own.contains("<h1>Revoke <bdi>Claude</bdi>?</h1>"));
        assert!(
            own.contains("<span class=\"cut\">Revoke <bdi>Claude</bdi></span></button>"),
            "the button says what of"
        );
        for count in [0, 1, 12] {
            let html = RevokeAll { person: ADA, count }.render();
            assert_sound(&html);
            assert_eq!(html.contains(r#"action="/settings/mcp/revoke-all""#), count > 0);
        }
    }

    #[test]
    fn e9_who_signs_out_is_told_that_connections_go_on() {
        for person in [None, Some(ADA)] {
            let html = GoesOn { person, title: "You are signed out", what: "On this browser." }.render();
            assert_sound(&html);
            assert!(html.contains("MCP clients that you connected go on working"));
            assert!(html.contains(r#"href="/settings/mcp/revoke-all""#));
        }
    }

    #[test]
    fn i13_nothing_given_reaches_the_pages_unescaped() {
        for text in HOSTILE {
            let person = SignedIn { name: text, csrf: text };
            let row = hostile(text);
            let rows = std::slice::from_ref(&row);
            let next = Some("/settings/mcp");
            let fixed = fixed(text);
            let (done, further) = (Some(text), false);
            for html in [
                Connections {
                    person,
                    connector_url: text,
                    fixed: &fixed,
                    further,
                    active: rows,
                    ended: rows,
                    next,
                    done,
                }
                .render(),
                Rename { person, connection: &row, typed: text, longest: 60, problem: Some(text) }.render(),
                Revoke { person, connection: &row, back: "/settings/mcp" }.render(),
                GoesOn { person: Some(person), title: text, what: text }.render(),
            ] {
                assert_sound(&html);
                assert!(!html.contains(text));
            }
        }
    }
}
