//! Organizations with connections that nobody uses: as many as a large operator has.

use super::tokens::CONNECTIONS;
use super::{ORGANIZATIONS, Table, people, tokens};

/// Organizations beside those that are asked for.
pub(crate) const BYSTANDERS: u64 = 5_000;
/// People of each.
const PEOPLE: u64 = 10;
/// Connections of each of them.
const CONNECTIONS_EACH: u64 = 2;
/// Connections of all of them.
pub(crate) const THEIR_CONNECTIONS: u64 = BYSTANDERS * PEOPLE * CONNECTIONS_EACH;

pub(super) fn tables() -> impl Iterator<Item = Table> {
    let connections = (0..THEIR_CONNECTIONS).map(|number| {
        let person = number / CONNECTIONS_EACH;
        (ORGANIZATIONS + person / PEOPLE, person % PEOPLE, CONNECTIONS + number)
    });
    let organizations = people::organizations(ORGANIZATIONS..ORGANIZATIONS + BYSTANDERS, PEOPLE);
    organizations.into_iter().chain(tokens::connections(connections))
}
