//! Records of whatever kind: what a tool that changes several kinds is told to change.

use std::collections::HashSet;

use lavori_domain::id::kind;
use lavori_domain::{Id, Key, RecordType};
use lavori_store::Brief;

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Candidate, Code, Error, Problem};
use crate::refs;

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
        fn of<K>(brief: &Brief<K>, kind: RecordType) -> Candidate {
            Candidate {
                id: brief.id.to_string(),
                key: refs::key(kind, brief.number),
                name: brief.name.clone(),
                hint: Some(kind.to_string()),
            }
        }
        match self {
            Self::Project(brief) => of(brief, RecordType::Project),
            Self::Task(brief) => of(brief, RecordType::Task),
            Self::Event(brief) => of(brief, RecordType::Event),
            Self::Shift(brief) => of(brief, RecordType::Shift),
            Self::Contact(brief) => of(brief, RecordType::Contact),
        }
    }
}

/// Resolves the `id` of each of `changes` to a record of one of `kinds`, each of which may be named once.
pub(crate) async fn named_once(
    call: &mut Call<'_, Write>,
    ids: &[&str],
    kinds: &[RecordType],
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
async fn find(call: &mut Call<'_, Write>, argument: &str, text: &str, kinds: &[RecordType]) -> Result<Subject, Error> {
    // A key says its kind; an id or a name may be of any.
    let meant = text.trim().parse::<Key>().ok().map(|key| key.kind);
    let ahead: Vec<RecordType> = match kinds.iter().copied().find(|kind| meant.is_some() && kind.key() == meant) {
        Some(kind) => vec![kind],
        None => kinds.to_vec(),
    };
    let mut found: Vec<Subject> = Vec::new();
    for kind in ahead {
        let one = match kind {
            RecordType::Project => refs::project(call, argument, text).await.map(Subject::Project),
            RecordType::Task => refs::task(call, argument, text).await.map(Subject::Task),
            RecordType::Event => refs::event(call, argument, text).await.map(Subject::Event),
            RecordType::Shift => refs::shift(call, argument, text).await.map(Subject::Shift),
            RecordType::Contact => refs::contact(call, argument, text).await.map(Subject::Contact),
            // No tool that takes several kinds changes these.
            _ => continue,
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
    found.pop().ok_or_else(|| refs::not_found(argument, text, kinds).into())
}

/// Whether the text only was no record of this kind: it may be one of another.
fn is_another(problems: &[Problem]) -> bool {
    problems.iter().all(|problem| matches!(problem.code, Code::NotFound | Code::InvalidArgument))
}
