//! The account page.

use lavori_testkit::app;
use serde_json::json;

use crate::in_a_browser::journey;
use crate::providers::Provider;

const ADA: &str = "ada@demo.example";

#[tokio::test(flavor = "multi_thread")]
async fn p3_a_person_knows_their_browsers_and_signs_them_out() {
    journey(&app().await, "pages/account", &json!({ "part": "sessions" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_a_password_is_changed_and_nobody_is_unsure_what_goes_on() {
    journey(&app().await, "pages/account", &json!({ "part": "password" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_an_account_at_a_provider_is_added_and_removed_but_never_the_last_way_in() {
    let Some(provider) = Provider::start().await else { return };
    let app = provider.apps().await.remove(0);
    journey(&app, "pages/account", &json!({ "part": "identities" })).await;
    app.execute(&format!("UPDATE people SET password_hash = NULL WHERE email = '{ADA}'")).await;
    journey(&app, "pages/account", &json!({ "part": "lastWay" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_twenty_sessions_are_readable() {
    let app = app().await;
    for _ in 0..20 {
        app.signed_in(ADA).await;
    }
    journey(&app, "pages/account", &json!({ "part": "many" })).await;
}
