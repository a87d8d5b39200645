//! A whole quote, invoice or credit note.

use chrono::NaiveDate;

use crate::billing::accounting::Accounting;
use crate::billing::line::Line;
use crate::billing::measure::Percent;
use crate::billing::number::DocumentNumber;
use crate::billing::payment::{PaymentState, Settlement};
use crate::billing::status::{DocumentKind, DocumentStatus, InvoiceStatus, Invoiced, QuoteStatus};
use crate::billing::totals::{Totals, totals};
use crate::currency::Currency;
use crate::id::{ContactId, DocumentId, DocumentLineId, OrganizationId, ProjectId, ServiceItemId, TeamId};
use crate::key::{Key, KeyKind};
use crate::money::{Money, NotAnAmount};
use crate::time::Timestamp;

/// The client as the document names it: copied when it leaves, and not changed with the directory any more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FrozenClient {
    /// The name (EN 16931 BT-44).
    pub name: String,
    /// Where it was sent.
    pub email: Option<String>,
    /// The postal address (BG-8), one text.
    pub address: Option<String>,
    /// The tax identifier (BT-48).
    pub tax_id: Option<String>,
}

/// A line with its text and what it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// Its id.
    pub id: DocumentLineId,
    /// What was delivered (BT-153).
    pub description: String,
    /// What the quantity counts (BT-130): `hour`, `day`, `piece`.
    pub unit: Option<String>,
    /// The item of the service library it was made from.
    pub service_item: Option<ServiceItemId>,
    /// Quantity, price, discount and taxes.
    pub line: Line,
}

/// A quote, an invoice or a credit note. Amounts are in its one currency (TOOLS.md M6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: DocumentId,
    /// The number in its key.
    pub number: i64,
    /// What it is.
    pub kind: DocumentKind,
    /// The number of its series: taken once, when it leaves.
    pub taken: Option<DocumentNumber>,
    /// Counts how often a quote was sent, from 1.
    pub revision: i32,
    /// Whom it is for.
    pub client: ContactId,
    /// The same, as of the moment it left.
    pub frozen_client: Option<FrozenClient>,
    /// The project it bills.
    pub project: Option<ProjectId>,
    /// The team it belongs to; none: its project's.
    pub team: Option<TeamId>,
    /// The quote an invoice was made from, the invoice that a credit note takes back (BG-3).
    pub from: Option<DocumentId>,
    /// Its date (BT-2).
    pub dated_on: Option<NaiveDate>,
    /// The last day to pay (BT-9).
    pub due_on: Option<NaiveDate>,
    /// The last day to accept a quote.
    pub valid_until: Option<NaiveDate>,
    /// The currency (BT-5).
    pub currency: Currency,
    /// Whether prices are with tax (M5).
    pub prices_include_tax: bool,
    /// What is taken off the sum of the lines.
    pub discount: Percent,
    /// The client's reference (BT-10).
    pub reference: Option<String>,
    /// Internal notes.
    pub notes: Option<String>,
    /// Where it stands.
    pub status: DocumentStatus,
    /// When a quote was accepted or declined.
    pub decided_on: Option<NaiveDate>,
    /// Why it was declined, taken back or given up.
    pub status_reason: Option<String>,
    /// What it is for, in order.
    pub lines: Vec<DocumentLine>,
    /// What it comes to: always [`totals`] of the lines.
    pub totals: Totals,
    /// The same in the organization's currency, once it is issued in another one.
    pub accounting: Option<Accounting>,
    /// What was paid on an invoice.
    pub paid: Money,
    /// What issued credit notes took back of an invoice.
    pub credited: Money,
    /// The net of the drafted and issued invoices made from a quote.
    pub invoiced_net: Money,
    /// Counts changes, from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Document {
    /// Its short key, `D-41`.
    pub fn key(&self) -> Key {
        Key { kind: KeyKind::Document, number: self.number }
    }

    /// What people call it: its number, or its key while it has none.
    pub fn title(&self) -> String {
        self.taken.map_or_else(|| self.key().to_string(), |number| number.to_string())
    }

    /// Adds it up anew.
    ///
    /// # Errors
    /// As [`totals`].
    pub fn compute(&mut self) -> Result<(), NotAnAmount> {
        let lines: Vec<Line> = self.lines.iter().map(|line| line.line.clone()).collect();
        self.totals = totals(self.currency, self.prices_include_tax, &lines, self.discount)?;
        Ok(())
    }

    /// What is still owed on it.
    pub fn settlement(&self) -> Settlement {
        Settlement { gross: self.totals.gross, paid: self.paid, credited: self.credited }
    }

    /// The statuses it may move to.
    pub fn allowed_transitions(&self) -> Vec<DocumentStatus> {
        self.status.allowed_transitions(self.kind, self.invoiced_net.minor() != 0)
    }
}

/// What can be derived of a document, from the figures that a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What it is.
    pub kind: DocumentKind,
    /// Where it stands.
    pub status: DocumentStatus,
    /// The last day to pay.
    pub due_on: Option<NaiveDate>,
    /// The last day to accept.
    pub valid_until: Option<NaiveDate>,
    /// Without tax.
    pub net: Money,
    /// With tax, paid and credited.
    pub settlement: Settlement,
    /// The net of a quote's invoices.
    pub invoiced_net: Money,
}

impl Standing {
    /// How an issued invoice was paid.
    pub fn payment_state(self) -> Option<PaymentState> {
        let issued = self.kind == DocumentKind::Invoice && self.status == DocumentStatus::Issued;
        issued.then(|| self.settlement.state().ok()).flatten()
    }

    /// What is owed on an issued invoice.
    pub fn due(self) -> Option<Money> {
        self.payment_state().and_then(|_| self.settlement.due().ok())
    }

    /// Whether its client should have paid by now.
    pub fn is_overdue(self, today: NaiveDate) -> bool {
        self.due().is_some_and(|due| InvoiceStatus::Issued.is_overdue(self.due_on, due, today))
    }

    /// Whether a quote can no longer be accepted.
    pub fn is_expired(self, today: NaiveDate) -> bool {
        let sent = self.kind == DocumentKind::Quote && self.status == DocumentStatus::Sent;
        sent && QuoteStatus::Sent.is_expired(self.valid_until, today)
    }

    /// How much of an accepted quote was invoiced.
    pub fn invoiced(self) -> Option<Invoiced> {
        let accepted = self.kind == DocumentKind::Quote && self.status == DocumentStatus::Accepted;
        accepted.then(|| Invoiced::of(self.net, self.invoiced_net))
    }
}

impl From<&Document> for Standing {
    fn from(document: &Document) -> Self {
        Self {
            kind: document.kind,
            status: document.status,
            due_on: document.due_on,
            valid_until: document.valid_until,
            net: document.totals.net,
            settlement: document.settlement(),
            invoiced_net: document.invoiced_net,
        }
    }
}
