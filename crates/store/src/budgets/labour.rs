//! What completed shifts cost a budget, as pieces of SQL over `budgets b` (TOOLS.md section 1, decision 6).
//!
//! The shifts of a budget are those of its project; without one, those of its team that are of no project; without
//! either, those of nobody. They count on the day on which they begin where they are worked, if it is one of the
//! budget's. Their cost is their minutes, as they were worked or else as planned, without an unpaid break, at what the
//! person costs in an hour today: rates have no history. A rate is of the organization's currency: in a budget of
//! another one, and where there is no rate, a shift has no cost. Each shift is rounded to a minor unit, halves up.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;
use diesel::sqlite::Sqlite;
use lavori_domain::TeamId;

use crate::raw::Raw;
use crate::sql::{Sql, Uid};
use crate::within::Within;

/// The shifts `s` of budgets `b`, with the currency of the rates `o` and who costs what `m`.
const SHIFTS: &str = " JOIN shifts s ON s.organization_id = b.organization_id AND s.status = 'completed' \
     AND (s.project_id = b.project_id \
     OR (b.project_id IS NULL AND s.project_id IS NULL AND s.team_id = b.team_id) \
     OR (b.project_id IS NULL AND b.team_id IS NULL AND s.project_id IS NULL AND s.team_id IS NULL)) \
     JOIN organizations o ON o.id = b.organization_id \
     LEFT JOIN memberships m ON m.organization_id = s.organization_id AND m.person_id = s.person_id";

/// Whether such a shift begins on a day of its budget.
const IN_PERIOD: Each = Each {
    postgres: "(b.starts_on IS NULL OR CAST(s.starts_at AT TIME ZONE s.time_zone AS DATE) >= b.starts_on) \
               AND (b.ends_on IS NULL OR CAST(s.starts_at AT TIME ZONE s.time_zone AS DATE) <= b.ends_on)",
    sqlite: "(b.starts_on IS NULL OR local_day(s.starts_at, s.time_zone) >= b.starts_on) \
             AND (b.ends_on IS NULL OR local_day(s.starts_at, s.time_zone) <= b.ends_on)",
};

/// What such a shift costs, in minor units: 0 when it has no cost.
const COST: Each = Each {
    postgres: "CASE WHEN m.cost_rate_minor IS NULL OR o.currency <> b.currency THEN 0 ELSE (greatest(\
               CAST(floor(extract(epoch FROM coalesce(s.actual_ends_at, s.ends_at) \
               - coalesce(s.actual_starts_at, s.starts_at)) / 60) AS BIGINT) \
               - CASE WHEN s.paid_break THEN 0 ELSE s.break_minutes END, 0) * m.cost_rate_minor + 30) / 60 END",
    // Instants are kept in milliseconds; the difference of two Julian days is exact to a part of one.
    sqlite: "CASE WHEN m.cost_rate_minor IS NULL OR o.currency <> b.currency THEN 0 ELSE (max(\
             CAST(round((julianday(coalesce(s.actual_ends_at, s.ends_at)) \
             - julianday(coalesce(s.actual_starts_at, s.starts_at))) * 86400000) AS INTEGER) / 60000 \
             - CASE WHEN s.paid_break THEN 0 ELSE s.break_minutes END, 0) * m.cost_rate_minor + 30) / 60 END",
};

/// Text in the language of each database.
struct Each {
    postgres: &'static str,
    sqlite: &'static str,
}

/// Writes the columns `labour`, in minor units, and `uncosted`, which is 1 for a shift that has no cost.
pub(crate) fn columns<Row>(query: &mut Raw<Row>) -> &mut Raw<Row> {
    query.each(COST.postgres, COST.sqlite).text(
        " AS labour, CASE WHEN m.cost_rate_minor IS NULL OR o.currency <> b.currency THEN 1 ELSE 0 END AS uncosted",
    )
}

/// Writes the tables that [`columns`] reads, to be joined to `budgets b`.
pub(crate) fn joined<Row>(query: &mut Raw<Row>) -> &mut Raw<Row> {
    query.text(SHIFTS)
}

/// Writes the condition which of their shifts count. Through a narrowed query only its team's do.
pub(crate) fn counted<Row>(query: &mut Raw<Row>, within: Within) -> &mut Raw<Row> {
    query.each(IN_PERIOD.postgres, IN_PERIOD.sqlite);
    if let Some(team) = within.team {
        query.text(" AND s.team_id = ").id(team);
    }
    query
}

/// Whether more was spent on a row of `budgets` than planned, as far as a query with this team limit sees it.
#[derive(Debug)]
pub(super) struct IsOver(pub(super) Option<Sql<TeamId>>);

impl Expression for IsOver {
    type SqlType = Bool;
}
impl<GroupBy> ValidGrouping<GroupBy> for IsOver {
    type IsAggregate = is_aggregate::Never;
}
impl<QuerySource> AppearsOnTable<QuerySource> for IsOver {}
impl<QuerySource> SelectableExpression<QuerySource> for IsOver {}
impl QueryId for IsOver {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The text around [`COST`] and [`IN_PERIOD`].
const ENTERED: &str = "((SELECT coalesce(sum(l.actual_minor - l.planned_minor), 0) FROM budget_lines l \
     WHERE l.organization_id = budgets.organization_id AND l.budget_id = budgets.id) + (SELECT coalesce(sum(";
const OF_BUDGETS: &str = "), 0) FROM budgets b";
const THIS_ONE: &str = " WHERE b.organization_id = budgets.organization_id AND b.id = budgets.id AND ";

impl QueryFragment<Pg> for IsOver {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for text in [ENTERED, COST.postgres, OF_BUDGETS, SHIFTS, THIS_ONE, IN_PERIOD.postgres] {
            out.push_sql(text);
        }
        if let Some(team) = &self.0 {
            out.push_sql(" AND s.team_id = ");
            out.push_bind_param::<Uid, _>(team)?;
        }
        out.push_sql(") > 0)");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for IsOver {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        for text in [ENTERED, COST.sqlite, OF_BUDGETS, SHIFTS, THIS_ONE, IN_PERIOD.sqlite] {
            out.push_sql(text);
        }
        if let Some(team) = &self.0 {
            out.push_sql(" AND s.team_id = ");
            out.push_bind_param::<Uid, _>(team)?;
        }
        out.push_sql(") > 0)");
        Ok(())
    }
}
