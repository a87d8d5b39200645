//! Budgets.

use lavori_domain::{RecordType, TimeZone, Timestamp};
use lavori_store::budgets::{BudgetDetail, Totals};

use super::record::Record;
use crate::error::Error;
use crate::links::Links;
use crate::tools::list_budgets::{self, Shown};

impl Record {
    /// A budget without its lines.
    pub(crate) fn of_budget(
        detail: BudgetDetail,
        totals: Totals,
        links: Links<'_>,
        (zone, now): (TimeZone, Timestamp),
    ) -> Result<Self, Error> {
        let allowed = detail.budget.status.allowed_transitions();
        let row = list_budgets::row(detail, totals, Vec::new(), Shown { full: true, zone, now })?;
        Ok(Self {
            status: row.status.map(|status| status.to_string()),
            allowed_transitions: Some(allowed.iter().map(|to| to.as_str()).collect()),
            version: row.version,
            project: row.project,
            team: row.team,
            hidden: row.hidden,
            start: row.start,
            end: row.end,
            currency: row.currency,
            planned: row.planned,
            committed: row.committed,
            actual: row.actual,
            remaining: row.remaining,
            available: row.available,
            burn_percent: row.burn_percent,
            expected_burn_percent: row.expected_burn_percent,
            over_budget: row.over_budget,
            forecast: row.forecast,
            planned_minutes: row.planned_minutes,
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
            ..Self::new(RecordType::Budget, row.id, Some(row.key), row.name.unwrap_or_default(), links)
        })
    }
}
