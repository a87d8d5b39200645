//! A clock that jumps logs nobody out and keeps nobody waiting (PRODUCT.md P37): the database's, which decides expiry.

use lavori_policy::Scopes;
use lavori_testkit::apps;
use serde_json::json;

const DAY: i64 = 24 * 3600;
/// Far more than any limit of calls takes to fill again, and as an operator's mistake may be.
const JUMPS: [i64; 6] = [-600, 3 * 3600, -DAY, 30 * DAY, -90 * DAY, 60 * DAY];

#[tokio::test]
async fn p37_a_clock_that_jumps_logs_nobody_out() {
    for app in apps().await {
        let mut connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let mut ada = app.signed_in("ada@demo.example").await;
        for (number, jump) in JUMPS.into_iter().enumerate() {
            app.shift_clock(jump);
            let call = connected.call("get_context", json!({})).await;
            // An access token that is over is renewed, as always; one that is not goes on being good.
            assert!(call.status == 200 || jump > 0 && call.status == 401, "{jump}: {} {}", call.status, call.body);
            for _ in 0..2 {
                let again = connected.refresh().await;
                assert_eq!(again.status, 200, "{jump} on {}: {}", app.database(), again.body);
                let lost = connected.refresh().await;
                assert_eq!(lost.json()["refresh_token"], again.json()["refresh_token"], "one successor");
                connected = connected.renewed(&lost.json());
                connected.ask("add_contact", json!({ "name": format!("After {number}") })).await;
            }
            if jump < 0 {
                assert_eq!(ada.open("/settings/mcp").await.status, 200);
                assert!(ada.open("/settings/mcp").await.hidden("csrf").is_some(), "signed in still");
            }
        }
        assert_eq!(app.revoke_reasons("ada@demo.example").await, [""], "{}", app.database());
    }
}
