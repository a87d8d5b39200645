//! `get_load_in`: a tool of the other server's own, over what only that server knows.

use std::collections::HashMap;

use lavori_policy::Scope;
use lavori_tools::effect::Reads;
use lavori_tools::{Applied, Call, Code, Error, Problem, Read, Tool, refs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where trucks unload, by organization and the number in a project's key.
pub(crate) struct Gates(HashMap<(&'static str, i64), (&'static str, &'static str)>);

impl Gates {
    /// Yours come from wherever your data is.
    pub(crate) fn load() -> Self {
        Self(HashMap::from([(("northlight", 1), ("North gate, ramp 2", "06:00"))]))
    }
}

pub(crate) struct GetLoadIn;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// The project: id, key or exact name.
    project: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Output {
    /// The project.
    project: String,
    /// Where trucks unload.
    gate: &'static str,
    /// From when on.
    from: &'static str,
    /// What this covers.
    applied: Applied,
}

impl Tool for GetLoadIn {
    const NAME: &'static str = "get_load_in";
    const TITLE: &'static str = "Load-in of a project";
    const ABOUT: &'static str = "Use to see where and from when on trucks can unload for a project.";
    const SCOPE: Scope = Scope::Read;
    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Output, Error> {
        // Resolved as in our own tools: what the connection may not see is not there.
        let project = refs::project(call, "project", &input.project).await?;
        let (gates, organization) = (call.own::<Gates>()?, call.caller.tenant.slug.as_str());
        let Some((gate, from)) = project.number.and_then(|number| gates.0.get(&(organization, number))) else {
            let unknown = Problem::new(Code::NotFound, "No load-in is known for this project yet.");
            return Err(unknown.field("project").into());
        };
        Ok(Output { project: project.name, gate, from, applied: call.applied() })
    }
}
