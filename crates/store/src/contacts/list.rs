//! A page of contacts by name.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::contacts::{Contact, ContactKind, ContactRole};
use lavori_domain::{ContactId, Timestamp};

use super::{ContactRow, visible};
use crate::conn::{Conn, on};
use crate::directory::{NamePosition, by_bytes};
use crate::error::Error;
use crate::limited::limited;
use crate::schema::{contact_teams, contacts};
use crate::sql::Sql;
use crate::within::Within;
use crate::words::{HasRole, Matches, Words, lower};

/// Which contacts. What is not given does not matter; values of one list are alternatives.
#[derive(Debug, Clone, Default)]
pub struct ContactFilter {
    /// Words in name, e-mail address or phone number.
    pub words: Option<Words>,
    /// Of one of these kinds.
    pub kinds: Vec<ContactKind>,
    /// With one of these roles.
    pub roles: Vec<ContactRole>,
    /// People of the company of this name; case does not matter.
    pub company: Option<String>,
    /// With this address, in the form in which addresses are kept.
    pub email: Option<String>,
    /// Put away, or not.
    pub archived: Option<bool>,
    /// Changed at this instant or later.
    pub updated_since: Option<Timestamp>,
}

/// Narrows a boxed query over `contacts` to what `filter` lets through.
macro_rules! filtered {
    ($within:expr, $filter:expr) => {{
        let filter: &ContactFilter = $filter;
        let mut query = visible!($within);
        if let Some(words) = &filter.words {
            query = query.filter(Matches::Contact(words.clone()));
        }
        if !filter.kinds.is_empty() {
            query = query.filter(contacts::kind.eq_any(filter.kinds.iter().copied().map(Sql)));
        }
        if !filter.roles.is_empty() {
            query = query.filter(HasRole(filter.roles.clone()));
        }
        if let Some(company) = &filter.company {
            query = query.filter(lower(contacts::company.assume_not_null()).eq(lower(company)));
        }
        if let Some(email) = &filter.email {
            query = query.filter(contacts::email.eq(email));
        }
        match filter.archived {
            Some(true) => query = query.filter(contacts::archived_at.is_not_null()),
            Some(false) => query = query.filter(contacts::archived_at.is_null()),
            None => {}
        }
        if let Some(since) = filter.updated_since {
            query = query.filter(contacts::updated_at.ge(Sql(since)));
        }
        query
    }};
}

/// At most `limit` contacts after `after`, by name, each with the position that its page would end at.
///
/// # Errors
/// When the database is out of reach.
pub async fn list(
    conn: &mut Conn,
    within: Within,
    filter: &ContactFilter,
    after: Option<&NamePosition>,
    limit: i64,
) -> Result<Vec<(NamePosition, Contact)>, Error> {
    let rows: Vec<(ContactRow, String)> = on!(conn, |c| {
        let mut query = filtered!(within, filter);
        if let Some(NamePosition { name, id }) = after {
            let id = Sql(ContactId::from(id.uuid()));
            query = query
                .filter(by_bytes(lower(contacts::name)).ge(name.clone()))
                .filter(by_bytes(lower(contacts::name)).gt(name.clone()).or(contacts::id.gt(id)));
        }
        let ordered = query.order((by_bytes(lower(contacts::name)), contacts::id));
        limited(ordered.select((ContactRow::as_select(), lower(contacts::name))), limit).load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|(row, name)| (NamePosition { name, id: row.id.uuid().into() }, Contact::from(row)))
        .collect())
}

/// How many contacts there are, counted up to `most`.
///
/// # Errors
/// When the database is out of reach.
pub async fn count(conn: &mut Conn, within: Within, filter: &ContactFilter, most: i64) -> Result<i64, Error> {
    let found: Vec<i32> = on!(conn, |c| filtered!(within, filter)
        .limit(most)
        .select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"))
        .load(c))?;
    Ok(i64::try_from(found.len()).unwrap_or(most))
}
