//! What connections leave behind that were renewed often: chains of refresh tokens, and the access tokens they gave.
//!
//! With tables as short as those of a fresh server, PostgreSQL would plan to read them from end to end, and keep to it
//! while they grow.

use super::calendar::{FAR, START};
use super::people::organization;
use super::tokens::{ACCESS, CONNECTIONS, SCOPE, behind, connection, hash, secret};
use super::{Cell, Kind, Table, id};

/// What a refresh token begins with.
const REFRESH: &str = "lvr_rt_";
/// Links of each chain.
const LINKS: u64 = 100;
/// Bytes of a sealed successor: nonce, token, tag.
const SEALED: usize = 24 + 55 + 16;

/// The refresh token in clear that nobody has used yet: its chain's last link.
pub(crate) fn refresh_token(number: u64) -> String {
    secret(REFRESH, &[number, LINKS])
}

/// All pairs of a connection and one of the places in its chain from `first` on.
fn links(first: u64) -> impl Iterator<Item = (u64, u64)> + Send {
    (0..CONNECTIONS).flat_map(move |number| (first..=LINKS).map(move |generation| (number, generation)))
}

/// The columns that both tables have.
fn token(prefix: &str, number: u64, generation: u64) -> Vec<Cell> {
    let (org, _) = behind(number);
    vec![
        Cell::Uid(organization(org)),
        Cell::Uid(id(Kind::Token, org, generation << 16 | number, START)),
        Cell::Bytes(hash(&secret(prefix, &[number, generation])).to_vec()),
        Cell::Uid(connection(number)),
        Cell::Int(generation.cast_signed()),
        Cell::Instant(START),
        Cell::Instant(FAR),
    ]
}

pub(crate) fn tables() -> Vec<Table> {
    // The first access tokens are there already.
    let access = links(2).map(|(number, generation)| {
        let mut row = token(ACCESS, number, generation);
        row.extend([Cell::Word(SCOPE), Cell::Int(0), Cell::Int(0), Cell::Instant(START)]);
        row
    });
    let refresh = links(1).map(|(number, generation)| {
        let rotated = generation < LINKS;
        let mut row = token(REFRESH, number, generation);
        row.push(rotated.then_some(Cell::Instant(START)).into());
        row.push(rotated.then(|| Cell::Bytes(vec![0; SEALED])).into());
        row
    });
    vec![
        Table::new(
            "access_tokens",
            "organization_id, id, token_hash, connection_id, generation, issued_at, expires_at, scope, write_epoch, \
             billing_epoch, used_at",
            access,
        ),
        Table::new(
            "refresh_tokens",
            "organization_id, id, token_hash, connection_id, generation, issued_at, expires_at, rotated_at, \
             sealed_successor",
            refresh,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_length_of_real_ones_and_differ() {
        assert_eq!(refresh_token(0).len(), REFRESH.len() + 48);
        assert_ne!(refresh_token(0), refresh_token(1));
    }
}
