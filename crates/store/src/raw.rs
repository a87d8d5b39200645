//! A query written as text, in one piece for both databases: sums and groupings that diesel's builder has no words for.
//! Values are always bound, never written into the text.

use std::marker::PhantomData;

use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Date, Text};
use diesel::sqlite::Sqlite;
use lavori_domain::{Id, Timestamp};

use crate::sql::{Instant, Sql, Uid};

/// A piece of a query.
#[derive(Debug, Clone)]
enum Part {
    Text(&'static str),
    /// Where the two databases need different words.
    Each {
        postgres: &'static str,
        sqlite: &'static str,
    },
    Id(Sql<Id<()>>),
    At(Sql<Timestamp>),
    Day(NaiveDate),
    Word(String),
    Number(i64),
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

    /// Adds the text of whichever database is open.
    pub(crate) fn each(&mut self, postgres: &'static str, sqlite: &'static str) -> &mut Self {
        self.add(Part::Each { postgres, sqlite })
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

    /// Adds an instant as a value.
    pub(crate) fn at(&mut self, instant: Timestamp) -> &mut Self {
        self.add(Part::At(Sql(instant)))
    }

    /// Adds a day as a value.
    pub(crate) fn day(&mut self, day: NaiveDate) -> &mut Self {
        self.add(Part::Day(day))
    }

    /// Adds a word as a value.
    pub(crate) fn word(&mut self, word: impl Into<String>) -> &mut Self {
        self.add(Part::Word(word.into()))
    }

    /// Adds a number as a value.
    pub(crate) fn number(&mut self, number: i64) -> &mut Self {
        self.add(Part::Number(number))
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
                Part::Text(text) | Part::Each { postgres: text, .. } => out.push_sql(text),
                Part::Id(id) => out.push_bind_param::<Uid, _>(id)?,
                Part::At(instant) => out.push_bind_param::<Instant, _>(instant)?,
                Part::Day(day) => out.push_bind_param::<Date, _>(day)?,
                Part::Word(word) => out.push_bind_param::<Text, _>(word)?,
                Part::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
            }
        }
        Ok(())
    }
}

impl<Row> QueryFragment<Sqlite> for Raw<Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Text(text) | Part::Each { sqlite: text, .. } => out.push_sql(text),
                Part::Id(id) => out.push_bind_param::<Uid, _>(id)?,
                Part::At(instant) => out.push_bind_param::<Instant, _>(instant)?,
                Part::Day(day) => out.push_bind_param::<Date, _>(day)?,
                Part::Word(word) => out.push_bind_param::<Text, _>(word)?,
                Part::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
            }
        }
        Ok(())
    }
}
