//! `list_projects`: projects by status, health, client, lead and date, with how far they are.

use std::collections::HashMap;

use lavori_domain::projects::{Health, ProjectStatus};
use lavori_domain::when::When;
use lavori_domain::{KeyKind, ProjectId, TimeZone, Timestamp};
use lavori_policy::Scope;
use lavori_store::Words;
use lavori_store::projects::{self, ProjectDetail, ProjectFilter, ProjectPosition, ProjectSort, TaskCounts};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Read;
use crate::call::{Call, Problems};
use crate::effect::Reads;
use crate::error::{Code, Error, Problem};
use crate::page::{Detail, ListArguments, Listing, MOST_COUNTED};
use crate::refs;
use crate::tool::Tool;
use crate::views::{self, Hidden, Keyed, Named, selectable};

/// `list_projects`.
pub(crate) struct ListProjects;

/// The characters of a description that a list shows.
const EXCERPT: usize = 500;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// Words in name or description.
    #[schemars(length(max = 200))]
    query: Option<String>,
    #[serde(default)]
    status: Vec<ProjectStatus>,
    #[serde(default)]
    health: Vec<Health>,
    client: Option<String>,
    /// Member: id, e-mail, exact name or `me`.
    lead: Option<String>,
    team: Option<String>,
    /// Date or a word like today, +3d.
    due_after: Option<String>,
    due_before: Option<String>,
    updated_since: Option<String>,
    /// Default -updated. `created`: by key.
    #[serde(default)]
    sort: Sort,
    #[serde(flatten)]
    list: ListArguments<RowField>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[schemars(inline)]
enum Sort {
    #[default]
    #[serde(rename = "-updated")]
    UpdatedLast,
    #[serde(rename = "updated")]
    UpdatedFirst,
    #[serde(rename = "due")]
    DueFirst,
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "created")]
    CreatedFirst,
    #[serde(rename = "-created")]
    CreatedLast,
}

impl From<Sort> for ProjectSort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::UpdatedLast => Self::UpdatedLast,
            Sort::UpdatedFirst => Self::UpdatedFirst,
            Sort::DueFirst => Self::DueFirst,
            Sort::Name => Self::Name,
            Sort::CreatedFirst => Self::CreatedFirst,
            Sort::CreatedLast => Self::CreatedLast,
        }
    }
}

/// How many tasks a project has.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Tasks {
    /// Open.
    open: i64,
    /// Open and past their deadline.
    overdue: i64,
    /// Done.
    done: i64,
    /// All but the cancelled ones.
    total: i64,
}

impl From<TaskCounts> for Tasks {
    fn from(counts: TaskCounts) -> Self {
        Self { open: counts.open, overdue: counts.overdue, done: counts.done, total: counts.total }
    }
}

selectable! {
    /// A project in a list.
    Row, RowField;
    always {
        /// Its id.
        id: String,
        /// Its key.
        key: String,
    }
    optional {
        /// Its name.
        name: String,
        /// Whom it is for.
        client: Keyed,
        /// Where it stands.
        status: ProjectStatus,
        /// How it is doing.
        health: Health,
        /// Share of its tasks that are done, in percent.
        progress: i64,
        /// How many tasks it has.
        tasks: Tasks,
        /// Last day.
        due: String,
        /// Who leads it.
        lead: Named,
        /// How many records it points at that this connection cannot see.
        hidden: Hidden,
        /// Counts changes.
        version: i32,
        /// What it is about; cut if long.
        description: String,
        /// The team that owns it.
        team: Named,
        /// Why it is doing so.
        health_reason: String,
        /// First day.
        start: String,
        /// When it was made.
        created_at: String,
        /// When it last changed.
        updated_at: String,
    }
}

impl RowField {
    /// Whether it comes from the query that counts tasks.
    fn is_count(self) -> bool {
        matches!(self, Self::tasks | Self::progress)
    }
}

impl Tool for ListProjects {
    const NAME: &'static str = "list_projects";
    const TITLE: &'static str = "List projects";
    const ABOUT: &'static str = "Use to list or count projects by status, health, client, lead, dates or words, with \
                                 progress and open and overdue tasks.";
    const SCOPE: Scope = Scope::Read;

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Listing<Row>;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Listing<Row>, Error> {
        let filter = filter(call, &input).await?;
        let (within, zone, now, list) = (call.within(), call.zone(), call.now(), &input.list);
        if list.count_only {
            let counted = projects::count(call.conn(), within, &filter, MOST_COUNTED + 1).await?;
            return Ok(Listing::counted(counted, call.applied()));
        }
        let sort = ProjectSort::from(input.sort);
        let after = match &list.cursor {
            Some(cursor) => {
                let position = call.position(cursor)?;
                Some(read_position(&position).ok_or_else(|| call.wrong_cursor())?)
            }
            None => None,
        };
        let mut found = projects::list(call.conn(), within, &filter, sort, after, list.rows_to_find()).await?;
        let found_rows = found.len();
        found.truncate(list.rows());

        let mut counts: HashMap<ProjectId, TaskCounts> = HashMap::new();
        let counted = list.fields.is_empty() || list.fields.iter().any(|field| field.is_count());
        if counted {
            let ids: Vec<ProjectId> = found.iter().map(|project| project.id).collect();
            counts = projects::task_counts(call.conn(), within, &ids, now).await?;
        }
        let positions: Vec<ProjectPosition> = found.iter().map(|project| ProjectPosition::of(project, sort)).collect();
        let full = list.detail == Detail::Full || !list.fields.is_empty();
        let rows = found.into_iter().map(|project| {
            let counts = counted.then(|| counts.remove(&project.id).unwrap_or_default());
            row(project, counts, full, zone).only(&list.fields)
        });
        let applied = call.applied();
        Listing::page(list, found_rows, rows, |last| call.cursor(&write_position(&positions[last])), applied)
    }
}

