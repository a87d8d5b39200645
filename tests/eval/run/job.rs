//! A job, and doing it.

use serde::Deserialize;
use serde_json::Value;

use crate::pointer::filled;
use crate::proof::Proof;
use crate::world::{Room, World};

/// One job.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Job {
    /// Its name on the page.
    pub(crate) job: String,
    /// What the person says.
    pub(crate) says: String,
    /// Who asks: a word of `world.rs`.
    #[serde(rename = "as", default = "ada")]
    pub(crate) who: String,
    /// What a competent model calls for it.
    pub(crate) calls: Vec<Calling>,
    /// What the last answer must show. That there is no such tool is proof enough of what must not be done.
    #[serde(default)]
    pub(crate) proof: Vec<Proof>,
    /// Why it takes more than a job may: a fault of the tools that is known. It fails where that is no longer true.
    #[serde(default)]
    pub(crate) too_much: Option<String>,
    /// Reads that must show it too, and are not part of the job.
    #[serde(default)]
    pub(crate) checked_by: Vec<Check>,
}

/// A call of a job.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calling {
    /// The tool.
    pub(crate) tool: String,
    /// Its arguments.
    pub(crate) with: Value,
    /// The code with which it must be refused.
    #[serde(default)]
    pub(crate) refused: Option<String>,
    /// There is no such tool, or the connection does not have its scope: what [`Room::call`] says then.
    #[serde(default)]
    pub(crate) impossible: Option<String>,
}

/// A read after the job.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Check {
    tool: String,
    with: Value,
    proof: Vec<Proof>,
}

/// What a job took.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) job: String,
    pub(crate) calls: usize,
    pub(crate) bytes: usize,
    /// Bytes of each call.
    pub(crate) each: Vec<usize>,
    pub(crate) too_much: Option<String>,
}

fn ada() -> String {
    "ada".to_owned()
}

/// Does the job in a copy of the world; `shown`: the conversation is printed.
///
/// # Errors
/// When a call goes otherwise than expected, or a proof fails.
pub(crate) async fn run(world: &World, job: &Job, shown: bool) -> Result<Done, String> {
    let room = world.room(job.calls.iter().map(|call| call.tool.as_str()));
    let mut answers: Vec<Value> = Vec::new();
    let mut each = Vec::new();
    for (index, calling) in job.calls.iter().enumerate() {
        let arguments = filled(&calling.with, &answers).map_err(|error| format!("call {index}: {error}"))?;
        let (answer, bytes) = one(&room, &job.who, calling, &arguments).await.map_err(|error| {
            let shown: Vec<String> = answers.iter().map(Value::to_string).collect();
            format!("call {index}, {} {arguments}: {error}\n    after {shown:?}", calling.tool)
        })?;
        let bytes = arguments.to_string().len() + bytes;
        if shown {
            eprintln!("{} {arguments}\n  -> {bytes} bytes\n{answer}\n", calling.tool);
        }
        each.push(bytes);
        answers.push(answer);
    }
    if !job.proof.is_empty() || job.calls.last().is_none_or(|last| last.impossible.is_none()) {
        prove(&job.proof, &answers)?;
    }
    for check in &job.checked_by {
        let arguments = filled(&check.with, &answers)?;
        let (is_error, answer, _) = room.call("ada", &check.tool, &arguments).await?;
        if is_error {
            return Err(format!("{} {arguments}: {answer}", check.tool));
        }
        let mut answers = answers.clone();
        answers.push(answer);
        prove(&check.proof, &answers)?;
    }
    Ok(Done { job: job.job.clone(), calls: each.len(), bytes: each.iter().sum(), each, too_much: job.too_much.clone() })
}

async fn one(room: &Room<'_>, who: &str, calling: &Calling, arguments: &Value) -> Result<(Value, usize), String> {
    let outcome = room.call(who, &calling.tool, arguments).await;
    if let Some(expected) = &calling.impossible {
        return match outcome {
            Err(error) if error == *expected => Ok((Value::Null, error.len())),
            other => Err(format!("not {expected}: {other:?}")),
        };
    }
    let (is_error, answer, bytes) = outcome?;
    match (&calling.refused, is_error) {
        (None, false) => Ok((answer, bytes)),
        (Some(code), true) if answer["code"] == code.as_str() => Ok((answer, bytes)),
        _ => Err(format!("{answer}")),
    }
}

fn prove(proofs: &[Proof], answers: &[Value]) -> Result<(), String> {
    if proofs.is_empty() {
        return Err("nothing is proved".to_owned());
    }
    proofs.iter().try_for_each(|proof| proof.holds(answers))
}
