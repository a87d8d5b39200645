//! How many quotes are accepted.

use lavori_domain::analytics::{Conversion, Report};
use lavori_store::Conn;
use lavori_store::analytics::{self, QuoteConversion};

use super::figures::{Block, Figures, Found};
use super::group::Group;
use super::question::{About, Question, TOTAL};
use crate::error::Error;
use crate::money;

pub(crate) const ABOUT: About = About {
    report: Report::QuoteConversion,
    groups: &[Group::Month, Group::Week, Group::Client, Group::Project, Group::Team, Group::Currency],
    has_period: true,
    has_currency: true,
    excluded: "Counted: quotes decided in the period, and all that are open now, in no week or month. Excluded: drafts and \
               cancelled quotes of the period or without a date, and decided ones without a day of decision.",
    answer: |conn, question| Box::pin(answer(conn, question)),
};

async fn answer(conn: &mut Conn, question: &Question) -> Result<Found, Error> {
    let (within, selection) = (question.within, &question.selection);
    let mut found = Found::default();
    for (_, quotes) in analytics::quote_conversion(conn, within, selection, TOTAL).await? {
        found.totals.push(block(quotes)?);
    }
    if !question.by.is_empty() {
        for (keys, quotes) in analytics::quote_conversion(conn, within, selection, question.grouping()).await? {
            found.rows.push((keys, block(quotes)?));
        }
    }
    Ok(found)
}

fn block(quotes: QuoteConversion) -> Result<Block, Error> {
    let money = |minor| money::of(minor, quotes.currency);
    let of = |(count, minor): (i64, i64)| Ok::<_, Error>((count, money(minor)?));
    let decided =
        Conversion { accepted: of(quotes.accepted)?, declined: of(quotes.declined)?, expired: of(quotes.expired)? };
    let (accepted, declined, expired) = (decided.accepted, decided.declined, decided.expired);
    let mut figures = Figures::default()
        .count("accepted", accepted.0)
        .count("declined", declined.0)
        .count("expired", expired.0)
        .share("accepted_percent", decided.by_count())
        .money("accepted_net", accepted.1)
        .money("declined_net", declined.1)
        .money("expired_net", expired.1)
        .share("accepted_net_percent", decided.by_net());
    if let Some(days) = quotes.median_days {
        figures = figures.count("median_days_to_accept", days);
    }
    let figures = figures.count("open", quotes.open.0).money("open_net", money(quotes.open.1)?);
    let counted = accepted.0 + declined.0 + expired.0 + quotes.open.0;
    Ok(Block::new(figures, counted, quotes.excluded).of(quotes.currency))
}
