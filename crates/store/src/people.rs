//! People, who may belong to several organizations.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::organizations::{Person, PersonState};
use lavori_domain::{PersonId, Timestamp};

use crate::conn::{Conn, Tx, on};
use crate::cut_off::CutOff;
use crate::error::Error;
use crate::locks::{self, Guarded};
use crate::schema::people;
use crate::sql::Sql;

#[derive(Queryable, Selectable)]
#[diesel(table_name = people, check_for_backend(Pg, Sqlite))]
pub(crate) struct PersonRow {
    id: PersonId,
    email: String,
    name: String,
    state: PersonState,
    created_at: Timestamp,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        Self { id: row.id, email: row.email, name: row.name, state: row.state, created_at: row.created_at }
    }
}

/// Finds a person and their password hash by normalized e-mail address.
///
/// # Errors
/// When the database is out of reach.
pub async fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<(Person, Option<String>)>, Error> {
    let rows: Vec<(PersonRow, Option<String>)> = on!(conn, |c| people::table
        .filter(people::email.eq(email))
        .select((PersonRow::as_select(), people::password_hash))
        .load(c))?;
    Ok(rows.into_iter().next().map(|(person, hash)| (person.into(), hash)))
}

/// Reads a person and their password hash for a change of how they sign in, or for a session that relies on it: until
/// the transaction ends nobody else changes either.
///
/// # Errors
/// When the database is out of reach.
pub async fn lock_credentials(tx: &mut Tx, person: PersonId) -> Result<Option<(Person, Option<String>)>, Error> {
    locks::take_alone(tx, Guarded::Credentials(person), None).await?;
    let rows: Vec<(PersonRow, Option<String>)> =
        on!(tx, |c| people::table.find(Sql(person)).select((PersonRow::as_select(), people::password_hash)).load(c))?;
    Ok(rows.into_iter().next().map(|(person, hash)| (person.into(), hash)))
}

/// Inserts a person. Without a password hash they cannot sign in by password.
///
/// # Errors
/// [`Error::Conflict`] when the address is taken.
pub async fn insert(tx: &mut Tx, person: &Person, password_hash: Option<&str>) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(people::table)
        .values((
            people::id.eq(Sql(person.id)),
            people::email.eq(&person.email),
            people::name.eq(&person.name),
            people::password_hash.eq(password_hash),
            people::state.eq(Sql(person.state)),
            people::created_at.eq(Sql(person.created_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Keeps a new password hash. The caller has the [`lock_credentials`] of the person.
///
/// # Errors
/// When the database is out of reach.
pub async fn set_password_hash(tx: &mut Tx, person: PersonId, hash: &str) -> Result<(), Error> {
    on!(tx, |c| diesel::update(people::table.find(Sql(person))).set(people::password_hash.eq(hash)).execute(c))?;
    Ok(())
}

/// Lets a person sign in, or not.
///
/// # Errors
/// When the database is out of reach.
pub async fn set_state(tx: &mut Tx, person: PersonId, state: PersonState) -> Result<(), Error> {
    let cut = (state != PersonState::Active).then(|| CutOff::person(person));
    locks::take_alone(tx, Guarded::Person(person), cut).await?;
    on!(tx, |c| diesel::update(people::table.find(Sql(person))).set(people::state.eq(Sql(state))).execute(c))?;
    Ok(())
}
