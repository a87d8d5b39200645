//! Contacts: clients, suppliers and partners. A narrowed query sees those linked to its team.

use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::contacts::{Contact, ContactKind};
use lavori_domain::id::kind;
use lavori_domain::{ContactId, OrganizationId, TeamId, Timestamp};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::reference::{Brief, MATCHES, Reference};
use crate::schema::{contact_teams, contacts};
use crate::sql::Sql;
use crate::within::Within;
use crate::words::lower;

#[derive(Queryable, Selectable)]
#[diesel(table_name = contacts, check_for_backend(Pg, Sqlite))]
struct ContactRow {
    organization_id: OrganizationId,
    id: ContactId,
    number: i64,
    kind: ContactKind,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    archived_at: Option<Timestamp>,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<ContactRow> for Contact {
    fn from(row: ContactRow) -> Self {
        Self {
            organization: row.organization_id,
            id: row.id,
            number: row.number,
            kind: row.kind,
            name: row.name,
            email: row.email,
            phone: row.phone,
            archived_at: row.archived_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The contacts that `within` shows, as a boxed query of whichever backend the arm has.
macro_rules! visible {
    ($within:expr) => {{
        let within: Within = $within;
        let mut query = contacts::table.filter(contacts::organization_id.eq(Sql(within.organization))).into_boxed();
        if let Some(team) = within.team {
            query = query.filter(exists(
                contact_teams::table
                    .filter(contact_teams::organization_id.eq(contacts::organization_id))
                    .filter(contact_teams::contact_id.eq(contacts::id))
                    .filter(contact_teams::team_id.eq(Sql(team))),
            ));
        }
        query
    }};
}

/// Which contacts to get.
#[derive(Debug, Clone, Copy)]
pub enum ContactKeys<'a> {
    /// Those with these ids.
    Ids(&'a [ContactId]),
    /// Those with these numbers in their keys.
    Numbers(&'a [i64]),
}

/// The contacts with the given keys, in no order. Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn details(conn: &mut Conn, within: Within, keys: ContactKeys<'_>) -> Result<Vec<Contact>, Error> {
    let rows: Vec<ContactRow> = on!(conn, |c| {
        let query = match keys {
            ContactKeys::Ids(ids) => visible!(within).filter(contacts::id.eq_any(ids.iter().copied().map(Sql))),
            ContactKeys::Numbers(numbers) => visible!(within).filter(contacts::number.eq_any(numbers)),
        };
        query.select(ContactRow::as_select()).load(c)
    })?;
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// The contacts that `reference` names, at most [`MATCHES`].
///
/// # Errors
/// When the database is out of reach.
pub async fn find(
    conn: &mut Conn,
    within: Within,
    reference: Reference<'_, kind::Contact>,
) -> Result<Vec<Brief<kind::Contact>>, Error> {
    let rows: Vec<ContactRow> = on!(conn, |c| {
        let query = match reference {
            Reference::Id(id) => visible!(within).filter(contacts::id.eq(Sql(id))),
            Reference::Number(number) => visible!(within).filter(contacts::number.eq(number)),
            Reference::Name(name) => visible!(within).filter(lower(contacts::name).eq(lower(name))),
        };
        query.order(contacts::number).limit(MATCHES).select(ContactRow::as_select()).load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|row| Brief {
            id: row.id,
            number: Some(row.number),
            name: row.name,
            hint: Some(row.email.unwrap_or_else(|| row.kind.as_str().to_owned())),
        })
        .collect())
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
            contacts::kind.eq(Sql(contact.kind)),
            contacts::name.eq(&contact.name),
            contacts::email.eq(&contact.email),
            contacts::phone.eq(&contact.phone),
            contacts::archived_at.eq(contact.archived_at.map(Sql)),
            contacts::version.eq(contact.version),
            contacts::created_at.eq(Sql(contact.created_at)),
            contacts::updated_at.eq(Sql(contact.updated_at)),
        ))
        .execute(c))?;
    Ok(())
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
