//! `record_payment` with `reverses`: money that did not come after all.

use serde_json::{Value, json};

use crate::billing_write::{billers, invoice, issue, row};
use crate::lab::codes;

fn back(invoice: &Value, payment: &Value) -> Value {
    json!({ "invoice": invoice, "date": "today", "reverses": payment })
}

fn all(payments: Value) -> Value {
    let key: String = payments.to_string().chars().take(190).collect();
    let mut asked = json!({ "request_key": key });
    asked["payments"] = payments;
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn m4_a_reversed_payment_is_owed_again_and_is_reversed_once() {
    for (lab, ada, _) in billers().await {
        let one = issue(&lab, &ada, &invoice(&lab, &ada, "100", "one").await).await;
        let key = one["key"].clone();
        let paid = json!([{ "invoice": key, "amount": "100.00", "date": "yesterday", "reference": "SCT 1" },
            { "invoice": key, "amount": "22.00", "date": "today" }]);
        let paid = lab.call(&ada, "record_payment", all(paid)).await;
        let (first, second) = (paid["results"][0]["id"].clone(), paid["results"][1]["id"].clone());
        let before = row(&lab, &ada, "invoice", &key).await;
        assert_eq!((&before["payment_state"], &before["due_amount"]), (&json!("paid"), &json!("0.00")));

        let reply = lab.call(&ada, "record_payment", all(json!([back(&key, &first)]))).await;
        let result = &reply["results"][0];
        assert_eq!((&result["status"], &result["id"]), (&json!("updated"), &first), "{}", lab.test.name);
        assert_eq!((&result["amount"], &result["due_amount"]), (&json!("100.00"), &json!("100.00")));
        assert_eq!(result["payment_state"], "partially_paid");
        assert!(result["changed"]["reversed_at"]["to"].is_string());
        let after = row(&lab, &ada, "invoice", &key).await;
        assert_eq!((&after["payment_state"], &after["due_amount"]), (&json!("partially_paid"), &json!("100.00")));
        assert_eq!(after["version"].as_i64(), before["version"].as_i64().map(|version| version + 1));
        // Once; the other one is another payment, and in one call each of them counts once as well.
        let again =
            lab.refused(&ada, "record_payment", json!({ "payments": [back(&key, &first)], "dry_run": true })).await;
        assert_eq!((&again["code"], &again["field"]), (&json!("invalid_argument"), &json!("payments[0].reverses")));
        assert!(again["current"]["reversed_at"].is_string());
        let twice = all(json!([back(&key, &second), back(&key, &second)]));
        assert_eq!(lab.refused(&ada, "record_payment", twice).await["field"], "payments[1].reverses");
        assert_eq!(row(&lab, &ada, "invoice", &key).await["due_amount"], "100.00", "all or nothing");
        // It bounced and came again, in one call.
        let mut exact = back(&key, &second);
        exact["amount"] = json!("22");
        let asked = json!([exact, { "invoice": key, "amount": "122.00", "date": "today" }]);
        let reply = lab.call(&ada, "record_payment", all(asked)).await;
        assert_eq!(reply["results"][1]["due_amount"], "0.00");
        let whole = row(&lab, &ada, "invoice", &key).await;
        assert_eq!((&whole["payment_state"], &whole["due_amount"]), (&json!("paid"), &json!("0.00")));
        let feed = lab.call(&ada, "list_changes", json!({ "since": "today", "types": ["payment"] })).await;
        let reversed = feed["data"].as_array().unwrap().iter().filter(|change| change["op"] == "updated").count();
        assert_eq!(reversed, 2, "{feed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e5_only_a_payment_of_this_invoice_is_reversed_and_as_a_whole() {
    for (lab, ada, ben) in billers().await {
        let one = issue(&lab, &ada, &invoice(&lab, &ada, "100", "one").await).await;
        let two = issue(&lab, &ada, &invoice(&lab, &ada, "50", "two").await).await;
        let paid = all(json!([{ "invoice": one["key"], "amount": "60.00", "date": "today" }]));
        let payment = lab.call(&ada, "record_payment", paid).await["results"][0]["id"].clone();
        let missing = json!("01890000-0000-7000-8000-000000000000");
        let answer = async |invoice: &Value, payment: &Value| {
            let refused = lab.refused(&ada, "record_payment", all(json!([back(invoice, payment)]))).await;
            assert_eq!(refused["code"], "not_found", "{refused}");
            refused.to_string().replace(payment.as_str().unwrap(), "ASKED")
        };
        assert_eq!(answer(&two["key"], &payment).await, answer(&two["key"], &missing).await);
        let theirs = lab.refused(&ben, "record_payment", all(json!([back(&one["key"], &payment)]))).await;
        assert_eq!((&theirs["code"], &theirs["field"]), (&json!("not_found"), &json!("payments[0].invoice")));
        let mut wrong = back(&one["key"], &payment);
        wrong["amount"] = json!("59.99");
        wrong["date"] = json!("yesterday");
        wrong["method"] = json!("card");
        wrong["reference"] = json!("R");
        let refused = lab.refused(&ada, "record_payment", all(json!([wrong]))).await;
        let expected = json!({
            "payments[0].amount": "invalid_argument", "payments[0].date": "invalid_date",
            "payments[0].method": "invalid_argument", "payments[0].reference": "invalid_argument" });
        assert_eq!(json!(codes(&refused)), expected, "{}", lab.test.name);
        let unsaid = all(json!([{ "invoice": one["key"], "date": "today" }]));
        let unsaid = lab.refused(&ada, "record_payment", unsaid).await;
        assert_eq!((&unsaid["code"], &unsaid["field"]), (&json!("missing_argument"), &json!("payments[0].amount")));
        assert_eq!(row(&lab, &ada, "invoice", &one["key"]).await["due_amount"], "62.00", "nothing was done");
    }
}
