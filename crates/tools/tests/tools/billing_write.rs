//! Writing billing documents through the tools: money, numbers, what stays as it is (TOOLS.md 3.2 to 3.4, M1 to M6).

use lavori_domain::billing::{Quantity, ServiceItem, UnitPrice};
use lavori_domain::{DocumentId, Id};
use lavori_policy::{Caller, Scopes};
use lavori_store::{Within, billing_documents, service_items};
use serde_json::{Value, json};

use crate::documents::vat;
use crate::lab::{Lab, codes, labs};

/// Labs in which Ada and Ben may bill; Ben only for the team Stage.
pub(crate) async fn billers() -> Vec<(Lab, Caller, Caller)> {
    let mut billers = Vec::new();
    for lab in labs().await {
        lab.switch(true, true).await;
        let (mut ada, mut ben) = (lab.ada.clone(), lab.stage.clone());
        for caller in [&mut ada, &mut ben] {
            (caller.scopes, caller.grantable) = (Scopes::Billing, Scopes::Billing);
        }
        billers.push((lab, ada, ben));
    }
    billers
}

pub(crate) fn lines(net: &str) -> Value {
    json!([{ "description": "Crew", "unit_price": net, "taxes": [{ "rate": "22" }] }])
}

/// Drafts an invoice for the arena and gives its result.
pub(crate) async fn invoice(lab: &Lab, caller: &Caller, net: &str, key: &str) -> Value {
    let asked = json!({ "kind": "invoice", "client": "C-1", "lines": lines(net), "request_key": key });
    lab.call(caller, "create_billing_document", asked).await["results"][0].clone()
}

/// Issues a draft and gives its result.
pub(crate) async fn issue(lab: &Lab, caller: &Caller, draft: &Value) -> Value {
    let asked =
        json!({ "id": draft["id"], "to": "issued", "version": draft["version"], "expected_total": draft["gross"] });
    lab.call(caller, "change_billing_status", asked).await["results"][0].clone()
}

