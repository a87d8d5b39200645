//! A person's own connections (PRODUCT.md P24 to P26).

use http::Method;
use lavori_policy::Scopes;
use lavori_testkit::{Answer, Browser, Consent, TestApp, apps};
use serde_json::json;

use crate::cut_off::while_a_write_runs;

const ADA: &str = "ada@demo.example";
const BEN: &str = "ben@demo.example";
const LIST: &str = "/settings/mcp";
const DAY: i64 = 24 * 3600;

/// The list's two parts: what is active, and what has ended.
async fn list(browser: &mut Browser) -> (String, String) {
    let page = browser.open(LIST).await;
    assert_eq!(page.status, 200, "{}", page.body);
    match page.body.split_once("Ended in the last 90 days") {
        Some((active, ended)) => (active.to_owned(), ended.to_owned()),
        None => (page.body, String::new()),
    }
}

/// A page without what differs from one request to the next.
fn told(page: &Answer) -> (u16, String) {
    (page.status.as_u16(), page.apart_from_chance())
}

async fn only_id(app: &TestApp, email: &str) -> String {
    let [id] = app.connection_ids(email).await.try_into().expect("one connection");
    id
}

#[tokio::test]
async fn p24_a_person_sees_their_connections_over_all_organizations_with_what_was_approved() {
    for app in apps().await {
        app.connect(&app.ada_reads_northlight().in_team("sound").with(Scopes::Billing)).await;
        let harbor = app.connect(&Consent::to_read(ADA, "harbor")).await;
        harbor.ask("get_context", json!({})).await;
        app.connect(&Consent::to_read(BEN, "northlight")).await;
        let (active, ended) = list(&mut app.signed_in(ADA).await).await;
        assert_eq!(active.matches("<li class=\"item\">").count(), 2, "Ben's is not hers");
        assert_eq!(ended, "");
        let (harbor, northlight) = active.split_once("Northlight Productions").expect("newest first");
        assert!(harbor.contains("Harbor Crew") && harbor.contains("All teams"));
        assert!(northlight.contains("<bdi>Sound</bdi>"));
        assert!(
            active.contains("badge-write") && active.contains("badge-billing") && active.contains("badge-unverified")
        );
        assert!(active.contains("Test client") && active.contains("127.0.0.1:9"));
        assert_eq!(active.matches("Not used yet").count(), 1, "fetching tokens is not using them");
        assert!(active.contains(&format!("value=\"{}/mcp\"", app.origin())));
    }
}

#[tokio::test]
async fn p24_a_connection_that_a_switch_or_role_suspends_says_so_and_comes_back() {
    for app in apps().await {
        app.connect(&Consent::to_read(BEN, "northlight").with(Scopes::Billing)).await;
        let mut ben = app.signed_in(BEN).await;
        assert!(!list(&mut ben).await.0.contains("suspended"));
        app.set_switches("northlight", true, false).await;
        let (active, _) = list(&mut ben).await;
        assert!(
            active.contains("Billing, suspended") && active.contains("badge-write") && !active.contains("Write, s")
        );
        app.set_switches("northlight", false, false).await;
        let (active, _) = list(&mut ben).await;
        assert!(active.contains("Write, suspended") && active.contains("Write and billing are suspended"));
        app.set_role(BEN, "northlight", "contractor").await;
        assert!(list(&mut ben).await.0.contains("Contractors cannot use clients."));
        app.set_role(BEN, "northlight", "member").await;
        app.set_switches("northlight", true, true).await;
        assert!(!list(&mut ben).await.0.contains("uspended"));
        app.execute("UPDATE organizations SET state = 'suspended' WHERE slug = 'northlight'").await;
        assert!(list(&mut ben).await.0.contains("The organization is suspended."));
        app.execute("UPDATE organizations SET state = 'active' WHERE slug = 'northlight'").await;
        app.end_membership(BEN, "northlight").await;
        let (active, ended) = list(&mut ben).await;
        assert!(active.contains("No client is connected") && ended.contains("the membership ended"));
    }
}

