//! What is still owed on an issued invoice (TOOLS.md 3.2, M4).

use chrono::NaiveDate;

use crate::id::{DocumentId, OrganizationId, PaymentId};
use crate::money::{Money, NotAnAmount};
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// What happened to an issued invoice's amount. Derived, never stored.
    PaymentState {
        /// Nothing was paid.
        Unpaid = "unpaid",
        /// Less than is owed was paid.
        PartiallyPaid = "partially_paid",
        /// Nothing is owed any more.
        Paid = "paid",
        /// More was paid than is owed.
        Overpaid = "overpaid",
        /// Credit notes took all of it back.
        Credited = "credited",
    }
}

words! {
    /// How money came.
    PaymentMethod {
        /// By transfer between banks.
        BankTransfer = "bank_transfer",
        /// By card.
        Card = "card",
        /// In cash.
        Cash = "cash",
        /// Drawn from the client's account.
        DirectDebit = "direct_debit",
        /// By cheque.
        Cheque = "cheque",
        /// In another way.
        Other = "other",
    }
}

/// Money that came for an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: PaymentId,
    /// The invoice it pays.
    pub invoice: DocumentId,
    /// How much, in the invoice's currency; more than nothing.
    pub amount: Money,
    /// On which day.
    pub paid_on: NaiveDate,
    /// How.
    pub method: Option<PaymentMethod>,
    /// The bank's or the client's reference.
    pub reference: Option<String>,
    /// When it was found not to have come after all: it counts no more.
    pub reversed_at: Option<Timestamp>,
    /// When it was recorded.
    pub created_at: Timestamp,
}

/// An issued invoice's amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// What was invoiced, with tax (EN 16931 BT-112).
    pub gross: Money,
    /// What was paid and not reversed (BT-113).
    pub paid: Money,
    /// What issued credit notes took back.
    pub credited: Money,
}

impl Settlement {
    /// What is owed (BT-115); below nothing when too much was paid.
    ///
    /// # Errors
    /// When the amounts are of several currencies.
    pub fn due(self) -> Result<Money, NotAnAmount> {
        self.gross.minus(self.paid)?.minus(self.credited)
    }

    /// How it stands.
    ///
    /// # Errors
    /// As [`Settlement::due`].
    pub fn state(self) -> Result<PaymentState, NotAnAmount> {
        let due = self.due()?.minor();
        Ok(if due < 0 {
            PaymentState::Overpaid
        } else if due == 0 && self.gross.minor() != 0 && self.credited == self.gross {
            PaymentState::Credited
        } else if due == 0 {
            PaymentState::Paid
        } else if self.paid.minor() > 0 {
            PaymentState::PartiallyPaid
        } else {
            PaymentState::Unpaid
        })
    }

    /// What credit notes may still take back: never more than was invoiced.
    ///
    /// # Errors
    /// As [`Settlement::due`].
    pub fn creditable(self) -> Result<Money, NotAnAmount> {
        self.gross.minus(self.credited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m4_what_is_owed_and_how_it_stands() {
        let euro = |minor| Money::of_minor(minor, "EUR".parse().unwrap()).unwrap();
        for (gross, paid, credited, due, state) in [
            (100, 0, 0, 100, PaymentState::Unpaid),
            (100, 40, 0, 60, PaymentState::PartiallyPaid),
            (100, 100, 0, 0, PaymentState::Paid),
            (100, 101, 0, -1, PaymentState::Overpaid),
            (100, 0, 100, 0, PaymentState::Credited),
            (100, 0, 40, 60, PaymentState::Unpaid),
            (100, 60, 40, 0, PaymentState::Paid),
            (100, 100, 40, -40, PaymentState::Overpaid),
            (0, 0, 0, 0, PaymentState::Paid),
        ] {
            let settlement = Settlement { gross: euro(gross), paid: euro(paid), credited: euro(credited) };
            assert_eq!(
                (settlement.due().unwrap().minor(), settlement.state().unwrap()),
                (due, state),
                "{settlement:?}"
            );
            assert_eq!(settlement.creditable().unwrap().minor(), gross - credited);
        }
    }
}
