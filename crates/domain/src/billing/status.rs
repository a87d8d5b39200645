//! Where quotes, invoices and credit notes stand, and where they may go (TOOLS.md 3.2).

use chrono::NaiveDate;

use crate::money::Money;
use crate::words::words;

words! {
    /// What a document is.
    DocumentKind {
        /// An offer.
        Quote = "quote",
        /// What a client owes.
        Invoice = "invoice",
        /// What takes an invoice back, in whole or in part.
        CreditNote = "credit_note",
    }
}

words! {
    /// Where a quote stands. "Expired" and "invoiced" are derived, never stored.
    QuoteStatus {
        /// Being written.
        Draft = "draft",
        /// With the client.
        Sent = "sent",
        /// The client agreed.
        Accepted = "accepted",
        /// The client did not.
        Declined = "declined",
        /// Taken back before a decision.
        Cancelled = "cancelled",
    }
}

impl QuoteStatus {
    /// The statuses it may move to. Back to a draft it is a new revision; what was invoiced stays accepted.
    pub fn allowed_transitions(self, invoiced: bool) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Sent, Self::Cancelled],
            Self::Sent => &[Self::Accepted, Self::Declined, Self::Draft, Self::Cancelled],
            Self::Accepted if !invoiced => &[Self::Declined],
            Self::Accepted | Self::Declined | Self::Cancelled => &[],
        }
    }

    /// Whether the client can no longer accept: it was sent, and its last day has passed.
    pub fn is_expired(self, valid_until: Option<NaiveDate>, today: NaiveDate) -> bool {
        self == Self::Sent && valid_until.is_some_and(|last| last < today)
    }
}

words! {
    /// How much of an accepted quote was invoiced.
    Invoiced {
        /// Nothing.
        Not = "not_invoiced",
        /// Less than all of it.
        Partly = "partly_invoiced",
        /// All of it, or more.
        Whole = "invoiced",
    }
}

impl Invoiced {
    /// How much of `quoted` the net of the issued and drafted invoices made from it covers.
    pub fn of(quoted: Money, invoiced: Money) -> Self {
        if invoiced.minor() == 0 {
            Self::Not
        } else if invoiced.minor() < quoted.minor() {
            Self::Partly
        } else {
            Self::Whole
        }
    }
}

words! {
    /// Where an invoice or a credit note stands. What was paid is another axis: [`super::PaymentState`].
    InvoiceStatus {
        /// Being written: it has no number yet.
        Draft = "draft",
        /// Numbered, dated, and fixed for good.
        Issued = "issued",
        /// Given up before it had a number.
        Cancelled = "cancelled",
    }
}

impl InvoiceStatus {
    /// The statuses it may move to. An issued one is undone by a credit note only.
    pub fn allowed_transitions(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Issued, Self::Cancelled],
            Self::Issued | Self::Cancelled => &[],
        }
    }

    /// Whether its client owes something that should have been paid by now.
    pub fn is_overdue(self, due_on: Option<NaiveDate>, due: Money, today: NaiveDate) -> bool {
        self == Self::Issued && due.minor() > 0 && due_on.is_some_and(|last| last < today)
    }
}

words! {
    /// Where a document of any kind stands.
    DocumentStatus {
        /// Being written.
        Draft = "draft",
        /// A quote is with the client.
        Sent = "sent",
        /// The client agreed to a quote.
        Accepted = "accepted",
        /// The client did not.
        Declined = "declined",
        /// An invoice or credit note is numbered, dated, and fixed for good.
        Issued = "issued",
        /// Given up.
        Cancelled = "cancelled",
    }
}

impl DocumentStatus {
    /// The statuses that a document of `kind` may move to. `invoiced`: a quote has invoices.
    pub fn allowed_transitions(self, kind: DocumentKind, invoiced: bool) -> Vec<Self> {
        match kind {
            DocumentKind::Quote => {
                let from = QuoteStatus::ALL.iter().find(|status| Self::from(**status) == self);
                let to = from.map_or(&[][..], |status| status.allowed_transitions(invoiced));
                to.iter().copied().map(Self::from).collect()
            }
            DocumentKind::Invoice | DocumentKind::CreditNote => {
                let from = InvoiceStatus::ALL.iter().find(|status| Self::from(**status) == self);
                let to = from.map_or(&[][..], |status| status.allowed_transitions());
                to.iter().copied().map(Self::from).collect()
            }
        }
    }
}

impl From<QuoteStatus> for DocumentStatus {
    fn from(status: QuoteStatus) -> Self {
        match status {
            QuoteStatus::Draft => Self::Draft,
            QuoteStatus::Sent => Self::Sent,
            QuoteStatus::Accepted => Self::Accepted,
            QuoteStatus::Declined => Self::Declined,
            QuoteStatus::Cancelled => Self::Cancelled,
        }
    }
}

