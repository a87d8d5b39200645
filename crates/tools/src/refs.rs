//! References: an id, a key or an exact name, resolved within tenant and team (TOOLS.md A5, A6, E5).
//!
//! A tool hands over the name of the argument and the text that stands in it; what the text was taken to mean is told in
//! the answer's `applied`. What is not there and what the connection may not see are refused alike, with the call that
//! would find the right one.

use lavori_domain::id::kind;
use lavori_domain::{Id, Key, KeyKind, PersonId, ProjectId, RecordType};
use lavori_store::{Brief, Reference, Words};
use lavori_store::{
    billing_documents, budgets, contacts, directory, events, milestones, phases, projects, service_items, shifts, tasks,
};
use serde_json::{Map, json};

use crate::access::Access;
use crate::applied::Resolved;
use crate::call::Call;
use crate::error::{Candidate, Code, Error, Problem};

/// The most candidates of an ambiguous name.
const CANDIDATES: usize = 5;
/// The most characters of a reference that a search is suggested for.
const LONGEST_QUERY: usize = 100;

/// Resolves a project.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn project<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Project>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, RecordType::Project, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, Some(KeyKind::Project))?;
    let within = call.within();
    let found = projects::find(call.conn(), within, reference).await?;
    one(call, argument, text, RecordType::Project, scope, found)
}

/// Resolves a task.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn task<A: Access>(call: &mut Call<'_, A>, argument: &str, text: &str) -> Result<Brief<kind::Task>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, RecordType::Task, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, Some(KeyKind::Task))?;
    let within = call.within();
    let found = tasks::find(call.conn(), within, reference).await?;
    one(call, argument, text, RecordType::Task, scope, found)
}

/// Resolves a contact.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn contact<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Contact>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, RecordType::Contact, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, Some(KeyKind::Contact))?;
    let within = call.within();
    let found = contacts::find(call.conn(), within, reference).await?;
    one(call, argument, text, RecordType::Contact, scope, found)
}

/// Resolves a phase, of `project` if it is given.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn phase<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
    project: Option<ProjectId>,
) -> Result<Brief<kind::Phase>, Error> {
    let scope = project.map(|project| project.uuid().into());
    if let Some(known) = known(call, text, RecordType::Phase, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = phases::find(call.conn(), within, project, reference).await?;
    one(call, argument, text, RecordType::Phase, scope, found)
}

/// Resolves a milestone, of `project` if it is given.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn milestone<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
    project: Option<ProjectId>,
) -> Result<Brief<kind::Milestone>, Error> {
    let scope = project.map(|project| project.uuid().into());
    if let Some(known) = known(call, text, RecordType::Milestone, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = milestones::find(call.conn(), within, project, reference).await?;
    one(call, argument, text, RecordType::Milestone, scope, found)
}

/// Resolves an event.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn event<A: Access>(call: &mut Call<'_, A>, argument: &str, text: &str) -> Result<Brief<kind::Event>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, RecordType::Event, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, Some(KeyKind::Event))?;
    let within = call.within();
    let found = events::find(call.conn(), within, reference).await?;
    one(call, argument, text, RecordType::Event, scope, found)
}

/// Resolves a shift by id or key: its role is no name, as many have the same.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn shift<A: Access>(call: &mut Call<'_, A>, argument: &str, text: &str) -> Result<Brief<kind::Shift>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, RecordType::Shift, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, Some(KeyKind::Shift))?;
    if let Reference::Name(_) = reference {
        return Err(not_found(argument, text, &[RecordType::Shift]).into());
    }
    let within = call.within();
    let found = shifts::find(call.conn(), within, reference).await?;
    one(call, argument, text, RecordType::Shift, scope, found)
}

/// Resolves a budget.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn budget<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Budget>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, RecordType::Budget, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, Some(KeyKind::Budget))?;
    let within = call.within();
    let found = budgets::find(call.conn(), within, reference).await?;
    one(call, argument, text, RecordType::Budget, scope, found)
}

/// Resolves a quote, an invoice or a credit note: its name is its number.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn document<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::Document>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, RecordType::Invoice, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, Some(KeyKind::Document))?;
    let within = call.within();
    let found = billing_documents::find(call.conn(), within, reference).await?;
    one(call, argument, text, RecordType::Invoice, scope, found)
}

/// Resolves an item of the service library.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn service_item<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
) -> Result<Brief<kind::ServiceItem>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, RecordType::ServiceItem, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, Some(KeyKind::ServiceItem))?;
    let within = call.within();
    let found = service_items::find(call.conn(), within, reference).await?;
    one(call, argument, text, RecordType::ServiceItem, scope, found)
}

/// Resolves a team.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn team<A: Access>(call: &mut Call<'_, A>, argument: &str, text: &str) -> Result<Brief<kind::Team>, Error> {
    let scope = None;
    if let Some(known) = known(call, text, RecordType::Team, scope) {
        return Ok(known);
    }
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = directory::find_team(call.conn(), within, reference).await?;
    one(call, argument, text, RecordType::Team, scope, found)
}

/// Resolves a member: also by e-mail address, and "me" is the person behind the connection.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn person<A: Access>(call: &mut Call<'_, A>, argument: &str, text: &str) -> Result<PersonId, Error> {
    if text.eq_ignore_ascii_case("me") {
        let person = call.caller.person;
        call.resolved(argument, Resolved { id: Some(person.to_string()), ..Resolved::default() });
        return Ok(person);
    }
    Ok(member(call, argument, text).await?.id)
}

/// Resolves a member as [`person`] does, with their name.
///
/// # Errors
/// When it means no record that the connection can see, or several.
pub async fn colleague<A: Access>(
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
    if let Some(known) = known(call, text, RecordType::Member, None) {
        return Ok(known);
    }
    let reference = read(argument, text, None)?;
    let within = call.within();
    let found = directory::find_member(call.conn(), within, reference).await?;
    one(call, argument, text, RecordType::Member, None, found)
}

/// What `text` was found to mean earlier in this call: items of a batch name the same records over and over.
fn known<A: Access, K>(call: &Call<'_, A>, text: &str, kind: RecordType, scope: Option<Id<()>>) -> Option<Brief<K>> {
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
    kind: RecordType,
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
pub(crate) fn not_found(argument: &str, text: &str, kinds: &[RecordType]) -> Problem {
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
    // What names one document names any: whoever looks for one may not know of which kind it is.
    let kinds = match kinds {
        [RecordType::Invoice | RecordType::Quote | RecordType::CreditNote] => &RecordType::DOCUMENTS,
        kinds => kinds,
    };
    if !kinds.is_empty() {
        arguments.insert("types".to_owned(), json!(kinds));
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
pub(crate) fn key(kind: RecordType, number: Option<i64>) -> Option<String> {
    Some(Key { kind: kind.key()?, number: number? }.to_string())
}
