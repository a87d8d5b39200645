//! What is asked before somebody's place in an organization changes or ends.

use askama::Template;

use crate::organization::{Place, counted};

/// The page at `<path>/members/{person}/role`. Posts `csrf` and `role` there.
#[derive(Debug, Clone, Template)]
#[template(path = "organization_role.html")]
pub struct ChangeRole<'a> {
    /// The organization.
    pub place: Place<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// Whose role it is.
    pub name: &'a str,
    /// Whether it is the person at the browser.
    pub is_you: bool,
    /// What they are.
    pub role: &'a str,
    /// What can be chosen.
    pub roles: &'a [RoleRow<'a>],
    /// How many live connections they have.
    pub connections: usize,
    /// Why it cannot be changed at all; or why the page is shown again.
    pub problem: Option<&'a str>,
    /// Whether it stays as it is.
    pub fixed: bool,
}

/// A role to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleRow<'a> {
    /// The role.
    pub role: &'a str,
    /// Whether clients may be connected in it.
    pub connects: bool,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl ChangeRole<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    /// What becomes of the connections in that role.
    fn consequence(&self, row: &RoleRow<'_>) -> Option<String> {
        let connects = self.roles.iter().any(|one| one.role == self.role && one.connects);
        if self.connections == 0 || connects == row.connects {
            return None;
        }
        let (count, one) = (counted(self.connections, "connection", "connections"), self.connections == 1);
        Some(match row.connects {
            false => format!(
                "{count} of theirs {} working at once, and {} again when this is undone.",
                if one { "stops" } else { "stop" },
                if one { "works" } else { "work" }
            ),
            true => format!("{count} of theirs {} again.", if one { "works" } else { "work" }),
        })
    }
}

/// Asks before a membership ends: the page at `<path>/members/{person}/remove`, and that at `<path>/leave`. Posts `csrf`.
#[derive(Debug, Clone, Template)]
#[template(path = "organization_ending.html")]
pub struct EndMembership<'a> {
    /// The organization.
    pub place: Place<'a>,
    /// Where the form posts to.
    pub action: &'a str,
    /// Where the page came from.
    pub back: &'a str,
    /// Whose membership it is; none: the person's own.
    pub name: Option<&'a str>,
    /// How many live connections end with it.
    pub connections: usize,
    /// Why it cannot be done.
    pub problem: Option<&'a str>,
}

impl EndMembership<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn ending(&self) -> Option<String> {
        let theirs = if self.name.is_some() { "of theirs" } else { "of yours" };
        match self.connections {
            0 => None,
            1 => Some(format!("1 connection {theirs} to an AI client ends at once.")),
            count => Some(format!("{count} connections {theirs} to AI clients end at once.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::tests::{PLACE, assert_escaped, hostile};
    use crate::testing::{HOSTILE, assert_sound, fields};

    const ACTION: &str = "/settings/organizations/fontana/members/m-1/role";
    const ROLES: [RoleRow<'static>; 2] = [
        RoleRow { role: "member", connects: true, chosen: true },
        RoleRow { role: "contractor", connects: false, chosen: false },
    ];

    fn role(connections: usize) -> ChangeRole<'static> {
        ChangeRole {
            place: PLACE,
            action: ACTION,
            name: "Bo",
            is_you: false,
            role: "member",
            roles: &ROLES,
            connections,
            problem: None,
            fixed: false,
        }
    }

    #[test]
    fn p4_the_last_owner_reads_why_their_role_stays() {
        let html = ChangeRole { problem: Some("Bo is the last owner."), fixed: true, ..role(1) }.render();
        assert_sound(&html);
        assert!(html.contains("Bo is the last owner.") && fields(&html) == ["csrf"] && html.contains("Back"));
    }

    #[test]
    fn p4_becoming_a_contractor_says_first_what_stops() {
        for (connections, says) in [(1, "1 connection of theirs stops"), (3, "3 connections of theirs stop")] {
            let html = role(connections).render();
            assert_sound(&html);
            assert_eq!(html.matches(says).count(), 1, "{html}");
            assert_eq!(fields(&html), ["csrf", "role"]);
        }
        assert!(!role(0).render().contains("of theirs"));
        let back = ChangeRole { role: "contractor", ..role(2) }.render();
        assert!(back.contains("2 connections of theirs work again.") && !back.contains("at once"));
    }

    #[test]
    fn p4_removing_and_leaving_say_how_many_connections_end() {
        let page = EndMembership {
            place: PLACE,
            action: "/settings/organizations/fontana/leave",
            back: PLACE.path,
            name: None,
            connections: 2,
            problem: None,
        };
        let html = page.render();
        assert_sound(&html);
        assert!(html.contains("2 connections of yours") && html.contains("Leave"));
        let html = EndMembership { name: Some("Bo"), connections: 1, ..page.clone() }.render();
        assert_sound(&html);
        assert!(html.contains("1 connection of theirs") && html.contains("Remove"));
        let refused = EndMembership { problem: Some("You are the last owner."), ..page }.render();
        assert_sound(&refused);
        assert!(refused.contains("You are the last owner.") && refused.contains(r#"role="alert""#));
    }

    #[test]
    fn nothing_given_reaches_the_pages_unescaped() {
        for text in HOSTILE {
            let rows = [RoleRow { role: text, connects: true, chosen: true }];
            let (place, problem) = (hostile(text), Some(text));
            let role = ChangeRole { place, name: text, role: text, roles: &rows, problem, ..role(1) };
            let (action, back) = (ACTION, PLACE.path);
            let ending = EndMembership { place, action, back, name: Some(text), connections: 1, problem };
            assert_escaped(text, &[role.render(), ending.render()]);
        }
    }
}
