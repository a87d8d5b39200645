//! Everyone's connections of an organization, for its owners and admins (PRODUCT.md P24, P30).

use lavori_oauth::connections::PER_PAGE;
use lavori_policy::Scopes;
use lavori_testkit::{Answer, Consent, TestApp, apps};
use serde_json::json;

use crate::cut_off::while_a_write_runs;

const ADA: &str = "ada@demo.example";
const BEN: &str = "ben@demo.example";
const HANA: &str = "hana@demo.example";
const LIST: &str = "/settings/organizations/northlight/connections";

fn told(page: &Answer) -> (u16, String) {
    (page.status.as_u16(), page.apart_from_chance())
}

async fn bens_connection(app: &TestApp) -> String {
    app.connection_ids(BEN).await.remove(0)
}

#[tokio::test]
async fn p24_p30_admins_see_everyones_connections_of_their_organization_and_nothing_of_what_they_did() {
    for app in apps().await {
        let connected = app.connect(&Consent::to_read(BEN, "northlight").with(Scopes::Write)).await;
        connected.ask("get_context", json!({})).await;
        app.connect(&Consent::to_read(HANA, "harbor")).await;
        let id = bens_connection(&app).await;
        let mut ben = app.signed_in(BEN).await;
        ben.act("/settings/mcp", &format!("/settings/mcp/{id}/rename"), &[("label", "For my eyes")]).await;

        let page = app.signed_in(ADA).await.open(LIST).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("<bdi>Ben Okafor</bdi>") && page.body.contains(BEN));
        assert!(page.body.contains("badge-write") && page.body.contains("Test client"));
        assert!(!page.body.contains("Hana") && !page.body.contains("Harbor"));
        assert!(!page.body.contains("activity"), "no way to what it did");
        assert!(!page.body.contains("For my eyes"), "a person's name for a connection is their own");
        // Nor where Ben was: only the redirect address of the client.
        assert_eq!(page.body.matches("127.0.0.1").count(), page.body.matches("127.0.0.1:9").count());
    }
}

#[tokio::test]
async fn p24_i12_members_are_told_who_may_and_strangers_learn_nothing() {
    for app in apps().await {
        app.connect(&app.ada_reads_northlight()).await;
        app.connect(&Consent::to_read(BEN, "northlight")).await;
        let adas = app.connection_ids(ADA).await.remove(0);
        let mut ben = app.signed_in(BEN).await;
        let revoke = format!("{LIST}/{adas}/revoke");
        for path in [LIST, &revoke] {
            let refused = ben.open(path).await;
            assert_eq!(refused.status, 403, "{path}");
            assert!(refused.body.contains("Ada Marchetti") && !refused.body.contains(&adas));
        }
        assert_eq!(ben.act("/", &revoke, &[]).await.status, 403);

        let mut hana = app.signed_in(HANA).await;
        let missing = "/settings/organizations/nowhere/connections";
        let theirs = hana.open(LIST).await;
        assert_eq!(theirs.status, 404);
        assert_eq!(told(&theirs), told(&hana.open(missing).await));
        assert_eq!(told(&theirs), told(&hana.open(&revoke).await));
        let csrf = hana.open("/").await.hidden("csrf").unwrap();
        let posted = hana.submit(&revoke, &[("csrf", &csrf)]).await;
        assert_eq!(told(&posted), told(&theirs));
        // An id of another organization is none of one's own.
        let foreign = format!("/settings/organizations/harbor/connections/{adas}/revoke");
        assert_eq!(told(&hana.open(&foreign).await), told(&theirs));
        assert_eq!(told(&hana.submit(&foreign, &[("csrf", &csrf)]).await), told(&theirs));
        assert!(!app.connection_actions(ADA).await.contains(&"connection.revoked".to_owned()));
        assert_eq!(app.http().get(LIST).await.location(), "/sign-in");
    }
}

