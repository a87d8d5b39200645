//! The first page of somebody who has just founded or joined an organization: what to do next.

use askama::Template;

use crate::home::SignedIn;

/// The page at `/welcome/<organization>`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "welcome.html")]
pub struct Welcome<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// The organization's name.
    pub organization: &'a str,
    /// Its name in URLs.
    pub slug: &'a str,
    /// Whether the person is alone there and owns it.
    pub founded: bool,
    /// What the person is there, with its article.
    pub role: &'a str,
    /// Whether they may connect assistants.
    pub may_connect: bool,
    /// Whether they may invite people and turn switches.
    pub administers: bool,
    /// Whether assistants may change data there.
    pub write: bool,
    /// The URL that people give to their client.
    pub connector_url: &'a str,
    /// Where people are invited.
    pub invite: &'a str,
    /// Where the switches are.
    pub access: &'a str,
}

impl Welcome<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound};

    fn page<'a>(text: &'a str) -> Welcome<'a> {
        Welcome {
            person: SignedIn { name: text, csrf: text },
            organization: text,
            slug: "luce",
            founded: true,
            role: "an owner",
            may_connect: true,
            administers: true,
            write: false,
            connector_url: text,
            invite: "/settings/organizations/luce",
            access: "/settings/organizations/luce",
        }
    }

    #[test]
    fn p2_the_next_steps_are_plain() {
        let html = page("Luce").render();
        assert_sound(&html);
        for step in ["is ready", "Connect your assistant", "Invite people", "can only <strong>read</strong>"] {
            assert!(html.contains(step), "{step}");
        }
        assert_eq!(html.matches("button primary").count(), 1, "one of them comes first");
    }

    #[test]
    fn p4_nobody_is_offered_what_is_not_theirs() {
        let member = Welcome { founded: false, administers: false, role: "a member", ..page("Luce") };
        let html = member.render();
        assert_sound(&html);
        assert!(html.contains("You are a member here now") && !html.contains("Invite people"));
        let html = Welcome { may_connect: false, role: "a contractor", ..member }.render();
        assert_sound(&html);
        assert!(html.contains("Contractors cannot connect") && !html.contains("connector-url"));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let html = page(text).render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
