//! The live connections of an organization: what a person is about to cut off, before they do.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::organizations::{PersonState, Role};
use lavori_domain::{ConnectionId, OrganizationId, PersonId, Timestamp};
use lavori_policy::Scopes;

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::schema::{connections, memberships, people, refresh_tokens};
use crate::sql::Sql;

/// A connection whose client holds tokens that are good, or that it can renew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// Its id.
    pub id: ConnectionId,
    /// Whose it is.
    pub person: PersonId,
    /// Their name.
    pub person_name: String,
    /// Whether they may sign in.
    pub person_state: PersonState,
    /// What they are in the organization.
    pub role: Role,
    /// The client's metadata.
    pub client: serde_json::Value,
    /// Where its answers went.
    pub redirect_uri: String,
    /// What the person approved.
    pub approved: Scopes,
}

impl Live {
    /// Whether it is good for anything at this moment: neither its person nor their role keeps it from that.
    pub fn works(&self) -> bool {
        self.person_state == PersonState::Active && self.role.may_connect_clients()
    }
}

/// The live connections of an organization, or of one of its members: neither revoked nor ended by themselves at `now`.
/// By person, and each person's newest first.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_live(
    conn: &mut Conn,
    organization: OrganizationId,
    person: Option<PersonId>,
    now: Timestamp,
) -> Result<Vec<Live>, Error> {
    type Row = (ConnectionId, PersonId, String, PersonState, Role, serde_json::Value, String, Scopes);
    let rows: Vec<Row> = on!(conn, |c| {
        let rows = connections::table
            .inner_join(
                refresh_tokens::table.on(refresh_tokens::organization_id
                    .eq(connections::organization_id)
                    .and(refresh_tokens::connection_id.eq(connections::id))
                    .and(refresh_tokens::rotated_at.is_null())),
            )
            .inner_join(
                memberships::table.on(memberships::organization_id
                    .eq(connections::organization_id)
                    .and(memberships::person_id.eq(connections::person_id))),
            )
            .inner_join(people::table.on(people::id.eq(connections::person_id)))
            .filter(connections::organization_id.eq(Sql(organization)))
            .filter(connections::revoked_at.is_null().and(connections::expires_at.gt(Sql(now))))
            .filter(refresh_tokens::expires_at.gt(Sql(now)).and(memberships::ended_at.is_null()))
            .order((people::name, people::id, connections::id.desc()))
            .select((
                connections::id,
                people::id,
                people::name,
                people::state,
                memberships::role,
                connections::client,
                connections::redirect_uri,
                connections::approved_scope,
            ));
        match person {
            Some(person) => rows.filter(connections::person_id.eq(Sql(person))).load(c),
            None => rows.load(c),
        }
    })?;
    let live = |(id, person, person_name, person_state, role, client, redirect_uri, approved): Row| Live {
        id,
        person,
        person_name,
        person_state,
        role,
        client,
        redirect_uri,
        approved,
    };
    Ok(rows.into_iter().map(live).collect())
}
