//! A query written as text, in one piece for both databases: sums and groupings that diesel's builder has no words for.
//! Values are always bound, never written into the text.

use std::marker::PhantomData;

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sqlite::Sqlite;
use lavori_domain::Id;

use crate::sql::{Sql, Uid};

/// A piece of a query.
#[derive(Debug, Clone)]
enum Part {
    Text(&'static str),
    Id(Sql<Id<()>>),
}

/// A query that gives rows of `Row`, a tuple of SQL types.
#[derive(Debug, Clone)]
pub(crate) struct Raw<Row> {
    parts: Vec<Part>,
    row: PhantomData<fn() -> Row>,
}

impl<Row> Raw<Row> {
    /// A query that begins so.
    pub(crate) fn new(text: &'static str) -> Self {
        Self { parts: vec![Part::Text(text)], row: PhantomData }
    }

    /// Adds text.
    pub(crate) fn text(&mut self, text: &'static str) -> &mut Self {
        self.add(Part::Text(text))
    }

    /// Adds an id as a value.
    pub(crate) fn id<K>(&mut self, id: Id<K>) -> &mut Self {
        self.add(Part::Id(Sql(Id::from(id.uuid()))))
    }

    /// Adds ids as values, with commas between them. There must be one at least.
    pub(crate) fn ids<K>(&mut self, ids: &[Id<K>]) -> &mut Self {
        for (place, id) in ids.iter().enumerate() {
            if place > 0 {
                self.text(", ");
            }
            self.id(*id);
        }
        self
    }

    fn add(&mut self, part: Part) -> &mut Self {
        self.parts.push(part);
        self
    }
}

impl<Row> Query for Raw<Row> {
    type SqlType = Row;
}

impl<Row> QueryId for Raw<Row> {
    type QueryId = ();
    /// Its text is made anew each time.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Row> QueryFragment<Pg> for Raw<Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_sql(text),
                Part::Id(id) => out.push_bind_param::<Uid, _>(id)?,
            }
        }
        Ok(())
    }
}

impl<Row> QueryFragment<Sqlite> for Raw<Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_sql(text),
                Part::Id(id) => out.push_bind_param::<Uid, _>(id)?,
            }
        }
        Ok(())
    }
}
