//! An organization's name, time zone and currency.

use askama::Template;

use crate::organization::{Place, Tab};

/// The page at an organization's path. Posts `csrf`, `name`, `time_zone` and `currency` there.
#[derive(Debug, Clone, Template)]
#[template(path = "organization_general.html")]
pub struct OrganizationGeneral<'a> {
    /// The organization.
    pub place: Place<'a>,
    /// Its name in URLs.
    pub slug: &'a str,
    /// Its name, as it is or as it was typed.
    pub name: Typed<'a>,
    /// Its IANA time zone.
    pub time_zone: Typed<'a>,
    /// Its ISO 4217 currency.
    pub currency: Typed<'a>,
    /// What the clock shows in the time zone now, such as `Monday, 18:30`; nothing where there is no such zone.
    pub clock: &'a str,
    /// The zones to choose from.
    pub zones: &'a [ZoneGroup],
    /// The currencies to choose from.
    pub currencies: &'a [Choice],
    /// Whether the person is the last owner, who cannot leave.
    pub last_owner: bool,
}

/// What stands in a field, and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typed<'a> {
    /// What stands there.
    pub text: &'a str,
    /// What is wrong with it, if something is.
    pub problem: Option<&'a str>,
}

impl<'a> From<&'a str> for Typed<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, problem: None }
    }
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: &'static str,
    /// What its reader reads.
    pub label: String,
}

/// Time zones of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneGroup {
    /// The region.
    pub region: &'static str,
    /// Its zones, by place.
    pub zones: Vec<Choice>,
}

impl OrganizationGeneral<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn here(&self) -> Option<Tab> {
        Some(Tab::General)
    }

    fn is_problem(&self) -> bool {
        [self.name, self.time_zone, self.currency].iter().any(|field| field.problem.is_some())
    }

    /// Whether the zone in the field is none of those to choose from: it stays there all the same.
    fn zone_is_another(&self) -> bool {
        !self.zones.iter().flat_map(|group| &group.zones).any(|zone| zone.value == self.time_zone.text)
    }

    fn currency_is_another(&self) -> bool {
        !self.currencies.iter().any(|currency| currency.value == self.currency.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::tests::{PLACE, assert_escaped, hostile};
    use crate::testing::{HOSTILE, assert_sound};

    fn choices() -> ([ZoneGroup; 1], [Choice; 1]) {
        let choice = |value, label: &str| Choice { value, label: label.to_owned() };
        let rome = ZoneGroup { region: "Europe", zones: vec![choice("Europe/Rome", "Rome")] };
        ([rome], [choice("EUR", "Euro (EUR)")])
    }

    fn page<'a>(place: Place<'a>, zones: &'a [ZoneGroup], currencies: &'a [Choice]) -> OrganizationGeneral<'a> {
        OrganizationGeneral {
            place,
            slug: "fontana",
            name: "Fontana Eventi".into(),
            time_zone: "Europe/Rome".into(),
            currency: "EUR".into(),
            clock: "Monday, 18:30",
            zones,
            currencies,
            last_owner: false,
        }
    }

    #[test]
    fn p4_what_is_chosen_is_selected_and_what_is_not_offered_stays() {
        let (zones, currencies) = choices();
        let html = page(PLACE, &zones, &currencies).render();
        assert_sound(&html);
        assert!(html.contains(r#"<option value="Europe/Rome" selected>Rome</option>"#));
        assert!(html.contains(r#"<option value="EUR" selected>Euro (EUR)</option>"#));
        assert_eq!(html.matches(" selected").count(), 2);
        let typed = Typed { text: "Milan", problem: Some("That is no time zone.") };
        let html = OrganizationGeneral { time_zone: typed, currency: "ZZZ".into(), ..page(PLACE, &zones, &currencies) };
        let html = html.render();
        assert_sound(&html);
        assert!(
            html.contains(r#"<option value="Milan" selected>Milan</option>"#)
                && html.contains(r#"value="ZZZ" selected"#)
        );
        assert!(html.contains("<title>Problem: ") && html.contains(r#"aria-invalid="true""#));
        assert!(html.contains(r#"id="time-zone-problem""#) && html.contains("That is no time zone."));
    }

    #[test]
    fn p4_the_last_owner_reads_why_they_cannot_leave() {
        let (zones, currencies) = choices();
        let page = page(PLACE, &zones, &currencies);
        assert!(page.render().contains("/fontana/leave\""));
        let last = OrganizationGeneral { last_owner: true, ..page }.render();
        assert!(last.contains("last owner") && !last.contains("/fontana/leave\""));
    }

    #[test]
    fn nothing_given_reaches_the_page_unescaped() {
        let (zones, currencies) = choices();
        for text in HOSTILE {
            let typed = Typed { text, problem: Some(text) };
            let page = OrganizationGeneral {
                slug: text,
                name: typed,
                time_zone: typed,
                currency: typed,
                clock: text,
                ..page(hostile(text), &zones, &currencies)
            };
            assert_escaped(text, &[page.render()]);
        }
    }
}
