//! `update_schedule_entries`: events and shifts as they should be; of a series one occurrence, it and all that follow,
//! or all (TOOLS.md D5).

use lavori_policy::Scope;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::effect::Updates;
use crate::error::Error;
use crate::schedule::changed::{Changes, Clear};
use crate::schedule::finish::finish;
use crate::schedule::given::{self, Given};
use crate::schedule::plan::{self, Asked, Plan};
use crate::schedule::row::EntryKind;
use crate::schedule::series_edit::ApplyTo;
use crate::schedule::written::{Kept, More};
use crate::tool::Tool;
use crate::written::Written;

/// `update_schedule_entries`.
pub(crate) struct UpdateScheduleEntries;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// All of them or none.
    #[schemars(length(min = 1, max = 100))]
    entries: Vec<Change>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
struct Change {
    /// Id or key.
    id: String,
    /// As read.
    version: Option<i32>,
    /// Which one of a recurring event, as list_schedule names it.
    occurrence: Option<String>,
    /// Default: this if `occurrence` is given, else all.
    apply_to: Option<ApplyTo>,
    /// Alone it moves the whole entry.
    start: Option<String>,
    /// For whole days the last one.
    end: Option<String>,
    /// When a shift that was worked really began.
    actual_start: Option<String>,
    actual_end: Option<String>,
    #[serde(flatten)]
    given: Given,
    /// What to take away.
    #[serde(default)]
    clear: Vec<Clear>,
}

impl Tool for UpdateScheduleEntries {
    const NAME: &'static str = "update_schedule_entries";
    const TITLE: &'static str = "Update events or shifts";
    const ABOUT: &'static str = "Use to change events and shifts: times, people, status and more. Of a recurring event \
                                 one occurrence, this and all that follow, or all. Says what conflicts.";
    const SCOPE: Scope = Scope::Write;

    type Effect = Updates;
    type Access = Write;
    type Input = Input;
    type Output = Written<More>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<More>, Error> {
        let names: Vec<&str> = input.entries.iter().map(|entry| entry.id.as_str()).collect();
        let found = plan::locate(call, &names).await?;
        let mut problems = Problems::default();
        let mut plans: Vec<Plan> = Vec::with_capacity(found.len());
        for (index, (entry, before)) in input.entries.iter().zip(found).enumerate() {
            let at = format!("entries[{index}]");
            let kind = match &before {
                Kept::Event(_) => EntryKind::Event,
                Kept::Shift(_) => EntryKind::Shift,
            };
            let meant = given::meant(call, &mut problems, &at, kind, &entry.given).await?;
            let changes = Changes {
                at: &at,
                start: entry.start.as_deref(),
                end: entry.end.as_deref(),
                actual: (entry.actual_start.as_deref(), entry.actual_end.as_deref()),
                given: &entry.given,
                meant: &meant,
                clear: &entry.clear,
            };
            let which = (entry.occurrence.as_deref(), entry.apply_to);
            let asked = Asked { version: entry.version, reason: None };
            plans.extend(plan::make(call, &mut problems, (index, asked), &changes, which, before)?);
        }
        problems.told()?;
        plan::settle_projects(call, &mut plans).await?;
        let written = plan::write(call, plans).await?;
        let (results, warnings) = finish(call, "entries", &written).await?;
        Ok(Written::new(call, results, warnings))
    }
}
