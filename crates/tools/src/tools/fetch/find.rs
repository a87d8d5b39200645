//! Finds the records of a fetch: one query for each kind of record that may be meant, however many are asked for.

use std::collections::{HashMap, HashSet};

use lavori_domain::{ContactId, Id, Key, KeyKind, ProjectId, TaskId};
use lavori_store::contacts::{self, ContactKeys};
use lavori_store::directory;
use lavori_store::milestones::{self, MilestoneKeys};
use lavori_store::phases::{self, PhaseKeys};
use lavori_store::projects::{self, ProjectKeys};
use lavori_store::search::{self, Hit, Kind};
use lavori_store::tasks::{self, TaskKeys};

use super::record::Record;
use crate::access::Read;
use crate::call::Call;
use crate::error::{Candidate, Error};
use crate::refs;
use crate::views::{Keyed, Links, some};

/// The most records that exact names are looked up for.
const MOST_NAMED: i64 = 200;
/// The most candidates of an ambiguous name.
const CANDIDATES: usize = 5;

/// What is added to the records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) structure: bool,
    pub(super) assignments: bool,
    pub(super) dependencies: bool,
}

/// What became of one name.
pub(super) enum Asked {
    /// The record.
    Found(Box<Record>),
    /// It is there already, under another of its names.
    Again,
    /// There is none for this connection.
    Missing,
}

/// The records that `asked` names, in that order.
pub(super) async fn records(
    call: &mut Call<'_, Read>,
    asked: &[String],
    wanted: Wanted,
    single: bool,
) -> Result<Vec<Asked>, Error> {
    let mut ids: Vec<Option<Id<()>>> = vec![None; asked.len()];
    let mut keys: Vec<Option<Key>> = vec![None; asked.len()];
    let mut names: Vec<&str> = Vec::new();
    for (index, text) in asked.iter().enumerate() {
        let text = text.trim();
        match (text.parse::<Id<()>>(), text.parse::<Key>()) {
            (Ok(id), _) => ids[index] = Some(id),
            (_, Ok(key)) => keys[index] = Some(key),
            _ => names.push(text),
        }
    }
    let mut kinds: HashMap<Id<()>, Kind> = HashMap::new();
    if !names.is_empty() {
        let within = call.within();
        let hits = search::named(call.conn(), within, &names, MOST_NAMED).await?;
        let mut problems = crate::call::Problems::default();
        for (index, text) in asked.iter().enumerate().filter(|(_, text)| names.contains(&text.trim())) {
            let argument = if single { "id".to_owned() } else { format!("ids[{index}]") };
            if let Some(hit) = problems.keep(called(&hits, &argument, text.trim()))?.flatten() {
                kinds.insert(hit.id, hit.kind);
                ids[index] = Some(hit.id);
            }
        }
        problems.told()?;
    }
    let mut found = Found::default();
    found.by_key(call, keys.iter().flatten()).await?;
    found.by_id(call, ids.iter().flatten().copied(), &kinds).await?;
    found.add(call, wanted).await?;
    Ok(ids
        .into_iter()
        .zip(keys)
        .map(|(id, key)| match (id, key) {
            (Some(id), _) => found.take(id.to_string()),
            (None, Some(key)) => match found.ids.get(&key.to_string()).cloned() {
                Some(id) => found.take(id),
                None => Asked::Missing,
            },
            (None, None) => Asked::Missing,
        })
        .collect())
}

/// The one record of `hits` that is called `name`; none is no error here.
fn called<'a>(hits: &'a [Hit], argument: &str, name: &str) -> Result<Option<&'a Hit>, Error> {
    let lower = name.to_lowercase();
    let is_called = |hit: &&Hit| {
        hit.title.to_lowercase() == lower || (hit.kind == Kind::Member && hit.subtitle.as_deref() == Some(&lower))
    };
    let fitting: Vec<&Hit> = hits.iter().filter(is_called).collect();
    let exact: Vec<&Hit> = fitting.iter().copied().filter(|hit| hit.title == name).collect();
    match (fitting.as_slice(), exact.as_slice()) {
        ([], _) => Ok(None),
        ([one], _) | (_, [one]) => Ok(Some(one)),
        _ => {
            let candidates = fitting
                .iter()
                .take(CANDIDATES)
                .map(|hit| Candidate {
                    id: hit.id.to_string(),
                    key: refs::key(hit.kind, hit.number),
                    name: hit.title.clone(),
                    hint: Some(match &hit.subtitle {
                        Some(subtitle) => format!("{}, {subtitle}", hit.kind.as_str()),
                        None => hit.kind.as_str().to_owned(),
                    }),
                })
                .collect();
            Err(refs::ambiguous(argument, name, candidates).into())
        }
    }
}

/// Records by id, and ids by key.
#[derive(Default)]
struct Found {
    records: HashMap<String, Record>,
    ids: HashMap<String, String>,
    taken: HashSet<String>,
    tasks: Vec<TaskId>,
    projects: Vec<ProjectId>,
}

impl Found {
    fn take(&mut self, id: String) -> Asked {
        match self.records.remove(&id) {
            Some(record) => {
                self.taken.insert(id);
                Asked::Found(Box::new(record))
            }
            None if self.taken.contains(&id) => Asked::Again,
            None => Asked::Missing,
        }
    }

