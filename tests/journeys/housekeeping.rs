//! What is long over is swept by whoever comes next, and never what a replay is known by (PRODUCT.md P27).

use lavori_testkit::{TestApp, apps};
use serde_json::json;

const ADA: &str = "ada@demo.example";
const DAY: i64 = 24 * 3600;

async fn rows(app: &TestApp, table: &str) -> u32 {
    let count = app.texts(&format!("SELECT CAST(COUNT(*) AS TEXT) AS value FROM {table}")).await.remove(0);
    count.parse().unwrap()
}

#[tokio::test]
async fn codes_tokens_requests_and_sessions_that_are_long_over_are_swept_by_the_next_of_their_kind() {
    for app in apps().await {
        for _ in 0..3 {
            let connected = app.connect(&app.ada_reads_northlight()).await;
            assert_eq!(connected.refresh().await.status, 200);
        }
        let harbor = app.connect(&lavori_testkit::Consent::to_read(ADA, "harbor")).await;
        assert_eq!((rows(&app, "authorization_requests").await, rows(&app, "sessions").await), (4, 4));
        // Codes, access tokens and refresh tokens are over by now, but not for long.
        app.shift_clock(100 * DAY);
        app.connect(&app.ada_reads_northlight()).await;
        assert_eq!(rows(&app, "refresh_tokens").await, 3 * 2 + 1 + 1);
        assert_eq!(rows(&app, "access_tokens").await, 3 * 2 + 1 + 1);
        assert_eq!(rows(&app, "authorization_requests").await, 1, "an undecided request is worth nothing after a day");
        app.shift_clock(100 * DAY);
        let last = app.connect(&app.ada_reads_northlight()).await;
        // The codes and tokens of Northlight's three first connections went; Harbor's wait for somebody there.
        assert_eq!(rows(&app, "refresh_tokens").await, 2 + 1);
        assert_eq!(rows(&app, "authorization_codes").await, 1 + 1);
        assert_eq!(rows(&app, "sessions").await, 2, "expired for 86 days, and the one of now");
        assert_eq!(rows(&app, "connections").await, 6, "connections stay");
        last.ask("get_context", json!({})).await;
        assert_eq!(harbor.refresh().await.json()["error"], "invalid_grant");
    }
}

#[tokio::test]
async fn h4_an_access_token_that_proves_a_replay_is_kept_while_the_chain_can_be_renewed() {
    for app in apps().await {
        let stolen = app.connect(&app.ada_reads_northlight()).await;
        let honest = stolen.renewed(&stolen.refresh().await.json());
        honest.ask("get_context", json!({})).await;
        // Long after the tokens ran out, shortly before the chain does, others sweep.
        app.execute("UPDATE refresh_tokens SET expires_at = (SELECT MAX(expires_at) FROM connections)").await;
        app.shift_clock(200 * DAY);
        app.connect(&app.ada_reads_northlight()).await;
        assert_eq!(stolen.refresh().await.json()["error"], "invalid_grant");
        assert!(app.connection_actions(ADA).await.contains(&"replay.detected".to_owned()));
    }
}
