//! The consent screen: who asks, for which organization and team, and for how much.

use askama::Template;

use crate::{Client, words::who};

/// The consent page. Posts to `/consent/<handle>`: `csrf`, `organization`, `team-` and the
/// slug of an organization with teams (empty: all teams; each has its own field, so that no team is taken for one of
/// another organization), `allow_write` and `allow_billing` (`on` when ticked), `decision` (`allow` or `deny`;
/// `neither` for Enter in a field, which presses the first button: it grants nothing and gives nothing up).
///
/// The client, its redirect URI and the scopes it asked for are not in the form: they stay with
/// the stored request. There is no way to ask for a page with write or billing ticked; a page
/// shown again after a problem keeps organization and team and starts both from off.
#[derive(Debug, Clone, Copy)]
pub struct Consent<'a> {
    /// The token that proves the form is ours.
    pub csrf: &'a str,
    /// The handle of the stored authorization request.
    pub handle: &'a str,
    /// Who asks.
    pub client: Client<'a>,
    /// The e-mail address of the signed-in person.
    pub email: &'a str,
    /// What the "Not you?" button posts to `/sign-out`.
    pub sign_out: SignOut<'a>,
    /// Every organization of the person, the ones they cannot connect included.
    pub organizations: &'a [Organization<'a>],
    /// What the connector URL fixes.
    pub pinned: Option<Pinned<'a>>,
    /// What was chosen on the page before.
    pub chosen: Chosen<'a>,
    /// Why the page is shown again.
    pub problem: Option<&'a str>,
    /// Whether write was switched on before: the page says that it is off again.
    pub reset: bool,
}

/// An organization of the signed-in person.
#[derive(Debug, Clone)]
pub struct Organization<'a> {
    /// Its slug: the value that is posted.
    pub slug: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The person's role in it, as a word to show: `Admin`.
    pub role: &'a str,
    /// Why it cannot be connected (contractors), as a sentence; `None` when it can.
    pub why_not: Option<&'a str>,
    /// Whether its admins allow clients to modify data.
    pub write_enabled: bool,
    /// Whether its admins allow billing changes too; means nothing without write.
    pub billing_enabled: bool,
    /// The names of those who can turn these on.
    pub who_can_enable: Vec<&'a str>,
    /// Its teams, in the order to show them.
    pub teams: Vec<Team<'a>>,
}

/// A team of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Team<'a> {
    /// Its slug: the value that is posted.
    pub slug: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// The organization, and perhaps the team, that a connector URL fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pinned<'a> {
    /// The slug of the organization.
    pub organization: &'a str,
    /// The slug of the team; `None` leaves the team to choose.
    pub team: Option<&'a str>,
}

/// The choices to keep when the page is shown again. Write and billing are not among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// The slug of the organization.
    pub organization: Option<&'a str>,
    /// The slug of the team; `None` and empty are all teams.
    pub team: Option<&'a str>,
}

/// The form behind "Not you?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignOut<'a> {
    /// The token of that form.
    pub csrf: &'a str,
    /// The sealed authorization request, so that the next person who signs in continues with it.
    pub request: Option<&'a str>,
}

impl Consent<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(&Page::new(self))
    }
}

impl Organization<'_> {
    /// What its switches leave out, as the page's script and stylesheet know it.
    fn limit(&self) -> &'static str {
        match (self.write_enabled, self.billing_enabled) {
            (false, _) => "write",
            (true, false) => "billing",
            (true, true) => "none",
        }
    }

    /// What its switches leave out and who can change that, as a sentence; `None` when they leave out nothing.
    fn limited(&self) -> Option<String> {
        let who = who(&self.who_can_enable);
        match self.limit() {
            "write" => Some(format!("Read only: changes are turned off here. {who} can turn them on.")),
            "billing" => Some(format!("Billing changes are turned off here. {who} can turn them on.")),
            _ => None,
        }
    }
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Page<'a> {
    csrf: &'a str,
    handle: &'a str,
    client: Client<'a>,
    email: &'a str,
    sign_out: SignOut<'a>,
    problem: Option<&'a str>,
    reset: bool,
    chosen: Chosen<'a>,
    /// The ones that can be connected come first.
    organizations: Vec<&'a Organization<'a>>,
    /// The one that is on the page, where there is nothing to choose.
    only: Option<&'a Organization<'a>>,
    pinned: bool,
    /// The organization that is chosen when the page opens.
    selected: Option<&'a Organization<'a>>,
    /// The team that the connector URL fixes.
    fixed_team: Option<Team<'a>>,
    /// What the only organization leaves out.
    limit: Option<&'static str>,
    place: Place<'a>,
    /// Whether the place depends on what is chosen on the page.
    moves: bool,
    /// Why nothing can be allowed here at all.
    blocked: Option<String>,
}

