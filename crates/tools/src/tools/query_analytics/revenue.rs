//! What was invoiced, and what was paid.

use lavori_domain::analytics::Report;
use lavori_store::Conn;
use lavori_store::analytics::{self, Revenue};

use super::figures::{Block, Figures, Found};
use super::group::Group;
use super::question::{About, Question, TOTAL};
use crate::error::Error;
use crate::money;

pub(crate) const ABOUT: About = About {
    report: Report::Revenue,
    groups: &[Group::Month, Group::Week, Group::Client, Group::Project, Group::Team, Group::Currency],
    has_period: true,
    has_currency: true,
    excluded: "Counted: issued invoices, credit notes and payments of the period. Excluded: drafts and cancelled documents \
               of the period or without a date, and reversed payments.",
    answer: |conn, question| Box::pin(answer(conn, question)),
};

async fn answer(conn: &mut Conn, question: &Question) -> Result<Found, Error> {
    let (within, selection) = (question.within, &question.selection);
    let mut found = Found::default();
    for (_, revenue) in analytics::revenue(conn, within, selection, TOTAL).await? {
        found.totals.push(block(revenue)?);
    }
    if !question.by.is_empty() {
        for (keys, revenue) in analytics::revenue(conn, within, selection, question.grouping()).await? {
            found.rows.push((keys, block(revenue)?));
        }
    }
    Ok(found)
}

fn block(found: Revenue) -> Result<Block, Error> {
    let money = |minor| money::of(minor, found.currency);
    let figures = Figures::default()
        .money("net", money(found.invoiced - found.credited)?)
        .money("invoiced_net", money(found.invoiced)?)
        .money("credited_net", money(found.credited)?)
        .count("invoices", found.invoices)
        .count("credit_notes", found.credit_notes)
        .money("paid", money(found.paid)?)
        .count("payments", found.payments);
    let counted = found.invoices + found.credit_notes + found.payments;
    Ok(Block::new(figures, counted, found.excluded).of(found.currency))
}
