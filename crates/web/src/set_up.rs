//! The set-up of a server where nobody is yet.

use askama::Template;

/// The page at `/set-up`, which posts to itself: the fields here, and `password`.
#[derive(Debug, Clone, Copy, Default, Template)]
#[template(path = "set_up.html")]
pub struct SetUp<'a> {
    /// The token that proves the form is ours.
    pub csrf: &'a str,
    /// The address of this page, as the server printed it beside the code.
    pub address: &'a str,
    /// The connector URL.
    pub connector: &'a str,
    /// Why the last attempt failed, where that lies at no field.
    pub problem: Option<&'a str>,
    /// What is wrong with what was typed.
    pub mistakes: SetUpMistakes<'a>,
    /// The set-up code, as it was typed.
    pub code: &'a str,
    /// The organization's name.
    pub name: &'a str,
    /// Its name in URLs.
    pub slug: &'a str,
    /// Its time zone.
    pub time_zone: &'a str,
    /// Its currency.
    pub currency: &'a str,
    /// The owner's name.
    pub owner: &'a str,
    /// The owner's address.
    pub email: &'a str,
    /// The time zones to choose from; others can be typed.
    pub time_zones: &'a [&'a str],
    /// The currencies to choose from: code and name.
    pub currencies: &'a [(&'a str, &'a str)],
}

/// What is wrong at each field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SetUpMistakes<'a> {
    /// With the code.
    pub code: Option<&'a str>,
    /// With the organization's name.
    pub name: Option<&'a str>,
    /// With its name in URLs.
    pub slug: Option<&'a str>,
    /// With its time zone.
    pub time_zone: Option<&'a str>,
    /// With its currency.
    pub currency: Option<&'a str>,
    /// With the owner's name.
    pub owner: Option<&'a str>,
    /// With the owner's address.
    pub email: Option<&'a str>,
    /// With the password.
    pub password: Option<&'a str>,
}

impl SetUp<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn has_mistake(&self) -> bool {
        self.problem.is_some() || self.mistakes != SetUpMistakes::default()
    }

    /// The fields with a mistake in the order of the page, each by its id and label.
    fn listed_mistakes(&self) -> Vec<(&'static str, &'static str)> {
        let SetUpMistakes { code, name, slug, time_zone, currency, owner, email, password } = self.mistakes;
        [
            ("code", "Set-up code", code),
            ("name", "Name", name),
            ("slug", "Short name", slug),
            ("time-zone", "Time zone", time_zone),
            ("currency", "Currency", currency),
            ("owner", "Your name", owner),
            ("email", "Your e-mail address", email),
            ("password", "Password", password),
        ]
        .into_iter()
        .filter(|(_, _, mistake)| mistake.is_some())
        .map(|(id, label, _)| (id, label))
        .collect()
    }

    fn currency_is_listed(&self) -> bool {
        self.currencies.iter().any(|(code, _)| *code == self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, assert_sound, field, fields};

    fn page() -> SetUp<'static> {
        SetUp {
            csrf: "csrf-1",
            address: "https://lavori.example/set-up",
            connector: "https://lavori.example/mcp",
            currency: "EUR",
            time_zones: &["Europe/Rome", "UTC"],
            currencies: &[("CHF", "Swiss franc"), ("EUR", "Euro")],
            ..SetUp::default()
        }
    }

    #[test]
    fn p2_it_asks_for_the_code_the_organization_and_the_owner() {
        let html = page().render();
        assert_sound(&html);
        let asked = ["csrf", "code", "name", "slug", "time_zone", "currency", "owner", "email", "password"];
        assert_eq!(fields(&html), asked);
        let line = "Nobody is here yet. Set this server up at https://lavori.example/set-up with the set-up code";
        assert!(html.contains(line), "the very line that is printed");
        assert!(html.contains(r#"<option value="EUR" selected>Euro (EUR)</option>"#));
        assert!(html.contains("https://lavori.example/mcp/o/"));
    }

    #[test]
    fn what_was_typed_is_kept_but_the_password() {
        let html = SetUp { problem: Some("No."), email: "ada@example.com", currency: "XYZ", ..page() }.render();
        assert_sound(&html);
        field(&html, "email", "ada@example.com");
        assert!(html.contains(r#"<option value="XYZ" selected>"#), "even a currency that is not in the list");
        assert!(html.contains("<title>Problem: ") && html.contains("No."));
    }

    #[test]
    fn p2_each_mistake_stands_at_its_field_and_in_the_list_above() {
        let said = Some("It cannot be.");
        let mistakes = SetUpMistakes {
            code: said,
            name: said,
            slug: said,
            time_zone: said,
            currency: said,
            owner: said,
            email: said,
            password: said,
        };
        let html = SetUp { mistakes, ..page() }.render();
        assert_sound(&html);
        for id in ["code", "name", "slug", "time-zone", "currency", "owner", "email", "password"] {
            assert!(html.contains(&format!(r##"<li><a href="#{id}">"##)), "{id}");
            assert!(html.contains(&format!(r#"id="{id}-wrong""#)), "{id}");
            assert!(html.contains(&format!(r#"aria-invalid="true" aria-describedby="{id}-wrong"#)), "{id}");
        }
        assert_eq!(html.matches(r#"role="alert""#).count(), 1);
        assert!(!page().render().contains("aria-invalid"));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        for text in HOSTILE {
            let html = SetUp {
                csrf: text,
                address: text,
                connector: text,
                problem: Some(text),
                mistakes: SetUpMistakes { code: Some(text), password: Some(text), ..SetUpMistakes::default() },
                code: text,
                name: text,
                slug: text,
                time_zone: text,
                currency: text,
                owner: text,
                email: text,
                time_zones: &[text],
                currencies: &[(text, text)],
            }
            .render();
            assert_sound(&html);
            assert!(!html.contains(text));
        }
    }
}
