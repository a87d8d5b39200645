//! Invitations: a link that expires and works once (PRODUCT.md P4).

use lavori_testkit::{Answer, Consent, TestApp, apps};
use serde_json::json;

use crate::organization_settings::{ADA, BEN, HANA, NORTHLIGHT, Person};

const NEW: &str = "new@demo.example";
const PASSWORD: &str = "correct horse battery staple";
const MEMBERS: &str = "/settings/organizations/northlight/members";
const WEEK: i64 = 7 * 24 * 3600;

/// The path of the link that the page shows once.
fn link(app: &TestApp, page: &Answer) -> String {
    let url = page.body.split("id=\"invitation-link\"").nth(1).and_then(|rest| rest.split('"').nth(3)).expect("a link");
    url.strip_prefix(app.origin()).expect("a link of this server").to_owned()
}

/// Invites somebody to Northlight, and gives the path of the link.
pub(crate) async fn invite(app: &TestApp, person: &mut Person, email: &str, role: &str) -> String {
    let page = person.done(&format!("{NORTHLIGHT}/invitations"), &[("email", email), ("role", role)]).await;
    link(app, &page)
}

/// Joins as somebody without an account.
async fn join(app: &TestApp, link: &str, name: &str, password: &str) -> (lavori_testkit::Browser, Answer) {
    let mut browser = app.browser();
    let page = browser.open(link).await;
    let csrf = page.hidden("csrf").unwrap_or_default();
    let answer = browser.submit(link, &[("csrf", &csrf), ("name", name), ("password", password)]).await;
    (browser, answer)
}

#[tokio::test]
async fn p4_a_newcomer_joins_by_a_link_that_works_once() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let link = invite(&app, &mut ada, " New@Demo.Example ", "member").await;
        let token = link.rsplit('/').next().unwrap();
        assert!(token.starts_with("lvr_in_") && token.len() > 50);
        assert!(!app.database_holds(token).await, "only its hash is stored");
        let settings = ada.open(MEMBERS).await;
        assert!(settings.body.contains(NEW) && !settings.body.contains(token), "the link is shown once");

        let (_, weak) = join(&app, &link, "New Person", "short").await;
        assert!(weak.status == 422 && weak.body.contains("12 characters"));
        let (_, nameless) = join(&app, &link, " ", PASSWORD).await;
        assert_eq!(nameless.status, 422);
        let (mut browser, joined) = join(&app, &link, "New Person", PASSWORD).await;
        assert_eq!((joined.status.as_u16(), joined.location()), (303, "/welcome/northlight"), "{}", joined.body);
        assert!(browser.open(joined.location()).await.body.contains("Welcome to <bdi>Northlight Productions</bdi>"));
        assert_eq!(browser.open("/welcome/fontana").await.status, 404, "only where they belong");
        assert!(browser.open("/settings/organizations").await.body.contains("Northlight Productions"));
        assert!(browser.open("/").await.body.contains("New Person"), "they are signed in");

        let (_, again) = join(&app, &link, "Another", PASSWORD).await;
        assert_eq!(again.status, 403, "there is no form any more, and so no token");
        assert_eq!(app.http().get(&link).await.status, 410);
        let log = app.organization_log("northlight").await;
        assert!(log[0].starts_with("member.invited") && log[1].starts_with("invitation.accepted"), "{log:?}");
        assert!(log.iter().all(|line| !line.contains("lvr_in_")));
    }
}

#[tokio::test]
async fn p4_a_link_that_expired_was_withdrawn_replaced_or_cut_leads_nowhere() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let first = invite(&app, &mut ada, NEW, "member").await;
        let second = invite(&app, &mut ada, NEW, "member").await;
        assert_eq!(app.http().get(&first).await.status, 410, "the second took its place");
        assert_eq!(app.http().get(&second).await.status, 200);
        for bad in
            [&second[..second.len() - 1], "/invitations/", "/invitations/lvr_in_x", &second.replace("_in_", "_se_")]
        {
            assert_eq!(app.http().get(bad).await.status, 410, "{bad}");
        }
        let page = ada.open(MEMBERS).await;
        let withdraw = page.body.split("action=\"").find(|rest| rest.split('"').next().unwrap().ends_with("/withdraw"));
        let withdraw = withdraw.unwrap().split('"').next().unwrap().to_owned();
        ada.done(&withdraw, &[]).await;
        assert_eq!(ada.post(&withdraw, &[]).await.status, 422, "it is over already");
        assert_eq!(app.http().get(&second).await.status, 410);

        let third = invite(&app, &mut ada, NEW, "member").await;
        let mut browser = app.browser();
        let csrf = browser.open(&third).await.hidden("csrf").unwrap();
        app.shift_clock(WEEK - 60);
        assert_eq!(app.http().get(&third).await.status, 200);
        app.shift_clock(61);
        assert_eq!(app.http().get(&third).await.status, 410);
        let fields = [("csrf", csrf.as_str()), ("name", "New"), ("password", PASSWORD)];
        assert_eq!(browser.submit(&third, &fields).await.status, 410, "an open form does not outlive it");
        assert!(ada.open(MEMBERS).await.body.contains("It has expired"));
    }
}