/// Understands the filters; everything that is wrong with them is told at once.
async fn filter(call: &mut Call<'_, Read>, input: &Input) -> Result<ProjectFilter, Error> {
    let mut problems = Problems::default();
    let mut filter =
        ProjectFilter { statuses: input.status.clone(), healths: input.health.clone(), ..ProjectFilter::default() };
    if let Some(query) = &input.query {
        filter.words = Words::parse(query);
        if filter.words.is_none() {
            problems.add(Problem::new(Code::InvalidArgument, "There is no letter or digit in it.").field("query"));
        }
    }
    if let Some(text) = &input.client {
        filter.client = problems.keep(refs::contact(call, "client", text).await)?.map(|it| it.id);
    }
    if let Some(text) = &input.lead {
        filter.lead = problems.keep(refs::person(call, "lead", text).await)?;
    }
    if let Some(text) = &input.team {
        filter.team = problems.keep(refs::team(call, "team", text).await)?.map(|it| it.id);
    }
    let zone = call.zone();
    if let Some(text) = &input.due_after {
        filter.due_from = problems.keep(call.from("due_after", text))?.map(|(when, _)| match when {
            When::Days { first, .. } => first,
            When::Instant(instant) => zone.date(instant),
        });
    }
    if let Some(text) = &input.due_before {
        filter.due_to = problems.keep(call.until("due_before", text))?.map(|(when, _)| match when {
            When::Days { last, .. } => last,
            When::Instant(instant) => zone.date(instant),
        });
    }
    if let Some(text) = &input.updated_since {
        filter.updated_since = problems.keep(call.from("updated_since", text))?.map(|(_, instant)| instant);
    }
    problems.told()?;
    Ok(filter)
}

fn row(project: ProjectDetail, counts: Option<TaskCounts>, full: bool, zone: TimeZone) -> Row {
    let hidden =
        Hidden { client: u32::from(project.client_hidden), lead: u32::from(project.lead_hidden), ..Hidden::default() };
    let mut row = Row {
        id: project.id.to_string(),
        key: views::key(KeyKind::Project, project.number),
        name: Some(project.name),
        client: project.client.map(|(_, number, name)| Keyed::new(KeyKind::Contact, number, name)),
        status: Some(project.status),
        health: project.health,
        progress: counts.and_then(|counts| (counts.done * 100).checked_div(counts.total)),
        tasks: counts.map(Tasks::from),
        due: views::day(project.due_on),
        lead: project.lead.map(|(id, name)| Named::new(id, name)),
        hidden: hidden.told(),
        version: Some(project.version),
        ..Row::default()
    };
    if full {
        row.description = views::excerpt(project.description, EXCERPT, "fetch this project for the rest");
        row.team = project.team.map(|(id, name)| Named::new(id, name));
        row.health_reason = project.health_reason;
        row.start = views::day(project.starts_on);
        row.created_at = Some(zone.rfc3339(project.created_at));
        row.updated_at = Some(zone.rfc3339(project.updated_at));
    }
    row
}

/// A position as a cursor carries it.
fn write_position(position: &ProjectPosition) -> String {
    match position {
        ProjectPosition::At(instant, id) => format!("a{}.{id}", instant.millis()),
        ProjectPosition::On(day, id) => format!("o{day}.{id}"),
        ProjectPosition::Without(id) => format!("w{id}"),
        ProjectPosition::Named(name, id) => format!("s{id}.{name}"),
        ProjectPosition::Number(number) => format!("n{number}"),
    }
}

fn read_position(text: &str) -> Option<ProjectPosition> {
    let (kind, rest) = text.split_at_checked(1)?;
    let two = || rest.split_once('.');
    match kind {
        "a" => {
            let (millis, id) = two()?;
            Some(ProjectPosition::At(Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
        }
        "o" => {
            let (day, id) = two()?;
            Some(ProjectPosition::On(day.parse().ok()?, id.parse().ok()?))
        }
        "w" => Some(ProjectPosition::Without(rest.parse().ok()?)),
        "s" => {
            let (id, name) = two()?;
            Some(ProjectPosition::Named(name.to_owned(), id.parse().ok()?))
        }
        "n" => Some(ProjectPosition::Number(rest.parse().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::Id;
    use lavori_domain::env::TestEnv;

    #[test]
    fn r4_a_position_reads_back_as_itself() {
        let id = Id::new(&TestEnv::default());
        let positions = [
            ProjectPosition::At(Timestamp::from_millis(5), id),
            ProjectPosition::On("2026-11-22".parse().unwrap(), id),
            ProjectPosition::Without(id),
            ProjectPosition::Named("Aurora. Città".to_owned(), id),
            ProjectPosition::Number(12),
        ];
        for position in positions {
            assert_eq!(read_position(&write_position(&position)), Some(position));
        }
        assert_eq!(read_position(""), None);
    }
}
