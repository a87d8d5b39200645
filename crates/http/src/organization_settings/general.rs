//! Name, time zone, currency; and what members see who may not change them.

use lavori_accounts::Actor;
use lavori_accounts::overview::Overview;
use lavori_accounts::settings::{self, General, Mistakes};
use lavori_domain::organizations::Role;
use lavori_domain::{Currency, TimeZone, Timestamp};
use lavori_oauth::Parameters;
use lavori_store::memberships;
use lavori_web::{Choice, OrganizationForMembers, OrganizationGeneral, Typed, ZoneGroup};

use super::visit::{Visit, field, or_problem};
use crate::error::Error;
use crate::respond::Response;

/// Shows an organization to one of its members; `again` has what was typed, and what is wrong with it.
///
/// # Errors
/// [`Error::NotFound`] for everybody else, as where there is no such organization.
pub(super) async fn show(visit: &Visit<'_>, again: Option<(General<'_>, Mistakes)>) -> Result<Response, Error> {
    let mut conn = visit.app.store.read().await?;
    let overview = visit.overview(&mut conn).await?;
    if !overview.role.administers() {
        return Ok(for_members(visit, &overview));
    }
    let organization = &overview.organization;
    let last_owner = overview.role == Role::Owner
        && !memberships::has_other_owner(&mut conn, organization.id, visit.person()).await?;
    drop(conn);
    let currency = organization.currency.to_string();
    let now = General { name: &organization.name, time_zone: organization.time_zone.name(), currency: &currency };
    let (general, mistakes) = again.clone().unwrap_or((now, Mistakes::default()));
    let clock = general.time_zone.parse().map(|zone| clock(zone, overview.now)).unwrap_or_default();
    let page = OrganizationGeneral {
        place: visit.place_of(&overview),
        slug: &organization.slug,
        name: Typed { text: general.name, problem: mistakes.name.as_deref() },
        time_zone: Typed { text: general.time_zone, problem: mistakes.time_zone.as_deref() },
        currency: Typed { text: general.currency, problem: mistakes.currency.as_deref() },
        clock: &clock,
        zones: &zones(),
        currencies: &currencies(),
        last_owner,
    };
    Ok(visit.page_about(again.is_some(), &page.render()))
}

fn for_members(visit: &Visit<'_>, overview: &Overview) -> Response {
    let page = OrganizationForMembers {
        place: visit.place_of(overview),
        administrators: overview.administrators.iter().map(String::as_str).collect(),
        teams: overview.teams.iter().map(|team| team.name.as_str()).collect(),
        may_connect: overview.role.may_connect_clients(),
    };
    visit.page(&page.render())
}

pub(super) async fn save(visit: &Visit<'_>, actor: &Actor<'_>, form: &Parameters) -> Result<Response, Error> {
    let currency = field(form, "currency")?.to_ascii_uppercase();
    let general = General { name: field(form, "name")?, time_zone: field(form, "time_zone")?, currency: &currency };
    if let Some(mistakes) = general.mistakes() {
        // Whose it is comes before what is wrong with it.
        let what = "Only owners and admins of the organization can do this.";
        visit.administered(&mut visit.app.store.read().await?, what).await?;
        return show(visit, Some((general, mistakes))).await;
    }
    match or_problem(settings::update(&visit.app.store, actor, visit.slug, &general).await)? {
        Ok(true) => Ok(visit.done("", "Saved.")),
        Ok(false) => Ok(visit.done("", "Nothing was changed: it was so already.")),
        Err(name) => show(visit, Some((general, Mistakes { name: Some(name), ..Mistakes::default() }))).await,
    }
}

/// What the clock shows: `Monday, 18:30`.
fn clock(zone: TimeZone, now: Timestamp) -> String {
    format!("{}, {}", zone.weekday(now), zone.clock(now))
}

/// The zones to choose from, by region.
fn zones() -> Vec<ZoneGroup> {
    let mut groups: Vec<ZoneGroup> = Vec::new();
    for zone in TimeZone::offered() {
        let name = zone.name();
        let (region, place) = name.split_once('/').unwrap_or(("Everywhere", name));
        let choice = Choice { value: name, label: place.replace('_', " ").replace('/', ", ") };
        match groups.last_mut() {
            Some(group) if group.region == region => group.zones.push(choice),
            _ => groups.push(ZoneGroup { region, zones: vec![choice] }),
        }
    }
    groups
}

fn currencies() -> Vec<Choice> {
    let choice = |(code, name)| Choice { value: code, label: format!("{name} ({code})") };
    Currency::offered().into_iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p4_zones_come_by_region_each_region_once() {
        let groups = zones();
        let mut regions: Vec<_> = groups.iter().map(|group| group.region).collect();
        let rome = groups.iter().flat_map(|group| &group.zones).find(|zone| zone.value == "Europe/Rome");
        assert_eq!(rome.map(|zone| zone.label.as_str()), Some("Rome"));
        assert!(groups.iter().flat_map(|group| &group.zones).any(|zone| zone.label == "Argentina, Buenos Aires"));
        regions.sort_unstable();
        regions.dedup();
        assert_eq!(regions.len(), groups.len());
    }

    #[test]
    fn p4_the_clock_shows_the_weekday_and_time_of_the_zone() {
        let now = Timestamp::parse_rfc3339("2026-11-22T23:30:00Z").unwrap();
        assert_eq!(clock(TimeZone::UTC, now), "Sunday, 23:30");
        assert_eq!(clock("Europe/Rome".parse().unwrap(), now), "Monday, 00:30");
    }
}
