//! The fields of a record that a write changes: from what to what.

use std::collections::BTreeMap;

use lavori_domain::Id;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::Error;
use crate::schema::value_of_a_field;

/// One field, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct FromTo {
    /// What it was. Not there: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "value_of_a_field")]
    pub from: Option<Value>,
    /// What it is. Not there: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "value_of_a_field")]
    pub to: Option<Value>,
}

/// The fields that change, by name. Fields that stay as they are do not get in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields(BTreeMap<&'static str, (FromTo, bool)>);

impl Fields {
    /// No field.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a field, if it changes. What serializes to nothing, an empty list or an empty text is nothing.
    ///
    /// # Errors
    /// When a value cannot be JSON.
    pub fn set<T: Serialize + PartialEq + ?Sized>(
        &mut self,
        name: &'static str,
        from: &T,
        to: &T,
    ) -> Result<(), Error> {
        if from != to {
            self.0.insert(name, (FromTo { from: value(from)?, to: value(to)? }, false));
        }
        Ok(())
    }

    /// Notes a field of a new record, if there is anything in it.
    ///
    /// # Errors
    /// When the value cannot be JSON.
    pub fn first<T: Serialize + ?Sized>(&mut self, name: &'static str, to: &T) -> Result<(), Error> {
        if let Some(to) = value(to)? {
            self.0.insert(name, (FromTo { from: None, to: Some(to) }, false));
        }
        Ok(())
    }

    /// Notes a field that names another record by id and name, if it changes. Whoever reads the feed narrowed to a team
    /// is not told which.
    pub fn refer<K>(&mut self, name: &'static str, from: Option<(Id<K>, &str)>, to: Option<(Id<K>, &str)>) {
        if from.map(|(id, _)| id) != to.map(|(id, _)| id) {
            let shown =
                |reference: Option<(Id<K>, &str)>| reference.map(|(id, name)| json!({ "id": id, "name": name }));
            self.0.insert(name, (FromTo { from: shown(from), to: shown(to) }, true));
        }
    }

    /// The same for a field that names several records. Their order does not matter.
    pub fn refer_to_all<K>(&mut self, name: &'static str, from: &[(Id<K>, String)], to: &[(Id<K>, String)]) {
        let shown = |all: &[(Id<K>, String)]| {
            let mut all: Vec<&(Id<K>, String)> = all.iter().collect();
            all.sort_by_key(|(id, _)| *id);
            let list: Vec<Value> = all.into_iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
            (!list.is_empty()).then_some(Value::Array(list))
        };
        let change = FromTo { from: shown(from), to: shown(to) };
        if change.from != change.to {
            self.0.insert(name, (change, true));
        }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// From what to what, by name.
    pub(crate) fn changed(&self) -> BTreeMap<&'static str, FromTo> {
        self.0.iter().map(|(name, (change, _))| (*name, change.clone())).collect()
    }

    /// As the change feed keeps them: what names other records is marked.
    pub(crate) fn kept(&self) -> Value {
        let kept = self.0.iter().map(|(name, (change, refers))| {
            let mut kept = json!(change);
            if *refers {
                kept["refers"] = Value::Bool(true);
            }
            ((*name).to_owned(), kept)
        });
        Value::Object(kept.collect())
    }
}

fn value<T: Serialize + ?Sized>(value: &T) -> Result<Option<Value>, Error> {
    let value = serde_json::to_value(value).map_err(|error| Error::Internal(Box::new(error)))?;
    let nothing = match &value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    Ok((!nothing).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::TaskId;
    use lavori_domain::env::TestEnv;

    #[test]
    fn w7_only_what_changes_gets_in_and_nothing_is_never_null() {
        let env = TestEnv::default();
        let (one, other) = (TaskId::new(&env), TaskId::new(&env));
        let mut fields = Fields::new();
        fields.set("title", "a", "a").unwrap();
        fields.set("due", &Some("2026-11-23"), &None).unwrap();
        fields.first("tags", &Vec::<String>::new()).unwrap();
        fields.refer("parent", Some((one, "One")), Some((one, "Renamed")));
        fields.refer_to_all(
            "blocked_by",
            &[(one, "One".into()), (other, "Other".into())],
            &[(other, "Other".into()), (one, "One".into())],
        );
        assert_eq!(json!(fields.changed()), json!({ "due": { "from": "2026-11-23" } }));
        fields.refer("parent", None, Some((one, "One")));
        assert_eq!(fields.kept()["parent"], json!({ "to": { "id": one, "name": "One" }, "refers": true }));
        assert_eq!(fields.names().collect::<Vec<_>>(), ["due", "parent"]);
    }
}
