//! Payments of invoices. Who may see the invoice may see them.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::billing::{Payment, PaymentMethod};
use lavori_domain::{Currency, DocumentId, Money, OrganizationId, PaymentId, Timestamp};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::{billing_documents, payments};
use crate::sql::Sql;
use crate::within::Within;

/// Inserts a payment. The invoice's sum is changed by [`crate::billing_documents::update_sums`].
///
/// # Errors
/// [`Error::Conflict`] when the invoice is of another organization.
pub async fn insert(tx: &mut Tx, payment: &Payment) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(payments::table)
        .values((
            payments::organization_id.eq(Sql(payment.organization)),
            payments::id.eq(Sql(payment.id)),
            payments::invoice_id.eq(Sql(payment.invoice)),
            payments::amount.eq(payment.amount.minor()),
            payments::paid_on.eq(payment.paid_on),
            payments::method.eq(payment.method.map(Sql)),
            payments::reference.eq(&payment.reference),
            payments::reversed_at.eq(payment.reversed_at.map(Sql)),
            payments::created_at.eq(Sql(payment.created_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// The payments of the given invoices, the oldest first. The invoices themselves must have been found within `within`.
///
/// # Errors
/// When the database is out of reach.
pub async fn of_invoices(conn: &mut Conn, within: Within, invoices: &[DocumentId]) -> Result<Vec<Payment>, Error> {
    if invoices.is_empty() {
        return Ok(Vec::new());
    }
    type Row = (
        (OrganizationId, PaymentId, DocumentId, i64, NaiveDate, Option<PaymentMethod>),
        (Option<String>, Option<Timestamp>, Timestamp, Currency),
    );
    let rows: Vec<Row> = on!(conn, |c| payments::table
        .inner_join(
            billing_documents::table.on(billing_documents::organization_id
                .eq(payments::organization_id)
                .and(billing_documents::id.eq(payments::invoice_id)))
        )
        .filter(payments::organization_id.eq(Sql(within.organization)))
        .filter(payments::invoice_id.eq_any(invoices.iter().copied().map(Sql)))
        .order((payments::paid_on, payments::id))
        .select((
            (
                payments::organization_id,
                payments::id,
                payments::invoice_id,
                payments::amount,
                payments::paid_on,
                payments::method,
            ),
            (payments::reference, payments::reversed_at, payments::created_at, billing_documents::currency),
        ))
        .load(c))?;
    rows.into_iter()
        .map(
            |((organization, id, invoice, amount, paid_on, method), (reference, reversed_at, created_at, currency))| {
                let amount = Money::of_minor(amount, currency).map_err(|error| Error::Corrupt(Box::new(error)))?;
                Ok(Payment { organization, id, invoice, amount, paid_on, method, reference, reversed_at, created_at })
            },
        )
        .collect()
}

/// Notes that a payment did not come after all: from `at` on it counts no more. Whoever does holds its invoice.
///
/// # Errors
/// [`Error::NotFound`] when there is none that counts.
pub async fn reverse(tx: &mut Tx, organization: OrganizationId, id: PaymentId, at: Timestamp) -> Result<(), Error> {
    let changed = on!(tx, |c| diesel::update(payments::table.find((Sql(organization), Sql(id))))
        .filter(payments::reversed_at.is_null())
        .set(payments::reversed_at.eq(Some(Sql(at))))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::NotFound) }
}
