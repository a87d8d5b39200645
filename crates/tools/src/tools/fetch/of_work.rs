//! Projects, their phases and milestones, and tasks.

use lavori_domain::projects::{Milestone, Phase};
use lavori_domain::{KeyKind, RecordType, TimeZone, Timestamp};
use lavori_store::projects::{ProjectDetail, TaskCounts};
use lavori_store::tasks::{ProjectName, TaskDetail};

use super::parts::{MilestoneView, PhaseView};
use super::record::{LONGEST, Record};
use crate::links::Links;
use crate::tools::list_projects::Tasks;
use crate::views::{self, Hidden, Keyed, Named, some};

impl Record {
    pub(crate) fn of_task(task: TaskDetail, links: Links<'_>, zone: TimeZone, now: Timestamp) -> Self {
        let line = task.line;
        let (due, due_weekday) = (views::due(&line, zone), views::due_weekday(&line, zone));
        let key = views::key(KeyKind::Task, line.number);
        let hidden = Hidden { parent: u32::from(task.parent_hidden), ..Hidden::default() };
        Self {
            status: Some(line.status.to_string()),
            allowed_transitions: Some(line.status.allowed_transitions().iter().map(|to| to.as_str()).collect()),
            version: Some(line.version),
            description: views::excerpt(task.description, LONGEST, "the rest is too long for this tool"),
            project: Some(Keyed::project(line.project)),
            phase: task.phase.map(|(id, name)| Named::new(id, name)),
            milestone: task.milestone.map(|(id, name)| Named::new(id, name)),
            parent: task.parent.map(|(_, number, title)| Keyed::new(KeyKind::Task, number, title)),
            priority: Some(line.priority),
            start: views::day(task.starts_on),
            due,
            due_weekday,
            overdue: Some(views::is_overdue(line.status, line.due_at, now)),
            tags: some(task.tags),
            estimate_minutes: task.estimate_minutes,
            completed_at: task.completed_at.map(|instant| zone.rfc3339(instant)),
            hidden: hidden.told(),
            created_at: Some(zone.rfc3339(task.created_at)),
            updated_at: Some(zone.rfc3339(line.updated_at)),
            ..Self::new(RecordType::Task, line.id.to_string(), Some(key), line.title, links)
        }
    }

    pub(crate) fn of_project(project: ProjectDetail, links: Links<'_>, zone: TimeZone) -> Self {
        let key = views::key(KeyKind::Project, project.number);
        let hidden = Hidden {
            client: u32::from(project.client_hidden),
            lead: u32::from(project.lead_hidden),
            ..Hidden::default()
        };
        Self {
            status: Some(project.status.to_string()),
            allowed_transitions: Some(project.status.allowed_transitions().iter().map(|to| to.as_str()).collect()),
            version: Some(project.version),
            description: views::excerpt(project.description, LONGEST, "the rest is too long for this tool"),
            client: project.client.map(|(_, number, name)| Keyed::new(KeyKind::Contact, number, name)),
            team: project.team.map(|(id, name)| Named::new(id, name)),
            lead: project.lead.map(|(id, name)| Named::new(id, name)),
            tags: some(project.tags),
            health: project.health,
            health_reason: project.health_reason,
            start: views::day(project.starts_on),
            due: views::day(project.due_on),
            due_weekday: project.due_on.map(|day| lavori_domain::time::weekday(day).to_owned()),
            hidden: hidden.told(),
            created_at: Some(zone.rfc3339(project.created_at)),
            updated_at: Some(zone.rfc3339(project.updated_at)),
            ..Self::new(RecordType::Project, project.id.to_string(), Some(key), project.name, links)
        }
    }

    /// Adds what a project is made of.
    pub(crate) fn add_structure(&mut self, phases: Vec<Phase>, milestones: Vec<Milestone>, counts: TaskCounts) {
        let phases = phases.into_iter().map(|phase| PhaseView {
            id: phase.id.to_string(),
            name: phase.name,
            start: views::day(phase.starts_on),
            end: views::day(phase.ends_on),
        });
        let milestones = milestones.into_iter().map(|milestone| MilestoneView {
            id: milestone.id.to_string(),
            name: milestone.name,
            due: milestone.due_on.to_string(),
            done: milestone.done_at.is_some(),
        });
        self.phases = some(phases.collect());
        self.milestones = some(milestones.collect());
        self.tasks = Some(Tasks::from(counts));
    }

    pub(crate) fn of_phase(phase: Phase, project: ProjectName, links: Links<'_>) -> Self {
        Self {
            project: Some(Keyed::project(project)),
            start: views::day(phase.starts_on),
            due: views::day(phase.ends_on),
            ..Self::new(RecordType::Phase, phase.id.to_string(), None, phase.name, links)
        }
    }

    pub(crate) fn of_milestone(milestone: Milestone, project: ProjectName, links: Links<'_>, zone: TimeZone) -> Self {
        let status = if milestone.done_at.is_some() { "done" } else { "open" };
        Self {
            project: Some(Keyed::project(project)),
            status: Some(status.to_owned()),
            due: Some(milestone.due_on.to_string()),
            due_weekday: Some(lavori_domain::time::weekday(milestone.due_on).to_owned()),
            completed_at: milestone.done_at.map(|instant| zone.rfc3339(instant)),
            ..Self::new(RecordType::Milestone, milestone.id.to_string(), None, milestone.name, links)
        }
    }
}
