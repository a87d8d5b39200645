//! The whole way of a newcomer, who has read no documentation.

use lavori_testkit::empty_app;
use serde_json::json;

use crate::in_a_browser::journey;

#[tokio::test(flavor = "multi_thread")]
async fn p2_p4_p10_p25_a_stranger_goes_from_an_empty_server_to_a_client_that_was_cut_off() {
    let app = empty_app().await;
    let code = app.set_up_code().await.expect("nobody is there");
    let Some(report) = journey(&app, "pages/newcomer", &json!({ "code": code })).await else { return };
    // Another organization comes to the same server.
    app.seed_demo().await;
    app.set_switches("northlight", false, false).await;
    journey(&app, "pages/newcomer", &report).await;
}