#[tokio::test]
async fn i8_p25_revoking_asks_first_and_cuts_off_at_once() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let other = app.connect(&app.ada_reads_northlight()).await;
        let id = app.connection_ids(ADA).await.remove(0);
        let mut ada = app.signed_in(ADA).await;
        let revoke = format!("{LIST}/{id}/revoke");
        assert!(ada.open(&revoke).await.body.contains("Revoke <bdi>Test client</bdi>?"));
        connected.ask("get_context", json!({})).await;
        assert_eq!(ada.submit(&revoke, &[("csrf", "forged")]).await.status, 403);
        connected.ask("get_context", json!({})).await;

        let answer = ada.act(&revoke, &revoke, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, LIST));
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
        assert_eq!(connected.refresh().await.json()["error"], "invalid_grant");
        other.ask("get_context", json!({})).await;
        assert_eq!(ada.act(LIST, &revoke, &[]).await.status, 303, "once more changes nothing");
        assert_eq!(ada.open(&revoke).await.body.matches("<h1>MCP Connections").count(), 1, "there is nothing to ask");
        let revoked = app.connection_actions(ADA).await;
        assert_eq!(revoked.iter().filter(|action| *action == "connection.revoked").count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i8_own_revocation_stops_a_running_write() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let revoke = format!("{LIST}/{}/revoke", only_id(&app, ADA).await);
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
async fn i11_a_revoked_connection_is_marked_and_stays_listed_with_time_by_whom_and_why() {
    for app in apps().await {
        app.connect(&app.ada_reads_northlight()).await;
        let id = only_id(&app, ADA).await;
        let mut ada = app.signed_in(ADA).await;
        ada.act(LIST, &format!("{LIST}/{id}/revoke"), &[]).await;
        let (active, ended) = list(&mut ada).await;
        assert!(active.contains("No client is connected"));
        assert!(ended.contains("by <bdi>Ada Marchetti</bdi>: revoked by the person who approved it"));
        assert!(ended.contains(&format!("{LIST}/{id}/activity")) && !ended.contains("/revoke"));
        assert_eq!(app.connection_ids(ADA).await, std::slice::from_ref(&id), "the row is there");
        app.shift_clock(89 * DAY);
        // The session did not last as long.
        let mut ada = app.signed_in(ADA).await;
        assert!(list(&mut ada).await.1.contains("revoked by the person"));
        app.shift_clock(2 * DAY);
        assert_eq!(list(&mut ada).await.1, "");
        assert!(ada.open(&format!("{LIST}/{id}/activity")).await.body.contains("Revoked"), "its activity stays");
    }
}

#[tokio::test]
async fn p26_f8_connecting_again_asks_again_and_leaves_other_connections_alone() {
    for app in apps().await {
        let first = app.connect(&app.ada_reads_northlight()).await;
        // The same client id: another installation of the same program.
        let (mut browser, page, action) = app.ask(ADA, &first.client_id, "/mcp").await;
        assert!(page.body.contains("name=\"decision\" value=\"allow\""), "consent is asked every time");
        let answer = TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
        let code = lavori_testkit::parameter(answer.location(), "code").unwrap();
        let second = first.renewed(&app.exchange(&first.client_id, &code).await.json());
        first.ask("get_context", json!({})).await;
        second.ask("get_context", json!({})).await;
        assert_eq!(first.refresh().await.status, 200);
        let (active, _) = list(&mut app.signed_in(ADA).await).await;
        assert_eq!(active.matches("<li class=\"item\">").count(), 2);
    }
}

#[tokio::test]
async fn p26_a_connection_can_be_named_and_its_name_taken_away() {
    for app in apps().await {
        app.connect(&app.ada_reads_northlight()).await;
        let id = only_id(&app, ADA).await;
        let rename = format!("{LIST}/{id}/rename");
        let mut ada = app.signed_in(ADA).await;
        let label = "  Laptop\u{202e} <b>   in the office ";
        assert_eq!(ada.act(LIST, &rename, &[("label", label)]).await.status, 303);
        assert!(list(&mut ada).await.0.contains("Laptop &#60;b&#62; in the office"));
        let refused = ada.act(LIST, &rename, &[("label", &"x".repeat(61))]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("at most 60 characters") && refused.body.contains("Laptop"));
        assert_eq!(ada.act(LIST, &rename, &[("label", " ")]).await.status, 303);
        assert!(!list(&mut ada).await.0.contains("Laptop"));
        ada.act(LIST, &format!("{LIST}/{id}/revoke"), &[]).await;
        assert_eq!(ada.act(LIST, &rename, &[("label", "x")]).await.status, 404, "what is over keeps its name");
        let renamed = app.connection_actions(ADA).await;
        assert_eq!(renamed.iter().filter(|action| *action == "connection.renamed").count(), 2);
    }
}

#[tokio::test]
async fn p26_an_idle_connection_is_marked_and_ends_by_itself_though_no_renewal_came() {
    for app in apps().await {
        app.connect(&app.ada_reads_northlight()).await;
        app.shift_clock(29 * DAY);
        assert!(!list(&mut app.signed_in(ADA).await).await.0.contains("badge-idle"));
        app.shift_clock(2 * DAY);
        let (active, _) = list(&mut app.signed_in(ADA).await).await;
        assert!(active.contains("badge-idle") && active.contains("more than 30 days"));
        app.shift_clock(60 * DAY);
        let mut ada = app.signed_in(ADA).await;
        let (active, ended) = list(&mut ada).await;
        assert!(active.contains("No client is connected"));
        assert!(ended.contains("unused for too long"), "{ended}");
    }
}

#[tokio::test]
async fn p26_g12_a_connection_whose_client_never_came_back_is_not_shown_as_used() {
    for app in apps().await {
        app.code(&app.ada_reads_northlight(), "/mcp").await;
        let mut ada = app.signed_in(ADA).await;
        let (active, _) = list(&mut ada).await;
        assert!(active.contains("Waiting for the client") && active.contains("Not used yet"));
        app.shift_clock(61);
        let (active, ended) = list(&mut ada).await;
        assert!(active.contains("No client is connected"));
        assert!(ended.contains("the client never fetched its access") && ended.contains("Not used yet"));
    }
}

#[tokio::test]
async fn i12_connections_of_others_answer_like_connections_that_do_not_exist() {
    for app in apps().await {
        let connected = app.connect(&Consent::to_read(BEN, "northlight")).await;
        let bens = only_id(&app, BEN).await;
        let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
        // Ada owns the very organization.
        for email in [ADA, "hana@demo.example"] {
            let mut browser = app.signed_in(email).await;
            let csrf = browser.open("/").await.hidden("csrf").unwrap();
            for page in ["activity", "activity.csv", "activity.json", "activity?kind=revoked", "revoke"] {
                let theirs = browser.open(&format!("{LIST}/{bens}/{page}")).await;
                assert_eq!(theirs.status, 404, "{page}");
                for other in [unknown, "x", "..%2f", &bens.to_uppercase().replace('A', "B")] {
                    let missing = browser.open(&format!("{LIST}/{other}/{page}")).await;
                    assert_eq!(told(&missing), told(&theirs), "{page} of {other}");
                }
            }
            for action in ["revoke", "rename"] {
                let fields = [("csrf", csrf.as_str()), ("label", "mine")];
                let theirs = browser.submit(&format!("{LIST}/{bens}/{action}"), &fields).await;
                let missing = browser.submit(&format!("{LIST}/{unknown}/{action}"), &fields).await;
                assert_eq!(theirs.status, 404, "{action}");
                assert_eq!(told(&missing), told(&theirs), "{action}");
            }
            assert!(!list(&mut browser).await.0.contains(&bens));
        }
        connected.ask("get_context", json!({})).await;
        assert!(!app.connection_actions(BEN).await.contains(&"activity.exported".to_owned()));
        // Whoever is not signed in learns nothing either.
        for id in [bens.as_str(), unknown] {
            let answer = app.http().get(&format!("{LIST}/{id}/activity")).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (303, "/sign-in"));
        }
        let answer = app.http().send(Method::DELETE, &format!("{LIST}/{bens}/revoke"), &[], "").await;
        assert_eq!(answer.status, 405);
    }
}

