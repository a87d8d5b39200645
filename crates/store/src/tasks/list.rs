//! A page of tasks out of very many: one query, in the order of an index.

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::tasks::{Priority, TaskStatus};
use lavori_domain::{MilestoneId, PersonId, PhaseId, ProjectId, TaskId, TeamId, Timestamp};

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::limited::limited;
use crate::schema::{projects, task_assignees, task_dependencies, tasks};
use crate::search::how_to_search;
use crate::sql::Sql;
use crate::within::Within;
use crate::words::{Matches, Search, Words};

diesel::alias!(tasks as waited_for: WaitedFor);

/// A task on one line, with the project that gives it its team.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = tasks, check_for_backend(Pg, Sqlite))]
pub struct TaskLine {
    /// Its id.
    pub id: TaskId,
    /// The number in its key.
    pub number: i64,
    /// One line.
    pub title: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// How much it matters.
    pub priority: Priority,
    /// The deadline, if it is a whole day.
    pub due_on: Option<NaiveDate>,
    /// The first instant at which it is overdue.
    pub due_at: Option<Timestamp>,
    /// Counts changes.
    pub version: i32,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Its project.
    #[diesel(embed)]
    pub project: ProjectName,
}

/// A project's id, key number and name.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = projects, check_for_backend(Pg, Sqlite))]
pub struct ProjectName {
    /// Its id.
    pub id: ProjectId,
    /// The number in its key.
    pub number: i64,
    /// Its name.
    pub name: String,
}

/// Whose tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    /// Assigned to this person, alone or with others.
    Person(PersonId),
    /// Assigned to nobody.
    Nobody,
}

/// Which tasks. What is not given does not matter; values of one list are alternatives.
#[derive(Debug, Clone)]
pub struct TaskFilter {
    /// Words in the title or description.
    pub words: Option<Words>,
    /// Of this project.
    pub project: Option<ProjectId>,
    /// Of this phase.
    pub phase: Option<PhaseId>,
    /// Leading to this milestone.
    pub milestone: Option<MilestoneId>,
    /// Parts of this task.
    pub parent: Option<TaskId>,
    /// Whose.
    pub assignee: Option<Assignee>,
    /// In one of these statuses.
    pub statuses: Vec<TaskStatus>,
    /// Of one of these priorities.
    pub priorities: Vec<Priority>,
    /// Open and past the deadline at `now`, or not.
    pub overdue: Option<bool>,
    /// Open and waiting for an open task, or not.
    pub blocked: Option<bool>,
    /// With a deadline later than this.
    pub due_after: Option<Timestamp>,
    /// With a deadline no later than this.
    pub due_before: Option<Timestamp>,
    /// Changed at this instant or later.
    pub updated_since: Option<Timestamp>,
    /// Of this team's projects.
    pub team: Option<TeamId>,
    /// What "overdue" is measured against.
    pub now: Timestamp,
}

impl TaskFilter {
    /// Every task.
    pub fn all(now: Timestamp) -> Self {
        Self {
            words: None,
            project: None,
            phase: None,
            milestone: None,
            parent: None,
            assignee: None,
            statuses: Vec::new(),
            priorities: Vec::new(),
            overdue: None,
            blocked: None,
            due_after: None,
            due_before: None,
            updated_since: None,
            team: None,
            now,
        }
    }
}

/// In which order. Each one is an index's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskSort {
    /// The last changed first.
    UpdatedLast,
    /// The last changed last.
    UpdatedFirst,
    /// The nearest deadline first; those without one at the end.
    DueFirst,
    /// The farthest deadline first; those without one at the end.
    DueLast,
    /// By key, the oldest first.
    CreatedFirst,
    /// By key, the newest first.
    CreatedLast,
}

/// The last row of a page: the next one begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskPosition {
    /// Sorted by an instant, which this one has.
    At(Timestamp, TaskId),
    /// Sorted by deadline, which this one has not.
    Without(TaskId),
    /// Sorted by key.
    Number(i64),
}

impl TaskPosition {
    /// Where `line` stands in the order `sort`.
    pub fn of(line: &TaskLine, sort: TaskSort) -> Self {
        match sort {
            TaskSort::UpdatedLast | TaskSort::UpdatedFirst => Self::At(line.updated_at, line.id),
            TaskSort::DueFirst | TaskSort::DueLast => match line.due_at {
                Some(due) => Self::At(due, line.id),
                None => Self::Without(line.id),
            },
            TaskSort::CreatedFirst | TaskSort::CreatedLast => Self::Number(line.number),
        }
    }
}

