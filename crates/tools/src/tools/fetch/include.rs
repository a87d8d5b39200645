//! What a fetch adds to its records when asked to: a query or two for each, however many records.

use std::collections::HashMap;

use lavori_domain::{DocumentId, Id, KeyKind, ProjectId, ServiceItemId, TaskId};
use lavori_store::milestones::{self, MilestoneKeys};
use lavori_store::phases::{self, PhaseKeys};
use lavori_store::service_items::{self, ServiceItemKeys};
use lavori_store::{budgets, changes, payments, project_members, projects, related, tasks};
use schemars::JsonSchema;
use serde::Deserialize;

use super::found::Found;
use super::of_billing;
use super::parts::{HistoryEntry, PaymentView, RelatedRecord};
use crate::access::Read;
use crate::call::Call;
use crate::error::Error;
use crate::tools::list_budgets;
use crate::tools::list_changes;
use crate::views::{self, Keyed, Links, Named, some};

/// The latest changes of a record that are told.
const HISTORY: i64 = 10;
/// The most records that point at one which are told.
const RELATED: i64 = 20;

/// What may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline, description = "")]
pub(crate) enum Include {
    Structure,
    Lines,
    Dependencies,
    Assignments,
    Payments,
    History,
    Related,
}

/// What is added to the records.
pub(super) struct Wanted(pub(super) Vec<Include>);

impl Wanted {
    fn has(&self, include: Include) -> bool {
        self.0.contains(&include)
    }
}

impl Found {
    /// Adds what was asked to be included.
    pub(super) async fn add(&mut self, call: &mut Call<'_, Read>, wanted: &Wanted) -> Result<(), Error> {
        if wanted.has(Include::Structure) && !self.projects.is_empty() {
            self.add_structure(call).await?;
        }
        if wanted.has(Include::Lines) {
            self.add_document_lines(call).await?;
            self.add_budget_lines(call).await?;
        }
        if !self.tasks.is_empty() {
            self.add_links(call, wanted).await?;
        }
        if wanted.has(Include::Assignments) {
            self.add_members(call).await?;
        }
        if wanted.has(Include::Payments) {
            self.add_payments(call).await?;
        }
        if wanted.has(Include::History) {
            self.add_history(call).await?;
        }
        if wanted.has(Include::Related) {
            self.add_related(call).await?;
        }
        Ok(())
    }

    async fn add_document_lines(&mut self, call: &mut Call<'_, Read>) -> Result<(), Error> {
        let within = call.within();
        let lines = self.documents.iter().flat_map(|document| &document.lines);
        let mut ids: Vec<ServiceItemId> = lines.filter_map(|line| line.service_item).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut items = HashMap::new();
        if !ids.is_empty() {
            let found = service_items::details(call.conn(), within, ServiceItemKeys::Ids(&ids)).await?;
            items = found.into_iter().map(of_billing::named_item).collect();
        }
        for document in &self.documents {
            if let Some(record) = self.records.get_mut(&document.id.to_string()) {
                record.add_lines(document, &items);
            }
        }
        Ok(())
    }

    async fn add_budget_lines(&mut self, call: &mut Call<'_, Read>) -> Result<(), Error> {
        let within = call.within();
        for (budget, lines) in budgets::lines(call.conn(), within, &self.budgets).await? {
            if let Some(record) = self.records.get_mut(&budget.to_string()) {
                record.budget_lines = some(lines.into_iter().map(list_budgets::line).collect());
            }
        }
        Ok(())
    }

    /// The members of projects.
    async fn add_members(&mut self, call: &mut Call<'_, Read>) -> Result<(), Error> {
        let within = call.within();
        for (project, person, name) in project_members::of_projects(call.conn(), within, &self.projects).await? {
            let Some(record) = self.records.get_mut(&project.to_string()) else { continue };
            match name {
                Some(name) => record.assignees.get_or_insert_default().push(Named::new(person, name)),
                None => record.hidden.get_or_insert_default().assignees += 1,
            }
        }
        Ok(())
    }

    async fn add_payments(&mut self, call: &mut Call<'_, Read>) -> Result<(), Error> {
        let within = call.within();
        let ids: Vec<DocumentId> = self.documents.iter().map(|document| document.id).collect();
        for payment in payments::of_invoices(call.conn(), within, &ids).await? {
            if let Some(record) = self.records.get_mut(&payment.invoice.to_string()) {
                record.payments.get_or_insert_default().push(PaymentView::from(payment));
            }
        }
        Ok(())
    }

