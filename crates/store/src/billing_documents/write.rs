//! Writing documents. What is computed is the domain's business: this only keeps it.

use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::billing::{Discount, Document, DocumentKind, Series};
use lavori_domain::{DocumentId, DocumentLineId, OrganizationId};

use super::accounting::keep_accounting;
use super::rows::write_client;
use crate::conn::{Inner, Tx, on, on_postgres};
use crate::error::Error;
use crate::schema::{billing_documents, billing_line_taxes, billing_lines, billing_tax_groups};
use crate::sql::Sql;

/// What a document keeps of itself, but for what names it and the sums of other rows.
macro_rules! columns {
    ($document:expr, $details:expr) => {{
        let (document, details): (&Document, &Option<String>) = ($document, $details);
        (
            billing_documents::document_number.eq(document.taken.map(|number| number.to_string())),
            billing_documents::revision.eq(document.revision),
            billing_documents::client_id.eq(Sql(document.client)),
            billing_documents::client_name.eq(document.frozen_client.as_ref().map(|client| client.name.as_str())),
            billing_documents::client_details.eq(details),
            billing_documents::project_id.eq(document.project.map(Sql)),
            billing_documents::team_id.eq(document.team.map(Sql)),
            billing_documents::from_id.eq(document.from.map(Sql)),
            billing_documents::dated_on.eq(document.dated_on),
            billing_documents::due_on.eq(document.due_on),
            billing_documents::valid_until.eq(document.valid_until),
            billing_documents::currency.eq(Sql(document.currency)),
            billing_documents::prices_include_tax.eq(document.prices_include_tax),
            billing_documents::discount_percent.eq(document.discount.units()),
            billing_documents::reference.eq(&document.reference),
            billing_documents::notes.eq(&document.notes),
            billing_documents::status.eq(Sql(document.status)),
            billing_documents::decided_on.eq(document.decided_on),
            billing_documents::status_reason.eq(&document.status_reason),
            billing_documents::net.eq(document.totals.net.minor()),
            billing_documents::tax.eq(document.totals.tax.minor()),
            billing_documents::gross.eq(document.totals.gross.minor()),
            billing_documents::version.eq(document.version),
            billing_documents::updated_at.eq(Sql(document.updated_at)),
        )
    }};
}

/// Inserts a document with its lines and taxes.
///
/// # Errors
/// [`Error::Conflict`] when a number of it is taken, or it points into another organization.
pub async fn insert(tx: &mut Tx, document: &Document) -> Result<(), Error> {
    let details = document.frozen_client.as_ref().map(write_client);
    on!(tx, |c| diesel::insert_into(billing_documents::table)
        .values((
            billing_documents::organization_id.eq(Sql(document.organization)),
            billing_documents::id.eq(Sql(document.id)),
            billing_documents::number.eq(document.number),
            billing_documents::kind.eq(Sql(document.kind)),
            billing_documents::paid.eq(document.paid.minor()),
            billing_documents::credited.eq(document.credited.minor()),
            billing_documents::invoiced_net.eq(document.invoiced_net.minor()),
            billing_documents::created_at.eq(Sql(document.created_at)),
            columns!(document, &details),
        ))
        .execute(c))?;
    keep_accounting(tx, document).await?;
    insert_lines(tx, document).await
}

/// Writes a document that was read in this transaction. `lines`: its lines and taxes changed, too.
///
/// # Errors
/// As [`insert`]; [`Error::NotFound`] when it is not there.
pub async fn update(tx: &mut Tx, document: &Document, lines: bool) -> Result<(), Error> {
    let details = document.frozen_client.as_ref().map(write_client);
    let changed = on!(tx, |c| diesel::update(billing_documents::table)
        .filter(billing_documents::organization_id.eq(Sql(document.organization)))
        .filter(billing_documents::id.eq(Sql(document.id)))
        .set(columns!(document, &details))
        .execute(c))?;
    if changed == 0 {
        return Err(Error::NotFound);
    }
    if lines {
        clear_lines(tx, document.organization, document.id).await?;
        insert_lines(tx, document).await?;
    }
    Ok(())
}

async fn clear_lines(tx: &mut Tx, organization: OrganizationId, document: DocumentId) -> Result<(), Error> {
    let lines: Vec<DocumentLineId> = on!(tx, |c| billing_lines::table
        .filter(billing_lines::organization_id.eq(Sql(organization)))
        .filter(billing_lines::document_id.eq(Sql(document)))
        .select(billing_lines::id)
        .load(c))?;
    on!(tx, |c| diesel::delete(billing_line_taxes::table)
        .filter(billing_line_taxes::organization_id.eq(Sql(organization)))
        .filter(billing_line_taxes::line_id.eq_any(lines.into_iter().map(Sql)))
        .execute(c))?;
    on!(tx, |c| diesel::delete(billing_lines::table)
        .filter(billing_lines::organization_id.eq(Sql(organization)))
        .filter(billing_lines::document_id.eq(Sql(document)))
        .execute(c))?;
    on!(tx, |c| diesel::delete(billing_tax_groups::table)
        .filter(billing_tax_groups::organization_id.eq(Sql(organization)))
        .filter(billing_tax_groups::document_id.eq(Sql(document)))
        .execute(c))?;
    Ok(())
}

