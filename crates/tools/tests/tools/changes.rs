//! `list_changes`: replaying the feed rebuilds what changed, and nobody reads of what they cannot see.

use lavori_domain::TeamId;
use lavori_policy::{Caller, Scopes};
use lavori_store::contacts;
use serde_json::{Value, json};

use crate::lab::{Lab, labs_with};
use crate::repeats::NoteCompanies;

async fn writers() -> Vec<(Lab, Caller)> {
    let mut writers = Vec::new();
    for lab in labs_with(vec![lavori_tools::tool::<NoteCompanies>], true).await {
        lab.switch(true, false).await;
        let mut caller = lab.ada.clone();
        (caller.scopes, caller.grantable) = (Scopes::Write, Scopes::Write);
        writers.push((lab, caller));
    }
    writers
}

fn titles(reply: &Value) -> Vec<&str> {
    reply["data"].as_array().unwrap().iter().map(|change| change["title"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_on_from_the_cursor_reads_each_change_once_and_in_order() {
    for (lab, ada) in writers().await {
        let none = lab.call(&ada, "list_changes", json!({ "since": "today" })).await;
        assert_eq!((&none["data"], &none["more"]), (&json!([]), &json!(false)));
        for batch in [["A1", "A2"], ["B1", "B2"], ["C1", "C2"]] {
            lab.call(&ada, "note_companies", json!({ "names": batch })).await;
        }
        let (mut since, mut read) = (none["next_cursor"].clone(), Vec::new());
        for _ in 0..4 {
            let page = lab.call(&ada, "list_changes", json!({ "since": since, "limit": 2 })).await;
            read.extend(titles(&page).into_iter().map(str::to_owned));
            since = page["next_cursor"].clone();
        }
        assert_eq!(read, ["A1", "A2", "B1", "B2", "C1", "C2"], "{}", lab.test.name);
        let first = lab.call(&ada, "list_changes", json!({ "since": "today", "limit": 1 })).await;
        assert_eq!(first["more"], true);
        let change = &first["data"][0];
        assert_eq!((&change["type"], &change["op"]), (&json!("contact"), &json!("created")));
        assert_eq!((&change["actor"]["name"], &change["key"]), (&json!("Ada Rossi"), &json!("C-101")));
        assert_eq!(change["fields"], json!({ "name": { "to": "A1" } }));

        let later = lab.call(&ada, "list_changes", json!({ "since": "tomorrow" })).await;
        assert_eq!(later["data"], json!([]));
        lab.call(&ada, "note_companies", json!({ "names": ["D1"] })).await;
        let after = lab.call(&ada, "list_changes", json!({ "since": later["next_cursor"] })).await;
        assert_eq!(titles(&after), ["D1"], "a cursor at the end goes on there");

        let other = lab.call(&ada, "list_changes", json!({ "since": "today", "actor": "ben.weiss@example.com" })).await;
        assert_eq!(other["data"], json!([]));
        let tasks = lab.call(&ada, "list_changes", json!({ "since": "today", "types": ["task"] })).await;
        assert_eq!(tasks["data"], json!([]));
        let wrong = json!({ "since": first["next_cursor"], "types": ["contact"] });
        assert_eq!(lab.refused(&ada, "list_changes", wrong).await["code"], "invalid_cursor", "R4");
        assert_eq!(lab.refused(&ada, "list_changes", json!({ "since": "soon" })).await["field"], "since");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_a_narrowed_connection_reads_of_what_its_team_knows() {
    for (lab, ada) in writers().await {
        let written = lab.call(&ada, "note_companies", json!({ "names": ["Known", "Unknown"] })).await;
        let id = written["results"][0]["id"].as_str().unwrap().parse().unwrap();
        let team: TeamId = lab.world.north.stage;
        let mut tx = lab.test.store.begin().await.unwrap();
        contacts::link_team(&mut tx, lab.world.north.id, id, team).await.unwrap();
        tx.commit().await.unwrap();
        let seen = lab.call(&lab.stage, "list_changes", json!({ "since": "today" })).await;
        assert_eq!(titles(&seen), ["Known"], "{}", lab.test.name);
        let whole = lab.call(&ada, "list_changes", json!({ "since": "today", "team": "Stage" })).await;
        assert_eq!(titles(&whole), ["Known"]);
        assert_eq!(lab.call(&lab.harbor, "list_changes", json!({ "since": "today" })).await["data"], json!([]));
    }
}
