//! `create_contacts` and `update_contacts`.

use serde_json::{Value, json};

use crate::lab::codes;
use crate::task_writes::writers;

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_kept_in_one_form_and_found_at_once() {
    for (lab, ada, _) in writers().await {
        let asked = json!({ "contacts": [
            { "kind": "company", "name": "Luce & Suono", "email": " Info@Luce.example ", "phone": "+39 045 123-4567",
              "roles": ["supplier", "client", "supplier"], "address": { "city": "Verona", "country": "it" },
              "tax_id": "it 012.345.678.90", "payment_terms_days": 30, "currency": "eur", "language": "IT",
              "tags": ["light"], "teams": ["Stage"] },
            { "kind": "person", "name": "Nina Moser", "company": "Luce & Suono" } ] });
        let reply = lab.call(&ada, "create_contacts", asked).await;
        assert_eq!((&reply["results"][0]["key"], &reply["results"][1]["key"]), (&json!("C-3"), &json!("C-4")));
        let asked = json!({ "query": "luce", "detail": "full", "kind": ["company"] });
        let row = lab.call(&ada, "list_directory", asked).await["data"][0].clone();
        assert_eq!((&row["email"], &row["phone"]), (&json!("info@luce.example"), &json!("+390451234567")));
        assert_eq!((&row["roles"], &row["tax_id"]), (&json!(["client", "supplier"]), &json!("IT01234567890")));
        assert_eq!((&row["address"]["country"], &row["currency"]), (&json!("IT"), &json!("EUR")));
        assert_eq!((&row["language"], &row["teams"][0]["name"]), (&json!("it"), &json!("Stage")));
        let people = lab.call(&ada, "list_directory", json!({ "company": "luce & suono" })).await;
        assert_eq!(people["data"][0]["key"], "C-4");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_is_not_made_twice() {
    for (lab, ada, stage) in writers().await {
        let asked = json!({ "contacts": [
            { "kind": "company", "name": "Arena", "email": "INFO@arena.example" },
            { "kind": "company", "name": "New", "phone": "+390451111111" } ] });
        let reply = lab.call(&ada, "create_contacts", asked).await;
        let known = &reply["results"][0];
        assert_eq!((&known["status"], &known["key"]), (&json!("unchanged"), &json!("C-1")));
        assert_eq!((&known["existing"], &known["title"]), (&json!(["email"]), &json!("Arena Verona")));
        assert_eq!((&reply["results"][1]["key"], &reply["warnings"][0]["index"]), (&json!("C-3"), &json!(0)));
        let asked = json!({ "allow_duplicates": true, "contacts": [
            { "kind": "company", "name": "Arena, box office", "email": "info@arena.example" } ] });
        let reply = lab.call(&ada, "create_contacts", asked).await;
        assert_eq!((&reply["results"][0]["key"], &reply["results"][0]["existing"]), (&json!("C-4"), &json!(["email"])));
        // People of a company share its phone; two of a call do not share an address.
        let asked = json!({ "contacts": [
            { "kind": "person", "name": "A", "phone": "+390451111111", "email": "a@x.example" },
            { "kind": "person", "name": "B", "email": "a@x.example" } ] });
        let refused = lab.refused(&ada, "create_contacts", asked).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("duplicate_suspected"), &json!("contacts[1]")));
        // The other team's contact is nobody that this one knows.
        let asked = json!({ "contacts": [{ "kind": "company", "name": "F", "email": "info@festival.example" }] });
        let reply = lab.call(&stage, "create_contacts", asked).await;
        assert_eq!((&reply["results"][0]["status"], reply["results"][0].get("existing")), (&json!("created"), None));
        let seen = lab.call(&stage, "list_directory", json!({ "email": "info@festival.example" })).await;
        assert_eq!(seen["data"][0]["teams"][0]["name"], "Stage");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn br_co_09_and_every_other_form_is_checked() {
    for (lab, ada, _) in writers().await {
        let asked = json!({ "contacts": [
            { "kind": "company", "name": " ", "email": "x", "phone": "045 1", "currency": "EURO", "language": "italian",
              "address": { "country": "Italy" }, "tax_id": "1", "tags": [""], "teams": ["Nobody"] },
            { "kind": "company", "name": "N", "address": { "country": "IT" }, "tax_id": "01234567890" } ] });
        let told = codes(&lab.refused(&ada, "create_contacts", asked).await);
        let invalid = ["name", "email", "phone", "currency", "language", "address.country", "tax_id", "tags"]
            .map(|field| (format!("contacts[0].{field}"), json!("invalid_argument")));
        let mut expected: serde_json::Map<String, Value> = invalid.into_iter().collect();
        expected.insert("contacts[0].teams[0]".to_owned(), json!("not_found"));
        expected.insert("contacts[1].tax_id".to_owned(), json!("invalid_argument"));
        assert_eq!(told, expected, "{}", lab.test.name);
        // Moved into the Union, the number that was good is good no more.
        let asked = json!({ "contacts": [{ "id": "C-1", "tax_id": "12-3456789", "address": { "country": "US" } }] });
        lab.call(&ada, "update_contacts", asked).await;
        let asked = json!({ "contacts": [{ "id": "C-1", "address": { "country": "GR" } }] });
        assert_eq!(lab.refused(&ada, "update_contacts", asked).await["field"], "contacts[0].tax_id");
        let asked = json!({ "contacts": [{ "id": "C-1", "address": { "country": "GR" }, "clear": ["tax_id"] }] });
        lab.call(&ada, "update_contacts", asked).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_only_given_fields_of_a_contact_change() {
    for (lab, ada, stage) in writers().await {
        let asked = json!({ "contacts": [
            { "id": "Arena Verona", "name": "Arena di Verona", "roles": ["client"], "teams": ["Sound", "Stage"] },
            { "id": "C-2", "clear": ["email"], "kind": "person" } ] });
        let reply = lab.call(&ada, "update_contacts", asked).await;
        let changed = &reply["results"][0]["changed"];
        assert_eq!(changed["name"], json!({ "from": "Arena Verona", "to": "Arena di Verona" }));
        assert_eq!(changed["teams"]["to"].as_array().unwrap().len(), 1, "Stage saw it already");
        assert_eq!(reply["results"][1]["changed"]["email"], json!({ "from": "info@festival.example" }));
        let stale = json!({ "contacts": [{ "id": "C-1", "version": 1, "name": "Arena" }] });
        assert_eq!(lab.refused(&ada, "update_contacts", stale).await["code"], "version_conflict");
        let other = json!({ "contacts": [{ "id": "C-1", "version": 1, "phone": "+390451111111" }] });
        assert_eq!(lab.call(&ada, "update_contacts", other).await["results"][0]["version"], 3);
        // S1: what another team knows is not there.
        let asked = json!({ "contacts": [{ "id": "C-2", "name": "X" }] });
        assert_eq!(lab.refused(&stage, "update_contacts", asked).await["code"], "not_found");
        let asked = json!({ "contacts": [{ "id": "C-1", "teams": ["Sound"] }] });
        assert_eq!(lab.refused(&stage, "update_contacts", asked).await["field"], "contacts[0].teams");
    }
}
