//! Organizations with connections that nobody uses: as many as a large operator has.

use super::calendar::{FAR, START};
use super::people::{organization, person};
use super::tokens::{REDIRECT_URI, RESOURCE, SCOPE, connection_of, hash};
use super::{Cell, Kind, ORGANIZATIONS, Table, id};

/// Organizations beside those that are asked for.
pub(crate) const BYSTANDERS: u64 = 5_000;
/// People of each.
const PEOPLE: u64 = 10;
/// Connections of each of them, with one access token each.
const CONNECTIONS_EACH: u64 = 2;
/// Connections of all of them.
pub(crate) const THEIR_CONNECTIONS: u64 = BYSTANDERS * PEOPLE * CONNECTIONS_EACH;

fn organizations() -> impl Iterator<Item = u64> + Send {
    ORGANIZATIONS..ORGANIZATIONS + BYSTANDERS
}

fn people() -> impl Iterator<Item = (u64, u64)> + Send {
    organizations().flat_map(|org| (0..PEOPLE).map(move |number| (org, number)))
}

/// An organization, one of its people, and the number of one of their connections.
fn connections() -> impl Iterator<Item = (u64, u64, u64)> + Send {
    people().flat_map(|(org, of)| (0..CONNECTIONS_EACH).map(move |number| (org, of, of * CONNECTIONS_EACH + number)))
}

pub(super) fn tables() -> Vec<Table> {
    let created = Cell::Instant(START);
    let at = created.clone();
    let organizations = organizations().map(move |org| {
        vec![
            Cell::Uid(organization(org)),
            Cell::Text(format!("crew-{org}")),
            Cell::Text(format!("Crew Number {org}")),
            Cell::Word("Europe/Rome"),
            Cell::Word("EUR"),
            Cell::Word("active"),
            Cell::Bool(true),
            Cell::Bool(true),
            at.clone(),
        ]
    });
    let at = created.clone();
    let persons = people().map(move |(org, number)| {
        vec![
            Cell::Uid(person(org, number)),
            Cell::Text(format!("person.{org}.{number}@bench.example")),
            Cell::Text(format!("Person {number} of {org}")),
            Cell::Word("active"),
            at.clone(),
        ]
    });
    let at = created.clone();
    let memberships = people().map(move |(org, number)| {
        vec![Cell::Uid(organization(org)), Cell::Uid(person(org, number)), Cell::Word("member"), at.clone()]
    });
    let at = created.clone();
    let connected = connections().map(move |(org, of, number)| {
        vec![
            Cell::Uid(organization(org)),
            Cell::Uid(connection_of(org, number)),
            Cell::Uid(person(org, of)),
            Cell::Word("bystander"),
            Cell::Word(r#"{"client_id":"bystander","redirect_uris":["http://127.0.0.1/callback"]}"#),
            Cell::Word(REDIRECT_URI),
            Cell::Word(RESOURCE),
            Cell::Word(SCOPE),
            at.clone(),
            at.clone(),
            Cell::Instant(FAR),
            Cell::Instant(FAR),
        ]
    });
    let at = created;
    let tokens = connections().map(move |(org, _, number)| {
        vec![
            Cell::Uid(organization(org)),
            Cell::Uid(id(Kind::Token, org, number, START)),
            Cell::Bytes(hash(&format!("bystander {org} {number}")).to_vec()),
            Cell::Uid(connection_of(org, number)),
            Cell::Int(1),
            Cell::Word(SCOPE),
            Cell::Int(0),
            Cell::Int(0),
            at.clone(),
            Cell::Instant(FAR),
            at.clone(),
        ]
    });
    vec![
        Table::new("organizations", super::people::ORGANIZATION, organizations),
        Table::new("people", super::people::PERSON, persons),
        Table::new("memberships", super::people::MEMBERSHIP, memberships),
        Table::new("connections", super::tokens::CONNECTION, connected),
        Table::new("access_tokens", super::tokens::TOKEN, tokens),
    ]
}
