//! The records of a fetch: one query for each kind that may be meant, however many are asked for.

use std::collections::{HashMap, HashSet};

use lavori_domain::billing::Document;
use lavori_domain::{BudgetId, DocumentId, Id, Key, KeyKind, ProjectId, RecordType, TaskId};
use lavori_store::billing_documents::{self, DocumentKeys};
use lavori_store::budgets::{self, BudgetKeys};
use lavori_store::contacts::{self, ContactKeys};
use lavori_store::directory;
use lavori_store::events::{self, EventKeys};
use lavori_store::milestones::{self, MilestoneKeys};
use lavori_store::phases::{self, PhaseKeys};
use lavori_store::projects::{self, ProjectKeys};
use lavori_store::service_items::{self, ServiceItemKeys};
use lavori_store::shifts::{self, ShiftKeys};
use lavori_store::tasks::{self, TaskKeys};

use super::record::Record;
use crate::access::Read;
use crate::call::Call;
use crate::error::Error;
use crate::views::Keyed;

/// The order in which an id is looked for: the most frequent first.
const ORDER: [RecordType; 12] = [
    RecordType::Task,
    RecordType::Project,
    RecordType::Shift,
    RecordType::Event,
    // One table holds every kind of document.
    RecordType::Invoice,
    RecordType::Contact,
    RecordType::Milestone,
    RecordType::Phase,
    RecordType::Budget,
    RecordType::ServiceItem,
    RecordType::Member,
    RecordType::Team,
];

/// What became of one name.
pub(super) enum Asked {
    /// The record.
    Found(Box<Record>),
    /// It is there already, under another of its names.
    Again,
    /// There is none for this connection.
    Missing,
}

/// Records by id, and ids by key.
#[derive(Default)]
pub(super) struct Found {
    pub(super) records: HashMap<String, Record>,
    ids: HashMap<String, String>,
    taken: HashSet<String>,
    pub(super) tasks: Vec<TaskId>,
    pub(super) projects: Vec<ProjectId>,
    pub(super) documents: Vec<Document>,
    pub(super) budgets: Vec<BudgetId>,
}

/// Ids or numbers of keys, as the store of each kind takes them.
macro_rules! by {
    ($keys:ident, $ids:expr) => {
        $keys::Ids(&typed($ids))
    };
}

impl Found {
    pub(super) fn take(&mut self, id: String) -> Asked {
        match self.records.remove(&id) {
            Some(record) => {
                self.taken.insert(id);
                Asked::Found(Box::new(record))
            }
            None if self.taken.contains(&id) => Asked::Again,
            None => Asked::Missing,
        }
    }

    /// The id of the record with this key, if it was found.
    pub(super) fn id_of(&self, key: Key) -> Option<String> {
        self.ids.get(&key.to_string()).cloned()
    }

    fn insert(&mut self, record: Record) {
        if let Some(key) = &record.key {
            self.ids.insert(key.clone(), record.id.clone());
        }
        self.records.insert(record.id.clone(), record);
    }

    pub(super) async fn by_key(
        &mut self,
        call: &mut Call<'_, Read>,
        keys: impl Iterator<Item = &Key>,
    ) -> Result<(), Error> {
        let mut numbers: HashMap<KeyKind, Vec<i64>> = HashMap::new();
        for key in keys {
            numbers.entry(key.kind).or_default().push(key.number);
        }
        for (kind, numbers) in numbers {
            match kind {
                KeyKind::Task => self.tasks(call, TaskKeys::Numbers(&numbers)).await?,
                KeyKind::Project => self.projects(call, ProjectKeys::Numbers(&numbers)).await?,
                KeyKind::Contact => self.contacts(call, ContactKeys::Numbers(&numbers)).await?,
                KeyKind::Event => self.events(call, EventKeys::Numbers(&numbers)).await?,
                KeyKind::Shift => self.shifts(call, ShiftKeys::Numbers(&numbers)).await?,
                KeyKind::Document => self.documents(call, DocumentKeys::Numbers(&numbers)).await?,
                KeyKind::Budget => self.budgets(call, BudgetKeys::Numbers(&numbers)).await?,
                KeyKind::ServiceItem => self.service_items(call, ServiceItemKeys::Numbers(&numbers)).await?,
            }
        }
        Ok(())
    }

    /// Looks for ids in one kind after the other until all are found. Those in `kinds` are known to be of that kind.
    pub(super) async fn by_id(
        &mut self,
        call: &mut Call<'_, Read>,
        ids: impl Iterator<Item = Id<()>>,
        kinds: &HashMap<Id<()>, RecordType>,
    ) -> Result<(), Error> {
        let ids: Vec<Id<()>> = ids.collect();
        for kind in ORDER {
            let left: Vec<Id<()>> = ids
                .iter()
                .filter(|id| kinds.get(id).is_none_or(|known| known.key() == kind.key() || *known == kind))
                .filter(|id| !self.records.contains_key(&id.to_string()))
                .copied()
                .collect();
            if !left.is_empty() {
                self.of_kind(call, kind, &left).await?;
            }
        }
        Ok(())
    }

    async fn of_kind(&mut self, call: &mut Call<'_, Read>, kind: RecordType, ids: &[Id<()>]) -> Result<(), Error> {
        match kind {
            RecordType::Task => self.tasks(call, by!(TaskKeys, ids)).await,
            RecordType::Project => self.projects(call, by!(ProjectKeys, ids)).await,
            RecordType::Contact => self.contacts(call, by!(ContactKeys, ids)).await,
            RecordType::Event => self.events(call, by!(EventKeys, ids)).await,
            RecordType::Shift => self.shifts(call, by!(ShiftKeys, ids)).await,
            RecordType::Invoice | RecordType::Quote | RecordType::CreditNote => {
                self.documents(call, by!(DocumentKeys, ids)).await
            }
            RecordType::Budget => self.budgets(call, by!(BudgetKeys, ids)).await,
            RecordType::ServiceItem => self.service_items(call, by!(ServiceItemKeys, ids)).await,
            RecordType::Milestone | RecordType::Phase => self.parts(call, kind, ids).await,
            RecordType::Member | RecordType::Team => self.people(call, kind, ids).await,
        }
    }

