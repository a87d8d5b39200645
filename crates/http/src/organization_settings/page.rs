//! The page of one organization.

use http::StatusCode;
use lavori_accounts::overview::{self, Inside, Overview};
use lavori_domain::organizations::{PersonState, Role};
use lavori_web::{
    Administration, InvitationRow, MemberRow, Notice, OrganizationSettings, SignedIn as Person, Somebody, TeamRow,
};

use crate::app::App;
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::respond::{self, Response};
use crate::session::SignedIn;

/// Shows an organization to one of its members.
///
/// # Errors
/// [`Error::NotFound`] for everybody else, as where there is no such organization.
pub(super) async fn show(
    app: &App,
    signed_in: &SignedIn,
    slug: &str,
    status: StatusCode,
    notice: Option<Notice<'_>>,
) -> Result<Response, Error> {
    let you = signed_in.session.person;
    let overview = overview::read(&mut app.store.read().await?, you, slug).await?;
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let texts = Texts::of(&overview);
    let page = OrganizationSettings {
        person: Person { name: &signed_in.session.name, csrf: csrf.as_str() },
        slug: &overview.organization.slug,
        name: &overview.organization.name,
        role: overview.role.as_str(),
        notice,
        administrators: overview.administrators.iter().map(String::as_str).collect(),
        teams: teams(&overview, &texts),
        inside: overview.inside.as_ref().map(|inside| administration(&overview, inside, &texts, you)),
    };
    Ok(respond::page(status, page.render()))
}

/// What the page shows as text and the overview holds as values.
struct Texts {
    currency: String,
    client_domains: String,
    members: Vec<String>,
    invitations: Vec<(String, String, String)>,
}

impl Texts {
    fn of(overview: &Overview) -> Self {
        let zone = overview.organization.time_zone;
        let inside = overview.inside.as_ref();
        Self {
            currency: overview.organization.currency.to_string(),
            client_domains: inside.map(|inside| inside.client_domains.join(" ")).unwrap_or_default(),
            members: inside.iter().flat_map(|inside| &inside.members).map(|member| member.person.to_string()).collect(),
            invitations: inside
                .iter()
                .flat_map(|inside| &inside.invitations)
                .map(|pending| {
                    let expires = pending.invitation.expires_at;
                    (pending.invitation.id.to_string(), expires.to_string(), zone.date(expires).to_string())
                })
                .collect(),
        }
    }
}

fn administration<'a>(
    overview: &'a Overview,
    inside: &'a Inside,
    texts: &'a Texts,
    you: lavori_domain::PersonId,
) -> Administration<'a> {
    let owner = overview.role == Role::Owner;
    Administration {
        time_zone: overview.organization.time_zone.name(),
        currency: &texts.currency,
        write: inside.switches.write(),
        billing: inside.switches.billing(),
        client_domains: &texts.client_domains,
        roles: Role::ALL.iter().filter(|role| owner || **role != Role::Owner).map(|role| role.as_str()).collect(),
        members: inside
            .members
            .iter()
            .zip(&texts.members)
            .map(|(member, id)| MemberRow {
                id,
                name: &member.name,
                email: &member.email,
                role: member.role.as_str(),
                is_you: member.person == you,
                disabled: member.state == PersonState::Disabled,
                changeable: owner || member.role != Role::Owner,
            })
            .collect(),
        invitations: inside
            .invitations
            .iter()
            .zip(&texts.invitations)
            .map(|(pending, (id, expires_at, expires_on))| InvitationRow {
                id,
                email: &pending.invitation.email,
                role: pending.invitation.role.as_str(),
                invited_by: pending.invited_by.as_deref(),
                expires_at,
                expires_on,
                over: pending.over,
            })
            .collect(),
    }
}

fn teams<'a>(overview: &'a Overview, texts: &'a Texts) -> Vec<TeamRow<'a>> {
    let row = |index: usize| {
        let team = &overview.teams[index];
        let (members, others) = match &overview.inside {
            None => (Vec::new(), Vec::new()),
            Some(inside) => {
                let everybody = inside.members.iter().zip(&texts.members);
                let (members, others): (Vec<_>, Vec<_>) =
                    everybody.partition(|(member, _)| inside.team_members[index].contains(&member.person));
                (somebodies(members), somebodies(others))
            }
        };
        TeamRow { slug: &team.slug, name: &team.name, members, others }
    };
    (0..overview.teams.len()).map(row).collect()
}

fn somebodies<'a>(members: Vec<(&'a lavori_store::memberships::Member, &'a String)>) -> Vec<Somebody<'a>> {
    members.into_iter().map(|(member, id)| Somebody { id, name: &member.name }).collect()
}
