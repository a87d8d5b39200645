//! `update_project`: changes a project, its phases and its milestones.

mod archived;
mod structure;

use lavori_domain::Id;
use lavori_domain::RecordType;
use lavori_domain::projects::Project;
use lavori_policy::Scope;
use lavori_store::projects::{self, ProjectKeys};
use lavori_store::{contacts, milestones, phases};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::structure::{Step, Structure};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::held_project;
use crate::drafts::project::{self, Given, Pointing};
use crate::drafts::task::read_line;
use crate::effect::Updates;
use crate::error::{Code, Error, Problem};
use crate::refs;
use crate::tool::Tool;
use crate::views::Named;
use crate::written::Written;

/// `update_project`.
pub(crate) struct UpdateProject;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// Id, key or exact name.
    id: String,
    /// As read.
    version: Option<i32>,
    #[schemars(length(min = 1, max = 200))]
    name: Option<String>,
    #[serde(flatten)]
    given: Given,
    #[serde(default)]
    clear: Vec<Clear>,
    /// Steps, in order, that change phases and milestones.
    #[serde(default)]
    #[schemars(length(max = 50))]
    phases: Vec<Step>,
}

/// A field that can be emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Clear {
    Client,
    Team,
    Lead,
    Start,
    Due,
    Description,
    Health,
    HealthReason,
    Tags,
}

/// The structure afterwards, if it changed.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct More {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    phases: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    milestones: Vec<Named>,
}

impl Tool for UpdateProject {
    const NAME: &'static str = "update_project";
    const TITLE: &'static str = "Update a project";
    const ABOUT: &'static str = "Use to change a project, and to add, rename, move or archive its phases and milestones. \
                                 Only given fields change.";
    const SCOPE: Scope = Scope::Write;

    type Effect = Updates;
    type Access = Write;
    type Input = Input;
    type Output = Written<More>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<More>, Error> {
        let mut problems = Problems::default();
        let found = problems.keep(refs::project(call, "id", &input.id).await)?;
        let Some(found) = found else { return Err(problems.told().err().unwrap_or_else(|| gone(&input.id))) };
        let within = call.within();
        let before = projects::lock(&mut call.db, within, &[found.id]).await?.pop().ok_or_else(|| gone(&input.id))?;
        let from = pointing(call, &before).await?;
        let (mut after, mut to) = (before.clone(), from.clone());
        for field in &input.clear {
            if *field == Clear::Team && within.team.is_some() {
                let message = "A connection that is limited to a team cannot take a project out of it.";
                problems.add(Problem::new(Code::InvalidArgument, message).field("clear"));
            }
            field.of(&mut after, &mut to);
        }
        if let Some(name) = &input.name {
            after.name = read_line("name", name, &mut problems);
        }
        project::fill(call, input.given, &mut after, &mut to, &mut problems).await?;
        let own = [found.id];
        let phases = phases::details(call.conn(), within, phases::PhaseKeys::Projects(&own)).await?;
        let marks = milestones::details(call.conn(), within, milestones::MilestoneKeys::Projects(&own)).await?;
        let mut structure = Structure::new(
            phases.into_iter().map(|(phase, _)| phase).collect(),
            marks.into_iter().map(|(mark, _)| mark).collect(),
        );
        let shape = structure.lines();
        for (index, step) in input.phases.iter().enumerate() {
            structure.take(call, &after, &format!("phases[{index}]"), step, &mut problems)?;
        }
        structure.archived.check(call, &mut problems).await?;
        problems.told()?;

        let mut fields = project::changes(Some((&before, &from)), (&after, &to))?;
        fields.set("phases", &shape, &structure.lines())?;
        if let (Some(client), Some(team)) = (after.client, after.team) {
            contacts::link_teams(&mut call.db, within.organization, client, &[team]).await?;
        }
        let mut more = More::default();
        if shape != structure.lines() {
            more.phases = structure.phases().map(|phase| Named::new(phase.id, phase.name.clone())).collect();
            more.milestones = structure.milestones().map(|mark| Named::new(mark.id, mark.name.clone())).collect();
        }
        structure.write(call).await?;
        let result = held_project::write(call, 0, after, ("version", input.version), &fields, more).await?;
        Ok(Written::new(call, vec![result], Vec::new()))
    }
}

fn gone(text: &str) -> Error {
    refs::not_found("id", text, &[RecordType::Project]).into()
}

/// What a project points at. That there is something which the connection does not see is known, and must be told
/// apart from nothing.
async fn pointing(call: &mut Call<'_, Write>, project: &Project) -> Result<Pointing, Error> {
    let within = call.within();
    let details = projects::details(call.conn(), within, ProjectKeys::Ids(&[project.id])).await?;
    let mut pointing = Pointing::default();
    for detail in details {
        pointing.client = detail.client.map(|(id, _, name)| (id, name));
        pointing.lead = detail.lead;
        pointing.team = detail.team;
        if detail.client_hidden {
            pointing.client = Some((Id::nil(), "not visible".to_owned()));
        }
        if detail.lead_hidden {
            pointing.lead = Some((Id::nil(), "not visible".to_owned()));
        }
    }
    Ok(pointing)
}

impl Clear {
    /// Empties the field.
    fn of(self, project: &mut Project, to: &mut Pointing) {
        match self {
            Self::Client => (project.client, to.client) = (None, None),
            Self::Team => (project.team, to.team) = (None, None),
            Self::Lead => (project.lead, to.lead) = (None, None),
            Self::Start => project.starts_on = None,
            Self::Due => project.due_on = None,
            Self::Description => project.description = None,
            Self::Health => project.health = None,
            Self::HealthReason => project.health_reason = None,
            Self::Tags => project.tags.clear(),
        }
    }
}
