//! The database's time: it decides expiry, because replicas' clocks differ (DESIGN decision 6).

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::Timestamp;

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::sql::Instant;

/// The database's time now.
///
/// # Errors
/// When the database is out of reach.
pub async fn now(conn: &mut Conn) -> Result<Timestamp, Error> {
    let now: Timestamp = on!(conn, |c| diesel::select(DatabaseNow).get_result(c))?;
    Ok(shifted(now, conn))
}

/// The same instant with the tests' shift added.
pub(crate) fn shifted(now: Timestamp, conn: &Conn) -> Timestamp {
    Timestamp::from_millis(now.millis() + conn.clock_shift)
}

/// The database's clock as a column.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct DatabaseNow;

impl Expression for DatabaseNow {
    type SqlType = Instant;
}
impl<GroupBy> ValidGrouping<GroupBy> for DatabaseNow {
    type IsAggregate = is_aggregate::Never;
}
impl<QuerySource> AppearsOnTable<QuerySource> for DatabaseNow {}
impl<QuerySource> SelectableExpression<QuerySource> for DatabaseNow {}

impl QueryFragment<Pg> for DatabaseNow {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("clock_timestamp()");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for DatabaseNow {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
        Ok(())
    }
}
