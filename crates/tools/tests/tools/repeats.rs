//! What every write has: it can be repeated, tried, and is in the change feed (TOOLS.md W1 to W7).

use lavori_domain::changes::RecordKind;
use lavori_domain::contacts::{Contact, ContactKind};
use lavori_domain::{Id, KeyKind};
use lavori_policy::{Caller, Scope, Scopes};
use lavori_store::changes::ChangeFilter;
use lavori_store::{Reference, Within, changes, contacts, counters};
use lavori_tools::effect::Creates;
use lavori_tools::{Call, Code, Error, Fields, NoMore, Problem, Tool, Touched, Write, Written, tool};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::lab::{Lab, caller, labs_with};

/// Adds companies, as the shipped tools write.
pub(crate) struct NoteCompanies;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// What they are called.
    #[schemars(length(min = 1, max = 50))]
    names: Vec<String>,
}

impl Tool for NoteCompanies {
    const NAME: &'static str = "note_companies";
    const TITLE: &'static str = "Note companies";
    const ABOUT: &'static str = "Use to note companies.";
    const SCOPE: Scope = Scope::Write;
    const ALLOWS_DUPLICATES: bool = true;

    type Effect = Creates;
    type Access = Write;
    type Input = Input;
    type Output = Written<NoMore>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<NoMore>, Error> {
        let organization = call.caller.tenant.organization;
        let first = counters::take(&mut call.db, organization, KeyKind::Contact, input.names.len() as i64).await?;
        let mut results = Vec::new();
        for (index, name) in input.names.into_iter().enumerate() {
            let (id, number) = (Id::new(call.env), 100 + first + index as i64);
            let contact = Contact::new(organization, id, number, ContactKind::Company, name, call.now());
            contacts::insert(&mut call.db, &contact).await?;
            let mut fields = Fields::new();
            fields.first("name", &contact.name)?;
            let touched = Touched::new(RecordKind::Contact, contact.id, &contact.name, 1);
            if contact.name == "Refused" {
                return Err(Problem::new(Code::InvalidArgument, "As asked for.").field("names").into());
            }
            results.push(call.created(index, &touched.number(KeyKind::Contact, contact.number), &fields, NoMore {}));
        }
        Ok(Written::new(call, results, Vec::new()))
    }
}

async fn writers() -> Vec<(Lab, Caller)> {
    let mut writers = Vec::new();
    for lab in labs_with(vec![tool::<NoteCompanies>], true).await {
        lab.switch(true, false).await;
        let mut caller = lab.ada.clone();
        (caller.scopes, caller.grantable) = (Scopes::Write, Scopes::Write);
        writers.push((lab, caller));
    }
    writers
}

