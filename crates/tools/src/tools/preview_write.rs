//! `preview_write`: what a write would do. The registry runs it: it needs the other tools.

use lavori_policy::Scope;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::applied::Applied;
use crate::effect::EffectKind;
use crate::schema;
use crate::tool::{Registered, Run};

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "the registry reads the arguments; this is their schema")]
struct Input {
    /// The tool that writes.
    tool: String,
    /// The arguments it would get.
    #[schemars(extend("additionalProperties" = true))]
    arguments: Map<String, Value>,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// What the tool would answer: results, changes, totals and warnings. Ids, keys and numbers are taken when it is
    /// really called.
    preview: Map<String, Value>,
    /// The call that would do it.
    call: CallToSend,
    /// What this covers.
    applied: Applied,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct CallToSend {
    tool: String,
    arguments: Map<String, Value>,
}

/// Makes it ready for a registry.
pub(crate) fn preview_write() -> Registered {
    Registered {
        name: "preview_write",
        title: "Preview a change",
        about: "Use to see what a writing tool would do, with every check, before doing it. Nothing is changed.",
        scope: Scope::Write,
        effect: EffectKind::Read,
        aliases: &[],
        input: schema::of_input::<Input>,
        output: schema::of_output::<Output>,
        renamed: &[],
        allows_duplicates: false,
        view: None,
        run: Run::Preview,
    }
}
