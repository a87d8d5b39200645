//! Requests at the same instant, at several servers over one database.

use lavori_testkit::{Connected, TestApp, apps};
use serde_json::json;

const ADA: &str = "ada@demo.example";

/// Three servers over the database of `app`, itself among them.
async fn three(app: &TestApp) -> [TestApp; 3] {
    [app.clone(), app.replica().await, app.replica().await]
}

#[tokio::test]
async fn g3_of_many_exchanges_at_the_same_instant_at_two_replicas_exactly_one_succeeds() {
    for app in apps().await {
        let replica = app.replica().await;
        app.slow_updates_of("authorization_codes").await;
        for _ in 0..3 {
            let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
            let exchanges: Vec<_> = [&app, &replica]
                .into_iter()
                .cycle()
                .take(8)
                .map(|app| {
                    let (app, client, code) = (app.clone(), client.clone(), code.clone());
                    tokio::spawn(async move { app.exchange(&client, &code).await })
                })
                .collect();
            let mut tokens = Vec::new();
            for exchange in exchanges {
                let answer = exchange.await.unwrap();
                match answer.status.as_u16() {
                    200 => tokens.push(answer.json()),
                    400 => assert_eq!(answer.json()["error"], "invalid_grant"),
                    other => panic!("{other}: {}", answer.body),
                }
            }
            assert_eq!(tokens.len(), 1);
            let token = tokens[0]["access_token"].as_str().unwrap();
            assert_eq!(app.chain_length(ADA).await, 1, "tokens were made once");
            // The others were replays: what the one exchange gave is dead, on either server.
            let bearer = format!("Bearer {token}");
            for app in [&app, &replica] {
                let answer =
                    app.http().send(http::Method::POST, "/mcp", &[("authorization", bearer.as_str())], "{}").await;
                assert_eq!(answer.status, 401);
            }
        }
        assert_eq!(app.events(ADA, "replay.detected").await.len(), 3, "one for each code");
    }
}

async fn renewed_by_all(connected: &Connected, servers: &[TestApp], times: usize) -> Vec<String> {
    let renewals: Vec<_> = (0..times)
        .map(|number| {
            let connected = connected.via(&servers[number % servers.len()]);
            tokio::spawn(async move { connected.refresh().await })
        })
        .collect();
    let mut successors = Vec::new();
    for renewal in renewals {
        let answer = renewal.await.expect("the renewal ends");
        assert_eq!(answer.status, 200, "{}", answer.body);
        successors.push(answer.json()["refresh_token"].as_str().expect("a refresh token").to_owned());
    }
    successors.sort();
    successors.dedup();
    successors
}

#[tokio::test]
async fn h1_fifty_renewals_at_once_over_three_replicas_give_one_new_token() {
    for app in apps().await {
        let servers = three(&app).await;
        let mut connected = app.connect(&app.ada_reads_northlight()).await;
        for round in 1..=2 {
            let successors = renewed_by_all(&connected, &servers, 50).await;
            assert_eq!(successors.len(), 1, "one successor for all");
            assert_eq!(app.chain_length(ADA).await, 1 + round, "the chain is longer by one");
            let again = connected.via(&servers[1]).refresh().await;
            connected = connected.renewed(&again.json());
            assert_eq!(connected.refresh_token, successors[0]);
            connected.via(&servers[2]).ask("get_context", json!({})).await;
        }
    }
}

#[tokio::test]
async fn h13_a_pause_between_reading_and_writing_lets_no_second_rotation_in() {
    for app in apps().await {
        let servers = three(&app).await;
        app.slow_updates_of("refresh_tokens").await;
        let mut connected = app.connect(&app.ada_reads_northlight()).await;
        for round in 1..=2 {
            let successors = renewed_by_all(&connected, &servers, 9).await;
            assert_eq!(successors.len(), 1, "one successor for all");
            assert_eq!(app.chain_length(ADA).await, 1 + round);
            connected = connected.renewed(&connected.refresh().await.json());
        }
        connected.ask("get_context", json!({})).await;
    }
}
