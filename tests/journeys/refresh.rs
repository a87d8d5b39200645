//! Renewal: nobody is logged out by a race, and a thief is caught (PRODUCT.md P27, OAUTH.md 4.2).

use lavori_policy::Scopes;
use lavori_testkit::{apps, encode};
use serde_json::json;

const ADA: &str = "ada@demo.example";

#[tokio::test]
async fn p27_a_renewal_rotates_the_token_and_leaves_the_old_access_token_alone() {
    for app in apps().await {
        let first = app.connect(&app.ada_reads_northlight()).await;
        let second = first.renewed(&first.refresh().await.json());
        assert_ne!(first.refresh_token, second.refresh_token);
        first.ask("get_context", json!({})).await;
        second.ask("get_context", json!({})).await;
        assert_eq!(second.refresh().await.status, 200);
    }
}

#[tokio::test]
async fn h1_fifty_renewals_at_once_all_succeed_with_one_new_token() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let renewals: Vec<_> = (0..50)
            .map(|_| {
                let connected = connected.clone();
                tokio::spawn(async move { connected.refresh().await })
            })
            .collect();
        let mut successors = Vec::new();
        for renewal in renewals {
            let answer = renewal.await.unwrap();
            assert_eq!(answer.status, 200, "{}", answer.body);
            successors.push(answer.json()["refresh_token"].as_str().unwrap().to_owned());
        }
        successors.dedup();
        assert_eq!(successors.len(), 1, "one successor for all");
    }
}

#[tokio::test]
async fn h2_an_answer_that_was_lost_is_given_again_however_late() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let lost = connected.refresh().await.json();
        for later in [1, 600, 3 * 24 * 3600] {
            app.shift_clock(later);
            let again = connected.refresh().await;
            assert_eq!(again.status, 200, "after {later} s: {}", again.body);
            assert_eq!(again.json()["refresh_token"], lost["refresh_token"]);
        }
        let actions = app.connection_actions(ADA).await;
        assert_eq!(actions.iter().filter(|action| *action == "access.renewed_again").count(), 3);
    }
}

#[tokio::test]
async fn h3_a_token_some_generations_old_gets_the_head_within_the_window() {
    for app in apps().await {
        let first = app.connect(&app.ada_reads_northlight()).await;
        let second = first.renewed(&first.refresh().await.json());
        let third = second.renewed(&second.refresh().await.json());
        assert_eq!(first.refresh().await.json()["refresh_token"], third.refresh_token);
        assert_eq!(second.refresh().await.json()["refresh_token"], third.refresh_token);
    }
}

#[tokio::test]
async fn h4_an_old_token_after_the_window_is_a_replay_and_ends_the_connection() {
    for app in apps().await {
        let first = app.connect(&app.ada_reads_northlight()).await;
        let second = first.renewed(&first.refresh().await.json());
        second.ask("get_context", json!({})).await;
        app.shift_clock(601);
        let answer = first.refresh().await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"].clone()), (400, "invalid_grant".into()));
        assert_eq!(second.refresh().await.json()["error"], "invalid_grant", "the chain is dead");
        assert_eq!(second.call("get_context", json!({})).await.status, 401, "and so is the access token");
        assert!(app.connection_actions(ADA).await.contains(&"replay.detected".to_owned()));
    }
}

#[tokio::test]
async fn h5_what_is_not_the_clients_refresh_token_revokes_nothing() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let stranger = app.http().json("/register", &[], &json!({"redirect_uris": ["https://x.example/cb"]})).await;
        let stranger = stranger.json()["client_id"].as_str().unwrap().to_owned();
        assert_eq!(connected.refresh_as(&stranger, &[]).await.json()["error"], "invalid_grant");
        for bad in
            ["x", &connected.access_token, &connected.refresh_token[1..], &format!("{}A", connected.refresh_token)]
        {
            let fields =
                [("grant_type", "refresh_token"), ("client_id", connected.client_id.as_str()), ("refresh_token", bad)];
            assert_eq!(app.http().form("/token", &fields).await.json()["error"], "invalid_grant", "{bad}");
        }
        assert_eq!(connected.refresh().await.status, 200);
    }
}

#[tokio::test]
async fn h6_a_scope_may_be_narrowed_and_never_widened() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let refresh = |scope: &'static str| {
            let connected = connected.clone();
            async move { connected.refresh_as(&connected.client_id, &[("scope", scope)]).await.json() }
        };
        assert_eq!(refresh("mcp:read mcp:write:billing").await["error"], "invalid_scope");
        assert_eq!(refresh("mcp:read").await["scope"], "mcp:read");
        assert_eq!(refresh("offline_access").await["scope"], "mcp:read mcp:write");
    }
}

#[tokio::test]
async fn p22_a_switch_off_narrows_the_next_renewal_and_switching_on_restores_it() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Billing)).await;
        app.set_switches("northlight", false, false).await;
        let narrowed = connected.renewed(&connected.refresh().await.json());
        assert_eq!(narrowed.scope, "mcp:read");
        narrowed.ask("get_context", json!({})).await;
        app.set_switches("northlight", true, true).await;
        let restored = narrowed.renewed(&narrowed.refresh().await.json());
        assert_eq!(restored.scope, "mcp:read mcp:write mcp:write:billing");
        let actions = app.connection_actions(ADA).await;
        for action in ["scope.reduced", "scope.restored"] {
            assert!(actions.contains(&action.to_owned()), "{action} is missing in {actions:?}");
        }
    }
}

#[tokio::test]
async fn h8_an_unused_refresh_token_expires_and_that_is_no_replay() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        app.shift_clock(91 * 24 * 3600);
        assert_eq!(connected.refresh().await.json()["error"], "invalid_grant");
        let actions = app.connection_actions(ADA).await;
        assert_eq!(actions.last().map(String::as_str), Some("connection.expired"));
    }
}

#[tokio::test]
async fn i8_a_client_may_revoke_what_it_holds_and_learns_nothing_of_others() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let revoke = |token: String| {
            let app = app.clone();
            let client = connected.client_id.clone();
            async move { app.http().form("/revoke", &[("client_id", &client), ("token", &token)]).await }
        };
        for unknown in ["", "x", "lvr_at_x"] {
            let status = revoke(unknown.to_owned()).await.status;
            assert_eq!(status, if unknown.is_empty() { 400 } else { 200 }, "{unknown}");
        }
        assert_eq!(revoke(connected.access_token.clone()).await.status, 200);
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
        let renewed = connected.renewed(&connected.refresh().await.json());
        renewed.ask("get_context", json!({})).await;
        assert_eq!(revoke(renewed.refresh_token.clone()).await.status, 200);
        assert_eq!(renewed.call("get_context", json!({})).await.status, 401);
        assert_eq!(renewed.refresh().await.json()["error"], "invalid_grant");
        assert_eq!(encode(&[("a", "b")]), "a=b");
    }
}
