//! Whole documents, and finding one by what somebody called it.

use std::collections::HashMap;
use std::convert::identity;

use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::billing::{
    Discount, Document, DocumentLine, DocumentStatus, Line, Percent, Quantity, Tax, TaxCategory, TaxGroup, UnitPrice,
};
use lavori_domain::id::kind;
use lavori_domain::{DocumentId, DocumentLineId, Money, ServiceItemId};

use super::accounting;
use super::joined::{DocumentSummary, JoinedRow, is_of, joined, summary, visible, with_projects};
use super::rows::{DocumentRow, corrupt, money};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::one_of::one_of;
use crate::reference::{Brief, MATCHES, Reference};
use crate::schema::{
    billing_documents, billing_line_taxes, billing_lines, billing_tax_groups, contact_teams, contacts, projects, teams,
};
use crate::sql::Sql;
use crate::within::Within;
use crate::words::lower;

/// Which documents to get.
#[derive(Debug, Clone, Copy)]
pub enum DocumentKeys<'a> {
    /// Those with these ids.
    Ids(&'a [DocumentId]),
    /// Those with these numbers in their keys.
    Numbers(&'a [i64]),
}

/// A whole document with the names of what it points at.
#[derive(Debug, Clone)]
pub struct DocumentDetail {
    /// What a list shows of it.
    pub summary: DocumentSummary,
    /// All of it.
    pub document: Document,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = billing_lines, check_for_backend(Pg, Sqlite))]
struct LineRow {
    id: DocumentLineId,
    document_id: DocumentId,
    description: String,
    quantity: i64,
    unit: Option<String>,
    unit_price: i64,
    discount_amount: Option<i64>,
    discount_percent: Option<i64>,
    amount: i64,
    service_item_id: Option<ServiceItemId>,
}

/// The documents with the given keys, in no order. Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn details(conn: &mut Conn, within: Within, keys: DocumentKeys<'_>) -> Result<Vec<DocumentDetail>, Error> {
    let rows: Vec<JoinedRow> = on!(conn, |c| {
        let query = visible!(joined!(), within);
        let query = match keys {
            DocumentKeys::Ids(ids) => query.filter(one_of!(billing_documents::id, ids, Sql)),
            DocumentKeys::Numbers(numbers) => query.filter(one_of!(billing_documents::number, numbers, identity)),
        };
        query.select(joined!(select within)).load(c)
    })?;
    let rows: Vec<(DocumentSummary, DocumentRow)> =
        rows.into_iter().map(|row| summary(within, row)).collect::<Result<_, _>>()?;
    let documents = with_lines(conn, within, rows.iter().map(|(_, row)| row.clone()).collect()).await?;
    let summaries = rows.into_iter().map(|(summary, _)| summary);
    Ok(summaries.zip(documents).map(|(summary, document)| DocumentDetail { summary, document }).collect())
}

/// The same without the names.
///
/// # Errors
/// When the database is out of reach.
pub async fn load(conn: &mut Conn, within: Within, ids: &[DocumentId]) -> Result<Vec<Document>, Error> {
    let rows: Vec<DocumentRow> = on!(conn, |c| visible!(with_projects!().into_boxed(), within)
        .filter(billing_documents::id.eq_any(ids.iter().copied().map(Sql)))
        .select(DocumentRow::as_select())
        .load(c))?;
    with_lines(conn, within, rows).await
}

