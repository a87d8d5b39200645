//! What rows are put together by, and the names of what they were put together by.

use std::collections::HashMap;

use lavori_domain::{ContactId, Id, KeyKind, PersonId, ProjectId, TeamId};
use lavori_store::analytics::{Dimension, Keys};
use lavori_store::contacts::{self, ContactKeys};
use lavori_store::directory;
use lavori_store::projects::{self, ProjectKeys};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::figures::{Block, Row};
use crate::access::Read;
use crate::call::Call;
use crate::error::Error;
use crate::views;

/// What rows are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(crate) enum Group {
    Project,
    Client,
    Team,
    Person,
    Status,
    Health,
    Priority,
    Age,
    Category,
    Week,
    Month,
    Currency,
}

impl Group {
    /// Its word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Client => "client",
            Self::Team => "team",
            Self::Person => "person",
            Self::Status => "status",
            Self::Health => "health",
            Self::Priority => "priority",
            Self::Age => "age",
            Self::Category => "category",
            Self::Week => "week",
            Self::Month => "month",
            Self::Currency => "currency",
        }
    }

    /// What the store knows it as.
    pub(crate) fn dimension(self) -> Dimension {
        match self {
            Self::Project => Dimension::Project,
            Self::Client => Dimension::Client,
            Self::Team => Dimension::Team,
            Self::Person => Dimension::Person,
            Self::Status => Dimension::Status,
            Self::Health => Dimension::Health,
            Self::Priority => Dimension::Priority,
            Self::Age => Dimension::Age,
            Self::Category => Dimension::Category,
            Self::Week => Dimension::Week,
            Self::Month => Dimension::Month,
            Self::Currency => Dimension::Currency,
        }
    }

    /// Whether one record may be in several groups.
    pub(crate) fn is_multiple(self) -> bool {
        self == Self::Person
    }
}

/// Gives rows the names of what makes their groups: one query for each kind of record. What the connection cannot see
/// is only known to be there.
pub(crate) async fn named(
    call: &mut Call<'_, Read>,
    by: &[Group],
    rows: impl Iterator<Item = (Keys, Block)>,
) -> Result<Vec<Row>, Error> {
    let rows: Vec<(Keys, Block)> = rows.collect();
    let mut names: Vec<HashMap<String, Value>> = Vec::with_capacity(by.len());
    for (place, group) in by.iter().enumerate() {
        let keys: Vec<&str> = rows.iter().filter_map(|(keys, _)| keys[place].as_deref()).collect();
        names.push(lookup(call, *group, &keys).await?);
    }
    let row = |(keys, block): (Keys, Block)| {
        let mut group = Map::new();
        for ((by, key), names) in by.iter().zip(keys).zip(&names) {
            let shown = match key {
                None => json!("none"),
                Some(key) => names.get(&key).cloned().unwrap_or_else(|| {
                    // Only records are looked up: a word says what it is.
                    if by.is_record() { json!("hidden") } else { Value::String(key) }
                }),
            };
            group.insert(by.as_str().to_owned(), shown);
        }
        Row { group, block }
    };
    Ok(rows.into_iter().map(row).collect())
}

impl Group {
    fn is_record(self) -> bool {
        matches!(self, Self::Project | Self::Client | Self::Team | Self::Person)
    }
}

fn ids<K>(keys: &[&str]) -> Vec<Id<K>> {
    keys.iter().filter_map(|key| key.parse().ok()).collect()
}

async fn lookup(call: &mut Call<'_, Read>, group: Group, keys: &[&str]) -> Result<HashMap<String, Value>, Error> {
    let within = call.within();
    let keyed = |kind, number, name: String| json!({ "key": views::key(kind, number), "name": name });
    Ok(match group {
        Group::Project => {
            let ids: Vec<ProjectId> = ids(keys);
            let found = projects::details(call.conn(), within, ProjectKeys::Ids(&ids)).await?;
            found.into_iter().map(|it| (it.id.to_string(), keyed(KeyKind::Project, it.number, it.name))).collect()
        }
        Group::Client => {
            let ids: Vec<ContactId> = ids(keys);
            let found = contacts::details(call.conn(), within, ContactKeys::Ids(&ids)).await?;
            found.into_iter().map(|it| (it.id.to_string(), keyed(KeyKind::Contact, it.number, it.name))).collect()
        }
        Group::Team => {
            let ids: Vec<TeamId> = ids(keys);
            let found = directory::teams_by_id(call.conn(), within, &ids).await?;
            found.into_iter().map(|it| (it.id.to_string(), json!({ "id": it.id, "name": it.name }))).collect()
        }
        Group::Person => {
            let ids: Vec<PersonId> = ids(keys);
            let found = directory::members(call.conn(), within, &ids).await?;
            found.into_iter().map(|it| (it.id.to_string(), json!({ "id": it.id, "name": it.name }))).collect()
        }
        _ => HashMap::new(),
    })
}
