//! Pages of trouble, each reached for real.

use std::time::Duration;

use lavori_fetch::Network;
use lavori_oauth::{ProviderConfig, Providers};
use lavori_testkit::{TestApp, app, apps_with};
use serde_json::{Value, json};

use crate::hostile_provider::server::Hostile;
use crate::in_a_browser::journey;

/// The URL of a client's document that names another client.
const LYING: &str = "https://lying.example/client.json";

/// A server with a provider that is gone and one that says nothing good about itself.
async fn with_bad_providers() -> TestApp {
    let hostile = Hostile::start().await;
    let mut metadata = hostile.metadata();
    metadata["issuer"] = json!("https://somebody-else.example");
    hostile.say("/.well-known/openid-configuration", metadata);
    let provider = |id: &str, name: &str, issuer: &str| ProviderConfig {
        id: id.to_owned(),
        name: name.to_owned(),
        issuer: issuer.to_owned(),
        client_id: "lavori".to_owned(),
        client_secret: None,
        scopes: Vec::new(),
    };
    apps_with(|config| {
        let both = [
            provider("down", "Closed account", "http://127.0.0.1:9"),
            provider("wrong", "Wrong account", &hostile.issuer),
        ];
        config.providers = Providers::new(both.to_vec(), &Network::system().expect("a network")).expect("providers");
    })
    .await
    .remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_p7_every_trouble_of_a_stranger_has_a_page_with_a_way_on() {
    let app = with_bad_providers().await;
    let document = json!({
        "client_id": "https://somebody-else.example/client.json", "client_name": "Liar",
        "redirect_uris": ["http://localhost:9/callback"], "token_endpoint_auth_method": "none",
    });
    app.publish_client(LYING, &document).await;
    journey(&app, "pages/problems", &json!({ "part": "strangers", "client": LYING })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_every_trouble_of_a_person_has_a_page_with_a_way_on() {
    journey(&with_bad_providers().await, "pages/problems", &json!({ "part": "people" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_and_a_broken_server_say_so() {
    let app = app().await;
    // Everybody else has a connection to the database.
    let mut held = Vec::new();
    while let Ok(Ok(conn)) = tokio::time::timeout(Duration::from_secs(1), app.store().read()).await {
        held.push(conn);
    }
    look_at_the_server(&app, false).await;
    drop(held);
    app.execute("ALTER TABLE people RENAME TO people_of_before").await;
    look_at_the_server(&app, true).await;
}

async fn look_at_the_server(app: &TestApp, broken: bool) -> Option<Value> {
    journey(app, "pages/problems", &json!({ "part": "server", "broken": broken })).await
}
