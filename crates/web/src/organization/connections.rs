//! Everyone's connections of an organization, for its owners and admins.

use askama::Template;

use crate::connection::{Connection, Lost, State};
use crate::organization::{Place, Tab};

/// The page at `<path>/connections`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "organization_connections.html")]
pub struct OrganizationConnections<'a> {
    /// The organization.
    pub place: Place<'a>,
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

    fn here(&self) -> Option<Tab> {
        Some(Tab::Connections)
    }

    fn active(&self) -> Vec<&Connection<'_>> {
        self.connections.iter().filter(|connection| !connection.has_ended()).collect()
    }

    fn ended(&self) -> Vec<&Connection<'_>> {
        self.connections.iter().filter(|connection| connection.has_ended()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::tests::{connection, hostile as row, moment};
    use crate::organization::tests::{PLACE, assert_escaped, hostile};
    use crate::testing::{HOSTILE, assert_sound};

    #[test]
    fn p30_admins_see_whose_it_is_and_no_way_to_its_activity() {
        let rows = [Connection { whose: Some(("Ben", "ben@demo.example")), ..connection() }];
        let html = OrganizationConnections { place: PLACE, connections: &rows, next: None }.render();
        assert_sound(&html);
        assert!(html.contains("<bdi>Ben</bdi>") && html.contains("<bdi>ben@demo.example</bdi>"));
        assert!(html.contains("/settings/mcp/c-1/revoke") && !html.contains("/activity"));
    }

    #[test]
    fn p24_none_yet_is_said_and_what_ended_stands_apart() {
        let none = OrganizationConnections { place: PLACE, connections: &[], next: None }.render();
        assert_sound(&none);
        assert!(none.contains("Nobody has connected"));
        let state = State::Ended { at: moment(), why: "revoked", by: None };
        let rows = [Connection { state, ..connection() }];
        let html = OrganizationConnections { place: PLACE, connections: &rows, next: Some("/settings") }.render();
        assert_sound(&html);
        assert!(html.contains("Ended in the last 90 days") && !html.contains("/revoke") && html.contains("Older"));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let rows = [row(text)];
            let page = OrganizationConnections { place: hostile(text), connections: &rows, next: Some("/settings") };
            assert_escaped(text, &[page.render()]);
        }
    }
}
