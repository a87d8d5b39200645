//! How far projects are.

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use lavori_domain::analytics::{Progress, Weighed};

use super::{Grouping, Keys, Selection, grouped, keys, of_project, within_project_ids, within_projects};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::within::Within;

/// How far the projects of a group are. Cancelled projects and tasks do not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProjectProgress {
    /// How many projects.
    pub projects: i64,
    /// How many of them are at risk.
    pub at_risk: i64,
    /// How many of them are off track.
    pub off_track: i64,
    /// How many of them are open and past their last day.
    pub late: i64,
    /// By how many days the latest of them is late.
    pub most_days_late: i64,
    /// Their tasks.
    pub tasks: Progress,
    /// Milestones that were done by their day.
    pub milestones_hit: i64,
    /// Milestones that were done later, or are not done and past their day.
    pub milestones_missed: i64,
    /// All milestones.
    pub milestones: i64,
    /// Tasks that do not count: cancelled ones, and all of cancelled projects.
    pub excluded: i64,
}

/// Two keys and fifteen counts.
type Row = (
    Nullable<Text>,
    Nullable<Text>,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
);
type Loaded =
    (Option<String>, Option<String>, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);

/// How far projects are, the latest ones first.
///
/// # Errors
/// When the database is out of reach.
pub async fn project_progress(
    conn: &mut Conn,
    within: Within,
    selection: &Selection,
    grouping: Grouping<'_>,
) -> Result<Vec<(Keys, ProjectProgress)>, Error> {
    let query = query(within, selection, grouping);
    let rows: Vec<Loaded> = on!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().map(progress).collect())
}

fn query(within: Within, selection: &Selection, grouping: Grouping<'_>) -> Raw<Row> {
    let today = selection.zone.date(selection.now);
    let mut query: Raw<Row> = Raw::new(
        "SELECT CAST(k0 AS TEXT), CAST(k1 AS TEXT), \
         CAST(sum(live) AS BIGINT), CAST(sum(live * at_risk) AS BIGINT), CAST(sum(live * off_track) AS BIGINT), \
         CAST(sum(CASE WHEN days_late > 0 THEN live ELSE 0 END) AS BIGINT), CAST(max(live * days_late) AS BIGINT), \
         CAST(sum(live * done) AS BIGINT), CAST(sum(live * done_estimated) AS BIGINT), \
         CAST(sum(live * done_minutes) AS BIGINT), CAST(sum(live * tasks) AS BIGINT), \
         CAST(sum(live * estimated) AS BIGINT), \
         CAST(sum(live * minutes) AS BIGINT), CAST(sum(live * hit) AS BIGINT), CAST(sum(live * missed) AS BIGINT), \
         CAST(sum(live * marks) AS BIGINT), CAST(sum(cancelled + (1 - live) * tasks) AS BIGINT) FROM (SELECT ",
    );
    keys(&mut query, grouping, of_project);
    query.text(
        "CASE WHEN p.status = 'cancelled' THEN 0 ELSE 1 END AS live, \
         CASE WHEN p.health = 'at_risk' THEN 1 ELSE 0 END AS at_risk, \
         CASE WHEN p.health = 'off_track' THEN 1 ELSE 0 END AS off_track, \
         CASE WHEN p.status IN ('planned', 'active', 'on_hold') AND p.due_on < ",
    );
    query.day(today).each(" THEN ", " THEN CAST(julianday(").day(today);
    query.each(" - p.due_on", ") - julianday(p.due_on) AS INTEGER)");
    query.text(
        " ELSE 0 END AS days_late, coalesce(t.tasks, 0) AS tasks, coalesce(t.cancelled, 0) AS cancelled, \
         coalesce(t.estimated, 0) AS estimated, coalesce(t.minutes, 0) AS minutes, coalesce(t.done, 0) AS done, \
         coalesce(t.done_estimated, 0) AS done_estimated, coalesce(t.done_minutes, 0) AS done_minutes, \
         coalesce(m.hit, 0) AS hit, coalesce(m.missed, 0) AS missed, coalesce(m.marks, 0) AS marks \
         FROM projects p LEFT JOIN (SELECT project_id, \
         sum(CASE WHEN status = 'cancelled' THEN 0 ELSE 1 END) AS tasks, \
         sum(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END) AS cancelled, \
         sum(CASE WHEN status <> 'cancelled' AND estimate_minutes IS NOT NULL THEN 1 ELSE 0 END) AS estimated, \
         sum(CASE WHEN status <> 'cancelled' THEN coalesce(estimate_minutes, 0) ELSE 0 END) AS minutes, \
         sum(CASE WHEN status = 'done' THEN 1 ELSE 0 END) AS done, \
         sum(CASE WHEN status = 'done' AND estimate_minutes IS NOT NULL THEN 1 ELSE 0 END) AS done_estimated, \
         sum(CASE WHEN status = 'done' THEN coalesce(estimate_minutes, 0) ELSE 0 END) AS done_minutes \
         FROM tasks WHERE ",
    );
    within_project_ids(&mut query, within, selection);
    query.text(
        " GROUP BY project_id) t ON t.project_id = p.id LEFT JOIN (SELECT project_id, count(*) AS marks, \
         sum(CASE WHEN done_on <= due_on THEN 1 ELSE 0 END) AS hit, \
         sum(CASE WHEN done_on > due_on OR (done_on IS NULL AND due_on < ",
    );
    query.day(today).text(") THEN 1 ELSE 0 END) AS missed FROM (SELECT project_id, due_on, ");
    query.each("CAST(done_at AT TIME ZONE ", "local_day(done_at, ").word(selection.zone.name());
    query.each(" AS DATE)", ")").text(" AS done_on FROM milestones WHERE archived_at IS NULL AND ");
    within_project_ids(&mut query, within, selection);
    query.text(") d GROUP BY project_id) m ON m.project_id = p.id WHERE ");
    within_projects(&mut query, within, selection);
    query.text(") x");
    grouped(&mut query, grouping, "sum(live) > 0", "max(live * days_late) DESC, sum(live * tasks)");
    query
}

fn progress(row: Loaded) -> (Keys, ProjectProgress) {
    (
        [row.0, row.1],
        ProjectProgress {
            projects: row.2,
            at_risk: row.3,
            off_track: row.4,
            late: row.5,
            most_days_late: row.6,
            tasks: Progress {
                done: Weighed { tasks: row.7, estimated: row.8, minutes: row.9 },
                all: Weighed { tasks: row.10, estimated: row.11, minutes: row.12 },
            },
            milestones_hit: row.13,
            milestones_missed: row.14,
            milestones: row.15,
            excluded: row.16,
        },
    )
}
