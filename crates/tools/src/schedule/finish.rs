//! The end of a change of entries: versions, conflicts, results.

use lavori_domain::changes::Operation;

use super::plan::Done;
use super::written::{self, After, MOST_CONFLICTS, More};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::Error;
use crate::versions::Strict;
use crate::written::{Outcome, Warning};

/// Checks what was written, and tells it: a result for each entry, in their order, and what to think about. `list` is
/// the argument that the entries stand in.
///
/// # Errors
/// `version_conflict`, or `schedule_conflict` when somebody would have two planned shifts at the same time.
pub(crate) async fn finish(
    call: &mut Call<'_, Write>,
    list: &str,
    written: &[Done],
) -> Result<(Vec<Outcome<More>>, Vec<Warning>), Error> {
    let mut problems = Problems::default();
    let mut each = Vec::with_capacity(written.len());
    for done in written {
        let mut fields = done.after.entry.fields(Some(&done.before))?;
        if !fields.is_empty() {
            fields.first("reason", &done.asked.reason)?;
        }
        let argument = format!("{list}[{}].version", done.after.index);
        let touched = done.before.touched();
        let (record, given) = ((touched.kind, touched.id), done.asked.version);
        problems.keep(call.check_version(&argument, record, given, touched.version, &fields, Strict::No).await)?;
        each.push(fields);
    }
    let entries: Vec<&After> =
        written.iter().flat_map(|done| std::iter::once(&done.after).chain(&done.detached)).collect();
    let found = problems.keep(written::conflicts(call, list, &entries).await)?;
    problems.told()?;
    // Nothing was found only if there was a problem.
    let truncated = found.as_ref().is_some_and(|found| found.truncated);
    let mut found = found.into_iter().flat_map(|found| found.each);
    let (mut results, mut warnings) = (Vec::with_capacity(written.len()), Vec::new());
    warnings.extend(truncated.then(written::unseen));
    for (done, fields) in written.iter().zip(&each) {
        let (mut conflicts, mut conflicting) = (Vec::new(), Vec::new());
        for (after, more) in std::iter::once(&done.after).chain(&done.detached).zip(&mut found) {
            conflicting.extend((!more.is_empty()).then(|| after.entry.key()));
            conflicts.extend(more);
        }
        conflicts.truncate(MOST_CONFLICTS);
        if !conflicting.is_empty() {
            warnings.push(written::warning(done.after.index, conflicting));
        }
        let mut split = None;
        if let Some(part) = &done.detached {
            call.change(&part.entry.touched(), Operation::Created, &part.entry.fields(None)?);
            split = Some(part.entry.key());
        }
        let more = More { conflicts, split };
        results.push(call.updated(done.after.index, &done.after.entry.touched(), fields, more));
    }
    Ok((results, warnings))
}
