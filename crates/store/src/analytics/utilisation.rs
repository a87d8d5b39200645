//! How busy people are.

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::{Dimension, Grouping, Keys, Selection, grouped, keys, of_instant};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::within::Within;

/// A week or a month, as far as it lies in the period, or the whole period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// What a group of it is called: a week by its Monday, a month as `2026-11`.
    pub key: String,
    /// How many days of it lie in the period.
    pub days: i64,
}

/// How busy a group is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Utilisation {
    /// Minutes that were planned for somebody.
    pub scheduled: i64,
    /// Minutes that were recorded as worked.
    pub worked: i64,
    /// Minutes that nobody has yet.
    pub open: i64,
    /// Minutes in a week times days, of everybody in the group.
    pub weekly_minutes_days: i64,
    /// How many shifts that are.
    pub shifts: i64,
    /// Cancelled shifts, those that nobody came to, and completed ones without a person.
    pub excluded: i64,
}

type Row = (Nullable<Text>, Nullable<Text>, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt);
type Loaded = (Option<String>, Option<String>, i64, i64, i64, i64, i64, i64);

/// The shifts that begin in the period, and what the members could work in its `stretches`, of which there must be one:
/// those who are planned most first, or in the order of time. By team, somebody's capacity is in each of their teams.
///
/// # Errors
/// When the database is out of reach.
pub async fn utilisation(
    conn: &mut Conn,
    within: Within,
    selection: &Selection,
    stretches: &[Stretch],
    grouping: Grouping<'_>,
) -> Result<Vec<(Keys, Utilisation)>, Error> {
    let mut query: Raw<Row> = Raw::new(
        "SELECT CAST(k0 AS TEXT), CAST(k1 AS TEXT), \
         CAST(sum(CASE WHEN scheduled = 1 THEN planned ELSE 0 END) AS BIGINT), CAST(sum(worked) AS BIGINT), \
         CAST(sum(CASE WHEN open = 1 THEN planned ELSE 0 END) AS BIGINT), CAST(sum(capacity) AS BIGINT), \
         CAST(sum(scheduled + open) AS BIGINT), CAST(sum(shift - scheduled - open) AS BIGINT) FROM (SELECT ",
    );
    shifts(&mut query, within, selection, grouping);
    query.text(" UNION ALL SELECT ");
    capacity(&mut query, within, stretches, grouping);
    query.text(") x");
    grouped(
        &mut query,
        grouping,
        "sum(scheduled + open) > 0 OR sum(capacity) > 0",
        "sum(CASE WHEN scheduled = 1 THEN planned ELSE 0 END)",
    );

    let rows: Vec<Loaded> = on!(conn, |c| query.load(c))?;
    let utilisation = |(k0, k1, scheduled, worked, open, weekly_minutes_days, shifts, excluded): Loaded| {
        ([k0, k1], Utilisation { scheduled, worked, open, weekly_minutes_days, shifts, excluded })
    };
    Ok(rows.into_iter().map(utilisation).collect())
}

/// Writes the shifts, each with its minutes as planned and as worked, without its break.
fn shifts<Row>(query: &mut Raw<Row>, within: Within, selection: &Selection, grouping: Grouping<'_>) {
    keys(query, grouping, |query, dimension| match dimension {
        Dimension::Person => query.text("s.person_id"),
        Dimension::Team => query.text("s.team_id"),
        Dimension::Week | Dimension::Month => of_instant(query, dimension, "s.starts_at", selection.zone),
        _ => query.text("CAST(NULL AS TEXT)"),
    });
    minutes(query, "s.starts_at", "s.ends_at")
        .text(" AS planned, CASE WHEN s.status = 'completed' AND s.person_id IS NOT NULL THEN coalesce(");
    minutes(query, "s.actual_starts_at", "s.actual_ends_at");
    query.text(
        ", 0) ELSE 0 END AS worked, CASE WHEN s.person_id IS NOT NULL \
         AND s.status IN ('pending', 'published', 'completed') THEN 1 ELSE 0 END AS scheduled, \
         CASE WHEN s.person_id IS NULL AND s.status IN ('pending', 'published') THEN 1 ELSE 0 END AS open, \
         1 AS shift, 0 AS capacity FROM shifts s \
         LEFT JOIN projects p ON p.organization_id = s.organization_id AND p.id = s.project_id \
         WHERE s.organization_id = ",
    );
    query.id(within.organization).text(" AND s.starts_at >= ").at(selection.from);
    query.text(" AND s.starts_at < ").at(selection.until);
    if let Some(team) = within.team {
        query.text(" AND s.team_id = ").id(team);
    }
    if let Some(project) = selection.project {
        query.text(" AND s.project_id = ").id(project);
    }
    if let Some(client) = selection.client {
        query.text(" AND p.client_id = ").id(client);
        // A team's own shift may be for a project of another team, whose client is not shown.
        if let Some(team) = within.team {
            query.text(" AND p.team_id = ").id(team);
        }
    }
}

/// Writes the whole minutes of a shift from `start` to `end` without its break, as in `budgets::labour`.
fn minutes<'a, Row>(query: &'a mut Raw<Row>, start: &'static str, end: &'static str) -> &'a mut Raw<Row> {
    query.each("greatest(CAST(floor(extract(epoch FROM ", "max(CAST(round((julianday(").text(end);
    query
        .each(" - ", ") - julianday(")
        .text(start)
        .each(") / 60) AS BIGINT) - s.break_minutes, 0)", ")) * 86400000) AS INTEGER) / 60000 - s.break_minutes, 0)")
}

/// Writes what each member could work in each stretch.
fn capacity<Row>(query: &mut Raw<Row>, within: Within, stretches: &[Stretch], grouping: Grouping<'_>) {
    keys(query, grouping, |query, dimension| match dimension {
        Dimension::Person => query.text("m.person_id"),
        Dimension::Team => query.text("t.team_id"),
        Dimension::Week | Dimension::Month => query.text("w.column1"),
        _ => query.text("CAST(NULL AS TEXT)"),
    });
    query.text(
        "0 AS planned, 0 AS worked, 0 AS scheduled, 0 AS open, 0 AS shift, \
         m.weekly_capacity_minutes * w.column2 AS capacity FROM memberships m ",
    );
    let by_team = grouping.by.contains(&Dimension::Team);
    if by_team || within.team.is_some() {
        query.text(if within.team.is_some() { "JOIN" } else { "LEFT JOIN" });
        query.text(" team_members t ON t.organization_id = m.organization_id AND t.person_id = m.person_id ");
    }
    query.text("CROSS JOIN (VALUES ");
    for (place, stretch) in stretches.iter().enumerate() {
        query.text(if place == 0 { "(" } else { ", (" }).word(stretch.key.clone());
        query.text(", ").number(stretch.days).text(")");
    }
    query.text(") w WHERE m.organization_id = ").id(within.organization).text(" AND m.ended_at IS NULL");
    if let Some(team) = within.team {
        query.text(" AND t.team_id = ").id(team);
    }
}
