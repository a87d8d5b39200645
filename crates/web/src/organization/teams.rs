//! An organization's teams, for its owners and admins.

use askama::Template;

use crate::organization::{Place, Tab, Typed, counted};

/// How many members of a team the list of teams names.
const NAMED: usize = 3;

/// The page at `<path>/teams`. Posts `csrf`, `name` and `slug` there.
#[derive(Debug, Clone, Template)]
#[template(path = "organization_teams.html")]
pub struct OrganizationTeams<'a> {
    /// The organization.
    pub place: Place<'a>,
    /// Its teams, by name.
    pub teams: Vec<TeamRow<'a>>,
    /// What was typed for a new one.
    pub new: NewTeam<'a>,
}

/// A team to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewTeam<'a> {
    /// Its name.
    pub name: Typed<'a>,
    /// Its name in URLs.
    pub slug: Typed<'a>,
}

/// A team.
#[derive(Debug, Clone)]
pub struct TeamRow<'a> {
    /// Its name in URLs.
    pub slug: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Who is in it, by name.
    pub members: Vec<&'a str>,
}

impl TeamRow<'_> {
    /// Who is in it, in a line.
    fn who(&self) -> String {
        let named = self.members[..self.members.len().min(NAMED)].join(", ");
        match self.members.len() {
            0 => "Nobody is in it yet.".to_owned(),
            count if count <= NAMED => named,
            count => format!("{named} and {}", counted(count - NAMED, "other", "others")),
        }
    }
}

impl OrganizationTeams<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn here(&self) -> Option<Tab> {
        Some(Tab::Teams)
    }

    fn is_problem(&self) -> bool {
        self.new.name.problem.is_some() || self.new.slug.problem.is_some()
    }
}

/// The page at `<path>/teams/{team}`. Posts `csrf` and `name` there, `person` to `members` under it, and to
/// `members/{person}/remove`.
#[derive(Debug, Clone, Template)]
#[template(path = "organization_team.html")]
pub struct OrganizationTeam<'a> {
    /// The organization.
    pub place: Place<'a>,
    /// The path of this page.
    pub path: &'a str,
    /// Its name.
    pub called: &'a str,
    /// Its name, as it is or as it was typed.
    pub name: Typed<'a>,
    /// The URL that connects to this team only.
    pub connector_url: &'a str,
    /// Who is in it.
    pub members: Vec<Somebody<'a>>,
    /// Who could be.
    pub others: Vec<Somebody<'a>>,
    /// Why nobody was added or taken out.
    pub problem: Option<&'a str>,
}

/// A member, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Somebody<'a> {
    /// Their id.
    pub id: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Their address: names are ambiguous.
    pub email: &'a str,
}

impl OrganizationTeam<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn here(&self) -> Option<Tab> {
        Some(Tab::Teams)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::tests::{PLACE, assert_escaped, hostile};
    use crate::testing::{HOSTILE, assert_sound, fields};

    fn teams<'a>(place: Place<'a>, teams: Vec<TeamRow<'a>>) -> OrganizationTeams<'a> {
        OrganizationTeams { place, teams, new: NewTeam { name: "".into(), slug: "".into() } }
    }

    fn team<'a>(place: Place<'a>, text: &'a str) -> OrganizationTeam<'a> {
        let somebody = Somebody { id: "m-1", name: text, email: text };
        OrganizationTeam {
            place,
            path: "/settings/organizations/fontana/teams/sound",
            called: text,
            name: text.into(),
            connector_url: text,
            members: vec![somebody],
            others: vec![somebody],
            problem: None,
        }
    }

    #[test]
    fn p1_teams_say_who_is_in_them() {
        let row = |members| TeamRow { slug: "sound", name: "Sound", members };
        assert_eq!(row(vec![]).who(), "Nobody is in it yet.");
        assert_eq!(row(vec!["Ada", "Bo"]).who(), "Ada, Bo");
        assert_eq!(row(vec!["Ada", "Bo", "Cy", "Di"]).who(), "Ada, Bo, Cy and 1 other");
        let html = teams(PLACE, vec![row(vec!["Ada"])]).render();
        assert_sound(&html);
        assert!(html.contains(r#"href="/settings/organizations/fontana/teams/sound""#));
        let none = teams(PLACE, vec![]).render();
        assert_sound(&none);
        assert!(none.contains("There are no teams yet") && none.contains(r#"name="slug""#));
    }

    #[test]
    fn p1_a_new_team_keeps_what_was_typed_and_says_what_is_wrong_with_it() {
        let slug = Typed { text: "No Slug", problem: Some("It takes letters a to z.") };
        let page = OrganizationTeams { new: NewTeam { name: "Sound".into(), slug }, ..teams(PLACE, vec![]) };
        let html = page.render();
        assert_sound(&html);
        assert!(html.contains(r#"value="Sound""#) && html.contains(r#"value="No Slug""#));
        assert_eq!(html.matches(r#"aria-invalid="true""#).count(), 1);
        assert!(html.contains("<title>Problem: "));
    }

    #[test]
    fn p1_a_team_is_renamed_filled_and_emptied_on_its_page() {
        let html = team(PLACE, "Ada").render();
        assert_sound(&html);
        assert_eq!(fields(&html), ["csrf", "person", "name"]);
        assert!(html.contains(r#"formaction="/settings/organizations/fontana/teams/sound/members/m-1/remove""#));
        let empty = OrganizationTeam { members: vec![], others: vec![], ..team(PLACE, "Ada") }.render();
        assert_sound(&empty);
        assert!(empty.contains("Nobody is in this team yet") && !empty.contains("<select"));
    }

    #[test]
    fn nothing_given_reaches_the_pages_unescaped() {
        for text in HOSTILE {
            let typed = Typed { text, problem: Some(text) };
            let row = TeamRow { slug: "sound", name: text, members: vec![text; 5] };
            let list =
                OrganizationTeams { new: NewTeam { name: typed, slug: typed }, ..teams(hostile(text), vec![row]) };
            let one = OrganizationTeam { name: typed, problem: Some(text), ..team(hostile(text), text) };
            assert_escaped(text, &[list.render(), one.render()]);
        }
    }
}