/// The row of a list.
pub(crate) async fn row(lab: &Lab, caller: &Caller, kind: &str, key: &Value) -> Value {
    let list = lab.call(caller, "list_billing_documents", json!({ "kind": kind, "detail": "full" })).await;
    let rows = list["data"].as_array().unwrap();
    rows.iter().find(|row| &row["key"] == key).unwrap_or_else(|| panic!("{key} is not in {list}")).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn m3_m4_m5_the_vectors_come_out_of_the_tools() {
    for (lab, ada, _) in billers().await {
        let rates = |rates: &[&str]| rates.iter().map(|rate| json!({ "rate": rate })).collect::<Vec<_>>();
        for (price, taxes, each, gross) in [
            ("138.66", rates(&["19"]), vec!["26.35"], "165.01"),
            ("140.00", rates(&["5", "9.975"]), vec!["7.00", "13.97"], "160.97"),
            ("4495.16", rates(&["9.975"]), vec!["448.39"], "4943.55"),
        ] {
            let lines = json!([{ "description": "Crew", "unit_price": price, "taxes": taxes }]);
            let asked = json!({ "kind": "invoice", "client": "C-1", "lines": lines, "expected_total": gross });
            let made = lab.call(&ada, "create_billing_document", asked).await["results"][0].clone();
            assert_eq!((&made["gross"], &made["status"]), (&json!(gross), &json!("created")), "{}", lab.test.name);
            let told: Vec<&str> =
                made["tax_groups"].as_array().unwrap().iter().map(|group| group["tax"].as_str().unwrap()).collect();
            assert_eq!(told, each);
            // What is kept is what adding up again gives.
            let mut conn = lab.test.store.read().await.unwrap();
            let within = Within { organization: lab.world.north.id, team: None };
            let id: DocumentId = made["id"].as_str().unwrap().parse().unwrap();
            let kept = billing_documents::load(&mut conn, within, &[id]).await.unwrap().remove(0);
            let mut again = kept.clone();
            again.compute().unwrap();
            assert_eq!(again.totals, kept.totals);
        }
        let ticket = json!({ "kind": "invoice", "client": "C-1", "prices_include_tax": true, "expected_total": "29.97",
            "lines": [{ "description": "Ticket", "quantity": "3", "unit_price": "9.99", "taxes": [{ "rate": "22" }] }] });
        let made = lab.call(&ada, "create_billing_document", ticket).await["results"][0].clone();
        assert_eq!((&made["net"], &made["tax"]), (&json!("24.57"), &json!("5.40")), "M5");
        let yen = json!({ "kind": "quote", "client": "C-1", "currency": "jpy",
            "lines": [{ "description": "Crew", "unit_price": "100.5", "taxes": [{ "rate": "10" }] }] });
        let made = lab.call(&ada, "create_billing_document", yen).await["results"][0].clone();
        assert_eq!((&made["net"], &made["gross"], &made["currency"]), (&json!("101"), &json!("111"), &json!("JPY")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m1_m6_e3_everything_that_is_wrong_with_a_document_is_told_at_once() {
    for (lab, ada, _) in billers().await {
        let asked = json!({ "kind": "invoice", "valid_until": "today", "discount_percent": "101", "lines": [
            { "unit_price": "1.0000001", "taxes": [{ "rate": "22" }] },
            { "description": "x", "unit_price": "-1", "discount": "1.005", "taxes": [{ "rate": "22", "category": "AE" }] },
            { "description": "y", "unit_price": "1", "quantity": "two" },
        ] });
        let header = codes(&lab.refused(&ada, "create_billing_document", asked.clone()).await);
        assert_eq!(header.keys().collect::<Vec<_>>(), ["client", "discount_percent", "valid_until"], "{header:?}");
        let mut asked = asked;
        asked["client"] = json!("C-1");
        for field in ["valid_until", "discount_percent"] {
            asked.as_object_mut().unwrap().remove(field);
        }
        let told = codes(&lab.refused(&ada, "create_billing_document", asked).await);
        assert_eq!(
            told.keys().collect::<Vec<_>>(),
            [
                "lines[0].description",
                "lines[0].unit_price",
                "lines[1].discount",
                "lines[1].taxes[0]",
                "lines[1].unit_price",
                "lines[2].quantity",
                "lines[2].taxes",
            ],
            "{}",
            lab.test.name
        );
        let wrong = json!({ "kind": "invoice", "client": "C-1", "lines": lines("100"), "expected_total": "121.00" });
        let refused = lab.refused(&ada, "create_billing_document", wrong).await;
        assert_eq!((&refused["code"], &refused["current"]["gross"]), (&json!("total_mismatch"), &json!("122.00")));
        let exempt = json!({ "kind": "invoice", "client": "C-1", "lines": [{ "description": "x", "unit_price": "1",
            "taxes": [{ "rate": "0", "category": "AE", "reason": "Article 196" }] }] });
        assert_eq!(lab.call(&ada, "create_billing_document", exempt).await["results"][0]["tax"], "0.00");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_becomes_an_invoice_in_halves_and_its_figures_follow() {
    for (lab, ada, _) in billers().await {
        let mut tx = lab.test.store.begin().await.unwrap();
        let rigger = ServiceItem {
            organization: lab.world.north.id,
            id: Id::new(&lab.world.env),
            number: 1,
            name: "Rigger".to_owned(),
            unit: Some("hour".to_owned()),
            currency: "EUR".parse().unwrap(),
            unit_price: UnitPrice::parse("46").unwrap(),
            unit_cost: None,
            default_quantity: Quantity::parse("8").unwrap(),
            tax: Some(vat("22")),
            markup: None,
            team: None,
            archived_at: None,
            version: 1,
            created_at: lab.world.now,
            updated_at: lab.world.now,
        };
        service_items::insert(&mut tx, &rigger).await.unwrap();
        tx.commit().await.unwrap();
        // The client comes from the project, the price from the library: 8 x 46 = 368, less 10 %.
        let asked = json!({ "kind": "quote", "project": "P-1", "lines": [{ "item": "rigger" }], "valid_until": "+2w",
            "discount_percent": "10", "reference": "Verona show" });
        let quote = lab.call(&ada, "create_billing_document", asked).await["results"][0].clone();
        assert_eq!((&quote["net"], &quote["gross"]), (&json!("331.20"), &json!("404.06")));
        let from = json!({ "kind": "invoice", "from": quote["key"] });
        let refused = lab.refused(&ada, "create_billing_document", from.clone()).await;
        assert_eq!((&refused["code"], &refused["allowed"]), (&json!("invalid_argument"), &json!(["accepted quote"])));
        let step = async |to: &str, version: i64| {
            let asked = json!({ "id": quote["key"], "to": to, "version": version });
            lab.call(&ada, "change_billing_status", asked).await["results"][0].clone()
        };
        let sent = step("sent", 1).await;
        assert_eq!((&sent["number"], &sent["changed"]["status"]["to"]), (&json!("Q-2026-0001"), &json!("sent")));
        assert_eq!(step("draft", 2).await["changed"]["revision"], json!({ "from": 1, "to": 2 }));
        assert_eq!(step("sent", 3).await["number"], "Q-2026-0001", "a revision keeps the number");
        assert_eq!(step("accepted", 4).await["version"], 5);
        assert_eq!(row(&lab, &ada, "quote", &quote["key"]).await["invoiced"], "not_invoiced");

        let half = json!({ "kind": "invoice", "from": "q-2026-0001", "expected_total": "202.03",
            "lines": [{ "description": "Half now", "unit_price": "165.60" }] });
        let first = lab.call(&ada, "create_billing_document", half).await["results"][0].clone();
        assert_eq!(first["net"], "165.60", "{}", lab.test.name);
        assert_eq!(row(&lab, &ada, "quote", &quote["key"]).await["invoiced"], "partly_invoiced");
        let all = lab.call(&ada, "create_billing_document", from).await;
        assert_eq!(
            (&all["results"][0]["net"], &all["warnings"][0]["code"]),
            (&json!("331.20"), &json!("more_than_quoted"))
        );
        assert_eq!(row(&lab, &ada, "quote", &quote["key"]).await["invoiced"], "invoiced");
        let given_up = json!({ "id": all["results"][0]["id"], "to": "cancelled", "version": 1, "reason": "twice" });
        lab.call(&ada, "change_billing_status", given_up).await;
        assert_eq!(row(&lab, &ada, "quote", &quote["key"]).await["invoiced"], "partly_invoiced");
        // What is invoiced is not declined any more.
        let version = row(&lab, &ada, "quote", &quote["key"]).await["version"].clone();
        let declined = json!({ "id": quote["key"], "to": "declined", "version": version });
        assert_eq!(lab.refused(&ada, "change_billing_status", declined).await["code"], "transition_not_allowed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issued_document_stays_as_it_is_and_a_credit_note_takes_it_back() {
    for (lab, ada, _) in billers().await {
        let draft = invoice(&lab, &ada, "100", "one").await;
        let to_issue = json!({ "id": draft["key"], "to": "issued", "version": 1 });
        // Issuing without a total is refused, and the call that is suggested issues.
        let refused = lab.refused(&ada, "change_billing_status", to_issue.clone()).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("missing_argument"), &json!("expected_total")));
        let issued = row(&lab, &ada, "invoice", &draft["key"]).await;
        assert_eq!((&issued["number"], &issued["date"]), (&json!("INV-2026-0001"), &json!("2026-11-22")));
        assert_eq!(issued["client"]["name"], "Arena Verona");

        let change = json!({ "id": "INV-2026-0001", "version": 2, "lines": lines("90") });
        let refused = lab.invoke(&ada, "update_billing_document", change).await.unwrap();
        let refused: Value = serde_json::from_str(&refused.json).unwrap();
        assert_eq!((&refused["code"], &refused["field"]), (&json!("document_issued"), &json!("lines")));
        assert_eq!(refused["allowed"], json!(["due_date", "reference", "notes"]));
        assert_eq!(refused["next"]["arguments"], json!({ "kind": "credit_note", "from": draft["key"] }));
        let change = json!({ "id": "INV-2026-0001", "version": 2, "due_date": "2026-12-22", "notes": "Call Anna" });
        let changed = lab.call(&ada, "update_billing_document", change).await["results"][0].clone();
        assert_eq!((&changed["version"], &changed["changed"]["due_date"]), (&json!(3), &json!({ "to": "2026-12-22" })));
        let back = json!({ "id": "INV-2026-0001", "to": "draft", "version": 3 });
        let refused = lab.refused(&ada, "change_billing_status", back).await;
        assert_eq!(refused["code"], "transition_not_allowed", "and the credit note that it suggests can be made");

        // A part is credited, then no more than is left.
        let part = json!({ "kind": "credit_note", "from": "INV-2026-0001", "request_key": "part",
            "lines": [{ "description": "Two hours less", "unit_price": "40" }] });
        let note = lab.call(&ada, "create_billing_document", part).await["results"][0].clone();
        assert_eq!(issue(&lab, &ada, &note).await["number"], "CN-2026-0001");
        assert_eq!(row(&lab, &ada, "invoice", &draft["key"]).await["due_amount"], "73.20");
        let rest = json!({ "kind": "credit_note", "from": "INV-2026-0001", "request_key": "rest" });
        let refused = lab.refused(&ada, "create_billing_document", rest).await;
        assert_eq!(
            (&refused["code"], &refused["current"]["creditable"]),
            (&json!("credit_exceeds_invoice"), &json!("73.20"))
        );
        // The credit note that was suggested before is still a draft for all of it: it is not issued any more.
        let list = json!({ "kind": "credit_note", "status": ["draft"] });
        let stale = lab.call(&ada, "list_billing_documents", list).await["data"][0].clone();
        let asked = json!({ "id": stale["key"], "to": "issued", "version": 1, "expected_total": "122.00" });
        assert_eq!(lab.refused(&ada, "change_billing_status", asked).await["code"], "credit_exceeds_invoice");
        let next = invoice(&lab, &ada, "10", "two").await;
        assert_eq!(issue(&lab, &ada, &next).await["number"], "INV-2026-0002", "no number was lost");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_follow_dates_and_a_changed_total_is_not_issued() {
    for (lab, ada, _) in billers().await {
        let (first, second) = (invoice(&lab, &ada, "1", "a").await, invoice(&lab, &ada, "2", "b").await);
        let asked = |draft: &Value, date: &str, total: &str| json!({ "id": draft["id"], "to": "issued", "version": 1, "expected_total": total, "date": date });
        let refused = lab.refused(&ada, "change_billing_status", asked(&first, "2026-11-20", "9.99")).await;
        assert_eq!((&refused["code"], &refused["current"]["gross"]), (&json!("total_mismatch"), &json!("1.22")));
        let dated = row(&lab, &ada, "invoice", &first["key"]).await;
        assert_eq!((&dated["number"], &dated["date"]), (&json!("INV-2026-0001"), &json!("2026-11-20")), "as suggested");
        let early = lab.refused(&ada, "change_billing_status", asked(&second, "2026-11-19", "2.44")).await;
        assert_eq!((&early["code"], &early["allowed"]), (&json!("invalid_date"), &json!(["2026-11-20"])));
        let third = invoice(&lab, &ada, "3", "c").await;
        let late = lab.refused(&ada, "change_billing_status", asked(&third, "tomorrow", "3.66")).await;
        assert_eq!((&late["code"], &late["allowed"]), (&json!("invalid_date"), &json!(["2026-11-22"])));
        let third = row(&lab, &ada, "invoice", &third["key"]).await;
        assert_eq!(third["number"], "INV-2026-0003", "{}", lab.test.name);
        let stale = json!({ "id": third["key"], "version": 1, "notes": "x" });
        let stale = lab.refused(&ada, "update_billing_document", stale).await;
        assert_eq!(stale["code"], "version_conflict", "W4");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_are_recorded_up_to_what_is_due() {
    for (lab, ada, _) in billers().await {
        let one = invoice(&lab, &ada, "100", "one").await;
        let unissued = json!({ "payments": [{ "invoice": one["key"], "amount": "1", "date": "today" }] });
        assert_eq!(lab.refused(&ada, "record_payment", unissued).await["field"], "payments[0].invoice");
        let one = issue(&lab, &ada, &one).await;
        let (number, key) = (one["number"].clone(), one["key"].clone());
        let both = json!({ "payments": [
            { "invoice": number, "amount": "22.00", "date": "yesterday", "method": "card" },
            { "invoice": key, "amount": "100.00", "date": "today", "reference": "SCT 1" },
        ] });
        let over = json!({ "payments": [both["payments"][0], { "invoice": key, "amount": "100.01", "date": "+1d" }] });
        assert_eq!(lab.refused(&ada, "record_payment", over.clone()).await["code"], "invalid_date");
        let mut over = over;
        over["payments"][1]["date"] = json!("today");
        let refused = lab.refused(&ada, "record_payment", over).await;
        assert_eq!((&refused["code"], &refused["current"]["due_amount"]), (&json!("over_payment"), &json!("100.00")));
        assert_eq!(row(&lab, &ada, "invoice", &key).await["payment_state"], "unpaid", "all or nothing");
        let tried = json!({ "payments": both["payments"], "dry_run": true });
        lab.call(&ada, "record_payment", tried).await;
        assert_eq!(row(&lab, &ada, "invoice", &key).await["due_amount"], "122.00", "{}", lab.test.name);
        let paid = lab.call(&ada, "record_payment", both.clone()).await;
        assert_eq!(paid["results"][1]["payment_state"], "paid");
        assert_eq!(lab.call(&ada, "record_payment", both).await["replayed"], true, "W2");
        assert_eq!(row(&lab, &ada, "invoice", &key).await["due_amount"], "0.00");
        let more = json!({ "payments": [{ "invoice": key, "amount": "0.01", "date": "today" }] });
        assert_eq!(lab.refused(&ada, "record_payment", more).await["code"], "over_payment");
        for (amount, code) in [("0", "invalid_argument"), ("-5", "invalid_argument"), ("1.005", "invalid_argument")] {
            let asked = json!({ "payments": [{ "invoice": key, "amount": amount, "date": "today" }] });
            assert_eq!(lab.refused(&ada, "record_payment", asked).await["code"], code, "{amount}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_changed_line_by_line() {
    for (lab, ada, _) in billers().await {
        let asked = json!({ "kind": "quote", "client": "C-1", "lines": [
            { "description": "Crew", "unit_price": "10", "taxes": [{ "rate": "22" }] },
            { "description": "Truck", "unit_price": "20", "taxes": [{ "rate": "22" }] },
        ] });
        let draft = lab.call(&ada, "create_billing_document", asked).await["results"][0].clone();
        let (crew, truck) = (draft["lines"][0]["line_id"].clone(), draft["lines"][1]["line_id"].clone());
        let change = json!({ "id": draft["key"], "version": 1, "client": "C-2", "project": "P-3", "date": "tomorrow",
            "valid_until": "2026-12-31", "prices_include_tax": false, "discount_percent": "50", "reference": "R",
            "lines": [{ "line_id": crew, "quantity": "3" }, { "description": "Crane", "unit_price": "70" }],
            "remove_lines": [truck], "expected_total": "61.00" });
        let changed = lab.call(&ada, "update_billing_document", change).await["results"][0].clone();
        assert_eq!(
            (&changed["gross"], &changed["gross_before"]),
            (&json!("61.00"), &json!("36.60")),
            "{}",
            lab.test.name
        );
        assert_eq!(changed["lines"].as_array().unwrap().len(), 2);
        let clear = json!({ "id": draft["key"], "clear": ["discount_percent", "project", "reference", "date"] });
        let cleared = lab.call(&ada, "update_billing_document", clear.clone()).await["results"][0].clone();
        assert_eq!((&cleared["gross"], &cleared["version"]), (&json!("122.00"), &json!(3)));
        let again = lab.call(&ada, "update_billing_document", clear).await["results"][0].clone();
        assert_eq!((&again["status"], &again["version"]), (&json!("unchanged"), &json!(3)));
        let francs = json!({ "id": draft["key"], "currency": "CHF", "team": "Sound" });
        let francs = lab.call(&ada, "update_billing_document", francs).await["results"][0].clone();
        assert_eq!((&francs["currency"], &francs["gross"]), (&json!("CHF"), &json!("122.00")));
        let unknown =
            json!({ "id": draft["key"], "remove_lines": [truck], "lines": [{ "line_id": truck, "unit": "x" }] });
        let told = codes(&lab.refused(&ada, "update_billing_document", unknown).await);
        assert_eq!(told.keys().collect::<Vec<_>>(), ["lines[0].line_id", "remove_lines[0]"]);
    }
}
