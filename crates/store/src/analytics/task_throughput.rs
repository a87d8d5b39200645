//! What was begun and finished.

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::{Dimension, Grouping, Keys, Selection, grouped, keys, of_instant, of_project, within_projects};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::within::Within;

/// The tasks of a group that were created or completed in the period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaskThroughput {
    /// How many were created, without those cancelled since.
    pub created: i64,
    /// How many were completed.
    pub completed: i64,
    /// The median of the seconds from creation to completion of the completed ones; of an even number the lower one.
    pub median_seconds_open: Option<i64>,
    /// How many tasks that makes: one created and completed in the period is one.
    pub counted: i64,
    /// How many were created in the period and cancelled since.
    pub excluded: i64,
}

type Row = (Nullable<Text>, Nullable<Text>, BigInt, BigInt, Nullable<BigInt>, BigInt, BigInt);
type Loaded = (Option<String>, Option<String>, i64, i64, Option<i64>, i64, i64);

/// Tasks created and completed in the period, the groups with the most completed ones first, or in the order of time.
///
/// # Errors
/// When the database is out of reach.
pub async fn task_throughput(
    conn: &mut Conn,
    within: Within,
    selection: &Selection,
    grouping: Grouping<'_>,
) -> Result<Vec<(Keys, TaskThroughput)>, Error> {
    let mut query: Raw<Row> = Raw::new(
        "SELECT CAST(k0 AS TEXT), CAST(k1 AS TEXT), CAST(sum(created) AS BIGINT), CAST(sum(completed) AS BIGINT), \
         CAST(max(CASE WHEN completed = 1 AND place = (n + 1) / 2 THEN seconds END) AS BIGINT), \
         CAST(sum(counted) AS BIGINT), CAST(sum(cancelled) AS BIGINT) FROM (SELECT x.*, \
         row_number() OVER (PARTITION BY k0, k1, completed ORDER BY seconds) AS place, \
         count(*) OVER (PARTITION BY k0, k1, completed) AS n FROM (SELECT ",
    );
    stretch(&mut query, within, selection, grouping, "t.created_at");
    query.text(" UNION ALL SELECT ");
    stretch(&mut query, within, selection, grouping, "t.completed_at");
    query.text(") x) y");
    grouped(&mut query, grouping, "sum(counted) > 0", "sum(completed)");

    let rows: Vec<Loaded> = on!(conn, |c| query.load(c))?;
    let throughput = |(k0, k1, created, completed, median_seconds_open, counted, excluded): Loaded| {
        ([k0, k1], TaskThroughput { created, completed, median_seconds_open, counted, excluded })
    };
    Ok(rows.into_iter().map(throughput).collect())
}

/// Writes what happened to tasks at the instant in `column`: that they were created, or completed.
fn stretch<Row>(
    query: &mut Raw<Row>,
    within: Within,
    selection: &Selection,
    grouping: Grouping<'_>,
    column: &'static str,
) {
    keys(query, grouping, |query, dimension| match dimension {
        Dimension::Person => query.text("a.person_id"),
        Dimension::Priority => query.text("t.priority"),
        Dimension::Week | Dimension::Month => of_instant(query, dimension, column, selection.zone),
        _ => of_project(query, dimension),
    });
    if column == "t.created_at" {
        query.text(
            "CASE WHEN t.status = 'cancelled' THEN 0 ELSE 1 END AS created, 0 AS completed, \
             CASE WHEN t.status = 'cancelled' THEN 0 ELSE 1 END AS counted, \
             CASE WHEN t.status = 'cancelled' THEN 1 ELSE 0 END AS cancelled, CAST(NULL AS BIGINT) AS seconds",
        );
    } else {
        query.text("0 AS created, 1 AS completed, CASE WHEN t.created_at < ").at(selection.from);
        query.text(" THEN 1 ELSE 0 END AS counted, 0 AS cancelled, ");
        query.each(
            "CAST(floor(extract(epoch FROM t.completed_at)) - floor(extract(epoch FROM t.created_at)) AS BIGINT)",
            "unixepoch(t.completed_at) - unixepoch(t.created_at)",
        );
        query.text(" AS seconds");
    }
    query.text(" FROM tasks t JOIN projects p ON p.organization_id = t.organization_id AND p.id = t.project_id");
    if grouping.by.contains(&Dimension::Person) {
        query.text(" LEFT JOIN task_assignees a ON a.organization_id = t.organization_id AND a.task_id = t.id");
    }
    query.text(" WHERE t.organization_id = ").id(within.organization);
    query.text(" AND ").text(column).text(" >= ").at(selection.from);
    query.text(" AND ").text(column).text(" < ").at(selection.until).text(" AND ");
    within_projects(query, within, selection);
}
