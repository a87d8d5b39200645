//! What a document in a foreign currency comes to in the organization's own (TOOLS.md M6).

use serde_json::{Value, json};

use crate::billing_write::{billers, issue, lines};
use crate::lab::Lab;

async fn draft(lab: &Lab, caller: &lavori_policy::Caller, asked: Value) -> Value {
    let mut asked = asked;
    asked["client"] = json!("C-1");
    lab.call(caller, "create_billing_document", asked).await["results"][0].clone()
}

fn issue_at(draft: &Value, rate: &str) -> Value {
    json!({ "id": draft["id"], "to": "issued", "version": 1, "expected_total": draft["gross"], "exchange_rate": rate })
}

#[tokio::test(flavor = "multi_thread")]
async fn m6_a_foreign_document_is_issued_at_the_rate_of_its_date_which_is_kept() {
    for (lab, ada, _) in billers().await {
        let pounds = json!({ "kind": "invoice", "currency": "GBP", "lines": lines("138.66") });
        let invoice = draft(&lab, &ada, pounds).await;
        assert_eq!(invoice["accounting"], Value::Null, "a draft has no rate");

        let without = json!({ "id": invoice["id"], "to": "issued", "version": 1, "expected_total": invoice["gross"] });
        let refused = lab.refused(&ada, "change_billing_status", without).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("missing_argument"), &json!("exchange_rate")));
        assert_eq!(refused["current"], json!({ "currency": "GBP", "organization_currency": "EUR" }));
        for rate in ["0", "-1", "one", "1.123456789", "99999999999"] {
            let refused = lab.refused(&ada, "change_billing_status", issue_at(&invoice, rate)).await;
            assert_eq!((&refused["code"], &refused["field"]), (&json!("invalid_argument"), &json!("exchange_rate")));
        }

        let issued = lab.call(&ada, "change_billing_status", issue_at(&invoice, "1.17235")).await;
        let issued = &issued["results"][0];
        let accounting = json!({
            "currency": "EUR", "exchange_rate": "1.17235", "net": "162.56", "tax": "35.77", "gross": "198.33",
        });
        assert_eq!((&issued["number"], &issued["accounting"]), (&json!("INV-2026-0001"), &accounting));
        assert_eq!(issued["changed"]["exchange_rate"], json!({ "to": "1.17235" }));
        // It is read back as it was kept, and a later change leaves it alone.
        let later = json!({ "id": "INV-2026-0001", "version": 2, "due_date": "2026-12-22" });
        lab.call(&ada, "update_billing_document", later).await;
        let fetched = lab.call(&ada, "fetch", json!({ "id": "INV-2026-0001" })).await;
        assert_eq!(fetched["records"][0]["accounting"], accounting, "{}: {fetched}", lab.test.name);

        // A credit note is issued at the rate of its own day.
        let note =
            draft(&lab, &ada, json!({ "kind": "credit_note", "from": "INV-2026-0001", "lines": lines("38.66") })).await;
        let issued = lab.call(&ada, "change_billing_status", issue_at(&note, "1.2")).await;
        assert_eq!(issued["results"][0]["accounting"]["gross"], "56.60", "{issued}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn m6_a_rate_where_nothing_is_converted_is_refused_with_the_call_that_does() {
    for (lab, ada, _) in billers().await {
        let quote = draft(&lab, &ada, json!({ "kind": "quote", "currency": "GBP", "lines": lines("10") })).await;
        let send = json!({ "id": quote["id"], "to": "sent", "version": 1, "exchange_rate": "1.2" });
        let refused = lab.refused(&ada, "change_billing_status", send).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("invalid_argument"), &json!("exchange_rate")));

        let euros = draft(&lab, &ada, json!({ "kind": "invoice", "lines": lines("10") })).await;
        let refused = lab.refused(&ada, "change_billing_status", issue_at(&euros, "1")).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("invalid_argument"), &json!("exchange_rate")));
        let second = draft(&lab, &ada, json!({ "kind": "invoice", "lines": lines("20") })).await;
        assert_eq!(issue(&lab, &ada, &second).await["accounting"], Value::Null);
    }
}