#[tokio::test]
async fn p4_somebody_with_an_account_signs_in_first_and_nobody_else_can_use_their_link() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let link = invite(&app, &mut ada, HANA, "admin").await;
        let page = app.browser().open(&link).await;
        assert!(page.body.contains("href=\"/sign-in\"") && !page.body.contains("<form"), "{}", page.body);
        // Made up by hand: no password can be set for somebody who has an account.
        let mut stranger = app.browser();
        let csrf = stranger.open(&invite(&app, &mut ada, NEW, "member").await).await.hidden("csrf").unwrap();
        let fields = [("csrf", csrf.as_str()), ("name", "Not Hana"), ("password", PASSWORD)];
        assert_eq!(stranger.submit(&link, &fields).await.status, 422);

        let mut ben = Person::signed_in(&app, BEN).await;
        let page = ben.open(&link).await;
        assert!(page.body.contains("action=\"/sign-out\"") && page.body.contains(BEN));
        let (csrf, request) = (page.hidden("csrf").unwrap(), page.hidden("request").unwrap());
        let mut leaving = app.signed_in(BEN).await;
        let theirs = leaving.open(&link).await.hidden("csrf").unwrap();
        assert_ne!(csrf, theirs);
        let back = leaving.submit("/sign-out", &[("csrf", &theirs), ("request", &request)]).await;
        assert_eq!((back.status.as_u16(), back.location()), (303, link.as_str()), "back to the invitation");
        assert!(leaving.open(&link).await.body.contains("href=\"/sign-in\""), "where Hana signs in");
        assert_eq!(ben.post(&link, &[]).await.status, 422);
        let mut hana = Person::signed_in(&app, HANA).await;
        assert!(hana.open(&link).await.body.contains("<strong>an admin</strong>"));
        let joined = hana.post(&link, &[]).await;
        assert_eq!((joined.status.as_u16(), joined.location()), (303, "/welcome/northlight"));
        assert_eq!(hana.open(MEMBERS).await.status, 200, "an admin");
        assert_eq!(hana.post(&link, &[]).await.status, 410, "once");
    }
}

#[tokio::test]
async fn p4_an_invitation_ends_with_the_rank_of_who_made_it() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let role = format!("{NORTHLIGHT}/members/{}/role", app.person(BEN).await);
        ada.done(&role, &[("role", "admin")]).await;
        let mut ben = Person::signed_in(&app, BEN).await;
        let fields = [("email", NEW), ("role", "owner")];
        assert_eq!(ben.post(&format!("{NORTHLIGHT}/invitations"), &fields).await.status, 403, "admins make no owners");
        let link = invite(&app, &mut ben, NEW, "admin").await;
        assert_eq!(app.http().get(&link).await.status, 200);
        ada.done(&role, &[("role", "member")]).await;
        assert_eq!(app.http().get(&link).await.status, 410, "who was thrown out does not come back by their own link");
        assert!(ada.open(MEMBERS).await.body.contains("may not invite"));
        ada.done(&role, &[("role", "admin")]).await;
        app.disable(BEN).await;
        assert_eq!(app.http().get(&link).await.status, 410);
    }
}

#[tokio::test]
async fn p4_who_comes_back_has_their_membership_again_and_none_of_their_old_connections() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let old = app.connect(&Consent::to_read(BEN, "northlight")).await;
        let ben = app.person(BEN).await;
        ada.done(&format!("{NORTHLIGHT}/members/{ben}/remove"), &[]).await;
        let link = invite(&app, &mut ada, BEN, "member").await;
        let mut ben = Person::signed_in(&app, BEN).await;
        assert_eq!(ben.post(&link, &[]).await.status, 303);
        assert_eq!(old.call("get_context", json!({})).await.status, 401);
        assert_eq!(old.refresh().await.status, 400);
        let new = app.connect(&Consent::to_read(BEN, "northlight")).await;
        new.ask("get_context", json!({})).await;
        let fields = [("email", BEN), ("role", "admin")];
        let again = ada.post(&format!("{NORTHLIGHT}/invitations"), &fields).await;
        assert!(again.status == 422 && again.body.contains("member already"));
        assert!(again.body.contains(&format!("value=\"{BEN}\"")) && again.body.contains("value=\"admin\" checked"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_of_two_who_use_one_link_at_once_one_joins() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let link = invite(&app, &mut ada, NEW, "member").await;
        let ((_, one), (_, other)) =
            tokio::join!(join(&app, &link, "One", PASSWORD), join(&app, &link, "Other", PASSWORD));
        let joined = [one, other].iter().filter(|answer| answer.status == 303).count();
        assert_eq!(joined, 1);
        let accepted = app.organization_log("northlight").await;
        assert_eq!(accepted.iter().filter(|line| line.starts_with("invitation.accepted")).count(), 1);
    }
}
