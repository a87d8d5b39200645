//! Documents and payments of every kind, as the recount of the reports on money reads them.

use chrono::{Days, NaiveDate};
use lavori_domain::billing::{Document, DocumentKind, DocumentStatus, Payment};
use lavori_domain::{Id, Money, ProjectId, TeamId};
use lavori_store::{billing_documents, payments};

use crate::documents::{draft, left, line, vat};
use crate::lab::Lab;
use crate::world::day;

/// The documents of each kind.
const EACH: i64 = 42;

/// Northlight's papers.
pub(super) struct Papers {
    pub(super) documents: Vec<Document>,
    pub(super) payments: Vec<Payment>,
}

impl Papers {
    /// The document that a payment pays.
    pub(super) fn paid_by(&self, payment: &Payment) -> &Document {
        self.documents.iter().find(|document| document.id == payment.invoice).unwrap()
    }
}

fn status(kind: DocumentKind, n: i64) -> DocumentStatus {
    match (kind, n % 6) {
        (DocumentKind::Quote, 0 | 1) => DocumentStatus::Accepted,
        (DocumentKind::Quote, 2) => DocumentStatus::Declined,
        (DocumentKind::Quote, 3) => DocumentStatus::Sent,
        (_, 4) => DocumentStatus::Draft,
        (DocumentKind::Quote | DocumentKind::Invoice, 5) => DocumentStatus::Cancelled,
        _ => DocumentStatus::Issued,
    }
}

/// Puts the papers there: three currencies, two clients, teams and projects in every combination.
pub(super) async fn fill(lab: &Lab) -> Papers {
    let (north, env) = (&lab.world.north, &lab.world.env);
    let places: [(Option<ProjectId>, Option<TeamId>); 6] = [
        (Some(north.aurora), None),
        (Some(north.borealis), None),
        (None, Some(north.stage)),
        (None, Some(north.sound)),
        // The team's own comes before its project's.
        (Some(north.borealis), Some(north.stage)),
        (None, None),
    ];
    let mut papers = Papers { documents: Vec::new(), payments: Vec::new() };
    for kind in [DocumentKind::Invoice, DocumentKind::Quote, DocumentKind::CreditNote] {
        for n in 0..EACH {
            let (code, client) =
                (["EUR", "CHF", "EUR", "JPY"][n as usize % 4], [north.arena, north.festival][n as usize / 4 % 2]);
            let mut document = draft(env, north.id, 1 + papers.documents.len() as i64, kind, client, code);
            let quantity = if kind == DocumentKind::CreditNote { n % 3 + 1 } else { n % 7 + 1 };
            document.lines = vec![line(env, &quantity.to_string(), "100.5", &[vat("22")])];
            document.compute().unwrap();
            (document.project, document.team) = places[(n * 5 + n / 6) as usize % 6];
            let date = day("2026-08-10").checked_add_days(Days::new(n as u64 * 37 % 105)).unwrap();
            let status = status(kind, n);
            if matches!(status, DocumentStatus::Draft | DocumentStatus::Cancelled) {
                (document.status, document.dated_on) = (status, (n % 4 == 0 || n % 12 == 5).then_some(date));
            } else {
                document = left(document, n + 1, &date.to_string(), status);
            }
            match kind {
                DocumentKind::Invoice => invoice(&mut document, n, date, env, &mut papers.payments),
                DocumentKind::CreditNote => document.from = Some(papers.documents[0].id),
                DocumentKind::Quote => quote(&mut document, n, date),
            }
            papers.documents.push(document);
        }
    }
    let mut tx = lab.test.store.begin().await.unwrap();
    for document in &papers.documents {
        billing_documents::insert(&mut tx, document).await.unwrap();
    }
    for payment in &papers.payments {
        payments::insert(&mut tx, payment).await.unwrap();
    }
    tx.commit().await.unwrap();
    papers
}

/// Due some days before or after today, and paid not at all, in part, as a whole or too much.
fn invoice(
    document: &mut Document,
    n: i64,
    date: NaiveDate,
    env: &lavori_domain::env::TestEnv,
    payments: &mut Vec<Payment>,
) {
    let due = day("2026-12-05").checked_sub_days(Days::new(n as u64 * 29 % 131)).unwrap();
    document.due_on = (n % 9 != 8).then_some(due);
    if document.status != DocumentStatus::Issued {
        return;
    }
    let money = |minor| Money::of_minor(minor, document.currency).unwrap();
    document.credited = money(if n % 5 == 1 { 10 } else { 0 });
    let owed = document.totals.gross.minor() - document.credited.minor();
    let paid = [0, owed / 3, owed, owed + 77][n as usize / 2 % 4];
    document.paid = money(paid);
    let paid_on = date.checked_add_days(Days::new(9)).unwrap();
    let mut pay = |minor: i64, reversed: bool| {
        payments.push(Payment {
            organization: document.organization,
            id: Id::new(env),
            invoice: document.id,
            amount: money(minor),
            paid_on,
            method: None,
            reference: None,
            reversed_at: reversed.then_some(document.created_at),
            created_at: document.created_at,
        });
    };
    if paid > 0 {
        pay(paid, false);
    }
    if n % 3 == 0 {
        pay(500, true);
    }
}

/// Decided after some days; what was only sent has expired or not, or never will.
fn quote(document: &mut Document, n: i64, date: NaiveDate) {
    match document.status {
        DocumentStatus::Accepted | DocumentStatus::Declined => {
            document.decided_on = date.checked_add_days(Days::new(n as u64 * 7 % 19));
        }
        // Today is the 22nd: its last day has not passed yet.
        DocumentStatus::Sent => {
            let last = ["2026-11-21", "2026-11-22", "2026-10-01", "2027-01-15"][n as usize / 6 % 4];
            document.valid_until = (n != 39).then(|| day(last));
        }
        _ => {}
    }
}
