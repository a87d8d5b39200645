//! References: an id, a key or an exact name, resolved within tenant and team (TOOLS.md A5, A6, E5).

use lavori_domain::id::kind;
use lavori_domain::{Id, Key, KeyKind, PersonId, ProjectId};
use lavori_store::search::Kind;
use lavori_store::{Brief, Reference, Words};
use lavori_store::{budgets, contacts, directory, milestones, phases, projects, tasks};
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
    let scope = None;
    if let Some(known) = known(call, text, Kind::Project, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, Some(KeyKind::Project))?;
    let within = call.within();
    let found = projects::find(call.conn(), within, reference).await?;
    one(call, argument, text, Kind::Project, scope, found)
}

/// Resolves a task.
pub(crate) async fn task<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Task>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, Kind::Task, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, Some(KeyKind::Task))?;
    let within = call.within();
    let found = tasks::find(call.conn(), within, reference).await?;
    one(call, argument, text, Kind::Task, scope, found)
}

/// Resolves a contact.
pub(crate) async fn contact<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Contact>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, Kind::Contact, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, Some(KeyKind::Contact))?;
    let within = call.within();
    let found = contacts::find(call.conn(), within, reference).await?;
    one(call, argument, text, Kind::Contact, scope, found)
}

/// Resolves a phase, of `project` if it is given.
pub(crate) async fn phase<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
    project: Option<ProjectId>,
) -> Result<Brief<kind::Phase>, Error> {
    let scope = project.map(|project| project.uuid().into());
    if let Some(known) = known(call, text, Kind::Phase, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = phases::find(call.conn(), within, project, reference).await?;
    one(call, argument, text, Kind::Phase, scope, found)
}

/// Resolves a milestone, of `project` if it is given.
pub(crate) async fn milestone<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
    project: Option<ProjectId>,
) -> Result<Brief<kind::Milestone>, Error> {
    let scope = project.map(|project| project.uuid().into());
    if let Some(known) = known(call, text, Kind::Milestone, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = milestones::find(call.conn(), within, project, reference).await?;
    one(call, argument, text, Kind::Milestone, scope, found)
}

/// Resolves a budget.
pub(crate) async fn budget<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Budget>, Error> {
    let reference = read(argument, text, Some(KeyKind::Budget))?;
    let within = call.within();
    let mut found = budgets::find(call.conn(), within, reference).await?;
    let key = |number: Option<i64>| number.map(|number| Key { kind: KeyKind::Budget, number }.to_string());
    match found.len() {
        0 => Err(not_found(argument, text, &[]).into()),
        1 => {
            let brief = found.remove(0);
            call.resolved(argument, Resolved::record(&brief, key(brief.number)));
            Ok(brief)
        }
        _ => {
            let candidate = |it: Brief<kind::Budget>| Candidate {
                id: it.id.to_string(),
                key: key(it.number),
                name: it.name,
                hint: it.hint,
            };
            Err(ambiguous(argument, text, found.into_iter().take(CANDIDATES).map(candidate).collect()).into())
        }
    }
}

/// Resolves a team.
pub(crate) async fn team<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Team>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, Kind::Team, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = directory::find_team(call.conn(), within, reference).await?;
    one(call, argument, text, Kind::Team, scope, found)
}

/// Resolves a member: also by e-mail address, and "me" is the person behind the connection.
pub(crate) async fn person<A: Access>(call: &mut Call<'_, A>, argument: &str, text: &str) -> Result<PersonId, Error> {
    if text.eq_ignore_ascii_case("me") {
        let person = call.caller.person;
        call.resolved(argument, Resolved { id: Some(person.to_string()), ..Resolved::default() });
        return Ok(person);
    }
    Ok(member(call, argument, text).await?.id)
}

/// Resolves a member as [`person`] does, with their name.
pub(crate) async fn colleague<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Person>, Error> {
    if text.eq_ignore_ascii_case("me") {
        let me = call.caller.person.to_string();
        return member(call, argument, &me).await;
    }
    member(call, argument, text).await
}

/// Resolves a member by id, e-mail address or exact name.
async fn member<A: Access>(call: &mut Call<'_, A>, argument: &str, text: &str) -> Result<Brief<kind::Person>, Error> {
    if let Some(known) = known(call, text, Kind::Member, None) {
        return Ok(known);
    }
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = directory::find_member(call.conn(), within, reference).await?;
    one(call, argument, text, Kind::Member, None, found)
}

/// What `text` was found to mean earlier in this call: items of a batch name the same records over and over.
fn known<A: Access, K>(call: &Call<'_, A>, text: &str, kind: Kind, scope: Option<Id<()>>) -> Option<Brief<K>> {
    let known = call.known.get(&(kind, scope, text.to_owned()))?;
    // What it means is in the answer already, where it stood first.
    Some(Brief { id: known.id.uuid().into(), number: known.number, name: known.name.clone(), hint: known.hint.clone() })
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
    scope: Option<Id<()>>,
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
            let kept = Brief {
                id: brief.id.uuid().into(),
                number: brief.number,
                name: brief.name.clone(),
                hint: brief.hint.clone(),
            };
            call.known.insert((kind, scope, text.to_owned()), kept);
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
