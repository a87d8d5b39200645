//! An organization's settings: who sees what, and what of it they may change (PRODUCT.md P1, P4).

use lavori_testkit::{Answer, Browser, TestApp, apps};

pub(crate) const ADA: &str = "ada@demo.example";
pub(crate) const BEN: &str = "ben@demo.example";
pub(crate) const DAN: &str = "dan@demo.example";
pub(crate) const HANA: &str = "hana@demo.example";
pub(crate) const NORTHLIGHT: &str = "/settings/organizations/northlight";

/// Somebody at a browser, signed in.
pub(crate) struct Person {
    pub(crate) browser: Browser,
    csrf: String,
}

impl Person {
    pub(crate) async fn signed_in(app: &TestApp, email: &str) -> Self {
        let mut browser = app.browser();
        let page = browser.open("/sign-in").await;
        let home = app.sign_in(&mut browser, &page, email).await;
        Self { csrf: home.hidden("csrf").expect("somebody is signed in"), browser }
    }

    pub(crate) async fn open(&mut self, path: &str) -> Answer {
        self.browser.open(path).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.browser.submit(path, &all).await
    }

    /// Sends a form that must be accepted, and opens the page that says what was done.
    pub(crate) async fn done(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
        let page = self.open(answer.location()).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        page
    }
}

/// The pages of an organization's settings.
const LOOKS: [&str; 9] = [
    "",
    "/members",
    "/members/invite",
    "/teams",
    "/teams/sound",
    "/access",
    "/access/write/off",
    "/client-domains/end-others",
    "/leave",
];

#[tokio::test]
async fn p4_a_stranger_and_a_missing_organization_get_the_same_bytes() {
    for app in apps().await {
        let mut ben = Person::signed_in(&app, BEN).await;
        let foreign = ben.open("/settings/organizations/harbor").await;
        let missing = ben.open("/settings/organizations/nowhere").await;
        assert_eq!((foreign.status.as_u16(), missing.status.as_u16()), (404, 404));
        assert_eq!(foreign.apart_from_chance(), missing.apart_from_chance());
        for what in LOOKS {
            let foreign = ben.open(&format!("/settings/organizations/harbor{what}")).await;
            let missing = ben.open(&format!("/settings/organizations/nowhere{what}")).await;
            assert_eq!((foreign.status.as_u16(), missing.status.as_u16()), (404, 404), "{what}");
            assert_eq!(foreign.apart_from_chance(), missing.apart_from_chance(), "{what}");
        }
        for what in ["", "/access", "/leave", "/teams", "/invitations", "/client-domains", "/client-domains/end-others"]
        {
            let fields = [("switch", "write"), ("to", "on"), ("role", "member"), ("email", "x@y.z"), ("name", "x")];
            let foreign = ben.post(&format!("/settings/organizations/harbor{what}"), &fields).await;
            let missing = ben.post(&format!("/settings/organizations/nowhere{what}"), &fields).await;
            assert_eq!((foreign.status.as_u16(), missing.status.as_u16()), (404, 404), "{what}");
            assert_eq!(foreign.apart_from_chance(), missing.apart_from_chance(), "{what}");
        }
        assert!(app.organization_log("harbor").await.is_empty());
    }
}

#[tokio::test]
async fn p4_members_see_name_and_teams_and_may_change_nothing() {
    for app in apps().await {
        let ada = app.person(ADA).await;
        for email in [BEN, DAN] {
            let mut person = Person::signed_in(&app, email).await;
            let page = person.open(NORTHLIGHT).await;
            assert_eq!(page.status, 200);
            assert!(page.body.contains("Northlight Productions") && page.body.contains("Sound"));
            for hidden in [ADA, "MCP write access", "Invit", "Europe/"] {
                assert!(!page.body.contains(hidden), "{hidden} is shown to {email}");
            }
            for what in LOOKS.iter().filter(|what| !["", "/leave"].contains(what)) {
                let refused = person.open(&format!("{NORTHLIGHT}{what}")).await;
                assert_eq!(refused.status, 403, "{what} {}", refused.body);
                assert!(refused.body.contains("Ada Marchetti") && !refused.body.contains(ADA), "{what}");
            }
            for what in ["role", "remove"] {
                assert_eq!(person.open(&format!("{NORTHLIGHT}/members/{ada}/{what}")).await.status, 403, "{what}");
            }
            assert_eq!(person.open(&format!("{NORTHLIGHT}/leave")).await.status, 200, "leaving is theirs");
            for (what, fields) in [
                ("", vec![("name", " ")]),
                ("", vec![("name", "x"), ("time_zone", "UTC"), ("currency", "EUR")]),
                ("/access", vec![("switch", "write"), ("to", "off")]),
                ("/client-domains", vec![("add", "claude.ai")]),
                ("/client-domains", vec![("remove", "claude.ai")]),
                ("/client-domains/end-others", vec![]),
                ("/invitations", vec![("email", "x@y.z"), ("role", "member")]),
                ("/teams", vec![("name", "x")]),
                ("/teams/sound", vec![("name", "x")]),
                (&format!("/members/{ada}/role"), vec![("role", "member")]),
                (&format!("/members/{ada}/remove"), vec![]),
            ] {
                let answer = person.post(&format!("{NORTHLIGHT}{what}"), &fields).await;
                assert_eq!(answer.status, 403, "{what} {}", answer.body);
                assert!(answer.body.contains("Ada"), "the page says who can: {}", answer.body);
            }
        }
        assert!(app.organization_log("northlight").await.is_empty(), "nothing was changed");
    }
}