    async fn add_history(&mut self, call: &mut Call<'_, Read>) -> Result<(), Error> {
        let (within, zone, links) = (call.within(), call.zone(), call.links);
        for line in changes::latest(call.conn(), within, &self.ids(), HISTORY).await? {
            let Some(record) = self.records.get_mut(&line.record.to_string()) else { continue };
            let changed = list_changes::view(line, zone, links, within.team.is_some());
            record.history.get_or_insert_default().push(HistoryEntry {
                at: changed.at,
                actor: changed.actor,
                client: changed.client,
                op: changed.op,
                version: changed.version,
                fields: changed.fields,
            });
        }
        Ok(())
    }

    async fn add_related(&mut self, call: &mut Call<'_, Read>) -> Result<(), Error> {
        let within = call.within();
        for found in related::to(call.conn(), within, &self.ids(), RELATED).await? {
            let Some(record) = self.records.get_mut(&found.to.to_string()) else { continue };
            let Some(kind) = found.kind.key() else { continue };
            record.more_related = Some(found.of - RELATED).filter(|more| *more > 0);
            record.related.get_or_insert_default().push(RelatedRecord {
                r#type: found.kind,
                key: views::key(kind, found.number),
                title: found.title,
                status: found.status,
            });
        }
        Ok(())
    }

    fn ids(&self) -> Vec<Id<()>> {
        let mut ids: Vec<Id<()>> = self.records.keys().filter_map(|id| id.parse().ok()).collect();
        ids.sort_unstable();
        ids
    }

    async fn add_links(&mut self, call: &mut Call<'_, Read>, wanted: &Wanted) -> Result<(), Error> {
        if !wanted.has(Include::Assignments) && !wanted.has(Include::Dependencies) {
            return Ok(());
        }
        let within = call.within();
        let mut links: HashMap<TaskId, Links> = HashMap::new();
        for (task, link) in tasks::links(call.conn(), within, &self.tasks).await? {
            links.entry(task).or_default().add(link);
        }
        let mut blocks: HashMap<TaskId, Vec<Keyed>> = HashMap::new();
        if wanted.has(Include::Dependencies) {
            for (task, waiting) in tasks::waiting_for(call.conn(), within, &self.tasks).await? {
                match waiting {
                    Some((_, number, title)) => {
                        blocks.entry(task).or_default().push(Keyed::new(KeyKind::Task, number, title));
                    }
                    None => links.entry(task).or_default().hidden.blocks += 1,
                }
            }
        }
        for task in &self.tasks {
            let Some(record) = self.records.get_mut(&task.to_string()) else { continue };
            let links = links.remove(task).unwrap_or_default();
            let mut hidden = record.hidden.unwrap_or_default();
            if wanted.has(Include::Assignments) {
                record.assignees = some(links.assignees);
                hidden.assignees = links.hidden.assignees;
            }
            if wanted.has(Include::Dependencies) {
                record.blocked_by = some(links.blocked_by);
                record.blocks = blocks.remove(task).and_then(some);
                (hidden.blocked_by, hidden.blocks) = (links.hidden.blocked_by, links.hidden.blocks);
            }
            record.hidden = hidden.told();
        }
        Ok(())
    }

    async fn add_structure(&mut self, call: &mut Call<'_, Read>) -> Result<(), Error> {
        let (within, now) = (call.within(), call.now());
        let of_all = phases::details(call.conn(), within, PhaseKeys::Projects(&self.projects)).await?;
        let mut phases: HashMap<ProjectId, Vec<_>> = HashMap::new();
        for (phase, _) in of_all {
            phases.entry(phase.project).or_default().push(phase);
        }
        let of_all = milestones::details(call.conn(), within, MilestoneKeys::Projects(&self.projects)).await?;
        let mut milestones: HashMap<ProjectId, Vec<_>> = HashMap::new();
        for (milestone, _) in of_all {
            milestones.entry(milestone.project).or_default().push(milestone);
        }
        let counts = projects::task_counts(call.conn(), within, &self.projects, now).await?;
        for project in &self.projects {
            let Some(record) = self.records.get_mut(&project.to_string()) else { continue };
            record.add_structure(
                phases.remove(project).unwrap_or_default(),
                milestones.remove(project).unwrap_or_default(),
                counts.get(project).copied().unwrap_or_default(),
            );
        }
        Ok(())
    }
}