/// The tasks that `filter` lets through, as a boxed query of whichever backend the arm has.
macro_rules! filtered {
    ($within:expr, $filter:expr, $search:expr) => {{
        let (within, filter, search): (Within, &TaskFilter, Search) = ($within, $filter, $search);
        let mut query = tasks::table
            .inner_join(
                projects::table
                    .on(projects::organization_id.eq(tasks::organization_id).and(projects::id.eq(tasks::project_id))),
            )
            .filter(tasks::organization_id.eq(Sql(within.organization)))
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(projects::team_id.eq(Some(Sql(team))));
        }
        if let Some(team) = filter.team {
            query = query.filter(projects::team_id.eq(Some(Sql(team))));
        }
        if let Some(words) = &filter.words {
            query = query.filter(Matches::Task(words.clone(), search));
        }
        if let Some(project) = filter.project {
            query = query.filter(tasks::project_id.eq(Sql(project)));
        }
        if let Some(phase) = filter.phase {
            query = query.filter(tasks::phase_id.eq(Some(Sql(phase))));
        }
        if let Some(milestone) = filter.milestone {
            query = query.filter(tasks::milestone_id.eq(Some(Sql(milestone))));
        }
        if let Some(parent) = filter.parent {
            query = query.filter(tasks::parent_id.eq(Some(Sql(parent))));
        }
        let assigned = task_assignees::table
            .filter(task_assignees::organization_id.eq(tasks::organization_id))
            .filter(task_assignees::task_id.eq(tasks::id));
        match filter.assignee {
            Some(Assignee::Person(person)) => {
                query = query.filter(exists(assigned.filter(task_assignees::person_id.eq(Sql(person)))));
            }
            Some(Assignee::Nobody) => query = query.filter(not(exists(assigned))),
            None => {}
        }
        if !filter.statuses.is_empty() {
            query = query.filter(tasks::status.eq_any(filter.statuses.iter().copied().map(Sql)));
        }
        if !filter.priorities.is_empty() {
            query = query.filter(tasks::priority.eq_any(filter.priorities.iter().copied().map(Sql)));
        }
        let open = || TaskStatus::OPEN.iter().copied().map(Sql);
        match filter.overdue {
            Some(true) => {
                query = query.filter(tasks::due_at.le(Some(Sql(filter.now)))).filter(tasks::status.eq_any(open()));
            }
            Some(false) => {
                query = query.filter(
                    tasks::due_at
                        .is_null()
                        .or(tasks::due_at.gt(Some(Sql(filter.now))))
                        .or(tasks::status.ne_all(open())),
                );
            }
            None => {}
        }
        let waiting = task_dependencies::table
            .inner_join(
                waited_for.on(waited_for
                    .field(tasks::organization_id)
                    .eq(task_dependencies::organization_id)
                    .and(waited_for.field(tasks::id).eq(task_dependencies::blocked_by_id))),
            )
            .filter(task_dependencies::organization_id.eq(tasks::organization_id))
            .filter(task_dependencies::task_id.eq(tasks::id))
            .filter(waited_for.field(tasks::status).eq_any(open()));
        match filter.blocked {
            Some(true) => query = query.filter(tasks::status.eq_any(open())).filter(exists(waiting)),
            Some(false) => query = query.filter(tasks::status.ne_all(open()).or(not(exists(waiting)))),
            None => {}
        }
        if let Some(after) = filter.due_after {
            query = query.filter(tasks::due_at.gt(Some(Sql(after))));
        }
        if let Some(before) = filter.due_before {
            query = query.filter(tasks::due_at.le(Some(Sql(before))));
        }
        if let Some(since) = filter.updated_since {
            query = query.filter(tasks::updated_at.ge(Sql(since)));
        }
        query
    }};
}

