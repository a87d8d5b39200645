//! One organization's settings: the frame around its tabs, and what a member sees who administers nothing.

mod access;
mod connections;
mod general;
mod members;
mod membership;
mod teams;

use askama::Template;

use crate::SignedIn;
use crate::words::who;

pub use access::{LiveRow, OrganizationAccess, Others, Switch, SwitchRow, TurnOff};
pub use connections::OrganizationConnections;
pub use general::{Choice, OrganizationGeneral, Typed, ZoneGroup};
pub use members::{InvitationRow, InviteMember, MemberRow, OrganizationMembers, Span};
pub use membership::{ChangeRole, EndMembership, RoleRow};
pub use teams::{NewTeam, OrganizationTeam, OrganizationTeams, Somebody, TeamRow};

/// A tab of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Name, time zone, currency; leaving.
    General,
    /// Members and invitations.
    Members,
    /// Teams.
    Teams,
    /// What clients may do, and which.
    Access,
    /// Everyone's connections.
    Connections,
}

impl Tab {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [Self::General, Self::Members, Self::Teams, Self::Access, Self::Connections];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Members => "Members",
            Self::Teams => "Teams",
            Self::Access => "MCP access",
            Self::Connections => "Connections",
        }
    }

    /// Where it is, under the organization's path.
    pub fn path(self) -> &'static str {
        match self {
            Self::General => "",
            Self::Members => "/members",
            Self::Teams => "/teams",
            Self::Access => "/access",
            Self::Connections => "/connections",
        }
    }
}

/// The organization whose settings a page is of, and who looks at them.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// The path of its pages, without a slash at the end.
    pub path: &'a str,
    /// Its name.
    pub name: &'a str,
    /// What the person is there.
    pub role: &'a str,
    /// What the form before this page did.
    pub said: Option<Said<'a>>,
}

/// What a form did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<'a> {
    /// It was done.
    Done(&'a str),
    /// An invitation was made.
    Invited {
        /// Whom it is for.
        email: &'a str,
        /// Its link, which is shown only now.
        url: &'a str,
    },
}

impl Place<'_> {
    pub(crate) fn role_with_article(&self) -> String {
        let article = if self.role.starts_with(['a', 'o']) { "an" } else { "a" };
        format!("{article} {}", self.role)
    }
}

/// The page of an organization for a member who administers nothing. Its one form, behind a question, leaves it.
#[derive(Debug, Clone, Template)]
#[template(path = "organization_for_members.html")]
pub struct OrganizationForMembers<'a> {
    /// The organization.
    pub place: Place<'a>,
    /// Its owners and admins, by name.
    pub administrators: Vec<&'a str>,
    /// Its teams, by name.
    pub teams: Vec<&'a str>,
    /// Whether the person may connect clients.
    pub may_connect: bool,
}

impl OrganizationForMembers<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn here(&self) -> Option<Tab> {
        None
    }

    fn who(&self) -> String {
        who(&self.administrators)
    }
}

/// How many, in words.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// A word as it stands at the head of a line.
pub(crate) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound, fields, tags};

    pub(crate) const PLACE: Place<'static> = Place {
        person: SignedIn { name: "Ada", csrf: "csrf-1" },
        path: "/settings/organizations/fontana",
        name: "Fontana Eventi",
        role: "owner",
        said: None,
    };

    /// An organization in which every text is `text`.
    pub(crate) fn hostile(text: &str) -> Place<'_> {
        Place {
            person: SignedIn { name: text, csrf: text },
            path: PLACE.path,
            name: text,
            role: text,
            said: Some(Said::Done(text)),
        }
    }

    /// Holds every page to what every page promises, with nothing of `text` unescaped in it.
    pub(crate) fn assert_escaped(text: &str, pages: &[String]) {
        for html in pages {
            assert_sound(html);
            assert!(!html.contains(text), "{html}");
        }
    }

    fn for_members<'a>(place: Place<'a>, text: &'a str) -> OrganizationForMembers<'a> {
        OrganizationForMembers { place, administrators: vec![text], teams: vec![text], may_connect: true }
    }

    #[test]
    fn p4_a_member_who_administers_nothing_sees_name_teams_and_whom_to_ask() {
        let place = Place { role: "member", ..PLACE };
        let html = for_members(place, "Sound").render();
        assert_sound(&html);
        assert_eq!(fields(&html), ["csrf"], "signing out is the only form");
        assert!(html.contains("You are a member here") && html.contains("Sound"));
        assert!(html.contains(r#"href="/settings/organizations/fontana/leave""#));
        assert!(!html.contains("class=\"tabs\""), "what is not theirs is not offered");
        let contractor = OrganizationForMembers { may_connect: false, ..for_members(place, "Sound") };
        assert!(contractor.render().contains("Contractors cannot connect AI clients"));
        let nothing = OrganizationForMembers { teams: Vec::new(), ..for_members(place, "Sound") };
        assert!(nothing.render().contains("no teams"));
    }

    #[test]
    fn an_invitation_link_can_be_copied() {
        let url = "https://lavori.example/invitations/lvr_in_x";
        let said = Some(Said::Invited { email: "new@fontana.example", url });
        let html = for_members(Place { said, ..PLACE }, "Sound").render();
        assert_sound(&html);
        assert!(html.contains(&format!(r#"value="{url}" readonly"#)));
        assert!(tags(&html).iter().any(|tag| tag.contains(r#"data-copy="invitation-link""#)));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let invited = Some(Said::Invited { email: text, url: text });
            let one = for_members(hostile(text), text).render();
            let other = for_members(Place { said: invited, ..hostile(text) }, text).render();
            assert_escaped(text, &[one, other]);
        }
    }

    #[test]
    fn words_are_counted_and_begin_lines() {
        assert_eq!(counted(1, "connection", "connections"), "1 connection");
        assert_eq!(counted(0, "connection", "connections"), "0 connections");
        assert_eq!((capital("owner"), capital(""), capital("été")), ("Owner".into(), String::new(), "Été".into()));
    }
}
