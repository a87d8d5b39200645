//! Documents to test with: one line of 100.00 at 22 % when nothing else is said.

use lavori_domain::billing::{
    Document, DocumentKind, DocumentLine, DocumentNumber, DocumentStatus, FrozenClient, Line, Percent, Quantity,
    Series, Tax, TaxCategory, UnitPrice, totals,
};
use lavori_domain::env::TestEnv;
use lavori_domain::{ContactId, Env, Id, Money, OrganizationId};

use crate::world::day;

pub fn money(text: &str, currency: &str) -> Money {
    Money::parse(text, currency.parse().unwrap()).unwrap()
}

pub fn vat(rate: &str) -> Tax {
    Tax::new(TaxCategory::Standard, Percent::parse(rate).unwrap(), None).unwrap()
}

pub fn line(env: &TestEnv, quantity: &str, price: &str, taxes: &[Tax]) -> DocumentLine {
    DocumentLine {
        id: Id::new(env),
        description: "Crew and trucks".to_owned(),
        unit: None,
        service_item: None,
        line: Line {
            quantity: Quantity::parse(quantity).unwrap(),
            unit_price: UnitPrice::parse(price).unwrap(),
            discount: None,
            taxes: taxes.to_vec(),
        },
    }
}

/// A draft.
pub fn draft(
    env: &TestEnv,
    organization: OrganizationId,
    number: i64,
    kind: DocumentKind,
    client: ContactId,
    currency: &str,
) -> Document {
    let currency = currency.parse().unwrap();
    let none = Money::zero(currency);
    let mut document = Document {
        organization,
        id: Id::new(env),
        number,
        kind,
        taken: None,
        revision: 1,
        client,
        frozen_client: None,
        project: None,
        team: None,
        from: None,
        dated_on: None,
        due_on: None,
        valid_until: None,
        currency,
        prices_include_tax: false,
        discount: Percent::ZERO,
        reference: None,
        notes: None,
        status: DocumentStatus::Draft,
        decided_on: None,
        status_reason: None,
        lines: vec![line(env, "1", "100", &[vat("22")])],
        totals: totals(currency, false, &[], Percent::ZERO).unwrap(),
        accounting: None,
        paid: none,
        credited: none,
        invoiced_net: none,
        version: 1,
        created_at: env.now(),
        updated_at: env.now(),
    };
    document.compute().unwrap();
    document
}

/// The same as it is once it left, with number `taken` of its series.
pub fn left(mut document: Document, taken: i64, date: &str, status: DocumentStatus) -> Document {
    let date = day(date);
    document.taken = Some(DocumentNumber { series: Series::of(document.kind, date), number: taken });
    document.frozen_client = Some(FrozenClient { name: "Arena Verona".to_owned(), ..FrozenClient::default() });
    (document.dated_on, document.status) = (Some(date), status);
    document
}
