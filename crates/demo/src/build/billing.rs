//! The service library, and what became of each client's project in money: a quote, a deposit, a final invoice, payments.

mod deal;
mod paper;
#[cfg(test)]
mod tests;

use lavori_domain::billing::{DocumentNumber, Percent, Quantity, Series, ServiceItem, Tax, UnitPrice};
use lavori_domain::{Env, Money, ServiceItemId};

use super::calendar::shifted;
use super::place::Place;
use crate::chance::Chance;
use crate::demo::Demo;
use crate::texts::ServiceText;

/// Makes the library and the documents of the organization.
pub(super) fn all(env: &dyn Env, place: &Place, demo: &mut Demo) {
    let library: Vec<ServiceItem> =
        (1..).zip(place.text.services).map(|(number, text)| item(env, place, number, text)).collect();
    let mut papers = deal::all(env, place, &library, demo);
    // What left is numbered in the order of dates, each kind and year by itself.
    papers.documents.sort_by_key(|document| (document.dated_on.unwrap_or(place.calendar.today), document.created_at));
    let mut taken: Vec<(Series, i64)> = Vec::new();
    for (number, document) in (1..).zip(&mut papers.documents) {
        document.number = number;
        if let (true, Some(date)) = (document.taken.is_some(), document.dated_on) {
            let series = Series::of(document.kind, date);
            let last = taken.iter().filter(|(of, _)| *of == series).count();
            let number = i64::try_from(last).unwrap_or(0) + 1;
            taken.push((series, number));
            document.taken = Some(DocumentNumber { series, number });
        }
    }
    demo.service_items.extend(library);
    demo.documents.extend(papers.documents);
    demo.payments.extend(papers.payments);
}

fn item(env: &dyn Env, place: &Place, number: i64, text: &ServiceText) -> ServiceItem {
    let calendar = place.calendar;
    let made = calendar.office_hours(shifted(calendar.today, number - 590), &mut Chance::named(text.name));
    ServiceItem {
        organization: place.id,
        id: ServiceItemId::new(env),
        number,
        name: text.name.to_owned(),
        unit: Some(text.unit.to_owned()),
        currency: currency(place),
        unit_price: price(text.price),
        unit_cost: Some(price(text.cost)),
        default_quantity: quantity(text.quantity),
        tax: Some(home_tax(place)),
        markup: None,
        team: text.team.and_then(|slug| place.team(slug)),
        archived_at: None,
        version: 1,
        created_at: made,
        updated_at: made,
    }
}

fn currency(place: &Place) -> lavori_domain::Currency {
    place.text.currency.parse().expect("the table names ISO 4217 codes")
}

/// The tax at home.
fn home_tax(place: &Place) -> Tax {
    let (category, rate, reason) = place.text.tax;
    tax(category, rate, reason)
}

fn tax(category: lavori_domain::billing::TaxCategory, rate: &str, reason: Option<&str>) -> Tax {
    let rate = Percent::parse(rate).expect("the table holds percentages");
    Tax::new(category, rate, reason.map(str::to_owned)).expect("the table holds taxes that there are")
}

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).expect("the table holds numbers")
}

fn price(text: &str) -> UnitPrice {
    UnitPrice::parse(text).expect("the tables and the amounts of documents are prices")
}

/// An amount as the price of one.
fn as_price(amount: Money) -> UnitPrice {
    price(&amount.to_string())
}
