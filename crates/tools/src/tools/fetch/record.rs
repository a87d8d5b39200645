//! A record in full: the fields of every type side by side, each there where the type has it.

use lavori_domain::contacts::{Contact, ContactKind};
use lavori_domain::organizations::{Role, Team};
use lavori_domain::projects::{Health, Milestone, Phase};
use lavori_domain::tasks::Priority;
use lavori_domain::{KeyKind, TimeZone, Timestamp};
use lavori_store::directory::Member;
use lavori_store::projects::{ProjectDetail, TaskCounts};
use lavori_store::search::Kind;
use lavori_store::tasks::{ProjectName, TaskDetail};
use schemars::JsonSchema;
use serde::Serialize;

use crate::links::Links;
use crate::tools::list_projects::Tasks;
use crate::tools::search::RecordType;
use crate::views::{self, Hidden, Keyed, Named, selectable, some};

/// The characters of a description in a record: three of them would fill an answer.
const LONGEST: usize = 16_000;
/// The characters of a description in a record's text.
const IN_TEXT: usize = 2_000;

selectable! {
    /// A record in full.
    Record, RecordField;
    always {
        /// What it is.
        r#type: RecordType,
        /// Its id.
        id: String,
        /// Its key.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    }
    optional {
        /// Its name or title.
        title: String,
        /// Where a person sees it.
        url: String,
        /// Where it stands.
        status: String,
        /// The statuses it may move to.
        allowed_transitions: Vec<&'static str>,
        /// Counts changes.
        version: i32,
        /// More than one line.
        description: String,
        /// The project it is part of.
        project: Keyed,
        /// The phase it belongs to.
        phase: Named,
        /// The milestone it leads to.
        milestone: Named,
        /// The task it is a part of.
        parent: Keyed,
        /// How much it matters.
        priority: Priority,
        /// Who works on it.
        assignees: Vec<Named>,
        /// Open tasks that must be done before.
        blocked_by: Vec<Keyed>,
        /// Tasks that wait for it.
        blocks: Vec<Keyed>,
        /// First day.
        start: String,
        /// The deadline: a day, or an instant.
        due: String,
        /// The deadline's weekday.
        due_weekday: String,
        /// Open and past the deadline.
        overdue: bool,
        /// How long it should take.
        estimate_minutes: i32,
        /// When it was done.
        completed_at: String,
        /// Whom it is for.
        client: Keyed,
        /// The team that owns it.
        team: Named,
        /// Who leads it.
        lead: Named,
        /// How it is doing.
        health: Health,
        /// Why it is doing so.
        health_reason: String,
        /// How many tasks it has.
        tasks: Tasks,
        /// Its phases, in order.
        phases: Vec<PhaseView>,
        /// Its milestones, by date.
        milestones: Vec<MilestoneView>,
        /// Company or person.
        contact_kind: ContactKind,
        /// E-mail address.
        email: String,
        /// Phone number.
        phone: String,
        /// Role in the organization.
        role: Role,
        /// Name in URLs.
        slug: String,
        /// How many records it points at that this connection cannot see.
        hidden: Hidden,
        /// When it was made.
        created_at: String,
        /// When it last changed.
        updated_at: String,
    }
}

/// A phase of a project.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct PhaseView {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
}

/// A milestone of a project.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct MilestoneView {
    id: String,
    name: String,
    due: String,
    done: bool,
}

impl Record {
    /// It in words, for clients that read nothing else.
    pub(crate) fn text(&self) -> String {
        let mut parts = vec![Kind::from(self.r#type).as_str().to_owned()];
        let mut add = |label: &str, value: Option<&str>| {
            if let Some(value) = value {
                parts.push(format!("{label} {value}"));
            }
        };
        add("called", self.title.as_deref());
        add("with key", self.key.as_deref());
        add("of project", self.project.as_ref().map(|project| project.name.as_str()));
        add("for", self.client.as_ref().map(|client| client.name.as_str()));
        add("status", self.status.as_deref());
        add("priority", self.priority.map(Priority::as_str));
        add("due", self.due.as_deref());
        add("e-mail", self.email.as_deref());
        add("phone", self.phone.as_deref());
        let mut text = parts.join(", ");
        if let Some(description) = views::excerpt(self.description.clone(), IN_TEXT, "the rest is in `records`") {
            text.push_str(".\n");
            text.push_str(&description);
        }
        text
    }

    fn new(r#type: RecordType, id: String, key: Option<String>, title: String, links: Links<'_>) -> Self {
        let url = links.to(r#type.into(), key.as_ref().unwrap_or(&id));
        Self { r#type, id, key, title: Some(title), url: Some(url), ..Self::default() }
    }

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

    pub(crate) fn of_contact(contact: Contact, links: Links<'_>, zone: TimeZone) -> Self {
        let status = if contact.archived_at.is_some() { "archived" } else { "active" };
        let key = contact.key().to_string();
        Self {
            status: Some(status.to_owned()),
            version: Some(contact.version),
            contact_kind: Some(contact.kind),
            email: contact.email,
            phone: contact.phone,
            created_at: Some(zone.rfc3339(contact.created_at)),
            updated_at: Some(zone.rfc3339(contact.updated_at)),
            ..Self::new(RecordType::Contact, contact.id.to_string(), Some(key), contact.name, links)
        }
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

    pub(crate) fn of_member(member: Member, links: Links<'_>) -> Self {
        Self {
            email: Some(member.email),
            role: Some(member.role),
            ..Self::new(RecordType::Member, member.id.to_string(), None, member.name, links)
        }
    }

    pub(crate) fn of_team(team: Team, links: Links<'_>) -> Self {
        Self { slug: Some(team.slug), ..Self::new(RecordType::Team, team.id.to_string(), None, team.name, links) }
    }
}
