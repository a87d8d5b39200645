//! What happened to given records.

use diesel::sql_types::{BigInt, Integer, Json, Nullable, Text};
use diesel_async::RunQueryDsl;
use lavori_domain::Id;

use super::ChangeLine;
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::sql::{Instant, Uid, Word};
use crate::within::Within;

/// The columns of a [`ChangeLine`].
type Row = (BigInt, Instant, Uid, Text, Nullable<Json>, Word, Uid, Nullable<Text>, Text, Integer, Word, Json);

/// The last `each` changes of each of the given records, which must have been found within `within`, the latest
/// first: one query for all of them.
///
/// # Errors
/// When the database is out of reach.
pub async fn latest(conn: &mut Conn, within: Within, records: &[Id<()>], each: i64) -> Result<Vec<ChangeLine>, Error> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut query: Raw<Row> = Raw::new(
        "SELECT h.position, h.occurred_at, h.person_id, p.name, k.client, h.kind, h.record_id, h.record_key, h.title, \
         h.version, h.operation, h.fields FROM (\
         SELECT c.*, row_number() OVER (PARTITION BY c.record_id ORDER BY c.position DESC) AS place \
         FROM changes c WHERE c.organization_id = ",
    );
    query.id(within.organization).text(" AND c.record_id IN (").ids(records);
    query.text(
        ")) h JOIN people p ON p.id = h.person_id \
         LEFT JOIN connections k ON k.organization_id = h.organization_id AND k.id = h.connection_id WHERE h.place <= ",
    );
    query.number(each).text(" ORDER BY h.position DESC");
    on!(conn, |c| query.load(c))
}
