//! What a member sees of their organization: the rest of it for owners and admins only.

use lavori_domain::organizations::{Organization, Role, Team};
use lavori_domain::{PersonId, Timestamp};
use lavori_policy::Switches;
use lavori_store::invitations::Invitation;
use lavori_store::memberships::{self, Member};
use lavori_store::{Conn, client_domains, clock, invitations, organizations, teams};

use crate::error::Error;
use crate::invitations::may_invite;

/// An organization as one of its members sees it.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The organization.
    pub organization: Organization,
    /// What the person is there.
    pub role: Role,
    /// Its teams.
    pub teams: Vec<Team>,
    /// Its owners and admins, by name.
    pub administrators: Vec<String>,
    /// What only they see.
    pub inside: Option<Inside>,
}

/// What only owners and admins see.
#[derive(Debug, Clone)]
pub struct Inside {
    /// Everybody.
    pub members: Vec<Member>,
    /// Who is in which of the teams, in the order of [`Overview::teams`].
    pub team_members: Vec<Vec<PersonId>>,
    /// The open invitations.
    pub invitations: Vec<Pending>,
    /// The switches.
    pub switches: Switches,
    /// The domains whose clients may connect; none: all.
    pub client_domains: Vec<String>,
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
    let inside = if role.administers() {
        let members = memberships::list(conn, id).await?;
        let rows = teams::list_members(conn, id).await?;
        let of = |team: &Team| rows.iter().filter(|row| row.0 == team.id).map(|row| row.1).collect();
        let now = clock::now(conn).await?;
        let pending = invitations::list_open(conn, id).await?;
        Some(Inside {
            team_members: teams.iter().map(of).collect(),
            invitations: pending.into_iter().map(|invitation| shown(invitation, &members, now)).collect(),
            switches: organizations::switches(conn, id).await?.0,
            client_domains: client_domains::list(conn, &[id]).await?.into_iter().map(|(_, domain)| domain).collect(),
            members,
        })
    } else {
        None
    };
    let administrators = administrators.into_iter().map(|(_, name)| name).collect();
    Ok(Overview { organization, role, teams, administrators, inside })
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
