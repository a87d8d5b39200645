//! Connections that somebody approved and access tokens that were used before, in clear for the load.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::calendar::{FAR, START};
use super::people::{organization, person};
use super::{Cell, Kind, MEMBERS, ORGANIZATIONS, Table, id};

/// Connections, each with one access token: as many as the load keeps open.
pub(crate) const CONNECTIONS: u64 = 64;
/// The URL that every server under test believes it has. Where it listens is another matter, as behind a proxy.
pub(crate) const PUBLIC_URL: &str = "http://127.0.0.1:8799";
/// What the connections are good for.
pub(crate) const RESOURCE: &str = "http://127.0.0.1:8799/mcp";

/// What an access token begins with.
pub(super) const ACCESS: &str = "lvr_at_";
/// Where the connections' client had its codes sent.
pub(crate) const REDIRECT_URI: &str = "http://127.0.0.1/callback";
pub(super) const SCOPE: &str = "mcp:read mcp:write mcp:write:billing";

/// An access token in clear.
pub(crate) fn plain(number: u64) -> String {
    secret(ACCESS, &[number])
}

/// A secret in clear, with its checksum: the same numbers give the same one.
pub(super) fn secret(prefix: &str, numbers: &[u64]) -> String {
    let random = Sha256::new().chain_update("lavori-bench token ");
    let random = numbers.iter().fold(random, |hash, number| hash.chain_update(number.to_be_bytes())).finalize();
    let checksum = Sha256::new().chain_update(prefix).chain_update(random).finalize();
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode([random.as_slice(), &checksum[..4]].concat()))
}

/// The form in which a token is stored.
pub(crate) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The organization and the member behind a connection.
pub(super) fn behind(number: u64) -> (u64, u64) {
    (number % ORGANIZATIONS, number / ORGANIZATIONS % MEMBERS)
}

/// One of the connections of which each organization has a few.
pub(super) fn connection(number: u64) -> [u8; 16] {
    connection_of(behind(number).0, number)
}

fn connection_of(organization: u64, number: u64) -> [u8; 16] {
    id(Kind::Connection, organization, number, START)
}

/// Connections with one access token each: of an organization and one of its members, with a number that no other has.
pub(super) fn connections(all: impl Iterator<Item = (u64, u64, u64)> + Clone + Send + 'static) -> [Table; 2] {
    let connections = all.clone().map(|(org, member, number)| {
        vec![
            Cell::Uid(organization(org)),
            Cell::Uid(connection_of(org, number)),
            Cell::Uid(person(org, member)),
            Cell::Word("bench"),
            Cell::Word(r#"{"client_id":"bench","client_name":"Bench","redirect_uris":["http://127.0.0.1/callback"]}"#),
            Cell::Word(REDIRECT_URI),
            Cell::Word(RESOURCE),
            Cell::Word(SCOPE),
            Cell::Instant(START),
            Cell::Instant(START),
            Cell::Instant(FAR),
            Cell::Instant(FAR),
        ]
    });
    let tokens = all.map(|(org, _, number)| {
        vec![
            Cell::Uid(organization(org)),
            Cell::Uid(id(Kind::Token, org, number, START)),
            Cell::Bytes(hash(&plain(number)).to_vec()),
            Cell::Uid(connection_of(org, number)),
            Cell::Int(1),
            Cell::Word(SCOPE),
            Cell::Int(0),
            Cell::Int(0),
            Cell::Instant(START),
            Cell::Instant(FAR),
            Cell::Instant(START),
        ]
    });
    [
        Table::new(
            "connections",
            "organization_id, id, person_id, client_id, client, redirect_uri, resource, approved_scope, created_at, \
             activated_at, last_used_at, expires_at",
            connections,
        ),
        Table::new(
            "access_tokens",
            "organization_id, id, token_hash, connection_id, generation, scope, write_epoch, billing_epoch, issued_at, \
             expires_at, used_at",
            tokens,
        ),
    ]
}

pub(super) fn tables() -> [Table; 2] {
    connections((0..CONNECTIONS).map(|number| {
        let (org, member) = behind(number);
        (org, member, number)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_length_of_real_ones_and_differ() {
        assert_eq!(plain(0).len(), ACCESS.len() + 48);
        assert_ne!(plain(0), plain(1));
    }
}
