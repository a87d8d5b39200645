//! The organizations a person belongs to.

use askama::Template;

use crate::SignedIn;

/// The page at `/settings/organizations`.
#[derive(Debug, Clone, Template)]
#[template(path = "organizations.html")]
pub struct Organizations<'a> {
    /// Who is signed in.
    pub person: SignedIn<'a>,
    /// Where they belong.
    pub organizations: Vec<Belonging<'a>>,
    /// What was just done.
    pub done: Option<&'a str>,
}

/// An organization, and what the person is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Belonging<'a> {
    /// Its name in URLs.
    pub slug: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The person's role.
    pub role: &'a str,
    /// Whether it is suspended.
    pub suspended: bool,
}

impl Organizations<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound};

    #[test]
    fn each_organization_leads_to_its_settings() {
        let person = SignedIn { name: "Ada", csrf: "csrf-1" };
        let one = Belonging { slug: "fontana", name: "Fontana Eventi", role: "owner", suspended: false };
        let html = Organizations { person, organizations: vec![one], done: Some("You left.") }.render();
        assert_sound(&html);
        assert!(html.contains(r#"href="/settings/organizations/fontana""#) && html.contains("Fontana Eventi"));
        assert!(html.contains("You left.") && !html.contains("Suspended"));
        let suspended = Belonging { suspended: true, ..one };
        assert!(Organizations { person, organizations: vec![suspended], done: None }.render().contains("Suspended"));
        let none = Organizations { person, organizations: Vec::new(), done: None }.render();
        assert_sound(&none);
        assert!(none.contains("do not belong to any organization"));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let html = Organizations {
                person: SignedIn { name: text, csrf: text },
                organizations: vec![Belonging { slug: text, name: text, role: text, suspended: true }],
                done: Some(text),
            }
            .render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
