//! Invented organizations with their work: the same rows on every run and in both databases.
//!
//! Rows are cells; each database writes a cell in its own way. Nothing is drawn at random: what looks like chance is a
//! hash of a row's number.

mod bystanders;
mod calendar;
mod cell;
mod chains;
mod people;
mod tokens;
mod work;

pub(crate) use bystanders::{BYSTANDERS, THEIR_CONNECTIONS};
pub(crate) use calendar::{day, rfc3339};
pub(crate) use cell::{Cell, Table, write_uid};
pub(crate) use chains::{refresh_token, tables as chains};
pub(crate) use tokens::{CONNECTIONS, PUBLIC_URL, REDIRECT_URI, RESOURCE, hash, plain};

/// Organizations.
pub(crate) const ORGANIZATIONS: u64 = 20;
/// Members of each.
const MEMBERS: u64 = 30;
/// Teams of each.
const TEAMS: u64 = 3;
/// Contacts of each.
const CONTACTS: u64 = 40;
/// Projects of each, however few tasks there are: a page of tasks is of as many projects in a small database.
const PROJECTS: u64 = 200;
/// Phases of a project.
const PHASES: u64 = 3;

/// How much there is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) tasks: u64,
    /// Whether there are [`BYSTANDERS`].
    pub(crate) is_crowded: bool,
}

impl Size {
    /// Tasks of the organization with this number: they take turns.
    fn tasks_of(self, organization: u64) -> u64 {
        (self.tasks + ORGANIZATIONS - 1 - organization) / ORGANIZATIONS
    }
}

/// Every table with its rows, parents first.
pub(crate) fn tables(size: Size) -> Vec<Table> {
    let mut tables = people::tables();
    tables.extend(tokens::tables());
    if size.is_crowded {
        tables.extend(bystanders::tables());
    }
    tables.extend(work::tables(size));
    tables
}

/// A UUID shaped as version 7: time first, then what makes it unique.
fn id(kind: Kind, organization: u64, number: u64, millis: i64) -> [u8; 16] {
    let time = millis.to_be_bytes();
    let kind = (0x7000 | (kind as u16)).to_be_bytes();
    let organization = 0x8000_u16 | u16::try_from(organization & 0x3fff).unwrap_or(0);
    let organization = organization.to_be_bytes();
    let number = number.to_be_bytes();
    let mut id = [0; 16];
    id[..6].copy_from_slice(&time[2..]);
    id[6..8].copy_from_slice(&kind);
    id[8..10].copy_from_slice(&organization);
    id[10..].copy_from_slice(&number[2..]);
    id
}

/// What an id is of.
#[derive(Clone, Copy)]
enum Kind {
    Organization = 1,
    Person,
    Team,
    Contact,
    Project,
    Phase,
    Milestone,
    Task,
    Connection,
    Token,
}

/// A number that looks drawn: splitmix64 of the row's number and of what is asked for.
fn chance(what: u64, number: u64) -> u64 {
    let mut mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(what.wrapping_mul(0xd1b5_4a32_d192_ed03));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// One of `all`, by chance.
fn pick<'a>(all: &[&'a str], what: u64, number: u64) -> &'a str {
    let at = chance(what, number) % (all.len() as u64);
    all[usize::try_from(at).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_shape_of_version_7() {
        let id = id(Kind::Task, 19, 49_999, 1_700_000_000_000);
        assert_eq!((id[6] >> 4, id[8] >> 6), (7, 2));
        assert_eq!(&id[..6], &1_700_000_000_000_i64.to_be_bytes()[2..]);
    }

    #[test]
    fn the_organizations_share_the_tasks_out() {
        for tasks in [0, 1, 19, 20, 21, 1_000_000] {
            let size = Size { tasks, is_crowded: false };
            assert_eq!((0..ORGANIZATIONS).map(|it| size.tasks_of(it)).sum::<u64>(), tasks);
        }
    }
}
