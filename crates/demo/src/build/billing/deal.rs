//! What becomes of the projects that have a client, in documents.

use chrono::NaiveDate;
use lavori_domain::billing::{Document, DocumentKind, DocumentStatus, Payment, Percent, ServiceItem};
use lavori_domain::projects::ProjectStatus;
use lavori_domain::{DocumentLineId, Env, Money};

use super::super::calendar::shifted;
use super::super::place::Place;
use super::paper::{Deal, compute};
use super::{as_price, currency, home_tax, price, quantity, tax};
use crate::chance::Chance;
use crate::demo::Demo;

/// The documents of an organization, and what was paid on them.
#[derive(Debug, Default)]
pub(super) struct Papers {
    pub(super) documents: Vec<Document>,
    pub(super) payments: Vec<Payment>,
}

/// Makes the documents of every project with a client.
pub(super) fn all(env: &dyn Env, place: &Place, library: &[ServiceItem], demo: &Demo) -> Papers {
    let mut papers = Papers::default();
    let mut invoices = 0;
    for project in demo.projects.iter().filter(|project| project.organization == place.id) {
        let Some(client) = demo.contacts.iter().find(|contact| Some(contact.id) == project.client) else { continue };
        let abroad = place.text.clients.iter().find(|text| text.name == client.name).and_then(|text| text.abroad);
        let tax = abroad.map_or_else(|| home_tax(place), |(category, reason)| tax(category, "0", Some(reason)));
        let currency = client.currency.unwrap_or_else(|| currency(place));
        let chance = Chance::named(&format!("{} in money", project.name));
        let mut deal = Deal { env, place, project, client, currency, tax, chance };
        one(&mut deal, library, &mut invoices, &mut papers);
    }
    papers
}

/// A quote, and what follows from it.
fn one(deal: &mut Deal<'_>, library: &[ServiceItem], invoices: &mut usize, papers: &mut Papers) {
    let calendar = deal.place.calendar;
    let project = deal.project;
    let quoted = shifted(calendar.zone.date(project.created_at), deal.chance.between(1, 3)).min(calendar.today);
    let mut lines = Vec::new();
    for item in library.iter().filter(|item| item.team.is_none() || item.team == project.team) {
        if item.team.is_some() || deal.chance.percent(60) || lines.is_empty() {
            let times = deal.chance.between(1, 12);
            lines.push(deal.of_item(item, times));
        }
    }
    let status = match (project.status, project.number % 3) {
        (ProjectStatus::Completed | ProjectStatus::Active, _) | (ProjectStatus::Planned, 2) => DocumentStatus::Accepted,
        (ProjectStatus::Planned, 1) => DocumentStatus::Draft,
        (ProjectStatus::Planned | ProjectStatus::OnHold, _) => DocumentStatus::Sent,
        (ProjectStatus::Cancelled, _) => DocumentStatus::Declined,
    };
    let mut quote = deal.document(DocumentKind::Quote, status, quoted, lines);
    quote.valid_until = (status != DocumentStatus::Draft).then(|| shifted(quoted, 30));
    quote.discount = Percent::parse(if project.number % 4 == 0 { "5" } else { "0" }).expect("these are percentages");
    compute(&mut quote);
    let verona = project.name.starts_with("La Locandiera");
    quote.reference = Some(if verona { "Verona show, Teatro Romano".to_owned() } else { project.name.clone() });
    if matches!(status, DocumentStatus::Accepted | DocumentStatus::Declined) {
        let decided = shifted(quoted, deal.chance.between(4, 9)).min(calendar.today);
        (quote.decided_on, quote.updated_at) = (Some(decided), deal.at(decided).max(quote.created_at));
        quote.version = 3;
    }
    if status == DocumentStatus::Declined {
        quote.status_reason = Some("The client gave the production up.".to_owned());
    }
    // The Verona show waits to be billed, and what is only planned is billed later.
    if status == DocumentStatus::Accepted && !verona && project.status != ProjectStatus::Planned {
        invoice(deal, quote, invoices, papers);
    } else {
        papers.documents.push(quote);
    }
}

