//! Small values that are kept as JSON: lists of words, an address.

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Json;
use diesel::sqlite::{Sqlite, SqliteValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A value whose column holds it as JSON. On its way into a query: `Sql(AsJson(&value))`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct AsJson<T>(pub(crate) T);

impl<T: Serialize + fmt::Debug> ToSql<Json, Pg> for AsJson<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let value = serde_json::to_value(&self.0)?;
        <Value as ToSql<Json, Pg>>::to_sql(&value, &mut out.reborrow())
    }
}

impl<T: Serialize + fmt::Debug> ToSql<Json, Sqlite> for AsJson<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

impl<T: DeserializeOwned> FromSql<Json, Pg> for AsJson<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_value(<Value as FromSql<Json, Pg>>::from_sql(value)?)?))
    }
}

impl<T: DeserializeOwned> FromSql<Json, Sqlite> for AsJson<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(value.read_text())?))
    }
}

impl<DB: Backend, T> Queryable<Json, DB> for AsJson<T>
where
    Self: FromSql<Json, DB>,
{
    type Row = Self;
    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}
