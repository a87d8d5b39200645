//! What is late.

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use lavori_domain::Timestamp;

use super::{Dimension, Grouping, Keys, Selection, grouped, keys, of_project, within_projects};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::within::Within;

/// Where the age buckets begin: what was due after `days30` is up to thirty days late, and so on.
#[derive(Debug, Clone, Copy)]
pub struct Since {
    /// The beginning of the day thirty days ago.
    pub days30: Timestamp,
    /// The same, sixty.
    pub days60: Timestamp,
    /// The same, ninety.
    pub days90: Timestamp,
}

/// The overdue tasks of a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OverdueTasks {
    /// How many.
    pub tasks: i64,
    /// How many of them are of high or urgent priority.
    pub pressing: i64,
    /// How many are late up to thirty days, sixty, ninety, and more.
    pub ages: [i64; 4],
    /// When the latest of them was due.
    pub earliest: Option<Timestamp>,
    /// Open tasks without a deadline.
    pub excluded: i64,
}

type Row = (
    Nullable<Text>,
    Nullable<Text>,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    Nullable<crate::sql::Instant>,
    BigInt,
);
type Loaded = (Option<String>, Option<String>, i64, i64, i64, i64, i64, i64, Option<Timestamp>, i64);

/// Open tasks that are overdue, the largest groups first. By person a task counts for each of its assignees.
///
/// # Errors
/// When the database is out of reach.
pub async fn overdue_tasks(
    conn: &mut Conn,
    within: Within,
    selection: &Selection,
    since: Since,
    grouping: Grouping<'_>,
) -> Result<Vec<(Keys, OverdueTasks)>, Error> {
    let mut query: Raw<Row> = Raw::new(
        "SELECT CAST(k0 AS TEXT), CAST(k1 AS TEXT), count(due_at), \
         CAST(sum(CASE WHEN due_at IS NOT NULL AND priority IN ('high', 'urgent') THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN age = '1-30' THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN age = '31-60' THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN age = '61-90' THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN age = '90+' THEN 1 ELSE 0 END) AS BIGINT), \
         min(due_at), count(*) - count(due_at) FROM (SELECT ",
    );
    keys(&mut query, grouping, |query, dimension| match dimension {
        Dimension::Person => query.text("a.person_id"),
        Dimension::Priority => query.text("t.priority"),
        Dimension::Status => query.text("t.status"),
        Dimension::Age => age(query, since),
        _ => of_project(query, dimension),
    });
    query.text("t.due_at, t.priority, ");
    age(&mut query, since)
        .text(" AS age FROM tasks t JOIN projects p ON p.organization_id = t.organization_id AND p.id = t.project_id");
    if grouping.by.contains(&Dimension::Person) {
        query.text(" LEFT JOIN task_assignees a ON a.organization_id = t.organization_id AND a.task_id = t.id");
    }
    query.text(" WHERE t.organization_id = ").id(within.organization);
    query.text(" AND t.status IN ('backlog', 'todo', 'in_progress', 'in_review') AND (t.due_at <= ");
    query.at(selection.now).text(" OR t.due_at IS NULL) AND ");
    within_projects(&mut query, within, selection);
    query.text(") x");
    grouped(&mut query, grouping, "count(due_at) > 0", "count(due_at)");

    let rows: Vec<Loaded> = on!(conn, |c| query.load(c))?;
    let overdue = |(k0, k1, tasks, pressing, a, b, c, d, earliest, excluded): Loaded| {
        ([k0, k1], OverdueTasks { tasks, pressing, ages: [a, b, c, d], earliest, excluded })
    };
    Ok(rows.into_iter().map(overdue).collect())
}

/// Writes the bucket of a task's age, by the words of `domain::analytics::AgeBucket`.
fn age<Row>(query: &mut Raw<Row>, since: Since) -> &mut Raw<Row> {
    query.text("CASE WHEN t.due_at IS NULL THEN NULL WHEN t.due_at > ").at(since.days30);
    query.text(" THEN '1-30' WHEN t.due_at > ").at(since.days60);
    query.text(" THEN '31-60' WHEN t.due_at > ").at(since.days90);
    query.text(" THEN '61-90' ELSE '90+' END")
}
