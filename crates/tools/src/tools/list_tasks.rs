//! `list_tasks`: tasks by project, person, status, deadline and more.

use std::collections::HashMap;

use lavori_domain::tasks::{Priority, TaskStatus};
use lavori_domain::{KeyKind, TaskId, Timestamp};
use lavori_policy::Scope;
use lavori_store::Words;
use lavori_store::tasks::{self, Assignee, TaskDetail, TaskFilter, TaskKeys, TaskLine, TaskPosition, TaskSort};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::Read;
use crate::call::{Call, Problems};
use crate::effect::Reads;
use crate::error::{Code, Error, Problem};
use crate::page::{Detail, ListArguments, Listing, MOST_COUNTED};
use crate::refs;
use crate::tool::Tool;
use crate::views::{self, Hidden, Keyed, Links, Named, selectable, some};

/// `list_tasks`.
pub(crate) struct ListTasks;

/// The characters of a description that a list shows.
const EXCERPT: usize = 500;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// Words in title or description.
    #[schemars(length(max = 200))]
    query: Option<String>,
    project: Option<String>,
    phase: Option<String>,
    milestone: Option<String>,
    /// Parts of this task: id, key or exact title.
    parent: Option<String>,
    /// Member: id, e-mail, exact name, `me`, or `none` for unassigned.
    assignee: Option<String>,
    #[serde(default)]
    status: Vec<TaskStatus>,
    #[serde(default)]
    priority: Vec<Priority>,
    /// Open and past the deadline, or not.
    overdue: Option<bool>,
    /// Open and waiting for another open task, or not.
    blocked: Option<bool>,
    /// Date, date-time or a word like mon, +3d.
    due_after: Option<String>,
    due_before: Option<String>,
    updated_since: Option<String>,
    team: Option<String>,
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
    #[serde(rename = "-due")]
    DueLast,
    #[serde(rename = "created")]
    CreatedFirst,
    #[serde(rename = "-created")]
    CreatedLast,
}

impl From<Sort> for TaskSort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::UpdatedLast => Self::UpdatedLast,
            Sort::UpdatedFirst => Self::UpdatedFirst,
            Sort::DueFirst => Self::DueFirst,
            Sort::DueLast => Self::DueLast,
            Sort::CreatedFirst => Self::CreatedFirst,
            Sort::CreatedLast => Self::CreatedLast,
        }
    }
}

selectable! {
    /// A task in a list.
    Row, RowField;
    always {
        /// Its id.
        id: String,
        /// Its key.
        key: String,
    }
    optional {
        /// One line.
        title: String,
        /// The project it is part of.
        project: Keyed,
        /// Where it stands.
        status: TaskStatus,
        /// How much it matters.
        priority: Priority,
        /// Who works on it.
        assignees: Vec<Named>,
        /// The deadline: a day, or an instant.
        due: String,
        /// Open and past the deadline.
        overdue: bool,
        /// Open tasks that must be done before.
        blocked_by: Vec<Keyed>,
        /// How many records it points at that this connection cannot see.
        hidden: Hidden,
        /// Counts changes.
        version: i32,
        /// The deadline's weekday.
        due_weekday: String,
        /// More than one line; cut if long.
        description: String,
        /// First day.
        start: String,
        /// How long it should take.
        estimate_minutes: i32,
        /// The phase it belongs to.
        phase: Named,
        /// The milestone it leads to.
        milestone: Named,
        /// The task it is a part of.
        parent: Keyed,
        /// When it was made.
        created_at: String,
        /// When it last changed.
        updated_at: String,
        /// When it was done.
        completed_at: String,
    }
}

impl RowField {
    /// Whether it is in no concise row, and takes a query of its own.
    fn is_detail(self) -> bool {
        matches!(
            self,
            Self::due_weekday
                | Self::description
                | Self::start
                | Self::estimate_minutes
                | Self::phase
                | Self::milestone
                | Self::parent
                | Self::created_at
                | Self::updated_at
                | Self::completed_at
        )
    }

