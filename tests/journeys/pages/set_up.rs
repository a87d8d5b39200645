//! The set-up of an empty server.

use lavori_testkit::empty_app;
use serde_json::json;

use crate::in_a_browser::journey;

#[tokio::test(flavor = "multi_thread")]
async fn p2_the_first_organization_is_made_from_the_printed_code_by_somebody_who_makes_every_mistake() {
    let app = empty_app().await;
    let code = app.set_up_code().await.expect("nobody is there");
    journey(&app, "pages/set_up", &json!({ "code": code })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_too_many_wrong_codes_are_told_with_the_time_to_wait() {
    let app = empty_app().await;
    app.set_up_code().await.expect("nobody is there");
    journey(&app, "pages/set_up", &json!({ "limited": true })).await;
}
