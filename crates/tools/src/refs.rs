//! References: an id, a key or an exact name, resolved within tenant and team (TOOLS.md A5, A6, E5).

use lavori_domain::id::kind;
use lavori_domain::{Key, KeyKind, PersonId, ProjectId};
use lavori_store::search::Kind;
use lavori_store::{Brief, Reference, Words};
use lavori_store::{contacts, directory, milestones, phases, projects, tasks};
use serde_json::{Map, Value, json};

use crate::access::Access;
use crate::applied::Resolved;
use crate::call::Call;
use crate::error::{Candidate, Code, Error, Problem};

/// The most candidates of an ambiguous name.
const CANDIDATES: usize = 5;
/// The most characters of a reference that a search is suggested for.
const LONGEST_QUERY: usize = 100;

/// Resolves a project.
pub(crate) async fn project<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Project>, Error> {
    let reference = read(argument, text, Some(KeyKind::Project))?;
    let within = call.within();
    let found = projects::find(call.conn(), within, reference).await?;
    one(call, argument, text, Kind::Project, found)
}

/// Resolves a task.
pub(crate) async fn task<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Task>, Error> {
    let reference = read(argument, text, Some(KeyKind::Task))?;
    let within = call.within();
    let found = tasks::find(call.conn(), within, reference).await?;
    one(call, argument, text, Kind::Task, found)
}

/// Resolves a contact.
pub(crate) async fn contact<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Contact>, Error> {
    let reference = read(argument, text, Some(KeyKind::Contact))?;
    let within = call.within();
    let found = contacts::find(call.conn(), within, reference).await?;
    one(call, argument, text, Kind::Contact, found)
}

/// Resolves a phase, of `project` if it is given.
pub(crate) async fn phase<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
    project: Option<ProjectId>,
) -> Result<Brief<kind::Phase>, Error> {
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = phases::find(call.conn(), within, project, reference).await?;
    one(call, argument, text, Kind::Phase, found)
}

/// Resolves a milestone, of `project` if it is given.
pub(crate) async fn milestone<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
    project: Option<ProjectId>,
) -> Result<Brief<kind::Milestone>, Error> {
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = milestones::find(call.conn(), within, project, reference).await?;
    one(call, argument, text, Kind::Milestone, found)
}

/// Resolves a team.
pub(crate) async fn team<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Team>, Error> {
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = directory::find_team(call.conn(), within, reference).await?;
    one(call, argument, text, Kind::Team, found)
}

/// Resolves a member: also by e-mail address, and "me" is the person behind the connection.
pub(crate) async fn person<A: Access>(call: &mut Call<'_, A>, argument: &str, text: &str) -> Result<PersonId, Error> {
    if text.eq_ignore_ascii_case("me") {
        let person = call.caller.person;
        call.resolved(argument, Resolved { id: Some(person.to_string()), ..Resolved::default() });
        return Ok(person);
    }
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = directory::find_member(call.conn(), within, reference).await?;
    Ok(one(call, argument, text, Kind::Member, found)?.id)
}

/// Takes `text` for an id, a key of kind `keys`, or else a name.
fn read<'a, K>(argument: &str, text: &'a str, keys: Option<KeyKind>) -> Result<Reference<'a, K>, Error> {
    let text = text.trim();
    if let Ok(id) = text.parse() {
        return Ok(Reference::Id(id));
    }
    match (keys, text.parse::<Key>()) {
        (Some(kind), Ok(key)) if key.kind == kind => Ok(Reference::Number(key.number)),
        (Some(kind), Ok(_)) => Err(Problem::new(
            Code::InvalidArgument,
            "This is the key of another kind of record. Expected an id, a key like the one in `allowed`, or a name.",
        )
        .field(argument)
        .got(&text.into())
        .allowed([format!("{kind}-12")])
        .into()),
        _ => Ok(Reference::Name(text)),
    }
}

/// The one record among `found` that is meant.
fn one<A: Access, K>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
    kind: Kind,
    mut found: Vec<Brief<K>>,
) -> Result<Brief<K>, Error> {
    if found.len() > 1 {
        // A name written exactly so beats one that only differs in case.
        let exact = found.iter().filter(|brief| brief.name == text.trim()).count();
        if exact == 1 {
            found.retain(|brief| brief.name == text.trim());
        }
    }
    match found.len() {
        0 => Err(not_found(argument, text, &[kind]).into()),
        1 => {
            let brief = found.remove(0);
            call.resolved(argument, Resolved::record(&brief, key(kind, brief.number)));
            Ok(brief)
        }
        _ => {
            let candidates = found
                .into_iter()
                .take(CANDIDATES)
                .map(|brief| Candidate {
                    id: brief.id.to_string(),
                    key: key(kind, brief.number),
                    name: brief.name,
                    hint: brief.hint,
                })
                .collect();
            Err(ambiguous(argument, text, candidates).into())
        }
    }
}

/// There is no such record for this connection. The same bytes whether it never existed, or belongs to another team
/// or organization (E5).
pub(crate) fn not_found(argument: &str, text: &str, kinds: &[Kind]) -> Problem {
    let problem = Problem::new(
        Code::NotFound,
        "There is no such record that this connection can see. Expected an id, a key or an exact name.",
    )
    .field(argument)
    .got(&text.into());
    let query: String = text.chars().take(LONGEST_QUERY).collect();
    if Words::parse(&query).is_none() {
        return problem;
    }
    let mut arguments = Map::new();
    arguments.insert("query".to_owned(), query.into());
    if !kinds.is_empty() {
        arguments.insert("types".to_owned(), kinds.iter().map(|kind| json!(kind.as_str())).collect::<Value>());
    }
    problem.next("search", arguments)
}

/// A name fits several records (A6).
pub(crate) fn ambiguous(argument: &str, text: &str, candidates: Vec<Candidate>) -> Problem {
    Problem::new(Code::AmbiguousReference, "This name fits several records: use an id or key of `candidates`.")
        .field(argument)
        .got(&text.into())
        .candidates(candidates)
}

/// The key of a record of `kind`, if that kind has keys.
pub(crate) fn key(kind: Kind, number: Option<i64>) -> Option<String> {
    let kind = match kind {
        Kind::Project => KeyKind::Project,
        Kind::Task => KeyKind::Task,
        Kind::Contact => KeyKind::Contact,
        Kind::Phase | Kind::Milestone | Kind::Member | Kind::Team => return None,
    };
    number.map(|number| Key { kind, number }.to_string())
}
