//! An organization's members and invitations, for its owners and admins.

use askama::Template;

use crate::Moment;
use crate::organization::{Place, Tab, Typed, counted};

/// The page at `<path>/members`. Its forms post `csrf` under `<path>/invitations`.
#[derive(Debug, Clone, Template)]
#[template(path = "organization_members.html")]
pub struct OrganizationMembers<'a> {
    /// The organization.
    pub place: Place<'a>,
    /// The members on this page, by name.
    pub members: Vec<MemberRow<'a>>,
    /// Which of all members these are.
    pub span: Span,
    /// The open invitations.
    pub invitations: Vec<InvitationRow<'a>>,
    /// Why the page is shown again.
    pub problem: Option<&'a str>,
}

/// Which part of a long list a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The number of the page, from 1.
    pub page: usize,
    /// The number of the last page.
    pub pages: usize,
    /// How many there are in all.
    pub total: usize,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow<'a> {
    /// The path of the pages that change them; none where that is not for the person at the browser.
    pub path: Option<String>,
    /// Their name.
    pub name: &'a str,
    /// Their address.
    pub email: &'a str,
    /// Their role.
    pub role: &'a str,
    /// Whether it is the person at the browser.
    pub is_you: bool,
    /// Whether they are kept from signing in.
    pub disabled: bool,
}

/// An open invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRow<'a> {
    /// Where its form posts to, to withdraw it.
    pub withdraw: String,
    /// Whom it is for.
    pub email: &'a str,
    /// What they become.
    pub role: &'a str,
    /// Who made it.
    pub invited_by: Option<&'a str>,
    /// When it ends.
    pub expires: Moment,
    /// Why its link leads nowhere, if it does.
    pub over: Option<&'a str>,
}

impl OrganizationMembers<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn here(&self) -> Option<Tab> {
        Some(Tab::Members)
    }

    fn count(&self) -> String {
        counted(self.span.total, "member", "members")
    }
}

/// The page at `<path>/members/invite`. Posts `csrf`, `email` and `role` to `<path>/invitations`.
#[derive(Debug, Clone, Template)]
#[template(path = "organization_invite.html")]
pub struct InviteMember<'a> {
    /// The organization.
    pub place: Place<'a>,
    /// Whom the invitation is for, as it was typed.
    pub email: Typed<'a>,
    /// The roles that the person may give.
    pub roles: &'a [&'a str],
    /// The chosen one.
    pub role: &'a str,
}

impl InviteMember<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

/// What a role may do, in a sentence.
pub(crate) fn what_it_may(role: &str) -> &'static str {
    match role {
        "owner" => "Everything an admin may, and makes and removes owners.",
        "admin" => "Members, teams, these settings, what AI clients may do; sees everyone's connections.",
        "member" => "Sees the whole organization and connects AI clients to it.",
        "contractor" => "Cannot connect AI clients.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::tests::moment;
    use crate::organization::tests::{PLACE, assert_escaped, hostile};
    use crate::testing::{HOSTILE, assert_sound, fields};

    const ROLES: [&str; 4] = ["owner", "admin", "member", "contractor"];

    fn member<'a>(text: &'a str, role: &'a str) -> MemberRow<'a> {
        let path = Some("/settings/organizations/fontana/members/m-1".to_owned());
        MemberRow { path, name: text, email: text, role, is_you: false, disabled: false }
    }

    fn invitation(text: &str) -> InvitationRow<'_> {
        InvitationRow {
            withdraw: "/settings/organizations/fontana/invitations/i-1/withdraw".to_owned(),
            email: text,
            role: text,
            invited_by: Some(text),
            expires: moment(),
            over: None,
        }
    }

    fn page<'a>(place: Place<'a>, members: Vec<MemberRow<'a>>) -> OrganizationMembers<'a> {
        let span = Span { page: 1, pages: 1, total: members.len() };
        OrganizationMembers { place, members, span, invitations: Vec::new(), problem: None }
    }

    #[test]
    fn p4_nobody_removes_themselves_and_what_is_not_theirs_to_change_has_no_way_there() {
        let rows = vec![
            member("Bo", "member"),
            MemberRow { is_you: true, ..member("Ada", "owner") },
            MemberRow { path: None, ..member("Cy", "owner") },
        ];
        let html = page(PLACE, rows).render();
        assert_sound(&html);
        assert_eq!(html.matches("/members/m-1/role\"").count(), 2, "one of three is not theirs to change");
        assert_eq!(html.matches("/members/m-1/remove\"").count(), 1, "leaving has its own page");
        assert!(html.contains(">You<") && html.contains("3 members"));
        let disabled = page(PLACE, vec![MemberRow { disabled: true, ..member("Bo", "member") }]).render();
        assert!(disabled.contains("Cannot sign in"));
    }

    #[test]
    fn p4_a_full_page_of_members_and_invitations_is_short_enough() {
        let name = "n".repeat(100);
        let path = format!("/settings/organizations/{}/members/{}", "s".repeat(40), "0".repeat(36));
        let row = MemberRow { path: Some(path), ..member(&name[..60], "contractor") };
        let mut page = page(PLACE, vec![row; 40]);
        page.span = Span { page: 2, pages: 3, total: 100 };
        page.invitations = vec![invitation(&name[..60]); 10];
        let html = page.render();
        assert_sound(&html);
        assert!(html.contains(r#"href="/settings/organizations/fontana/members?page=1""#));
        assert!(html.contains(r#"href="/settings/organizations/fontana/members?page=3""#));
    }

    #[test]
    fn p4_an_invitation_says_until_when_it_is_good_or_why_it_is_not() {
        let mut page = page(PLACE, vec![member("Bo", "member")]);
        assert!(!page.render().contains("Withdraw"));
        page.invitations = vec![invitation("new@fontana.example")];
        let html = page.render();
        assert_sound(&html);
        assert!(html.contains("Good until") && html.contains("22 Nov 2026, 18:30") && html.contains("Withdraw"));
        page.invitations[0].over = Some("It has expired.");
        assert!(page.render().contains("It has expired.") && !page.render().contains("Good until"));
    }

    #[test]
    fn p4_the_form_of_an_invitation_keeps_what_was_typed_and_says_what_is_wrong_with_it() {
        let page = InviteMember { place: PLACE, email: "".into(), roles: &ROLES, role: "member" };
        let html = page.render();
        assert_sound(&html);
        assert_eq!(fields(&html), ["csrf", "email", "role"]);
        assert_eq!(html.matches(" checked").count(), 1);
        let wrong = Typed { text: "ada@", problem: Some("Give one e-mail address.") };
        let html = InviteMember { email: wrong, role: "admin", ..page }.render();
        assert_sound(&html);
        assert!(html.contains(r#"value="ada@""#) && html.contains(r#"aria-invalid="true""#));
        assert!(html.contains(r#"value="admin" checked"#) && html.contains("<title>Problem: "));
    }

    #[test]
    fn nothing_given_reaches_the_pages_unescaped() {
        for text in HOSTILE {
            let mut members = page(hostile(text), vec![member(text, text), member(text, text)]);
            members.invitations = vec![invitation(text), InvitationRow { over: Some(text), ..invitation(text) }];
            members.problem = Some(text);
            let email = Typed { text, problem: Some(text) };
            let invite = InviteMember { place: hostile(text), email, roles: &[text], role: text };
            assert_escaped(text, &[members.render(), invite.render()]);
        }
    }
}
