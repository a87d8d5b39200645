//! Pages of members and of teams by name.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::organizations::{Role, Team};
use lavori_domain::{ContactId, PersonId, TeamId, Timestamp};

use super::order::{NamePosition, by_bytes};
use super::{Member, TeamRow, visible};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::limited::limited;
use crate::schema::{contact_teams, memberships, people, team_members, teams};
use crate::sql::Sql;
use crate::within::Within;
use crate::words::{Matches, Words, lower};

/// Which members. What is not given does not matter.
#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    /// Words in name or e-mail address.
    pub words: Option<Words>,
    /// With this address, in the form in which addresses are kept.
    pub email: Option<String>,
    /// Belonging to the organization since this instant or a later one.
    pub since: Option<Timestamp>,
}

/// Narrows a boxed query over members to what `filter` lets through.
macro_rules! filtered {
    ($within:expr, $filter:expr) => {{
        let filter: &MemberFilter = $filter;
        let mut query = visible!($within);
        if let Some(words) = &filter.words {
            query = query.filter(Matches::Member(words.clone()));
        }
        if let Some(email) = &filter.email {
            query = query.filter(people::email.eq(email));
        }
        if let Some(since) = filter.since {
            query = query.filter(memberships::created_at.ge(Sql(since)));
        }
        query
    }};
}

/// At most `limit` members after `after`, by name, each with the position that its page would end at.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_members(
    conn: &mut Conn,
    within: Within,
    filter: &MemberFilter,
    after: Option<&NamePosition>,
    limit: i64,
) -> Result<Vec<(NamePosition, Member)>, Error> {
    let rows: Vec<(PersonId, String, String, Role, i32, String)> = on!(conn, |c| {
        let mut query = filtered!(within, filter);
        if let Some(NamePosition { name, id }) = after {
            query = query.filter(by_bytes(lower(people::name)).ge(name.clone())).filter(
                by_bytes(lower(people::name)).gt(name.clone()).or(people::id.gt(Sql(PersonId::from(id.uuid())))),
            );
        }
        let ordered = query.order((by_bytes(lower(people::name)), people::id));
        let columns = (
            people::id,
            people::name,
            people::email,
            memberships::role,
            memberships::weekly_capacity_minutes,
            lower(people::name),
        );
        limited(ordered.select(columns), limit).load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|(id, name, email, role, weekly_capacity_minutes, lower)| {
            (
                NamePosition { name: lower, id: id.uuid().into() },
                Member { id, name, email, role, weekly_capacity_minutes },
            )
        })
        .collect())
}

/// How many members there are, counted up to `most`.
///
/// # Errors
/// When the database is out of reach.
pub async fn count_members(conn: &mut Conn, within: Within, filter: &MemberFilter, most: i64) -> Result<i64, Error> {
    let found: Vec<i32> = on!(conn, |c| filtered!(within, filter)
        .limit(most)
        .select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"))
        .load(c))?;
    Ok(i64::try_from(found.len()).unwrap_or(most))
}

/// The teams that `$within` shows and `$words` match, as a boxed query.
macro_rules! teams {
    ($within:expr, $words:expr) => {{
        let (within, words): (Within, Option<&Words>) = ($within, $words);
        let mut query = teams::table.filter(teams::organization_id.eq(Sql(within.organization))).into_boxed();
        if let Some(team) = within.team {
            query = query.filter(teams::id.eq(Sql(team)));
        }
        if let Some(words) = words {
            query = query.filter(Matches::Team(words.clone()));
        }
        query
    }};
}

/// At most `limit` teams after `after`, by name, each with the position that its page would end at.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_teams(
    conn: &mut Conn,
    within: Within,
    words: Option<&Words>,
    after: Option<&NamePosition>,
    limit: i64,
) -> Result<Vec<(NamePosition, Team)>, Error> {
    let rows: Vec<(TeamRow, String)> = on!(conn, |c| {
        let mut query = teams!(within, words);
        if let Some(NamePosition { name, id }) = after {
            query = query
                .filter(by_bytes(lower(teams::name)).ge(name.clone()))
                .filter(by_bytes(lower(teams::name)).gt(name.clone()).or(teams::id.gt(Sql(TeamId::from(id.uuid())))));
        }
        let ordered = query.order((by_bytes(lower(teams::name)), teams::id));
        limited(ordered.select((TeamRow::as_select(), lower(teams::name))), limit).load(c)
    })?;
    Ok(rows.into_iter().map(|(row, name)| (NamePosition { name, id: row.id.uuid().into() }, Team::from(row))).collect())
}

/// How many teams there are, counted up to `most`.
///
/// # Errors
/// When the database is out of reach.
pub async fn count_teams(conn: &mut Conn, within: Within, words: Option<&Words>, most: i64) -> Result<i64, Error> {
    let found: Vec<i32> = on!(conn, |c| teams!(within, words)
        .limit(most)
        .select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"))
        .load(c))?;
    Ok(i64::try_from(found.len()).unwrap_or(most))
}

/// The teams of the given people, by name; of contacts see `contacts`. People themselves must have been found within
/// `within`: a narrowed query names its own team only.
///
/// # Errors
/// When the database is out of reach.
pub async fn teams_of(
    conn: &mut Conn,
    within: Within,
    ids: &[PersonId],
) -> Result<Vec<(PersonId, TeamId, String)>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on!(conn, |c| {
        let mut query =
            team_members::table
                .inner_join(teams::table.on(
                    teams::organization_id.eq(team_members::organization_id).and(teams::id.eq(team_members::team_id)),
                ))
                .filter(team_members::organization_id.eq(Sql(within.organization)))
                .filter(team_members::person_id.eq_any(ids.iter().copied().map(Sql)))
                .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(teams::id.eq(Sql(team)));
        }
        query.order((teams::name, teams::id)).select((team_members::person_id, teams::id, teams::name)).load(c)
    })
}

/// The teams that the given contacts are linked to, by name. Contacts themselves must have been found within `within`.
///
/// # Errors
/// When the database is out of reach.
pub async fn teams_of_contacts(
    conn: &mut Conn,
    within: Within,
    ids: &[ContactId],
) -> Result<Vec<(ContactId, TeamId, String)>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on!(conn, |c| {
        let mut query = contact_teams::table
            .inner_join(teams::table.on(
                teams::organization_id.eq(contact_teams::organization_id).and(teams::id.eq(contact_teams::team_id)),
            ))
            .filter(contact_teams::organization_id.eq(Sql(within.organization)))
            .filter(contact_teams::contact_id.eq_any(ids.iter().copied().map(Sql)))
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(teams::id.eq(Sql(team)));
        }
        query.order((teams::name, teams::id)).select((contact_teams::contact_id, teams::id, teams::name)).load(c)
    })
}
