//! Reading documents, items and days that a call names (TOOLS.md D1).

use chrono::NaiveDate;
use lavori_domain::billing::{Document, ServiceItem};
use lavori_domain::contacts::Contact;
use lavori_domain::when::When;
use lavori_domain::{ContactId, DocumentId, RecordType};
use lavori_store::service_items::ServiceItemKeys;
use lavori_store::{Within, billing_documents, contacts, projects, service_items};

use crate::access::{Access, Write};
use crate::call::Call;
use crate::error::{Code, Error, Problem};
use crate::refs;

/// Reads a document that was found within the call's limits, and holds it with what it was made from until the call
/// ends.
pub(crate) async fn load(call: &mut Call<'_, Write>, id: DocumentId) -> Result<(Document, Option<Document>), Error> {
    let (organization, within) = (call.caller.tenant.organization, call.within());
    let before = one(call, within, id).await?;
    let mut held = vec![id];
    held.extend(before.from);
    billing_documents::lock(&mut call.db, organization, &held).await?;
    // As it is now that nobody else can change it. What it was made from may be of another team.
    let document = one(call, within, id).await?;
    let source = match document.from {
        Some(from) => Some(one(call, Within { organization, team: None }, from).await?),
        None => None,
    };
    Ok((document, source))
}

async fn one(call: &mut Call<'_, Write>, within: Within, id: DocumentId) -> Result<Document, Error> {
    let found = billing_documents::load(&mut call.db, within, &[id]).await?;
    // It was found a moment ago, and documents are never deleted: it was moved to another team meanwhile.
    found.into_iter().next().ok_or_else(|| refs::not_found("id", &id.to_string(), &[]).into())
}

/// Reads an item of the service library.
pub(super) async fn item(call: &mut Call<'_, Write>, argument: &str, text: &str) -> Result<ServiceItem, Error> {
    let within = call.within();
    let ids = [refs::service_item(call, argument, text).await?.id];
    let items = service_items::details(&mut call.db, within, ServiceItemKeys::Ids(&ids)).await?;
    items.into_iter().next().ok_or_else(|| refs::not_found(argument, text, &[RecordType::ServiceItem]).into())
}

/// The client of a document as the directory has it, even one that this connection's team does not know.
pub(crate) async fn contact(call: &mut Call<'_, Write>, id: ContactId) -> Result<Contact, Error> {
    let within = Within { organization: call.caller.tenant.organization, team: None };
    let found = contacts::details(&mut call.db, within, contacts::ContactKeys::Ids(&[id])).await?;
    Ok(found.into_iter().next().ok_or(lavori_store::Error::NotFound)?)
}

/// Lets the team of a document see its client: its own team, or else its project's (TOOLS.md 4.7).
pub(crate) async fn share_client(call: &mut Call<'_, Write>, document: &Document) -> Result<(), Error> {
    let mut team = document.team;
    if let (None, Some(project)) = (team, document.project) {
        let within = Within { organization: document.organization, team: None };
        let found = projects::details(&mut call.db, within, projects::ProjectKeys::Ids(&[project])).await?;
        team = found.into_iter().next().and_then(|project| project.team).map(|(id, _)| id);
    }
    if let Some(team) = team {
        contacts::link_teams(&mut call.db, document.organization, document.client, &[team]).await?;
    }
    Ok(())
}

/// Reads one day: the first of a stretch, the day of an instant in the organization's zone.
pub(crate) fn day<A: Access>(call: &mut Call<'_, A>, argument: &str, text: &str) -> Result<NaiveDate, Error> {
    let (when, _) = call.from(argument, text)?;
    Ok(match when {
        When::Days { first, .. } => first,
        When::Instant(instant) => call.zone().date(instant),
    })
}

/// A number or an amount that is none.
pub(crate) fn text_of(argument: &str, text: &str, refused: &impl std::fmt::Display) -> Problem {
    Problem::new(Code::InvalidArgument, refused.to_string()).field(argument).got(&text.into())
}
