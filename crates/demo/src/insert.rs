//! Writes the demo's rows.

use lavori_domain::{KeyKind, OrganizationId, TimeZone};
use lavori_store::{
    Error, Tx, budgets, contacts, counters, memberships, milestones, organizations, people, phases, project_members,
    projects, task_assignees, task_dependencies, tasks, teams,
};

use crate::demo::Demo;

/// Inserts everything, each row after those that it refers to.
pub(crate) async fn all(tx: &mut Tx, demo: &Demo, password_hash: &str) -> Result<(), Error> {
    tenants(tx, demo, password_hash).await?;
    work(tx, demo).await?;
    for (organization, _) in &demo.organizations {
        let id = organization.id;
        let numbered = [
            (KeyKind::Contact, demo.contacts.iter().filter(|contact| contact.organization == id).count()),
            (KeyKind::Project, demo.projects.iter().filter(|project| project.organization == id).count()),
            (KeyKind::Budget, demo.budgets.iter().filter(|budget| budget.organization == id).count()),
            (KeyKind::Task, demo.tasks.iter().filter(|task| task.organization == id).count()),
        ];
        for (kind, count) in numbered {
            // The demo numbers from 1: this leaves the counters where the next record of a person goes on.
            counters::take(tx, id, kind, i64::try_from(count).unwrap_or(i64::MAX)).await?;
        }
    }
    Ok(())
}

async fn tenants(tx: &mut Tx, demo: &Demo, password_hash: &str) -> Result<(), Error> {
    for (organization, switches) in &demo.organizations {
        organizations::insert(tx, organization, *switches).await?;
    }
    for entry in &demo.people {
        people::insert(tx, &entry.person, entry.signs_in.then_some(password_hash)).await?;
    }
    for entry in &demo.memberships {
        memberships::insert(tx, entry.organization, entry.person, entry.role, entry.at).await?;
        let (capacity, cost_rate) = entry.work;
        memberships::set_work(tx, entry.organization, entry.person, capacity, cost_rate).await?;
    }
    for team in &demo.teams {
        teams::insert(tx, team).await?;
    }
    for (organization, team, person) in &demo.team_members {
        teams::add_member(tx, *organization, *team, *person).await?;
    }
    Ok(())
}

async fn work(tx: &mut Tx, demo: &Demo) -> Result<(), Error> {
    for contact in &demo.contacts {
        contacts::insert(tx, contact).await?;
    }
    for (organization, contact, team) in &demo.contact_teams {
        contacts::link_team(tx, *organization, *contact, *team).await?;
    }
    for project in &demo.projects {
        projects::insert(tx, project).await?;
    }
    for (organization, project, person) in &demo.project_members {
        project_members::insert(tx, *organization, *project, *person).await?;
    }
    for phase in &demo.phases {
        phases::insert(tx, phase).await?;
    }
    for milestone in &demo.milestones {
        milestones::insert(tx, milestone).await?;
    }
    for task in &demo.tasks {
        tasks::insert(tx, task, zone(demo, task.organization)).await?;
    }
    for (organization, task, person) in &demo.assignees {
        task_assignees::insert(tx, *organization, *task, *person).await?;
    }
    for (organization, task, blocked_by) in &demo.dependencies {
        task_dependencies::insert(tx, *organization, *task, *blocked_by).await?;
    }
    for budget in &demo.budgets {
        budgets::insert(tx, budget).await?;
    }
    budgets::insert_lines(tx, &demo.budget_lines).await?;
    Ok(())
}

fn zone(demo: &Demo, organization: OrganizationId) -> TimeZone {
    let found = demo.organizations.iter().find(|(entry, _)| entry.id == organization);
    found.map_or(TimeZone::UTC, |(entry, _)| entry.time_zone)
}