    /// Whether it comes from the query for people and blockers.
    fn is_link(self) -> bool {
        matches!(self, Self::assignees | Self::blocked_by | Self::hidden)
    }
}

impl Tool for ListTasks {
    const NAME: &'static str = "list_tasks";
    const TITLE: &'static str = "List tasks";
    const ABOUT: &'static str = "Use to list or count tasks by project, assignee, status, priority, deadline or words. \
                                 Filters combine with AND, values of one filter with OR.";
    const SCOPE: Scope = Scope::Read;

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Listing<Row>;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Listing<Row>, Error> {
        let filter = filter(call, &input).await?;
        let (within, list) = (call.within(), &input.list);
        if list.count_only {
            let counted = tasks::count(call.conn(), within, &filter, MOST_COUNTED + 1).await?;
            return Ok(Listing::counted(counted, call.applied()));
        }
        let sort = TaskSort::from(input.sort);
        let after = match &list.cursor {
            Some(cursor) => {
                let position = call.position(cursor)?;
                Some(read_position(&position).ok_or_else(|| call.wrong_cursor())?)
            }
            None => None,
        };
        let mut lines = tasks::list(call.conn(), within, &filter, sort, after, list.rows_to_find()).await?;
        let found = lines.len();
        lines.truncate(list.rows());

        let positions: Vec<TaskPosition> = lines.iter().map(|line| TaskPosition::of(line, sort)).collect();
        let rows = rows(call, lines, list).await?;
        let applied = call.applied();
        Listing::page(list, found, rows, |last| call.cursor(&write_position(positions[last])), applied)
    }
}

/// Understands the filters; everything that is wrong with them is told at once.
async fn filter(call: &mut Call<'_, Read>, input: &Input) -> Result<TaskFilter, Error> {
    let mut problems = Problems::default();
    let mut filter = TaskFilter::all(call.now());
    filter.statuses = input.status.clone();
    filter.priorities = input.priority.clone();
    (filter.overdue, filter.blocked) = (input.overdue, input.blocked);
    if let Some(query) = &input.query {
        filter.words = Words::parse(query);
        if filter.words.is_none() {
            problems.add(Problem::new(Code::InvalidArgument, "There is no letter or digit in it.").field("query"));
        }
    }
    if let Some(text) = &input.project {
        filter.project = problems.keep(refs::project(call, "project", text).await)?.map(|it| it.id);
    }
    if let Some(text) = &input.phase {
        filter.phase = problems.keep(refs::phase(call, "phase", text, filter.project).await)?.map(|it| it.id);
    }
    if let Some(text) = &input.milestone {
        let milestone = refs::milestone(call, "milestone", text, filter.project).await;
        filter.milestone = problems.keep(milestone)?.map(|it| it.id);
    }
    if let Some(text) = &input.parent {
        filter.parent = problems.keep(refs::task(call, "parent", text).await)?.map(|it| it.id);
    }
    if let Some(text) = &input.team {
        filter.team = problems.keep(refs::team(call, "team", text).await)?.map(|it| it.id);
    }
    filter.assignee = match input.assignee.as_deref() {
        None => None,
        Some(text) if text.eq_ignore_ascii_case("none") => Some(Assignee::Nobody),
        Some(text) => problems.keep(refs::person(call, "assignee", text).await)?.map(Assignee::Person),
    };
    if let Some(text) = &input.due_after {
        filter.due_after = problems.keep(call.from("due_after", text))?.map(|(_, instant)| instant);
    }
    if let Some(text) = &input.due_before {
        filter.due_before = problems.keep(call.until("due_before", text))?.map(|(_, instant)| instant);
    }
    if let Some(text) = &input.updated_since {
        filter.updated_since = problems.keep(call.from("updated_since", text))?.map(|(_, instant)| instant);
    }
    problems.told()?;
    Ok(filter)
}

