//! The one query that authorizes a request.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::organizations::{OrganizationState, PersonState, Role};
use lavori_domain::{ConnectionId, Currency, OrganizationId, PersonId, TeamId, TimeZone, Timestamp, TokenId};
use lavori_policy::{ConnectionStanding, Epochs, Scopes, Standing, Switches, Tenant};

use crate::clock::{DatabaseNow, shifted};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::schema::{access_tokens, connections, memberships, organizations, people, teams};
use crate::secret_hash::SecretHash;
use crate::sql::Sql;
use crate::written::written;

/// An access token as it stands in the database at this moment.
#[derive(Debug, Clone)]
pub struct Presented {
    /// The token's row.
    pub token: TokenId,
    /// Whether it was ever used before.
    pub used: bool,
    /// When the connection was last seen, as recorded.
    pub last_used_at: Option<Timestamp>,
    /// Everything the policy decides on.
    pub standing: Standing,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = access_tokens, check_for_backend(Pg, Sqlite))]
struct TokenRow {
    id: TokenId,
    scope: Scopes,
    write_epoch: i32,
    billing_epoch: i32,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = connections, check_for_backend(Pg, Sqlite))]
pub(crate) struct ConnectionRow {
    id: ConnectionId,
    approved_scope: Scopes,
    resource: String,
    last_used_at: Option<Timestamp>,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships, check_for_backend(Pg, Sqlite))]
pub(crate) struct MembershipRow {
    person_id: PersonId,
    role: Role,
    ended_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = organizations, check_for_backend(Pg, Sqlite))]
pub(crate) struct OrganizationRow {
    id: OrganizationId,
    slug: String,
    name: String,
    time_zone: TimeZone,
    currency: Currency,
    state: OrganizationState,
    allow_write: bool,
    allow_billing: bool,
    write_epoch: i32,
    billing_epoch: i32,
}

/// What is selected besides the token: one list, so that a token and a connection are read alike.
pub(crate) type Behind =
    (ConnectionRow, MembershipRow, PersonState, OrganizationRow, Option<(TeamId, String)>, Timestamp);

/// The tables behind a connection and the columns of [`Behind`].
macro_rules! behind {
    ($from:expr, ($($token:expr,)?)) => {
        $from
            .inner_join(memberships::table.on(
                memberships::organization_id
                    .eq(connections::organization_id)
                    .and(memberships::person_id.eq(connections::person_id))
            ))
            .inner_join(people::table.on(people::id.eq(connections::person_id)))
            .inner_join(organizations::table.on(organizations::id.eq(connections::organization_id)))
            .left_join(teams::table.on(
                teams::organization_id
                    .eq(connections::organization_id)
                    .and(connections::team_id.eq(teams::id.nullable()))
            ))
            .select(($($token,)? (
                ConnectionRow::as_select(),
                MembershipRow::as_select(),
                people::state,
                OrganizationRow::as_select(),
                (teams::id, teams::slug).nullable(),
                DatabaseNow,
            ),))
    };
}
pub(crate) use behind;

/// Finds what stands behind an access token: token, connection, membership, person, organization and team in one
/// indexed query. `None`: no such token was ever issued.
///
/// # Errors
/// When the database is out of reach.
pub async fn find(conn: &mut Conn, token: SecretHash) -> Result<Option<Presented>, Error> {
    let rows: Vec<(TokenRow, Behind)> = on!(conn, |c| written!(
        behind!(
            access_tokens::table.inner_join(
                connections::table.on(connections::organization_id
                    .eq(access_tokens::organization_id)
                    .and(connections::id.eq(access_tokens::connection_id)))
            ),
            (TokenRow::as_select(),)
        )
        .filter(access_tokens::token_hash.eq(token))
    )
    .load(c))?;
    Ok(rows.into_iter().next().map(|(token, behind)| Presented {
        token: token.id,
        used: token.used_at.is_some(),
        last_used_at: behind.0.last_used_at,
        standing: Standing {
            expires_at: token.expires_at,
            scopes: token.scope,
            epochs: Epochs { write: token.write_epoch, billing: token.billing_epoch },
            revoked_at: token.revoked_at,
            of: connection_standing(behind, conn),
        },
    }))
}

/// Finds what stands behind a connection, as it is at this moment: what a grant, and a write in its own transaction,
/// decide on.
///
/// # Errors
/// When the database is out of reach.
pub async fn of_connection(
    conn: &mut Conn,
    organization: OrganizationId,
    connection: ConnectionId,
) -> Result<Option<ConnectionStanding>, Error> {
    let rows: Vec<(Behind,)> = on!(conn, |c| written!(
        behind!(connections::table, ())
            .filter(connections::organization_id.eq(Sql(organization)))
            .filter(connections::id.eq(Sql(connection)))
    )
    .load(c))?;
    Ok(rows.into_iter().next().map(|(behind,)| connection_standing(behind, conn)))
}

pub(crate) fn connection_standing(behind: Behind, conn: &Conn) -> ConnectionStanding {
    let (connection, membership, person_state, organization, team, now) = behind;
    let (team, team_slug) = team.unzip();
    ConnectionStanding {
        now: shifted(now, conn),
        resource: connection.resource,
        connection: connection.id,
        approved: connection.approved_scope,
        revoked_at: connection.revoked_at,
        expires_at: connection.expires_at,
        person: membership.person_id,
        person_state,
        role: membership.role,
        membership_ended_at: membership.ended_at,
        organization_state: organization.state,
        switches: Switches::new(organization.allow_write, organization.allow_billing),
        epochs: Epochs { write: organization.write_epoch, billing: organization.billing_epoch },
        tenant: Tenant {
            organization: organization.id,
            slug: organization.slug,
            name: organization.name,
            time_zone: organization.time_zone,
            currency: organization.currency,
            team,
            team_slug,
        },
    }
}
