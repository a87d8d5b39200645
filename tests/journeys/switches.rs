//! The switches of MCP write access (PRODUCT.md P19, P21).

use lavori_policy::Scopes;
use lavori_testkit::{Connected, apps};
use serde_json::json;

use crate::organization_settings::{ADA, NORTHLIGHT, Person};

async fn flip(person: &mut Person, switch: &str, to: &str) -> (u16, String) {
    let answer = person.post(&format!("{NORTHLIGHT}/access"), &[("switch", switch), ("to", to)]).await;
    match answer.status.as_u16() {
        303 => (303, person.open(answer.location()).await.body),
        status => (status, answer.body),
    }
}

async fn can_write(connected: &Connected) -> bool {
    connected.call("add_contact", json!({"name": "Somebody"})).await.body.contains("\"key\"")
}

#[tokio::test]
async fn p19_billing_depends_on_write_and_goes_off_with_it() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let (status, body) = flip(&mut ada, "write", "off").await;
        assert!(status == 303 && body.contains("MCP write access is off now, and billing changes with it"), "{body}");
        assert!(!body.contains("value=\"billing\""), "billing has no button while write is off");
        let (status, body) = flip(&mut ada, "billing", "on").await;
        assert!(status == 422 && body.contains("Allow MCP write access"), "{body}");
        assert!(flip(&mut ada, "write", "off").await.1.contains("Nothing was changed"));
        let (_, body) = flip(&mut ada, "write", "on").await;
        assert!(body.contains("MCP write access is on now"), "{body}");
        assert!(flip(&mut ada, "billing", "on").await.1.contains("Billing changes are on now"));
        for (switch, to) in [("write", ""), ("everything", "on"), ("", "")] {
            assert_eq!(flip(&mut ada, switch, to).await.0, 422, "{switch} {to}");
        }
        let log = app.organization_log("northlight").await;
        assert_eq!(log.len(), 3, "what changed nothing is not in the log: {log:?}");
        assert!(log[0].contains("write on, billing on") && log[0].contains("write off, billing off"), "{log:?}");
    }
}

#[tokio::test]
async fn p19_each_change_is_audited_with_who_when_and_from_where() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        flip(&mut ada, "billing", "off").await;
        let rows = app.switch_changes("northlight").await;
        assert_eq!(rows.len(), 1);
        let id = app.person(ADA).await.to_string();
        for part in [id.as_str(), "127.0.0.1", "medium"] {
            assert!(rows[0].contains(part), "{part} is missing in {rows:?}");
        }
        let page = app.signed_in(ADA).await.open(&format!("{NORTHLIGHT}/access")).await;
        assert!(page.body.contains("Last changed") && page.body.contains("by <bdi>Ada Marchetti</bdi>"));
    }
}

#[tokio::test]
async fn p21_turning_a_switch_off_kills_what_relied_on_it_for_good_and_says_how_much() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let reads = app.connect(&app.ada_reads_northlight()).await;
        let writes = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let bills = app.connect(&app.ada_reads_northlight().with(Scopes::Billing)).await;
        assert!(can_write(&writes).await && can_write(&bills).await);

        let asked = ada.open(&format!("{NORTHLIGHT}/access/billing/off")).await;
        assert!(asked.body.contains("1 live connection uses billing changes. It loses it at once."), "{}", asked.body);
        let (_, body) = flip(&mut ada, "billing", "off").await;
        assert!(body.contains("1 live connection that was approved for billing changes"), "{body}");
        assert_eq!(bills.call("get_context", json!({})).await.status, 401, "its token carried billing");
        assert!(can_write(&writes).await, "write was not turned off");
        let renewed = bills.renewed(&bills.refresh().await.json());
        assert_eq!(renewed.scope, "mcp:read mcp:write");

        let asked = ada.open(&format!("{NORTHLIGHT}/access/write/off")).await;
        assert!(asked.body.contains("2 live connections use MCP write access"), "{}", asked.body);
        assert_eq!(asked.body.matches("of <bdi>Ada Marchetti</bdi>").count(), 2, "and whose they are");
        let (_, body) = flip(&mut ada, "write", "off").await;
        assert!(body.contains("2 live connections that were approved for changes"), "{body}");
        for cut in [&writes, &renewed] {
            assert_eq!(cut.call("get_context", json!({})).await.status, 401);
        }
        reads.ask("get_context", json!({})).await;
        let page = ada.open(&format!("{NORTHLIGHT}/access")).await;
        assert!(page.body.contains("2 live connections were allowed it before"), "what turning on does: {}", page.body);
        let stale = ada.open(&format!("{NORTHLIGHT}/access/write/off")).await;
        assert!(!stale.body.contains("Turn off MCP write access?"), "it is off: there is nothing to ask");

        flip(&mut ada, "write", "on").await;
        assert_eq!(writes.call("get_context", json!({})).await.status, 401, "an old token stays dead");
        let restored = writes.renewed(&writes.refresh().await.json());
        assert_eq!(restored.scope, "mcp:read mcp:write", "no new consent is needed");
        assert!(can_write(&restored).await);
    }
}

#[tokio::test]
async fn f4_what_the_organization_does_not_allow_is_not_granted_whatever_is_asked() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        flip(&mut ada, "billing", "off").await;
        let client = app.register().await;
        let consent = app.ada_reads_northlight().with(Scopes::Billing);
        let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
        assert_eq!(lavori_testkit::TestApp::decide(&mut browser, &page, &action, &consent).await.status, 403);
        flip(&mut ada, "write", "off").await;
        let consent = app.ada_reads_northlight().with(Scopes::Write);
        assert_eq!(lavori_testkit::TestApp::decide(&mut browser, &page, &action, &consent).await.status, 403);
        // A contractor, who cannot connect at all, asks for everything.
        flip(&mut ada, "write", "on").await;
        flip(&mut ada, "billing", "on").await;
        let (mut browser, page, action) = app.ask("dan@demo.example", &client, "/mcp").await;
        let consent = lavori_testkit::Consent { email: "dan@demo.example", ..consent.with(Scopes::Billing) };
        assert_eq!(lavori_testkit::TestApp::decide(&mut browser, &page, &action, &consent).await.status, 422);
        assert!(app.connection_actions("dan@demo.example").await.is_empty());
    }
}