/// Adds lines and taxes, and what issued ones come to in the organization's currency: four queries, however many
/// documents.
async fn with_lines(conn: &mut Conn, within: Within, rows: Vec<DocumentRow>) -> Result<Vec<Document>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<DocumentId> = rows.iter().map(|row| row.id).collect();
    let lines: Vec<LineRow> = on!(conn, |c| billing_lines::table
        .filter(billing_lines::organization_id.eq(Sql(within.organization)))
        .filter(billing_lines::document_id.eq_any(ids.iter().copied().map(Sql)))
        .order(billing_lines::position)
        .select(LineRow::as_select())
        .load(c))?;
    type TaxColumns = (DocumentLineId, TaxCategory, i64, Option<String>);
    let taxes: Vec<TaxColumns> = on!(conn, |c| billing_line_taxes::table
        .inner_join(
            billing_lines::table.on(billing_lines::organization_id
                .eq(billing_line_taxes::organization_id)
                .and(billing_lines::id.eq(billing_line_taxes::line_id)))
        )
        .filter(billing_lines::organization_id.eq(Sql(within.organization)))
        .filter(billing_lines::document_id.eq_any(ids.iter().copied().map(Sql)))
        .order(billing_line_taxes::position)
        .select((
            billing_line_taxes::line_id,
            billing_line_taxes::category,
            billing_line_taxes::rate,
            billing_line_taxes::reason,
        ))
        .load(c))?;
    type GroupColumns = (DocumentId, TaxCategory, i64, Option<String>, i64, i64);
    let groups: Vec<GroupColumns> = on!(conn, |c| billing_tax_groups::table
        .filter(billing_tax_groups::organization_id.eq(Sql(within.organization)))
        .filter(billing_tax_groups::document_id.eq_any(ids.iter().copied().map(Sql)))
        .order(billing_tax_groups::position)
        .select((
            billing_tax_groups::document_id,
            billing_tax_groups::category,
            billing_tax_groups::rate,
            billing_tax_groups::reason,
            billing_tax_groups::base,
            billing_tax_groups::tax,
        ))
        .load(c))?;

    let issued = rows.iter().filter(|row| row.status == DocumentStatus::Issued).map(|row| row.id).collect::<Vec<_>>();
    let mut accounting_of =
        if issued.is_empty() { HashMap::new() } else { accounting::of(conn, within.organization, &issued).await? };

    let mut taxes_of: HashMap<DocumentLineId, Vec<Tax>> = HashMap::new();
    for (line, category, rate, reason) in taxes {
        let rate = Percent::of_units(rate).map_err(corrupt)?;
        taxes_of.entry(line).or_default().push(Tax::new(category, rate, reason).map_err(corrupt)?);
    }
    let mut lines_of: HashMap<DocumentId, Vec<LineRow>> = HashMap::new();
    lines.into_iter().for_each(|line| lines_of.entry(line.document_id).or_default().push(line));
    let mut groups_of: HashMap<DocumentId, Vec<GroupColumns>> = HashMap::new();
    groups.into_iter().for_each(|group| groups_of.entry(group.0).or_default().push(group));

    rows.into_iter()
        .map(|row| {
            let currency = row.currency;
            let (mut lines, mut amounts) = (Vec::new(), Vec::new());
            for line in lines_of.remove(&row.id).unwrap_or_default() {
                amounts.push(money(line.amount, currency)?);
                let taxes = taxes_of.remove(&line.id).unwrap_or_default();
                lines.push(document_line(line, taxes, currency)?);
            }
            let groups = groups_of.remove(&row.id).unwrap_or_default().into_iter();
            let groups = groups
                .map(|(_, category, rate, reason, base, tax)| {
                    Ok(TaxGroup {
                        category,
                        rate: Percent::of_units(rate).map_err(corrupt)?,
                        reasons: reason.map(|text| text.split('\n').map(str::to_owned).collect()).unwrap_or_default(),
                        base: money(base, currency)?,
                        tax: money(tax, currency)?,
                    })
                })
                .collect::<Result<_, Error>>()?;
            let accounting = accounting_of.remove(&row.id);
            row.whole(lines, amounts, groups, accounting)
        })
        .collect()
}

fn document_line(row: LineRow, taxes: Vec<Tax>, currency: lavori_domain::Currency) -> Result<DocumentLine, Error> {
    let discount = match (row.discount_amount, row.discount_percent) {
        (Some(minor), _) => Some(Discount::Amount(Money::of_minor(minor, currency).map_err(corrupt)?)),
        (None, Some(units)) => Some(Discount::Percent(Percent::of_units(units).map_err(corrupt)?)),
        (None, None) => None,
    };
    Ok(DocumentLine {
        id: row.id,
        description: row.description,
        unit: row.unit,
        service_item: row.service_item_id,
        line: Line {
            quantity: Quantity::of_units(row.quantity).map_err(corrupt)?,
            unit_price: UnitPrice::of_units(row.unit_price).map_err(corrupt)?,
            discount,
            taxes,
        },
    })
}

/// The documents that `reference` names, at most [`MATCHES`]. The name of a document is its number in a series.
///
/// # Errors
/// When the database is out of reach.
pub async fn find(
    conn: &mut Conn,
    within: Within,
    reference: Reference<'_, kind::Document>,
) -> Result<Vec<Brief<kind::Document>>, Error> {
    let rows: Vec<DocumentRow> = on!(conn, |c| {
        let query = visible!(with_projects!().into_boxed(), within);
        let query = match reference {
            Reference::Id(id) => query.filter(billing_documents::id.eq(Sql(id))),
            Reference::Number(number) => query.filter(billing_documents::number.eq(number)),
            Reference::Name(name) => {
                query.filter(lower(billing_documents::document_number.assume_not_null()).eq(lower(name)))
            }
        };
        query.order(billing_documents::number).limit(MATCHES).select(DocumentRow::as_select()).load(c)
    })?;
    rows.into_iter()
        .map(|row| {
            let name = row.document_number.clone().unwrap_or_else(|| format!("{} D-{}", row.kind, row.number));
            let hint = Some(format!("{} {}", row.kind, row.status));
            Ok(Brief { id: row.id, number: Some(row.number), name, hint })
        })
        .collect()
}

/// The number in the key and the title of the documents with these ids: what other records show of them. Those that
/// `within` does not show are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn titles(
    conn: &mut Conn,
    within: Within,
    ids: &[DocumentId],
) -> Result<Vec<(DocumentId, i64, String)>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<DocumentRow> = on!(conn, |c| visible!(with_projects!().into_boxed(), within)
        .filter(billing_documents::id.eq_any(ids.iter().copied().map(Sql)))
        .select(DocumentRow::as_select())
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let title = row.document_number.unwrap_or_else(|| format!("{} {}", row.status, row.kind));
            (row.id, row.number, title)
        })
        .collect())
}
