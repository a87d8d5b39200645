//! What must hold of the demo, whenever it is made.

use std::collections::{HashMap, HashSet};

use lavori_domain::budgets::{Amounts, Budget, BudgetLine, BudgetStatus};
use lavori_domain::env::TestEnv;
use lavori_domain::projects::ProjectStatus;
use lavori_domain::tasks::{Due, Task, TaskStatus};
use lavori_domain::{OrganizationId, TaskId, TimeZone, Timestamp, text};

use super::demo;
use crate::accounts::accounts;
use crate::demo::Demo;
use crate::texts::{HARBOR, NORTHLIGHT, PEOPLE, pool};

/// Demos made at awkward instants, with the instant.
fn demos() -> Vec<(Timestamp, Demo)> {
    ["2026-11-22T12:00:00Z", "2028-02-29T23:30:00Z", "2027-03-28T01:30:00Z", "2027-01-01T04:59:59Z"]
        .iter()
        .map(|text| {
            let start = Timestamp::parse_rfc3339(text).unwrap();
            (start, demo(&TestEnv::new(start, 7)))
        })
        .collect()
}

fn one() -> (Timestamp, Demo) {
    demos().remove(0)
}

fn zone(demo: &Demo, id: OrganizationId) -> TimeZone {
    demo.organizations.iter().find(|(organization, _)| organization.id == id).unwrap().0.time_zone
}

fn overdue(now: Timestamp, demo: &Demo) -> Vec<&Task> {
    let late = |task: &&Task| {
        let deadline = task.due.map(|due: Due| due.deadline(zone(demo, task.organization)));
        task.status.is_open() && deadline.is_some_and(|deadline| deadline <= now)
    };
    demo.tasks.iter().filter(late).collect()
}

fn blocked(demo: &Demo) -> HashSet<TaskId> {
    let open: HashSet<TaskId> = demo.tasks.iter().filter(|task| task.status.is_open()).map(|task| task.id).collect();
    let waits = demo.dependencies.iter().filter(|(_, task, blocker)| open.contains(task) && open.contains(blocker));
    waits.map(|(_, task, _)| *task).collect()
}

#[test]
fn there_are_thirty_projects_and_six_hundred_tasks() {
    let (_, demo) = one();
    assert_eq!((demo.projects.len(), demo.tasks.len()), (30, 600));
    let of_harbor = demo.projects.iter().filter(|project| project.organization == demo.organizations[1].0.id);
    assert_eq!(of_harbor.count(), 6);
    assert_eq!((demo.contacts.len(), demo.people.len(), demo.teams.len()), (14, 16, 3));
}

#[test]
fn every_run_from_the_same_start_is_equal_and_another_start_moves_the_dates() {
    assert_eq!(one(), one());
    let mut made = demos();
    let ((_, first), (_, second)) = (made.remove(0), made.remove(0));
    assert_ne!(first.projects[0].starts_on, second.projects[0].starts_on);
}

#[test]
fn some_tasks_are_overdue_blocked_unassigned_without_phase_or_done() {
    for (now, demo) in demos() {
        let assigned: HashSet<TaskId> = demo.assignees.iter().map(|(_, task, _)| *task).collect();
        let count = |which: &dyn Fn(&Task) -> bool| demo.tasks.iter().filter(|task| which(task)).count();
        let team_less: HashSet<_> =
            demo.projects.iter().filter(|project| project.team.is_none()).map(|project| project.id).collect();
        let counts = [
            ("overdue", overdue(now, &demo).len(), 12..60),
            ("blocked", blocked(&demo).len(), 30..160),
            ("unassigned", demo.tasks.len() - assigned.len(), 60..200),
            ("without a team", count(&|task| team_less.contains(&task.project)), 150..300),
            ("without a phase", count(&|task| task.phase.is_none()), 15..120),
            ("part of another", count(&|task| task.parent.is_some()), 10..60),
            ("leading to a milestone", count(&|task| task.milestone.is_some()), 100..300),
            ("without a deadline", count(&|task| task.due.is_none()), 15..120),
            ("done", count(&|task| task.status == TaskStatus::Done), 150..400),
            ("cancelled", count(&|task| task.status == TaskStatus::Cancelled), 10..60),
            ("in progress", count(&|task| task.status == TaskStatus::InProgress), 10..80),
            ("in review", count(&|task| task.status == TaskStatus::InReview), 3..40),
            ("to do", count(&|task| task.status == TaskStatus::Todo), 60..250),
            ("backlog", count(&|task| task.status == TaskStatus::Backlog), 40..200),
        ];
        for (name, count, expected) in counts {
            assert!(expected.contains(&count), "{count} tasks are {name} at {now}");
        }
    }
}

