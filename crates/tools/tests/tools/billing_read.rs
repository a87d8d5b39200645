//! `list_billing_documents`: what is found, what is derived, what a team sees.

use lavori_domain::billing::{Document, DocumentKind, DocumentStatus};
use lavori_store::billing_documents;
use serde_json::{Value, json};

use crate::documents::{draft, left, money};
use crate::lab::{Lab, keys, labs};
use crate::world::day;

/// D-1 to D-7: an invoice that is partly paid and overdue, a paid one and a draft of the team Stage; one of Sound in
/// francs; a sent quote that expired, an accepted one that is half invoiced; and a credit note.
pub(crate) async fn fill(lab: &Lab) -> Vec<Document> {
    let (north, env) = (&lab.world.north, &lab.world.env);
    let invoice = |number| draft(env, north.id, number, DocumentKind::Invoice, north.arena, "EUR");
    let quote = |number| draft(env, north.id, number, DocumentKind::Quote, north.festival, "EUR");
    let mut overdue = left(invoice(1), 1, "2026-10-01", DocumentStatus::Issued);
    (overdue.project, overdue.due_on) = (Some(north.aurora), Some(day("2026-10-31")));
    (overdue.paid, overdue.credited) = (money("22.00", "EUR"), money("10.00", "EUR"));
    overdue.reference = Some("PO 7731".to_owned());
    let mut paid = left(invoice(2), 2, "2026-11-02", DocumentStatus::Issued);
    (paid.team, paid.due_on, paid.paid) = (Some(north.stage), Some(day("2026-12-02")), money("122", "EUR"));
    let mut writing = invoice(3);
    (writing.project, writing.notes) = (Some(north.aurora), Some("Waiting for the crane's hours".to_owned()));
    let mut francs = left(
        draft(env, north.id, 4, DocumentKind::Invoice, north.festival, "CHF"),
        3,
        "2026-11-03",
        DocumentStatus::Issued,
    );
    francs.frozen_client.as_mut().unwrap().name = "Festival di Città".to_owned();
    (francs.team, francs.due_on) = (Some(north.sound), Some(day("2026-11-20")));
    let mut expired = left(quote(5), 1, "2026-10-01", DocumentStatus::Sent);
    expired.valid_until = Some(day("2026-11-21"));
    let mut accepted = left(quote(6), 2, "2026-10-02", DocumentStatus::Accepted);
    (accepted.invoiced_net, accepted.decided_on) = (money("50", "EUR"), Some(day("2026-10-09")));
    paid.from = Some(accepted.id);
    let mut credit = draft(env, north.id, 7, DocumentKind::CreditNote, north.arena, "EUR");
    credit.from = Some(overdue.id);
    let documents = vec![overdue, accepted, paid, writing, francs, expired, credit];
    let mut tx = lab.test.store.begin().await.unwrap();
    for document in &documents {
        billing_documents::insert(&mut tx, document).await.unwrap();
    }
    tx.commit().await.unwrap();
    documents
}

