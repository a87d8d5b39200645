//! Signing in.

use lavori_testkit::app;
use serde_json::json;

use crate::in_a_browser::journey;

#[tokio::test(flavor = "multi_thread")]
async fn p3_p7_the_sign_in_page_says_why_one_is_here_and_what_went_wrong() {
    let app = app().await;
    let metadata = json!({"client_name": "N".repeat(100), "redirect_uris": ["http://localhost:9/callback"]});
    let answer = app.http().json("/register", &[], &metadata).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    journey(&app, "pages/sign_in", &json!({ "long": answer.json()["client_id"] })).await;
}
