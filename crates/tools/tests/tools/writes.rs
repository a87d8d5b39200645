//! The write path of the registry, proven with tools as an embedder would add them.

use lavori_domain::contacts::{Contact, ContactKind};
use lavori_domain::{Id, KeyKind};
use lavori_policy::{Caller, Refusal, Scope, Scopes};
use lavori_store::{connections, contacts, counters};
use lavori_tools::effect::{Creates, Updates};
use lavori_tools::{
    Applied, Call, Code, Error, InvokeError, Problem, Read, Registry, RegistryError, Tool, Write, tool,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::lab::{Lab, labs_with};

/// Adds a company; on request it fails after having written.
pub(crate) struct AddContact;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// What it is called.
    #[schemars(length(min = 1))]
    name: String,
    /// How it ends.
    end: Option<End>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum End {
    Refused,
    Broken,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Output {
    key: String,
    applied: Applied,
}

impl Tool for AddContact {
    const NAME: &'static str = "add_contact";
    const TITLE: &'static str = "Add a company";
    const ABOUT: &'static str = "Use to add a company.";
    const SCOPE: Scope = Scope::Write;
    const ALIASES: &'static [&'static str] = &["create_company"];
    const RENAMED: &'static [(&'static str, &'static str)] = &[("company", "name")];

    type Effect = Creates;
    type Access = Write;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Output, Error> {
        let organization = call.caller.tenant.organization;
        let number = 100 + counters::take(&mut call.db, organization, KeyKind::Contact, 1).await?;
        let id = Id::new(call.env);
        let contact = Contact::new(organization, id, number, ContactKind::Company, input.name, call.now());
        contacts::insert(&mut call.db, &contact).await?;
        call.changed(contact.key());
        match input.end {
            None => Ok(Output { key: contact.key().to_string(), applied: call.applied() }),
            Some(End::Refused) => Err(Problem::new(Code::InvalidArgument, "As asked for.").field("end").into()),
            Some(End::Broken) => {
                contacts::insert(&mut call.db, &contact).await?;
                unreachable!("the same contact twice is refused by the database")
            }
        }
    }
}

/// Needs the widest scope and does nothing.
pub(crate) struct BillNothing;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Nothing {}

impl Tool for BillNothing {
    const NAME: &'static str = "bill_nothing";
    const TITLE: &'static str = "Bill nothing";
    const ABOUT: &'static str = "Use to bill nothing.";
    const SCOPE: Scope = Scope::Billing;

    type Effect = Updates;
    type Access = Read;
    type Input = Nothing;
    type Output = Output;

    async fn run(call: &mut Call<'_, Read>, _input: Nothing) -> Result<Output, Error> {
        Ok(Output { key: "none".to_owned(), applied: call.applied() })
    }
}

async fn writers() -> Vec<(Lab, Caller)> {
    let mut writers = Vec::new();
    for lab in labs_with(vec![tool::<AddContact>], true).await {
        lab.switch(true, false).await;
        let mut caller = lab.ada.clone();
        (caller.scopes, caller.grantable) = (Scopes::Write, Scopes::Write);
        writers.push((lab, caller));
    }
    writers
}

async fn found(lab: &Lab, query: &str) -> usize {
    let reply = lab.call(&lab.stage, "search", json!({ "query": query })).await;
    assert_eq!(reply["results"], json!([]), "no team knows it");
    let reply = lab.call(&lab.ada, "search", json!({ "query": query })).await;
    reply["results"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn p29_a_change_and_its_record_commit_together() {
    for (lab, caller) in writers().await {
        let reply = lab.call(&caller, "add_contact", json!({ "name": "Zephyr\u{200b} GmbH" })).await;
        assert_eq!(reply["key"], "C-101");
        let events = lab.events(&caller).await;
        assert_eq!((events.len(), events[0].action.as_str()), (1, "tool.called"), "{}", lab.test.name);
        assert_eq!(events[0].details["changed"], json!(["C-101"]));
        assert_eq!(events[0].details["outcome"], "ok");
        assert_eq!(found(&lab, "zephyr").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_write_leaves_nothing_but_its_record() {
    for (lab, caller) in writers().await {
        let refused = lab.refused(&caller, "add_contact", json!({ "name": "Zephyr", "end": "refused" })).await;
        assert_eq!(refused["message"], "As asked for.");
        let broken = lab.invoke(&caller, "add_contact", json!({ "name": "Zephyr", "end": "broken" })).await;
        let Err(InvokeError::Internal(cause)) = broken else { panic!("{broken:?}") };
        assert!(!cause.to_string().is_empty());
        lab.refused(&caller, "add_contact", json!({ "name": "" })).await;
        let outcomes: Vec<Value> =
            lab.events(&caller).await.iter().map(|event| event.details["outcome"].clone()).collect();
        assert_eq!(outcomes, ["invalid_argument", "internal", "invalid_argument"], "{}", lab.test.name);
        assert!(lab.events(&caller).await.iter().all(|event| event.details.get("changed").is_none()));
        assert_eq!(found(&lab, "zephyr").await, 0);
        // The number was not used up either.
        assert_eq!(lab.call(&caller, "add_contact", json!({ "name": "Zephyr" })).await["key"], "C-101");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i14_without_its_record_a_change_does_not_commit_and_may_be_tried_again() {
    for (lab, mut caller) in writers().await {
        // The log refuses an event that names a person who does not exist.
        caller.person = Id::new(&lab.world.env);
        let outcome = lab.invoke(&caller, "add_contact", json!({ "name": "Zephyr" })).await;
        assert!(matches!(outcome, Err(InvokeError::Busy(_))), "{outcome:?}");
        assert_eq!(found(&lab, "zephyr").await, 0, "{}", lab.test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p21_a_write_meets_the_switches_and_the_connection_of_its_own_moment() {
    for (lab, caller) in writers().await {
        // Decided while the switch was on, run after it was turned off.
        lab.switch(false, false).await;
        let outcome = lab.invoke(&caller, "add_contact", json!({ "name": "Zephyr" })).await;
        assert!(matches!(outcome, Err(InvokeError::CutOff(Refusal::SwitchedOff))), "{outcome:?}");
        lab.switch(true, false).await;
        let mut tx = lab.test.store.begin().await.unwrap();
        let (organization, now) = (caller.tenant.organization, lab.world.now);
        connections::revoke(&mut tx, organization, caller.connection, Some(caller.person), "test", now).await.unwrap();
        tx.commit().await.unwrap();
        let outcome = lab.invoke(&caller, "add_contact", json!({ "name": "Zephyr" })).await;
        assert!(matches!(outcome, Err(InvokeError::CutOff(Refusal::ConnectionRevoked))), "{outcome:?}");
        assert_eq!(found(&lab, "zephyr").await, 0);
        let refused = lab.events(&caller).await.iter().filter(|event| event.action == "call.refused").count();
        assert_eq!(refused, 2, "{}", lab.test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t8_old_names_go_on_working_and_are_not_listed() {
    for (lab, caller) in writers().await {
        let answer = lab.invoke(&caller, "create_company", json!({ "company": "Old Friends" })).await.unwrap();
        assert!(!answer.is_error, "{}", answer.json);
        assert_eq!(lab.events(&caller).await[0].details["tool"], "add_contact");
        let tools = lab.registry.list(Scopes::Billing, false).tools();
        assert!(tools.iter().all(|tool| tool.name != "create_company"));
        let adding = tools.iter().find(|tool| tool.name == "add_contact").unwrap();
        assert_eq!(adding.input_schema["properties"].get("company"), None);
        assert_eq!(lab.registry.scope_of("create_company"), Some(Scope::Write));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_can_be_taken_only_once() {
    let lab = labs_with(Vec::new(), true).await.remove(0);
    let config = lavori_tools::Config {
        public_url: String::new(),
        cursor_key: lavori_tools::CursorKey::new([0; 32]),
        record_calls: true,
    };
    let recorder = lavori_store::recorder::Recorder::start(lab.test.store.clone());
    let env = std::sync::Arc::new(lavori_domain::env::TestEnv::default());
    let tools = vec![tool::<AddContact>(), tool::<AddContact>()];
    let made = Registry::new(lab.test.store.clone(), recorder, env, config, tools);
    assert!(matches!(made.err(), Some(RegistryError::Twice("add_contact"))));
}
