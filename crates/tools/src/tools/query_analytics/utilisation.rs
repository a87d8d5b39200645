//! How busy people are.

use chrono::{Datelike, NaiveDate};
use lavori_domain::analytics::{Report, capacity_minutes};
use lavori_domain::share::Share;
use lavori_store::Conn;
use lavori_store::analytics::{self, Stretch, Utilisation};

use super::figures::{Block, Figures, Found};
use super::group::Group;
use super::question::{About, Question, TOTAL};
use crate::error::{Code, Error, Problem};

/// The most weeks or months of one answer: each is shown with what everybody could work in it.
const MOST_STRETCHES: usize = 120;

pub(crate) const ABOUT: About = About {
    report: Report::Utilisation,
    groups: &[Group::Person, Group::Team, Group::Week, Group::Month],
    has_period: true,
    has_currency: false,
    excluded: "Counted: shifts that begin in the period. Excluded: cancelled and missed ones, and completed ones of nobody. \
               Project and client choose shifts, not people: capacity is all they could work. By team, somebody's capacity \
               is in each of their teams.",
    answer: |conn, question| Box::pin(answer(conn, question)),
};

async fn answer(conn: &mut Conn, question: &Question) -> Result<Found, Error> {
    let (within, selection) = (question.within, &question.selection);
    let (first, last) = (selection.first_day(), selection.last_day());
    let whole = [Stretch { key: String::new(), days: (last - first).num_days() + 1 }];
    let total = analytics::utilisation(conn, within, selection, &whole, TOTAL).await?;
    let mut found = Found::default();
    found.totals.push(block(total.first().map(|(_, found)| *found).unwrap_or_default()));
    if !question.by.is_empty() {
        let stretches = match question.by.iter().find(|group| matches!(group, Group::Week | Group::Month)) {
            Some(group) => stretches(*group, first, last)?,
            None => whole.to_vec(),
        };
        let rows = analytics::utilisation(conn, within, selection, &stretches, question.grouping()).await?;
        found.rows = rows.into_iter().map(|(keys, found)| (keys, block(found))).collect();
    }
    Ok(found)
}

/// The weeks or months of a period, each with as many days as lie in it.
fn stretches(group: Group, first: NaiveDate, last: NaiveDate) -> Result<Vec<Stretch>, Error> {
    let mut found: Vec<Stretch> = Vec::new();
    for day in first.iter_days().take_while(|day| *day <= last) {
        let key = match group {
            Group::Week => {
                let monday = chrono::Days::new(u64::from(day.weekday().num_days_from_monday()));
                day.checked_sub_days(monday).unwrap_or(day).to_string()
            }
            _ => day.format("%Y-%m").to_string(),
        };
        if let Some(stretch) = found.last_mut().filter(|stretch| stretch.key == key) {
            stretch.days += 1;
            continue;
        }
        if found.len() == MOST_STRETCHES {
            let message = format!("This report has at most {MOST_STRETCHES} weeks or months: begin later.");
            return Err(Problem::new(Code::LimitExceeded, message).field("from").into());
        }
        found.push(Stretch { key, days: 1 });
    }
    Ok(found)
}

fn block(found: Utilisation) -> Block {
    let figures = Figures::default()
        .count("scheduled_minutes", found.scheduled)
        .count("capacity_minutes", capacity_minutes(found.weekly_minutes_days))
        .share("utilisation_percent", Share::of(found.scheduled * 7, found.weekly_minutes_days))
        .count("worked_minutes", found.worked)
        .count("open_shift_minutes", found.open);
    Block::new(figures, found.shifts, found.excluded)
}