#[tokio::test(flavor = "multi_thread")]
async fn m4_a_row_says_how_an_invoice_stands_and_the_list_what_it_adds_up_to() {
    for lab in labs().await {
        let documents = fill(&lab).await;
        let invoices = json!({ "kind": "invoice", "sort": "created" });
        let reply = lab.call(&lab.ada, "list_billing_documents", invoices).await;
        assert_eq!(
            reply["data"][0],
            json!({
                "id": documents[0].id.to_string(), "key": "D-1", "number": "INV-2026-0001",
                "client": { "key": "C-1", "name": "Arena Verona" }, "date": "2026-10-01", "due": "2026-10-31",
                "status": "issued", "payment_state": "partially_paid", "overdue": true,
                "net": "100.00", "tax": "22.00", "gross": "122.00", "due_amount": "90.00", "currency": "EUR",
                "version": 1,
            }),
            "{}",
            lab.test.name
        );
        assert_eq!(keys(&reply), ["D-1", "D-2", "D-3", "D-4"]);
        assert_eq!((&reply["data"][1]["payment_state"], &reply["data"][1]["overdue"]), (&json!("paid"), &json!(false)));
        assert_eq!((reply["data"][2].get("number"), reply["data"][2].get("due_amount")), (None, None), "a draft");
        assert_eq!(
            reply["totals"],
            json!([
                { "currency": "CHF", "count": 1, "net": "100.00", "tax": "22.00", "gross": "122.00", "due_amount": "122.00" },
                { "currency": "EUR", "count": 3, "net": "300.00", "tax": "66.00", "gross": "366.00", "due_amount": "90.00" },
            ])
        );
        let full = json!({ "kind": "invoice", "query": "inv-2026-0002", "detail": "full" });
        let reply = lab.call(&lab.ada, "list_billing_documents", full).await;
        assert_eq!(reply["data"][0]["from"], json!({ "key": "D-6", "name": "Q-2026-0002" }));
        assert_eq!(reply["data"][0]["team"]["name"], "Stage");
        let quotes = lab.call(&lab.ada, "list_billing_documents", json!({ "kind": "quote", "sort": "created" })).await;
        assert_eq!((&quotes["data"][0]["expired"], &quotes["data"][0]["status"]), (&json!(true), &json!("sent")));
        assert_eq!(quotes["data"][1]["invoiced"], "partly_invoiced");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a8_filters_of_different_kinds_narrow_and_values_of_one_widen() {
    for lab in labs().await {
        fill(&lab).await;
        for (arguments, expected) in [
            (json!({ "kind": "invoice", "status": ["overdue"] }), &["D-1", "D-4"][..]),
            (json!({ "kind": "invoice", "status": ["paid", "draft"] }), &["D-2", "D-3"]),
            (json!({ "kind": "invoice", "status": ["overdue"], "client": "Arena Verona" }), &["D-1"]),
            (json!({ "kind": "quote", "status": ["expired"] }), &["D-5"]),
            (json!({ "kind": "quote", "status": ["partly_invoiced", "not_invoiced"] }), &["D-6"]),
            (json!({ "kind": "credit_note" }), &["D-7"]),
            (json!({ "kind": "invoice", "query": "crane hours" }), &["D-3"]),
            (json!({ "kind": "invoice", "query": "po 7731" }), &["D-1"]),
            (json!({ "kind": "invoice", "query": "verona" }), &["D-1", "D-2", "D-3"]),
            (json!({ "kind": "invoice", "project": "P-1" }), &["D-1", "D-3"]),
            (json!({ "kind": "invoice", "team": "Stage" }), &["D-1", "D-2", "D-3"]),
            (json!({ "kind": "invoice", "date_after": "this_month" }), &["D-2", "D-4"]),
            (json!({ "kind": "invoice", "date_before": "2026-11-02" }), &["D-1", "D-2"]),
            (json!({ "kind": "invoice", "due_before": "today" }), &["D-1", "D-4"]),
            (json!({ "kind": "invoice", "min_total": "122.01" }), &[]),
            (json!({ "kind": "invoice", "max_total": "122", "status": ["issued"] }), &["D-1", "D-2", "D-4"]),
            (json!({ "kind": "invoice", "updated_since": "tomorrow" }), &[]),
        ] {
            let mut asked = arguments.clone();
            asked["sort"] = json!("created");
            let reply = lab.call(&lab.ada, "list_billing_documents", asked).await;
            assert_eq!(keys(&reply), expected, "{arguments} on {}", lab.test.name);
            let mut counted = arguments.clone();
            counted["count_only"] = json!(true);
            let counted = lab.call(&lab.ada, "list_billing_documents", counted).await;
            assert_eq!(counted["page"]["total"], expected.len(), "{arguments}");
            assert_eq!(counted.get("totals"), reply.get("totals"), "{arguments}");
        }
        let refused = lab
            .refused(
                &lab.ada,
                "list_billing_documents",
                json!({ "kind": "invoice", "min_total": "1,5", "client": "?" }),
            )
            .await;
        assert_eq!(refused["problems"].as_array().unwrap().len(), 2, "E3");
        assert_eq!(lab.refused(&lab.ada, "list_billing_documents", json!({})).await["code"], "missing_argument");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r3_pages_of_documents_hold_every_row_once() {
    for lab in labs().await {
        fill(&lab).await;
        for sort in ["-updated", "updated", "-date", "date", "due", "created", "-created"] {
            let (mut seen, mut cursor) = (Vec::new(), Value::Null);
            loop {
                let arguments = json!({ "kind": "invoice", "sort": sort, "limit": 1, "cursor": cursor });
                let reply = lab.call(&lab.ada, "list_billing_documents", arguments).await;
                seen.extend(keys(&reply));
                assert_eq!(reply.get("totals").is_some(), cursor.is_null(), "totals are on the first page");
                cursor = reply["page"]["next_cursor"].clone();
                if cursor.is_null() {
                    break;
                }
            }
            match sort {
                "-date" => assert_eq!(seen, ["D-4", "D-2", "D-1", "D-3"]),
                "date" => assert_eq!(seen, ["D-1", "D-2", "D-4", "D-3"]),
                "due" => assert_eq!(seen, ["D-1", "D-4", "D-2", "D-3"]),
                "-created" => assert_eq!(seen, ["D-4", "D-3", "D-2", "D-1"]),
                _ => {
                    seen.sort();
                    assert_eq!(seen, ["D-1", "D-2", "D-3", "D-4"], "{sort} on {}", lab.test.name);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_p13_a_team_reads_its_own_documents_and_figures_only() {
    for lab in labs().await {
        fill(&lab).await;
        let arguments = json!({ "kind": "invoice", "sort": "created", "detail": "full" });
        let reply = lab.call(&lab.stage, "list_billing_documents", arguments).await;
        assert_eq!(keys(&reply), ["D-1", "D-2", "D-3"], "{}", lab.test.name);
        assert_eq!((reply["totals"].as_array().unwrap().len(), &reply["totals"][0]["count"]), (1, &json!(3)));
        // The quote that it was made from is no team's.
        assert_eq!(reply["data"][1]["hidden"], json!({ "from": 1 }));
        for kind in ["quote", "credit_note"] {
            let reply = lab.call(&lab.stage, "list_billing_documents", json!({ "kind": kind })).await;
            assert_eq!((reply["page"]["total"].clone(), reply.get("totals")), (json!(0), None));
        }
        for name in ["festival", "CHF", "INV-2026-0003"] {
            let reply =
                lab.call(&lab.stage, "list_billing_documents", json!({ "kind": "invoice", "query": name })).await;
            assert_eq!(reply["page"]["total"], 0, "{name}");
        }
        let refused =
            lab.refused(&lab.stage, "list_billing_documents", json!({ "kind": "invoice", "team": "Sound" })).await;
        assert_eq!(refused["code"], "unknown_argument");
        let other = lab.call(&lab.harbor, "list_billing_documents", json!({ "kind": "invoice" })).await;
        assert_eq!(other["page"]["total"], 0);
    }
}
