//! Records of whatever kind: what a tool that changes several kinds is told to change.

use std::collections::HashSet;

use lavori_domain::id::kind;
use lavori_domain::{Id, Key, KeyKind};
use lavori_store::{Brief, Reference, shifts};

use crate::access::Write;
use crate::applied::Resolved;
use crate::call::{Call, Problems};
use crate::error::{Candidate, Code, Error, Problem};
use crate::schedule::given;
use crate::{refs, views};

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Project,
    Task,
    Event,
    Shift,
    Contact,
}

impl Kind {
    fn key(self) -> KeyKind {
        match self {
            Self::Project => KeyKind::Project,
            Self::Task => KeyKind::Task,
            Self::Event => KeyKind::Event,
            Self::Shift => KeyKind::Shift,
            Self::Contact => KeyKind::Contact,
        }
    }
}

/// A record of one of the kinds.
#[derive(Debug)]
pub(crate) enum Subject {
    Project(Brief<kind::Project>),
    Task(Brief<kind::Task>),
    Event(Brief<kind::Event>),
    Shift(Brief<kind::Shift>),
    Contact(Brief<kind::Contact>),
}

impl Subject {
    fn id(&self) -> Id<()> {
        match self {
            Self::Project(brief) => brief.id.uuid().into(),
            Self::Task(brief) => brief.id.uuid().into(),
            Self::Event(brief) => brief.id.uuid().into(),
            Self::Shift(brief) => brief.id.uuid().into(),
            Self::Contact(brief) => brief.id.uuid().into(),
        }
    }

    fn candidate(&self) -> Candidate {
        fn of<K>(brief: &Brief<K>, key: KeyKind, kind: &str) -> Candidate {
            Candidate {
                id: brief.id.to_string(),
                key: brief.number.map(|number| views::key(key, number)),
                name: brief.name.clone(),
                hint: Some(kind.to_owned()),
            }
        }
        match self {
            Self::Project(brief) => of(brief, KeyKind::Project, "project"),
            Self::Task(brief) => of(brief, KeyKind::Task, "task"),
            Self::Event(brief) => of(brief, KeyKind::Event, "event"),
            Self::Shift(brief) => of(brief, KeyKind::Shift, "shift"),
            Self::Contact(brief) => of(brief, KeyKind::Contact, "contact"),
        }
    }
}

/// Resolves the `id` of each of `changes` to a record of one of `kinds`, each of which may be named once.
pub(crate) async fn named_once(
    call: &mut Call<'_, Write>,
    ids: &[&str],
    kinds: &[Kind],
    problems: &mut Problems,
) -> Result<Vec<Option<Subject>>, Error> {
    let mut seen = HashSet::new();
    let mut found = Vec::with_capacity(ids.len());
    for (index, text) in ids.iter().enumerate() {
        let argument = format!("changes[{index}].id");
        let mut subject = problems.keep(find(call, &argument, text, kinds).await)?;
        if subject.as_ref().is_some_and(|subject| !seen.insert(subject.id())) {
            problems.add(
                Problem::new(Code::InvalidArgument, "Another item of this call changes the same record.")
                    .field(argument)
                    .got(&(*text).into()),
            );
            // Told once is enough.
            subject = None;
        }
        found.push(subject);
    }
    Ok(found)
}

/// The one record of these kinds that `text` names.
async fn find(call: &mut Call<'_, Write>, argument: &str, text: &str, kinds: &[Kind]) -> Result<Subject, Error> {
    // A key says its kind; an id or a name may be of any.
    let meant = text.trim().parse::<Key>().ok().map(|key| key.kind);
    let of_key = |kind: &Kind| meant == Some(kind.key());
    let ahead: Vec<Kind> = match kinds.iter().copied().find(of_key) {
        Some(kind) => vec![kind],
        None => kinds.to_vec(),
    };
    let mut found: Vec<Subject> = Vec::new();
    for kind in ahead {
        let one = match kind {
            Kind::Project => refs::project(call, argument, text).await.map(Subject::Project),
            Kind::Task => refs::task(call, argument, text).await.map(Subject::Task),
            Kind::Event => given::event(call, argument, text).await.map(Subject::Event),
            Kind::Shift => shift(call, argument, text).await.map(Subject::Shift),
            Kind::Contact => refs::contact(call, argument, text).await.map(Subject::Contact),
        };
        match one {
            Ok(subject) => found.push(subject),
            Err(Error::Refused(problems)) if is_another(&problems) => {}
            Err(error) => return Err(error),
        }
    }
    if found.len() > 1 {
        return Err(refs::ambiguous(argument, text, found.iter().map(Subject::candidate).collect()).into());
    }
    found.pop().ok_or_else(|| no_such(argument, text).into())
}

/// There is no such record of these kinds that this connection can see (E5).
pub(crate) fn no_such(argument: &str, text: &str) -> Problem {
    refs::not_found(argument, text, &[])
}

/// Resolves a shift by id or key: its role is no name, as many have the same.
async fn shift(call: &mut Call<'_, Write>, argument: &str, text: &str) -> Result<Brief<kind::Shift>, Error> {
    let trimmed = text.trim();
    let reference = match (trimmed.parse(), trimmed.parse::<Key>()) {
        (Ok(id), _) => Reference::Id(id),
        (_, Ok(key)) if key.kind == KeyKind::Shift => Reference::Number(key.number),
        _ => return Err(no_such(argument, text).into()),
    };
    let within = call.within();
    let brief = shifts::find(call.conn(), within, reference).await?.pop().ok_or_else(|| no_such(argument, text))?;
    call.resolved(argument, Resolved::record(&brief, brief.number.map(|number| views::key(KeyKind::Shift, number))));
    Ok(brief)
}

/// Whether the text only was no record of this kind: it may be one of another.
fn is_another(problems: &[Problem]) -> bool {
    problems.iter().all(|problem| matches!(problem.code, Code::NotFound | Code::InvalidArgument))
}
