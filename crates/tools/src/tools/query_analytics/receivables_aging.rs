//! What clients owe.

use lavori_domain::analytics::{AgeBucket, Report};
use lavori_store::Conn;
use lavori_store::analytics::{self, Receivables};

use super::figures::{Block, Figures, Found};
use super::group::Group;
use super::question::{About, Question, TOTAL};
use crate::error::Error;
use crate::money;

pub(crate) const ABOUT: About = About {
    report: Report::ReceivablesAging,
    groups: &[Group::Client, Group::Age, Group::Project, Group::Team, Group::Currency],
    has_period: false,
    has_currency: true,
    excluded: "Counted: issued invoices on which something is owed. Excluded: those on which too much was paid, which is \
               set off against nothing.",
    answer: |conn, question| Box::pin(answer(conn, question)),
};

async fn answer(conn: &mut Conn, question: &Question) -> Result<Found, Error> {
    let (within, selection) = (question.within, &question.selection);
    let mut found = Found::default();
    for (_, owed) in analytics::receivables_aging(conn, within, selection, TOTAL).await? {
        found.totals.push(block(question, owed)?);
    }
    if !question.by.is_empty() {
        for (keys, owed) in analytics::receivables_aging(conn, within, selection, question.grouping()).await? {
            found.rows.push((keys, block(question, owed)?));
        }
    }
    Ok(found)
}

fn block(question: &Question, owed: Receivables) -> Result<Block, Error> {
    let money = |minor| money::of(minor, owed.currency);
    let mut figures = Figures::default().money("due", money(owed.due)?);
    if !question.by.contains(&Group::Age) {
        for (age, minor) in AgeBucket::ALL.iter().zip(owed.ages) {
            figures = figures.money(age.as_str(), money(minor)?);
        }
    }
    if let Some(earliest) = owed.earliest {
        figures = figures.text("earliest_due", earliest.to_string());
    }
    Ok(Block::new(figures, owed.invoices, owed.excluded).of(owed.currency))
}
