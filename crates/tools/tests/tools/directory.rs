//! `list_directory`: contacts, members and teams in one list, and what of them a team sees.

use lavori_domain::contacts::{Address, Contact, ContactKind, ContactRole};
use lavori_domain::{ContactId, Id};
use lavori_store::contacts;
use serde_json::{Value, json};

use crate::lab::{Lab, labs};

/// Puts a contact with every field beside those of the world.
async fn add(lab: &Lab, number: i64, name: &str, change: impl FnOnce(&mut Contact)) -> ContactId {
    let (north, now) = (lab.world.north.id, lab.world.now);
    let mut contact = Contact::new(north, Id::new(&lab.world.env), number, ContactKind::Person, name.to_owned(), now);
    change(&mut contact);
    let mut tx = lab.test.store.begin().await.unwrap();
    contacts::insert(&mut tx, &contact).await.unwrap();
    tx.commit().await.unwrap();
    contact.id
}

fn names(reply: &Value) -> Vec<&str> {
    reply["data"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

async fn listed(lab: &Lab, caller: &lavori_policy::Caller, arguments: Value) -> Vec<String> {
    let reply = lab.call(caller, "list_directory", arguments).await;
    names(&reply).into_iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_is_one_list_by_name_in_whatever_pages() {
    for lab in labs().await {
        add(&lab, 50, "ábel Németh", |_| {}).await;
        add(&lab, 51, "adam Low", |_| {}).await;
        add(&lab, 52, "Stage", |_| {}).await;
        let whole = lab.call(&lab.ada, "list_directory", json!({})).await;
        let all = names(&whole);
        assert_eq!(
            all,
            [
                "Ada Rossi",
                "adam Low",
                "Arena Verona",
                "Ben Weiss",
                "Cleo Novak",
                "Festival di Città",
                "Sound",
                "Stage",
                "Stage",
                "ábel Németh",
            ],
            "{}",
            lab.test.name
        );
        assert_eq!(whole["page"]["total"], 10);
        let (mut paged, mut cursor) = (Vec::new(), None::<String>);
        for _ in 0..10 {
            let mut arguments = json!({ "limit": 3 });
            if let Some(cursor) = &cursor {
                arguments["cursor"] = json!(cursor);
            }
            let page = lab.call(&lab.ada, "list_directory", arguments).await;
            paged.extend(page["data"].as_array().unwrap().iter().map(|row| row["id"].clone()));
            cursor = page["page"]["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        let ids: Vec<Value> = whole["data"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
        assert_eq!(paged, ids, "{}", lab.test.name);
        let counted = lab.call(&lab.ada, "list_directory", json!({ "count_only": true })).await;
        assert_eq!(counted["page"]["total"], 10);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_finds_those_it_names() {
    for lab in labs().await {
        add(&lab, 50, "Nina Moser", |contact| {
            contact.company = Some("Arena Verona".to_owned());
            contact.email = Some("nina@arena.example".to_owned());
            contact.phone = Some("+390451234567".to_owned());
            contact.roles = vec![ContactRole::Client, ContactRole::Lead];
        })
        .await;
        add(&lab, 51, "Old Rigging", |contact| {
            contact.kind = ContactKind::Company;
            contact.roles = vec![ContactRole::Supplier];
            contact.archived_at = Some(lab.world.now);
        })
        .await;
        let cases = [
            (json!({ "kind": ["company"] }), vec!["Arena Verona", "Festival di Città"]),
            (json!({ "kind": ["person", "team"] }), vec!["Nina Moser", "Sound", "Stage"]),
            (json!({ "kind": ["member"], "query": "weiss" }), vec!["Ben Weiss"]),
            (json!({ "query": "citta" }), vec!["Festival di Città"]),
            (json!({ "query": "sta" }), vec!["Stage"]),
            (json!({ "query": "+39 045 1234567" }), vec![]),
            (json!({ "query": "390451234567" }), vec!["Nina Moser"]),
            (json!({ "role": ["lead"] }), vec!["Nina Moser"]),
            (json!({ "role": ["supplier"] }), vec![]),
            (json!({ "role": ["supplier", "client"], "archived": true }), vec!["Old Rigging"]),
            (json!({ "company": "arena verona" }), vec!["Nina Moser"]),
            (json!({ "email": "Nina@Arena.example" }), vec!["Nina Moser"]),
            (json!({ "email": "ben.weiss@example.com" }), vec!["Ben Weiss"]),
            (json!({ "archived": true }), vec!["Old Rigging"]),
        ];
        for (arguments, expected) in cases {
            assert_eq!(listed(&lab, &lab.ada, arguments.clone()).await, expected, "{arguments} on {}", lab.test.name);
        }
        let refused = lab.refused(&lab.ada, "list_directory", json!({ "query": "--", "updated_since": "soon" })).await;
        assert_eq!(refused["problems"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_in_full_says_how_to_bill_and_when_people_work() {
    for lab in labs().await {
        add(&lab, 50, "Nina Moser", |contact| {
            contact.address = Some(Address { country: Some("IT".to_owned()), ..Address::default() });
            contact.tax_id = Some("IT01234567890".to_owned());
            contact.payment_terms_days = Some(30);
            contact.currency = Some("CHF".parse().unwrap());
            contact.language = Some("it".to_owned());
            contact.tags = vec!["vip".to_owned()];
        })
        .await;
        let concise = lab.call(&lab.ada, "list_directory", json!({ "query": "nina" })).await;
        assert!(concise["data"][0].get("tax_id").is_none() && concise["data"][0]["key"] == "C-50");
        let full = lab.call(&lab.ada, "list_directory", json!({ "query": "nina", "detail": "full" })).await;
        let row = &full["data"][0];
        assert_eq!(row["address"], json!({ "country": "IT" }));
        assert_eq!((&row["tax_id"], &row["payment_terms_days"]), (&json!("IT01234567890"), &json!(30)));
        assert_eq!((&row["currency"], &row["language"]), (&json!("CHF"), &json!("it")));
        assert_eq!(row["tags"], json!(["vip"]));
        let member = lab
            .call(
                &lab.ada,
                "list_directory",
                json!({ "query": "weiss", "fields": ["weekly_capacity_minutes", "teams"] }),
            )
            .await;
        assert_eq!(member["data"][0]["weekly_capacity_minutes"], 2400);
        assert_eq!(member["data"][0]["teams"][0]["name"], "Stage");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_a_team_sees_its_contacts_its_members_and_itself() {
    for lab in labs().await {
        assert_eq!(listed(&lab, &lab.stage, json!({})).await, ["Arena Verona", "Ben Weiss", "Stage"]);
        for hidden in [
            json!({ "query": "festival" }),
            json!({ "query": "cleo" }),
            json!({ "query": "sound" }),
            json!({ "email": "cleo.novak@example.com" }),
            json!({ "email": "info@festival.example" }),
        ] {
            assert_eq!(listed(&lab, &lab.stage, hidden.clone()).await, [] as [&str; 0], "{hidden}");
        }
        let counted = lab.call(&lab.stage, "list_directory", json!({ "count_only": true })).await;
        assert_eq!(counted["page"]["total"], 3);
        // A contact that two teams know tells each of them of itself only.
        let mut tx = lab.test.store.begin().await.unwrap();
        contacts::link_teams(&mut tx, lab.world.north.id, lab.world.north.arena, &[lab.world.north.sound])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let reply = lab.call(&lab.stage, "list_directory", json!({ "query": "arena" })).await;
        assert_eq!(reply["data"][0]["teams"].as_array().unwrap().len(), 1);
        let reply = lab.call(&lab.ada, "list_directory", json!({ "query": "arena" })).await;
        assert_eq!(reply["data"][0]["teams"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_another_organization_s_people_are_not_in_the_directory() {
    for lab in labs().await {
        assert_eq!(listed(&lab, &lab.harbor, json!({})).await, ["Ada Haven", "Arena Hamburg", "Stage"]);
        assert_eq!(listed(&lab, &lab.harbor, json!({ "query": "ada" })).await, ["Ada Haven"]);
    }
}
