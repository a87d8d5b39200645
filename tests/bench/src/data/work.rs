//! Contacts, projects with their phases and milestones, and the tasks.

use super::calendar::{DAY, SPAN, START};
use super::people::{each, organization, person, team};
use super::{CONTACTS, Cell, Kind, MEMBERS, ORGANIZATIONS, PHASES, PROJECTS, Size, TEAMS, Table, chance, id, pick};

const VERB: &[&str] = &["Rig", "Order", "Check", "Book", "Draw", "Patch", "Focus", "Test", "Invoice", "Brief", "Load"];
const THING: &[&str] = &[
    "the truss over stage left",
    "the wireless microphones",
    "the LED wall",
    "the follow spots",
    "the crew catering",
    "the power distribution",
    "the delay towers",
    "the media server",
    "the riser for the choir",
    "the truck to Città",
    "the front-of-house position",
    "the intercom",
    "the safety lines",
    "the permits of the town",
    "the stage plot",
];
const WHEN: &[&str] =
    &["before load-in", "for the rehearsal", "for the second show", "after the strike", "with the venue"];
const EVENT: &[&str] =
    &["Summer Festival", "Opera Gala", "Product Launch", "Stadium Tour", "Trade Fair", "Award Night"];
const PHASE: [&str; 3] = ["Preparation", "Show", "Strike"];
const NOTE: &str = "Agree on it with the venue first, then tell the crew chief. The drawing of last year is a start, but \
                    the ceiling is lower this time and the dock opens at six. Keep the receipt.";

fn project(org: u64, number: u64) -> [u8; 16] {
    id(Kind::Project, org, number, START)
}

fn phase(org: u64, project: u64, number: u64) -> [u8; 16] {
    id(Kind::Phase, org, project * PHASES + number, START)
}

fn contact(org: u64, number: u64) -> [u8; 16] {
    id(Kind::Contact, org, number, START)
}

pub(super) fn tables(size: Size) -> Vec<Table> {
    let mut tables = vec![counters(size), contacts()];
    tables.extend(projects());
    tables.extend([tasks(size), assignees(size), dependencies(size)]);
    tables
}

fn counters(size: Size) -> Table {
    let rows = (0..ORGANIZATIONS).flat_map(move |org| {
        [("C", CONTACTS), ("P", PROJECTS), ("T", size.tasks_of(org))]
            .map(|(name, value)| vec![Cell::Uid(organization(org)), Cell::Word(name), int(value)])
    });
    Table::new("counters", "organization_id, name, value", rows)
}

fn contacts() -> Table {
    let rows = each(CONTACTS).map(|(org, number)| {
        vec![
            Cell::Uid(organization(org)),
            Cell::Uid(contact(org, number)),
            int(number + 1),
            Cell::Word("company"),
            Cell::Text(format!("Client {} of Crew {org}", number + 1)),
            Cell::Text(format!("office{number}@client{org}.example")),
            Cell::Int(1),
            Cell::Instant(START),
            Cell::Instant(START),
        ]
    });
    Table::new("contacts", "organization_id, id, number, kind, name, email, version, created_at, updated_at", rows)
}

fn projects() -> [Table; 3] {
    let projects = each(PROJECTS).map(move |(org, number)| {
        let row = org * PROJECTS + number;
        let day = START / DAY + up_to(1, row, 700);
        let team_of = number % (TEAMS + 1);
        vec![
            Cell::Uid(organization(org)),
            Cell::Uid(project(org, number)),
            int(number + 1),
            Cell::Text(format!("{} {}", pick(EVENT, 2, row), number + 1)),
            Cell::Uid(contact(org, number % CONTACTS)),
            (team_of < TEAMS).then(|| Cell::Uid(team(org, team_of))).into(),
            Cell::Uid(person(org, chance(3, row) % MEMBERS)),
            Cell::Word(pick(&["planned", "active", "active", "active", "on_hold", "completed"], 4, row)),
            Cell::Day(day),
            Cell::Day(day + 60),
            Cell::Int(1),
            Cell::Instant(START),
            Cell::Instant(START + up_to(5, row, 600) * DAY),
        ]
    });
    let phases = each(PROJECTS * PHASES).map(|(org, number)| {
        let name = PHASE[usize::try_from(number % PHASES).unwrap_or(0)];
        let (of, position) = (number / PHASES, number % PHASES);
        vec![
            Cell::Uid(organization(org)),
            Cell::Uid(phase(org, of, position)),
            Cell::Uid(project(org, of)),
            int(position + 1),
            Cell::Word(name),
        ]
    });
    let milestones = each(PROJECTS).map(|(org, number)| {
        vec![
            Cell::Uid(organization(org)),
            Cell::Uid(id(Kind::Milestone, org, number, START)),
            Cell::Uid(project(org, number)),
            Cell::Word("Doors open"),
            Cell::Day(START / DAY + up_to(6, number, 700)),
        ]
    });
    [
        Table::new(
            "projects",
            "organization_id, id, number, name, client_id, team_id, lead_id, status, starts_on, due_on, version, \
             created_at, updated_at",
            projects,
        ),
        Table::new("phases", "organization_id, id, project_id, position, name", phases),
        Table::new("milestones", "organization_id, id, project_id, name, due_on", milestones),
    ]
}

