//! What has become of a task by today: its status, and when what happened to it.

use lavori_domain::Timestamp;
use lavori_domain::projects::ProjectStatus;
use lavori_domain::tasks::TaskStatus::{self, Backlog, Cancelled, Done, InProgress, InReview, Todo};

use super::calendar::{Calendar, shifted};
use crate::chance::Chance;
use crate::texts::Slot;

/// Draws the status of a task due `ahead` days from today in a project that stands so.
pub(super) fn status(project: ProjectStatus, slot: Slot, ahead: i64, chance: &mut Chance) -> TaskStatus {
    // What belongs to the days on site is not begun before them, and nobody reviews it.
    let early = i64::from(!slot.is_on_site());
    let drawn = match project {
        ProjectStatus::Completed => chance.weighted(&[(93, Done), (7, Cancelled)]),
        ProjectStatus::Cancelled if ahead < 0 => chance.weighted(&[(75, Done), (25, Cancelled)]),
        ProjectStatus::Cancelled => Some(Cancelled),
        ProjectStatus::OnHold if ahead < 0 => chance.weighted(&[(70, Done), (20, Todo), (10 * early, InReview)]),
        ProjectStatus::OnHold => chance.weighted(&[(65, Backlog), (35, Todo)]),
        ProjectStatus::Planned => chance.weighted(&[(55, Backlog), (42, Todo), (3 * early, Done)]),
        ProjectStatus::Active => match ahead {
            ..-1 => chance.weighted(&[(74, Done), (4, Cancelled), (9, InProgress), (6 * early, InReview), (7, Todo)]),
            -1..=0 => chance.weighted(&[(40, Done), (30, InProgress), (15 * early, InReview), (15, Todo)]),
            1..=7 => {
                chance.weighted(&[(12 * early, Done), (45 * early, InProgress), (20 * early, InReview), (40, Todo)])
            }
            8..=21 => chance.weighted(&[
                (4 * early, Done),
                (22 * early, InProgress),
                (4 * early, InReview),
                (55, Todo),
                (22, Backlog),
            ]),
            22.. => chance.weighted(&[(2 * early, Done), (5 * early, InProgress), (43, Todo), (50, Backlog)]),
        },
    };
    drawn.unwrap_or(Todo)
}

/// What must hold beside the drawn status: nothing is done while what it waits for is open, and a part of something
/// closed is closed.
pub(super) fn settled(drawn: TaskStatus, blocked: bool, whole: Option<TaskStatus>) -> TaskStatus {
    match whole {
        Some(whole) if !whole.is_open() => whole,
        _ if blocked && matches!(drawn, Done | InReview) => Todo,
        _ => drawn,
    }
}

/// When a done task was done: about its day, not before `earliest`, not later than now.
pub(super) fn completed(
    calendar: &Calendar,
    slot: Slot,
    due: chrono::NaiveDate,
    earliest: Timestamp,
    chance: &mut Chance,
) -> Timestamp {
    // In pre-production dates give a little; what was done early was done in the last days.
    let (slack, early) =
        if slot.is_on_site() { (chance.between(-1, 0), 0) } else { (chance.between(-4, 2), chance.between(0, 5)) };
    let day = shifted(due, slack);
    let day = if calendar.ahead(day) < 0 { day } else { shifted(calendar.today, -early) };
    let at = calendar.office_hours(day, chance);
    calendar.over(at, earliest, chance)
}

/// When a task last changed, and how often it had by then.
pub(super) fn updated(
    calendar: &Calendar,
    status: TaskStatus,
    created: Timestamp,
    completed: Option<Timestamp>,
    due: chrono::NaiveDate,
    chance: &mut Chance,
) -> (Timestamp, i32) {
    let at = match (status, completed) {
        (_, Some(done)) => {
            let touched = done.plus_seconds(chance.between(0, 9000));
            if touched < calendar.now { touched } else { done }
        }
        (Backlog, None) if chance.percent(70) => created,
        (Todo, None) if chance.percent(25) => created,
        (Cancelled, None) => {
            let at = calendar.office_hours(shifted(due, -chance.between(2, 12)), chance);
            calendar.over(at, created, chance)
        }
        _ => {
            let at = calendar.office_hours(shifted(calendar.today, -chance.between(0, 12)), chance);
            calendar.over(at, created, chance)
        }
    };
    let changes = if at == created { 0 } else { chance.between(1, 5) };
    (at, i32::try_from(1 + changes).unwrap_or(1))
}
