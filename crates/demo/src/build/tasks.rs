//! The tasks of the productions: drafted one production at a time, then numbered over the whole organization.

use chrono::{NaiveDate, NaiveTime};
use lavori_domain::organizations::Role;
use lavori_domain::tasks::{Due, Priority, Task, TaskStatus};
use lavori_domain::{Env, PersonId, TaskId, Timestamp};

use super::calendar::{Calendar, shifted};
use super::fate;
use super::place::{Member, Place};
use super::projects::{Scene, Structure};
use crate::chance::Chance;
use crate::demo::Demo;
use crate::texts::{Step, pool};

/// A task on its way to being a row. What it refers to are places in the list of its production's drafts.
pub(super) struct Draft {
    pub(super) step: &'static Step,
    pub(super) status: TaskStatus,
    pub(super) completed_at: Option<Timestamp>,
    pub(super) updated_at: Timestamp,
    created_at: Timestamp,
    version: i32,
    priority: Priority,
    due: Option<Due>,
    starts_on: Option<NaiveDate>,
    parent: Option<usize>,
    blocked_by: Option<usize>,
    assignees: Vec<PersonId>,
    venue: &'static str,
}

/// Drafts the tasks of a production.
pub(super) fn draft(place: &Place, scene: &mut Scene) -> Vec<Draft> {
    let crew = Crew::of(place, scene);
    let mut drafts: Vec<Draft> = Vec::new();
    for step in chosen(scene) {
        let earlier = |title: &str| drafts.iter().position(|draft| draft.step.title == title);
        let parent = step.part_of.and_then(earlier);
        let blocked_by = step.after.and_then(earlier);
        let drafted = one(&place.calendar, scene, step, parent.map(|at| &drafts[at]), blocked_by.map(|at| &drafts[at]));
        let assignees = crew.pick(step, &mut scene.chance);
        drafts.push(Draft { parent, blocked_by, assignees, ..drafted });
    }
    drafts
}

/// The production's own steps and some that every production of its team has, in an order in which they can be done.
fn chosen(scene: &mut Scene) -> Vec<&'static Step> {
    let production = scene.production;
    let mut steps: Vec<&'static Step> = production.theme.steps.iter().collect();
    while steps.len() > production.tasks * 3 / 4 {
        let at = scene.chance.index(steps.len());
        steps.remove(at);
    }
    let mut pool = pool(production.team);
    pool.retain(|step| steps.iter().all(|own| own.title != step.title));
    let missing = production.tasks.saturating_sub(steps.len());
    while pool.len() > missing {
        let at = scene.chance.index(pool.len());
        pool.remove(at);
    }
    steps.append(&mut pool);
    steps
}

fn one(
    calendar: &Calendar,
    scene: &mut Scene,
    step: &'static Step,
    parent: Option<&Draft>,
    blocker: Option<&Draft>,
) -> Draft {
    let due_on = scene.schedule.day(step.slot, step.at);
    let chance = &mut scene.chance;
    let ahead = calendar.ahead(due_on);
    let blocked = blocker.is_some_and(|blocker| blocker.status.is_open());
    let status = fate::settled(
        fate::status(scene.status, step.slot, ahead, chance),
        blocked,
        parent.map(|parent| parent.status),
    );
    let created_at = created(calendar, scene.created_at, due_on, parent, chance);
    let earliest = blocker.and_then(|blocker| blocker.completed_at).map_or(created_at, |done| done.max(created_at));
    let completed_at =
        (status == TaskStatus::Done).then(|| fate::completed(calendar, step.slot, due_on, earliest, chance));
    let (updated_at, version) = fate::updated(calendar, status, created_at, completed_at, due_on, chance);
    Draft {
        step,
        status,
        completed_at,
        updated_at,
        created_at,
        version,
        priority: priority(step, status, ahead, chance),
        due: due(calendar, step, status, due_on, chance),
        starts_on: (step.half_hours > 7).then(|| shifted(due_on, -i64::from(step.half_hours / 6))),
        parent: None,
        blocked_by: None,
        assignees: Vec::new(),
        venue: scene.production.venue,
    }
}

/// Most tasks are written down with their project, some when the need shows, parts a little after the whole.
fn created(
    calendar: &Calendar,
    project: Timestamp,
    due_on: NaiveDate,
    parent: Option<&Draft>,
    chance: &mut Chance,
) -> Timestamp {
    if let Some(parent) = parent {
        return calendar.over(parent.created_at.plus_seconds(chance.between(60, 2400)), parent.created_at, chance);
    }
    let first_batch = project.plus_seconds(chance.between(600, 7200));
    if chance.percent(75) {
        return first_batch;
    }
    let latest = calendar.zone.start_of(shifted(due_on, -2)).min(calendar.now.plus_seconds(-86_400));
    if latest <= first_batch {
        return first_batch;
    }
    let day = calendar.zone.date(calendar.between(first_batch, latest, chance));
    calendar.office_hours(day, chance).max(first_batch).min(calendar.now.plus_seconds(-3600))
}

