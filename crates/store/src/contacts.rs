//! Contacts: clients, suppliers and partners. A narrowed query sees those linked to its team.

mod list;
mod write;

pub use list::{ContactFilter, count, list};
pub use write::{insert, insert_all, known, link_team, link_teams, lock, unlinked, update};

use std::convert::identity;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::contacts::{Address, Contact, ContactKind, ContactRole};
use lavori_domain::id::kind;
use lavori_domain::{ContactId, Currency, OrganizationId, Timestamp};

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::json::AsJson;
use crate::one_of::one_of;
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
    company: Option<String>,
    roles: AsJson<Vec<ContactRole>>,
    address: Option<AsJson<Address>>,
    tax_id: Option<String>,
    payment_terms_days: Option<i32>,
    currency: Option<Currency>,
    language: Option<String>,
    tags: AsJson<Vec<String>>,
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
            company: row.company,
            roles: row.roles.0,
            address: row.address.map(|address| address.0),
            tax_id: row.tax_id,
            payment_terms_days: row.payment_terms_days,
            currency: row.currency,
            language: row.language,
            tags: row.tags.0,
        }
    }
}

/// The contacts that `within` shows, as a boxed query of whichever backend the arm has.
macro_rules! visible {
    ($within:expr) => {{
        let within: Within = $within;
        let mut query = contacts::table.filter(contacts::organization_id.eq(Sql(within.organization))).into_boxed();
        if let Some(team) = within.team {
            query = query.filter(diesel::dsl::exists(
                contact_teams::table
                    .filter(contact_teams::organization_id.eq(contacts::organization_id))
                    .filter(contact_teams::contact_id.eq(contacts::id))
                    .filter(contact_teams::team_id.eq(Sql(team))),
            ));
        }
        query
    }};
}
use visible;

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
            ContactKeys::Ids(ids) => visible!(within).filter(one_of!(contacts::id, ids, Sql)),
            ContactKeys::Numbers(numbers) => visible!(within).filter(one_of!(contacts::number, numbers, identity)),
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
