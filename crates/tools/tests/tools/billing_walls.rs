//! Billing among others: teams, other organizations, many at once, and trying first.

use lavori_domain::DocumentId;
use lavori_store::Within;
use lavori_store::billing_documents::{self, DocumentKeys};
use serde_json::json;

use crate::billing_write::{billers, invoice, issue, lines, row};

#[tokio::test(flavor = "multi_thread")]
async fn p13_e5_a_team_bills_for_itself_and_what_is_not_its_own_does_not_exist() {
    for (lab, ada, ben) in billers().await {
        let asked = json!({ "kind": "invoice", "client": "C-1", "lines": lines("100") });
        let own = lab.call(&ben, "create_billing_document", asked.clone()).await["results"][0].clone();
        let list = json!({ "kind": "invoice", "detail": "full" });
        let rows = lab.call(&ben, "list_billing_documents", list).await;
        assert_eq!((&rows["data"][0]["team"]["name"], &rows["page"]["total"]), (&json!("Stage"), &json!(1)));
        let hidden = invoice(&lab, &ada, "50", "hidden").await;
        let nothing = DocumentId::new(&lab.world.env).to_string();
        for (one, other) in
            [(hidden["id"].as_str().unwrap(), nothing.as_str()), (hidden["key"].as_str().unwrap(), "D-99")]
        {
            for (tool, with) in [
                ("update_billing_document", json!({ "id": "ASKED", "notes": "x" })),
                (
                    "change_billing_status",
                    json!({ "id": "ASKED", "to": "issued", "version": 1, "expected_total": "61.00" }),
                ),
                ("create_billing_document", json!({ "kind": "credit_note", "from": "ASKED" })),
                ("record_payment", json!({ "payments": [{ "invoice": "ASKED", "amount": "1", "date": "today" }] })),
            ] {
                let answer = async |asked: &str| {
                    let with = serde_json::from_str(&with.to_string().replace("ASKED", asked)).unwrap();
                    let answer = lab.invoke(&ben, tool, with).await.unwrap();
                    assert!(answer.is_error && answer.json.contains("not_found"), "{tool}: {}", answer.json);
                    answer.json.replace(asked, "ASKED")
                };
                assert_eq!(answer(one).await, answer(other).await, "{tool} on {}", lab.test.name);
            }
        }
        for (argument, value) in [("client", "C-2"), ("project", "P-2")] {
            let mut asked = asked.clone();
            asked[argument] = json!(value);
            assert_eq!(lab.refused(&ben, "create_billing_document", asked).await["code"], "not_found");
        }
        // Its client is known to the team from now on.
        let festival = json!({ "kind": "invoice", "client": "C-2", "team": "Stage", "lines": lines("1") });
        lab.call(&ada, "create_billing_document", festival).await;
        let found = lab.call(&ben, "list_billing_documents", json!({ "kind": "invoice", "client": "C-2" })).await;
        assert_eq!(found["page"]["total"], 1);
        issue(&lab, &ben, &own).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_with_failures_are_numbered_without_a_hole() {
    for (lab, ada, _) in billers().await {
        let mut drafts = Vec::new();
        for index in 0..50 {
            drafts.push(invoice(&lab, &ada, "100", &format!("draft {index}")).await);
        }
        let lab = std::sync::Arc::new(lab);
        let tries = drafts.into_iter().enumerate().map(|(index, draft)| {
            let (lab, ada) = (std::sync::Arc::clone(&lab), ada.clone());
            tokio::spawn(async move {
                // Some fail late: the series' number is taken before the date is found to be in the future.
                let (total, date) = match index % 5 {
                    0 => ("1.00", "today"),
                    1 => ("122.00", "tomorrow"),
                    _ => ("122.00", "today"),
                };
                let asked =
                    json!({ "id": draft["id"], "to": "issued", "version": 1, "expected_total": total, "date": date });
                let answer = lab.invoke(&ada, "change_billing_status", asked).await.unwrap();
                assert_eq!(answer.is_error, index % 5 < 2, "{}", answer.json);
            })
        });
        for one in tries.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        let mut conn = lab.test.store.read().await.unwrap();
        let within = Within { organization: lab.world.north.id, team: None };
        let numbers: Vec<i64> = (1..=50).collect();
        let found = billing_documents::details(&mut conn, within, DocumentKeys::Numbers(&numbers)).await.unwrap();
        let mut taken: Vec<i64> = found.iter().filter_map(|detail| detail.summary.taken).map(|it| it.number).collect();
        taken.sort_unstable();
        assert_eq!(taken, (1..=30).collect::<Vec<_>>(), "{}", lab.test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w5_a_preview_says_what_is_done_and_does_nothing() {
    for (lab, ada, _) in billers().await {
        let draft = invoice(&lab, &ada, "100", "one").await;
        let arguments = json!({ "id": draft["id"], "to": "issued", "version": 1, "expected_total": "122.00" });
        let asked = json!({ "tool": "change_billing_status", "arguments": arguments });
        let mut preview = lab.call(&ada, "preview_write", asked).await["preview"].clone();
        assert_eq!(row(&lab, &ada, "invoice", &draft["key"]).await["status"], "draft", "{}", lab.test.name);
        let done = lab.call(&ada, "change_billing_status", arguments).await;
        assert_eq!(preview["dry_run"], true);
        preview["dry_run"] = json!(false);
        for part in ["results", "warnings", "dry_run"] {
            assert_eq!(preview[part], done[part], "{part}");
        }
    }
}
