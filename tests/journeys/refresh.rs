//! Renewal: nobody is logged out by a race, and a thief is caught (PRODUCT.md P27, OAUTH.md 4.2).

use lavori_policy::Scopes;
use lavori_testkit::{apps, encode};
use serde_json::json;

const ADA: &str = "ada@demo.example";
const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

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
async fn h2_an_answer_that_was_lost_is_given_again_however_late() {
    for app in apps().await {
        for later in [1, 10 * MINUTE, 3 * DAY] {
            let connected = app.connect(&app.ada_reads_northlight()).await;
            let lost = connected.refresh().await.json();
            app.shift_clock(later);
            let again = connected.refresh().await;
            assert_eq!(again.status, 200, "after {later} s: {}", again.body);
            assert_eq!(again.json()["refresh_token"], lost["refresh_token"], "after {later} s");
            assert_eq!(app.connection_actions(ADA).await.last().unwrap(), "access.renewed_again", "after {later} s");
            // What came with the late answer works, and the chain goes on from it.
            let renewed = connected.renewed(&again.json());
            renewed.ask("get_context", json!({})).await;
            assert_eq!(renewed.refresh().await.status, 200);
        }
    }
}

#[tokio::test]
async fn h3_a_token_some_generations_old_gets_the_head_within_the_window() {
    for app in apps().await {
        let first = app.connect(&app.ada_reads_northlight()).await;
        let second = first.renewed(&first.refresh().await.json());
        second.ask("get_context", json!({})).await;
        let third = second.renewed(&second.refresh().await.json());
        let fourth = third.renewed(&third.refresh().await.json());
        fourth.ask("get_context", json!({})).await;
        app.shift_clock(10 * MINUTE - 5);
        for old in [&first, &second, &third] {
            let answer = old.refresh().await;
            assert_eq!(answer.json()["refresh_token"], fourth.refresh_token, "{}", answer.body);
        }
        assert_eq!(app.chain_length(ADA).await, 4, "nothing was added to the chain");
        assert_eq!(fourth.refresh().await.status, 200, "and the head is good as before");
    }
}

#[tokio::test]
async fn h4_an_old_token_after_the_window_is_a_replay_and_ends_the_connection() {
    for app in apps().await {
        // The successor was used: by a call, or by a renewal of its own.
        for by_call in [true, false] {
            let first = app.connect(&app.ada_reads_northlight()).await;
            let second = first.renewed(&first.refresh().await.json());
            let last = if by_call { second.clone() } else { second.renewed(&second.refresh().await.json()) };
            if by_call {
                second.ask("get_context", json!({})).await;
            }
            app.shift_clock(10 * MINUTE + 1);
            let answer = first.refresh_with(&[("user-agent", "thief/1.0")]).await;
            assert_eq!((answer.status.as_u16(), answer.json()["error"].clone()), (400, "invalid_grant".into()));
            assert_eq!(last.refresh().await.json()["error"], "invalid_grant", "the chain is dead");
            assert_eq!(last.call("get_context", json!({})).await.status, 401, "and so is the access token");
            let events = app.events(ADA, "replay.detected").await;
            assert_eq!(events.last().unwrap(), "high 127.0.0.1 thief/1.0", "{events:?}");
        }
        assert_eq!(app.events(ADA, "replay.detected").await.len(), 2, "once for each");
    }
}

#[tokio::test]
async fn h5_what_is_not_the_clients_refresh_token_revokes_nothing() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let stranger = app.http().json("/register", &[], &json!({"redirect_uris": ["https://x.example/cb"]})).await;
        let stranger = stranger.json()["client_id"].as_str().unwrap().to_owned();
        let answer = connected.refresh_as(&stranger, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"].clone()), (400, "invalid_grant".into()));
        for bad in [
            "x",
            "lvr_rt_",
            "lvr_rt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            &connected.access_token,
            &connected.refresh_token[1..],
            &connected.refresh_token[..connected.refresh_token.len() - 1],
            &format!("{}A", connected.refresh_token),
        ] {
            let fields =
                [("grant_type", "refresh_token"), ("client_id", connected.client_id.as_str()), ("refresh_token", bad)];
            let answer = app.http().form("/token", &fields).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()["error"].clone()),
                (400, "invalid_grant".into()),
                "{bad}"
            );
        }
        assert_eq!(connected.refresh().await.status, 200);
        assert!(!app.connection_actions(ADA).await.iter().any(|action| action.contains("replay")));
    }
}