/// What the client gets access to, as the page knows it before anything is chosen on it.
enum Place<'a> {
    /// This organization, which has no teams.
    Organization(&'a str),
    /// This team.
    Team {
        /// Its name.
        team: &'a str,
        /// The name of its organization.
        organization: &'a str,
    },
    /// This organization, or one of its teams.
    SomeTeam(&'a str),
    /// Whatever is chosen.
    Chosen,
}

impl<'a> Page<'a> {
    fn new(consent: &'a Consent<'a>) -> Self {
        let pinned = consent.pinned;
        let mut shown: Vec<_> = consent
            .organizations
            .iter()
            .filter(|organization| pinned.is_none_or(|pin| pin.organization == organization.slug))
            .collect();
        shown.sort_by_key(|organization| organization.why_not.is_some());
        let open: Vec<_> = shown.iter().copied().filter(|organization| organization.why_not.is_none()).collect();
        let selected = match open.as_slice() {
            [only] => Some(*only),
            several => {
                several.iter().copied().find(|organization| consent.chosen.organization == Some(organization.slug))
            }
        };
        let fixed_team = pinned.and_then(|pin| pin.team).map(|slug| {
            let organization = selected?;
            organization.teams.iter().find(|team| team.slug == slug)
        });
        let blocked = if open.is_empty() {
            Some(no_organization(pinned.is_some(), &shown))
        } else if let Some(None) = fixed_team {
            Some("This connector URL is for a team that is not there.".to_owned())
        } else {
            None
        };
        let fixed_team = fixed_team.flatten().copied();
        let only = if let [only] = shown.as_slice() { Some(*only) } else { None };
        let place = match (only, fixed_team) {
            (None, _) => Place::Chosen,
            (Some(only), Some(team)) => Place::Team { team: team.name, organization: only.name },
            (Some(only), None) if only.teams.is_empty() => Place::Organization(only.name),
            (Some(only), None) => Place::SomeTeam(only.name),
        };
        Self {
            csrf: consent.csrf,
            handle: consent.handle,
            client: consent.client,
            email: consent.email,
            sign_out: consent.sign_out,
            problem: consent.problem,
            reset: consent.reset,
            chosen: consent.chosen,
            only,
            pinned: pinned.is_some(),
            selected,
            fixed_team,
            limit: only.filter(|only| only.why_not.is_none()).map(Organization::limit),
            moves: matches!(place, Place::SomeTeam(_) | Place::Chosen),
            place,
            organizations: shown,
            blocked,
        }
    }

    /// Whether this organization is the chosen one.
    fn is_selected(&self, organization: &Organization<'_>) -> bool {
        self.selected.is_some_and(|selected| selected.slug == organization.slug)
    }

    /// Whether the page is shown again for want of an organization.
    fn lacks_organization(&self) -> bool {
        self.problem.is_some() && self.selected.is_none()
    }

    /// The team that was chosen before, if it was chosen in this organization.
    fn chosen_team(&self, organization: &Organization<'_>) -> Option<&'a str> {
        let team = self.chosen.team.filter(|team| !team.is_empty())?;
        (self.chosen.organization == Some(organization.slug)).then_some(team)
    }

    /// Whether this team of this organization was chosen before.
    fn is_kept(&self, organization: &Organization<'_>, team: &Team<'_>) -> bool {
        self.chosen_team(organization) == Some(team.slug)
    }

    /// Whether the page is shown again because this organization has no such team.
    fn lacks_team(&self, organization: &Organization<'_>) -> bool {
        let is_there = |slug: &str| organization.teams.iter().any(|team| team.slug == slug);
        self.problem.is_some() && self.chosen_team(organization).is_some_and(|slug| !is_there(slug))
    }
}

fn no_organization(pinned: bool, shown: &[&Organization<'_>]) -> String {
    match (pinned, shown.is_empty()) {
        (true, true) => "This connector URL is for an organization that you do not belong to.",
        (true, false) => "This connector URL is for an organization that you cannot connect.",
        (false, true) => "You do not belong to an organization yet, so there is nothing to connect.",
        (false, false) => "None of your organizations can be connected.",
    }
    .to_owned()
}

#[cfg(test)]
mod tests;