#[test]
fn projects_stand_in_every_status_and_some_are_late() {
    let (now, demo) = one();
    for status in ProjectStatus::ALL {
        assert!(demo.projects.iter().any(|project| project.status == *status), "{status}");
    }
    let late = demo.projects.iter().filter(|project| {
        project.status.is_open() && project.due_on.is_some_and(|due| due < zone(&demo, project.organization).date(now))
    });
    assert_eq!(late.count(), 1);
}

#[test]
fn budgets_burn_as_their_days_pass_and_one_is_over() {
    for (now, demo) in demos() {
        let amounts = |budget: &Budget| {
            let of = demo.budget_lines.iter().filter(|line| line.budget == budget.id).map(BudgetLine::amounts);
            of.fold(Amounts::none(budget.currency), |sum, line| sum.plus(line).unwrap())
        };
        let over: Vec<&Budget> =
            demo.budgets.iter().filter(|budget| amounts(budget).figures().unwrap().over_budget).collect();
        assert!((1..=2).contains(&over.len()), "{} at {now}", over.len());
        assert!(over.iter().all(|budget| budget.status == BudgetStatus::Approved), "at {now}");
        for status in BudgetStatus::ALL {
            let count = demo.budgets.iter().filter(|budget| budget.status == *status).count();
            assert!(count > 0, "none is {status} at {now}");
        }
        for budget in &demo.budgets {
            let amounts = amounts(budget);
            assert!(amounts.planned.minor() > 0, "{}", budget.name);
            assert!(budget.status != BudgetStatus::Draft || amounts.entered.minor() == 0, "{}", budget.name);
            assert!(budget.starts_on <= budget.ends_on && budget.created_at <= budget.updated_at, "{}", budget.name);
        }
        for (organization, _) in &demo.organizations {
            let own: Vec<_> = demo.budgets.iter().filter(|budget| budget.organization == organization.id).collect();
            assert!(own.len() > 3 && (1..).zip(&own).all(|(number, budget)| budget.number == number));
        }
    }
}

#[test]
fn names_that_stand_for_two_things_are_there() {
    let (_, demo) = one();
    let twice = |names: Vec<&str>| {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        names.iter().for_each(|name| *counts.entry(name).or_default() += 1);
        let mut found: Vec<_> = counts.into_iter().filter(|(_, count)| *count == 2).map(|(name, _)| name).collect();
        found.sort_unstable();
        found.join("; ")
    };
    assert_eq!(twice(demo.contacts.iter().map(|contact| contact.name.as_str()).collect()), "Teatro Grande");
    assert_eq!(
        twice(demo.projects.iter().map(|project| project.name.as_str()).collect()),
        "Castello Sotto le Stelle; Meridian Health Summit; Notte Bianca, concerts in the square; \
         Summit Adriatico, partners' conference"
    );
}

#[test]
fn nothing_waits_for_itself_however_long_the_way() {
    for (_, demo) in demos() {
        let blockers: HashMap<TaskId, TaskId> = demo.dependencies.iter().map(|(_, task, by)| (*task, *by)).collect();
        for start in blockers.keys() {
            let mut at = *start;
            let mut steps = 0;
            while let Some(next) = blockers.get(&at) {
                at = *next;
                steps += 1;
                assert!(at != *start && steps < 600);
            }
        }
    }
}

#[test]
fn nothing_is_done_before_what_it_waits_for_or_left_open_in_something_closed() {
    for (_, demo) in demos() {
        let tasks: HashMap<TaskId, &Task> = demo.tasks.iter().map(|task| (task.id, task)).collect();
        for (_, task, blocker) in &demo.dependencies {
            let (task, blocker) = (tasks[task], tasks[blocker]);
            assert_eq!(task.project, blocker.project);
            assert!(task.status != TaskStatus::Done || !blocker.status.is_open(), "{}", task.title);
            if let (Some(done), Some(before)) = (task.completed_at, blocker.completed_at) {
                assert!(done >= before, "{} at {done}, {} at {before}", task.title, blocker.title);
            }
        }
        for task in demo.tasks.iter().filter(|task| task.parent.is_some()) {
            let parent = tasks[&task.parent.unwrap()];
            assert_eq!(task.project, parent.project);
            assert!(parent.status.is_open() || !task.status.is_open(), "{}", task.title);
            assert!(parent.number < task.number && parent.parent.is_none());
        }
        let ended: HashSet<_> =
            demo.projects.iter().filter(|project| !project.status.is_open()).map(|project| project.id).collect();
        assert!(!demo.tasks.iter().any(|task| ended.contains(&task.project) && task.status.is_open()));
    }
}

