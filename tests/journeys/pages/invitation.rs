//! Invitations.

use lavori_testkit::app;
use serde_json::json;

use crate::in_a_browser::journey;
use crate::invitations::invite;
use crate::organization_settings::{ADA, Person};

#[tokio::test(flavor = "multi_thread")]
async fn p4_each_kind_of_person_is_led_into_the_organization_that_invited_them() {
    let app = app().await;
    let mut ada = Person::signed_in(&app, ADA).await;
    let mut link =
        async |email: &str, role: &str| format!("{}{}", app.origin(), invite(&app, &mut ada, email, role).await);
    let newcomer = link("nora@demo.example", "member").await;
    let known = link("hana@demo.example", "admin").await;
    let contractor = link("carl@demo.example", "contractor").await;
    let long = link("cleo@demo.example", "contractor").await;
    let given = json!({ "newcomer": newcomer, "known": known, "contractor": contractor });
    journey(&app, "pages/invitation", &given).await;
    app.execute(&format!("UPDATE organizations SET name = '{}' WHERE slug = 'northlight'", "W".repeat(100))).await;
    journey(&app, "pages/invitation", &json!({ "long": long })).await;
}
