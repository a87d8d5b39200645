//! Connections as their pages list them: one query per list, with everything that stands behind each row.

use diesel::dsl::{self, Field};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_source::Alias;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::{ConnectionId, OrganizationId, PersonId, Timestamp};
use lavori_policy::ConnectionStanding;

use crate::clock::DatabaseNow;
use crate::conn::{Conn, on};
use crate::connections::Connection;
use crate::error::Error;
use crate::schema::{connections, memberships, organizations, people, refresh_tokens, teams};
use crate::sql::Sql;
use crate::standing::{Behind, ConnectionRow, MembershipRow, OrganizationRow, behind, connection_standing};

diesel::alias!(people as revokers: Revokers);

/// A connection with what a list says about it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The row.
    pub connection: Connection,
    /// What it can be used for at this moment is decided on this, as for a request.
    pub standing: ConnectionStanding,
    /// The name of the team it is narrowed to.
    pub team: Option<String>,
    /// The name of its person.
    pub person_name: String,
    /// Their address.
    pub person_email: String,
    /// When its newest refresh token expires unused; none before the client fetched its first tokens.
    pub idle_limit: Option<Timestamp>,
    /// Who revoked it, if a person did.
    pub revoked_by: Option<(PersonId, String)>,
}

/// Which part of a list: the newest connections first, and none that ended too long ago to matter.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Only those made before this one.
    pub before: Option<ConnectionId>,
    /// Only those that had not ended by themselves, or been revoked, at this time.
    pub since: Timestamp,
    /// At most so many.
    pub limit: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(check_for_backend(Pg, Sqlite))]
struct Row {
    #[diesel(embed)]
    connection: Connection,
    #[diesel(select_expression = refresh_tokens::expires_at.nullable())]
    idle_limit: Option<Timestamp>,
    #[diesel(select_expression = teams::name.nullable())]
    team: Option<String>,
    #[diesel(select_expression = people::name)]
    person_name: String,
    #[diesel(select_expression = people::email)]
    person_email: String,
    #[diesel(select_expression = (revokers.field(people::id), revokers.field(people::name)).nullable())]
    #[diesel(select_expression_type = dsl::Nullable<(Field<Alias<Revokers>, people::id>, Field<Alias<Revokers>, people::name>)>)]
    revoked_by: Option<(PersonId, String)>,
}

/// Everything behind a row; callers add whose rows.
macro_rules! listed {
    () => {
        behind!(
            connections::table
                .left_join(
                    refresh_tokens::table.on(refresh_tokens::organization_id
                        .eq(connections::organization_id)
                        .and(refresh_tokens::connection_id.eq(connections::id))
                        .and(refresh_tokens::rotated_at.is_null()))
                )
                .left_join(revokers.on(connections::revoked_by.eq(revokers.field(people::id).nullable()))),
            (Row::as_select(),)
        )
    };
}

/// The same, without what lies outside `page`.
macro_rules! page {
    ($page:expr) => {{
        let Page { before, since, limit } = $page;
        let mut query = listed!()
            .filter(connections::revoked_at.is_null().or(connections::revoked_at.gt(Some(Sql(since)))))
            .filter(connections::expires_at.gt(Sql(since)))
            .filter(
                refresh_tokens::expires_at
                    .nullable()
                    .gt(Some(Sql(since)))
                    .or(connections::activated_at.is_null().and(connections::created_at.gt(Sql(since)))),
            )
            .order(connections::id.desc())
            .limit(limit)
            .into_boxed();
        if let Some(before) = before {
            query = query.filter(connections::id.lt(Sql(before)));
        }
        query
    }};
}

/// A person's connections, over all their organizations.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_of_person(conn: &mut Conn, person: PersonId, page: Page) -> Result<Vec<Listed>, Error> {
    let rows: Vec<(Row, Behind)> = on!(conn, |c| page!(page).filter(connections::person_id.eq(Sql(person))).load(c))?;
    Ok(rows.into_iter().map(|row| listed(row, conn)).collect())
}

/// Everyone's connections of an organization.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_of_organization(
    conn: &mut Conn,
    organization: OrganizationId,
    page: Page,
) -> Result<Vec<Listed>, Error> {
    let rows: Vec<(Row, Behind)> =
        on!(conn, |c| page!(page).filter(connections::organization_id.eq(Sql(organization))).load(c))?;
    Ok(rows.into_iter().map(|row| listed(row, conn)).collect())
}

/// A connection of this very person, ended or not. `None`: there is none of that id, or it is somebody else's.
///
/// # Errors
/// When the database is out of reach.
pub async fn find_of_person(
    conn: &mut Conn,
    person: PersonId,
    connection: ConnectionId,
) -> Result<Option<Listed>, Error> {
    let rows: Vec<(Row, Behind)> = on!(conn, |c| listed!()
        .filter(connections::person_id.eq(Sql(person)))
        .filter(connections::id.eq(Sql(connection)))
        .load(c))?;
    Ok(rows.into_iter().next().map(|row| listed(row, conn)))
}

/// A connection of this very organization, ended or not.
///
/// # Errors
/// When the database is out of reach.
pub async fn find_of_organization(
    conn: &mut Conn,
    organization: OrganizationId,
    connection: ConnectionId,
) -> Result<Option<Listed>, Error> {
    let rows: Vec<(Row, Behind)> = on!(conn, |c| listed!()
        .filter(connections::organization_id.eq(Sql(organization)))
        .filter(connections::id.eq(Sql(connection)))
        .load(c))?;
    Ok(rows.into_iter().next().map(|row| listed(row, conn)))
}

fn listed((row, behind): (Row, Behind), conn: &Conn) -> Listed {
    let Row { connection, idle_limit, team, person_name, person_email, revoked_by } = row;
    let standing = connection_standing(behind, conn);
    Listed { connection, standing, team, person_name, person_email, idle_limit, revoked_by }
}
