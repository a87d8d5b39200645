//! Versions: a stale one conflicts only when the same fields changed since, unless it is a document (TOOLS.md W4).

use lavori_domain::Id;
use lavori_domain::changes::RecordKind;
use lavori_store::changes;
use serde_json::{Map, Value, json};

use crate::access::Write;
use crate::call::Call;
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;

/// How a stale version is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strict {
    /// It conflicts when one of the same fields changed since.
    No,
    /// It conflicts whatever changed since.
    Yes,
}

impl Call<'_, Write> {
    /// Checks the version that an update was made from against the record's `current` one. `argument` is where it was
    /// given; none given: the update means the record as it is.
    ///
    /// # Errors
    /// `version_conflict` with what changed since, by whom and when; or when the database is out of reach.
    pub async fn check_version<K>(
        &mut self,
        argument: &str,
        (kind, id): (RecordKind, Id<K>),
        given: Option<i32>,
        current: i32,
        fields: &Fields,
        strict: Strict,
    ) -> Result<(), Error> {
        let Some(given) = given.filter(|given| *given != current) else { return Ok(()) };
        let since = match given < current {
            true => {
                let organization = self.caller.tenant.organization;
                changes::since(self.conn(), organization, id.uuid().into(), given).await?
            }
            false => Vec::new(),
        };
        // Each version has its change, but for what was there before the feed: then nobody knows what changed.
        let known = i32::try_from(since.len()).is_ok_and(|changes| changes == current - given);
        let same = |change: &changes::Since| fields.names().any(|name| change.fields.get(name).is_some());
        if strict == Strict::No && known && !since.iter().any(same) {
            return Ok(());
        }
        let mut now = Map::new();
        now.insert("version".to_owned(), current.into());
        if let Some(last) = since.last() {
            now.insert("changed_at".to_owned(), self.zone().rfc3339(last.occurred_at).into());
            now.insert("changed_by".to_owned(), last.by.clone().into());
        }
        let mut values = Map::new();
        for change in &since {
            for (name, value) in change.fields.as_object().into_iter().flatten() {
                // What names other records may be hidden from this connection: only that it changed is told.
                let refers = value.get("refers").is_some();
                let told = if refers { json!("changed") } else { value.get("to").cloned().unwrap_or(json!("cleared")) };
                values.insert(name.clone(), told);
            }
        }
        if !values.is_empty() {
            now.insert("fields".to_owned(), Value::Object(values));
        }
        let problem = Problem::new(
            Code::VersionConflict,
            "The record changed since the version that this was made from: see `current`, read it again, and decide anew.",
        );
        let problem = problem.field(argument).got(&given.into()).current(Value::Object(now));
        if kind == RecordKind::Payment {
            // It stands with its invoice.
            return Err(problem.into());
        }
        let mut arguments = Map::new();
        arguments.insert("id".to_owned(), id.to_string().into());
        Err(problem.next("fetch", arguments).into())
    }
}