async fn insert_lines(tx: &mut Tx, document: &Document) -> Result<(), Error> {
    for (position, (line, amount)) in (1..).zip(document.lines.iter().zip(&document.totals.lines)) {
        let (discount_amount, discount_percent) = match line.line.discount {
            None => (None, None),
            Some(Discount::Amount(amount)) => (Some(amount.minor()), None),
            Some(Discount::Percent(percent)) => (None, Some(percent.units())),
        };
        on!(tx, |c| diesel::insert_into(billing_lines::table)
            .values((
                billing_lines::organization_id.eq(Sql(document.organization)),
                billing_lines::id.eq(Sql(line.id)),
                billing_lines::document_id.eq(Sql(document.id)),
                billing_lines::position.eq(position),
                billing_lines::description.eq(&line.description),
                billing_lines::quantity.eq(line.line.quantity.units()),
                billing_lines::unit.eq(&line.unit),
                billing_lines::unit_price.eq(line.line.unit_price.units()),
                billing_lines::discount_amount.eq(discount_amount),
                billing_lines::discount_percent.eq(discount_percent),
                billing_lines::amount.eq(amount.minor()),
                billing_lines::service_item_id.eq(line.service_item.map(Sql)),
            ))
            .execute(c))?;
        for (position, tax) in (1..).zip(&line.line.taxes) {
            on!(tx, |c| diesel::insert_into(billing_line_taxes::table)
                .values((
                    billing_line_taxes::organization_id.eq(Sql(document.organization)),
                    billing_line_taxes::line_id.eq(Sql(line.id)),
                    billing_line_taxes::position.eq(position),
                    billing_line_taxes::category.eq(Sql(tax.category())),
                    billing_line_taxes::rate.eq(tax.rate().units()),
                    billing_line_taxes::reason.eq(tax.reason()),
                ))
                .execute(c))?;
        }
    }
    for (position, group) in (1..).zip(&document.totals.groups) {
        let reasons = (!group.reasons.is_empty()).then(|| group.reasons.join("\n"));
        on!(tx, |c| diesel::insert_into(billing_tax_groups::table)
            .values((
                billing_tax_groups::organization_id.eq(Sql(document.organization)),
                billing_tax_groups::document_id.eq(Sql(document.id)),
                billing_tax_groups::position.eq(position),
                billing_tax_groups::category.eq(Sql(group.category)),
                billing_tax_groups::rate.eq(group.rate.units()),
                billing_tax_groups::reason.eq(reasons),
                billing_tax_groups::base.eq(group.base.minor()),
                billing_tax_groups::tax.eq(group.tax.minor()),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Holds documents until the transaction ends, in an order of their own, so that nobody waits in a circle. Read them
/// afterwards. SQLite lets one writer in at a time: there is nothing to do.
///
/// # Errors
/// When the database is out of reach.
pub async fn lock(tx: &mut Tx, organization: OrganizationId, ids: &[DocumentId]) -> Result<(), Error> {
    let Inner::Postgres(object) = &mut tx.inner else { return Ok(()) };
    let _held: Vec<DocumentId> = on_postgres!(object, |c| billing_documents::table
        .filter(billing_documents::organization_id.eq(Sql(organization)))
        .filter(billing_documents::id.eq_any(ids.iter().copied().map(Sql)))
        .order(billing_documents::id)
        .select(billing_documents::id)
        .for_update()
        .load(c))?;
    Ok(())
}

/// Writes the sums that a document keeps of other rows: what was paid, what was credited, the net of its invoices; and its
/// version. It must be locked since it was read.
///
/// # Errors
/// [`Error::Conflict`] when a sum is one that the database does not allow; [`Error::NotFound`].
pub async fn update_sums(tx: &mut Tx, document: &Document) -> Result<(), Error> {
    let changed = on!(tx, |c| diesel::update(billing_documents::table)
        .filter(billing_documents::organization_id.eq(Sql(document.organization)))
        .filter(billing_documents::id.eq(Sql(document.id)))
        .set((
            billing_documents::paid.eq(document.paid.minor()),
            billing_documents::credited.eq(document.credited.minor()),
            billing_documents::invoiced_net.eq(document.invoiced_net.minor()),
            billing_documents::version.eq(document.version),
            billing_documents::updated_at.eq(Sql(document.updated_at)),
        ))
        .execute(c))?;
    if changed == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// When the last document of a series was issued or sent. Asked after taking a number of it, nobody else can be about
/// to add one.
///
/// # Errors
/// When the database is out of reach.
pub async fn last_date(tx: &mut Tx, organization: OrganizationId, series: Series) -> Result<Option<NaiveDate>, Error> {
    let kind: DocumentKind = series.kind;
    let last: Vec<Option<NaiveDate>> = on!(tx, |c| billing_documents::table
        .filter(billing_documents::organization_id.eq(Sql(organization)))
        .filter(billing_documents::kind.eq(Sql(kind)))
        .filter(billing_documents::document_number.is_not_null())
        .filter(billing_documents::dated_on.le(NaiveDate::from_ymd_opt(series.year, 12, 31)))
        .order(billing_documents::dated_on.desc())
        .limit(1)
        .select(billing_documents::dated_on)
        .load(c))?;
    Ok(last.into_iter().flatten().next().filter(|date| date.year() == series.year))
}
