//! What clients are shown of the tools: made once for each set of scopes, the same bytes every time (TOOLS.md T4).

use std::sync::Arc;

use lavori_policy::{Caller, Scopes};
use serde_json::{Map, Value};

use crate::app_view::AppView;
use crate::effect::Hints;
use crate::tool::Compiled;

/// A tool as clients see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Its name for programs.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// When and how to use it.
    pub description: &'static str,
    /// The schema of its arguments.
    pub input_schema: Arc<Map<String, Value>>,
    /// The schema of its answer.
    pub output_schema: Arc<Map<String, Value>>,
    /// What it may do.
    pub hints: Hints,
    /// The page that shows people its answers.
    pub view: Option<&'static AppView>,
}

/// The tools that one set of scopes shows, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolSet {
    tools: Vec<Description>,
}

impl ToolSet {
    /// The tools, in order.
    pub fn tools(&self) -> &[Description] {
        &self.tools
    }

    /// The tools that `scopes` show, for connections to a whole organization or narrowed to a team.
    pub(crate) fn new(tools: &[Compiled], scopes: Scopes, narrowed: bool) -> Self {
        let tools = tools
            .iter()
            .filter(|compiled| scopes.contains(compiled.tool.scope))
            .map(|compiled| Description {
                name: compiled.tool.name,
                title: compiled.tool.title,
                description: compiled.tool.about,
                input_schema: Arc::clone(compiled.check(narrowed).schema()),
                output_schema: Arc::clone(&compiled.output),
                hints: compiled.tool.effect.hints(),
                view: compiled.tool.view,
            })
            .collect();
        Self { tools }
    }
}

/// The set of tools for each of the kinds of connections that there can be.
#[derive(Debug)]
pub(crate) struct ToolSets {
    sets: Vec<(Scopes, bool, ToolSet)>,
}

impl ToolSets {
    pub(crate) fn new(tools: &[Compiled]) -> Self {
        let kinds = Scopes::ALL.into_iter().flat_map(|scopes| [(scopes, false), (scopes, true)]);
        Self {
            sets: kinds.map(|(scopes, narrowed)| (scopes, narrowed, ToolSet::new(tools, scopes, narrowed))).collect(),
        }
    }

    pub(crate) fn of(&self, scopes: Scopes, narrowed: bool) -> &ToolSet {
        self.sets
            .iter()
            .find(|(of_scopes, of_narrowed, _)| (*of_scopes, *of_narrowed) == (scopes, narrowed))
            .map(|(_, _, set)| set)
            .expect("there is a set for every kind of connection")
    }

    pub(crate) fn of_caller(&self, caller: &Caller) -> &ToolSet {
        self.of(caller.scopes, caller.tenant.team.is_some())
    }
}
