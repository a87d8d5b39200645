//! `set_assignments`: who works on what. One file per kind of record.

mod project;
mod task;

use lavori_domain::id::kind;
use lavori_domain::{Id, PersonId};
use lavori_policy::Scope;
use lavori_store::search::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::subject::{self, Subject};
use crate::drafts::task::{Ref, people};
use crate::effect::Updates;
use crate::error::{Code, Error, Problem};
use crate::tool::Tool;
use crate::views::Named;
use crate::written::{Outcome, Written};

/// `set_assignments`.
pub(crate) struct SetAssignments;

/// The kinds of records that people are assigned to here.
const KINDS: &[Kind] = &[Kind::Project, Kind::Task];

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(length(min = 1, max = 50))]
    changes: Vec<Item>,
}

#[derive(Deserialize, JsonSchema)]
struct Item {
    /// Project or task: id, key or exact name.
    id: String,
    /// Members: id, e-mail, name or `me`.
    #[schemars(length(max = 50))]
    add: Option<Vec<String>>,
    #[schemars(length(max = 50))]
    remove: Option<Vec<String>>,
    /// Everybody, instead of add and remove.
    #[schemars(length(max = 50))]
    replace: Option<Vec<String>>,
    /// As read.
    version: Option<i32>,
}

/// Who is assigned afterwards.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct More {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    people: Vec<Named>,
}

impl More {
    fn of(people: &[Ref<kind::Person>]) -> Self {
        Self { people: people.iter().map(|(id, name)| Named::new(*id, name.clone())).collect() }
    }
}

/// What becomes of a record's people.
struct Assign<K> {
    index: usize,
    id: Id<K>,
    /// What it was called in the call.
    text: String,
    version: Option<i32>,
    how: How,
}

/// Who comes and who goes.
enum How {
    Change { add: Vec<Ref<kind::Person>>, remove: Vec<PersonId> },
    Replace(Vec<Ref<kind::Person>>),
}

impl<K> Assign<K> {
    fn at(&self, field: &str) -> String {
        format!("changes[{}].{field}", self.index)
    }
}

impl How {
    /// Those who are assigned afterwards, of those who are now.
    fn of(self, now: &[Ref<kind::Person>]) -> Vec<Ref<kind::Person>> {
        match self {
            Self::Replace(people) => people,
            Self::Change { add, remove } => {
                let mut people: Vec<Ref<kind::Person>> =
                    now.iter().filter(|(id, _)| !remove.contains(id)).cloned().collect();
                people.extend(add.into_iter().filter(|(id, _)| now.iter().all(|(other, _)| other != id)));
                people
            }
        }
    }
}

impl Tool for SetAssignments {
    const NAME: &'static str = "set_assignments";
    const TITLE: &'static str = "Set assignments";
    const ABOUT: &'static str = "Use to say who works on up to 50 projects or tasks, all or none. Nobody is notified.";
    const SCOPE: Scope = Scope::Write;

    type Effect = Updates;
    type Access = Write;
    type Input = Input;
    type Output = Written<More>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<More>, Error> {
        let mut problems = Problems::default();
        let ids: Vec<&str> = input.changes.iter().map(|item| item.id.as_str()).collect();
        let found = subject::named_once(call, &ids, KINDS, &mut problems).await?;
        let (mut projects, mut tasks) = (Vec::new(), Vec::new());
        for (index, (item, subject)) in input.changes.into_iter().zip(found).enumerate() {
            let how = how(call, &format!("changes[{index}]"), &item, &mut problems).await?;
            let (version, text) = (item.version, item.id);
            match subject {
                Some(Subject::Project(record)) => projects.push(Assign { index, id: record.id, text, version, how }),
                Some(Subject::Task(record)) => tasks.push(Assign { index, id: record.id, text, version, how }),
                Some(Subject::Contact(_)) | None => {}
            }
        }
        let mut results: Vec<Outcome<More>> = Vec::new();
        for kind in [project::assign(call, projects).await, task::assign(call, tasks).await] {
            results.extend(problems.keep(kind)?.into_iter().flatten());
        }
        problems.told()?;
        results.sort_by_key(|result| result.index);
        Ok(Written::new(call, results, Vec::new()))
    }
}

/// Understands who comes and who goes.
async fn how(call: &mut Call<'_, Write>, at: &str, item: &Item, problems: &mut Problems) -> Result<How, Error> {
    let given = item.add.is_some() || item.remove.is_some();
    if given == item.replace.is_some() {
        let (code, message) = match given {
            true => (Code::InvalidArgument, "Either replace everybody, or add and remove some."),
            false => (Code::MissingArgument, "Whom to add, to remove, or to have instead of everybody is not said."),
        };
        problems.add(Problem::new(code, message).field(format!("{at}.replace")));
    }
    if let Some(texts) = &item.replace {
        return Ok(How::Replace(people(call, &format!("{at}.replace"), texts, problems).await?));
    }
    let add = people(call, &format!("{at}.add"), item.add.as_deref().unwrap_or_default(), problems).await?;
    let remove = people(call, &format!("{at}.remove"), item.remove.as_deref().unwrap_or_default(), problems).await?;
    Ok(How::Change { add, remove: remove.into_iter().map(|(id, _)| id).collect() })
}
