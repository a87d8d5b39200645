//! The Tasks extension: calls that go on after their answer (`ext-tasks`).
//!
//! rmcp keeps the tasks in memory and knows no owner of them, which is enough for a fixture and for nothing else.

use std::time::Duration;

use rmcp::{
    ErrorData, RoleServer,
    model::{CallToolResponse, CallToolResult, ClientCapabilities, ContentBlock, CreateTaskResult, JsonObject},
    service::RequestContext,
    task_manager::{TaskContext, TaskExit, TaskFuture, TaskManager, TaskOptions},
};
use serde_json::Value;

use super::{
    content::text,
    input::{parse, question},
};

/// How often a client is asked to look, in milliseconds.
const POLL: u64 = 100;

/// The answer of one of these tools, where `name` is one.
pub(super) async fn call(
    tasks: &TaskManager,
    name: &str,
    arguments: &JsonObject,
    context: &RequestContext<RoleServer>,
) -> Option<Result<CallToolResponse, ErrorData>> {
    let takes_tasks = context.client_capabilities().is_some_and(|client| client.supports_tasks());
    let argument = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let work: Box<dyn FnOnce(TaskContext) -> TaskFuture + Send> = match name {
        "greet" => return Some(Ok(text(format!("Hello, {}!", argument("name"))).into())),
        "slow_compute" => {
            let seconds = arguments.get("seconds").and_then(Value::as_f64).unwrap_or_default();
            let Ok(time) = Duration::try_from_secs_f64(seconds) else {
                return Some(Err(ErrorData::invalid_params("seconds must be a number that is not negative.", None)));
            };
            let done = text(format!("{} took {seconds} seconds.", argument("label")));
            if !takes_tasks {
                // This one can do without, the others cannot.
                tokio::time::sleep(time).await;
                return Some(Ok(done.into()));
            }
            Box::new(move |task| Box::pin(slow(task, time, done)))
        }
        "failing_job" => Box::new(|_| Box::pin(async { Ok(fails()) })),
        "protocol_error_job" => {
            Box::new(|_| Box::pin(async { Err(ErrorData::internal_error("The job broke.", None).into()) }))
        }
        "confirm_delete" => {
            let file = argument("filename");
            Box::new(|task| Box::pin(confirm(task, file)))
        }
        "multi_input" => Box::new(|task| Box::pin(two_at_once(task))),
        "test_tool_with_task" => {
            let greeting = text(format!("Hello, {}!", argument("name")));
            Box::new(|_| Box::pin(async { Ok(greeting) }))
        }
        _ => return None,
    };
    if !takes_tasks {
        let needed = ClientCapabilities::builder().enable_tasks().build();
        return Some(Err(ErrorData::missing_required_client_capability(needed)));
    }
    let task = tasks.spawn(TaskOptions::new().with_poll_interval_ms(POLL), work);
    Some(Ok(CallToolResponse::Task(CreateTaskResult::new(task))))
}

async fn slow(task: TaskContext, time: Duration, done: CallToolResult) -> Result<CallToolResult, TaskExit> {
    tokio::select! {
        () = task.cancelled() => Err(TaskExit::Cancelled),
        () = tokio::time::sleep(time) => Ok(done),
    }
}

fn fails() -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text("The job failed.")])
}

async fn confirm(task: TaskContext, what: String) -> Result<CallToolResult, TaskExit> {
    let asked = parse(question(&format!("Go on with {what}?"), "confirm", "boolean"))?;
    let answer = task.request_input("confirm", asked).await?;
    Ok(text(if answer["content"]["confirm"] == true { format!("{what}: done.") } else { format!("{what}: left.") }))
}

async fn two_at_once(task: TaskContext) -> Result<CallToolResult, TaskExit> {
    let ask = async |key: &str| {
        let asked = parse(question("What is your name?", "name", "string"))?;
        task.request_input(key, asked).await
    };
    let (first, second) = futures_util::future::try_join(ask("first"), ask("second")).await?;
    Ok(text(format!("{} and {}.", first["content"]["name"], second["content"]["name"])))
}
