//! `fetch`: whole records by id, key or exact name.

mod find;
mod found;
mod include;
mod of_billing;
mod of_budget;
mod of_directory;
mod of_schedule;
mod of_work;
mod parts;
mod record;

use lavori_domain::RecordType;
use lavori_policy::Scope;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Read;
use crate::applied::Applied;
use crate::call::{Call, Problems};
use crate::effect::Reads;
use crate::error::{Code, Error, Problem};
use crate::input::nearest_first;
use crate::page::{MOST_BYTES, Rows};
use crate::refs;
use crate::tool::Tool;
use crate::views::Selectable;
use found::Asked;
use include::{Include, Wanted};
use record::{Record, RecordField};

/// `fetch`.
pub(crate) struct Fetch;

/// The most records of one call.
pub(super) const MOST: usize = 20;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// One record: id, key (T-12) or exact name.
    #[schemars(length(max = 200))]
    id: Option<String>,
    /// Several records.
    #[serde(default)]
    #[schemars(length(max = 20), inner(length(max = 200)))]
    ids: Vec<String>,
    /// More of each. Structure: phases and milestones. Related: what points at it.
    #[serde(default)]
    include: Vec<Include>,
    /// Only these fields of the records.
    #[serde(default)]
    fields: Vec<String>,
}

/// The answer. With `id`, the record's id, title, text, url and metadata stand at the top as well.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Output {
    /// The one record's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Its name or title.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// It in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Where a person sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
    /// The records, in the order asked for.
    records: Rows<Record>,
    /// What was asked for and is not there for this connection.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    /// What did not fit into this answer: fetch it separately.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
    /// What this covers.
    applied: Applied,
}

/// What the one record is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Metadata {
    r#type: RecordType,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
}

impl Tool for Fetch {
    const NAME: &'static str = "fetch";
    const TITLE: &'static str = "Get records";
    const ABOUT: &'static str = "Use to read one record, or up to 20, in full by id, key or exact name, with version \
                                 and allowed status transitions.";
    const SCOPE: Scope = Scope::Read;

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Output, Error> {
        let single = input.ids.is_empty();
        let asked: Vec<String> = input.id.into_iter().chain(input.ids).collect();
        if asked.is_empty() {
            return Err(Problem::new(Code::MissingArgument, "Give `id` or `ids`.").field("id").into());
        }
        let fields = selected(&input.fields)?;
        let wanted = Wanted(input.include);
        let found = find::records(call, &asked, wanted, single).await?;
        let (mut records, mut missing, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for (name, record) in asked.into_iter().zip(found) {
            match record {
                Asked::Found(record) => {
                    records.push(*record);
                    names.push(name);
                }
                Asked::Again => {}
                Asked::Missing => missing.push(name),
            }
        }
        if single && let Some(name) = missing.first() {
            return Err(refs::not_found("id", name, &[]).into());
        }
        let mut output = Output {
            id: None,
            title: None,
            text: None,
            url: None,
            metadata: None,
            records: Rows::fit([], MOST_BYTES)?,
            missing,
            left_out: Vec::new(),
            applied: call.applied(),
        };
        if let (true, Some(record)) = (single, records.first()) {
            output.id = Some(record.id.clone());
            output.title = record.title.clone();
            output.text = Some(record.text());
            output.url = record.url.clone();
            output.metadata =
                Some(Metadata { r#type: record.r#type, key: record.key.clone(), status: record.status.clone() });
        }
        output.records = Rows::fit(records.into_iter().map(|record| record.only(&fields)), MOST_BYTES)?;
        output.left_out = names.split_off(output.records.len());
        Ok(output)
    }
}

/// The fields that were asked for by name. There are too many to list them in the schema.
fn selected(names: &[String]) -> Result<Vec<RecordField>, Error> {
    let mut problems = Problems::default();
    let mut fields = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        match RecordField::named(name) {
            Some(field) => fields.push(field),
            // They stay whatever is chosen.
            None if ["id", "key", "type"].contains(&name.as_str()) => {}
            None => {
                let problem = Problem::new(Code::InvalidArgument, "Records have no such field; the nearest is first.");
                let allowed = nearest_first(name, RecordField::NAMES);
                problems.add(problem.field(format!("fields[{index}]")).got(&name.as_str().into()).allowed(allowed));
            }
        }
    }
    problems.told()?;
    Ok(fields)
}
