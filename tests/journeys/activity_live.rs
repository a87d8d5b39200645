//! The activity of a connection as it happens: whole, once, in time, and for its person only (PRODUCT.md P28, P30).

use std::time::Duration;

use http::Method;
use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::ConnectionId;
use lavori_domain::env::SystemEnv;
use lavori_store::audit_events;
use lavori_testkit::{Browser, Connected, TestApp, Told, apps};
use serde_json::json;

use crate::processes::processes;

const ADA: &str = "ada@demo.example";
const BEN: &str = "ben@demo.example";
/// Long enough for two questions to the database: what was not told by then is not told.
const A_WHILE: Duration = Duration::from_millis(2_500);

/// Ada's connection, a browser in which she is signed in, and the path of the connection.
async fn ada_connected(app: &TestApp) -> (Connected, Browser, String) {
    let connected = app.connect(&app.ada_reads_northlight()).await;
    let path = format!("/settings/mcp/{}", app.connection_ids(ADA).await.remove(0));
    (connected, app.signed_in(ADA).await, path)
}

/// The address that the page names for what happens from now on.
async fn live_path(browser: &mut Browser, path: &str, query: &str) -> String {
    let page = browser.open(&format!("{path}/activity?{query}")).await.body;
    let rest = page.split_once("data-live=\"").unwrap_or_else(|| panic!("nothing to follow: {page}")).1;
    rest.split('"').next().expect("an attribute ends").replace("&#38;", "&")
}

/// The id of the event that a row shows.
fn event_of(told: &Told) -> &str {
    assert_eq!(told.event, "row", "{told:?}");
    told.data.split("data-event=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a row has its event's id")
}

/// An event of Ada's connection, made now and written by nobody yet. Its id is later than those made before: within a
/// millisecond chance would decide.
async fn an_event(app: &TestApp, path: &str, what: &str) -> Event {
    tokio::time::sleep(Duration::from_millis(2)).await;
    let connection: ConnectionId = path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
    let organization = app
        .texts(&format!("SELECT CAST(organization_id AS TEXT) AS value FROM connections WHERE id = '{connection}'"))
        .await
        .remove(0);
    Event::new(&SystemEnv, Action::ConnectionRenamed, Origin::default())
        .by(app.person(ADA).await)
        .on(organization.parse().expect("an id"), connection)
        .with(Details::new().text("name", what))
}