/// At most `limit` tasks after `after`.
///
/// # Errors
/// When the database is out of reach.
pub async fn list(
    conn: &mut Conn,
    within: Within,
    filter: &TaskFilter,
    sort: TaskSort,
    after: Option<TaskPosition>,
    limit: i64,
) -> Result<Vec<TaskLine>, Error> {
    let search = how_to_search(conn, within, filter.words.as_ref()).await?;
    if !matches!(sort, TaskSort::DueFirst | TaskSort::DueLast) {
        return load(conn, within, filter, search, sort, after, limit).await;
    }
    // An index has its nulls at one end only: those without a deadline are a second stretch of the same list.
    let mut lines = match after {
        Some(TaskPosition::Without(_)) => Vec::new(),
        _ => load(conn, within, filter, search, sort, after, limit).await?,
    };
    let missing = limit - i64::try_from(lines.len()).unwrap_or(limit);
    let undated = filter.due_after.is_none() && filter.due_before.is_none() && filter.overdue != Some(true);
    if missing > 0 && undated {
        let after = match after {
            Some(TaskPosition::Without(id)) => TaskPosition::Without(id),
            _ => TaskPosition::Without(uuid::Uuid::nil().into()),
        };
        lines.extend(load(conn, within, filter, search, sort, Some(after), missing).await?);
    }
    Ok(lines)
}

async fn load(
    conn: &mut Conn,
    within: Within,
    filter: &TaskFilter,
    search: Search,
    sort: TaskSort,
    after: Option<TaskPosition>,
    limit: i64,
) -> Result<Vec<TaskLine>, Error> {
    on!(conn, |c| {
        let mut query = filtered!(within, filter, search);
        // `a <= x AND (a < x OR id < y)` instead of `(a, id) < (x, y)`: both databases seek the index with it.
        query = match (sort, after) {
            (TaskSort::UpdatedLast, Some(TaskPosition::At(at, id))) => query
                .filter(tasks::updated_at.le(Sql(at)))
                .filter(tasks::updated_at.lt(Sql(at)).or(tasks::id.lt(Sql(id)))),
            (TaskSort::UpdatedFirst, Some(TaskPosition::At(at, id))) => query
                .filter(tasks::updated_at.ge(Sql(at)))
                .filter(tasks::updated_at.gt(Sql(at)).or(tasks::id.gt(Sql(id)))),
            (TaskSort::DueFirst, Some(TaskPosition::At(at, id))) => query
                .filter(tasks::due_at.ge(Some(Sql(at))))
                .filter(tasks::due_at.gt(Some(Sql(at))).or(tasks::id.gt(Sql(id)))),
            (TaskSort::DueLast, Some(TaskPosition::At(at, id))) => query
                .filter(tasks::due_at.le(Some(Sql(at))))
                .filter(tasks::due_at.lt(Some(Sql(at))).or(tasks::id.lt(Sql(id)))),
            (_, Some(TaskPosition::Without(id))) => query.filter(tasks::due_at.is_null()).filter(tasks::id.gt(Sql(id))),
            (TaskSort::CreatedFirst, Some(TaskPosition::Number(number))) => query.filter(tasks::number.gt(number)),
            (TaskSort::CreatedLast, Some(TaskPosition::Number(number))) => query.filter(tasks::number.lt(number)),
            (TaskSort::DueFirst | TaskSort::DueLast, _) => query.filter(tasks::due_at.is_not_null()),
            _ => query,
        };
        query = match (sort, after) {
            (_, Some(TaskPosition::Without(_))) => query.order(tasks::id.asc()),
            (TaskSort::UpdatedLast, _) => query.order((tasks::updated_at.desc(), tasks::id.desc())),
            (TaskSort::UpdatedFirst, _) => query.order((tasks::updated_at.asc(), tasks::id.asc())),
            (TaskSort::DueFirst, _) => query.order((tasks::due_at.asc(), tasks::id.asc())),
            (TaskSort::DueLast, _) => query.order((tasks::due_at.desc(), tasks::id.desc())),
            (TaskSort::CreatedFirst, _) => query.order(tasks::number.asc()),
            (TaskSort::CreatedLast, _) => query.order(tasks::number.desc()),
        };
        limited(query.select(TaskLine::as_select()), limit).load(c)
    })
}

/// How many tasks there are, counted up to `most`: what a count costs must not grow with the organization.
///
/// # Errors
/// When the database is out of reach.
pub async fn count(conn: &mut Conn, within: Within, filter: &TaskFilter, most: i64) -> Result<i64, Error> {
    let search = how_to_search(conn, within, filter.words.as_ref()).await?;
    let found: Vec<i32> = on!(conn, |c| filtered!(within, filter, search)
        .limit(most)
        .select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"))
        .load(c))?;
    Ok(i64::try_from(found.len()).unwrap_or(most))
}
