//! Budgets of the productions, spent as far as their days have passed; one of them too far.

use chrono::Datelike;
use lavori_domain::budgets::{Budget, BudgetCategory, BudgetLine, BudgetStatus, Period};
use lavori_domain::projects::{Health, Project, ProjectStatus};
use lavori_domain::schedule::{Shift, ShiftStatus};
use lavori_domain::{BudgetId, BudgetLineId, Currency, Env, Money, Timestamp};

use super::place::Place;
use crate::chance::Chance;
use crate::demo::Demo;

/// What a day of a production costs about, in whole units of the currency, and what of it is for what, in percent.
const DAILY: i64 = 640;
const SHARES: [(BudgetCategory, i64, &str); 6] = [
    (BudgetCategory::Equipment, 31, "Rental of rig, sound and light"),
    (BudgetCategory::Labour, 27, "Crew that is not on the shift plan"),
    (BudgetCategory::Subcontractors, 18, "Roof, power and security"),
    (BudgetCategory::Travel, 9, "Trucks, hotels and per diems"),
    (BudgetCategory::Materials, 10, "Timber, drapes and consumables"),
    (BudgetCategory::Overhead, 5, "Insurance and office"),
];

/// What somebody costs in an hour who is still to be found, in minor units.
const NOBODY_YET: i64 = 4_000;

/// Makes the organization's budgets, numbered in the order of their productions.
pub(super) fn all(env: &dyn Env, place: &Place, demo: &mut Demo) {
    let organization = demo.organizations.iter().find(|(entry, _)| entry.id == place.id);
    let Some(currency) = organization.map(|(entry, _)| entry.currency) else { return };
    let projects: Vec<Project> =
        demo.projects.iter().filter(|project| project.organization == place.id).cloned().collect();
    // The first production that goes off the rails also costs too much.
    let too_dear = projects.iter().find(|project| project.health == Some(Health::OffTrack)).map(|project| project.id);
    let mut number = 0;
    for project in &projects {
        let mut chance = Chance::named(&format!("budget of {} {}", project.name, project.number));
        let wanted = Some(project.id) == too_dear || chance.percent(70);
        if !wanted || project.status == ProjectStatus::Cancelled {
            continue;
        }
        number += 1;
        let overspent = Some(project.id) == too_dear;
        of_project(env, place, project, Making { number, currency, overspent }, &mut chance, demo);
    }
    of_the_year(env, place, Making { number: number + 1, currency, overspent: false }, demo);
}

/// A budget on its way to being a row.
#[derive(Debug, Clone, Copy)]
struct Making {
    number: i64,
    currency: Currency,
    overspent: bool,
}

fn of_project(env: &dyn Env, place: &Place, project: &Project, making: Making, chance: &mut Chance, demo: &mut Demo) {
    let (Some(first), Some(last)) = (project.starts_on, project.due_on) else { return };
    let status = match project.status {
        ProjectStatus::Planned => BudgetStatus::Draft,
        ProjectStatus::Completed => BudgetStatus::Closed,
        _ => BudgetStatus::Approved,
    };
    let revision = if status != BudgetStatus::Draft && chance.percent(20) { 2 } else { 1 };
    let budget = Budget {
        organization: place.id,
        id: BudgetId::new(env),
        number: making.number,
        name: format!("{} {}", project.name, first.year()),
        project: Some(project.id),
        team: None,
        currency: making.currency,
        starts_on: Some(first),
        ends_on: Some(last),
        status,
        revision,
        version: if status == BudgetStatus::Draft { 1 } else { 1 + 2 * revision },
        created_at: project.created_at,
        updated_at: if status == BudgetStatus::Draft { project.created_at } else { project.updated_at },
    };
    let days = (last - first).num_days() + 1;
    let total = days * DAILY * chance.between(80, 140) / 100;
    let passed = Period { first, last }.expected_burn(place.calendar.today).map_or(0, |share| share.tenths());
    for (position, (category, percent, note)) in (1..).zip(SHARES) {
        let planned = total * percent / 100 / 50 * 50;
        // Most things cost a little less than planned, and some of what is to come is ordered.
        let pace = if making.overspent { chance.between(135, 160) } else { chance.between(78, 99) };
        let entered = match status {
            BudgetStatus::Draft => 0,
            _ if making.overspent => planned * pace / 100,
            _ => planned * passed * pace / 100_000,
        };
        let is_open = status == BudgetStatus::Approved && chance.percent(60);
        let committed = if is_open { (planned - entered).max(0) * chance.between(20, 70) / 100 } else { 0 };
        let work = (category == BudgetCategory::Labour).then(|| i32::try_from(planned / 28 * 60).unwrap_or(0));
        push(&budget, position, (category, note), [planned, committed, entered], work, env, demo);
    }
    // What is too dear forgot the crew.
    let crew = if making.overspent { 0 } else { crew(place, &budget, demo) };
    if crew > 0 {
        let position = 1 + i32::try_from(SHARES.len()).unwrap_or(i32::MAX - 1);
        let line = (BudgetCategory::Labour, "Crew on the shift plan");
        push(&budget, position, line, [crew, 0, 0], None, env, demo);
    }
    demo.budgets.push(budget);
}

