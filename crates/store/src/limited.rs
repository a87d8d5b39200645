//! `LIMIT` written out as a number.
//!
//! diesel binds it as a parameter, and PostgreSQL cannot cost a plan whose limit it does not know: it plans such a
//! statement anew on every call, which costs a short list as much again as running it. Pages have at most a hundred
//! sizes, so there are few texts to prepare.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A query that gives at most so many rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limited<Q> {
    query: Q,
    most: i64,
}

/// Limits a query that has no limit yet.
pub(crate) fn limited<Q: Query>(query: Q, most: i64) -> Limited<Q> {
    Limited { query, most }
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    /// Another number is another statement.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, DB> QueryFragment<DB> for Limited<Q>
where
    DB: Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.most.to_string());
        Ok(())
    }
}