/// The rows of a page: at most two more queries, however many rows.
async fn rows(
    call: &mut Call<'_, Read>,
    lines: Vec<TaskLine>,
    list: &ListArguments<RowField>,
) -> Result<Vec<Row>, Error> {
    let ids: Vec<TaskId> = lines.iter().map(|line| line.id).collect();
    let (within, zone, now, fields) = (call.within(), call.zone(), call.now(), &list.fields);
    let mut links: HashMap<TaskId, Links> = HashMap::new();
    if fields.is_empty() || fields.iter().any(|field| field.is_link()) {
        for (task, link) in tasks::links(call.conn(), within, &ids).await? {
            links.entry(task).or_default().add(link);
        }
    }
    let mut details: HashMap<TaskId, TaskDetail> = HashMap::new();
    if (fields.is_empty() && list.detail == Detail::Full) || fields.iter().any(|field| field.is_detail()) {
        let found = tasks::details(call.conn(), within, TaskKeys::Ids(&ids)).await?;
        details.extend(found.into_iter().map(|detail| (detail.line.id, detail)));
    }
    Ok(lines
        .into_iter()
        .map(|line| {
            let links = links.remove(&line.id).unwrap_or_default();
            let detail = details.remove(&line.id);
            row(line, links, detail, zone, now).only(fields)
        })
        .collect())
}

fn row(line: TaskLine, links: Links, detail: Option<TaskDetail>, zone: lavori_domain::TimeZone, now: Timestamp) -> Row {
    let mut hidden = links.hidden;
    let key = views::key(KeyKind::Task, line.number);
    let mut row = Row {
        id: line.id.to_string(),
        due: views::due(&line, zone),
        overdue: Some(views::is_overdue(line.status, line.due_at, now)),
        status: Some(line.status),
        priority: Some(line.priority),
        assignees: some(links.assignees),
        blocked_by: some(links.blocked_by),
        version: Some(line.version),
        ..Row::default()
    };
    if let Some(detail) = detail {
        hidden.parent = u32::from(detail.parent_hidden);
        row.due_weekday = views::due_weekday(&line, zone);
        row.description = views::excerpt(detail.description, EXCERPT, "fetch this task for the rest");
        row.start = views::day(detail.starts_on);
        row.estimate_minutes = detail.estimate_minutes;
        row.phase = detail.phase.map(|(id, name)| Named::new(id, name));
        row.milestone = detail.milestone.map(|(id, name)| Named::new(id, name));
        row.parent = detail.parent.map(|(_, number, title)| Keyed::new(KeyKind::Task, number, title));
        row.created_at = Some(zone.rfc3339(detail.created_at));
        row.updated_at = Some(zone.rfc3339(line.updated_at));
        row.completed_at = detail.completed_at.map(|instant| zone.rfc3339(instant));
    }
    row.hidden = hidden.told();
    row.key = key;
    row.title = Some(line.title);
    row.project = Some(Keyed::project(line.project));
    row
}

/// A position as a cursor carries it.
fn write_position(position: TaskPosition) -> String {
    match position {
        TaskPosition::At(instant, id) => format!("a{}.{id}", instant.millis()),
        TaskPosition::Without(id) => format!("w{id}"),
        TaskPosition::Number(number) => format!("n{number}"),
    }
}

fn read_position(text: &str) -> Option<TaskPosition> {
    let (kind, rest) = text.split_at_checked(1)?;
    match kind {
        "a" => {
            let (millis, id) = rest.split_once('.')?;
            Some(TaskPosition::At(Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
        }
        "w" => Some(TaskPosition::Without(rest.parse().ok()?)),
        "n" => Some(TaskPosition::Number(rest.parse().ok()?)),
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
        let positions =
            [TaskPosition::At(Timestamp::from_millis(-5), id), TaskPosition::Without(id), TaskPosition::Number(1042)];
        for position in positions {
            assert_eq!(read_position(&write_position(position)), Some(position));
        }
        assert_eq!(read_position("é"), None);
        assert_eq!(read_position("a5"), None);
    }
}
