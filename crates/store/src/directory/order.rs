//! The order of the directory: by the bytes of the name in lower case. The databases' own orders depend on where they
//! run, and contacts, members and teams are merged by us.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use lavori_domain::Id;

/// Where an entry stands in the directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamePosition {
    /// Its name in lower case, as its database says it.
    pub name: String,
    /// Its id.
    pub id: Id<()>,
}

/// A text that is compared by its bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByBytes<E>(E);

/// Compares `text` by its bytes.
pub(crate) fn by_bytes<E>(text: E) -> ByBytes<E> {
    ByBytes(text)
}

impl<E: Expression<SqlType = Text>> Expression for ByBytes<E> {
    type SqlType = Text;
}
impl<E, GroupBy> ValidGrouping<GroupBy> for ByBytes<E> {
    type IsAggregate = is_aggregate::Never;
}
impl<E: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for ByBytes<E> where Self: Expression {}
impl<E: SelectableExpression<QS>, QS> SelectableExpression<QS> for ByBytes<E> where Self: AppearsOnTable<QS> {}

impl<E: QueryId> QueryId for ByBytes<E> {
    type QueryId = ByBytes<E::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
}

fn walk<'b, E, DB>(inner: &'b E, mut out: AstPass<'_, 'b, DB>, collation: &str) -> QueryResult<()>
where
    DB: Backend,
    E: QueryFragment<DB>,
{
    out.push_sql("(");
    inner.walk_ast(out.reborrow())?;
    out.push_sql(collation);
    Ok(())
}

impl<E: QueryFragment<Pg>> QueryFragment<Pg> for ByBytes<E> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        walk(&self.0, out, " COLLATE \"C\")")
    }
}

impl<E: QueryFragment<Sqlite>> QueryFragment<Sqlite> for ByBytes<E> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        // It does so by itself.
        walk(&self.0, out, ")")
    }
}
