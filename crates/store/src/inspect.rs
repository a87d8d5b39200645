//! What tests look at behind the server's back. Only with the feature `testing`.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use crate::conn::{Conn, on};
use crate::error::Error;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Runs a query that gives one text column named `value`.
///
/// # Errors
/// When the database refuses it.
pub async fn texts(conn: &mut Conn, sql: &str) -> Result<Vec<String>, Error> {
    let lines: Vec<Line> = on!(conn, |c| diesel::sql_query(sql).load(c))?;
    Ok(lines.into_iter().map(|line| line.value).collect())
}

/// Runs statements, such as a trigger that makes something slow.
///
/// # Errors
/// When the database refuses them.
pub async fn execute(conn: &mut Conn, sql: &str) -> Result<(), Error> {
    conn.execute_batch(sql).await
}