/// A deposit as soon as the client agreed, and the rest once the production is over.
fn invoice(deal: &mut Deal<'_>, mut quote: Document, invoices: &mut usize, papers: &mut Papers) {
    let calendar = deal.place.calendar;
    let agreed = quote.decided_on.unwrap_or(calendar.today);
    let share = Money::of_minor(quote.totals.net.minor() * 2 / 5, deal.currency).expect("it is less than the whole");
    let line = deal.line(format!("Deposit of 40 %, {}", deal.project.name), quantity("1"), as_price(share));
    let dated = shifted(agreed, deal.chance.between(1, 3)).min(calendar.today);
    let mut deposit = deal.document(DocumentKind::Invoice, DocumentStatus::Issued, dated, vec![line]);
    (deposit.from, deposit.due_on) = (Some(quote.id), Some(shifted(dated, 30)));

    let over = deal.project.due_on.filter(|last| calendar.ahead(*last) < -2);
    let dated = over.map_or(calendar.today, |last| shifted(last, 2));
    let status = if over.is_some() { DocumentStatus::Issued } else { DocumentStatus::Draft };
    let mut lines = quote.lines.clone();
    lines.iter_mut().for_each(|line| line.id = DocumentLineId::new(deal.env));
    lines.push(deal.line("Deposit invoiced before".to_owned(), quantity("-1"), as_price(share)));
    let mut last = deal.document(DocumentKind::Invoice, status, dated, lines);
    (last.from, last.due_on) = (Some(quote.id), over.map(|_| shifted(dated, 30)));

    let invoiced = deposit.totals.net.minor() + last.totals.net.minor();
    quote.invoiced_net = Money::of_minor(invoiced, deal.currency).expect("the demo bills small amounts");
    papers.documents.push(quote);
    for mut invoice in [deposit, last] {
        let mut credit = None;
        if invoice.status == DocumentStatus::Issued {
            *invoices += 1;
            credit = settle(deal, &mut invoice, *invoices, papers);
        }
        papers.documents.push(invoice);
        papers.documents.extend(credit);
    }
}

/// What came of an issued invoice; every fifth is credited in part first.
fn settle(deal: &mut Deal<'_>, invoice: &mut Document, count: usize, papers: &mut Papers) -> Option<Document> {
    let calendar = deal.place.calendar;
    let dated = invoice.dated_on.unwrap_or(calendar.today);
    let due = invoice.due_on.unwrap_or(calendar.today);
    let mut credit = None;
    if count % 5 == 2 && calendar.ahead(shifted(dated, 4)) < 0 {
        let line = deal.line("Crew hours that were not needed".to_owned(), quantity("4"), price("28.50"));
        let mut note = deal.document(DocumentKind::CreditNote, DocumentStatus::Issued, shifted(dated, 4), vec![line]);
        note.from = Some(invoice.id);
        invoice.credited = note.totals.gross;
        credit = Some(note);
    }
    let owed = invoice.settlement().due().expect("both are of the deal's currency");
    let late = calendar.ahead(due);
    // Of five that are due, three were paid, one in part, one not at all; what is not due yet rarely is.
    let paid = match (late, count % 5) {
        (..0, 1..=3) | (0.., 1) => owed.minor(),
        (..0, 4) => owed.minor() / 2,
        _ => 0,
    };
    let paid_on: NaiveDate = shifted(due, deal.chance.between(-6, 5)).max(dated).min(calendar.today);
    if let (Ok(amount), true) = (Money::of_minor(paid, deal.currency), paid > 0) {
        invoice.paid = amount;
        let payment = deal.payment(invoice, amount, paid_on);
        invoice.updated_at = invoice.updated_at.max(payment.created_at);
        invoice.version += 1;
        papers.payments.push(payment);
    }
    if count % 5 == 4 && late < 0 {
        // It bounced.
        let mut payment = deal.payment(invoice, owed, paid_on);
        payment.reversed_at = Some(payment.created_at.max(deal.at(shifted(paid_on, 2))));
        papers.payments.push(payment);
    }
    credit
}
