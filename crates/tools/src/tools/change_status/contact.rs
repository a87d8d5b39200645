//! Contacts: in use, or put away, which waits for their open documents.

use std::collections::HashMap;

use lavori_domain::contacts::{Contact, ContactStatus};
use lavori_domain::id::kind;
use lavori_domain::{ContactId, KeyKind, RecordType};
use lavori_store::billing_documents::{self, DocumentFilter, DocumentSort, OPEN};
use lavori_store::{Within, contacts};
use serde_json::{Map, Value};

use super::{More, Move, Moved};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::contact;
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;
use crate::{refs, views};

/// The most open documents of a contact that are named.
const NAMED: i64 = 5;

pub(super) async fn change(call: &mut Call<'_, Write>, moves: Vec<Move<kind::Contact>>) -> Result<Moved, Error> {
    if moves.is_empty() {
        return Ok(Moved::default());
    }
    let (within, now) = (call.within(), call.now());
    let ids: Vec<ContactId> = moves.iter().map(|contact| contact.id).collect();
    let locked = contacts::lock(&mut call.db, within, &ids).await?;
    let mut held: HashMap<ContactId, Contact> = locked.into_iter().map(|contact| (contact.id, contact)).collect();
    // Those of other teams count as well: what is going on with a client does not end for who does not see it.
    let whole = Within { team: None, ..within };
    let open = billing_documents::open_of_clients(call.conn(), whole, &ids).await?;
    let (mut problems, mut moved) = (Problems::default(), Moved::default());
    for item in moves {
        let Some(mut contact) = held.remove(&item.id) else {
            problems.add(refs::not_found(&item.at("id"), &item.text, &[RecordType::Contact]));
            continue;
        };
        let Some(to) = item.word(ContactStatus::ALL, ContactStatus::as_str, &mut problems) else { continue };
        let from = contact.status();
        if let (ContactStatus::Active, ContactStatus::Archived, Some(open)) = (from, to, open.get(&item.id)) {
            problems.add(still_open(call, &item.at("to"), &contact, *open).await?);
            continue;
        }
        contact.archived_at = match to {
            ContactStatus::Archived => contact.archived_at.or(Some(now)),
            ContactStatus::Active => None,
        };
        let mut fields = Fields::new();
        fields.set("status", &from, &to)?;
        if !fields.is_empty() {
            fields.first("reason", &item.reason)?;
        }
        let argument = item.at("version");
        let version = (argument.as_str(), item.version);
        let result = contact::write(call, item.index, contact, version, &fields, More::default()).await;
        moved.results.extend(problems.keep(result)?);
    }
    problems.told()?;
    Ok(moved)
}

/// The contact has open documents: how many, the first few that this connection sees, and the list of those of a kind.
async fn still_open(
    call: &mut Call<'_, Write>,
    argument: &str,
    contact: &Contact,
    open: i64,
) -> Result<Problem, Error> {
    let (within, today) = (call.within(), call.zone().date(call.now()));
    let filter = DocumentFilter { client: Some(contact.id), states: OPEN.to_vec(), ..DocumentFilter::all(today) };
    let seen = billing_documents::list(call.conn(), within, &filter, DocumentSort::CreatedFirst, None, NAMED).await?;
    let documents: Vec<Value> = seen
        .iter()
        .map(|document| {
            let mut told = Map::new();
            told.insert("key".to_owned(), views::key(KeyKind::Document, document.number).into());
            told.insert("kind".to_owned(), document.standing.kind.as_str().into());
            told.insert("status".to_owned(), document.standing.status.as_str().into());
            if let Some(number) = &document.taken {
                told.insert("number".to_owned(), number.to_string().into());
            }
            Value::Object(told)
        })
        .collect();
    let mut current = Map::new();
    current.insert("open_documents".to_owned(), open.into());
    if !documents.is_empty() {
        current.insert("documents".to_owned(), documents.into());
    }
    let message = "The contact has open documents: settle them first. Those that this connection sees are in `current`, \
                   5 at most.";
    let problem = Problem::new(Code::TransitionNotAllowed, message).field(argument).current(Value::Object(current));
    let Some(first) = seen.first() else { return Ok(problem) };
    let mut list = Map::new();
    list.insert("kind".to_owned(), first.standing.kind.as_str().into());
    list.insert("client".to_owned(), contact.id.to_string().into());
    list.insert("status".to_owned(), OPEN.iter().map(|state| Value::from(state.as_str())).collect());
    Ok(problem.next("list_billing_documents", list))
}
