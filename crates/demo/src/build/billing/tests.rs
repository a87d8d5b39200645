//! What must hold of the demo's documents, whenever it is made.

use std::collections::{BTreeSet, HashMap};

use lavori_domain::billing::{Document, DocumentKind, DocumentState, DocumentStatus, Series, Standing};
use lavori_domain::env::TestEnv;
use lavori_domain::{Money, OrganizationId, TimeZone, Timestamp, text};

use crate::build::demo;
use crate::demo::Demo;

fn demos() -> Vec<(Timestamp, Demo)> {
    ["2026-11-22T12:00:00Z", "2028-02-29T23:30:00Z", "2027-03-28T01:30:00Z", "2027-01-01T04:59:59Z"]
        .iter()
        .map(|text| {
            let start = Timestamp::parse_rfc3339(text).unwrap();
            (start, demo(&TestEnv::new(start, 7)))
        })
        .collect()
}

fn today(demo: &Demo, organization: OrganizationId, now: Timestamp) -> chrono::NaiveDate {
    let found = demo.organizations.iter().find(|(each, _)| each.id == organization);
    found.map_or(TimeZone::UTC, |(each, _)| each.time_zone).date(now)
}

fn sum<'a>(amounts: impl Iterator<Item = &'a Money>) -> i64 {
    amounts.map(|amount| amount.minor()).sum()
}

#[test]
fn m4_every_figure_is_what_its_rows_add_up_to() {
    for (now, demo) in demos() {
        for document in &demo.documents {
            let mut again = document.clone();
            again.compute().unwrap();
            assert_eq!(again.totals, document.totals, "{}", document.key());
            let payments = demo.payments.iter().filter(|payment| payment.invoice == document.id);
            let paid = payments.filter(|payment| payment.reversed_at.is_none());
            assert_eq!(document.paid.minor(), sum(paid.map(|payment| &payment.amount)), "{} at {now}", document.key());
            let made =
                |kind| demo.documents.iter().filter(move |other| other.from == Some(document.id) && other.kind == kind);
            assert_eq!(document.credited.minor(), sum(made(DocumentKind::CreditNote).map(|note| &note.totals.gross)));
            assert_eq!(document.invoiced_net.minor(), sum(made(DocumentKind::Invoice).map(|one| &one.totals.net)));
            assert!(!document.settlement().due().unwrap().is_negative(), "nobody paid too much");
        }
    }
}

#[test]
fn every_series_counts_from_one_in_the_order_of_dates_and_nothing_is_of_the_future() {
    for (now, demo) in demos() {
        let mut last: HashMap<(OrganizationId, Series), (i64, chrono::NaiveDate)> = HashMap::new();
        for document in &demo.documents {
            assert!(document.created_at <= now && document.updated_at <= now, "{} at {now}", document.key());
            assert_eq!(document.taken.is_some(), document.status != DocumentStatus::Draft);
            let (Some(taken), Some(date)) = (document.taken, document.dated_on) else { continue };
            let before = last.insert((document.organization, taken.series), (taken.number, date));
            let (number, earlier) = before.unwrap_or((0, date));
            assert_eq!(taken.number, number + 1);
            assert!(earlier <= date && date <= today(&demo, document.organization, now), "{taken} {date} at {now}");
        }
        assert!(demo.payments.iter().all(|payment| payment.created_at <= now));
    }
}

/// Whether a document stands as `word` says, stored or derived.
fn stands(document: &Document, word: &str, today: chrono::NaiveDate) -> bool {
    let standing = Standing::from(document);
    standing.status.as_str() == word
        || standing.payment_state().is_some_and(|state| state.as_str() == word)
        || standing.invoiced().is_some_and(|invoiced| invoiced.as_str() == word)
        || (word == "overdue" && standing.is_overdue(today))
        || (word == "expired" && standing.is_expired(today))
}

#[test]
fn documents_stand_in_every_way_and_in_several_currencies() {
    use DocumentState::{
        Accepted, Declined, Draft, Expired, Invoiced, Issued, NotInvoiced, Overdue, Paid, PartiallyPaid, Sent, Unpaid,
    };
    for (now, demo) in demos() {
        for state in [
            Draft,
            Sent,
            Accepted,
            Declined,
            Issued,
            Unpaid,
            PartiallyPaid,
            Paid,
            Overdue,
            Expired,
            NotInvoiced,
            Invoiced,
        ] {
            let mut all = demo.documents.iter();
            let found = all.any(|it| stands(it, state.as_str(), today(&demo, it.organization, now)));
            assert!(found, "nothing is {state} at {now}");
        }
        let currencies: BTreeSet<String> = demo.documents.iter().map(|it| it.currency.to_string()).collect();
        assert_eq!(currencies.into_iter().collect::<Vec<_>>(), ["EUR", "GBP", "USD"]);
        assert!(demo.documents.iter().any(|document| document.kind == DocumentKind::CreditNote));
        assert!(demo.payments.iter().any(|payment| payment.reversed_at.is_some()), "a payment bounced");
        let mut references =
            demo.documents.iter().filter(|it| it.reference.as_ref().is_some_and(|it| it.contains("Verona")));
        let verona = references.next().unwrap();
        assert_eq!((verona.status, verona.invoiced_net.minor()), (DocumentStatus::Accepted, 0));
        for line in demo.documents.iter().flat_map(|document| &document.lines) {
            assert!(!line.description.is_empty() && text::is_clean(&line.description));
        }
    }
}
