//! What people see of their organization: a little of it everybody, the rest owners and admins only.

use lavori_audit::Action;
use lavori_domain::organizations::{Organization, Role, Team};
use lavori_domain::{OrganizationId, PersonId, Timestamp};
use lavori_policy::Switches;
use lavori_store::connections::{self, Live};
use lavori_store::invitations::Invitation;
use lavori_store::memberships::{self, Member};
use lavori_store::{Conn, audit_events, client_domains, clock, invitations, organizations, teams};

use crate::error::Error;
use crate::invitations::may_invite;

/// What every member sees of an organization.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The organization.
    pub organization: Organization,
    /// What the person is there.
    pub role: Role,
    /// Its teams, by name.
    pub teams: Vec<Team>,
    /// Its owners and admins, by name.
    pub administrators: Vec<String>,
    /// The time now.
    pub now: Timestamp,
}

/// An open invitation.
#[derive(Debug, Clone)]
pub struct Pending {
    /// The invitation.
    pub invitation: Invitation,
    /// Who made it, if they are still a member.
    pub invited_by: Option<String>,
    /// Why its link leads nowhere all the same, if it does.
    pub over: Option<&'static str>,
}

/// What clients may do in an organization, and which of them are there.
#[derive(Debug, Clone)]
pub struct Access {
    /// The switches.
    pub switches: Switches,
    /// When they were last changed, and the name of who did it.
    pub last_change: Option<(Timestamp, Option<String>)>,
    /// The domains whose clients may connect; none: all.
    pub client_domains: Vec<String>,
    /// The live connections.
    pub live: Vec<Live>,
}

/// Reads an organization for one of its members.
///
/// # Errors
/// [`Error::NotFound`] for everybody else, and where there is no such organization.
pub async fn read(conn: &mut Conn, person: PersonId, organization: &str) -> Result<Overview, Error> {
    let organization = organizations::find_by_slug(conn, organization).await?.ok_or(Error::NotFound)?;
    let id = organization.id;
    let role = memberships::role_of(conn, id, person).await?.ok_or(Error::NotFound)?;
    let teams = teams::list(conn, &[id]).await?;
    let administrators = memberships::administrators(conn, &[id]).await?;
    let administrators = administrators.into_iter().map(|(_, name)| name).collect();
    let now = clock::now(conn).await?;
    Ok(Overview { organization, role, teams, administrators, now })
}

/// The same, for what only owners and admins see; `what` tells the others whose it is.
///
/// # Errors
/// [`Error::Forbidden`] for its other members, and as [`read`].
pub async fn administered(
    conn: &mut Conn,
    person: PersonId,
    organization: &str,
    what: &'static str,
) -> Result<Overview, Error> {
    let overview = read(conn, person, organization).await?;
    match overview.role.administers() {
        true => Ok(overview),
        false => Err(Error::Forbidden { what, who: overview.administrators }),
    }
}

/// The open invitations of an organization with these members, the newest first.
///
/// # Errors
/// When the store fails.
pub async fn invitations(
    conn: &mut Conn,
    organization: OrganizationId,
    members: &[Member],
    now: Timestamp,
) -> Result<Vec<Pending>, Error> {
    let open = invitations::list_open(conn, organization).await?;
    Ok(open.into_iter().map(|invitation| shown(invitation, members, now)).collect())
}

/// What clients may do in an organization.
///
/// # Errors
/// When the store fails.
pub async fn access(conn: &mut Conn, organization: OrganizationId, now: Timestamp) -> Result<Access, Error> {
    let domains = client_domains::list(conn, &[organization]).await?;
    Ok(Access {
        switches: organizations::switches(conn, organization).await?.0,
        last_change: audit_events::last_of_organization(conn, organization, Action::SwitchesChanged).await?,
        client_domains: domains.into_iter().map(|(_, domain)| domain).collect(),
        live: connections::list_live(conn, organization, None, now).await?,
    })
}

fn shown(invitation: Invitation, members: &[Member], now: Timestamp) -> Pending {
    let inviter = members.iter().find(|member| member.person == invitation.invited_by);
    let over = if now >= invitation.expires_at {
        Some("It has expired.")
    } else if !may_invite(inviter.map(|inviter| inviter.role), invitation.role) {
        Some("Who made it may not invite to this role any more.")
    } else {
        None
    };
    Pending { invited_by: inviter.map(|inviter| inviter.name.clone()), invitation, over }
}