#[tokio::test]
async fn h6_a_scope_may_be_narrowed_and_never_widened() {
    for app in apps().await {
        let mut connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let wider = connected.refresh_as(&connected.client_id, &[("scope", "mcp:read mcp:write:billing")]).await;
        assert_eq!((wider.status.as_u16(), wider.json()["error"].clone()), (400, "invalid_scope".into()));
        assert_eq!(app.chain_length(ADA).await, 1, "a refusal rotates nothing");
        for (scope, granted) in [
            ("mcp:read", "mcp:read"),
            // The access token was narrowed, the grant was not.
            ("", "mcp:read mcp:write"),
            ("openid offline_access profile", "mcp:read mcp:write"),
            ("mcp:read mcp:delete offline_access", "mcp:read"),
            ("mcp:write", "mcp:read mcp:write"),
            ("mcp:read mcp:write", "mcp:read mcp:write"),
        ] {
            let answer = connected.refresh_as(&connected.client_id, &[("scope", scope)]).await;
            assert_eq!(answer.status, 200, "{scope}: {}", answer.body);
            assert_eq!(answer.json()["scope"], granted, "{scope}");
            connected = connected.renewed(&answer.json());
            let write = connected.call("add_contact", json!({"name": "Teatro"})).await.status.as_u16();
            assert_eq!(write, if granted.contains("write") { 200 } else { 403 }, "the token is what the answer says");
        }
        // The policy was narrowed: the full old string is compared with what was approved, not with what is left.
        app.set_switches("northlight", false, false).await;
        let answer = connected.refresh_as(&connected.client_id, &[("scope", "mcp:read mcp:write")]).await;
        assert_eq!((answer.status.as_u16(), answer.json()["scope"].clone()), (200, "mcp:read".into()));
    }
}

#[tokio::test]
async fn h8_an_idle_or_finished_connection_expires_and_that_is_no_replay() {
    for app in apps().await {
        let idle = app.connect(&app.ada_reads_northlight()).await;
        app.shift_clock(90 * DAY + 1);
        let answer = idle.refresh().await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"].clone()), (400, "invalid_grant".into()));
        assert_eq!(app.connection_actions(ADA).await.last().unwrap(), "connection.expired");

        // Renewed every 80 days it is never idle, and it ends after a year all the same.
        let mut busy = app.connect(&app.ada_reads_northlight()).await;
        for _ in 0..4 {
            app.shift_clock(80 * DAY);
            busy = busy.renewed(&busy.refresh().await.json());
        }
        app.shift_clock(45 * DAY + 1);
        for _ in 0..2 {
            let answer = busy.refresh().await;
            assert_eq!((answer.status.as_u16(), answer.json()["error"].clone()), (400, "invalid_grant".into()));
        }
        assert_eq!(busy.call("get_context", json!({})).await.status, 401);
        assert_eq!(app.events(ADA, "connection.expired").await.len(), 2, "once for each");
        assert_eq!(app.events(ADA, "replay.detected").await, [""; 0]);
        let reasons = app.activity_text(ADA).await;
        assert!(reasons.contains("unused for too long") && reasons.contains("its longest time is over"), "{reasons}");
    }
}

#[tokio::test]
async fn h8_an_access_token_does_not_outlive_its_connection() {
    for app in apps().await {
        let mut connected = app.connect(&app.ada_reads_northlight()).await;
        for _ in 0..4 {
            app.shift_clock(80 * DAY);
            connected = connected.renewed(&connected.refresh().await.json());
        }
        app.shift_clock(45 * DAY - 60);
        connected = connected.renewed(&connected.refresh().await.json());
        connected.ask("get_context", json!({})).await;
        app.shift_clock(61);
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
    }
}

