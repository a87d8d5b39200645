//! Sign-ins: one row per browser.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::organizations::PersonState;
use lavori_domain::{PersonId, SessionId, Timestamp};

use crate::clock::{DatabaseNow, shifted};
use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::{people, sessions};
use crate::secret_hash::SecretHash;
use crate::sql::Sql;

/// A session that is alive, with its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub person: PersonId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
}

/// A session to be stored.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// The hash of its cookie.
    pub token: SecretHash,
    /// Who signed in.
    pub person: PersonId,
    /// When.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// From where.
    pub ip_address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(Pg, Sqlite))]
struct SessionRow {
    id: SessionId,
    person_id: PersonId,
    expires_at: Timestamp,
    ended_at: Option<Timestamp>,
}

/// Finds the live session behind a cookie: not ended, not expired, of a person who may sign in.
///
/// # Errors
/// When the database is out of reach.
pub async fn find(conn: &mut Conn, token: SecretHash) -> Result<Option<Session>, Error> {
    type Row = (SessionRow, String, String, PersonState, Timestamp);
    let rows: Vec<Row> = on!(conn, |c| sessions::table
        .inner_join(people::table.on(people::id.eq(sessions::person_id)))
        .filter(sessions::token_hash.eq(token))
        .select((SessionRow::as_select(), people::email, people::name, people::state, DatabaseNow))
        .load(c))?;
    Ok(rows
        .into_iter()
        .find(|(session, _, _, state, now)| {
            session.ended_at.is_none() && shifted(*now, conn) < session.expires_at && *state == PersonState::Active
        })
        .map(|(session, email, name, _, _)| Session { id: session.id, person: session.person_id, email, name }))
}

/// Stores a session.
///
/// # Errors
/// When the database is out of reach.
pub async fn insert(tx: &mut Tx, session: &NewSession) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(Sql(session.id)),
            sessions::token_hash.eq(session.token),
            sessions::person_id.eq(Sql(session.person)),
            sessions::created_at.eq(Sql(session.created_at)),
            sessions::last_seen_at.eq(Sql(session.created_at)),
            sessions::expires_at.eq(Sql(session.expires_at)),
            sessions::ip_address.eq(&session.ip_address),
            sessions::user_agent.eq(&session.user_agent),
        ))
        .execute(c))?;
    Ok(())
}

/// Ends a session at once.
///
/// # Errors
/// When the database is out of reach.
pub async fn end(tx: &mut Tx, session: SessionId, at: Timestamp) -> Result<(), Error> {
    on!(tx, |c| diesel::update(sessions::table.find(Sql(session)))
        .set(sessions::ended_at.eq(Some(Sql(at))))
        .execute(c))?;
    Ok(())
}

/// Ends every session of a person at once, and says how many there were.
///
/// # Errors
/// When the database is out of reach.
pub async fn end_all_of(tx: &mut Tx, person: PersonId, at: Timestamp) -> Result<usize, Error> {
    let alive = sessions::person_id.eq(Sql(person)).and(sessions::ended_at.is_null());
    on!(tx, |c| diesel::update(sessions::table.filter(alive)).set(sessions::ended_at.eq(Some(Sql(at)))).execute(c))
}
