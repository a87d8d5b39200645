//! Statements that are prepared once and kept, though diesel would prepare them anew each time.
//!
//! diesel keeps no UPDATE, no `ON CONFLICT DO UPDATE` and no text of one's own, for it cannot know how many of them
//! there are; preparing and planning such a statement costs PostgreSQL more than running it. Whoever knows that the text
//! is always the same says so here.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A statement whose text never changes, whatever its values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept<Q>(Q);

/// Has a statement prepared once for each connection. Its text must be one of a few: the connection keeps them all.
pub(crate) fn kept<Q>(statement: Q) -> Kept<Q> {
    Kept(statement)
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    /// It is known by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, DB> QueryFragment<DB> for Kept<Q>
where
    DB: Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _backend: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}
