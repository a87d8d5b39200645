//! What is late.

use chrono::Days;
use lavori_domain::analytics::{AgeBucket, Report};
use lavori_store::Conn;
use lavori_store::analytics::{self, OverdueTasks, Since};

use super::figures::{Block, Figures, Found};
use super::group::Group;
use super::question::{About, Question, TOTAL};
use crate::error::Error;

pub(crate) const ABOUT: About = About {
    report: Report::OverdueTasks,
    groups: &[Group::Age, Group::Person, Group::Project, Group::Client, Group::Team, Group::Priority, Group::Status],
    has_period: false,
    has_currency: false,
    excluded: "Counted: open tasks past their deadline. Excluded: open tasks without a deadline.",
    answer: |conn, question| Box::pin(answer(conn, question)),
};

async fn answer(conn: &mut Conn, question: &Question) -> Result<Found, Error> {
    let (within, selection) = (question.within, &question.selection);
    let back = |days| {
        let today = question.today();
        question.zone().start_of(today.checked_sub_days(Days::new(days)).unwrap_or(today))
    };
    let since = Since { days30: back(30), days60: back(60), days90: back(90) };
    let total = analytics::overdue_tasks(conn, within, selection, since, TOTAL).await?;
    let mut found = Found::default();
    found.totals.push(block(question, total.first().map(|(_, overdue)| *overdue).unwrap_or_default()));
    if !question.by.is_empty() {
        let rows = analytics::overdue_tasks(conn, within, selection, since, question.grouping()).await?;
        found.rows = rows.into_iter().map(|(keys, overdue)| (keys, block(question, overdue))).collect();
    }
    Ok(found)
}

fn block(question: &Question, overdue: OverdueTasks) -> Block {
    const AGES: [AgeBucket; 4] =
        [AgeBucket::Days1To30, AgeBucket::Days31To60, AgeBucket::Days61To90, AgeBucket::Over90];
    let mut figures = Figures::default().count("overdue", overdue.tasks).count("high_or_urgent", overdue.pressing);
    if !question.by.contains(&Group::Age) {
        for (age, tasks) in AGES.into_iter().zip(overdue.ages) {
            figures = figures.count(age.as_str(), tasks);
        }
    }
    if let Some(earliest) = overdue.earliest {
        figures = figures.text("earliest_deadline", question.zone().rfc3339(earliest));
    }
    Block::new(figures, overdue.tasks, overdue.excluded)
}