#[tokio::test]
async fn h9_a_token_presented_again_and_again_is_answered_429_and_recorded_once() {
    for app in apps().await {
        let first = app.connect(&app.ada_reads_northlight()).await;
        let second = first.renewed(&first.refresh().await.json());
        let (mut answered, mut refused) = (0, 0);
        for _ in 0..1000 {
            let answer = first.refresh().await;
            match answer.status.as_u16() {
                200 => answered += 1,
                429 => {
                    refused += 1;
                    let wait: u64 = answer.header("retry-after").parse().expect("seconds");
                    assert!((1..=600).contains(&wait), "{wait}");
                    assert_ne!(answer.json()["error"], "invalid_grant", "clients delete their tokens on that");
                }
                other => panic!("{other}: {}", answer.body),
            }
        }
        assert_eq!((answered, refused), (256, 744), "{}", app.database());
        let limited = app.events(ADA, "access.limited").await;
        assert_eq!(limited, ["medium 127.0.0.1 "], "once, not 744 times");
        assert_eq!(app.chain_length(ADA).await, 2, "no retry made a branch");
        assert_eq!(second.refresh().await.status, 200, "each generation has a count of its own");
        // Somebody whose answers got lost all the time is let in again when the window's length is over.
        app.shift_clock(10 * MINUTE);
        let lost = second.refresh().await;
        assert_eq!(lost.status, 200, "{}", lost.body);
    }
}

#[tokio::test]
async fn h9_a_client_whose_answers_are_always_lost_has_to_wait_and_is_not_locked_out() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        for _ in 0..257 {
            assert_eq!(connected.refresh().await.status, 200);
        }
        assert_eq!(connected.refresh().await.status, 429);
        app.shift_clock(10 * MINUTE);
        let answer = connected.refresh().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        connected.renewed(&answer.json()).ask("get_context", json!({})).await;
    }
}

#[tokio::test]
async fn h9_the_window_is_measured_from_the_first_rotation_and_retries_do_not_move_it() {
    for app in apps().await {
        let first = app.connect(&app.ada_reads_northlight()).await;
        let second = first.renewed(&first.refresh().await.json());
        second.ask("get_context", json!({})).await;
        for _ in 0..3 {
            app.shift_clock(3 * MINUTE);
            assert_eq!(first.refresh().await.status, 200);
        }
        app.shift_clock(MINUTE + 1);
        assert_eq!(first.refresh().await.json()["error"], "invalid_grant", "the last retry was a minute ago");
        assert_eq!(app.events(ADA, "replay.detected").await.len(), 1);
    }
}

#[tokio::test]
async fn h11_a_retry_from_another_network_or_program_is_answered_and_shown() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let claude = [("user-agent", "claude-code/2.0")];
        let head = connected.refresh_with(&claude).await.json()["refresh_token"].clone();
        let last = async || app.connection_actions(ADA).await.last().unwrap().clone();
        assert_eq!(connected.refresh_with(&claude).await.json()["refresh_token"], head);
        assert_eq!(last().await, "access.renewed_again");
        assert_eq!(connected.refresh_with(&[("user-agent", "curl/8")]).await.json()["refresh_token"], head);
        assert_eq!(last().await, "access.renewed_elsewhere");
        // Moved to another place behind the server's back: every address of this machine is one network.
        for (rotated_from, expected) in [
            ("127.0.0.200", "access.renewed_again"),
            ("127.0.1.1", "access.renewed_elsewhere"),
            ("2001:db8::1", "access.renewed_elsewhere"),
        ] {
            app.execute(&format!("UPDATE refresh_tokens SET rotated_ip_address = '{rotated_from}' WHERE retries > 0"))
                .await;
            assert_eq!(connected.refresh_with(&claude).await.json()["refresh_token"], head);
            assert_eq!(last().await, expected, "{rotated_from}");
        }
        assert_eq!(app.events(ADA, "access.renewed_elsewhere").await[0], "medium 127.0.0.1 curl/8");
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
