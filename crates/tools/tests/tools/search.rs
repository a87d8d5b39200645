//! `search` through the registry.

use serde_json::json;

use crate::lab::labs;

#[tokio::test(flavor = "multi_thread")]
async fn results_have_what_a_client_needs_to_go_on() {
    for lab in labs().await {
        let reply = lab.call(&lab.ada, "search", json!({ "query": "festi" })).await;
        assert_eq!(
            reply["results"],
            json!([{
                "id": lab.world.north.festival.to_string(), "key": "C-2", "type": "contact",
                "title": "Festival di Città", "subtitle": "info@festival.example", "status": "active",
                "url": "https://lavori.example/o/northlight/contacts/C-2",
            }]),
            "{}",
            lab.test.name
        );
        assert_eq!(reply["more"], false);
        let phase = lab.call(&lab.ada, "search", json!({ "query": "show", "types": ["phase"] })).await;
        let id = phase["results"][0]["id"].as_str().unwrap();
        assert_eq!(phase["results"][0]["url"], format!("https://lavori.example/o/northlight/phases/{id}"));
        assert_eq!(lab.call(&lab.ada, "search", json!({ "query": "nothing" })).await["results"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_finds_its_record_first() {
    for lab in labs().await {
        for (key, title) in [("T-4", "Tune the PA"), ("p-1", "Aurora"), ("C-1", "Arena Verona")] {
            let reply = lab.call(&lab.ada, "search", json!({ "query": key })).await;
            assert_eq!(reply["results"][0]["title"], title, "{key} on {}", lab.test.name);
        }
        let reply = lab.call(&lab.ada, "search", json!({ "query": "T-4", "types": ["project"] })).await;
        assert_eq!(reply["results"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p34_what_did_not_fit_is_said() {
    for lab in labs().await {
        let reply = lab.call(&lab.ada, "search", json!({ "query": "rig", "limit": 1 })).await;
        assert_eq!((reply["results"].as_array().unwrap().len(), &reply["more"]), (1, &json!(true)));
        let refused = lab.refused(&lab.ada, "search", json!({ "query": "?!" })).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("invalid_argument"), &json!("query")));
        assert_eq!(lab.refused(&lab.ada, "search", json!({})).await["code"], "missing_argument");
    }
}
