//! Members: roles, removal, and the owner there always is (PRODUCT.md P4).

use lavori_testkit::{Consent, TestApp, apps};
use serde_json::json;

use crate::invitations::invite;
use crate::organization_settings::{ADA, BEN, DAN, HANA, NORTHLIGHT, Person};

async fn role_path(app: &TestApp, email: &str) -> String {
    format!("{NORTHLIGHT}/members/{}/role", app.person(email).await)
}

async fn remove_path(app: &TestApp, email: &str) -> String {
    format!("{NORTHLIGHT}/members/{}/remove", app.person(email).await)
}

#[tokio::test]
async fn p4_admins_do_not_touch_owners_and_make_none() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        ada.done(&role_path(&app, BEN).await, &[("role", "admin")]).await;
        let mut ben = Person::signed_in(&app, BEN).await;
        let access = ben.open(&format!("{NORTHLIGHT}/access")).await;
        assert!(access.body.contains("MCP write access"), "an admin sees the settings at once");
        for (path, role) in [
            (role_path(&app, ADA).await, "member"),
            (role_path(&app, DAN).await, "owner"),
            (role_path(&app, BEN).await, "owner"),
            (remove_path(&app, ADA).await, ""),
        ] {
            let answer = ben.post(&path, &[("role", role)]).await;
            assert_eq!(answer.status, 403, "{path} {role}");
            assert!(answer.body.contains("Only an owner") && answer.body.contains("Ada"), "{}", answer.body);
        }
        for path in [role_path(&app, ADA).await, remove_path(&app, ADA).await] {
            let asked = ben.open(&path).await;
            assert!(asked.status == 403 && asked.body.contains("Only an owner"), "not even asked: {}", asked.body);
        }
        let roles = ben.open(&role_path(&app, DAN).await).await;
        assert!(roles.body.contains("value=\"admin\"") && !roles.body.contains("value=\"owner\""), "none is offered");
        ben.done(&role_path(&app, DAN).await, &[("role", "member")]).await;
        assert_eq!(ben.post(&role_path(&app, DAN).await, &[("role", "king")]).await.status, 422);
        assert_eq!(ben.post(&role_path(&app, HANA).await, &[("role", "member")]).await.status, 422, "no member here");
        let log = app.organization_log("northlight").await;
        assert_eq!(log.len(), 2, "{log:?}");
        assert!(log.iter().all(|line| line.starts_with("member.role_changed")), "{log:?}");
        assert!(log[0].contains("\"before\"") && log[0].contains("member") && log[0].contains("admin"), "{log:?}");
    }
}

#[tokio::test]
async fn p4_the_last_owner_is_neither_demoted_nor_removed_and_does_not_leave() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        for path in [role_path(&app, ADA).await, remove_path(&app, ADA).await, format!("{NORTHLIGHT}/leave")] {
            let answer = ada.post(&path, &[("role", "admin")]).await;
            assert_eq!(answer.status, 422, "{path}");
            assert!(answer.body.contains("last owner") && answer.body.contains("somebody else an owner first"));
        }
        for path in [role_path(&app, ADA).await, remove_path(&app, ADA).await, format!("{NORTHLIGHT}/leave")] {
            let asked = ada.open(&path).await;
            assert!(asked.status == 200 && asked.body.contains("last owner"), "told before it is tried: {path}");
            assert!(!asked.body.contains(&format!("action=\"{path}\"")), "{path}");
        }
        // A second owner who may not sign in does not count.
        ada.done(&role_path(&app, BEN).await, &[("role", "owner")]).await;
        app.disable(BEN).await;
        assert_eq!(ada.post(&format!("{NORTHLIGHT}/leave"), &[]).await.status, 422);
        app.enable(BEN).await;
        let left = ada.done(&format!("{NORTHLIGHT}/leave"), &[]).await;
        assert!(left.body.contains("You left"), "{}", left.body);
        assert_eq!(ada.open(NORTHLIGHT).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_two_owners_who_demote_each_other_at_once_cannot_both_succeed() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let mut ben = Person::signed_in(&app, BEN).await;
        let (of_ada, of_ben) = (role_path(&app, ADA).await, role_path(&app, BEN).await);
        let remove_ben = remove_path(&app, BEN).await;
        ada.done(&of_ben, &[("role", "owner")]).await;
        for round in 0..10 {
            // Each demotes the other, or leaves while the other is demoted: whatever the order, an owner stays.
            let (one, other) = if round % 2 == 0 {
                tokio::join!(ada.post(&of_ben, &[("role", "admin")]), ben.post(&of_ada, &[("role", "admin")]))
            } else {
                tokio::join!(ada.post(&of_ada, &[("role", "admin")]), ben.post(&of_ben, &[("role", "admin")]))
            };
            let statuses = [one.status.as_u16(), other.status.as_u16()];
            assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{round}: {statuses:?}");
            // Whoever is still an owner makes the other one again.
            let ada_is = (statuses[0] == 303) == (round % 2 == 0);
            let (restored, path) = if ada_is { (&mut ada, &of_ben) } else { (&mut ben, &of_ada) };
            restored.done(path, &[("role", "owner")]).await;
        }
        let (removed, left) = tokio::join!(ada.post(&remove_ben, &[]), ben.post(&of_ada, &[("role", "member")]));
        assert_ne!(removed.status, left.status, "one came first, and the other was no owner any more");
    }
}

