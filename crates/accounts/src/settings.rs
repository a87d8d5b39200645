//! An organization's name, time zone and currency. Its name in URLs stays: connector URLs hold it.

use lavori_audit::{Action, Details};
use lavori_store::{Store, organizations};

use crate::actor::{Actor, Hold};
use crate::checked;
use crate::error::Error;

/// What the form says, as it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct General<'a> {
    /// The organization's name.
    pub name: &'a str,
    /// Its IANA time zone.
    pub time_zone: &'a str,
    /// Its ISO 4217 currency.
    pub currency: &'a str,
}

/// What is wrong with each of the three.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// With the name.
    pub name: Option<String>,
    /// With the time zone.
    pub time_zone: Option<String>,
    /// With the currency.
    pub currency: Option<String>,
}

impl General<'_> {
    /// Checks what was typed. `None`: all of it can be.
    pub fn mistakes(&self) -> Option<Mistakes> {
        let mistakes = Mistakes {
            name: checked::why(checked::name(self.name, "the organization")),
            time_zone: checked::why(checked::time_zone(self.time_zone)),
            currency: checked::why(checked::currency(self.currency)),
        };
        (mistakes != Mistakes::default()).then_some(mistakes)
    }
}

/// Changes them. `false`: they were so already.
///
/// # Errors
/// [`Error::Refused`] for a value that cannot be.
pub async fn update(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    general: &General<'_>,
) -> Result<bool, Error> {
    let mut desk = actor.administer(store, organization, Hold::Together).await?;
    let name = checked::name(general.name, "the organization")?;
    let time_zone = checked::time_zone(general.time_zone)?;
    let currency = checked::currency(general.currency)?;
    let before = &desk.organization;
    let fields = [
        ("name", before.name.clone(), name.clone()),
        ("time_zone", before.time_zone.name().to_owned(), time_zone.name().to_owned()),
        ("currency", before.currency.to_string(), currency.to_string()),
    ];
    let details = fields
        .iter()
        .filter(|(_, before, after)| before != after)
        .fold(Details::new(), |details, (field, before, after)| details.texts(field, [before, after]));
    if details == Details::new() {
        return Ok(false);
    }
    organizations::update(&mut desk.tx, desk.organization.id, &name, time_zone, currency).await?;
    desk.record(Action::OrganizationUpdated, details).await?;
    desk.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p4_every_mistake_is_told_at_once_and_each_with_its_field() {
        let general = General { name: "North", time_zone: "Europe/Rome", currency: "EUR" };
        assert_eq!(general.mistakes(), None);
        let mistakes = General { name: " ", currency: "ZZZ", ..general }.mistakes().unwrap();
        assert!(mistakes.name.unwrap().contains("a name") && mistakes.currency.unwrap().contains("ISO 4217"));
        assert_eq!(mistakes.time_zone, None);
    }
}
