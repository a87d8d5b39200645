//! `create_project`: a project with its phases, their milestones and first tasks, in one call.

mod plan;

use lavori_domain::projects::{Project, ProjectStatus};
use lavori_domain::{KeyKind, ProjectId};
use lavori_policy::Scope;
use lavori_store::{contacts, counters, directory, projects};
use schemars::JsonSchema;
use serde::Deserialize;

use self::plan::{More, PhaseItem};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::held_project::touched;
use crate::drafts::project::{self, Given, Pointing};
use crate::drafts::task::read_line;
use crate::effect::Creates;
use crate::error::Error;
use crate::tool::Tool;
use crate::written::{Warning, Written};

/// `create_project`.
pub(crate) struct CreateProject;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(length(min = 1, max = 200))]
    name: String,
    #[serde(flatten)]
    given: Given,
    /// In order.
    #[serde(default)]
    #[schemars(length(max = 20))]
    phases: Vec<PhaseItem>,
}

impl Tool for CreateProject {
    const NAME: &'static str = "create_project";
    const TITLE: &'static str = "Create a project";
    const ABOUT: &'static str = "Use to add a project, with phases, their milestones and first tasks in the same call.";
    const SCOPE: Scope = Scope::Write;

    type Effect = Creates;
    type Access = Write;
    type Input = Input;
    type Output = Written<More>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<More>, Error> {
        let (organization, now) = (call.caller.tenant.organization, call.now());
        let mut problems = Problems::default();
        let mut made = Project {
            organization,
            id: ProjectId::new(call.env),
            // Taken when everything is right.
            number: 0,
            name: read_line("name", &input.name, &mut problems),
            description: None,
            client: None,
            // A narrowed connection's projects are its team's.
            team: call.caller.tenant.team,
            lead: None,
            status: ProjectStatus::Planned,
            health: None,
            health_reason: None,
            starts_on: None,
            due_on: None,
            tags: Vec::new(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let mut pointing = Pointing::default();
        project::fill(call, input.given, &mut made, &mut pointing, &mut problems).await?;
        let plan = plan::read(call, &made, input.phases, &mut problems).await?;
        problems.told()?;

        made.number = counters::take(&mut call.db, organization, KeyKind::Project, 1).await?;
        projects::insert(&mut call.db, &made).await?;
        if let (Some(client), Some(team)) = (made.client, made.team) {
            contacts::link_teams(&mut call.db, organization, client, &[team]).await?;
        }
        let fields = project::changes(None, (&made, &pointing))?;
        let mut result = call.created(0, &touched(&made), &fields, More::default());
        result.more = plan::write(call, plan).await?;
        let warnings = warnings(call, &made).await?;
        Ok(Written::new(call, vec![result], warnings))
    }
}

/// A project without a team is hidden from every connection that is narrowed to one.
async fn warnings(call: &mut Call<'_, Write>, made: &Project) -> Result<Vec<Warning>, Error> {
    let within = call.within();
    if made.team.is_some() || directory::teams(call.conn(), within, 1).await?.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Warning {
        code: "no_team",
        message: "Without a team no connection that is limited to a team sees the project.".to_owned(),
        index: Some(0),
        records: vec![made.key().to_string()],
    }])
}
