//! A contact as a call describes it.

use lavori_domain::changes::RecordKind;
use lavori_domain::contacts::{
    Address, Contact, ContactRole, NotATaxId, normalize_tax_id, read_country, read_email, read_language, read_phone,
};
use lavori_domain::id::kind;
use lavori_domain::{Currency, KeyKind};
use lavori_store::contacts;
use schemars::JsonSchema;
use serde::Deserialize;

use super::task::{Ref, named, read_tags};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;
use crate::refs;
use crate::versions::Strict;
use crate::written::{Outcome, Touched};

/// The fields that creating and updating share. What is not given stays as it is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct Given {
    #[schemars(length(max = 200))]
    company: Option<String>,
    email: Option<String>,
    /// With country code: +39 06 1234567.
    phone: Option<String>,
    roles: Option<Vec<ContactRole>>,
    address: Option<Address>,
    /// In the EU with country prefix.
    tax_id: Option<String>,
    #[schemars(range(min = 0, max = 365))]
    payment_terms_days: Option<i32>,
    /// ISO 4217.
    currency: Option<String>,
    /// it, pt-BR.
    language: Option<String>,
    tags: Option<Vec<String>>,
    /// Teams that may see it, besides those that do.
    #[schemars(length(max = 50))]
    teams: Option<Vec<String>>,
}

/// Puts what is given into `contact`, and gives the teams that are to see it; what is wrong goes to `problems`.
pub(crate) async fn fill(
    call: &mut Call<'_, Write>,
    at: &str,
    given: Given,
    contact: &mut Contact,
    problems: &mut Problems,
) -> Result<Vec<Ref<kind::Team>>, Error> {
    let mut reader = Reader { at, problems };
    contact.company = given.company.or(contact.company.take());
    contact.email = reader.read("email", given.email, "Not an e-mail address.", read_email).or(contact.email.take());
    let phone = "A phone number begins with + and the country code, and has 7 to 15 digits.";
    contact.phone = reader.read("phone", given.phone, phone, read_phone).or(contact.phone.take());
    let language = "Not a language: expected two or three letters, perhaps with a country, like it or pt-BR.";
    contact.language = reader.read("language", given.language, language, read_language).or(contact.language.take());
    let currency = "Not a currency: expected an ISO 4217 code, like EUR.";
    let read = |text: &str| text.trim().to_ascii_uppercase().parse::<Currency>().ok();
    contact.currency = reader.read("currency", given.currency, currency, read).or(contact.currency);
    contact.payment_terms_days = given.payment_terms_days.or(contact.payment_terms_days);
    let billed_elsewhere = given.address.is_some();
    if let Some(mut address) = given.address {
        let country = "Not a country: expected an ISO 3166 code of two letters, like IT.";
        address.country = reader.read("address.country", address.country.take(), country, read_country);
        contact.address = (address != Address::default()).then_some(address);
    }
    if given.tax_id.is_some() || billed_elsewhere {
        reader.tax_id(given.tax_id, contact);
    }
    if let Some(mut roles) = given.roles {
        roles.sort_unstable();
        roles.dedup();
        contact.roles = roles;
    }
    if let Some(tags) = &given.tags
        && let Some(tags) = read_tags(&format!("{at}.tags"), tags, problems)
    {
        contact.tags = tags;
    }
    let mut teams: Vec<Ref<kind::Team>> = Vec::new();
    for (index, text) in given.teams.iter().flatten().enumerate() {
        let team = problems.keep(refs::team(call, &format!("{at}.teams[{index}]"), text).await)?;
        teams.extend(team.map(named).filter(|(team, _)| teams.iter().all(|(other, _)| other != team)));
    }
    Ok(teams)
}

/// Reads the texts of one item.
struct Reader<'a> {
    at: &'a str,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    fn read<T>(
        &mut self,
        field: &str,
        text: Option<String>,
        wrong: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = text?;
        let value = read(&text);
        if value.is_none() {
            self.refuse(field, &text, wrong);
        }
        value
    }

    /// The given tax id, or the one that was there: its form depends on the country as well.
    fn tax_id(&mut self, given: Option<String>, contact: &mut Contact) {
        let Some(text) = given.or(contact.tax_id.take()) else { return };
        match normalize_tax_id(&text, contact.country()) {
            Ok(id) => contact.tax_id = Some(id),
            Err(NotATaxId::Form) => self.refuse("tax_id", &text, "A tax id has 4 to 20 letters and digits."),
            Err(NotATaxId::Prefix) => {
                self.refuse(
                    "tax_id",
                    &text,
                    "In the European Union a tax id begins with its country's prefix, like IT.",
                );
            }
        }
    }

    fn refuse(&mut self, field: &str, text: &str, wrong: &str) {
        let problem = Problem::new(Code::InvalidArgument, wrong);
        self.problems.add(problem.field(format!("{}.{field}", self.at)).got(&text.into()));
    }
}

/// What changes between two states of a contact; `None` before: it is new.
pub(crate) fn changes(before: Option<&Contact>, after: &Contact) -> Result<Fields, Error> {
    let mut fields = Fields::new();
    let currency = |contact: &Contact| contact.currency.map(|currency| currency.to_string());
    match before {
        None => {
            fields.first("kind", &after.kind)?;
            fields.first("name", &after.name)?;
            fields.first("company", &after.company)?;
            fields.first("email", &after.email)?;
            fields.first("phone", &after.phone)?;
            fields.first("roles", &after.roles)?;
            fields.first("address", &after.address)?;
            fields.first("tax_id", &after.tax_id)?;
            fields.first("payment_terms_days", &after.payment_terms_days)?;
            fields.first("currency", &currency(after))?;
            fields.first("language", &after.language)?;
            fields.first("tags", &after.tags)?;
        }
        Some(before) => {
            fields.set("kind", &before.kind, &after.kind)?;
            fields.set("name", &before.name, &after.name)?;
            fields.set("company", &before.company, &after.company)?;
            fields.set("email", &before.email, &after.email)?;
            fields.set("phone", &before.phone, &after.phone)?;
            fields.set("roles", &before.roles, &after.roles)?;
            fields.set("address", &before.address, &after.address)?;
            fields.set("tax_id", &before.tax_id, &after.tax_id)?;
            fields.set("payment_terms_days", &before.payment_terms_days, &after.payment_terms_days)?;
            fields.set("currency", &currency(before), &currency(after))?;
            fields.set("language", &before.language, &after.language)?;
            fields.set("tags", &before.tags, &after.tags)?;
        }
    }
    Ok(fields)
}

/// A contact as it stands in the answer and in the change feed.
pub(crate) fn touched(contact: &Contact) -> Touched<'_> {
    Touched::new(RecordKind::Contact, contact.id, &contact.name, contact.version)
        .number(KeyKind::Contact, contact.number)
}

/// Writes a contact that [`contacts::lock`] gave and the call changed, and makes the result. `version` is the one that
/// the change was made from, with the argument it stood in.
pub(crate) async fn write<X: JsonSchema>(
    call: &mut Call<'_, Write>,
    index: usize,
    mut contact: Contact,
    version: (&str, Option<i32>),
    fields: &Fields,
    more: X,
) -> Result<Outcome<X>, Error> {
    call.check_version(version.0, (RecordKind::Contact, contact.id), version.1, contact.version, fields, Strict::No)
        .await?;
    if !fields.is_empty() {
        contact.version += 1;
        contact.updated_at = call.now();
        contacts::update(&mut call.db, &contact).await?;
    }
    Ok(call.updated(index, &touched(&contact), fields, more))
}
