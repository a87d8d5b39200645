//! An organization's settings, as the people see them who administer it and those who do not.

use lavori_domain::env::SystemEnv;
use lavori_domain::organizations::{Person, PersonState, Role};
use lavori_domain::{Env, Id};
use lavori_policy::Scopes;
use lavori_store::{memberships, organizations, people};
use lavori_testkit::{Consent, TestApp, app};
use serde_json::{Value, json};

use crate::in_a_browser::journey;
use crate::organization_settings::{ADA, BEN, DAN};

/// Adds members with these names to Northlight.
async fn add_members(app: &TestApp, names: impl IntoIterator<Item = String>) {
    let mut tx = app.store().begin().await.expect("a transaction");
    let northlight = organizations::find_by_slug(&mut tx, "northlight").await.expect("an answer").expect("it is there");
    for (number, name) in names.into_iter().enumerate() {
        let person = Person {
            id: Id::new(&SystemEnv),
            email: format!("member-{number}@demo.example"),
            name,
            state: PersonState::Active,
            created_at: SystemEnv.now(),
        };
        people::insert(&mut tx, &person, None).await.expect("a person");
        let role = if number % 5 == 0 { Role::Contractor } else { Role::Member };
        memberships::insert(&mut tx, northlight.id, person.id, role, SystemEnv.now()).await.expect("a membership");
    }
    tx.commit().await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_admins_set_name_zone_and_currency_and_find_every_problem_at_its_field() {
    journey(&app().await, "pages/organization_general", &Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_admins_invite_change_and_remove_members_and_read_first_what_it_means() {
    let app = app().await;
    let bens = app.connect(&Consent::to_read(BEN, "northlight")).await;
    if journey(&app, "pages/organization_members", &Value::Null).await.is_some() {
        assert_eq!(bens.call("get_context", json!({})).await.status, 401, "Ben was removed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_admins_make_teams_and_put_members_into_them() {
    let app = app().await;
    app.set_role(ADA, "harbor", "admin").await;
    journey(&app, "pages/organization_teams", &Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p19_p21_turning_a_switch_off_names_the_live_connections_first_and_then_cuts_them_off() {
    let app = app().await;
    let reads = app.connect(&Consent::to_read(BEN, "northlight")).await;
    let writes = app.connect(&Consent::to_read(BEN, "northlight").with(Scopes::Write)).await;
    let bills = app.connect(&Consent::to_read(ADA, "northlight").with(Scopes::Billing)).await;
    writes.ask("add_contact", json!({"name": "Before"})).await;
    if journey(&app, "pages/organization_access", &Value::Null).await.is_none() {
        return;
    }
    for cut in [&writes, &bills] {
        assert_eq!(cut.call("add_contact", json!({"name": "After"})).await.status, 401, "its token is dead");
        let renewed = cut.renewed(&cut.refresh().await.json());
        assert_eq!(renewed.scope, "mcp:read");
        assert!(renewed.refusal("add_contact", json!({"name": "After"})).await.contains("Ada"));
        renewed.ask("list_tasks", json!({})).await;
    }
    reads.ask("list_tasks", json!({})).await;
    assert!(app.texts("SELECT name AS value FROM contacts WHERE name = 'After'").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn b15_admins_say_which_clients_may_connect_and_end_the_others() {
    let app = app().await;
    let connected = app.connect(&Consent::to_read(BEN, "northlight")).await;
    if journey(&app, "pages/organization_domains", &Value::Null).await.is_some() {
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p24_admins_see_everyones_connections_and_revoke_one() {
    let app = app().await;
    app.set_role(ADA, "harbor", "admin").await;
    for scopes in [Scopes::Read, Scopes::Write, Scopes::Billing] {
        app.connect(&Consent::to_read(BEN, "northlight").with(scopes)).await;
        app.connect(&Consent::to_read(ADA, "northlight").in_team("sound").with(scopes)).await;
    }
    journey(&app, "pages/organization_connections", &Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_members_and_contractors_see_what_is_theirs_and_whom_to_ask() {
    journey(&app().await, "pages/organization_member", &json!({"member": BEN, "contractor": DAN})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_a_hundred_members_twenty_teams_and_names_without_an_end_are_readable() {
    let app = app().await;
    let name = |number: usize| match number {
        0 => "A".repeat(100),
        number => format!("Member number {number:02}"),
    };
    add_members(&app, (0..100).map(name)).await;
    for _ in 0..25 {
        app.connect(&Consent::to_read(BEN, "northlight").with(Scopes::Write)).await;
    }
    journey(&app, "pages/organization_many", &Value::Null).await;
}