/// What the shift plan of a budget's project will cost about, with a tenth to spare, in whole units of the currency.
fn crew(place: &Place, budget: &Budget, demo: &Demo) -> i64 {
    let is_of = |shift: &&Shift| {
        let day = place.calendar.zone.date(shift.start);
        shift.project == budget.project
            && shift.status != ShiftStatus::Cancelled
            && budget.period().is_some_and(|period| period.first <= day && day <= period.last)
    };
    let cost = |shift: &Shift| {
        let minutes = shift.stretch().minutes() - i64::from(shift.break_minutes);
        let member =
            demo.memberships.iter().find(|entry| entry.organization == place.id && Some(entry.person) == shift.person);
        minutes * member.and_then(|entry| entry.work.1).unwrap_or(NOBODY_YET) / 60
    };
    let minor: i64 = demo.shifts.iter().filter(is_of).map(cost).sum();
    let whole = minor / 10_i64.pow(budget.currency.exponent());
    (whole * 11 / 10 + 49) / 50 * 50
}

/// What the organization spends on itself this year: of no project and no team.
fn of_the_year(env: &dyn Env, place: &Place, making: Making, demo: &mut Demo) {
    let today = place.calendar.today;
    let year = today.year();
    let day = |month, day| chrono::NaiveDate::from_ymd_opt(year, month, day);
    let made: Timestamp = place.calendar.zone.start_of(day(1, 1).unwrap_or(today));
    let budget = Budget {
        organization: place.id,
        id: BudgetId::new(env),
        number: making.number,
        name: format!("Running costs {year}"),
        project: None,
        team: None,
        currency: making.currency,
        starts_on: day(1, 1),
        ends_on: day(12, 31),
        status: BudgetStatus::Approved,
        revision: 1,
        version: 2,
        created_at: made,
        updated_at: made,
    };
    let passed = i64::from(today.ordinal());
    let lines = [
        (BudgetCategory::Overhead, "Rent of workshop and office", 96_000, 98),
        (BudgetCategory::Equipment, "Repairs and inspections", 42_000, 88),
        (BudgetCategory::Other, "Training and certificates", 12_500, 71),
    ];
    for (position, (category, note, planned, pace)) in (1..).zip(lines) {
        push(&budget, position, (category, note), [planned, 0, planned * passed * pace / 36_600], None, env, demo);
    }
    demo.budgets.push(budget);
}

/// Adds a line; amounts are planned, committed and entered, in whole units of the currency.
fn push(
    budget: &Budget,
    position: i32,
    (category, note): (BudgetCategory, &str),
    amounts: [i64; 3],
    planned_minutes: Option<i32>,
    env: &dyn Env,
    demo: &mut Demo,
) {
    let unit = 10_i64.pow(budget.currency.exponent());
    let [planned, committed, entered] = amounts
        .map(|whole| Money::of_minor(whole * unit, budget.currency).unwrap_or_else(|_| Money::zero(budget.currency)));
    demo.budget_lines.push(BudgetLine {
        organization: budget.organization,
        id: BudgetLineId::new(env),
        budget: budget.id,
        position,
        category,
        planned,
        committed,
        entered,
        planned_minutes,
        note: Some(note.to_owned()),
    });
}
