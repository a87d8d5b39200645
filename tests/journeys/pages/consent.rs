//! The consent page and what surrounds it.

use lavori_testkit::{TestApp, app};
use serde_json::json;

use crate::in_a_browser::journey;

/// The id of a client that its host vouches for.
const VERIFIED: &str = "https://client.example/meta.json";
/// Where its answers go.
const CALLBACK: &str = "https://client.example/callback";

/// An organization's name without a place to break.
fn long() -> String {
    "Veranstaltungstechnik".repeat(5).chars().take(100).collect()
}

async fn publish(app: &TestApp) {
    let document = json!({
        "client_id": VERIFIED, "client_name": "Sound Tools", "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "none",
    });
    app.publish_client(VERIFIED, &document).await;
}

/// Puts somebody into an organization of a kind that the demo does not have.
async fn join(app: &TestApp, email: &str, number: u8, (slug, name): (&str, &str), state: &str, switches: [bool; 2]) {
    let id = format!("0198c0de-0000-7000-8000-0000000000{number:02}");
    let [write, billing] = switches.map(u8::from);
    app.execute(&format!(
        "INSERT INTO organizations (id, slug, name, time_zone, currency, state, allow_write, allow_billing, created_at) \
         SELECT '{id}', '{slug}', '{name}', time_zone, currency, '{state}', {write}, {billing}, created_at \
         FROM organizations WHERE slug = 'harbor'"
    ))
    .await;
    app.execute(&format!(
        "INSERT INTO memberships (organization_id, person_id, role, created_at) \
         SELECT '{id}', id, 'member', created_at FROM people WHERE email = '{email}'"
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p8_p9_p10_the_consent_page_as_everybody_may_find_it() {
    let app = app().await;
    publish(&app).await;
    let hana = "hana@demo.example";
    let long = long();
    join(&app, hana, 1, ("long", &long), "active", [true, true]).await;
    join(&app, hana, 2, ("verona", "Verona Festival"), "active", [true, false]).await;
    join(&app, hana, 3, ("circus", "Circus Works"), "suspended", [true, true]).await;
    join(&app, hana, 4, ("guarded", "Guarded Stages"), "active", [true, true]).await;
    join(&app, hana, 5, ("crew", "Crew for Hire"), "active", [true, true]).await;
    app.set_role(hana, "crew", "contractor").await;
    let of = |slug: &str| format!("(SELECT id FROM organizations WHERE slug = '{slug}')");
    app.execute(&format!("INSERT INTO client_domains VALUES ({}, 'claude.ai')", of("guarded"))).await;
    for (number, name) in ["Licht", &long].iter().enumerate() {
        app.execute(&format!(
            "INSERT INTO teams (organization_id, id, slug, name) \
             VALUES ({}, '0198c0de-0000-7000-8000-00000000010{number}', 'team-{number}', '{name}')",
            of("long")
        ))
        .await;
    }
    let given = json!({"verified": VERIFIED, "redirect": CALLBACK, "long": long});
    journey(&app, "pages/consent_looks", &given).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p7_p9_p10_p11_from_a_client_through_consent_and_back_with_scripts_and_without() {
    journey(&app().await, "pages/consent_flow", &json!({"looks": true})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_the_consent_page_by_keyboard_and_as_a_screen_reader_has_it() {
    journey(&app().await, "pages/consent_keyboard", &json!(null)).await;
}