#[tokio::test]
async fn i10_revoking_an_unknown_expired_or_malformed_token_is_a_success_that_changes_nothing() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let renewed = connected.renewed(&connected.refresh().await.json());
        let client = connected.client_id.clone();
        let revoke = async |token: &str| {
            let answer = app.http().form("/revoke", &[("client_id", &client), ("token", token)]).await;
            assert_eq!(answer.status, 200, "{token}: {}", answer.body);
            answer.body
        };
        let unknown = connected.access_token.replace("lvr_at_", "lvr_ac_");
        let malformed = format!("{}x", connected.access_token);
        let mut bodies = Vec::new();
        for token in ["x", "lvr_at_x", "lvr_rt_", &unknown, &malformed, &"y".repeat(5000)] {
            bodies.push(revoke(token).await);
        }
        renewed.ask("get_context", json!({})).await;
        app.shift_clock(3601);
        bodies.push(revoke(&connected.access_token).await);
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "the same answer to all");
        assert_eq!(renewed.refresh().await.status, 200, "the connection goes on");
    }
}

#[tokio::test]
async fn p25_all_connections_can_be_revoked_in_one_go() {
    for app in apps().await {
        let northlight = app.connect(&app.ada_reads_northlight()).await;
        let harbor = app.connect(&Consent::to_read(ADA, "harbor")).await;
        let bens = app.connect(&Consent::to_read(BEN, "northlight")).await;
        let mut ada = app.signed_in(ADA).await;
        let all = format!("{LIST}/revoke-all");
        assert!(ada.open(&all).await.body.contains("2 clients lose access"));
        assert_eq!(ada.act(&all, &all, &[]).await.status, 303);
        for connected in [&northlight, &harbor] {
            assert_eq!(connected.call("get_context", json!({})).await.status, 401);
        }
        bens.ask("get_context", json!({})).await;
        assert!(ada.open(&all).await.body.contains("There is nothing to revoke"));
        let revoked = app.connection_actions(ADA).await;
        assert_eq!(revoked.iter().filter(|action| *action == "connection.revoked").count(), 2);
    }
}
