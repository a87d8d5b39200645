//! `update_contacts`: changes people and companies.

use std::collections::{HashMap, HashSet};

use lavori_domain::ContactId;
use lavori_domain::RecordType;
use lavori_domain::contacts::{Contact, ContactKind};
use lavori_domain::id::kind;
use lavori_policy::Scope;
use lavori_store::contacts;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::contact::{self, Given};
use crate::drafts::task::{Ref, read_line};
use crate::effect::Updates;
use crate::error::{Code, Error, Problem};
use crate::refs;
use crate::tool::Tool;
use crate::written::{NoMore, Outcome, Written};

/// `update_contacts`.
pub(crate) struct UpdateContacts;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(length(min = 1, max = 50))]
    contacts: Vec<Item>,
}

#[derive(Deserialize, JsonSchema)]
struct Item {
    /// Id, key or exact name.
    id: String,
    /// As read.
    version: Option<i32>,
    kind: Option<ContactKind>,
    #[schemars(length(min = 1, max = 200))]
    name: Option<String>,
    #[serde(flatten)]
    given: Given,
    #[serde(default)]
    clear: Vec<Clear>,
}

/// A field that can be emptied.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Clear {
    Company,
    Email,
    Phone,
    Roles,
    Address,
    TaxId,
    PaymentTermsDays,
    Currency,
    Language,
    Tags,
}

/// A contact as it is and as it is to be.
struct Changed {
    index: usize,
    version: Option<i32>,
    before: Contact,
    after: Contact,
    /// Teams that do not see it yet.
    teams: Vec<Ref<kind::Team>>,
}

impl Tool for UpdateContacts {
    const NAME: &'static str = "update_contacts";
    const TITLE: &'static str = "Update contacts";
    const ABOUT: &'static str = "Use to change up to 50 people and companies, all or none. Only given fields change; \
                                 lists and the address replace what was there.";
    const SCOPE: Scope = Scope::Write;

    type Effect = Updates;
    type Access = Write;
    type Input = Input;
    type Output = Written<NoMore>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<NoMore>, Error> {
        let changed = changed(call, input).await?;
        let organization = call.caller.tenant.organization;
        let mut problems = Problems::default();
        let mut results: Vec<Outcome<NoMore>> = Vec::with_capacity(changed.len());
        for Changed { index, version, before, after, teams } in changed {
            let mut fields = contact::changes(Some(&before), &after)?;
            // Teams are only added: those that were there need not be visible here.
            fields.refer_to_all("teams", &[], &teams);
            let linked: Vec<_> = teams.iter().map(|(team, _)| *team).collect();
            contacts::link_teams(&mut call.db, organization, after.id, &linked).await?;
            let argument = format!("contacts[{index}].version");
            let result = contact::write(call, index, after, (&argument, version), &fields, NoMore {}).await;
            results.extend(problems.keep(result)?);
        }
        problems.told()?;
        Ok(Written::new(call, results, Vec::new()))
    }
}

/// The contacts as they are to be; everything that is wrong is told at once.
async fn changed(call: &mut Call<'_, Write>, input: Input) -> Result<Vec<Changed>, Error> {
    let within = call.within();
    let mut problems = Problems::default();
    let mut found: Vec<Option<ContactId>> = Vec::with_capacity(input.contacts.len());
    let mut seen = HashSet::new();
    for (index, item) in input.contacts.iter().enumerate() {
        let argument = format!("contacts[{index}].id");
        let mut contact = problems.keep(refs::contact(call, &argument, &item.id).await)?.map(|contact| contact.id);
        if contact.is_some_and(|contact| !seen.insert(contact)) {
            let problem = Problem::new(Code::InvalidArgument, "Another item of this call changes the same record.");
            problems.add(problem.field(argument).got(&item.id.clone().into()));
            // Told once is enough.
            contact = None;
        }
        found.push(contact);
    }
    let ids: Vec<ContactId> = found.iter().flatten().copied().collect();
    let locked = contacts::lock(&mut call.db, within, &ids).await?;
    let mut held: HashMap<ContactId, Contact> = locked.into_iter().map(|contact| (contact.id, contact)).collect();
    let mut changed = Vec::with_capacity(ids.len());
    for (index, (item, id)) in input.contacts.into_iter().zip(found).enumerate() {
        let Some(id) = id else { continue };
        let at = format!("contacts[{index}]");
        let Some(before) = held.remove(&id) else {
            problems.add(refs::not_found(&format!("{at}.id"), &item.id, &[RecordType::Contact]));
            continue;
        };
        let mut after = before.clone();
        item.clear.iter().for_each(|field| field.of(&mut after));
        after.kind = item.kind.unwrap_or(after.kind);
        if let Some(name) = &item.name {
            after.name = read_line(&format!("{at}.name"), name, &mut problems);
        }
        let mut teams = contact::fill(call, &at, item.given, &mut after, &mut problems).await?;
        let wanted: Vec<_> = teams.iter().map(|(team, _)| *team).collect();
        let unlinked = contacts::unlinked(call.conn(), within.organization, id, &wanted).await?;
        teams.retain(|(team, _)| unlinked.contains(team));
        changed.push(Changed { index, version: item.version, before, after, teams });
    }
    problems.told()?;
    Ok(changed)
}

impl Clear {
    /// Empties the field.
    fn of(self, contact: &mut Contact) {
        match self {
            Self::Company => contact.company = None,
            Self::Email => contact.email = None,
            Self::Phone => contact.phone = None,
            Self::Roles => contact.roles.clear(),
            Self::Address => contact.address = None,
            Self::TaxId => contact.tax_id = None,
            Self::PaymentTermsDays => contact.payment_terms_days = None,
            Self::Currency => contact.currency = None,
            Self::Language => contact.language = None,
            Self::Tags => contact.tags.clear(),
        }
    }
}
