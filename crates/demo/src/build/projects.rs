//! The productions of an organization, with their phases, milestones and tasks.

use chrono::NaiveDate;
use lavori_domain::projects::{Milestone, Phase, Project, ProjectStatus};
use lavori_domain::tasks::TaskStatus;
use lavori_domain::{Env, MilestoneId, PersonId, PhaseId, ProjectId, Timestamp};

use super::calendar::shifted;
use super::place::Place;
use super::schedule::Schedule;
use super::tasks::{self, Draft};
use crate::chance::Chance;
use crate::demo::Demo;
use crate::texts::{Production, Slot};

/// A production on its way to being rows.
pub(super) struct Scene {
    pub(super) production: &'static Production,
    pub(super) schedule: Schedule,
    pub(super) status: ProjectStatus,
    pub(super) created_at: Timestamp,
    pub(super) chance: Chance,
}

/// What a task may refer to of its project.
pub(super) struct Structure {
    pub(super) project: ProjectId,
    pub(super) phases: Vec<(Slot, PhaseId)>,
    pub(super) milestones: Vec<(&'static str, MilestoneId)>,
}

/// Makes all productions of the organization, numbered in the order in which they came in.
pub(super) fn all(env: &dyn Env, place: &Place, demo: &mut Demo) {
    let mut scenes: Vec<Scene> = place.text.productions.iter().map(|production| scene(place, production)).collect();
    scenes.sort_by_key(|scene| scene.created_at);
    let mut drafted = Vec::new();
    for (number, mut scene) in (1..).zip(scenes) {
        let drafts = tasks::draft(place, &mut scene);
        let structure = structure(env, place, &scene, number, &drafts, demo);
        drafted.push((structure, drafts));
    }
    tasks::finish(env, place, &drafted, demo);
}

fn scene(place: &Place, production: &'static Production) -> Scene {
    let calendar = &place.calendar;
    let mut chance = Chance::named(&format!("{} {}", production.name, production.show_in));
    let schedule = Schedule::new(production, calendar);
    let (first, _) = schedule.span(Slot::Whole);
    let before_it_starts = shifted(first, -chance.between(3, 20));
    let some_weeks_ago = shifted(calendar.today, -chance.between(8, 35));
    let created_at = calendar.office_hours(before_it_starts.min(some_weeks_ago), &mut chance);
    let status = production.status.unwrap_or_else(|| schedule.status(calendar));
    Scene { production, schedule, status, created_at, chance }
}

/// Makes the project with its phases and milestones.
fn structure(env: &dyn Env, place: &Place, scene: &Scene, number: i64, drafts: &[Draft], demo: &mut Demo) -> Structure {
    let Scene { production, schedule, .. } = scene;
    let (first, last) = schedule.span(Slot::Whole);
    let updated_at = drafts.iter().map(|draft| draft.updated_at).fold(scene.created_at, Timestamp::max);
    let project = Project {
        organization: place.id,
        id: ProjectId::new(env),
        number,
        name: production.name.to_owned(),
        description: production.about.map(str::to_owned),
        client: production.client.and_then(|key| place.client(key)),
        team: production.team.and_then(|slug| place.team(slug)),
        lead: production.lead.and_then(|name| place.member(name)),
        status: scene.status,
        health: production.health.map(|(health, _)| health),
        health_reason: production.health.and_then(|(_, reason)| reason).map(str::to_owned),
        starts_on: Some(first),
        due_on: Some(last),
        tags: tags(production),
        version: if scene.status == ProjectStatus::Planned { 1 } else { 3 },
        created_at: scene.created_at,
        updated_at,
    };
    let mut structure = Structure { project: project.id, phases: Vec::new(), milestones: Vec::new() };
    demo.project_members.extend(crew(place, production, &project).map(|person| (place.id, project.id, person)));
    demo.projects.push(project);
    for (position, (slot, name)) in (1..).zip(Slot::PHASES) {
        let (first, last) = schedule.span(slot);
        let phase = Phase {
            organization: place.id,
            id: PhaseId::new(env),
            project: structure.project,
            position,
            name: name.to_owned(),
            starts_on: Some(first),
            ends_on: Some(last),
        };
        structure.phases.push((slot, phase.id));
        demo.phases.push(phase);
    }
    for mark in production.theme.marks {
        let due_on = schedule.day(mark.slot, mark.at);
        let milestone = Milestone {
            organization: place.id,
            id: MilestoneId::new(env),
            project: structure.project,
            phase: structure.phases.iter().find(|(slot, _)| *slot == mark.slot).map(|(_, id)| *id),
            name: mark.name.to_owned(),
            due_on,
            done_at: reached(place, scene, mark.name, due_on, drafts),
        };
        structure.milestones.push((mark.name, milestone.id));
        demo.milestones.push(milestone);
    }
    structure
}

/// What kind of production it is, by the words of its texts.
fn tags(production: &Production) -> Vec<String> {
    let words = ["festival", "opera", "conference", "gala", "launch", "exhibition", "fashion", "broadcast", "tour"];
    let texts = format!("{} {}", production.name, production.about.unwrap_or_default()).to_lowercase();
    words.iter().filter(|word| texts.contains(**word)).map(|word| (*word).to_owned()).collect()
}

/// The production's team without its lead. One without a team has nobody but its lead.
fn crew<'a>(
    place: &'a Place,
    production: &'a Production,
    project: &Project,
) -> impl Iterator<Item = PersonId> + use<'a> {
    let lead = project.lead;
    let of_team = move |team: &str| production.team == Some(team);
    let members = place.members.iter().filter(move |member| member.teams.iter().any(|team| of_team(team)));
    members.map(|member| member.person).filter(move |person| Some(*person) != lead)
}

/// When a milestone was reached: on its day, or when the last of its tasks was done after it; not yet, while its day
/// is to come or one of its tasks is open. In a cancelled project only what was done counts.
fn reached(place: &Place, scene: &Scene, name: &str, due_on: NaiveDate, drafts: &[Draft]) -> Option<Timestamp> {
    let calendar = &place.calendar;
    let leading: Vec<&Draft> = drafts.iter().filter(|draft| draft.step.mark == Some(name)).collect();
    let given_up = leading.is_empty() || leading.iter().all(|draft| draft.status == TaskStatus::Cancelled);
    if calendar.ahead(due_on) >= 0
        || leading.iter().any(|draft| draft.status.is_open())
        || (scene.status == ProjectStatus::Cancelled && given_up)
    {
        return None;
    }
    let evening = calendar.zone.end_of(due_on).plus_seconds(-5 * 3600);
    let last_done = leading.iter().filter_map(|draft| draft.completed_at).max();
    Some(last_done.map_or(evening, |done| evening.max(done)).min(calendar.now))
}
