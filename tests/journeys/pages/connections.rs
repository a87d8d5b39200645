//! Settings, MCP Connections, in a browser (PRODUCT.md P5, P6, P24 to P26).

use lavori_policy::Scopes;
use lavori_testkit::{Connected, Consent, TestApp, app, app_to_be_started};
use serde_json::{Value, json};

use crate::in_a_browser::journey;
use crate::organization_settings::{NORTHLIGHT, Person};

const ADA: &str = "ada@demo.example";

/// What a script needs to call tools as this client.
fn tokens(connected: &Connected) -> Value {
    json!({"path": connected.path, "access_token": connected.access_token})
}

async fn status_of_a_call(connected: &Connected) -> u16 {
    connected.call("get_context", json!({})).await.status.as_u16()
}

/// Connects the same client once more, as another installation of it does.
async fn connect_again(app: &TestApp, first: &Connected, consent: &Consent<'_>) -> Connected {
    let (mut browser, page, action) = app.ask(consent.email, &first.client_id, "/mcp").await;
    app.finish(&mut browser, &page, &action, consent, &first.client_id).await
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_the_url_is_copied_by_click_and_keyboard_and_selected_where_the_clipboard_is_refused() {
    journey(&app().await, "pages/connections", &Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p6_the_badge_follows_a_server_that_really_goes_away_and_comes_back() {
    let app = app_to_be_started().await;
    let given = json!({"program": env!("CARGO_BIN_EXE_lavori-test-server"), "database": app.database_url()});
    journey(&app, "pages/connections_status", &given).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p25_p26_a_live_client_is_cut_off_by_the_dialog_and_its_other_connection_goes_on() {
    let app = app().await;
    let first = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
    let second = connect_again(&app, &first, &app.ada_reads_northlight().in_team("sound")).await;
    second.ask("get_context", json!({})).await;
    let given = json!({"first": tokens(&first), "second": tokens(&second)});
    if journey(&app, "pages/connections_revoke", &given).await.is_some() {
        for connected in [&first, &second] {
            assert_eq!(status_of_a_call(connected).await, 401, "both were revoked in the end");
            assert_eq!(connected.refresh().await.json()["error"], "invalid_grant");
        }
        let actions = app.connection_actions(ADA).await;
        let count = |wanted: &str| actions.iter().filter(|action| *action == wanted).count();
        assert_eq!((count("connection.revoked"), count("connection.renamed")), (2, 1), "{actions:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p24_p21_p22_what_a_switch_takes_away_is_shown_and_comes_back() {
    let app = app().await;
    let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Billing)).await;
    let sees = async |state: &str| journey(&app, "pages/connections_suspended", &json!({"state": state})).await;
    if sees("works").await.is_none() {
        return;
    }
    let mut admin = Person::signed_in(&app, ADA).await;
    admin.post(&format!("{NORTHLIGHT}/access"), &[("switch", "write"), ("to", "off")]).await;
    assert_eq!(status_of_a_call(&connected).await, 401, "its token carried write");
    let renewed = connected.renewed(&connected.refresh().await.json());
    assert_eq!(renewed.scope, "mcp:read");
    sees("suspended").await;

    for switch in ["write", "billing"] {
        admin.post(&format!("{NORTHLIGHT}/access"), &[("switch", switch), ("to", "on")]).await;
    }
    let restored = renewed.renewed(&renewed.refresh().await.json());
    assert_eq!(restored.scope, "mcp:read mcp:write mcp:write:billing");
    sees("works").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p24_p26_many_connections_with_long_names_can_be_read_and_paged() {
    let app = app().await;
    let long = "Wachtmeisterbüro".repeat(6);
    let first = app.connect(&app.ada_reads_northlight().with(Scopes::Billing)).await;
    for number in 0..24 {
        let scopes = [Scopes::Read, Scopes::Write, Scopes::Billing][number % 3];
        let consent = app.ada_reads_northlight().with(scopes);
        connect_again(&app, &first, &if number % 2 == 0 { consent.in_team("sound") } else { consent }).await;
    }
    app.code(&app.ada_reads_northlight(), "/mcp").await;
    let ids = app.connection_ids(ADA).await;
    app.execute(&format!("UPDATE organizations SET name = '{long}' WHERE slug = 'northlight'")).await;
    app.execute(&format!("UPDATE teams SET name = '{long}' WHERE slug = 'sound'")).await;
    let longest: String = long.chars().take(60).collect();
    app.execute(&format!("UPDATE connections SET label = '{longest}' WHERE id = '{}'", ids[23])).await;
    // A name of a client, which it may choose as long.
    let client =
        format!("UPDATE connections SET client = REPLACE(client, 'Test client', '{long}') WHERE id = '{}'", ids[22]);
    app.execute(&client).await;
    let ago = |days: u32| format!("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-{days} days')");
    let long_ago = format!("created_at = {0}, activated_at = {0}, last_used_at = {1}", ago(41), ago(40));
    app.execute(&format!("UPDATE connections SET {long_ago} WHERE id = '{}'", ids[21])).await;
    let mut ada = app.signed_in(ADA).await;
    for id in &ids[14..19] {
        let revoke = format!("/settings/mcp/{id}/revoke");
        ada.act(&revoke, &revoke, &[]).await;
    }
    journey(&app, "pages/connections_many", &json!({"long": ids[22]})).await;
}
