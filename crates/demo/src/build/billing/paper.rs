//! Writing one document of a deal.

use chrono::NaiveDate;
use lavori_domain::billing::{
    Accounting, Document, DocumentKind, DocumentLine, DocumentNumber, DocumentStatus, ExchangeRate, FrozenClient, Line,
    Payment, PaymentMethod, Percent, Quantity, Series, ServiceItem, Tax, UnitPrice, totals,
};
use lavori_domain::contacts::Contact;
use lavori_domain::projects::Project;
use lavori_domain::{Currency, DocumentId, DocumentLineId, Env, Money, PaymentId, Timestamp};

use super::super::place::Place;
use crate::chance::Chance;

/// What the documents of one project share.
pub(super) struct Deal<'a> {
    pub(super) env: &'a dyn Env,
    pub(super) place: &'a Place,
    pub(super) project: &'a Project,
    pub(super) client: &'a Contact,
    pub(super) currency: Currency,
    pub(super) tax: Tax,
    pub(super) chance: Chance,
}

impl Deal<'_> {
    /// A document of that date. What is no draft has left: its number is given later, in the order of dates.
    pub(super) fn document(
        &mut self,
        kind: DocumentKind,
        status: DocumentStatus,
        date: NaiveDate,
        lines: Vec<DocumentLine>,
    ) -> Document {
        let created_at = self.at(date);
        let left = status != DocumentStatus::Draft;
        let frozen = FrozenClient {
            name: self.client.name.clone(),
            email: self.client.email.clone(),
            ..FrozenClient::default()
        };
        let none = Money::zero(self.currency);
        let mut document = Document {
            organization: self.place.id,
            id: DocumentId::new(self.env),
            number: 0,
            kind,
            taken: left.then(|| DocumentNumber { series: Series::of(kind, date), number: 1 }),
            revision: 1,
            client: self.client.id,
            frozen_client: left.then_some(frozen),
            project: Some(self.project.id),
            team: None,
            from: None,
            dated_on: left.then_some(date),
            due_on: None,
            valid_until: None,
            currency: self.currency,
            prices_include_tax: false,
            discount: Percent::ZERO,
            reference: None,
            notes: None,
            status,
            decided_on: None,
            status_reason: None,
            lines,
            totals: totals(self.currency, false, &[], Percent::ZERO).expect("nothing adds up to nothing"),
            accounting: None,
            paid: none,
            credited: none,
            invoiced_net: none,
            version: if left { 2 } else { 1 },
            created_at,
            updated_at: created_at,
        };
        compute(&mut document);
        let own = self.place.text.currency.parse().expect("the table names ISO 4217 codes");
        if status == DocumentStatus::Issued && self.currency != own {
            // The only other currency is the pound, among organizations that reckon in euros and dollars.
            let rate = ExchangeRate::parse("1.1724").expect("it is a rate");
            document.accounting = Some(Accounting::of(&document.totals, rate, own).expect("the demo bills little"));
        }
        document
    }

    /// A line of an item.
    pub(super) fn of_item(&mut self, item: &ServiceItem, times: i64) -> DocumentLine {
        let quantity = Quantity::of_units(item.default_quantity.units() * times).expect("the demo bills small numbers");
        let mut line = self.line(item.name.clone(), quantity, item.unit_price);
        (line.unit, line.service_item) = (item.unit.clone(), Some(item.id));
        line
    }

    /// A line without an item.
    pub(super) fn line(&self, description: String, quantity: Quantity, unit_price: UnitPrice) -> DocumentLine {
        let line = Line { quantity, unit_price, discount: None, taxes: vec![self.tax.clone()] };
        let id = DocumentLineId::new(self.env);
        DocumentLine { id, description, unit: None, service_item: None, line }
    }

    /// A payment of an invoice.
    pub(super) fn payment(&mut self, invoice: &Document, amount: Money, paid_on: NaiveDate) -> Payment {
        let created_at = self.at(paid_on);
        Payment {
            organization: self.place.id,
            id: PaymentId::new(self.env),
            invoice: invoice.id,
            amount,
            paid_on,
            method: Some(PaymentMethod::BankTransfer),
            reference: Some(format!("SCT {}", self.chance.between(100_000, 999_999))),
            reversed_at: None,
            created_at,
        }
    }

    /// Some instant of that day that is over.
    pub(super) fn at(&mut self, date: NaiveDate) -> Timestamp {
        let at = self.place.calendar.office_hours(date, &mut self.chance);
        self.place.calendar.over(at, self.project.created_at, &mut self.chance)
    }
}

/// Adds a document up anew, after a change of its lines.
pub(super) fn compute(document: &mut Document) {
    document.compute().expect("the demo bills small amounts");
}
