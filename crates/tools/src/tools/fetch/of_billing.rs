//! Quotes, invoices and credit notes with their lines and payments, and the service library.

use std::collections::HashMap;

use chrono::NaiveDate;
use lavori_domain::billing::{Discount, Document, DocumentKind, DocumentLine, ServiceItem, Tax};
use lavori_domain::{KeyKind, Money, RecordType, ServiceItemId, TimeZone};
use lavori_store::billing_documents::DocumentSummary;

use super::parts::{BilledTo, LineView, TaxView};
use super::record::{LONGEST, Record};
use crate::billing::AccountingView;
use crate::links::Links;
use crate::tools::list_billing_documents::row::Shown;
use crate::views::{self, Keyed, some};

impl Record {
    /// A document without its lines. `source`: what it was made from, if this connection may see it.
    pub(crate) fn of_document(
        (summary, document): (DocumentSummary, &Document),
        source: Option<Keyed>,
        links: Links<'_>,
        (zone, today): (TimeZone, NaiveDate),
    ) -> Self {
        let sources = document.from.zip(source).into_iter().collect();
        let client_hidden = summary.client_hidden;
        let notes = summary.notes.clone();
        let row = Shown { today, zone, full: true, sources: &sources }.row(summary);
        let r#type = match document.kind {
            DocumentKind::Quote => RecordType::Quote,
            DocumentKind::Invoice => RecordType::Invoice,
            DocumentKind::CreditNote => RecordType::CreditNote,
        };
        let billed_to = document.frozen_client.clone().filter(|_| !client_hidden).map(|client| BilledTo {
            name: client.name,
            email: client.email,
            address: client.address,
            tax_id: client.tax_id,
        });
        let groups = document.totals.groups.iter().map(|group| TaxView {
            category: group.category,
            rate: group.rate.to_string(),
            reason: some(group.reasons.clone()).map(|reasons| reasons.join("; ")),
            base: Some(group.base.to_string()),
            tax: Some(group.tax.to_string()),
        });
        Self {
            status: Some(document.status.to_string()),
            allowed_transitions: Some(document.allowed_transitions().iter().map(|to| to.as_str()).collect()),
            version: row.version,
            description: views::excerpt(notes, LONGEST, "the rest is too long for this tool"),
            client: row.client,
            billed_to,
            project: row.project,
            team: row.team,
            hidden: row.hidden,
            number: row.number,
            from: row.from,
            date: row.date,
            due: row.due,
            due_weekday: document.due_on.map(|day| lavori_domain::time::weekday(day).to_owned()),
            valid_until: row.valid_until,
            payment_state: row.payment_state,
            overdue: row.overdue,
            expired: row.expired,
            invoiced: row.invoiced,
            currency: row.currency,
            prices_include_tax: document.prices_include_tax.then_some(true),
            discount_percent: Some(document.discount.to_string()).filter(|_| document.discount.units() != 0),
            net: row.net,
            tax: row.tax,
            gross: row.gross,
            accounting: document.accounting.as_ref().map(AccountingView::of),
            due_amount: row.due_amount,
            tax_groups: some(groups.collect()),
            reference: row.reference,
            revision: row.revision,
            decided: row.decided,
            reason: row.reason,
            created_at: row.created_at,
            updated_at: row.updated_at,
            ..Self::new(r#type, row.id, Some(row.key), document.title(), links)
        }
    }

    /// Adds the lines of a document. `items`: the items of the service library that this connection may see.
    pub(crate) fn add_lines(&mut self, document: &Document, items: &HashMap<ServiceItemId, Keyed>) {
        let lines = document.lines.iter().zip(&document.totals.lines);
        self.lines = some(lines.map(|(line, amount)| line_view(line, *amount, items)).collect());
    }

    pub(crate) fn of_service_item(item: ServiceItem, links: Links<'_>, zone: TimeZone) -> Self {
        let key = item.key().to_string();
        Self {
            status: Some(if item.archived_at.is_some() { "archived" } else { "active" }.to_owned()),
            version: Some(item.version),
            unit: item.unit,
            currency: Some(item.currency.to_string()),
            unit_price: Some(item.unit_price.to_string()),
            unit_cost: item.unit_cost.map(|cost| cost.to_string()),
            default_quantity: Some(item.default_quantity.to_string()),
            tax_groups: item.tax.as_ref().map(|tax| vec![tax_view(tax)]),
            markup_percent: item.markup.map(|markup| markup.to_string()),
            created_at: Some(zone.rfc3339(item.created_at)),
            updated_at: Some(zone.rfc3339(item.updated_at)),
            ..Self::new(RecordType::ServiceItem, item.id.to_string(), Some(key), item.name, links)
        }
    }
}

/// An item as a line names it.
pub(super) fn named_item(item: ServiceItem) -> (ServiceItemId, Keyed) {
    (item.id, Keyed::new(KeyKind::ServiceItem, item.number, item.name))
}

fn line_view(line: &DocumentLine, amount: Money, items: &HashMap<ServiceItemId, Keyed>) -> LineView {
    let DocumentLine { id, description, unit, service_item, line } = line;
    let (discount_amount, discount_percent) = match &line.discount {
        Some(Discount::Amount(amount)) => (Some(amount.to_string()), None),
        Some(Discount::Percent(percent)) => (None, Some(percent.to_string())),
        None => (None, None),
    };
    LineView {
        line_id: id.to_string(),
        description: description.clone(),
        quantity: line.quantity.to_string(),
        unit: unit.clone(),
        unit_price: line.unit_price.to_string(),
        discount_amount,
        discount_percent,
        amount: amount.to_string(),
        taxes: line.taxes.iter().map(tax_view).collect(),
        service_item: service_item.and_then(|item| items.get(&item).cloned()),
    }
}

fn tax_view(tax: &Tax) -> TaxView {
    TaxView {
        category: tax.category(),
        rate: tax.rate().to_string(),
        reason: tax.reason().map(str::to_owned),
        base: None,
        tax: None,
    }
}
