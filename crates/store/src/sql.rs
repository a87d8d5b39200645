//! SQL types of our own, so that an id, an instant and a word are typed in both databases and each database keeps its
//! natural column: `uuid` / text, `timestamptz` / RFC 3339 text, text / text.

use chrono::{DateTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::{AsExpression, TypedExpressionType};
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, SqlType};
use diesel::sqlite::{Sqlite, SqliteValue};
use lavori_domain::billing::{DocumentKind, DocumentStatus, PaymentMethod, TaxCategory};
use lavori_domain::budgets::{BudgetCategory, BudgetStatus};
use lavori_domain::changes::{Operation, RecordKind};
use lavori_domain::contacts::ContactKind;
use lavori_domain::organizations::{OrganizationState, PersonState, Role};
use lavori_domain::projects::{Health, ProjectStatus};
use lavori_domain::schedule::{EventStatus, Recurrence, Response, ShiftStatus};
use lavori_domain::tasks::{Priority, TaskStatus};
use lavori_domain::{Currency, Id, RecordType, TimeZone, Timestamp};
use lavori_policy::Scopes;

/// A value of `domain` or `policy` on its way into a query: `tasks::id.eq(Sql(id))`. Rust lets only the crate that owns a
/// type make it an expression, and those crates know no database. Reading needs no such wrapper.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql<T>(pub(crate) T);

impl<T, ST> AsExpression<ST> for Sql<T>
where
    ST: SqlType + TypedExpressionType,
{
    type Expression = Bound<ST, Self>;
    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl<T, ST, DB: Backend> ToSql<ST, DB> for Sql<T>
where
    T: ToSql<ST, DB>,
    Self: std::fmt::Debug,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

/// An id: `uuid` in PostgreSQL, hyphenated text in SQLite.
#[derive(Debug, Clone, Copy, SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Text"))]
pub struct Uid;

/// An instant: `timestamptz` in PostgreSQL, RFC 3339 UTC text with milliseconds in SQLite.
#[derive(Debug, Clone, Copy, SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Text"))]
pub struct Instant;

/// A word of an enum or a standard's code: text in both.
#[derive(Debug, Clone, Copy, SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 25, array_oid = 1009), sqlite_type(name = "Text"))]
pub struct Word;

impl<K> ToSql<Uid, Pg> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql_types::Uuid, Pg>::to_sql(&self.uuid(), &mut out.reborrow())
    }
}

impl<K> ToSql<Uid, Sqlite> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}

impl<K> FromSql<Uid, Pg> for Id<K> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <uuid::Uuid as FromSql<sql_types::Uuid, Pg>>::from_sql(value).map(Self::from)
    }
}

impl<K> FromSql<Uid, Sqlite> for Id<K> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(value.read_text().parse()?)
    }
}

impl<DB: Backend, K> Queryable<Uid, DB> for Id<K>
where
    Self: FromSql<Uid, DB>,
{
    type Row = Self;
    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

impl ToSql<Instant, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql_types::Timestamptz, Pg>::to_sql(&self.utc(), &mut out.reborrow())
    }
}

impl ToSql<Instant, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<Instant, Pg> for Timestamp {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<sql_types::Timestamptz, Pg>>::from_sql(value).map(Self::from)
    }
}

impl FromSql<Instant, Sqlite> for Timestamp {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::parse_rfc3339(value.read_text())?)
    }
}

impl<DB: Backend> Queryable<Instant, DB> for Timestamp
where
    Self: FromSql<Instant, DB>,
{
    type Row = Self;
    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

/// Keeps a type by its words: `$read` turns text into it and `$write` turns it into text.
macro_rules! word {
    ($type:ty, $read:expr, $write:expr) => {
        impl ToSql<Word, Pg> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                let word: &str = &$write(self);
                ToSql::<sql_types::Text, Pg>::to_sql(word, &mut out.reborrow())
            }
        }

        impl ToSql<Word, Sqlite> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                let word: &str = &$write(self);
                out.set_value(word.to_owned());
                Ok(IsNull::No)
            }
        }

        impl FromSql<Word, Pg> for $type {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                let word = std::str::from_utf8(value.as_bytes())?;
                Ok($read(word)?)
            }
        }

        impl FromSql<Word, Sqlite> for $type {
            fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                Ok($read(value.read_text())?)
            }
        }

        impl<DB: Backend> Queryable<Word, DB> for $type
        where
            Self: FromSql<Word, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
}

macro_rules! words {
    ($($type:ty),+ $(,)?) => {
        $(word!($type, |word: &str| word.parse::<$type>(), |value: &$type| value.as_str());)+
    };
}

words!(DocumentKind, DocumentStatus, PaymentMethod, TaxCategory);
words!(
    Role,
    OrganizationState,
    PersonState,
    ContactKind,
    ProjectStatus,
    Health,
    TaskStatus,
    Priority,
    RecordKind,
    RecordType,
    Operation
);
words!(EventStatus, Response, ShiftStatus);
words!(BudgetCategory, BudgetStatus);
word!(TimeZone, |name: &str| name.parse::<TimeZone>(), |zone: &TimeZone| zone.name());
word!(Recurrence, |rule: &str| rule.parse::<Recurrence>(), |rule: &Recurrence| rule.to_string());
word!(Currency, |code: &str| code.parse::<Currency>(), |currency: &Currency| currency.to_string());
word!(Scopes, |text: &str| Scopes::parse(text).ok_or("no scope of ours"), |scopes: &Scopes| scopes.to_string());