async fn write(app: &TestApp, event: &Event) {
    let mut tx = app.store().begin().await.expect("a transaction");
    audit_events::insert(&mut tx, event).await.expect("it is written");
    tx.commit().await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn p28_what_happens_arrives_with_the_very_row_of_the_page() {
    for app in apps().await {
        let (connected, mut ada, path) = ada_connected(&app).await;
        let live = live_path(&mut ada, &path, "").await;
        let mut stream = ada.listen(&live, None).await;
        assert_eq!(stream.status, 200);
        for (name, value) in [
            ("content-type", "text/event-stream"),
            ("cache-control", "no-store"),
            ("x-accel-buffering", "no"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(stream.headers[name], value);
        }
        assert_eq!(stream.within(A_WHILE).await, None, "what the page shows is not told again");
        connected.ask("get_context", json!({})).await;
        let told = stream.next().await.expect("an event");
        assert!(told.data.contains("<strong>Tool called</strong> <bdi>get_context</bdi>"), "{told:?}");
        let page = ada.open(&format!("{path}/activity")).await.body;
        assert!(page.contains(told.data.trim()), "the same row: {page}");
        assert_eq!(stream.within(A_WHILE).await, None, "once");

        // Only what is asked for.
        let live = live_path(&mut ada, &path, "kind=refused&severity=low").await;
        let mut refused = ada.listen(&live, None).await;
        connected.ask("get_context", json!({})).await;
        connected.call("no_such_tool", json!({})).await;
        assert!(refused.next().await.unwrap().data.contains("there is no such tool"));
        assert_eq!(refused.within(A_WHILE).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p28_whoever_was_cut_off_goes_on_without_gap_and_without_double() {
    for app in apps().await {
        let (connected, mut ada, path) = ada_connected(&app).await;
        // Happens between the page and the stream.
        let live = live_path(&mut ada, &path, "").await;
        connected.ask("get_context", json!({})).await;
        let mut stream = ada.listen(&live, None).await;
        let first = stream.next().await.unwrap();
        drop(stream);
        for _ in 0..5 {
            connected.ask("get_context", json!({})).await;
        }
        let mut seen = vec![event_of(&first).to_owned()];
        let mut last = first.id;
        // Cut off again and again: in the middle of what it is told, too.
        for length in [2, 1, 2] {
            let mut stream = ada.listen(&live, Some(&last)).await;
            for _ in 0..length {
                let told = stream.next().await.unwrap();
                seen.push(event_of(&told).to_owned());
                last = told.id;
            }
        }
        let mut stream = ada.listen(&live, Some(&last)).await;
        assert_eq!(stream.within(A_WHILE).await, None, "that was all");
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!((once.len(), &once), (6, &seen), "each once, in order");
        for odd in ["x", "%00"] {
            assert_eq!(ada.listen(&format!("{path}/activity/events?after={odd}"), None).await.status, 404);
        }
        // Without a position: what happens from now on.
        let mut stream = ada.listen(&format!("{path}/activity/events"), None).await;
        assert_eq!(stream.within(A_WHILE).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p28_an_event_that_commits_late_behind_a_newer_one_is_told_too() {
    for app in apps().await {
        let (_connected, mut ada, path) = ada_connected(&app).await;
        let live = live_path(&mut ada, &path, "").await;
        let mut stream = ada.listen(&live, None).await;
        let (early, missed, newer) = (
            an_event(&app, &path, "early").await,
            an_event(&app, &path, "missed").await,
            an_event(&app, &path, "newer").await,
        );
        assert!(early.id < newer.id);
        // SQLite has one writer at a time: there the early one is only written late.
        let mut open = None;
        if app.database() == "PostgreSQL" {
            let mut tx = app.store().begin().await.unwrap();
            audit_events::insert(&mut tx, &early).await.unwrap();
            open = Some(tx);
        }
        write(&app, &newer).await;
        let told = stream.next().await.unwrap();
        assert_eq!(event_of(&told), newer.id.to_string());
        match open.take() {
            Some(tx) => tx.commit().await.unwrap(),
            None => write(&app, &early).await,
        }
        let late = stream.next().await.unwrap();
        assert_eq!(event_of(&late), early.id.to_string());
        // The same for somebody who was cut off in between.
        drop(stream);
        write(&app, &missed).await;
        let mut stream = ada.listen(&live, Some(&late.id)).await;
        assert_eq!(event_of(&stream.next().await.unwrap()), missed.id.to_string());
        assert_eq!(stream.within(A_WHILE).await, None, "and nothing twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p28_what_one_replica_records_arrives_through_another() {
    for app in apps().await {
        let (connected, mut ada, path) = ada_connected(&app).await;
        let live = live_path(&mut ada, &path, "").await;
        let processes = processes(&app).await;
        let (here, there) = (processes.first().unwrap(), processes.last().unwrap());
        let mut browser = here.browser();
        browser.set_cookie("lavori_session", ada.cookie("lavori_session").unwrap());
        let mut stream = browser.listen(&live, None).await;
        connected.through(there.http()).ask("get_context", json!({})).await;
        let told = stream.next().await.unwrap();
        assert!(told.data.contains("get_context"));
        // Goes on at the other one.
        drop(stream);
        connected.through(here.http()).ask("get_context", json!({})).await;
        let mut browser = there.browser();
        browser.set_cookie("lavori_session", ada.cookie("lavori_session").unwrap());
        let mut stream = browser.listen(&live, Some(&told.id)).await;
        assert_ne!(event_of(&stream.next().await.unwrap()), event_of(&told));
        assert_eq!(stream.within(A_WHILE).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p28_of_very_much_at_once_the_stream_says_so_and_ends() {
    for app in apps().await {
        let (_connected, mut ada, path) = ada_connected(&app).await;
        let live = live_path(&mut ada, &path, "").await;
        let mut tx = app.store().begin().await.unwrap();
        for _ in 0..120 {
            audit_events::insert(&mut tx, &an_event(&app, &path, "much").await).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut stream = ada.listen(&live, None).await;
        assert_eq!(stream.next().await.unwrap().event, "too-many");
        assert_eq!(stream.next().await, None);
        // The page says from where on: nothing of it is told again.
        let live = live_path(&mut ada, &path, "").await;
        let mut stream = ada.listen(&live, None).await;
        assert_eq!(stream.within(A_WHILE).await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i12_p30_a_stream_is_its_owners_and_ends_with_the_session() {
    for app in apps().await {
        let (connected, mut ada, path) = ada_connected(&app).await;
        let events = format!("{path}/activity/events");
        let mut ben = app.signed_in(BEN).await;
        let theirs = ben.open(&events).await;
        let unknown = ben.open("/settings/mcp/01890a5d-ac96-774b-bcce-b302099a8057/activity/events").await;
        assert_eq!((theirs.status.as_u16(), unknown.status.as_u16()), (404, 404));
        assert_eq!(theirs.apart_from_chance(), unknown.apart_from_chance(), "to others it does not exist");
        let stranger = app.browser().listen(&events, None).await;
        assert_eq!(stranger.status, 403);
        assert!(!stranger.headers.contains_key("set-cookie"), "nobody is led here by signing in");
        assert_eq!(ada.send(Method::HEAD, &events, &[], "").await.status, 405);

        let live = live_path(&mut ada, &path, "").await;
        let mut stream = ada.listen(&live, None).await;
        let mut other = app.signed_in(ADA).await.listen(&live, None).await;
        let listener = ada.clone();
        assert_eq!(ada.act("/settings/mcp", "/sign-out", &[]).await.status, 303);
        assert_eq!(stream.next().await.unwrap().event, "signed-out");
        assert_eq!(stream.next().await, None);
        assert_eq!(listener.listen(&live, None).await.status, 403);
        connected.ask("get_context", json!({})).await;
        assert!(other.next().await.unwrap().data.contains("get_context"), "another session goes on");
        app.disable(ADA).await;
        while other.next().await.is_some_and(|told| told.event != "signed-out") {}
        assert_eq!(other.next().await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p30_a_person_has_so_many_streams_and_no_more() {
    for app in apps().await {
        let (_connected, mut ada, path) = ada_connected(&app).await;
        let live = live_path(&mut ada, &path, "").await;
        let mut open = Vec::new();
        for _ in 0..6 {
            open.push(ada.listen(&live, None).await);
            assert_eq!(open.last().unwrap().status, 200);
        }
        let refused = ada.listen(&live, None).await;
        assert_eq!(refused.status, 429);
        assert_eq!(refused.headers["retry-after"], "10");
        // Somebody else's are not affected, and a place comes free when its stream is closed.
        let bens = app.connect(&lavori_testkit::Consent::to_read(BEN, "northlight")).await;
        let path = format!("/settings/mcp/{}/activity/events", app.connection_ids(BEN).await.remove(0));
        let mut stream = app.signed_in(BEN).await.listen(&path, None).await;
        bens.ask("get_context", json!({})).await;
        assert!(stream.next().await.is_some());
        open.pop();
        let mut again = ada.listen(&live, None).await;
        while again.status == 429 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            again = ada.listen(&live, None).await;
        }
        assert_eq!(again.status, 200);
    }
}
