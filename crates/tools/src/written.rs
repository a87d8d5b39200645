//! What a write answers: for each record its id, key, version and what changed, not the whole record (TOOLS.md W7).

use std::collections::BTreeMap;

use lavori_domain::changes::{Operation, RecordKind};
use lavori_domain::{Id, Key, KeyKind, ProjectId, TeamId};
use lavori_store::changes::Change;
use schemars::JsonSchema;
use serde::Serialize;

use crate::access::Write;
use crate::applied::Applied;
use crate::call::Call;
use crate::fields::{Fields, FromTo};

/// The answer of a write. `X` is what a tool adds to each result.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Written<X: JsonSchema> {
    /// What became of each item, in the order of the call.
    results: Vec<Outcome<X>>,
    /// This is the answer of an earlier call: nothing was done again.
    replayed: bool,
    /// Nothing was done: this is what would happen.
    dry_run: bool,
    /// What was done and may not be meant so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
    /// What this covers.
    applied: Applied,
}

impl<X: JsonSchema> Written<X> {
    /// Makes the answer. Taken last: it holds what was resolved until now.
    pub fn new(call: &mut Call<'_, Write>, results: Vec<Outcome<X>>, warnings: Vec<Warning>) -> Self {
        Self { results, replayed: false, dry_run: call.options().dry_run, warnings, applied: call.applied() }
    }
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Became {
    /// It is new.
    Created,
    /// It changed.
    Updated,
    /// It was so already.
    Unchanged,
}

/// What became of one item.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Outcome<X: JsonSchema> {
    /// The item's place in the call, from 0.
    pub index: usize,
    /// What became of it.
    pub status: Became,
    /// Its id.
    pub id: String,
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its name or title.
    pub title: String,
    /// Its version now.
    pub version: i32,
    /// Where a person sees it.
    pub url: String,
    /// What changed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub changed: BTreeMap<&'static str, FromTo>,
    /// What the tool adds.
    #[serde(flatten)]
    pub more: X,
}

impl<X: JsonSchema> Outcome<X> {
    /// The same result of a tool that adds something else.
    pub(crate) fn with<Y: JsonSchema>(self, more: impl FnOnce(X) -> Y) -> Outcome<Y> {
        let Self { index, status, id, key, title, version, url, changed, more: added } = self;
        Outcome { index, status, id, key, title, version, url, changed, more: more(added) }
    }
}

/// Nothing is added.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct NoMore {}

/// Something that was done and may not be meant so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Warning {
    /// What kind.
    pub code: &'static str,
    /// What is to be thought about, in our own words.
    pub message: String,
    /// The item's place in the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// The records it is about: keys, or ids of those without one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<String>,
}

/// The record that a write touched, as it is afterwards.
#[derive(Debug, Clone)]
pub struct Touched<'a> {
    /// What it is.
    pub kind: RecordKind,
    /// Its id.
    pub id: Id<()>,
    /// Its key, if it has one.
    pub key: Option<Key>,
    /// Its name or title.
    pub title: &'a str,
    /// Its version after the write.
    pub version: i32,
    /// The team it belongs to by itself.
    pub team: Option<TeamId>,
    /// The project it is part of; a project: itself.
    pub project: Option<ProjectId>,
}

impl<'a> Touched<'a> {
    /// A record without team and project.
    pub fn new<K>(kind: RecordKind, id: Id<K>, title: &'a str, version: i32) -> Self {
        Self { kind, id: id.uuid().into(), key: None, title, version, team: None, project: None }
    }

    /// The same, with the number in its key.
    #[must_use]
    pub fn number(self, kind: KeyKind, number: i64) -> Self {
        Self { key: Some(Key { kind, number }), ..self }
    }

    /// The same, of this team.
    #[must_use]
    pub fn team(self, team: Option<TeamId>) -> Self {
        Self { team, ..self }
    }

    /// The same, of this project.
    #[must_use]
    pub fn project(self, project: Option<ProjectId>) -> Self {
        Self { project, ..self }
    }
}

impl Call<'_, Write> {
    /// Notes that a record was created, for the change feed and the audit log, and makes its result.
    pub fn created<X: JsonSchema>(
        &mut self,
        index: usize,
        touched: &Touched<'_>,
        fields: &Fields,
        more: X,
    ) -> Outcome<X> {
        self.change(touched, Operation::Created, fields);
        // What was asked for is what is there: only an update tells what changed.
        self.outcome(index, touched, Became::Created, BTreeMap::new(), more)
    }

    /// Notes that a record was updated, and makes its result. Without a changed field it is unchanged, and nothing is
    /// noted: its version must be what it was then.
    pub fn updated<X: JsonSchema>(
        &mut self,
        index: usize,
        touched: &Touched<'_>,
        fields: &Fields,
        more: X,
    ) -> Outcome<X> {
        if fields.is_empty() {
            return self.outcome(index, touched, Became::Unchanged, BTreeMap::new(), more);
        }
        self.change(touched, Operation::Updated, fields);
        self.outcome(index, touched, Became::Updated, fields.changed(), more)
    }

    /// Notes a change of a record that has no result of its own, such as a phase of a project.
    pub fn change(&mut self, touched: &Touched<'_>, operation: Operation, fields: &Fields) {
        let key = touched.key.map(|key| key.to_string());
        self.changed(key.clone().unwrap_or_else(|| touched.id.to_string()));
        self.changes.push(Change {
            kind: touched.kind,
            record: touched.id,
            key,
            title: touched.title.to_owned(),
            version: touched.version,
            operation,
            team: touched.team,
            project: touched.project,
            fields: fields.kept(),
        });
    }

    fn outcome<X: JsonSchema>(
        &self,
        index: usize,
        touched: &Touched<'_>,
        status: Became,
        changed: BTreeMap<&'static str, FromTo>,
        more: X,
    ) -> Outcome<X> {
        let key = touched.key.map(|key| key.to_string());
        let url = match &key {
            Some(key) => self.links.to_record(touched.kind, key),
            None => self.links.to_record(touched.kind, &touched.id),
        };
        Outcome {
            index,
            status,
            id: touched.id.to_string(),
            key,
            title: touched.title.to_owned(),
            version: touched.version,
            url,
            changed,
            more,
        }
    }
}
