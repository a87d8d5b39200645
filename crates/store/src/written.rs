//! A query whose text is put together once. diesel-async does it on every call, and quotes each name anew: a sixth of
//! what it costs to look up a token.

use std::sync::OnceLock;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A query with its text. [`written`] makes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<Q> {
    query: Q,
    text: &'static OnceLock<String>,
}

/// Has the text of a query kept. Whatever its values, it must be the same: there may be no list and no optional part in
/// it. Within `on!` each database has a text of its own.
macro_rules! written {
    ($query:expr) => {{
        static TEXT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
        $crate::written::Written::new($query, &TEXT)
    }};
}
pub(crate) use written;

impl<Q> Written<Q> {
    pub(crate) fn new(query: Q, text: &'static OnceLock<String>) -> Self {
        Self { query, text }
    }
}

impl<Q: Query> Query for Written<Q> {
    type SqlType = Q::SqlType;
}

impl<Q: QueryId> QueryId for Written<Q> {
    type QueryId = Q::QueryId;
    const HAS_STATIC_QUERY_ID: bool = Q::HAS_STATIC_QUERY_ID;
}

impl<Q, DB> QueryFragment<DB> for Written<Q>
where
    DB: Backend,
    DB::QueryBuilder: Default,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out)
    }

    fn to_sql(&self, out: &mut DB::QueryBuilder, backend: &DB) -> QueryResult<()> {
        let anew = || {
            let mut builder = DB::QueryBuilder::default();
            self.query.to_sql(&mut builder, backend).map(|()| builder.finish())
        };
        let text = match self.text.get() {
            Some(text) => text,
            None => {
                let text = anew()?;
                self.text.get_or_init(|| text)
            }
        };
        debug_assert_eq!(Ok(text), anew().as_ref(), "a text that is kept never changes");
        out.push_sql(text);
        Ok(())
    }
}
