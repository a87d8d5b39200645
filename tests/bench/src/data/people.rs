//! Organizations, people, memberships and teams.

use std::ops::Range;

use super::calendar::START;
use super::{Cell, Kind, MEMBERS, ORGANIZATIONS, TEAMS, Table, id};

const FIRST: &[&str] = &["Ada", "Bruno", "Carla", "Dario", "Elena", "Fabio", "Greta", "Hugo", "Irene", "Jacopo"];
const LAST: &[&str] = &["Bianchi", "Conti", "Ferrari", "Greco", "Lombardi", "Marino"];
const TEAM: [&str; 3] = ["Stage", "Sound", "Video"];

pub(super) fn organization(number: u64) -> [u8; 16] {
    id(Kind::Organization, number, 0, START)
}

pub(super) fn person(organization: u64, number: u64) -> [u8; 16] {
    id(Kind::Person, organization, number, START)
}

pub(super) fn team(organization: u64, number: u64) -> [u8; 16] {
    id(Kind::Team, organization, number, START)
}

/// All pairs of an organization and one of its `count` somethings.
pub(super) fn each(count: u64) -> impl Iterator<Item = (u64, u64)> + Send {
    each_of(0..ORGANIZATIONS, count)
}

fn each_of(organizations: Range<u64>, count: u64) -> impl Iterator<Item = (u64, u64)> + Send {
    organizations.flat_map(move |organization| (0..count).map(move |number| (organization, number)))
}

/// Organizations, each with so many people, of whom the first owns it.
pub(super) fn organizations(numbers: Range<u64>, people_each: u64) -> [Table; 3] {
    let organizations = numbers.clone().map(|number| {
        vec![
            Cell::Uid(organization(number)),
            Cell::Text(format!("crew-{number}")),
            Cell::Text(format!("Crew Number {number}")),
            Cell::Word("Europe/Rome"),
            Cell::Word("EUR"),
            Cell::Word("active"),
            Cell::Bool(true),
            Cell::Bool(true),
            Cell::Instant(START),
        ]
    });
    let people = each_of(numbers.clone(), people_each).map(|(org, number)| {
        let pick = |names: &[&'static str], step: u64| names[usize::try_from(step).unwrap_or(0) % names.len()];
        let (first, last) = (pick(FIRST, number), pick(LAST, number / 10 + org));
        vec![
            Cell::Uid(person(org, number)),
            Cell::Text(format!("{}.{}.{org}.{number}@bench.example", first.to_lowercase(), last.to_lowercase())),
            Cell::Text(format!("{first} {last}")),
            Cell::Word("active"),
            Cell::Instant(START),
        ]
    });
    let memberships = each_of(numbers, people_each).map(|(org, number)| {
        let role = if number == 0 { "owner" } else { "member" };
        vec![Cell::Uid(organization(org)), Cell::Uid(person(org, number)), Cell::Word(role), Cell::Instant(START)]
    });
    [
        Table::new(
            "organizations",
            "id, slug, name, time_zone, currency, state, allow_write, allow_billing, created_at",
            organizations,
        ),
        Table::new("people", "id, email, name, state, created_at", people),
        Table::new("memberships", "organization_id, person_id, role, created_at", memberships),
    ]
}

pub(super) fn tables() -> Vec<Table> {
    let teams = each(TEAMS).map(|(org, number)| {
        let name = TEAM[usize::try_from(number).unwrap_or(0) % TEAM.len()];
        vec![
            Cell::Uid(organization(org)),
            Cell::Uid(team(org, number)),
            Cell::Text(name.to_lowercase()),
            Cell::Word(name),
        ]
    });
    let team_members = each(MEMBERS).map(|(org, number)| {
        vec![Cell::Uid(organization(org)), Cell::Uid(team(org, number % TEAMS)), Cell::Uid(person(org, number))]
    });
    let mut tables = Vec::from(organizations(0..ORGANIZATIONS, MEMBERS));
    tables.extend([
        Table::new("teams", "organization_id, id, slug, name", teams),
        Table::new("team_members", "organization_id, team_id, person_id", team_members),
    ]);
    tables
}
