//! The rows of `list_billing_documents`.

use std::collections::HashMap;

use chrono::NaiveDate;
use lavori_domain::billing::{DocumentKind, DocumentStatus, Invoiced, PaymentState};
use lavori_domain::{DocumentId, KeyKind, TimeZone};
use lavori_store::billing_documents::{CurrencyTotal, DocumentSummary};
use schemars::JsonSchema;
use serde::Serialize;

use crate::views::{self, Hidden, Keyed, Named, selectable};

/// The characters of a note that a list shows.
const EXCERPT: usize = 300;

selectable! {
    /// A document in a list.
    Row, RowField;
    always {
        /// Its id.
        id: String,
        /// Its key.
        key: String,
    }
    optional {
        /// The number of its series.
        number: String,
        /// Whom it is for.
        client: Keyed,
        /// Its date.
        date: String,
        /// The last day to pay.
        due: String,
        /// The last day to accept.
        valid_until: String,
        /// Where it stands.
        status: DocumentStatus,
        /// How an issued invoice was paid.
        payment_state: PaymentState,
        /// It should have been paid by now.
        overdue: bool,
        /// It can no longer be accepted.
        expired: bool,
        /// How much of an accepted quote was invoiced.
        invoiced: Invoiced,
        /// Without tax.
        net: String,
        /// The tax.
        tax: String,
        /// With tax.
        gross: String,
        /// What is owed.
        due_amount: String,
        /// Of all amounts.
        currency: String,
        /// How many records it points at that this connection cannot see.
        hidden: Hidden,
        /// Counts changes.
        version: i32,
        /// What it is.
        kind: DocumentKind,
        /// The project it bills.
        project: Keyed,
        /// The team that owns it.
        team: Named,
        /// What it was made from.
        from: Keyed,
        /// The client's reference.
        reference: String,
        /// Internal notes; cut if long.
        notes: String,
        /// How often a quote was sent.
        revision: i32,
        /// When a quote was accepted or declined.
        decided: String,
        /// Why it is no more.
        reason: String,
        /// When it was made.
        created_at: String,
        /// When it last changed.
        updated_at: String,
    }
}

/// What the documents of one currency add up to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Total {
    currency: String,
    count: i64,
    net: String,
    tax: String,
    gross: String,
    /// Owed on issued invoices.
    due_amount: String,
}

impl From<CurrencyTotal> for Total {
    fn from(total: CurrencyTotal) -> Self {
        Self {
            currency: total.net.currency().to_string(),
            count: total.count,
            net: total.net.to_string(),
            tax: total.tax.to_string(),
            gross: total.gross.to_string(),
            due_amount: total.due.to_string(),
        }
    }
}

/// How rows are shown.
pub(crate) struct Shown<'a> {
    pub(crate) today: NaiveDate,
    pub(crate) zone: TimeZone,
    /// Every field, and not only those needed to choose.
    pub(crate) full: bool,
    /// What the documents were made from, as far as this connection sees it.
    pub(crate) sources: &'a HashMap<DocumentId, Keyed>,
}

impl Shown<'_> {
    /// A document as a row.
    pub(crate) fn row(&self, document: DocumentSummary) -> Row {
        let standing = document.standing;
        let source = document.from.and_then(|from| self.sources.get(&from)).cloned();
        let hidden = Hidden {
            client: u32::from(document.client_hidden),
            project: u32::from(document.project_hidden),
            from: u32::from(self.full && document.from.is_some() && source.is_none()),
            ..Hidden::default()
        };
        let mut row = Row {
            id: document.id.to_string(),
            key: views::key(KeyKind::Document, document.number),
            number: document.taken.map(|number| number.to_string()),
            client: document.client.map(|(_, number, name)| Keyed::new(KeyKind::Contact, number, name)),
            date: views::day(document.dated_on),
            due: views::day(standing.due_on),
            valid_until: views::day(standing.valid_until),
            status: Some(standing.status),
            payment_state: standing.payment_state(),
            overdue: standing.due().map(|_| standing.is_overdue(self.today)),
            expired: (standing.kind == DocumentKind::Quote).then(|| standing.is_expired(self.today)),
            invoiced: standing.invoiced(),
            net: Some(standing.net.to_string()),
            tax: Some(document.tax.to_string()),
            gross: Some(standing.settlement.gross.to_string()),
            due_amount: standing.due().map(|due| due.to_string()),
            currency: Some(standing.net.currency().to_string()),
            hidden: hidden.told(),
            version: Some(document.version),
            ..Row::default()
        };
        if self.full {
            row.kind = Some(standing.kind);
            row.project = document.project.map(|(_, number, name)| Keyed::new(KeyKind::Project, number, name));
            row.team = document.team.map(|(id, name)| Named::new(id, name));
            row.from = source;
            row.reference = document.reference;
            row.notes = views::excerpt(document.notes, EXCERPT, "fetch this document for the rest");
            row.revision = (standing.kind == DocumentKind::Quote).then_some(document.revision);
            row.decided = views::day(document.decided_on);
            row.reason = document.status_reason;
            row.created_at = Some(self.zone.rfc3339(document.created_at));
            row.updated_at = Some(self.zone.rfc3339(document.updated_at));
        }
        row
    }
}
