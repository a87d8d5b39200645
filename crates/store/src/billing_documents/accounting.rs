//! What documents in other currencies come to in the organization's own.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::billing::{Accounting, Document, ExchangeRate};
use lavori_domain::{Currency, DocumentId, OrganizationId};

use super::rows::{corrupt, money};
use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::billing_accounting;
use crate::sql::Sql;

/// Keeps what a document comes to in the organization's currency, if it is issued in another one: once, in the
/// transaction that issues it.
///
/// # Errors
/// [`Error::Conflict`] when that is kept already.
pub async fn keep_accounting(tx: &mut Tx, document: &Document) -> Result<(), Error> {
    let Some(accounting) = document.accounting else { return Ok(()) };
    on!(tx, |c| diesel::insert_into(billing_accounting::table)
        .values((
            billing_accounting::organization_id.eq(Sql(document.organization)),
            billing_accounting::document_id.eq(Sql(document.id)),
            billing_accounting::currency.eq(Sql(accounting.gross.currency())),
            billing_accounting::rate.eq(accounting.rate.units()),
            billing_accounting::net.eq(accounting.net.minor()),
            billing_accounting::tax.eq(accounting.tax.minor()),
            billing_accounting::gross.eq(accounting.gross.minor()),
        ))
        .execute(c))?;
    Ok(())
}

/// What these documents come to, where that is kept.
pub(super) async fn of(
    conn: &mut Conn,
    organization: OrganizationId,
    documents: &[DocumentId],
) -> Result<HashMap<DocumentId, Accounting>, Error> {
    type Columns = (DocumentId, Currency, i64, i64, i64, i64);
    let rows: Vec<Columns> = on!(conn, |c| billing_accounting::table
        .filter(billing_accounting::organization_id.eq(Sql(organization)))
        .filter(billing_accounting::document_id.eq_any(documents.iter().copied().map(Sql)))
        .select((
            billing_accounting::document_id,
            billing_accounting::currency,
            billing_accounting::rate,
            billing_accounting::net,
            billing_accounting::tax,
            billing_accounting::gross,
        ))
        .load(c))?;
    rows.into_iter()
        .map(|(document, currency, rate, net, tax, gross)| {
            let rate = ExchangeRate::of_units(rate).map_err(corrupt)?;
            let (net, tax, gross) = (money(net, currency)?, money(tax, currency)?, money(gross, currency)?);
            Ok((document, Accounting { rate, net, tax, gross }))
        })
        .collect()
}
