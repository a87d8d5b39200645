//! `column = $1` where one value is looked for, and a list only where there are several.
//!
//! PostgreSQL takes a list whose length it does not know for one of ten, finds that plan ten times as dear as the one
//! for the list at hand, and so plans anew on every call: for a task with its phase, milestone and parent that costs
//! three times what the search itself does.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// One condition or the other, of the same type.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OneOf<One, Many> {
    One(One),
    Many(Many),
}

/// Whether a column is one of the values of a slice, each brought into SQL by a function.
macro_rules! one_of {
    ($column:expr, $values:expr, $into_sql:expr) => {
        match $values {
            [value] => $crate::one_of::OneOf::One($column.eq($into_sql(*value))),
            values => $crate::one_of::OneOf::Many($column.eq_any(values.iter().copied().map($into_sql))),
        }
    };
}
pub(crate) use one_of;

impl<One, Many> Expression for OneOf<One, Many>
where
    One: Expression,
    Many: Expression<SqlType = One::SqlType>,
{
    type SqlType = One::SqlType;
}

impl<One, Many, QS> AppearsOnTable<QS> for OneOf<One, Many>
where
    Self: Expression,
    One: AppearsOnTable<QS>,
    Many: AppearsOnTable<QS>,
{
}

impl<One, Many, QS> SelectableExpression<QS> for OneOf<One, Many>
where
    Self: AppearsOnTable<QS>,
    One: SelectableExpression<QS>,
    Many: SelectableExpression<QS>,
{
}

impl<One, Many, GB> ValidGrouping<GB> for OneOf<One, Many>
where
    One: ValidGrouping<GB>,
    Many: ValidGrouping<GB, IsAggregate = One::IsAggregate>,
{
    type IsAggregate = One::IsAggregate;
}

impl<One, Many> QueryId for OneOf<One, Many> {
    type QueryId = ();
    /// The two are different texts.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<One, Many, DB> QueryFragment<DB> for OneOf<One, Many>
where
    DB: Backend,
    One: QueryFragment<DB>,
    Many: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match self {
            Self::One(one) => one.walk_ast(out),
            Self::Many(many) => many.walk_ast(out),
        }
    }
}