async fn called(lab: &Lab, name: &str) -> usize {
    let mut conn = lab.test.store.read().await.unwrap();
    contacts::find(&mut conn, Within::from(&lab.ada.tenant), Reference::Name(name)).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_the_same_key_with_the_same_arguments_is_done_once_and_with_others_refused() {
    for (lab, ada) in writers().await {
        let asked = json!({ "names": ["Zephyr", "Borea"], "request_key": "k-1" });
        let first = lab.call(&ada, "note_companies", asked.clone()).await;
        assert_eq!((&first["replayed"], &first["results"][1]["key"]), (&json!(false), &json!("C-102")));
        let again = lab.call(&ada, "note_companies", asked.clone()).await;
        let mut expected = first.clone();
        expected["replayed"] = json!(true);
        assert_eq!(again, expected);
        let other = lab.refused(&ada, "note_companies", json!({ "names": ["Eurus"], "request_key": "k-1" })).await;
        assert_eq!(other["code"], "request_key_reused");
        assert_eq!((called(&lab, "Zephyr").await, called(&lab, "Eurus").await), (1, 0));
        let outcomes: Vec<Value> =
            lab.events(&ada).await.iter().map(|event| event.details["outcome"].clone()).collect();
        assert_eq!(outcomes, ["request_key_reused", "replayed", "ok"], "{}", lab.test.name);

        // W3: the key is the person's, and outlives the connection.
        let north = lab.world.north.clone();
        let mut anew = caller(&lab.test.store, &lab.world, north.id, "northlight", north.ada, None).await;
        (anew.scopes, anew.grantable) = (Scopes::Write, Scopes::Write);
        anew.now = anew.now.plus_seconds(400 * 86_400);
        assert_eq!(lab.call(&anew, "note_companies", asked.clone()).await["replayed"], true);
        // Somebody else's key is another key.
        let mut ben = caller(&lab.test.store, &lab.world, north.id, "northlight", north.ben, None).await;
        (ben.scopes, ben.grantable) = (Scopes::Write, Scopes::Write);
        assert_eq!(lab.call(&ben, "note_companies", asked).await["replayed"], false);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w2_without_a_key_the_same_bytes_are_done_once_within_ten_minutes() {
    for (lab, mut ada) in writers().await {
        let asked = json!({ "names": ["Zephyr"] });
        assert_eq!(lab.call(&ada, "note_companies", asked.clone()).await["replayed"], false);
        assert_eq!(lab.call(&ada, "note_companies", asked.clone()).await["replayed"], true);
        let twice = json!({ "names": ["Zephyr"], "allow_duplicates": true });
        assert_eq!(lab.call(&ada, "note_companies", twice.clone()).await["replayed"], false);
        assert_eq!(lab.call(&ada, "note_companies", twice).await["replayed"], false);
        ada.now = ada.now.plus_seconds(599);
        assert_eq!(lab.call(&ada, "note_companies", asked.clone()).await["replayed"], true);
        ada.now = ada.now.plus_seconds(2);
        assert_eq!(lab.call(&ada, "note_companies", asked).await["replayed"], false);
        assert_eq!(called(&lab, "Zephyr").await, 4, "{}", lab.test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_two_at_the_same_time_are_one() {
    for (lab, ada) in writers().await {
        for round in 0..10 {
            let name = format!("Twin {round}");
            let asked = json!({ "names": [name], "request_key": name });
            let (one, other) = tokio::join!(
                lab.call(&ada, "note_companies", asked.clone()),
                lab.call(&ada, "note_companies", asked.clone())
            );
            assert_eq!(one["results"], other["results"], "{}", lab.test.name);
            assert_ne!(one["replayed"], other["replayed"]);
            assert_eq!(called(&lab, &name).await, 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w5_a_dry_run_and_a_preview_say_what_the_real_call_does_and_do_nothing() {
    for (lab, ada) in writers().await {
        let dry = json!({ "names": ["Zephyr"], "dry_run": true, "request_key": "k" });
        let tried = lab.call(&ada, "note_companies", dry).await;
        assert_eq!(tried["dry_run"], true);
        let asked = json!({ "names": ["Zephyr"], "request_key": "k" });
        let preview = json!({ "tool": "note_companies", "arguments": asked });
        let preview = lab.call(&ada, "preview_write", preview).await;
        assert_eq!(called(&lab, "Zephyr").await, 0, "{}", lab.test.name);
        assert_eq!(preview["call"], json!({ "tool": "note_companies", "arguments": asked }));

        let done = lab.call(&ada, "note_companies", preview["call"]["arguments"].clone()).await;
        assert_eq!(done["dry_run"], false);
        for told in [&tried, &preview["preview"]] {
            let (mut told, mut done) = (told["results"][0].clone(), done["results"][0].clone());
            told["id"] = json!("-");
            done["id"] = json!("-");
            assert_eq!(told, done, "all but the id");
        }
        let wrong = json!({ "tool": "note_companies", "arguments": { "names": [], "name": "x" } });
        let wrong = lab.refused(&ada, "preview_write", wrong).await;
        let fields: Vec<&Value> = wrong["problems"].as_array().unwrap().iter().map(|one| &one["field"]).collect();
        assert_eq!(fields, ["arguments.name", "arguments.names"]);
        for tool in ["list_tasks", "no_such_tool", "preview_write"] {
            let wrong = lab.refused(&ada, "preview_write", json!({ "tool": tool, "arguments": {} })).await;
            assert_eq!(wrong["code"], "wrong_tool");
            assert!(wrong["allowed"].as_array().unwrap().contains(&json!("note_companies")), "{wrong}");
            assert!(!wrong["allowed"].as_array().unwrap().contains(&json!(tool)));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_in_the_feed_in_the_order_of_its_commit_and_a_failed_one_leaves_no_hole() {
    for (lab, ada) in writers().await {
        let one = json!({ "names": ["Zephyr", "Borea"] });
        lab.call(&ada, "note_companies", one).await;
        lab.refused(&ada, "note_companies", json!({ "names": ["Notus", "Refused"] })).await;
        lab.call(&ada, "note_companies", json!({ "names": ["Eurus"] })).await;
        let mut conn = lab.test.store.read().await.unwrap();
        let within = Within::from(&ada.tenant);
        let feed = changes::list(&mut conn, within, &ChangeFilter::default(), 0, 100).await.unwrap();
        let told: Vec<(i64, &str)> = feed.iter().map(|change| (change.position, change.title.as_str())).collect();
        assert_eq!(told, [(1, "Zephyr"), (2, "Borea"), (3, "Eurus")], "{}", lab.test.name);
        assert_eq!(feed[0].fields, json!({ "name": { "to": "Zephyr" } }));
        let rest = changes::list(&mut conn, within, &ChangeFilter::default(), 2, 100).await.unwrap();
        assert_eq!(rest.len(), 1);
        // No team knows these companies.
        let stage = Within::from(&lab.stage.tenant);
        assert_eq!(changes::list(&mut conn, stage, &ChangeFilter::default(), 0, 100).await.unwrap(), []);
        let harbor = Within::from(&lab.harbor.tenant);
        assert_eq!(changes::list(&mut conn, harbor, &ChangeFilter::default(), 0, 100).await.unwrap(), []);
    }
}
