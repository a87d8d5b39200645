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
