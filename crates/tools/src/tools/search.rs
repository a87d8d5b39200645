//! `search`: finds any record by its words or key.

use lavori_domain::{Key, RecordType};
use lavori_policy::Scope;
use lavori_store::Words;
use lavori_store::search::{self, Hit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Read;
use crate::applied::Applied;
use crate::call::Call;
use crate::effect::Reads;
use crate::error::{Code, Error, Problem};
use crate::links::Links;
use crate::page::Rows;
use crate::refs;
use crate::tool::Tool;

/// `search`.
pub(crate) struct Search;

/// Results when nothing is said.
const DEFAULT_LIMIT: u32 = 10;
/// The bytes that results may take.
const MOST_BYTES: usize = 15_000;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// Words (each may be the beginning of one), a key or a name.
    #[schemars(length(min = 1, max = 200))]
    query: String,
    /// Only these types.
    #[serde(default)]
    types: Vec<RecordType>,
    /// Default 10.
    #[schemars(range(min = 1, max = 50))]
    limit: Option<u32>,
}

/// The answer.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Output {
    /// The records found, the best first.
    results: Rows<Found>,
    /// More records match: use more words, or `types`.
    more: bool,
    /// What this covers.
    applied: Applied,
}

/// A record that was found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Found {
    /// Its id: pass it to `fetch`.
    id: String,
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// What it is.
    r#type: RecordType,
    /// Its name or title.
    title: String,
    /// What tells it from others: its start, project, client or address.
    #[serde(skip_serializing_if = "Option::is_none")]
    subtitle: Option<String>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// Where a person sees it.
    url: String,
}

impl Tool for Search {
    const NAME: &'static str = "search";
    const TITLE: &'static str = "Search everything";
    const ABOUT: &'static str = "Use to find any record by words, name, number or key: work, people, schedule, bills, \
                                 budgets and the service library. Use the lists to filter.";
    const SCOPE: Scope = Scope::Read;

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Output, Error> {
        if Words::parse(&input.query).is_none() {
            return Err(Problem::new(Code::InvalidArgument, "There is no letter or digit in it.")
                .field("query")
                .into());
        }
        let kinds = match input.types.as_slice() {
            [] => RecordType::ALL,
            types => types,
        };
        let limit = input.limit.unwrap_or(DEFAULT_LIMIT);
        let within = call.within();
        let mut hits: Vec<Hit> = Vec::new();
        if let Ok(key) = input.query.trim().parse::<Key>() {
            hits.extend(keyed(call, key, kinds).await?);
        }
        let first = hits.first().map(|hit| hit.id);
        let found = search::search(call.conn(), within, &input.query, kinds, i64::from(limit) + 1).await?;
        hits.extend(found.into_iter().filter(|hit| Some(hit.id) != first));

        let found = hits.len();
        let links = call.links;
        let results = Rows::fit(hits.into_iter().take(limit as usize).map(|hit| view(hit, links)), MOST_BYTES)?;
        Ok(Output { more: results.len() < found, results, applied: call.applied() })
    }
}

/// The record with exactly this key.
async fn keyed(call: &mut Call<'_, Read>, key: Key, kinds: &[RecordType]) -> Result<Option<Hit>, Error> {
    let within = call.within();
    let found = search::keyed(call.conn(), within, key).await?;
    Ok(found.filter(|hit| kinds.contains(&hit.kind)))
}

fn view(hit: Hit, links: Links<'_>) -> Found {
    let key = refs::key(hit.kind, hit.number);
    Found {
        id: hit.id.to_string(),
        url: match &key {
            Some(key) => links.to(hit.kind, key),
            None => links.to(hit.kind, &hit.id),
        },
        key,
        r#type: hit.kind,
        title: hit.title,
        subtitle: hit.subtitle,
        status: hit.status,
    }
}