#[tokio::test]
async fn i8_i11_an_admins_revocation_cuts_off_and_the_person_reads_by_whom_and_why() {
    for app in apps().await {
        let connected = app.connect(&Consent::to_read(BEN, "northlight")).await;
        let id = bens_connection(&app).await;
        let revoke = format!("{LIST}/{id}/revoke");
        let mut ada = app.signed_in(ADA).await;
        let asked = ada.open(&revoke).await;
        assert!(asked.body.contains("Revoke <bdi>Test client</bdi>?") && asked.body.contains("name=\"reason\""));
        connected.ask("get_context", json!({})).await;
        let reason = [("reason", "The laptop  was <lost>")];
        assert_eq!(ada.act(&revoke, &revoke, &reason).await.status, 303);
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
        assert_eq!(connected.refresh().await.json()["error"], "invalid_grant");

        let mut ben = app.signed_in(BEN).await;
        let by = "by <bdi>Ada Marchetti</bdi>: revoked by an administrator: The laptop was &#60;lost&#62;";
        assert!(ben.open("/settings/mcp").await.body.contains(by));
        let activity = ben.open(&format!("/settings/mcp/{id}/activity?kind=revoked")).await.body;
        assert!(activity.contains("administrator") && activity.contains("Ada Marchetti"));
        assert!(ada.open(LIST).await.body.contains(by), "the row stays in the admin's list too");
        assert_eq!(ada.open(&format!("/settings/mcp/{id}/activity")).await.status, 404);
    }
}

#[tokio::test]
async fn p24_whoever_is_no_admin_any_more_revokes_nothing_with_a_page_from_before() {
    for app in apps().await {
        let connected = app.connect(&Consent::to_read(BEN, "northlight")).await;
        let revoke = format!("{LIST}/{}/revoke", bens_connection(&app).await);
        let mut ada = app.signed_in(ADA).await;
        let csrf = ada.open(&revoke).await.hidden("csrf").unwrap();
        app.set_role(ADA, "northlight", "member").await;
        assert_eq!(ada.submit(&revoke, &[("csrf", &csrf)]).await.status, 403);
        app.end_membership(ADA, "northlight").await;
        assert_eq!(ada.submit(&revoke, &[("csrf", &csrf)]).await.status, 404);
        connected.ask("get_context", json!({})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i8_an_admins_revocation_stops_a_running_write() {
    for app in apps().await {
        let connected = app.connect(&Consent::to_read(BEN, "northlight").with(Scopes::Write)).await;
        let revoke = format!("{LIST}/{}/revoke", bens_connection(&app).await);
        let mut ada = app.signed_in(ADA).await;
        let csrf = ada.open(&revoke).await.hidden("csrf").unwrap();
        while_a_write_runs(&app, &connected, async || {
            assert_eq!(ada.submit(&revoke, &[("csrf", &csrf)]).await.status, 303);
        })
        .await;
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
    }
}

#[tokio::test]
async fn p24_a_list_longer_than_a_page_goes_on_where_it_stopped() {
    for app in apps().await {
        app.connect(&Consent::to_read(BEN, "northlight")).await;
        let id = bens_connection(&app).await;
        // A hundred and one more, as copies of the row and of its newest refresh token.
        let columns = "person_id, team_id, client_id, client, redirect_uri, resource, approved_scope, created_at, \
                       activated_at, last_used_at, expires_at";
        let token = "generation, issued_at, expires_at, retries";
        for number in 0..101 {
            let new = format!("01890a5d-ac96-774b-bcce-{number:012}");
            let hash = match app.database() {
                "SQLite" => format!("CAST('{number:032}' AS BLOB)"),
                _ => format!("'{number:032}'::bytea"),
            };
            app.execute(&format!(
                "INSERT INTO connections (organization_id, id, {columns}) SELECT organization_id, '{new}', {columns} \
                 FROM connections WHERE id = '{id}'; \
                 INSERT INTO refresh_tokens (organization_id, id, connection_id, token_hash, {token}) \
                 SELECT organization_id, '{new}', '{new}', {hash}, {token} FROM refresh_tokens \
                 WHERE connection_id = '{id}'"
            ))
            .await;
        }
        for (email, list) in [(ADA, LIST), (BEN, "/settings/mcp")] {
            let mut browser = app.signed_in(email).await;
            let rows = |page: &Answer| page.body.matches("<li class=\"item\">").count();
            let (mut seen, mut path) = (Vec::new(), list.to_owned());
            loop {
                let page = browser.open(&path).await;
                seen.push(rows(&page));
                let next = page.body.split("?before=").nth(1).and_then(|rest| rest.split('"').next());
                let Some(next) = next else { break };
                path = format!("{list}?before={next}");
            }
            assert_eq!(seen.pop(), Some(102 % PER_PAGE), "{email}");
            assert_eq!(seen, [PER_PAGE; 102 / PER_PAGE], "{email}");
            assert_eq!(browser.open(&format!("{list}?before=x")).await.status, 404);
        }
    }
}
