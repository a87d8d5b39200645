//! `preview_write`: the real tool, run in a transaction that is undone (TOOLS.md W5).

use serde_json::{Map, Value, json};

use super::write::Ended;
use super::{Answer, InvokeError, Recorded, Registry};
use crate::error::{Code, Error, Problem};
use crate::input;
use crate::tool::{Compiled, Run};
use crate::writing::{DRY_RUN, Options};

impl Registry {
    /// Tries the write that `arguments` name. The answer is the write's own, and the call that would do it.
    pub(super) async fn preview(
        &self,
        recorded: &Recorded<'_>,
        arguments: &Value,
    ) -> Result<Result<String, Error>, InvokeError> {
        let caller = recorded.caller;
        let name = arguments.get("tool").and_then(Value::as_str).unwrap_or_default();
        let shown = |compiled: &&Compiled| {
            matches!(compiled.tool.run, Run::Write(_)) && caller.scopes.contains(compiled.tool.scope)
        };
        let Some(compiled) = self.find(name).filter(shown) else {
            let names: Vec<&str> = self.tools.iter().filter(shown).map(|compiled| compiled.tool.name).collect();
            let problem = Problem::new(Code::WrongTool, "Not a tool that writes, as this connection may call it.");
            let problem = problem.field("tool").got(&name.into()).allowed(input::nearest_first(name, &names));
            return Ok(Err(problem.into()));
        };
        let asked = match arguments.get("arguments") {
            Some(Value::Object(asked)) => asked.clone(),
            _ => Map::new(),
        };
        let check = compiled.check(caller.tenant.team.is_some());
        let (mut checked, run) = match (check.read(asked), compiled.tool.run) {
            (Ok(checked), Run::Write(run)) => (checked, run),
            (Err(problems), _) => return Ok(Err(Error::Refused(inside(problems)))),
            (_, Run::Read(_) | Run::Preview) => unreachable!("only tools that write were looked for"),
        };
        let mut call = checked.clone();
        if let Value::Object(call) = &mut call {
            call.remove(DRY_RUN);
        }
        let options = Options { dry_run: true, ..Options::take(&mut checked) };
        let outcome = match self.write(recorded, &compiled.tool, run, options, &checked).await? {
            Ended::Undone(_, Ok(answer)) => answer,
            Ended::Undone(_, Err(Error::Refused(problems))) => return Ok(Err(Error::Refused(inside(problems)))),
            Ended::Undone(_, Err(error)) => return Ok(Err(error)),
            Ended::Committed(Answer { .. }) => unreachable!("a dry run commits nothing"),
        };
        let mut answer: Map<String, Value> = match serde_json::from_str(&outcome) {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(Error::Internal(Box::new(error)))),
        };
        let applied = answer.remove("applied").unwrap_or_default();
        let preview = json!({
            "preview": answer,
            "call": { "tool": compiled.tool.name, "arguments": call },
            "applied": applied,
        });
        Ok(crate::json::write(&preview).map_err(|error| Error::Internal(Box::new(error))))
    }
}

/// The problems of the previewed call, as the fields of this one.
fn inside(problems: Vec<Problem>) -> Vec<Problem> {
    problems
        .into_iter()
        .map(|mut problem| {
            problem.field = problem.field.map(|field| format!("arguments.{field}"));
            problem
        })
        .collect()
}
