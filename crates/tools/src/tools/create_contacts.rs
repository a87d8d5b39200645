//! `create_contacts`: people and companies. Who is known already is not made twice.

use std::collections::HashSet;

use lavori_domain::contacts::{Contact, ContactKind};
use lavori_domain::id::kind;
use lavori_domain::{ContactId, KeyKind, TeamId};
use lavori_policy::Scope;
use lavori_store::{contacts, counters};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::contact::{self, Given};
use crate::drafts::task::{Ref, read_line};
use crate::effect::Creates;
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;
use crate::tool::Tool;
use crate::written::{Outcome, Warning, Written};

/// `create_contacts`.
pub(crate) struct CreateContacts;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(length(min = 1, max = 50))]
    contacts: Vec<Item>,
}

#[derive(Deserialize, JsonSchema)]
struct Item {
    kind: ContactKind,
    #[schemars(length(min = 1, max = 200))]
    name: String,
    #[serde(flatten)]
    given: Given,
}

/// By what a contact that is there was recognised.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct More {
    /// The contact was there: it has the same of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    existing: Vec<&'static str>,
}

/// A contact that is asked for, and the teams that are to see it.
type Asked = (Contact, Vec<Ref<kind::Team>>);

impl Tool for CreateContacts {
    const NAME: &'static str = "create_contacts";
    const TITLE: &'static str = "Create contacts";
    const ABOUT: &'static str = "Use to add up to 50 people and companies, all or none. One with the same e-mail, phone \
                                 or tax id as a contact is not added: its result is that contact.";
    const SCOPE: Scope = Scope::Write;
    const ALLOWS_DUPLICATES: bool = true;

    type Effect = Creates;
    type Access = Write;
    type Input = Input;
    type Output = Written<More>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<More>, Error> {
        let mut asked = read(call, input).await?;
        let existing = existing(call, &asked).await?;
        let duplicates = call.options().allow_duplicates;
        let is_new = |known: &Option<Contact>| known.is_none() || duplicates;
        let count = existing.iter().filter(|known| is_new(known)).count();
        let organization = call.caller.tenant.organization;
        if count > 0 {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let mut number = counters::take(&mut call.db, organization, KeyKind::Contact, count).await?;
            for ((contact, _), _) in asked.iter_mut().zip(&existing).filter(|(_, known)| is_new(known)) {
                contact.number = number;
                number += 1;
            }
        }
        let new: Vec<&Contact> =
            asked.iter().zip(&existing).filter(|(_, known)| is_new(known)).map(|((contact, _), _)| contact).collect();
        contacts::insert_all(&mut call.db, &new).await?;

        let own_team = call.caller.tenant.team;
        let (mut results, mut warnings): (Vec<Outcome<More>>, Vec<Warning>) = (Vec::new(), Vec::new());
        for (index, ((contact, teams), known)) in asked.iter().zip(&existing).enumerate() {
            let more = More { existing: known.as_ref().map_or(Vec::new(), |known| same(contact, known)) };
            match known {
                Some(known) if !duplicates => {
                    warnings.push(Warning {
                        code: "existing_contact",
                        message: "The contact was there and was left as it is: change it with update_contacts, or set \
                                  allow_duplicates if somebody else is meant."
                            .to_owned(),
                        index: Some(index),
                        records: vec![known.key().to_string()],
                    });
                    results.push(call.updated(index, &contact::touched(known), &Fields::new(), more));
                }
                _ => {
                    // A narrowed connection's contacts are its team's.
                    let linked: Vec<TeamId> = teams.iter().map(|(team, _)| *team).chain(own_team).collect();
                    contacts::link_teams(&mut call.db, organization, contact.id, &linked).await?;
                    let mut fields = contact::changes(None, contact)?;
                    fields.refer_to_all("teams", &[], teams);
                    results.push(call.created(index, &contact::touched(contact), &fields, more));
                }
            }
        }
        Ok(Written::new(call, results, warnings))
    }
}

/// Reads the items; everything that is wrong with them is told at once.
async fn read(call: &mut Call<'_, Write>, input: Input) -> Result<Vec<Asked>, Error> {
    let (organization, now) = (call.caller.tenant.organization, call.now());
    let mut problems = Problems::default();
    let mut asked: Vec<Asked> = Vec::with_capacity(input.contacts.len());
    for (index, item) in input.contacts.into_iter().enumerate() {
        let at = format!("contacts[{index}]");
        let name = read_line(&format!("{at}.name"), &item.name, &mut problems);
        // The number is taken when it is known who is new.
        let mut contact = Contact::new(organization, ContactId::new(call.env), 0, item.kind, name, now);
        let teams = contact::fill(call, &at, item.given, &mut contact, &mut problems).await?;
        if !call.options().allow_duplicates && asked.iter().any(|(other, _)| !same(&contact, other).is_empty()) {
            problems.add(
                Problem::new(
                    Code::DuplicateSuspected,
                    "Another item of this call has the same e-mail, phone or tax id. If both are meant, set \
                     allow_duplicates.",
                )
                .field(at)
                .next(CreateContacts::NAME, call.with_duplicates()),
            );
        }
        asked.push((contact, teams));
    }
    problems.told()?;
    Ok(asked)
}

/// The contact that each of those asked for is already, as far as the connection sees.
async fn existing(call: &mut Call<'_, Write>, asked: &[Asked]) -> Result<Vec<Option<Contact>>, Error> {
    let within = call.within();
    let all = |of: fn(&Contact) -> &Option<String>| -> Vec<String> {
        asked.iter().filter_map(|(contact, _)| of(contact).clone()).collect::<HashSet<_>>().into_iter().collect()
    };
    let (emails, phones) = (all(|contact| &contact.email), all(|contact| &contact.phone));
    let tax_ids = all(|contact| &contact.tax_id);
    let known = contacts::known(call.conn(), within, &emails, &phones, &tax_ids).await?;
    let recognised = |contact: &Contact| known.iter().find(|known| !same(contact, known).is_empty()).cloned();
    Ok(asked.iter().map(|(contact, _)| recognised(contact)).collect())
}

/// What two contacts share of what only one has. People of a company share its tax id and its phone.
fn same(one: &Contact, other: &Contact) -> Vec<&'static str> {
    let both = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    let mut shared = Vec::new();
    if both(&one.email, &other.email) {
        shared.push("email");
    }
    if one.kind == other.kind && both(&one.phone, &other.phone) {
        shared.push("phone");
    }
    if one.kind == other.kind && both(&one.tax_id, &other.tax_id) {
        shared.push("tax_id");
    }
    shared
}
