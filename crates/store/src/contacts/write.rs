//! Adding and changing contacts, and which teams know them.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::contacts::Contact;
use lavori_domain::{ContactId, OrganizationId, TeamId};

use super::{ContactKeys, ContactRow, details, visible};
use crate::conn::{Conn, Inner, Tx, on, on_postgres};
use crate::error::Error;
use crate::json::AsJson;
use crate::schema::{contact_teams, contacts};
use crate::sql::Sql;
use crate::within::Within;

/// The columns that an update may change.
macro_rules! columns {
    ($contact:expr) => {{
        let contact: &Contact = $contact;
        (
            contacts::kind.eq(Sql(contact.kind)),
            contacts::name.eq(&contact.name),
            contacts::company.eq(&contact.company),
            contacts::email.eq(&contact.email),
            contacts::phone.eq(&contact.phone),
            contacts::roles.eq(Sql(AsJson(&contact.roles))),
            contacts::address.eq(contact.address.as_ref().map(|address| Sql(AsJson(address)))),
            contacts::tax_id.eq(&contact.tax_id),
            contacts::payment_terms_days.eq(contact.payment_terms_days),
            contacts::currency.eq(contact.currency.map(Sql)),
            contacts::language.eq(&contact.language),
            contacts::tags.eq(Sql(AsJson(&contact.tags))),
            contacts::archived_at.eq(contact.archived_at.map(Sql)),
            contacts::version.eq(contact.version),
            contacts::updated_at.eq(Sql(contact.updated_at)),
        )
    }};
}

/// Inserts a contact.
///
/// # Errors
/// [`Error::Conflict`] when its number is taken.
pub async fn insert(tx: &mut Tx, contact: &Contact) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(contacts::table)
        .values((
            contacts::organization_id.eq(Sql(contact.organization)),
            contacts::id.eq(Sql(contact.id)),
            contacts::number.eq(contact.number),
            contacts::created_at.eq(Sql(contact.created_at)),
            columns!(contact),
        ))
        .execute(c))?;
    Ok(())
}

/// Writes a contact's fields and version as they are in `contact`, which [`lock`] gave.
///
/// # Errors
/// When the database is out of reach.
pub async fn update(tx: &mut Tx, contact: &Contact) -> Result<(), Error> {
    on!(tx, |c| diesel::update(contacts::table.find((Sql(contact.organization), Sql(contact.id))))
        .set(columns!(contact))
        .execute(c))?;
    Ok(())
}

/// The contacts with the given ids, which nobody else changes until the transaction ends. Those that do not exist
/// within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn lock(tx: &mut Tx, within: Within, ids: &[ContactId]) -> Result<Vec<Contact>, Error> {
    // A transaction of SQLite is alone already.
    if let Inner::Postgres(conn) = &mut tx.inner {
        let _: Vec<ContactId> = on_postgres!(conn, |c| contacts::table
            .filter(contacts::organization_id.eq(Sql(within.organization)))
            .filter(contacts::id.eq_any(ids.iter().copied().map(Sql)))
            .order(contacts::id)
            .select(contacts::id)
            .for_update()
            .load(c))?;
    }
    details(tx, within, ContactKeys::Ids(ids)).await
}

/// Lets a team see a contact.
///
/// # Errors
/// [`Error::Conflict`] when it does already, or either is of another organization.
pub async fn link_team(
    tx: &mut Tx,
    organization: OrganizationId,
    contact: ContactId,
    team: TeamId,
) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(contact_teams::table)
        .values((
            contact_teams::organization_id.eq(Sql(organization)),
            contact_teams::contact_id.eq(Sql(contact)),
            contact_teams::team_id.eq(Sql(team)),
        ))
        .execute(c))?;
    Ok(())
}

/// Lets teams see a contact that they may see already: what happens when a team's project or document uses it.
///
/// # Errors
/// [`Error::Conflict`] when contact or team is of another organization.
pub async fn link_teams(
    tx: &mut Tx,
    organization: OrganizationId,
    contact: ContactId,
    teams: &[TeamId],
) -> Result<(), Error> {
    for team in unlinked(tx, organization, contact, teams).await? {
        on!(tx, |c| diesel::insert_into(contact_teams::table)
            .values((
                contact_teams::organization_id.eq(Sql(organization)),
                contact_teams::contact_id.eq(Sql(contact)),
                contact_teams::team_id.eq(Sql(team)),
            ))
            // Another transaction may do the same now.
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Those of `teams` that do not see a contact yet.
///
/// # Errors
/// When the database is out of reach.
pub async fn unlinked(
    conn: &mut Conn,
    organization: OrganizationId,
    contact: ContactId,
    teams: &[TeamId],
) -> Result<Vec<TeamId>, Error> {
    let known: HashSet<TeamId> = on!(conn, |c| contact_teams::table
        .filter(contact_teams::organization_id.eq(Sql(organization)))
        .filter(contact_teams::contact_id.eq(Sql(contact)))
        .select(contact_teams::team_id)
        .load::<TeamId>(c))?
    .into_iter()
    .collect();
    Ok(teams.iter().copied().filter(|team| !known.contains(team)).collect())
}

/// The contacts in use that have one of these addresses, phone numbers or tax ids, in the forms in which those are
/// kept. A narrowed query knows those of its team.
///
/// # Errors
/// When the database is out of reach.
pub async fn known(
    conn: &mut Conn,
    within: Within,
    emails: &[String],
    phones: &[String],
    tax_ids: &[String],
) -> Result<Vec<Contact>, Error> {
    let rows: Vec<ContactRow> = on!(conn, |c| visible!(within)
        .filter(contacts::archived_at.is_null())
        .filter(
            contacts::email
                .assume_not_null()
                .eq_any(emails)
                .or(contacts::phone.assume_not_null().eq_any(phones))
                .or(contacts::tax_id.assume_not_null().eq_any(tax_ids)),
        )
        .order(contacts::number)
        .select(ContactRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Contact::from).collect())
}
