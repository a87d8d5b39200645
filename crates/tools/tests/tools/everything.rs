//! `search` and `fetch` know every kind of record: the schedule, the bills, budgets and the service library too.

use lavori_domain::billing::{Quantity, ServiceItem, UnitPrice};
use lavori_domain::{Id, TeamId};
use lavori_policy::Scopes;
use lavori_store::service_items;
use serde_json::{Value, json};

use crate::lab::Lab;
use crate::{billing_read, budgets, schedule_world};

/// A lab per database with something of every kind: I-1 is Sound's, I-2 everybody's.
async fn labs() -> Vec<Lab> {
    let mut labs = schedule_world::labs().await;
    for lab in &mut labs {
        lab.switch(true, true).await;
        (lab.ada.scopes, lab.ada.grantable) = (Scopes::Billing, Scopes::Billing);
        budgets::fill(lab).await;
        billing_read::fill(lab).await;
        let mut tx = lab.test.store.begin().await.unwrap();
        for (number, name, team) in [(1, "Line array", Some(lab.world.north.sound)), (2, "Rigger, day", None)] {
            service_items::insert(&mut tx, &item(lab, number, name, team)).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    labs
}

fn item(lab: &Lab, number: i64, name: &str, team: Option<TeamId>) -> ServiceItem {
    ServiceItem {
        organization: lab.world.north.id,
        id: Id::new(&lab.world.env),
        number,
        name: name.to_owned(),
        unit: Some("day".to_owned()),
        currency: "EUR".parse().unwrap(),
        unit_price: UnitPrice::parse("280.50").unwrap(),
        unit_cost: Some(UnitPrice::parse("190").unwrap()),
        default_quantity: Quantity::parse("1").unwrap(),
        tax: None,
        markup: None,
        team,
        archived_at: None,
        version: 1,
        created_at: lab.world.now,
        updated_at: lab.world.now,
    }
}

/// Type, title and subtitle of what is found.
async fn found(lab: &Lab, arguments: Value) -> Vec<String> {
    let reply = lab.call(&lab.ada, "search", arguments).await;
    let results = reply["results"].as_array().unwrap();
    results
        .iter()
        .map(|hit| format!("{} {}", hit["key"].as_str().unwrap_or("-"), hit["title"].as_str().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn w8_the_schedule_the_bills_budgets_and_services_are_found_by_their_words() {
    for lab in labs().await {
        let cases: [(Value, &[&str]); 10] = [
            (json!({ "query": "crew meet" }), &["E-1 Crew meeting"]),
            (json!({ "query": "depot" }), &["E-1 Crew meeting"]),
            (json!({ "query": "sound", "types": ["event"] }), &["E-2 Sound check"]),
            (json!({ "query": "sound", "types": ["shift"] }), &["S-3 Sound", "S-4 Sound"]),
            (json!({ "query": "inv-2026-0002" }), &["D-2 INV-2026-0002"]),
            (json!({ "query": "PO 7731" }), &["D-1 INV-2026-0001"]),
            (json!({ "query": "crane hours" }), &["D-3 draft invoice"]),
            (json!({ "query": "arena", "types": ["credit_note"] }), &["D-7 draft credit_note"]),
            (json!({ "query": "osaka" }), &["B-4 Office in Osaka"]),
            (json!({ "query": "line arr" }), &["I-1 Line array"]),
        ];
        for (arguments, expected) in cases {
            assert_eq!(found(&lab, arguments.clone()).await, expected, "{arguments} on {}", lab.test.name);
        }
        let reply = lab.call(&lab.ada, "search", json!({ "query": "sound check" })).await;
        assert_eq!(reply["results"][0]["subtitle"], "2026-11-24T10:00:00+01:00");
        assert_eq!(reply["results"][0]["url"], "https://lavori.example/o/northlight/events/E-2");
        let night = lab.call(&lab.ada, "search", json!({ "query": "S-4" })).await;
        assert_eq!(
            (&night["results"][0]["type"], &night["results"][0]["status"]),
            (&json!("shift"), &json!("published"))
        );
        // What was written a moment ago is found, under its new words only.
        let renamed = json!({ "entries": [{ "id": "E-2", "title": "Line check" }] });
        lab.call(&lab.ada, "update_schedule_entries", renamed).await;
        assert_eq!(found(&lab, json!({ "query": "line check" })).await, ["E-2 Line check"]);
        assert_eq!(found(&lab, json!({ "query": "sound check" })).await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a5_every_kind_is_fetched_by_key_id_and_name() {
    for lab in labs().await {
        let cases = [
            ("E-2", "event", "Sound check"),
            ("S-4", "shift", "Sound"),
            ("D-2", "invoice", "INV-2026-0002"),
            ("inv-2026-0001", "invoice", "INV-2026-0001"),
            ("D-5", "quote", "Q-2026-0001"),
            ("D-7", "credit_note", "D-7"),
            ("Office in Osaka", "budget", "Office in Osaka"),
            ("I-2", "service_item", "Rigger, day"),
            ("line array", "service_item", "Line array"),
            ("crew meeting", "event", "Crew meeting"),
        ];
        for (asked, kind, title) in cases {
            let reply = lab.call(&lab.ada, "fetch", json!({ "id": asked })).await;
            let record = &reply["records"][0];
            assert_eq!((&record["type"], &record["title"]), (&json!(kind), &json!(title)), "{asked}: {reply}");
            let again = lab.call(&lab.ada, "fetch", json!({ "ids": [record["id"], record["key"]] })).await;
            assert_eq!(again["records"], json!([record]), "{asked} on {}", lab.test.name);
        }
        // A role is what many shifts have, and no name: a search tells them apart.
        let role = lab.refused(&lab.ada, "fetch", json!({ "id": "Rigger" })).await;
        assert_eq!((&role["code"], &role["next"]["tool"]), (&json!("not_found"), &json!("search")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_holds_what_its_list_and_its_form_hold() {
    for lab in labs().await {
        let asked = json!({
            "ids": ["E-1", "S-1", "D-1", "B-1", "I-2"],
            "include": ["lines", "payments", "related", "history", "assignments"],
        });
        let reply = lab.call(&lab.ada, "fetch", asked).await;
        let [event, shift, invoice, budget, item] = reply["records"].as_array().unwrap().as_slice() else {
            panic!("{reply}");
        };
        assert_eq!(
            (
                &event["recurrence"],
                &event["location"],
                &event["project"]["key"],
                event["people"].as_array().unwrap().len()
            ),
            (&json!("FREQ=WEEKLY;BYDAY=MO"), &json!("Depot"), &json!("P-1"), 2)
        );
        assert_eq!((&event["start"], &event["weekday"]), (&json!("2026-10-05T09:00:00+02:00"), &json!("Monday")));
        assert_eq!(event["related"][0]["key"], "S-1", "the shifts of an event: {event}");
        assert_eq!(
            (&shift["event"]["key"], &shift["task"]["key"], &shift["minutes"]),
            (&json!("E-1"), &json!("T-1"), &json!(480))
        );
        assert_eq!(shift["allowed_transitions"], json!(["completed", "no_show", "cancelled"]));
        assert_eq!((&invoice["due_amount"], &invoice["payment_state"]), (&json!("90.00"), &json!("partially_paid")));
        assert_eq!(
            (&invoice["lines"][0]["amount"], invoice["tax_groups"][0]["tax"].as_str()),
            (&json!("100.00"), Some("22.00"))
        );
        assert_eq!(invoice["related"][0]["key"], "D-7", "its credit note");
        assert!(invoice["billed_to"]["name"].is_string(), "{invoice}");
        assert!(budget["budget_lines"].as_array().is_some_and(|lines| !lines.is_empty()), "{budget}");
        assert_eq!((&item["unit_price"], &item["currency"]), (&json!("280.5"), &json!("EUR")));
        let bare = lab.call(&lab.ada, "fetch", json!({ "ids": ["D-1", "B-1"] })).await;
        assert_eq!((bare["records"][0].get("lines"), bare["records"][1].get("budget_lines")), (None, None));
        let client = lab.call(&lab.ada, "fetch", json!({ "id": "C-2", "include": ["related"] })).await;
        let related: Vec<&str> =
            client["records"][0]["related"].as_array().unwrap().iter().map(|it| it["type"].as_str().unwrap()).collect();
        assert!(["project", "quote"].iter().all(|kind| related.contains(kind)), "{related:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn history_tells_who_changed_what() {
    for lab in labs().await {
        for (title, version) in [("Sound test", 1), ("Line test", 2)] {
            let renamed = json!({ "entries": [{ "id": "E-2", "title": title, "version": version }] });
            lab.call(&lab.ada, "update_schedule_entries", renamed).await;
        }
        let reply = lab.call(&lab.ada, "fetch", json!({ "id": "E-2", "include": ["history"] })).await;
        let history = reply["records"][0]["history"].as_array().unwrap();
        assert_eq!(history.len(), 2, "{history:?}");
        assert_eq!(history[0]["fields"]["title"], json!({ "from": "Sound test", "to": "Line test" }));
        assert_eq!((&history[0]["version"], &history[0]["op"]), (&json!(3), &json!("updated")));
        assert!(history[0]["actor"]["name"].as_str().is_some_and(|name| name.starts_with("Ada")), "{history:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_a_narrowed_connection_finds_and_reads_its_own_only() {
    for lab in labs().await {
        // Sound's: E-2, S-4, D-4, I-1.
        for hidden in ["E-2", "S-4", "D-4", "INV-2026-0003", "I-1", "Line array", "Sound check", "B-4", "D-6"] {
            let refused = lab.refused(&lab.stage, "fetch", json!({ "id": hidden })).await;
            assert_eq!(refused["code"], "not_found", "{hidden} on {}", lab.test.name);
            let reply = lab.call(&lab.stage, "search", json!({ "query": hidden })).await;
            let hits = reply["results"].as_array().unwrap();
            assert!(hits.iter().all(|hit| hit["key"] != hidden && hit["title"] != hidden), "{hidden}: {hits:?}");
        }
        for seen in ["E-1", "S-1", "D-1", "D-2", "I-2"] {
            let reply = lab.call(&lab.stage, "fetch", json!({ "id": seen })).await;
            assert_eq!(reply["records"][0]["key"], seen, "on {}", lab.test.name);
        }
        // A quote that this team does not see is the source of an invoice that it does: counted, not named.
        let reply = lab.call(&lab.stage, "fetch", json!({ "id": "D-2", "include": ["related"] })).await;
        assert_eq!(reply["records"][0].get("from"), None);
        assert_eq!(reply["records"][0]["hidden"]["from"], 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a4_an_unknown_field_names_the_nearest_one() {
    for lab in labs().await {
        let refused = lab.refused(&lab.ada, "fetch", json!({ "id": "D-1", "fields": ["gros", "net"] })).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("invalid_argument"), &json!("fields[0]")));
        assert_eq!(refused["allowed"][0], "gross");
        let reply = lab.call(&lab.ada, "fetch", json!({ "id": "D-1", "fields": ["gross", "key"] })).await;
        let fields: Vec<&String> = reply["records"][0].as_object().unwrap().keys().collect();
        assert_eq!(fields, ["gross", "id", "key", "type"]);
    }
}