    fn insert(&mut self, record: Record) {
        if let Some(key) = &record.key {
            self.ids.insert(key.clone(), record.id.clone());
        }
        self.records.insert(record.id.clone(), record);
    }

    async fn by_key(&mut self, call: &mut Call<'_, Read>, keys: impl Iterator<Item = &Key>) -> Result<(), Error> {
        let (mut tasks, mut projects, mut contacts) = (Vec::new(), Vec::new(), Vec::new());
        for key in keys {
            match key.kind {
                KeyKind::Task => tasks.push(key.number),
                KeyKind::Project => projects.push(key.number),
                KeyKind::Contact => contacts.push(key.number),
                KeyKind::Event | KeyKind::Shift | KeyKind::Document | KeyKind::Budget | KeyKind::ServiceItem => {}
            }
        }
        if !tasks.is_empty() {
            self.tasks(call, TaskKeys::Numbers(&tasks)).await?;
        }
        if !projects.is_empty() {
            self.projects(call, ProjectKeys::Numbers(&projects)).await?;
        }
        if !contacts.is_empty() {
            self.contacts(call, ContactKeys::Numbers(&contacts)).await?;
        }
        Ok(())
    }

    /// Looks for ids in one kind after the other, the most frequent first, until all are found.
    async fn by_id(
        &mut self,
        call: &mut Call<'_, Read>,
        ids: impl Iterator<Item = Id<()>>,
        kinds: &HashMap<Id<()>, Kind>,
    ) -> Result<(), Error> {
        let ids: Vec<Id<()>> = ids.collect();
        let order = [Kind::Task, Kind::Project, Kind::Contact, Kind::Milestone, Kind::Phase, Kind::Member, Kind::Team];
        for kind in order {
            let left: Vec<Id<()>> = ids
                .iter()
                .filter(|id| kinds.get(id).is_none_or(|known| *known == kind))
                .filter(|id| !self.records.contains_key(&id.to_string()))
                .copied()
                .collect();
            if !left.is_empty() {
                self.of_kind(call, kind, &left).await?;
            }
        }
        Ok(())
    }

    async fn of_kind(&mut self, call: &mut Call<'_, Read>, kind: Kind, ids: &[Id<()>]) -> Result<(), Error> {
        let (within, zone, links) = (call.within(), call.zone(), call.links);
        match kind {
            Kind::Task => self.tasks(call, TaskKeys::Ids(&typed(ids))).await?,
            Kind::Project => self.projects(call, ProjectKeys::Ids(&typed(ids))).await?,
            Kind::Contact => {
                let ids: Vec<ContactId> = typed(ids);
                self.contacts(call, ContactKeys::Ids(&ids)).await?;
            }
            Kind::Milestone => {
                let found = milestones::details(call.conn(), within, MilestoneKeys::Ids(&typed(ids))).await?;
                for (milestone, project) in found {
                    self.insert(Record::of_milestone(milestone, project, links, zone));
                }
            }
            Kind::Phase => {
                let found = phases::details(call.conn(), within, PhaseKeys::Ids(&typed(ids))).await?;
                for (phase, project) in found {
                    self.insert(Record::of_phase(phase, project, links));
                }
            }
            Kind::Member => {
                for member in directory::members(call.conn(), within, &typed(ids)).await? {
                    self.insert(Record::of_member(member, links));
                }
            }
            Kind::Team => {
                for team in directory::teams_by_id(call.conn(), within, &typed(ids)).await? {
                    self.insert(Record::of_team(team, links));
                }
            }
        }
        Ok(())
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

    async fn contacts(&mut self, call: &mut Call<'_, Read>, keys: ContactKeys<'_>) -> Result<(), Error> {
        let (within, zone, links) = (call.within(), call.zone(), call.links);
        for contact in contacts::details(call.conn(), within, keys).await? {
            self.insert(Record::of_contact(contact, links, zone));
        }
        Ok(())
    }

    /// Adds what was asked to be included.
    async fn add(&mut self, call: &mut Call<'_, Read>, wanted: Wanted) -> Result<(), Error> {
        if (wanted.assignments || wanted.dependencies) && !self.tasks.is_empty() {
            self.add_links(call, wanted).await?;
        }
        if wanted.structure && !self.projects.is_empty() {
            self.add_structure(call).await?;
        }
        Ok(())
    }

    async fn add_links(&mut self, call: &mut Call<'_, Read>, wanted: Wanted) -> Result<(), Error> {
        let within = call.within();
        let mut links: HashMap<TaskId, Links> = HashMap::new();
        for (task, link) in tasks::links(call.conn(), within, &self.tasks).await? {
            links.entry(task).or_default().add(link);
        }
        let mut blocks: HashMap<TaskId, Vec<Keyed>> = HashMap::new();
        if wanted.dependencies {
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
            if wanted.assignments {
                record.assignees = some(links.assignees);
                hidden.assignees = links.hidden.assignees;
            }
            if wanted.dependencies {
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

/// Ids of one kind out of ids of any.
fn typed<K>(ids: &[Id<()>]) -> Vec<Id<K>> {
    ids.iter().map(|id| id.uuid().into()).collect()
}