#[test]
fn what_a_task_refers_to_is_of_its_own_project_and_organization() {
    for (_, demo) in demos() {
        let projects: HashMap<_, _> = demo.projects.iter().map(|project| (project.id, project.organization)).collect();
        let phases: HashMap<_, _> = demo.phases.iter().map(|phase| (phase.id, phase.project)).collect();
        let milestones: HashMap<_, _> = demo.milestones.iter().map(|mark| (mark.id, mark.project)).collect();
        let members: HashSet<_> = demo.memberships.iter().map(|entry| (entry.organization, entry.person)).collect();
        for task in &demo.tasks {
            assert_eq!(projects[&task.project], task.organization);
            assert!(task.phase.is_none_or(|phase| phases[&phase] == task.project), "{}", task.title);
            assert!(task.milestone.is_none_or(|mark| milestones[&mark] == task.project), "{}", task.title);
        }
        let owners: HashMap<TaskId, OrganizationId> =
            demo.tasks.iter().map(|task| (task.id, task.organization)).collect();
        for (organization, task, person) in &demo.assignees {
            assert!(owners[task] == *organization && members.contains(&(*organization, *person)));
        }
        let distinct: HashSet<_> = demo.assignees.iter().collect();
        assert_eq!(distinct.len(), demo.assignees.len());
    }
}

#[test]
fn what_the_tables_name_exists() {
    for (text, (_, demo)) in [&NORTHLIGHT, &HARBOR].into_iter().zip([one(), one()]) {
        let organization = &demo.organizations.iter().find(|(entry, _)| entry.slug == text.slug).unwrap().0;
        let made: Vec<_> = demo.projects.iter().filter(|project| project.organization == organization.id).collect();
        for production in text.productions {
            let of_name = made.iter().filter(|project| project.name == production.name);
            for project in of_name {
                assert_eq!(project.client.is_some(), production.client.is_some(), "client of {}", production.name);
                assert_eq!(project.team.is_some(), production.team.is_some(), "team of {}", production.name);
                assert_eq!(project.lead.is_some(), production.lead.is_some(), "lead of {}", production.name);
            }
            let names: Vec<_> = production.theme.marks.iter().map(|mark| mark.name).collect();
            for (at, step) in production.theme.steps.iter().enumerate() {
                let above: Vec<_> = production.theme.steps[..at].iter().map(|step| step.title).collect();
                for title in step.after.iter().chain(&step.part_of) {
                    assert!(above.contains(title), "{}: {title}", step.title);
                }
                assert!(step.mark.is_none_or(|mark| names.contains(&mark)), "{}: {:?}", step.title, step.mark);
            }
            assert!(production.tasks * 3 / 4 + pool(production.team).len() > production.tasks);
        }
    }
    for team in [None, Some("stage"), Some("sound"), Some("video")] {
        let pool = pool(team);
        for (at, step) in pool.iter().enumerate() {
            let mut above = pool[..at].iter();
            assert!(step.after.is_none_or(|title| above.any(|step| step.title == title)), "{}", step.title);
        }
    }
}

#[test]
fn accounts_and_organizations_agree() {
    for account in accounts() {
        assert!(PEOPLE.iter().any(|hand| hand.email == account.email), "{}", account.email);
    }
    for organization in
        PEOPLE.iter().flat_map(|hand| hand.organizations).chain(accounts().iter().flat_map(|a| a.organizations))
    {
        let text = [&NORTHLIGHT, &HARBOR].into_iter().find(|text| text.slug == organization.slug).unwrap();
        assert_eq!(text.name, organization.name);
        assert!(organization.teams.iter().all(|slug| text.teams.iter().any(|(team, _)| team == slug)));
    }
    let (_, demo) = one();
    assert_eq!(demo.people.iter().filter(|entry| entry.signs_in).count(), accounts().len());
    let switches: Vec<_> =
        demo.organizations.iter().map(|(_, switches)| (switches.write(), switches.billing())).collect();
    assert_eq!(switches, [(true, true), (false, false)]);
}

#[test]
fn numbers_count_from_one_in_the_order_in_which_things_came_in() {
    for (_, demo) in demos() {
        for (organization, _) in &demo.organizations {
            let tasks: Vec<_> = demo.tasks.iter().filter(|task| task.organization == organization.id).collect();
            assert!((1..).zip(&tasks).all(|(number, task)| task.number == number));
            assert!(tasks.windows(2).all(|pair| pair[0].created_at <= pair[1].created_at && pair[0].id < pair[1].id));
            let projects: Vec<_> = demo.projects.iter().filter(|p| p.organization == organization.id).collect();
            assert!((1..).zip(&projects).all(|(number, project)| project.number == number));
        }
    }
}

