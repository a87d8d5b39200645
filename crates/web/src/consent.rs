//! The consent screen: who asks, for which organization and team, and for how much.

use askama::Template;

use crate::{Client, words::who};

/// The consent page. Posts to `/consent/<handle>`: `csrf`, `organization`, `team` (empty: all
/// teams), `allow_write` and `allow_billing` (`on` when ticked), `decision` (`allow` or `deny`).
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

    /// What its switches leave out, in a few words beside its name.
    fn in_short(&self) -> &'static str {
        match (self.write_enabled, self.billing_enabled) {
            (false, _) => "Read only: changes are turned off",
            (true, false) => "Changes can be allowed, billing changes are turned off",
            (true, true) => "Changes and billing changes can be allowed",
        }
    }

    /// What asking for write would come to, where that is a refusal.
    fn write_note(&self) -> Option<String> {
        (!self.write_enabled).then(|| {
            format!(
                "Changes are turned off in {}. Asking for them will be refused; reading works. {} can turn them on.",
                self.name,
                who(&self.who_can_enable)
            )
        })
    }

    /// What asking for billing would come to, where that alone is a refusal.
    fn billing_note(&self) -> Option<String> {
        (self.write_enabled && !self.billing_enabled).then(|| {
            format!(
                "Billing changes are turned off in {}. Asking for them will be refused. {} can turn them on.",
                self.name,
                who(&self.who_can_enable)
            )
        })
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
    organizations: Vec<&'a Organization<'a>>,
    pinned: bool,
    /// The organization that is chosen when the page opens.
    selected: Option<&'a Organization<'a>>,
    teams: Teams<'a>,
    /// Why nothing can be allowed here at all.
    blocked: Option<String>,
}

/// How the page asks for a team.
enum Teams<'a> {
    /// No organization on the page has any.
    None,
    /// The connector URL fixes it.
    Fixed(Team<'a>),
    /// One of them, or all.
    Choice {
        /// The organizations that have teams.
        of: Vec<&'a Organization<'a>>,
        /// Whether there is more than one organization to tell apart.
        grouped: bool,
        /// The slug of the team that is chosen when the page opens.
        selected: Option<&'a str>,
    },
}

impl<'a> Page<'a> {
    fn new(consent: &'a Consent<'a>) -> Self {
        let pinned = consent.pinned;
        let shown: Vec<_> = consent
            .organizations
            .iter()
            .filter(|organization| pinned.is_none_or(|pin| pin.organization == organization.slug))
            .collect();
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
        let teams = match fixed_team.flatten() {
            Some(team) => Teams::Fixed(*team),
            None => choice_of_team(&open, selected, consent.chosen),
        };
        Self {
            csrf: consent.csrf,
            handle: consent.handle,
            client: consent.client,
            email: consent.email,
            sign_out: consent.sign_out,
            problem: consent.problem,
            organizations: shown,
            pinned: pinned.is_some(),
            selected,
            teams,
            blocked,
        }
    }

    /// Whether this organization is the chosen one.
    fn is_selected(&self, organization: &Organization<'_>) -> bool {
        self.selected.is_some_and(|selected| selected.slug == organization.slug)
    }

    /// What the switches of the organization that the page opens with leave out.
    fn limit(&self) -> &'static str {
        self.selected.map_or("none", Organization::limit)
    }

    /// The organizations that can be connected.
    fn open(&self) -> impl Iterator<Item = &&'a Organization<'a>> {
        self.organizations.iter().filter(|organization| organization.why_not.is_none())
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

fn choice_of_team<'a>(
    open: &[&'a Organization<'a>],
    selected: Option<&'a Organization<'a>>,
    chosen: Chosen<'a>,
) -> Teams<'a> {
    let of: Vec<_> = open.iter().copied().filter(|organization| !organization.teams.is_empty()).collect();
    if of.is_empty() {
        return Teams::None;
    }
    Teams::Choice {
        of,
        grouped: open.len() > 1,
        selected: selected.and_then(|organization| {
            let team = chosen.team?;
            let kept = organization.teams.iter().find(|known| known.slug == team)?;
            Some(kept.slug)
        }),
    }
}

#[cfg(test)]
mod tests;
