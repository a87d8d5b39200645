//! The pages, in a real Chromium: what they do, what axe-core finds in them, and their pictures in `target/screens`.
//!
//! The scripts are in `tests/browser/pages`; each checks what it sees itself, and fails with what it did not see.

mod account;
mod activity;
mod connections;
mod consent;
mod invitation;
mod newcomer;
mod organization;
mod problems;
mod report_view;
mod set_up;
mod sign_in;

use lavori_testkit::app;
use serde_json::Value;

use crate::in_a_browser::journey;

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_stand_by_themselves() {
    journey(&app().await, "pages/frame", &Value::Null).await;
}