impl From<InvoiceStatus> for DocumentStatus {
    fn from(status: InvoiceStatus) -> Self {
        match status {
            InvoiceStatus::Draft => Self::Draft,
            InvoiceStatus::Issued => Self::Issued,
            InvoiceStatus::Cancelled => Self::Cancelled,
        }
    }
}

words! {
    /// Where a document stands, stored or derived: what a list can be asked for.
    DocumentState {
        /// Being written.
        Draft = "draft",
        /// A quote with the client.
        Sent = "sent",
        /// An agreed quote.
        Accepted = "accepted",
        /// A refused quote.
        Declined = "declined",
        /// A numbered invoice or credit note.
        Issued = "issued",
        /// Given up.
        Cancelled = "cancelled",
        /// An issued invoice on which nothing was paid.
        Unpaid = "unpaid",
        /// On which less than is owed was paid.
        PartiallyPaid = "partially_paid",
        /// On which nothing is owed any more.
        Paid = "paid",
        /// On which too much was paid.
        Overpaid = "overpaid",
        /// Which credit notes took back as a whole.
        Credited = "credited",
        /// On which something is owed whose last day has passed.
        Overdue = "overdue",
        /// A sent quote whose last day has passed.
        Expired = "expired",
        /// An accepted quote without an invoice.
        NotInvoiced = "not_invoiced",
        /// With invoices for less than all of it.
        PartlyInvoiced = "partly_invoiced",
        /// With invoices for all of it.
        Invoiced = "invoiced",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn euro(minor: i64) -> Money {
        Money::of_minor(minor, "EUR".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_quote_moves_as_the_table_says() {
        use QuoteStatus::{Accepted, Cancelled, Declined, Draft, Sent};
        let expected: [(QuoteStatus, &[QuoteStatus]); 5] = [
            (Draft, &[Sent, Cancelled]),
            (Sent, &[Accepted, Declined, Draft, Cancelled]),
            (Accepted, &[Declined]),
            (Declined, &[]),
            (Cancelled, &[]),
        ];
        assert_eq!(expected.len(), QuoteStatus::ALL.len());
        for (from, to) in expected {
            assert_eq!(from.allowed_transitions(false), to, "{from}");
        }
        assert!(Accepted.allowed_transitions(true).is_empty(), "what was invoiced cannot be declined");
    }

    #[test]
    fn one_table_serves_all_kinds() {
        for status in QuoteStatus::ALL {
            let expected: Vec<DocumentStatus> =
                status.allowed_transitions(true).iter().map(|to| (*to).into()).collect();
            assert_eq!(DocumentStatus::from(*status).allowed_transitions(DocumentKind::Quote, true), expected);
        }
        for kind in [DocumentKind::Invoice, DocumentKind::CreditNote] {
            assert_eq!(
                DocumentStatus::Draft.allowed_transitions(kind, false),
                [DocumentStatus::Issued, DocumentStatus::Cancelled]
            );
            assert!(DocumentStatus::Sent.allowed_transitions(kind, false).is_empty(), "no invoice is ever sent");
        }
        // Every stored word can be asked for as well.
        assert!(DocumentStatus::ALL.iter().all(|status| status.as_str().parse::<DocumentState>().is_ok()));
    }

    #[test]
    fn a_quote_expires_the_day_after_its_last_and_only_while_it_waits() {
        let last = Some(day("2026-11-22"));
        assert!(!QuoteStatus::Sent.is_expired(last, day("2026-11-22")));
        assert!(QuoteStatus::Sent.is_expired(last, day("2026-11-23")));
        assert!(!QuoteStatus::Accepted.is_expired(last, day("2026-11-23")));
        assert!(!QuoteStatus::Sent.is_expired(None, day("2026-11-23")));
    }

    #[test]
    fn how_much_of_a_quote_was_invoiced() {
        for (invoiced, expected) in
            [(0, Invoiced::Not), (1, Invoiced::Partly), (99, Invoiced::Partly), (100, Invoiced::Whole)]
        {
            assert_eq!(Invoiced::of(euro(100), euro(invoiced)), expected);
        }
    }

    #[test]
    fn issuing_is_one_way() {
        assert_eq!(InvoiceStatus::Draft.allowed_transitions(), [InvoiceStatus::Issued, InvoiceStatus::Cancelled]);
        assert!(InvoiceStatus::Issued.allowed_transitions().is_empty());
        assert!(InvoiceStatus::Cancelled.allowed_transitions().is_empty());
    }

    #[test]
    fn an_invoice_is_overdue_while_something_is_owed() {
        let due_on = Some(day("2026-11-22"));
        assert!(InvoiceStatus::Issued.is_overdue(due_on, euro(1), day("2026-11-23")));
        assert!(!InvoiceStatus::Issued.is_overdue(due_on, euro(0), day("2026-11-23")));
        assert!(!InvoiceStatus::Issued.is_overdue(due_on, euro(1), day("2026-11-22")));
        assert!(!InvoiceStatus::Draft.is_overdue(due_on, euro(1), day("2026-11-23")));
    }
}
