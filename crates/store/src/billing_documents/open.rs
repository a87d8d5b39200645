//! What is still going on with clients: drafts, sent quotes, and issued invoices that are not paid.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::RunQueryDsl;
use lavori_domain::ContactId;
use lavori_domain::billing::DocumentState;

use super::filter::stands;
use super::joined::{is_of, visible, with_projects};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::schema::{billing_documents, projects};
use crate::sql::Sql;
use crate::within::Within;

/// The states of a document that is not settled (TOOLS.md 3.2, contact).
pub const OPEN: &[DocumentState] =
    &[DocumentState::Draft, DocumentState::Sent, DocumentState::Unpaid, DocumentState::PartiallyPaid];

/// How many open documents each of these clients has within `within`; who has none is left out. One query.
///
/// # Errors
/// When the database is out of reach.
pub async fn open_of_clients(
    conn: &mut Conn,
    within: Within,
    clients: &[ContactId],
) -> Result<HashMap<ContactId, i64>, Error> {
    if clients.is_empty() {
        return Ok(HashMap::new());
    }
    // No state among them depends on the day.
    let is_open = stands(OPEN, chrono::NaiveDate::MIN);
    let rows: Vec<(ContactId, i64)> = on!(conn, |c| {
        let query = with_projects!()
            .group_by(billing_documents::client_id)
            .select((billing_documents::client_id, sql::<BigInt>("count(*)")))
            .into_boxed();
        visible!(query, within)
            .filter(billing_documents::client_id.eq_any(clients.iter().copied().map(Sql)))
            .filter(sql::<Bool>(&is_open))
            .load(c)
    })?;
    Ok(rows.into_iter().collect())
}
