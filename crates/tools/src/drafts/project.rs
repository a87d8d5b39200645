//! A project as a call describes it.

use chrono::NaiveDate;
use lavori_domain::TimeZone;
use lavori_domain::id::kind;
use lavori_domain::projects::{Health, Project};
use lavori_domain::when::When;
use schemars::JsonSchema;
use serde::Deserialize;

use super::task::{Ref, first_day, named, read_tags, shown};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;
use crate::refs;

/// The fields that creating and updating share. What is not given stays as it is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct Given {
    client: Option<String>,
    /// Id or exact name.
    team: Option<String>,
    /// Member: id, e-mail, name or `me`.
    lead: Option<String>,
    /// First day: date or a word like mon, +3d.
    start: Option<String>,
    /// Last day.
    due: Option<String>,
    #[schemars(length(max = 20_000))]
    description: Option<String>,
    health: Option<Health>,
    #[schemars(length(max = 1_000))]
    health_reason: Option<String>,
    tags: Option<Vec<String>>,
}

/// Names of what a project points at, for telling what changed.
#[derive(Debug, Default, Clone)]
pub(crate) struct Pointing {
    pub(crate) client: Option<Ref<kind::Contact>>,
    pub(crate) team: Option<Ref<kind::Team>>,
    pub(crate) lead: Option<Ref<kind::Person>>,
}

/// Puts what is given into `project` and what it points at; what is wrong goes to `problems`.
pub(crate) async fn fill(
    call: &mut Call<'_, Write>,
    given: Given,
    project: &mut Project,
    to: &mut Pointing,
    problems: &mut Problems,
) -> Result<(), Error> {
    if let Some(text) = &given.client
        && let Some(client) = problems.keep(refs::contact(call, "client", text).await)?
    {
        project.client = Some(client.id);
        to.client = Some(named(client));
    }
    if let Some(text) = &given.team
        && let Some(team) = problems.keep(refs::team(call, "team", text).await)?
    {
        project.team = Some(team.id);
        to.team = Some(named(team));
    }
    if let Some(text) = &given.lead
        && let Some(lead) = problems.keep(refs::colleague(call, "lead", text).await)?
    {
        project.lead = Some(lead.id);
        to.lead = Some(named(lead));
    }
    let zone = call.zone();
    if let Some(text) = &given.start {
        let start = problems.keep(call.from("start", text))?.map(|(when, _)| first_day(when, zone));
        project.starts_on = start.or(project.starts_on);
    }
    if let Some(text) = &given.due {
        let due = problems.keep(call.until("due", text))?.map(|(when, _)| last_day(when, zone));
        project.due_on = due.or(project.due_on);
    }
    if project.starts_on.zip(project.due_on).is_some_and(|(first, last)| first > last) {
        problems.add(Problem::new(Code::InvalidDate, "A project cannot start after its last day.").field("start"));
    }
    if given.description.is_some() {
        project.description = given.description;
    }
    project.health = given.health.or(project.health);
    if given.health_reason.is_some() {
        project.health_reason = given.health_reason;
    }
    if let Some(tags) = &given.tags
        && let Some(tags) = read_tags("tags", tags, problems)
    {
        project.tags = tags;
    }
    Ok(())
}

/// The last day of what an end was written as.
pub(crate) fn last_day(when: When, zone: TimeZone) -> NaiveDate {
    match when {
        When::Days { last, .. } => last,
        When::Instant(instant) => zone.date(instant),
    }
}

/// What changes between two states of a project; `None` before: it is new.
pub(crate) fn changes(before: Option<(&Project, &Pointing)>, after: (&Project, &Pointing)) -> Result<Fields, Error> {
    let mut fields = Fields::new();
    let (new, to) = after;
    match before {
        None => {
            fields.first("name", &new.name)?;
            fields.first("description", &new.description)?;
            fields.first("status", &new.status)?;
            fields.first("health", &new.health)?;
            fields.first("health_reason", &new.health_reason)?;
            fields.first("start", &new.starts_on)?;
            fields.first("due", &new.due_on)?;
            fields.first("tags", &new.tags)?;
        }
        Some((old, _)) => {
            fields.set("name", &old.name, &new.name)?;
            fields.set("description", &old.description, &new.description)?;
            fields.set("health", &old.health, &new.health)?;
            fields.set("health_reason", &old.health_reason, &new.health_reason)?;
            fields.set("start", &old.starts_on, &new.starts_on)?;
            fields.set("due", &old.due_on, &new.due_on)?;
            fields.set("tags", &old.tags, &new.tags)?;
        }
    }
    let nothing = Pointing::default();
    let from = before.map_or(&nothing, |(_, pointing)| pointing);
    fields.refer("client", shown(&from.client), shown(&to.client));
    fields.refer("team", shown(&from.team), shown(&to.team));
    fields.refer("lead", shown(&from.lead), shown(&to.lead));
    Ok(fields)
}