#[test]
fn every_time_is_plausible() {
    for (now, demo) in demos() {
        // Reading the clock moves it: a little is between the start and the present of the run.
        let now = now.plus_seconds(1);
        let projects: HashMap<_, _> = demo.projects.iter().map(|project| (project.id, project)).collect();
        for task in &demo.tasks {
            let about = format!("{} {} at {now}", task.key(), task.title);
            assert!(projects[&task.project].created_at <= task.created_at, "{about}");
            assert!(task.created_at <= task.updated_at && task.updated_at <= now, "{about}");
            assert_eq!(task.completed_at.is_some(), task.status == TaskStatus::Done, "{about}");
            assert!(task.completed_at.is_none_or(|done| task.created_at <= done && done <= task.updated_at), "{about}");
            assert_eq!(task.version == 1, task.created_at == task.updated_at, "{about}");
        }
        for project in &demo.projects {
            assert!(project.created_at <= project.updated_at && project.updated_at <= now, "{}", project.name);
            assert!(project.starts_on <= project.due_on);
        }
        for milestone in &demo.milestones {
            assert!(milestone.done_at.is_none_or(|done| done <= now), "{}", milestone.name);
        }
        assert!(
            demo.contacts.iter().all(|contact| contact.created_at <= contact.updated_at && contact.updated_at <= now)
        );
    }
}

#[test]
fn every_text_is_short_clean_and_filled_in() {
    let (_, demo) = one();
    let mut texts: Vec<&str> = Vec::new();
    texts.extend(demo.organizations.iter().flat_map(|(entry, _)| [entry.name.as_str(), &entry.slug]));
    texts.extend(demo.people.iter().flat_map(|entry| [entry.person.name.as_str(), &entry.person.email]));
    texts.extend(demo.teams.iter().flat_map(|team| [team.name.as_str(), &team.slug]));
    texts.extend(demo.contacts.iter().flat_map(|contact| {
        [Some(&contact.name), contact.email.as_ref(), contact.phone.as_ref()].into_iter().flatten().map(String::as_str)
    }));
    texts.extend(demo.projects.iter().flat_map(|project| {
        let more = [project.description.as_ref(), project.health_reason.as_ref()];
        more.into_iter().flatten().chain([&project.name]).map(String::as_str)
    }));
    texts.extend(demo.phases.iter().map(|phase| phase.name.as_str()));
    texts.extend(demo.budgets.iter().map(|budget| budget.name.as_str()));
    texts.extend(demo.budget_lines.iter().filter_map(|line| line.note.as_deref()));
    texts.extend(demo.milestones.iter().map(|milestone| milestone.name.as_str()));
    texts.extend(demo.tasks.iter().flat_map(|task| task.description.iter().chain([&task.title]).map(String::as_str)));
    for text in texts {
        assert!((1..=200).contains(&text.chars().count()), "{text}");
        assert_eq!(text, text::clean(text));
        assert!(!text.contains(['{', '}', '\n', '\t']) && text.trim() == text, "{text}");
    }
    let titles: HashSet<_> = demo.tasks.iter().map(|task| (task.project, &task.title)).collect();
    assert_eq!(titles.len(), demo.tasks.len(), "a project has no two tasks of one title");
}

#[test]
fn the_directory_says_how_to_bill_whom_and_when_people_work() {
    use lavori_domain::contacts::{normalize_tax_id, read_country, read_email, read_language, read_phone};
    let (_, demo) = one();
    for contact in &demo.contacts {
        let name = &contact.name;
        assert_eq!(contact.email.as_deref().and_then(read_email), contact.email, "{name}");
        assert_eq!(contact.phone.as_deref().and_then(read_phone), contact.phone, "{name}");
        assert_eq!(contact.language.as_deref().and_then(read_language), contact.language, "{name}");
        assert_eq!(contact.country().and_then(read_country).as_deref(), contact.country(), "{name}");
        if let Some(id) = &contact.tax_id {
            assert_eq!(normalize_tax_id(id, contact.country()).as_ref(), Ok(id), "{name}");
        }
        assert!(!contact.roles.is_empty(), "{name}");
    }
    assert!(demo.contacts.iter().filter(|contact| contact.payment_terms_days.is_some()).count() > 8);
    assert!(demo.projects.iter().filter(|project| !project.tags.is_empty()).count() > 5);
    assert!(demo.memberships.iter().any(|member| member.work.0 == 2400) && demo.project_members.len() > 20);
    assert!(demo.memberships.iter().any(|member| (1..2400).contains(&member.work.0)));
    let led: HashSet<_> = demo.projects.iter().filter_map(|project| Some((project.id, project.lead?))).collect();
    assert!(demo.project_members.iter().all(|(_, project, person)| !led.contains(&(*project, *person))));
}
