//! Contacts: in use, or put away.

use std::collections::HashMap;

use lavori_domain::ContactId;
use lavori_domain::RecordType;
use lavori_domain::contacts::{Contact, ContactStatus};
use lavori_domain::id::kind;
use lavori_store::contacts;

use super::{More, Move, Moved};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::contact;
use crate::error::Error;
use crate::fields::Fields;
use crate::refs;

pub(super) async fn change(call: &mut Call<'_, Write>, moves: Vec<Move<kind::Contact>>) -> Result<Moved, Error> {
    if moves.is_empty() {
        return Ok(Moved::default());
    }
    let (within, now) = (call.within(), call.now());
    let ids: Vec<ContactId> = moves.iter().map(|contact| contact.id).collect();
    let locked = contacts::lock(&mut call.db, within, &ids).await?;
    let mut held: HashMap<ContactId, Contact> = locked.into_iter().map(|contact| (contact.id, contact)).collect();
    let (mut problems, mut moved) = (Problems::default(), Moved::default());
    for item in moves {
        let Some(mut contact) = held.remove(&item.id) else {
            problems.add(refs::not_found(&item.at("id"), &item.text, &[RecordType::Contact]));
            continue;
        };
        let Some(to) = item.word(ContactStatus::ALL, ContactStatus::as_str, &mut problems) else { continue };
        let from = contact.status();
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