/// When the task was made: the whole house makes them evenly.
fn made(row: u64, size: Size) -> i64 {
    let millis = i128::from(row) * i128::from(SPAN * DAY) / i128::from(size.tasks.max(1));
    START + i64::try_from(millis).unwrap_or(0)
}

fn task(row: u64, size: Size) -> [u8; 16] {
    id(Kind::Task, row % ORGANIZATIONS, row / ORGANIZATIONS, made(row, size))
}

/// Organizations take turns, so that the rows of one lie scattered among those of the others, as in real life.
fn tasks(size: Size) -> Table {
    let rows = (0..size.tasks).map(move |row| {
        let org = row % ORGANIZATIONS;
        let created = made(row, size);
        let of = chance(10, row) % PROJECTS;
        let phase_of = chance(11, row) % (PHASES + 1);
        // A third of the deadlines are an hour, the rest whole days, which end at midnight in Rome.
        let due = (chance(12, row) % 10 < 6).then(|| created / DAY + 1 + up_to(13, row, 120));
        let whole = !chance(14, row).is_multiple_of(3);
        let status = pick(
            &[
                "backlog",
                "todo",
                "todo",
                "todo",
                "in_progress",
                "in_progress",
                "in_review",
                "done",
                "done",
                "cancelled",
            ],
            15,
            row,
        );
        let updated = created + up_to(16, row, 60) * DAY + up_to(17, row, 86_400_000);
        vec![
            Cell::Uid(organization(org)),
            Cell::Uid(task(row, size)),
            int(row / ORGANIZATIONS + 1),
            Cell::Uid(project(org, of)),
            (phase_of < PHASES).then(|| Cell::Uid(phase(org, of, phase_of))).into(),
            Cell::Text(format!("{} {} {}", pick(VERB, 18, row), pick(THING, 19, row), pick(WHEN, 20, row))),
            (chance(21, row) % 10 < 3).then_some(Cell::Word(NOTE)).into(),
            Cell::Word(status),
            Cell::Word(pick(&["none", "low", "medium", "medium", "high", "urgent"], 22, row)),
            due.filter(|_| whole).map(Cell::Day).into(),
            due.map(|day| Cell::Instant(day * DAY + if whole { 23 } else { 10 } * 3_600_000)).into(),
            chance(23, row).is_multiple_of(2).then(|| int(30 * (1 + chance(24, row) % 16))).into(),
            (status == "done").then_some(Cell::Instant(updated)).into(),
            int(1 + chance(25, row) % 5),
            Cell::Instant(created),
            Cell::Instant(updated),
        ]
    });
    Table::new(
        "tasks",
        "organization_id, id, number, project_id, phase_id, title, description, status, priority, due_on, due_at, \
         estimate_minutes, completed_at, version, created_at, updated_at",
        rows,
    )
}

/// Three tasks in five are somebody's, and a few of those two people's.
fn assignees(size: Size) -> Table {
    let rows = (0..size.tasks).flat_map(move |row| {
        let org = row % ORGANIZATIONS;
        let people = match chance(30, row) % 20 {
            0..8 => 0,
            8..17 => 1,
            _ => 2,
        };
        let first = chance(31, row) % MEMBERS;
        (0..people).map(move |next| {
            let member = person(org, (first + 7 * next) % MEMBERS);
            vec![Cell::Uid(organization(org)), Cell::Uid(task(row, size)), Cell::Uid(member)]
        })
    });
    Table::new("task_assignees", "organization_id, task_id, person_id", rows)
}

/// One task in twelve waits for an earlier one of its organization.
fn dependencies(size: Size) -> Table {
    let waiting = |row: &u64| chance(40, *row).is_multiple_of(12) && *row >= ORGANIZATIONS;
    let rows = (0..size.tasks).filter(waiting).map(move |row| {
        let earlier = row - ORGANIZATIONS * (1 + chance(41, row) % (row / ORGANIZATIONS).min(40));
        vec![Cell::Uid(organization(row % ORGANIZATIONS)), Cell::Uid(task(row, size)), Cell::Uid(task(earlier, size))]
    });
    Table::new("task_dependencies", "organization_id, task_id, blocked_by_id", rows)
}

fn int(number: u64) -> Cell {
    Cell::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Less than `limit`, by chance.
fn up_to(what: u64, number: u64, limit: u64) -> i64 {
    i64::try_from(chance(what, number) % limit).unwrap_or(0)
}
