//! An organization while it is being filled: who and what its productions may refer to.

use lavori_domain::contacts::{Address, Contact};
use lavori_domain::organizations::{Organization, OrganizationState, Person, PersonState, Role, Team};
use lavori_domain::{ContactId, Env, OrganizationId, PersonId, TeamId, Timestamp};
use lavori_policy::Switches;

use super::calendar::{Calendar, shifted};
use crate::accounts::{AccountOrganization, accounts};
use crate::chance::Chance;
use crate::demo::{Demo, DemoPerson, Membership};
use crate::texts::{OrganizationText, PEOPLE};

/// How many days ago the organizations were made.
const OPENED_DAYS_AGO: i64 = 600;

/// An organization and what is known of it so far.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) id: OrganizationId,
    pub(super) text: &'static OrganizationText,
    pub(super) calendar: Calendar,
    pub(super) members: Vec<Member>,
    opened: Timestamp,
    teams: Vec<(&'static str, TeamId)>,
    clients: Vec<(&'static str, ContactId)>,
}

/// Somebody who may be given a task.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) person: PersonId,
    pub(super) name: &'static str,
    pub(super) role: Role,
    pub(super) teams: &'static [&'static str],
}

impl Place {
    pub(super) fn team(&self, slug: &str) -> Option<TeamId> {
        self.teams.iter().find(|(team, _)| *team == slug).map(|(_, id)| *id)
    }

    pub(super) fn client(&self, key: &str) -> Option<ContactId> {
        self.clients.iter().find(|(client, _)| *client == key).map(|(_, id)| *id)
    }

    pub(super) fn member(&self, name: &str) -> Option<PersonId> {
        self.members.iter().find(|member| member.name == name).map(|member| member.person)
    }
}

/// Makes the organization and its teams.
pub(super) fn found(env: &dyn Env, now: Timestamp, text: &'static OrganizationText, demo: &mut Demo) -> Place {
    let calendar = Calendar::new(text.time_zone.parse().expect("the table names IANA zones"), now);
    let opened = calendar.office_hours(shifted(calendar.today, -OPENED_DAYS_AGO), &mut Chance::named(text.slug));
    let id = OrganizationId::new(env);
    let organization = Organization {
        id,
        slug: text.slug.to_owned(),
        name: text.name.to_owned(),
        time_zone: calendar.zone,
        currency: text.currency.parse().expect("the table names ISO 4217 codes"),
        state: OrganizationState::Active,
        created_at: opened,
    };
    let (write, billing) = text.switches;
    demo.organizations.push((organization, Switches::new(write, billing)));
    let mut teams = Vec::new();
    for (slug, name) in text.teams {
        let team = Team { organization: id, id: TeamId::new(env), slug: (*slug).to_owned(), name: (*name).to_owned() };
        teams.push((*slug, team.id));
        demo.teams.push(team);
    }
    Place { id, text, calendar, members: Vec::new(), opened, teams, clients: Vec::new() }
}

/// Makes everybody, and puts them where they belong.
pub(super) fn people(env: &dyn Env, places: &mut [Place], demo: &mut Demo) {
    for hand in &PEOPLE {
        let account = accounts().iter().find(|account| account.email == hand.email);
        let organizations = account.map_or(hand.organizations, |account| account.organizations);
        let person = PersonId::new(env);
        let mut known_since = None;
        for belonging in organizations {
            if let Some(place) = places.iter_mut().find(|place| place.text.slug == belonging.slug) {
                let at = join(place, person, hand.name, belonging, demo);
                known_since = Some(known_since.map_or(at, |since: Timestamp| since.min(at)));
            }
        }
        let person = Person {
            id: person,
            email: hand.email.to_owned(),
            name: hand.name.to_owned(),
            state: PersonState::Active,
            created_at: known_since.unwrap_or_else(|| env.now()),
        };
        demo.people.push(DemoPerson { person, signs_in: account.is_some() });
    }
}

/// Gives somebody a place, and says since when.
fn join(
    place: &mut Place,
    person: PersonId,
    name: &'static str,
    belonging: &AccountOrganization,
    demo: &mut Demo,
) -> Timestamp {
    // The organization's first weeks.
    let at = place.opened.plus_seconds(3600 * i64::try_from(demo.memberships.len()).unwrap_or(0));
    let role = belonging.role.parse().expect("the table names roles");
    let chance = &mut Chance::named(name);
    // Some work part time, contractors for as many days as they are booked.
    let weekly_capacity_minutes = match role {
        Role::Contractor => 0,
        Role::Owner | Role::Admin | Role::Member => {
            chance.weighted(&[(70, 2400), (20, 1920), (10, 1440)]).unwrap_or(2400)
        }
    };
    let cost_rate_minor = Some(100 * chance.between(22, 48));
    let work = (weekly_capacity_minutes, cost_rate_minor);
    demo.memberships.push(Membership { organization: place.id, person, role, at, work });
    for team in belonging.teams.iter().filter_map(|slug| place.team(slug)) {
        demo.team_members.push((place.id, team, person));
    }
    place.members.push(Member { person, name, role, teams: belonging.teams });
    at
}

/// Makes the organization's clients, and links each to the teams whose productions use it.
pub(super) fn clients(env: &dyn Env, place: &mut Place, demo: &mut Demo) {
    for (number, text) in (1..).zip(place.text.clients) {
        let chance = &mut Chance::named(text.key);
        let calendar = place.calendar;
        let made = calendar.office_hours(shifted(calendar.today, 10 * number - OPENED_DAYS_AGO), chance);
        let updated = if chance.percent(40) { made } else { calendar.between(made, calendar.now, chance) };
        let contact = Contact {
            email: text.email.map(str::to_owned),
            phone: text.phone.map(str::to_owned),
            company: text.company.map(str::to_owned),
            roles: text.roles.to_vec(),
            address: text.address.map(|[street, postal_code, city, country]| Address {
                street: Some(street.to_owned()),
                postal_code: Some(postal_code.to_owned()),
                city: Some(city.to_owned()),
                region: None,
                country: Some(country.to_owned()),
            }),
            tax_id: text.tax_id.map(str::to_owned),
            payment_terms_days: text.payment_terms_days,
            currency: text.currency.map(|code| code.parse().expect("the table names ISO 4217 codes")),
            language: text.language.map(str::to_owned),
            tags: text.tags.iter().map(|tag| (*tag).to_owned()).collect(),
            version: if updated == made { 1 } else { 2 },
            updated_at: updated,
            ..Contact::new(place.id, ContactId::new(env), number, text.kind, text.name.to_owned(), made)
        };
        place.clients.push((text.key, contact.id));
        for (slug, team) in &place.teams {
            let mut productions = place.text.productions.iter();
            if productions.any(|made| made.client == Some(text.key) && made.team == Some(*slug)) {
                demo.contact_teams.push((place.id, contact.id, *team));
            }
        }
        demo.contacts.push(contact);
    }
}
