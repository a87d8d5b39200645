//! The day of an instant in a time zone, inside a query. PostgreSQL knows the zones; SQLite is taught them.

use diesel::QueryResult;
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::SqliteConnection;
use lavori_domain::{TimeZone, Timestamp};

diesel::define_sql_function! {
    /// The date, as text, that clocks in `zone` show at the instant `at`.
    fn local_day(at: Nullable<Text>, zone: Text) -> Nullable<Text>;
}

/// Teaches a SQLite connection `local_day(at, zone)`. What is no instant or no zone has no day.
pub(crate) fn register(conn: &mut SqliteConnection) -> QueryResult<()> {
    local_day_utils::register_impl(conn, |at: Option<String>, zone: String| {
        let at = Timestamp::parse_rfc3339(&at?).ok()?;
        let zone: TimeZone = zone.parse().ok()?;
        Some(zone.date(at).to_string())
    })
}
