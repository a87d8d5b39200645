//! MCP connections: a person's own, an organization's for its admins, and the pages that ask before revoking.

use askama::Template;

use crate::connection::{Connection, Lost, State};
use crate::home::SignedIn;

/// The page at `/settings/mcp`. Each row's forms post `csrf` and `label` to `<path>/rename`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "connections.html")]
pub struct Connections<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// The URL that people give to their client.
    pub connector_url: &'a str,
    /// Those that are not over, newest first.
    pub active: &'a [Connection<'a>],
    /// Those that ended not long ago.
    pub ended: &'a [Connection<'a>],
    /// Where the next page is.
    pub next: Option<&'a str>,
    /// Why the page is shown again.
    pub problem: Option<&'a str>,
}

impl Connections<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

/// Everyone's connections of an organization, for its owners and admins.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "organization_connections.html")]
pub struct OrganizationConnections<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// The organization's name.
    pub organization: &'a str,
    /// The connections, newest first.
    pub connections: &'a [Connection<'a>],
    /// Where the next page is.
    pub next: Option<&'a str>,
}

impl OrganizationConnections<'_> {
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
    use crate::connection::Access;
    use crate::connection::tests::{connection, hostile, moment};
    use crate::testing::{HOSTILE, assert_sound, fields};
    use crate::{Client, Destination, Identity};

    const ADA: SignedIn<'static> = SignedIn { name: "Ada", csrf: "csrf-1" };
    const URL: &str = "https://lavori.example/mcp";

    fn page<'a>(active: &'a [Connection<'a>], ended: &'a [Connection<'a>]) -> String {
        let page = Connections { person: ADA, connector_url: URL, active, ended, next: None, problem: None };
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
        assert!(html.contains(r#"action="/settings/mcp/c-1/rename""#));
        assert_eq!(fields(&html), ["csrf", "label"]);
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
    fn p30_admins_see_whose_it_is_and_no_way_to_its_activity() {
        let rows = [Connection { whose: Some(("Ben", "ben@demo.example")), ..connection() }];
        let page = OrganizationConnections { person: ADA, organization: "Northlight", connections: &rows, next: None };
        let html = page.render();
        assert_sound(&html);
        assert!(html.contains("<bdi>Ben</bdi>") && html.contains("<bdi>ben@demo.example</bdi>"));
        assert!(html.contains("/settings/mcp/c-1/revoke") && !html.contains("/activity"));
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
            let problem = Some(text);
            for html in [
                Connections { person, connector_url: text, active: rows, ended: rows, next, problem }.render(),
                OrganizationConnections { person, organization: text, connections: rows, next }.render(),
                Revoke { person, connection: &row, back: "/settings/mcp" }.render(),
                GoesOn { person: Some(person), title: text, what: text }.render(),
            ] {
                assert_sound(&html);
                assert!(!html.contains(text));
            }
        }
    }
}
