//! What was begun and finished.

use lavori_domain::analytics::Report;
use lavori_store::Conn;
use lavori_store::analytics::{self, TaskThroughput};

use super::figures::{Block, Figures, Found};
use super::group::Group;
use super::question::{About, Question, TOTAL};
use crate::error::Error;

pub(crate) const ABOUT: About = About {
    report: Report::TaskThroughput,
    groups: &[Group::Week, Group::Month, Group::Project, Group::Client, Group::Team, Group::Person, Group::Priority],
    has_period: true,
    has_currency: false,
    excluded: "Counted: tasks created or completed in the period. Excluded: tasks created in it and cancelled since.",
    answer: |conn, question| Box::pin(answer(conn, question)),
};

async fn answer(conn: &mut Conn, question: &Question) -> Result<Found, Error> {
    let (within, selection) = (question.within, &question.selection);
    let total = analytics::task_throughput(conn, within, selection, TOTAL).await?;
    let mut found = Found::default();
    found.totals.push(block(total.first().map(|(_, throughput)| *throughput).unwrap_or_default()));
    if !question.by.is_empty() {
        let rows = analytics::task_throughput(conn, within, selection, question.grouping()).await?;
        found.rows = rows.into_iter().map(|(keys, throughput)| (keys, block(throughput))).collect();
    }
    Ok(found)
}

fn block(throughput: TaskThroughput) -> Block {
    let figures = Figures::default()
        .count("created", throughput.created)
        .count("completed", throughput.completed)
        .days("median_days_open", throughput.median_seconds_open);
    Block::new(figures, throughput.counted, throughput.excluded)
}