#[tokio::test]
async fn p4_signed_out_these_pages_lead_to_sign_in() {
    for app in apps().await {
        for what in LOOKS.map(|what| format!("/northlight{what}")).iter().map(String::as_str).chain([""]) {
            let answer = app.http().get(&format!("/settings/organizations{what}")).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (303, "/sign-in"));
        }
        assert_eq!(app.http().get("/settings/organizations/northlight/").await.status, 404);
        assert_eq!(app.http().get("/settings/organizationsx").await.status, 404);
    }
}

#[tokio::test]
async fn p4_name_time_zone_and_currency_are_checked_changed_and_audited() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let list = ada.open("/settings/organizations").await;
        assert!(list.body.contains("Northlight Productions") && list.body.contains("Harbor Crew"));
        for (name, zone, currency) in
            [(" ", "UTC", "EUR"), ("North", "Milan", "EUR"), ("North", "UTC", "ZZZ"), (&"x".repeat(101), "UTC", "EUR")]
        {
            let fields = [("name", name), ("time_zone", zone), ("currency", currency)];
            let answer = ada.post(NORTHLIGHT, &fields).await;
            assert_eq!(answer.status, 422, "{name} {zone} {currency}");
            assert!(answer.body.contains("role=\"alert\"") && answer.body.contains("aria-invalid=\"true\""));
            assert!(answer.body.contains(&format!("value=\"{zone}\" selected")), "what was typed stays");
        }
        let everything = ada.post(NORTHLIGHT, &[("name", " "), ("time_zone", "Milan"), ("currency", "ZZZ")]).await;
        assert_eq!(everything.body.matches("aria-invalid=\"true\"").count(), 3, "each is told at once");
        assert!(app.organization_log("northlight").await.is_empty());

        let fields = [("name", " North\u{202e}light "), ("time_zone", "Asia/Tokyo"), ("currency", "jpy")];
        let answer = ada.done(NORTHLIGHT, &fields).await;
        for text in ["Saved", "value=\"Northlight\"", "value=\"Asia/Tokyo\" selected", "value=\"JPY\" selected"] {
            assert!(answer.body.contains(text), "{text}");
        }
        assert!(!ada.open(NORTHLIGHT).await.body.contains("Saved"), "it is said once");
        assert!(ada.done(NORTHLIGHT, &fields).await.body.contains("Nothing was changed"), "the same again");
        let log = app.organization_log("northlight").await;
        assert_eq!(log.len(), 1);
        assert!(log[0].starts_with("organization.updated") && log[0].contains("Asia/Tokyo"), "{log:?}");
    }
}

#[tokio::test]
async fn p1_teams_are_made_renamed_and_filled() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let ben = app.person(BEN).await.to_string();
        let hana = app.person(HANA).await.to_string();
        let post = async |ada: &mut Person, what: &str, fields: &[(&str, &str)]| {
            ada.post(&format!("{NORTHLIGHT}/teams{what}"), fields).await.status.as_u16()
        };
        assert_eq!(post(&mut ada, "", &[("name", "Luce & Città")]).await, 303);
        let page = ada.open(&format!("{NORTHLIGHT}/teams/luce-citta")).await;
        assert!(page.body.contains("The team Luce"), "its slug is made from its name: {}", page.body);
        assert!(page.body.contains("/mcp/o/northlight/t/luce-citta\""), "and its connector URL is shown");
        let taken = ada.post(&format!("{NORTHLIGHT}/teams"), &[("name", "Other"), ("slug", "luce-citta")]).await;
        assert!(taken.status == 422 && taken.body.contains("value=\"Other\""), "what was typed stays: {}", taken.body);
        assert!(taken.body.contains("id=\"team-slug-problem\""), "and the problem stands at its field");
        assert_eq!(post(&mut ada, "", &[("name", "Other"), ("slug", "No Slug")]).await, 422);
        assert_eq!(post(&mut ada, "/luce-citta", &[("name", "Light")]).await, 303);
        assert_eq!(post(&mut ada, "/nothing", &[("name", "Light")]).await, 404);
        assert_eq!(post(&mut ada, "/luce-citta/members", &[("person", &ben)]).await, 303);
        assert_eq!(post(&mut ada, "/luce-citta/members", &[("person", &ben)]).await, 422, "twice");
        assert_eq!(post(&mut ada, "/luce-citta/members", &[("person", &hana)]).await, 422, "no member here");
        assert_eq!(post(&mut ada, "/luce-citta/members", &[("person", "")]).await, 422);
        assert_eq!(post(&mut ada, &format!("/luce-citta/members/{ben}/remove"), &[]).await, 303);
        assert_eq!(post(&mut ada, &format!("/luce-citta/members/{ben}/remove"), &[]).await, 422);
        let actions: Vec<String> = app
            .organization_log("northlight")
            .await
            .iter()
            .map(|line| line.split(' ').next().unwrap().to_owned())
            .collect();
        assert_eq!(actions, ["team.created", "team.renamed", "team.member_added", "team.member_removed"]);
        // A connector URL that fixes the new team works.
        let path = "/mcp/o/northlight/t/luce-citta";
        let connected = app.connect_at(&app.ada_reads_northlight().in_team("luce-citta"), path).await;
        connected.ask("get_context", serde_json::json!({})).await;
    }
}
