//! Tasks: their assignees.

use lavori_domain::RecordType;
use lavori_domain::TaskId;
use lavori_domain::id::kind;

use super::{Assign, More};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::held_task::{gone, hold};
use crate::error::Error;
use crate::written::Outcome;

pub(super) async fn assign(
    call: &mut Call<'_, Write>,
    items: Vec<Assign<kind::Task>>,
) -> Result<Vec<Outcome<More>>, Error> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let zone = call.zone();
    let ids: Vec<TaskId> = items.iter().map(|item| item.id).collect();
    let mut held = hold(call, &ids).await?;
    let (mut problems, mut results) = (Problems::default(), Vec::new());
    for item in items {
        let Some(mut held) = held.remove(&item.id) else {
            problems.add(gone(&item.at("id"), &item.text, RecordType::Task));
            continue;
        };
        let argument = item.at("version");
        held.to.assignees = item.how.of(&held.from.assignees, |(id, _)| *id);
        let (fields, more) = (held.fields(zone)?, More::of(&held.to.assignees));
        let version = (argument.as_str(), item.version);
        let result = held.write(call, item.index, version, fields, None, more).await;
        results.extend(problems.keep(result)?);
    }
    problems.told()?;
    Ok(results)
}
