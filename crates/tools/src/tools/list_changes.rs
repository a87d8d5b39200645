//! `list_changes`: what changed since then, in every kind of record, by whom and through which client.

use std::collections::BTreeMap;

use lavori_domain::TimeZone;
use lavori_domain::changes::{Operation, RecordKind};
use lavori_policy::Scope;
use lavori_store::changes::{self, ChangeFilter, ChangeLine};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Read;
use crate::applied::Applied;
use crate::call::{Call, Problems};
use crate::effect::Reads;
use crate::error::{Code, Error, Problem};
use crate::links::Links;
use crate::page::Rows;
use crate::refs;
use crate::schema::value_of_a_field;
use crate::tool::Tool;
use crate::views::Named;

/// `list_changes`.
pub(crate) struct ListChanges;

/// Changes when nothing is said.
const DEFAULT_LIMIT: u32 = 25;
/// The bytes that changes may take.
const MOST_BYTES: usize = 15_000;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// `next_cursor` of the answer before, or a date, a time or a word like today, last_week, -3d.
    #[schemars(length(min = 1, max = 400))]
    since: String,
    /// Only these types.
    #[serde(default)]
    types: Vec<RecordKind>,
    /// Who changed it: id, e-mail, exact name or `me`.
    actor: Option<String>,
    project: Option<String>,
    team: Option<String>,
    /// Default 25.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

/// The answer.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Output {
    /// The changes, the oldest first. Empty: nothing changed.
    data: Rows<Changed>,
    /// Pass it as `since`, now for the rest or later for what changed in between.
    next_cursor: String,
    /// There are more changes already.
    more: bool,
    /// What this covers.
    applied: Applied,
}

/// One change.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Changed {
    /// When.
    pub(crate) at: String,
    /// By whom.
    pub(crate) actor: Named,
    /// Through which client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<String>,
    /// What kind of record.
    pub(crate) r#type: RecordKind,
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// Its name or title after the change.
    pub(crate) title: String,
    /// Its version after the change.
    pub(crate) version: i32,
    pub(crate) op: Operation,
    /// The fields that changed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) fields: BTreeMap<String, FieldChange>,
    /// Where a person sees it.
    pub(crate) url: String,
}

/// One field, before and after.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct FieldChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "value_of_a_field")]
    from: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "value_of_a_field")]
    to: Option<Value>,
    /// It names records that this connection may not see.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hidden: bool,
}

impl Tool for ListChanges {
    const NAME: &'static str = "list_changes";
    const TITLE: &'static str = "List changes";
    const ABOUT: &'static str = "Use to see what was created or changed since a moment or since the last look, by whom, \
                                 with each field before and after.";
    const SCOPE: Scope = Scope::Read;

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Output, Error> {
        let mut problems = Problems::default();
        let position = since(call, &input.since).await;
        let position = problems.keep(position)?;
        let mut filter = ChangeFilter { kinds: input.types, ..ChangeFilter::default() };
        if let Some(actor) = &input.actor {
            filter.actor = problems.keep(refs::person(call, "actor", actor).await)?;
        }
        if let Some(project) = &input.project {
            filter.project = problems.keep(refs::project(call, "project", project).await)?.map(|project| project.id);
        }
        if let Some(team) = &input.team {
            filter.team = problems.keep(refs::team(call, "team", team).await)?.map(|team| team.id);
        }
        problems.told()?;
        let position = position.unwrap_or_default();

        let limit = input.limit.unwrap_or(DEFAULT_LIMIT) as usize;
        let within = call.within();
        let lines = changes::list(call.conn(), within, &filter, position, limit as i64 + 1).await?;
        let (found, positions) = (lines.len(), lines.iter().map(|line| line.position).collect::<Vec<_>>());
        let (zone, links, narrowed) = (call.zone(), call.links, within.team.is_some());
        let rows = lines.into_iter().take(limit).map(|line| view(line, zone, links, narrowed));
        let data = Rows::fit(rows, MOST_BYTES)?;
        let last = data.len().checked_sub(1).map_or(position, |last| positions[last]);
        Ok(Output {
            next_cursor: call.cursor(&last.to_string()),
            more: data.len() < found,
            data,
            applied: call.applied(),
        })
    }
}

/// The position after which to read: a cursor's, or that of a moment.
async fn since(call: &mut Call<'_, Read>, text: &str) -> Result<i64, Error> {
    if let Some(position) = call.position(text).ok().and_then(|position| position.parse().ok()) {
        return Ok(position);
    }
    let Ok((_, from)) = call.from("since", text) else {
        let problem = Problem::new(
            Code::InvalidCursor,
            "Neither a moment nor a cursor of this list: keep the filters of the call that gave the cursor, or give a \
             date, a date-time or one of the words in `allowed`.",
        );
        return Err(problem
            .field("since")
            .got(&text.into())
            .allowed(lavori_domain::when::FORMS.iter().copied())
            .into());
    };
    let within = call.within();
    Ok(changes::position_at(call.conn(), within, from).await?)
}

/// A change as it is shown.
pub(crate) fn view(line: ChangeLine, zone: TimeZone, links: Links<'_>, narrowed: bool) -> Changed {
    let id = line.record.to_string();
    let fields = match line.fields {
        Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    };
    let shown = |mut change: Value| {
        let hidden = narrowed && change.get("refers").is_some();
        let mut take = |side: &str| change.get_mut(side).map(Value::take).filter(|_| !hidden);
        FieldChange { from: take("from"), to: take("to"), hidden }
    };
    Changed {
        at: zone.rfc3339(line.occurred_at),
        actor: Named::new(line.person, line.name),
        client: line.client.and_then(|client| Some(client.get("name")?.as_str()?.to_owned())),
        r#type: line.kind,
        url: links.to_record(line.kind, line.key.as_ref().unwrap_or(&id)),
        key: line.key,
        id,
        title: line.title,
        version: line.version,
        op: line.operation,
        fields: fields.into_iter().map(|(name, change)| (name, shown(change))).collect(),
    }
}
