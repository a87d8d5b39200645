//! Rows to count, and the same rows read back one by one for the recount.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use lavori_domain::projects::{Milestone, ProjectStatus};
use lavori_domain::tasks::{Due, Priority, TaskStatus};
use lavori_domain::{Id, PersonId, Timestamp};
use lavori_store::tasks::{TaskFilter, TaskKeys, TaskLink, TaskSort};
use lavori_store::{milestones, projects, task_assignees, tasks};

use crate::lab::Lab;
use crate::world::{day, project, task, zone};

/// Adds tasks of every kind to the world's, a cancelled project, and milestones done just before and after midnight.
pub(crate) async fn fill(lab: &Lab) {
    let (env, north, now) = (&lab.world.env, &lab.world.north, lab.world.now);
    let mut given_up = project(env, north.id, 60, "Given up");
    (given_up.status, given_up.team) = (ProjectStatus::Cancelled, Some(north.stage));
    let mut late = project(env, north.id, 61, "Late");
    (late.team, late.due_on) = (Some(north.stage), Some(day("2026-11-12")));
    let mut tx = lab.test.store.begin().await.unwrap();
    projects::insert(&mut tx, &given_up).await.unwrap();
    projects::insert(&mut tx, &late).await.unwrap();
    for number in 0..96_i64 {
        let mut made = task(env, &late, 100 + number, &format!("Counted {number}"));
        made.project = [north.aurora, north.borealis, north.office, given_up.id, late.id][number as usize % 5];
        made.status = TaskStatus::ALL[number as usize % 6];
        made.priority = Priority::ALL[number as usize % 4];
        made.estimate_minutes = (number % 3 == 0).then_some(30 + number as i32);
        made.created_at = now.plus_seconds(-13 * 3600 * number - 60);
        if made.status == TaskStatus::Done {
            let done = made.created_at.plus_seconds((number % 7 * 11 + 1) * 3600);
            made.completed_at = Some(done.min(now));
        }
        let due = day("2026-12-01").checked_sub_days(Days::new(number as u64 * 7 % 127)).unwrap();
        made.due = (number % 7 != 0).then_some(Due::Day(due));
        tasks::insert(&mut tx, &made, zone()).await.unwrap();
        for person in [north.ben, north.cleo].iter().take(number as usize % 3) {
            task_assignees::insert(&mut tx, north.id, made.id, *person).await.unwrap();
        }
    }
    // Rome is an hour ahead of UTC: the second one was done on the next day.
    for (name, done_at) in [
        ("Just in time", Some("2026-11-10T22:59:00Z")),
        ("Just too late", Some("2026-11-10T23:01:00Z")),
        ("Not at all", None),
    ] {
        let milestone = Milestone {
            organization: north.id,
            id: Id::new(env),
            project: late.id,
            phase: None,
            name: name.to_owned(),
            due_on: day("2026-11-10"),
            done_at: done_at.map(|text| Timestamp::parse_rfc3339(text).unwrap()),
        };
        milestones::insert(&mut tx, &milestone).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A task as it lies in the database.
pub(crate) struct Raw {
    pub(crate) project: i64,
    pub(crate) status: TaskStatus,
    pub(crate) priority: Priority,
    pub(crate) due: Option<Timestamp>,
    pub(crate) estimate: Option<i64>,
    pub(crate) created: Timestamp,
    pub(crate) completed: Option<Timestamp>,
    pub(crate) people: Vec<PersonId>,
}

impl Raw {
    pub(crate) fn is_overdue(&self, now: Timestamp) -> bool {
        self.status.is_open() && self.due.is_some_and(|due| due <= now)
    }

    /// The last day on which it was not late.
    pub(crate) fn due_day(&self) -> NaiveDate {
        zone().date(self.due.unwrap().plus_seconds(-1))
    }
}

/// The number of the cancelled project.
pub(crate) const GIVEN_UP: i64 = 60;

/// Every task of Northlight.
pub(crate) async fn raw(lab: &Lab) -> Vec<Raw> {
    let mut conn = lab.test.store.read().await.unwrap();
    let (within, all) = (lab.world.whole(), TaskFilter::all(lab.world.now));
    let lines = tasks::list(&mut conn, within, &all, TaskSort::CreatedFirst, None, 1000).await.unwrap();
    let ids: Vec<_> = lines.iter().map(|line| line.id).collect();
    let mut people: BTreeMap<String, Vec<PersonId>> = BTreeMap::new();
    for (task, link) in tasks::links(&mut conn, within, &ids).await.unwrap() {
        if let TaskLink::Assignee(person, _) = link {
            people.entry(task.to_string()).or_default().push(person);
        }
    }
    let details = tasks::details(&mut conn, within, TaskKeys::Ids(&ids)).await.unwrap();
    let found: Vec<Raw> = details
        .into_iter()
        .map(|task| Raw {
            project: task.line.project.number,
            status: task.line.status,
            priority: task.line.priority,
            due: task.line.due_at,
            estimate: task.estimate_minutes.map(i64::from),
            created: task.created_at,
            completed: task.completed_at,
            people: people.remove(&task.line.id.to_string()).unwrap_or_default(),
        })
        .collect();
    assert!(found.len() > 100);
    found
}