    async fn tasks(&mut self, call: &mut Call<'_, Read>, keys: TaskKeys<'_>) -> Result<(), Error> {
        let (within, zone, now, links) = (call.within(), call.zone(), call.now(), call.links);
        for task in tasks::details(call.conn(), within, keys).await? {
            self.tasks.push(task.line.id);
            self.insert(Record::of_task(task, links, zone, now));
        }
        Ok(())
    }

    async fn projects(&mut self, call: &mut Call<'_, Read>, keys: ProjectKeys<'_>) -> Result<(), Error> {
        let (within, zone, links) = (call.within(), call.zone(), call.links);
        for project in projects::details(call.conn(), within, keys).await? {
            self.projects.push(project.id);
            self.insert(Record::of_project(project, links, zone));
        }
        Ok(())
    }

    /// Phases and milestones.
    async fn parts(&mut self, call: &mut Call<'_, Read>, kind: RecordType, ids: &[Id<()>]) -> Result<(), Error> {
        let (within, zone, links) = (call.within(), call.zone(), call.links);
        if kind == RecordType::Milestone {
            for (milestone, project) in milestones::details(call.conn(), within, by!(MilestoneKeys, ids)).await? {
                self.insert(Record::of_milestone(milestone, project, links, zone));
            }
        } else {
            for (phase, project) in phases::details(call.conn(), within, by!(PhaseKeys, ids)).await? {
                self.insert(Record::of_phase(phase, project, links));
            }
        }
        Ok(())
    }

    async fn contacts(&mut self, call: &mut Call<'_, Read>, keys: ContactKeys<'_>) -> Result<(), Error> {
        let (within, zone, links) = (call.within(), call.zone(), call.links);
        for contact in contacts::details(call.conn(), within, keys).await? {
            self.insert(Record::of_contact(contact, links, zone));
        }
        Ok(())
    }

    /// Members and teams.
    async fn people(&mut self, call: &mut Call<'_, Read>, kind: RecordType, ids: &[Id<()>]) -> Result<(), Error> {
        let (within, links) = (call.within(), call.links);
        if kind == RecordType::Member {
            for member in directory::members(call.conn(), within, &typed(ids)).await? {
                self.insert(Record::of_member(member, links));
            }
        } else {
            for team in directory::teams_by_id(call.conn(), within, &typed(ids)).await? {
                self.insert(Record::of_team(team, links));
            }
        }
        Ok(())
    }

    async fn events(&mut self, call: &mut Call<'_, Read>, keys: EventKeys<'_>) -> Result<(), Error> {
        let (within, zone, links) = (call.within(), call.zone(), call.links);
        for event in events::details(call.conn(), within, keys).await? {
            self.insert(Record::of_event(event, links, zone));
        }
        Ok(())
    }

    async fn shifts(&mut self, call: &mut Call<'_, Read>, keys: ShiftKeys<'_>) -> Result<(), Error> {
        let (within, zone, links) = (call.within(), call.zone(), call.links);
        for shift in shifts::details(call.conn(), within, keys).await? {
            self.insert(Record::of_shift(shift, links, zone));
        }
        Ok(())
    }

    async fn documents(&mut self, call: &mut Call<'_, Read>, keys: DocumentKeys<'_>) -> Result<(), Error> {
        let (within, zone, links) = (call.within(), call.zone(), call.links);
        let today = zone.date(call.now());
        let found = billing_documents::details(call.conn(), within, keys).await?;
        let sources: Vec<DocumentId> = found.iter().filter_map(|detail| detail.document.from).collect();
        let titles = billing_documents::titles(call.conn(), within, &sources).await?;
        let titles: HashMap<DocumentId, Keyed> =
            titles.into_iter().map(|(id, number, title)| (id, Keyed::new(KeyKind::Document, number, title))).collect();
        for detail in found {
            let source = detail.document.from.and_then(|from| titles.get(&from)).cloned();
            self.insert(Record::of_document((detail.summary, &detail.document), source, links, (zone, today)));
            self.documents.push(detail.document);
        }
        Ok(())
    }

    async fn service_items(&mut self, call: &mut Call<'_, Read>, keys: ServiceItemKeys<'_>) -> Result<(), Error> {
        let (within, zone, links) = (call.within(), call.zone(), call.links);
        for item in service_items::details(call.conn(), within, keys).await? {
            self.insert(Record::of_service_item(item, links, zone));
        }
        Ok(())
    }

    async fn budgets(&mut self, call: &mut Call<'_, Read>, keys: BudgetKeys<'_>) -> Result<(), Error> {
        let (within, zone, now, links) = (call.within(), call.zone(), call.now(), call.links);
        let found = budgets::details(call.conn(), within, keys).await?;
        let ids: Vec<BudgetId> = found.iter().map(|detail| detail.budget.id).collect();
        let mut totals = budgets::totals(call.conn(), within, &ids).await?;
        for detail in found {
            let totals = totals.remove(&detail.budget.id).unwrap_or_default();
            self.budgets.push(detail.budget.id);
            self.insert(Record::of_budget(detail, totals, links, (zone, now))?);
        }
        Ok(())
    }
}

/// Ids of one kind out of ids of any.
fn typed<K>(ids: &[Id<()>]) -> Vec<Id<K>> {
    ids.iter().map(|id| id.uuid().into()).collect()
}
