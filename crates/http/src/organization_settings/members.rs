//! The list of members, and what finds one of them.

use lavori_accounts::Error as Accounts;
use lavori_accounts::overview::{self, Overview};
use lavori_domain::PersonId;
use lavori_domain::organizations::{PersonState, Role};
use lavori_store::Conn;
use lavori_store::memberships::{self, Member};
use lavori_web::{InvitationRow, MemberRow, OrganizationMembers, Span};

use super::visit::Visit;
use crate::connections::moment;
use crate::error::Error;
use crate::respond::Response;

/// Whose these pages are.
pub(super) const WHOSE: &str = "Only owners and admins see who belongs to the organization, and may change it.";
/// How many members a page shows.
const PER_PAGE: usize = 40;
/// What is said where somebody was asked about who is no member any more.
pub(super) const GONE: &str = "That person is not a member any more.";

/// Shows the members and the open invitations.
pub(super) async fn show(visit: &Visit<'_>, query: &[u8], problem: Option<&str>) -> Result<Response, Error> {
    let mut conn = visit.app.store.read().await?;
    let seen = visit.administered(&mut conn, WHOSE).await?;
    let organization = &seen.organization;
    let members = memberships::list(&mut conn, organization.id).await?;
    let open = overview::invitations(&mut conn, organization.id, &members, seen.now).await?;
    drop(conn);
    let pages = members.len().div_ceil(PER_PAGE).max(1);
    let page = page_number(query)?.filter(|page| (1..=pages).contains(page)).ok_or(Error::NotFound)?;
    let shown = members.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE);
    let html = OrganizationMembers {
        place: visit.place_of(&seen),
        members: shown.map(|member| row(visit, member, seen.role)).collect(),
        span: Span { page, pages, total: members.len() },
        invitations: open
            .iter()
            .map(|pending| InvitationRow {
                withdraw: format!("{}/invitations/{}/withdraw", visit.path, pending.invitation.id),
                email: &pending.invitation.email,
                role: pending.invitation.role.as_str(),
                invited_by: pending.invited_by.as_deref(),
                expires: moment(organization.time_zone, pending.invitation.expires_at),
                over: pending.over,
            })
            .collect(),
        problem,
    }
    .render();
    Ok(visit.page_about(problem.is_some(), &html))
}

fn row<'m>(visit: &Visit<'_>, member: &'m Member, role: Role) -> MemberRow<'m> {
    MemberRow {
        path: may_change(role, member).then(|| format!("{}/members/{}", visit.path, member.person)),
        name: &member.name,
        email: &member.email,
        role: member.role.as_str(),
        is_you: member.person == visit.person(),
        disabled: member.state == PersonState::Disabled,
    }
}

/// Whether somebody of this role may change or remove a member; the change asks again.
fn may_change(role: Role, member: &Member) -> bool {
    role == Role::Owner || member.role != Role::Owner
}

/// The roles that somebody of this role may give.
pub(super) fn roles_of(role: Role) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|offered| role == Role::Owner || *offered != Role::Owner).collect()
}

/// The page of the list that a query names; the first one if it names none.
fn page_number(query: &[u8]) -> Result<Option<usize>, Error> {
    let page = form_urlencoded::parse(query).find(|(name, _)| name == "page");
    page.map_or(Ok(Some(1)), |(_, value)| value.parse().map(Some).map_err(|_| Error::NotFound))
}

/// One of the organization's members, whom the person at the browser may change. `None`: a member no more.
pub(super) async fn find(conn: &mut Conn, overview: &Overview, person: &str) -> Result<Option<Member>, Error> {
    let person = id(person)?;
    let members = memberships::list(conn, overview.organization.id).await?;
    let Some(member) = members.iter().find(|member| member.person == person) else { return Ok(None) };
    if may_change(overview.role, member) {
        return Ok(Some(member.clone()));
    }
    let owners = members.iter().filter(|member| member.role == Role::Owner);
    let who = owners.map(|owner| owner.name.clone()).collect();
    Err(Accounts::Forbidden { what: "Only an owner can make, change or remove an owner.", who }.into())
}

/// The id of a person; one that cannot be is answered like one that is not there.
pub(super) fn id(text: &str) -> Result<PersonId, Error> {
    text.parse().map_err(|_| Error::NotFound)
}
