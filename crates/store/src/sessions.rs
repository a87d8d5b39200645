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
    /// For how many seconds nobody noted that it was used.
    pub unseen_for: i64,
}

/// A live session as the account page lists it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(Pg, Sqlite))]
pub struct ListedSession {
    /// Its id.
    pub id: SessionId,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When it was last used, give or take some minutes.
    pub last_seen_at: Timestamp,
    /// From where they signed in.
    pub ip_address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
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
    last_seen_at: Timestamp,
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
        .map(|(session, email, name, _, now)| Session {
            id: session.id,
            person: session.person_id,
            email,
            name,
            unseen_for: shifted(now, conn).seconds_since(session.last_seen_at),
        }))
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

/// Notes that a session was used, unless somebody else just did.
///
/// # Errors
/// When the database is out of reach.
pub async fn touch(tx: &mut Tx, session: SessionId, at: Timestamp, lag: i64) -> Result<(), Error> {
    let lagging = sessions::table.find(Sql(session)).filter(sessions::last_seen_at.le(Sql(at.plus_seconds(-lag))));
    on!(tx, |c| diesel::update(lagging).set(sessions::last_seen_at.eq(Sql(at))).execute(c))?;
    Ok(())
}

/// The live sessions of a person, the last used first.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_of(conn: &mut Conn, person: PersonId, now: Timestamp) -> Result<Vec<ListedSession>, Error> {
    on!(conn, |c| sessions::table
        .filter(sessions::person_id.eq(Sql(person)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(Sql(now)))
        .order((sessions::last_seen_at.desc(), sessions::id.desc()))
        .select(ListedSession::as_select())
        .load(c))
}

/// Ends a session of this very person. `false`: they have no live session of that id.
///
/// # Errors
/// When the database is out of reach.
pub async fn end_of(tx: &mut Tx, person: PersonId, session: SessionId, at: Timestamp) -> Result<bool, Error> {
    let live = sessions::table
        .find(Sql(session))
        .filter(sessions::person_id.eq(Sql(person)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(Sql(at)));
    let changed = on!(tx, |c| diesel::update(live).set(sessions::ended_at.eq(Some(Sql(at)))).execute(c))?;
    Ok(changed == 1)
}

/// Ends a person's live sessions but `kept`, and says how many those were.
///
/// # Errors
/// When the database is out of reach.
pub async fn end_others(tx: &mut Tx, person: PersonId, kept: SessionId, at: Timestamp) -> Result<usize, Error> {
    on!(tx, |c| diesel::update(sessions::table)
        .filter(sessions::person_id.eq(Sql(person)))
        .filter(sessions::id.ne(Sql(kept)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(Sql(at)))
        .set(sessions::ended_at.eq(Some(Sql(at))))
        .execute(c))
}
