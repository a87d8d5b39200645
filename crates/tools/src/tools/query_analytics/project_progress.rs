//! How far projects are.

use lavori_domain::analytics::Report;
use lavori_store::Conn;
use lavori_store::analytics::{self, ProjectProgress};

use super::figures::{Block, Figures, Found};
use super::group::Group;
use super::question::{About, Question, TOTAL};
use crate::error::Error;

pub(crate) const ABOUT: About = About {
    report: Report::ProjectProgress,
    groups: &[Group::Project, Group::Client, Group::Team, Group::Status, Group::Health],
    has_period: false,
    has_currency: false,
    excluded: "Counted: tasks. Excluded: cancelled tasks, and all tasks of cancelled projects.",
    answer: |conn, question| Box::pin(answer(conn, question)),
};

async fn answer(conn: &mut Conn, question: &Question) -> Result<Found, Error> {
    let (within, selection) = (question.within, &question.selection);
    let total = analytics::project_progress(conn, within, selection, TOTAL).await?;
    let mut found = Found::default();
    found.totals.push(block(total.first().map(|(_, progress)| *progress).unwrap_or_default()));
    if !question.by.is_empty() {
        let rows = analytics::project_progress(conn, within, selection, question.grouping()).await?;
        found.rows = rows.into_iter().map(|(keys, progress)| (keys, block(progress))).collect();
    }
    Ok(found)
}

fn block(progress: ProjectProgress) -> Block {
    let tasks = progress.tasks;
    let figures = Figures::default()
        .count("projects", progress.projects)
        .count("tasks", tasks.all.tasks)
        .count("done", tasks.done.tasks)
        .share("progress_percent", tasks.share())
        .count("milestones", progress.milestones)
        .count("milestones_hit", progress.milestones_hit)
        .count("milestones_missed", progress.milestones_missed)
        .count("projects_at_risk", progress.at_risk)
        .count("projects_off_track", progress.off_track)
        .count("projects_late", progress.late)
        .count("most_days_late", progress.most_days_late);
    Block::new(figures, tasks.all.tasks, progress.excluded)
}
