//! Who can be planned: members by team and by what they have worked as.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::{PersonId, TeamId, Timestamp};

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::limited::limited;
use crate::schema::{memberships, people, shifts, team_members};
use crate::sql::Sql;
use crate::within::Within;
use crate::words::lower;

/// Somebody who can be planned.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
pub struct CrewMember {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// How much they work in a week, in minutes.
    pub weekly_capacity_minutes: i32,
}

/// Which members. What is not given does not matter.
#[derive(Debug, Clone, Default)]
pub struct CrewFilter<'a> {
    /// These ones.
    pub people: Option<&'a [PersonId]>,
    /// Of this team.
    pub team: Option<TeamId>,
    /// Who had a shift in this role that began since then. Case does not matter.
    pub role: Option<(&'a str, Timestamp)>,
}

/// The members that `filter` lets through, by name: at most `limit`.
///
/// # Errors
/// When the database is out of reach.
pub async fn members(
    conn: &mut Conn,
    within: Within,
    filter: &CrewFilter<'_>,
    limit: i64,
) -> Result<Vec<CrewMember>, Error> {
    on!(conn, |c| {
        let mut query = memberships::table
            .inner_join(people::table.on(people::id.eq(memberships::person_id)))
            .filter(memberships::organization_id.eq(Sql(within.organization)))
            .filter(memberships::ended_at.is_null())
            .into_boxed();
        for team in within.team.into_iter().chain(filter.team) {
            query = query.filter(exists(
                team_members::table
                    .filter(team_members::organization_id.eq(memberships::organization_id))
                    .filter(team_members::person_id.eq(memberships::person_id))
                    .filter(team_members::team_id.eq(Sql(team))),
            ));
        }
        if let Some(ids) = filter.people {
            query = query.filter(people::id.eq_any(ids.iter().copied().map(Sql)));
        }
        if let Some((role, since)) = filter.role {
            let worked = shifts::table
                .filter(shifts::organization_id.eq(memberships::organization_id))
                .filter(shifts::person_id.eq(memberships::person_id.nullable()))
                .filter(shifts::starts_at.ge(Sql(since)))
                .filter(lower(shifts::role).eq(lower(role)));
            query = match within.team {
                None => query.filter(exists(worked)),
                // What other teams gave them to do is not told.
                Some(team) => query.filter(exists(worked.filter(shifts::team_id.eq(Some(Sql(team)))))),
            };
        }
        limited(
            query.order((people::name, people::id)).select((
                people::id,
                people::name,
                memberships::weekly_capacity_minutes,
            )),
            limit,
        )
        .load(c)
    })
}
