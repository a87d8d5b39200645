//! Tasks: any open status may follow any other, ended ones reopen; done waits for what blocks it, unless told why not.

use std::collections::HashMap;

use lavori_domain::RecordType;
use lavori_domain::id::kind;
use lavori_domain::tasks::TaskStatus;
use lavori_domain::{KeyKind, TaskId};
use lavori_store::tasks::{self, TaskKeys};

use super::{More, Move, Moved};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::held_task::{check_done, gone, hold};
use crate::error::Error;
use crate::views;

pub(super) async fn change(call: &mut Call<'_, Write>, moves: Vec<Move<kind::Task>>) -> Result<Moved, Error> {
    if moves.is_empty() {
        return Ok(Moved::default());
    }
    let (now, zone) = (call.now(), call.zone());
    let ids: Vec<TaskId> = moves.iter().map(|task| task.id).collect();
    let mut held = hold(call, &ids).await?;
    let mut problems = Problems::default();
    let (mut results, mut must_be_free, mut ended) = (Vec::new(), Vec::new(), Vec::new());
    for task in moves {
        let Some(mut held) = held.remove(&task.id) else {
            problems.add(gone(&task.at("id"), &task.text, RecordType::Task));
            continue;
        };
        let Some(status) = task.word(TaskStatus::ALL, TaskStatus::as_str, &mut problems) else { continue };
        held.move_to(&task.at("to"), status, now, &mut problems);
        if held.gets_done() && task.reason.is_none() {
            must_be_free.push((task.at("to"), task.id));
        }
        if held.before.status.is_open() && !held.task.status.is_open() {
            ended.push(task.id);
        }
        let fields = held.fields(zone)?;
        let argument = task.at("version");
        let version = (argument.as_str(), task.version);
        let result = held.write(call, task.index, version, fields, task.reason.as_deref(), More::default()).await;
        results.extend(problems.keep(result)?.map(|result| (task.id, result)));
    }
    problems.told()?;
    check_done(call, &must_be_free).await?;
    let mut unblocked = unblocked(call, &ended).await?;
    let results = results.into_iter().map(|(id, mut result)| {
        result.more.unblocked = unblocked.remove(&id).unwrap_or_default();
        result
    });
    Ok(Moved { results: results.collect(), ..Moved::default() })
}

/// The keys of the open tasks that waited for each of the ended ones, and wait for nothing any more.
async fn unblocked(call: &mut Call<'_, Write>, ended: &[TaskId]) -> Result<HashMap<TaskId, Vec<String>>, Error> {
    let (organization, within) = (call.caller.tenant.organization, call.within());
    let mut unblocked: HashMap<TaskId, Vec<String>> = HashMap::new();
    let waited: Vec<(TaskId, TaskId)> = tasks::waiting_for(call.conn(), within, ended)
        .await?
        .into_iter()
        .filter_map(|(blocker, task)| task.map(|(task, _, _)| (blocker, task)))
        .collect();
    if waited.is_empty() {
        return Ok(unblocked);
    }
    let ids: Vec<TaskId> = waited.iter().map(|(_, task)| *task).collect();
    let blocked = tasks::open_blockers(call.conn(), organization, &ids).await?;
    let lines: HashMap<TaskId, _> = tasks::details(call.conn(), within, TaskKeys::Ids(&ids))
        .await?
        .into_iter()
        .map(|detail| (detail.line.id, detail.line))
        .collect();
    for (blocker, task) in waited {
        let line = lines.get(&task).filter(|line| line.status.is_open() && !blocked.contains_key(&task));
        if let Some(line) = line {
            unblocked.entry(blocker).or_default().push(views::key(KeyKind::Task, line.number));
        }
    }
    Ok(unblocked)
}