fn priority(step: &Step, status: TaskStatus, ahead: i64, chance: &mut Chance) -> Priority {
    let drawn = chance.weighted(&[
        (30, Priority::None),
        (18, Priority::Low),
        (37, Priority::Medium),
        (13, Priority::High),
        (2, Priority::Urgent),
    ]);
    let late = status.is_open() && ahead < 0 && chance.percent(40);
    let drawn = step.priority.or(drawn).unwrap_or(Priority::Medium);
    if late { drawn.max(Priority::High) } else { drawn }
}

/// A whole day, an instant when the step has its hour, nothing for some of what is not planned yet.
fn due(calendar: &Calendar, step: &Step, status: TaskStatus, on: NaiveDate, chance: &mut Chance) -> Option<Due> {
    if status == TaskStatus::Backlog && chance.percent(30) {
        return None;
    }
    let time = step.clock.and_then(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0));
    Some(time.map_or(Due::Day(on), |time| Due::At(calendar.zone.instant(on.and_time(time)))))
}

/// Who may be given the tasks of a production.
struct Crew<'a> {
    own: Vec<&'a Member>,
    contractors: Vec<&'a Member>,
}

impl<'a> Crew<'a> {
    /// The production's team; everybody, when it has none.
    fn of(place: &'a Place, scene: &Scene) -> Self {
        let (contractors, members): (Vec<&Member>, Vec<&Member>) =
            place.members.iter().partition(|member| member.role == Role::Contractor);
        let own = match scene.production.team {
            Some(team) => members.into_iter().filter(|member| member.teams.contains(&team)).collect(),
            None => members,
        };
        Self { own, contractors }
    }

    /// Mostly one of the team, sometimes two, sometimes nobody yet. Contractors are booked for the days on site.
    fn pick(&self, step: &Step, chance: &mut Chance) -> Vec<PersonId> {
        let count = chance.weighted(&[(17, 0), (70, 1), (13, 2)]).unwrap_or(1);
        let mut picked: Vec<PersonId> = Vec::new();
        for _ in 0..count {
            let contractor = step.slot.is_on_site() && !self.contractors.is_empty() && chance.percent(18);
            let from = if contractor { &self.contractors } else { &self.own };
            if let Some(member) = from.get(chance.index(from.len())).filter(|member| !picked.contains(&member.person)) {
                picked.push(member.person);
            }
        }
        picked
    }
}

/// Numbers the drafts of all productions in the order in which they were written down, and makes them rows.
pub(super) fn finish(env: &dyn Env, place: &Place, drafted: &[(Structure, Vec<Draft>)], demo: &mut Demo) {
    let mut order: Vec<(Timestamp, usize, usize)> = Vec::new();
    for (scene, (_, drafts)) in drafted.iter().enumerate() {
        order.extend(drafts.iter().enumerate().map(|(at, draft)| (draft.created_at, scene, at)));
    }
    // A part is never written down before its whole, and follows it in the same list: parents stay before parts.
    order.sort();
    let mut ids: Vec<Vec<Option<TaskId>>> = drafted.iter().map(|(_, drafts)| vec![None; drafts.len()]).collect();
    for (_, scene, at) in &order {
        ids[*scene][*at] = Some(TaskId::new(env));
    }
    for (number, (_, scene, at)) in (1..).zip(order) {
        let (structure, drafts) = &drafted[scene];
        let draft = &drafts[at];
        let Some(id) = ids[scene][at] else { continue };
        let parent = draft.parent.and_then(|at| ids[scene][at]);
        demo.tasks.push(row(place, structure, draft, id, number, parent));
        demo.assignees.extend(draft.assignees.iter().map(|person| (place.id, id, *person)));
        let blocker = draft.blocked_by.and_then(|at| ids[scene][at]);
        demo.dependencies.extend(blocker.map(|blocker| (place.id, id, blocker)));
    }
}

fn row(place: &Place, structure: &Structure, draft: &Draft, id: TaskId, number: i64, parent: Option<TaskId>) -> Task {
    let step = draft.step;
    let filled = |text: &str| text.replace("{venue}", draft.venue);
    Task {
        organization: place.id,
        id,
        number,
        project: structure.project,
        phase: structure.phases.iter().find(|(slot, _)| *slot == step.slot).map(|(_, id)| *id),
        milestone: step
            .mark
            .and_then(|mark| structure.milestones.iter().find(|(name, _)| *name == mark))
            .map(|(_, id)| *id),
        parent,
        title: filled(step.title),
        description: step.note.map(filled),
        status: draft.status,
        priority: draft.priority,
        starts_on: draft.starts_on.filter(|_| draft.due.is_some()),
        due: draft.due,
        estimate_minutes: (step.half_hours > 0).then(|| i32::from(step.half_hours) * 30),
        tags: Vec::new(),
        completed_at: draft.completed_at,
        version: draft.version,
        created_at: draft.created_at,
        updated_at: draft.updated_at,
    }
}
