//! A tool that writes, as an embedder would add one: what the journeys prove scopes and transactions with.

use std::time::Duration;

use lavori_domain::contacts::{Contact, ContactKind};
use lavori_domain::{ContactId, KeyKind};
use lavori_policy::Scope;
use lavori_store::{contacts, counters};
use lavori_tools::effect::Creates;
use lavori_tools::{Call, Error, Tool, Write};

/// Adds a company.
pub(crate) struct AddContact;

/// The company's name.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    /// What it is called.
    name: String,
    /// Its number, for whoever counts by themselves; without it the next one of the organization.
    number: Option<i64>,
    /// Milliseconds to stand still between the check of the connection and the commit.
    #[serde(default)]
    pause_ms: u64,
}

/// The contact that was added.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(crate) struct Output {
    /// Its key.
    key: String,
    /// Its name.
    name: String,
}

impl Tool for AddContact {
    const NAME: &'static str = "add_contact";
    const TITLE: &'static str = "Add a company";
    const ABOUT: &'static str = "Use to add a company to the directory.";
    const SCOPE: Scope = Scope::Write;
    type Effect = Creates;
    type Access = Write;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Output, Error> {
        let organization = call.caller.tenant.organization;
        let number = match input.number {
            Some(number) => number,
            None => counters::take(&mut call.db, organization, KeyKind::Contact, 1).await?,
        };
        let now = call.now();
        let id = ContactId::new(call.env);
        let contact = Contact::new(organization, id, number, ContactKind::Company, input.name, now);
        contacts::insert(&mut call.db, &contact).await?;
        tokio::time::sleep(Duration::from_millis(input.pause_ms)).await;
        call.changed(contact.key());
        Ok(Output { key: contact.key().to_string(), name: contact.name })
    }
}
