//! Items of one call that point at each other before they exist (TOOLS.md W6).

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Problem};

/// What items are called by each other: `ref` is `rig` or `#rig`, and others say `#rig`.
#[derive(Debug, Default)]
pub(crate) struct ItemNames(HashMap<String, usize>);

impl ItemNames {
    /// Reads the names that the items of the argument `list` give themselves.
    pub(crate) fn read<'a>(list: &str, names: impl Iterator<Item = Option<&'a str>>, problems: &mut Problems) -> Self {
        let mut known = HashMap::new();
        for (index, name) in names.enumerate() {
            let Some(name) = name else { continue };
            if known.insert(bare(name).to_owned(), index).is_some() {
                let problem = Problem::new(Code::InvalidArgument, "Another item of this call has the same ref.");
                problems.add(problem.field(format!("{list}[{index}].ref")).got(&name.into()));
            }
        }
        Self(known)
    }

    /// The item that `text` names. `None`: it does not name one, but a record.
    ///
    /// # Errors
    /// When no item has this name.
    pub(crate) fn find(&self, argument: &str, text: &str) -> Option<Result<usize, Problem>> {
        let name = text.trim().strip_prefix('#')?;
        Some(self.0.get(name).copied().ok_or_else(|| {
            let mut allowed: Vec<String> = self.0.keys().map(|name| format!("#{name}")).collect();
            allowed.sort();
            Problem::new(Code::InvalidArgument, "No item of this call has this ref.")
                .field(argument)
                .got(&text.into())
                .allowed(allowed)
        }))
    }
}

fn bare(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix('#').unwrap_or(name)
}

impl Call<'_, Write> {
    /// The arguments of this very call, told to create even what looks like a duplicate.
    pub(crate) fn with_duplicates(&self) -> Map<String, Value> {
        let mut arguments = self.arguments.as_object().cloned().unwrap_or_default();
        arguments.insert("allow_duplicates".to_owned(), Value::Bool(true));
        if let Some(key) = &self.options().request_key {
            arguments.insert("request_key".to_owned(), key.clone().into());
        }
        if self.options().dry_run {
            arguments.insert("dry_run".to_owned(), Value::Bool(true));
        }
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w6_items_are_found_by_their_refs_and_nothing_else_is_one() {
        let mut problems = Problems::default();
        let names = ItemNames::read("tasks", [Some("rig"), None, Some("#2")].into_iter(), &mut problems);
        assert!(problems.told().is_ok());
        assert_eq!(names.find("parent", "#rig").unwrap().unwrap(), 0);
        assert_eq!(names.find("parent", " #2").unwrap().unwrap(), 2);
        assert!(names.find("parent", "rig").is_none() && names.find("parent", "T-12").is_none());
        let problem = names.find("parent", "#tune").unwrap().unwrap_err();
        assert_eq!(problem.allowed, ["#2", "#rig"]);
        let mut problems = Problems::default();
        ItemNames::read("tasks", [Some("a"), Some("#a")].into_iter(), &mut problems);
        assert!(problems.told().is_err());
    }
}
