//! One organization's settings, as its members see them.

use askama::Template;

use crate::SignedIn;
use crate::words::who;

/// The page at `/settings/organizations/{slug}`. Its forms post to addresses under it, each with `csrf`.
#[derive(Debug, Clone, Template)]
#[template(path = "organization.html")]
pub struct OrganizationSettings<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// The organization's name in URLs.
    pub slug: &'a str,
    /// Its name.
    pub name: &'a str,
    /// What the person is there.
    pub role: &'a str,
    /// What came of the last form.
    pub notice: Option<Notice<'a>>,
    /// Its owners and admins, by name.
    pub administrators: Vec<&'a str>,
    /// Its teams.
    pub teams: Vec<TeamRow<'a>>,
    /// What owners and admins see besides.
    pub inside: Option<Administration<'a>>,
}

/// What came of the last form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice<'a> {
    /// It was done.
    Done(&'a str),
    /// It was not done, and why.
    Problem(&'a str),
    /// An invitation was made.
    Invited {
        /// Whom it is for.
        email: &'a str,
        /// Its link, which is shown only now.
        url: &'a str,
    },
}

/// What only owners and admins see.
#[derive(Debug, Clone)]
pub struct Administration<'a> {
    /// The IANA time zone.
    pub time_zone: &'a str,
    /// The ISO 4217 currency.
    pub currency: &'a str,
    /// "Allow MCP write access".
    pub write: bool,
    /// "Allow billing changes".
    pub billing: bool,
    /// The domains whose clients may connect, with a space between.
    pub client_domains: &'a str,
    /// The roles that the person may give.
    pub roles: Vec<&'a str>,
    /// Everybody.
    pub members: Vec<MemberRow<'a>>,
    /// The open invitations.
    pub invitations: Vec<InvitationRow<'a>>,
}

/// A member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberRow<'a> {
    /// Their id, for the forms' addresses.
    pub id: &'a str,
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
    /// Whether the person at the browser may change or remove them.
    pub changeable: bool,
}

/// An open invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationRow<'a> {
    /// Its id, for the form's address.
    pub id: &'a str,
    /// Whom it is for.
    pub email: &'a str,
    /// What they become.
    pub role: &'a str,
    /// Who made it.
    pub invited_by: Option<&'a str>,
    /// When it ends, exactly.
    pub expires_at: &'a str,
    /// On which day that is.
    pub expires_on: &'a str,
    /// Why its link leads nowhere, if it does.
    pub over: Option<&'a str>,
}

/// A team.
#[derive(Debug, Clone)]
pub struct TeamRow<'a> {
    /// Its name in URLs.
    pub slug: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Who is in it.
    pub members: Vec<Somebody<'a>>,
    /// Who could be.
    pub others: Vec<Somebody<'a>>,
}

/// A member, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Somebody<'a> {
    /// Their id.
    pub id: &'a str,
    /// Their name.
    pub name: &'a str,
}

impl OrganizationSettings<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn is_problem(&self) -> bool {
        matches!(self.notice, Some(Notice::Problem(_)))
    }

    fn who(&self) -> String {
        who(&self.administrators)
    }

    fn role_with_article(&self) -> String {
        let article = if self.role.starts_with(['a', 'o']) { "an" } else { "a" };
        format!("{article} {}", self.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound, fields, tags};

    fn everything<'a>(text: &'a str, role: &'a str) -> OrganizationSettings<'a> {
        let member =
            MemberRow { id: text, name: text, email: text, role, is_you: false, disabled: true, changeable: true };
        let invitation = InvitationRow {
            id: text,
            email: text,
            role,
            invited_by: Some(text),
            expires_at: text,
            expires_on: text,
            over: None,
        };
        let somebody = Somebody { id: text, name: text };
        OrganizationSettings {
            person: SignedIn { name: text, csrf: text },
            slug: text,
            name: text,
            role,
            notice: Some(Notice::Invited { email: text, url: text }),
            administrators: vec![text],
            teams: vec![TeamRow { slug: text, name: text, members: vec![somebody], others: vec![somebody] }],
            inside: Some(Administration {
                time_zone: text,
                currency: text,
                write: true,
                billing: false,
                client_domains: text,
                roles: vec!["owner", "admin", "member", "contractor"],
                members: vec![member, MemberRow { is_you: true, ..member }, MemberRow { changeable: false, ..member }],
                invitations: vec![invitation, InvitationRow { over: Some(text), ..invitation }],
            }),
        }
    }

    #[test]
    fn p19_each_switch_has_one_button_that_turns_it_the_other_way() {
        for (write, billing, buttons) in [(false, false, 1), (true, false, 2), (true, true, 2)] {
            let mut page = everything("fontana", "owner");
            let inside = page.inside.as_mut().unwrap();
            (inside.write, inside.billing) = (write, billing);
            let html = page.render();
            assert_sound(&html);
            let form = r#"action="/settings/organizations/fontana/access""#;
            assert_eq!(html.matches(form).count(), buttons, "billing depends on write");
            assert_eq!(html.matches(r#"name="to" value="off""#).count(), usize::from(write) + usize::from(billing));
        }
    }

    #[test]
    fn p4_a_member_who_administers_nothing_sees_name_and_teams_only() {
        let html = OrganizationSettings { inside: None, notice: None, ..everything("fontana", "member") }.render();
        assert_sound(&html);
        assert_eq!(fields(&html), ["csrf"], "signing out and leaving is all they can do");
        assert!(html.contains("You are a member here") && html.contains("can change this organization"));
        assert!(!html.contains("<select") && !html.contains("E-mail"));
    }

    #[test]
    fn p4_nobody_removes_themselves_and_what_is_not_theirs_to_change_has_no_form() {
        let html = everything("fontana", "admin").render();
        assert_sound(&html);
        assert_eq!(html.matches("/members/fontana/role\"").count(), 2, "one of three is not changeable");
        assert_eq!(
            html.matches("organizations/fontana/members/fontana/remove\"").count(),
            1,
            "leaving has its own form"
        );
    }

    #[test]
    fn an_invitation_link_can_be_copied() {
        let url = "https://lavori.example/invitations/lvr_in_x";
        let notice = Some(Notice::Invited { email: "new@fontana.example", url });
        let html = OrganizationSettings { notice, ..everything("fontana", "owner") }.render();
        assert_sound(&html);
        assert!(html.contains(&format!(r#"value="{url}" readonly"#)));
        assert!(tags(&html).iter().any(|tag| tag.contains(r#"data-copy="invitation-link""#)));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            for notice in [Notice::Done(text), Notice::Problem(text), Notice::Invited { email: text, url: text }] {
                let html = OrganizationSettings { notice: Some(notice), ..everything(text, text) }.render();
                assert_sound(&html);
                assert!(!html.contains(text));
            }
            let html = OrganizationSettings { inside: None, ..everything(text, text) }.render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
