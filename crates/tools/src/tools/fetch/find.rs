//! Finds the records of a fetch by what they were called: id, key or exact name.

use std::collections::HashMap;

use lavori_domain::{Id, Key, RecordType};
use lavori_store::search::{self, Hit};

use super::found::{Asked, Found};
use super::include::Wanted;
use crate::access::Read;
use crate::call::Call;
use crate::error::{Candidate, Error};
use crate::refs;

/// The most records that exact names are looked up for.
const MOST_NAMED: i64 = 200;
/// The most candidates of an ambiguous name.
const CANDIDATES: usize = 5;

/// The records that `asked` names, in that order.
pub(super) async fn records(
    call: &mut Call<'_, Read>,
    asked: &[String],
    wanted: Wanted,
    single: bool,
) -> Result<Vec<Asked>, Error> {
    let mut ids: Vec<Option<Id<()>>> = vec![None; asked.len()];
    let mut keys: Vec<Option<Key>> = vec![None; asked.len()];
    let mut names: Vec<&str> = Vec::new();
    for (index, text) in asked.iter().enumerate() {
        let text = text.trim();
        match (text.parse::<Id<()>>(), text.parse::<Key>()) {
            (Ok(id), _) => ids[index] = Some(id),
            (_, Ok(key)) => keys[index] = Some(key),
            _ => names.push(text),
        }
    }
    let mut kinds: HashMap<Id<()>, RecordType> = HashMap::new();
    if !names.is_empty() {
        let within = call.within();
        let hits = search::named(call.conn(), within, &names, MOST_NAMED).await?;
        let mut problems = crate::call::Problems::default();
        for (index, text) in asked.iter().enumerate().filter(|(_, text)| names.contains(&text.trim())) {
            let argument = if single { "id".to_owned() } else { format!("ids[{index}]") };
            if let Some(hit) = problems.keep(called(&hits, &argument, text.trim()))?.flatten() {
                kinds.insert(hit.id, hit.kind);
                ids[index] = Some(hit.id);
            }
        }
        problems.told()?;
    }
    let mut found = Found::default();
    found.by_key(call, keys.iter().flatten()).await?;
    found.by_id(call, ids.iter().flatten().copied(), &kinds).await?;
    found.add(call, &wanted).await?;
    Ok(ids
        .into_iter()
        .zip(keys)
        .map(|(id, key)| match (id, key) {
            (Some(id), _) => found.take(id.to_string()),
            (None, Some(key)) => match found.id_of(key) {
                Some(id) => found.take(id),
                None => Asked::Missing,
            },
            (None, None) => Asked::Missing,
        })
        .collect())
}

/// The one record of `hits` that is called `name`; none is no error here.
fn called<'a>(hits: &'a [Hit], argument: &str, name: &str) -> Result<Option<&'a Hit>, Error> {
    let lower = name.to_lowercase();
    let is_called = |hit: &&Hit| {
        hit.title.to_lowercase() == lower || (hit.kind == RecordType::Member && hit.subtitle.as_deref() == Some(&lower))
    };
    let fitting: Vec<&Hit> = hits.iter().filter(is_called).collect();
    let exact: Vec<&Hit> = fitting.iter().copied().filter(|hit| hit.title == name).collect();
    match (fitting.as_slice(), exact.as_slice()) {
        ([], _) => Ok(None),
        ([one], _) | (_, [one]) => Ok(Some(one)),
        _ => {
            let candidates = fitting
                .iter()
                .take(CANDIDATES)
                .map(|hit| Candidate {
                    id: hit.id.to_string(),
                    key: refs::key(hit.kind, hit.number),
                    name: hit.title.clone(),
                    hint: Some(match &hit.subtitle {
                        Some(subtitle) => format!("{}, {subtitle}", hit.kind),
                        None => hit.kind.to_string(),
                    }),
                })
                .collect();
            Err(refs::ambiguous(argument, name, candidates).into())
        }
    }
}