#[tokio::test]
async fn p4_removing_a_member_cuts_their_connections_at_once_and_no_others() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let of_ben = app.connect(&Consent::to_read(BEN, "northlight")).await;
        let in_team = app.connect(&Consent::to_read(BEN, "northlight").in_team("sound")).await;
        let of_ada = app.connect(&app.ada_reads_northlight()).await;
        let remove = remove_path(&app, BEN).await;
        let asked = ada.open(&remove).await;
        assert!(asked.body.contains("2 connections of theirs"), "told before: {}", asked.body);
        let answer = ada.done(&remove, &[]).await;
        assert!(answer.body.contains("2 connections ended"), "{}", answer.body);
        for cut in [&of_ben, &in_team] {
            assert_eq!(cut.call("get_context", json!({})).await.status, 401);
            let renewal = cut.refresh().await;
            assert_eq!((renewal.status.as_u16(), renewal.json()["error"].as_str()), (400, Some("invalid_grant")));
        }
        of_ada.ask("get_context", json!({})).await;
        assert_eq!(app.revoke_reasons(BEN).await, ["the person was removed from the organization"; 2]);
        assert_eq!(app.revoke_reasons(ADA).await, [""]);
        // Each connection's own log says it, and who did it is its person.
        let log = app.activity_text(ADA).await;
        assert_eq!(log.matches("an owner or admin").count(), 3, "two connections and the membership: {log}");

        let mut ben = Person::signed_in(&app, BEN).await;
        assert_eq!(ben.open(NORTHLIGHT).await.status, 404);
        let client = app.register().await;
        let (_, page, _) = app.ask(BEN, &client, "/mcp").await;
        assert!(!page.body.contains("Northlight"), "it is not offered any more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_a_consent_given_while_its_person_is_removed_leaves_no_live_connection() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let remove = remove_path(&app, BEN).await;
        let client = app.register().await;
        let mut granted = 0;
        for round in 0..8 {
            let (mut browser, page, action) = app.ask(BEN, &client, "/mcp").await;
            let consent = Consent::to_read(BEN, "northlight");
            let (answer, removed) =
                tokio::join!(TestApp::decide(&mut browser, &page, &action, &consent), ada.post(&remove, &[]));
            assert_eq!(removed.status, 303, "{round}");
            // Before the removal, which then found it; or after it, and nothing was granted.
            granted += usize::from(answer.status == 303);
            let reasons = app.revoke_reasons(BEN).await;
            assert_eq!(reasons, vec!["the person was removed from the organization"; granted], "{round}");
            let link = invite(&app, &mut ada, BEN, "member").await;
            assert_eq!(Person::signed_in(&app, BEN).await.post(&link, &[]).await.status, 303);
        }
    }
}

#[tokio::test]
async fn p4_leaving_cuts_ones_own_connections() {
    for app in apps().await {
        let connected = app.connect(&Consent::to_read(ADA, "harbor")).await;
        let elsewhere = app.connect(&app.ada_reads_northlight()).await;
        let mut ada = Person::signed_in(&app, ADA).await;
        let asked = ada.open("/settings/organizations/harbor/leave").await;
        assert!(asked.body.contains("1 connection of yours"), "told before: {}", asked.body);
        let left = ada.done("/settings/organizations/harbor/leave", &[]).await;
        assert!(left.body.contains("1 connection of yours ended"), "{}", left.body);
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
        elsewhere.ask("get_context", json!({})).await;
        assert!(app.organization_log("harbor").await[0].contains("member.removed"));
    }
}

#[tokio::test]
async fn p1_p4_a_contractors_connections_rest_and_come_back_with_the_role() {
    for app in apps().await {
        let connected = app.connect(&Consent::to_read(BEN, "northlight")).await;
        let mut ada = Person::signed_in(&app, ADA).await;
        let path = role_path(&app, BEN).await;
        assert!(ada.open(&path).await.body.contains("1 connection of theirs stops working at once"), "told before");
        let done = ada.done(&path, &[("role", "contractor")]).await;
        assert!(done.body.contains("1 connection of theirs does not work any more"), "{}", done.body);
        assert!(ada.open(&path).await.body.contains("1 connection of theirs works again"), "and the way back, too");
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
        ada.done(&path, &[("role", "member")]).await;
        connected.ask("get_context", json!({})).await;
        assert_eq!(app.revoke_reasons(BEN).await, [""]);
    }
}

#[tokio::test]
async fn e9_a_disabled_persons_sessions_and_connections_end_and_stay_ended() {
    for app in apps().await {
        let north = app.connect(&app.ada_reads_northlight()).await;
        let harbor = app.connect(&Consent::to_read(ADA, "harbor")).await;
        let mut ada = Person::signed_in(&app, ADA).await;
        let disabled = app.disable(ADA).await;
        // Signing in to connect, twice, and once more.
        assert_eq!((disabled.sessions, disabled.connections), (3, 2));
        assert_eq!(disabled.without_owner, ["northlight"], "the operator is told");
        assert!(!ada.open("/").await.body.contains("Ada"));
        for cut in [&north, &harbor] {
            assert_eq!(cut.call("get_context", json!({})).await.status, 401);
        }
        app.enable(ADA).await;
        assert!(!ada.open("/").await.body.contains("Ada"), "the session stays dead");
        assert_eq!(north.call("get_context", json!({})).await.status, 401);
        assert_eq!(app.revoke_reasons(ADA).await, ["the person was disabled"; 2]);
        let account = app.account_actions().await;
        assert!(account.ends_with(&["person.disabled".to_owned(), "person.enabled".to_owned()]), "{account:?}");
    }
}
