//! `docs/tools.md` says what clients are shown: made from the registry, stale when it differs.

mod page;
mod table;

use std::path::Path;

use lavori_testkit::stores;
use lavori_tools::catalogue;

use crate::lab::registry;

const COMMAND: &str = "INSTA_UPDATE=always cargo test -p lavori-tools --test tools docs";

#[tokio::test(flavor = "multi_thread")]
async fn docs_tools_md_says_what_clients_are_shown() {
    let store = stores().await.remove(0);
    let page = page::page(&registry(store.store, catalogue(), true), COMMAND);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tools.md");
    // The word by which the snapshots are told to follow, too.
    if std::env::var("INSTA_UPDATE").is_ok_and(|word| word == "always") {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(page.lines()).find(|(written, made)| written != made);
    assert!(written == page, "docs/tools.md is stale: {COMMAND}\nthe first line that differs: {differs:?}");
}
