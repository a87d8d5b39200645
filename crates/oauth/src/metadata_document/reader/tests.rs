use std::time::Duration;

use lavori_domain::env::TestEnv;
use lavori_testkit::{Published, Strangers};
use serde_json::json;

use super::*;
use crate::metadata_document::budget::PER_HOST;

struct Setting {
    strangers: Strangers,
    env: Arc<TestEnv>,
    reader: Arc<Reader>,
}

fn setting() -> Setting {
    let (strangers, env) = (Strangers::default(), Arc::new(TestEnv::default()));
    let fetcher = Fetcher::for_strangers(&strangers.network()).unwrap();
    let reader = Reader::new(fetcher, Arc::<TestEnv>::clone(&env));
    Setting { strangers, env, reader }
}

fn url(id: &str) -> DocumentUrl {
    DocumentUrl::parse(id).unwrap()
}

fn document(id: &str, name: &str) -> Published {
    let redirect_uris = ["https://client.example/cb"];
    Published::json(&json!({"client_id": id, "client_name": name, "redirect_uris": redirect_uris}))
}

const ID: &str = "https://client.example/meta.json";

#[tokio::test]
async fn a_document_is_believed_until_it_is_no_longer_fresh() {
    let Setting { strangers, env, reader } = setting();
    strangers.publish(ID, document(ID, "Before").with_header("cache-control", "max-age=600")).await;
    assert_eq!(reader.read(&url(ID)).await.unwrap().name, "Before");
    strangers.publish(ID, document(ID, "After")).await;
    env.advance(590);
    assert_eq!(reader.read(&url(ID)).await.unwrap().name, "Before");
    assert_eq!(strangers.requests_for(ID), 1);
    env.advance(11);
    assert_eq!(reader.read(&url(ID)).await.unwrap().name, "After");
    assert_eq!(strangers.requests_for(ID), 2);
}

#[tokio::test]
async fn a_failure_is_kept_briefly() {
    let Setting { strangers, env, reader } = setting();
    strangers.publish("https://client.example/other.json", document(ID, "x")).await;
    for _ in 0..2 {
        assert_eq!(reader.read(&url(ID)).await, Err(Trouble::Unusable(Problem::Status(404))));
    }
    assert_eq!(strangers.requests_for(ID), 1);
    strangers.publish(ID, document(ID, "Mended")).await;
    env.advance(FAILURE_KEPT);
    assert_eq!(reader.read(&url(ID)).await.unwrap().name, "Mended");
}

#[tokio::test]
async fn b5_what_goes_wrong_on_the_way_is_said() {
    let Setting { strangers, reader, .. } = setting();
    let long = Published { body: vec![b' '; 5 * 1024 + 1], ..document(ID, "x") };
    for (path, answer, problem) in [
        ("long", long, Problem::TooLong),
        ("packed", document(ID, "x").with_header("content-encoding", "gzip"), Problem::Compressed),
        ("slow", Published { delay: Duration::from_secs(60), ..document(ID, "x") }, Problem::TooSlow),
    ] {
        let id = format!("https://client.example/{path}");
        strangers.publish(&id, answer).await;
        assert_eq!(reader.read(&url(&id)).await, Err(Trouble::Unusable(problem)), "{path}");
    }
    strangers.resolve_to("inside.example", &["10.0.0.1:443".parse().unwrap()]);
    for unreachable in ["https://inside.example/meta", "https://nowhere.example/meta"] {
        let outcome = reader.read(&url(unreachable)).await;
        assert_eq!(outcome, Err(Trouble::Unusable(Problem::Unreachable)), "{unreachable}");
    }
}

#[tokio::test]
async fn b10_however_many_ask_at_once_it_is_fetched_once_and_nobody_can_stop_it() {
    let Setting { strangers, reader, .. } = setting();
    let slow = Published { delay: Duration::from_millis(300), ..document(ID, "Client") };
    strangers.publish(ID, slow).await;
    let first = tokio::time::timeout(Duration::from_millis(20), reader.read(&url(ID))).await;
    assert!(first.is_err(), "whoever asked first goes away");
    let asking: Vec<_> = (0..200)
        .map(|_| {
            let reader = Arc::clone(&reader);
            tokio::spawn(async move { reader.read(&url(ID)).await })
        })
        .collect();
    for asked in asking {
        assert_eq!(asked.await.unwrap().unwrap().name, "Client");
    }
    assert_eq!(strangers.requests_for(ID), 1);
}

#[tokio::test]
async fn b10_when_the_budget_is_spent_known_clients_still_connect() {
    let Setting { strangers, env, reader } = setting();
    strangers.publish(ID, document(ID, "Known").with_header("cache-control", "no-store")).await;
    reader.read(&url(ID)).await.unwrap();
    env.advance(120);
    let spend = || async {
        for n in 0..=PER_HOST {
            let _outcome = reader.read(&url(&format!("https://client.example/{}-{n}", env.now().millis()))).await;
        }
    };
    spend().await;
    let before = strangers.requests();
    assert_eq!(reader.read(&url(ID)).await.unwrap().name, "Known");
    let new = reader.read(&url("https://client.example/new")).await;
    assert!(matches!(new, Err(Trouble::Overloaded(1..=2))), "{new:?}");
    assert_eq!(strangers.requests(), before);

    env.advance(SPARE);
    spend().await;
    let late = reader.read(&url(ID)).await;
    assert!(matches!(late, Err(Trouble::Overloaded(_))), "but not for ever: {late:?}");
}

#[test]
fn b10_no_more_than_a_thousand_documents_are_kept_and_the_least_used_goes_first() {
    let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
    let read = |until, used| Document::Read { outcome: Err(Problem::Json), until: at(until), used_at: at(used) };
    let mut state = State { documents: HashMap::new(), budget: Budget::new(at(0)) };
    let (_tell, reading) = watch::channel(None);
    state.documents.insert("being read".to_owned(), Document::Reading(reading));
    state.documents.insert("in use".to_owned(), read(1000, 900));
    for n in 2..MOST_KEPT {
        state.documents.insert(format!("{n}"), read(1000, i64::try_from(n).unwrap() - 1000));
    }
    state.make_room(at(0));
    assert_eq!(state.documents.len(), MOST_KEPT - 1);
    assert!(!state.documents.contains_key("2"), "the one that was not used for longest");
    state.documents.insert("over".to_owned(), read(0, 0));
    state.make_room(at(0));
    assert!(!state.documents.contains_key("over") && state.documents.contains_key("3"), "what is over goes first");
    state.documents.insert("new".to_owned(), read(1000, 0));
    state.make_room(at(1000));
    assert_eq!(state.documents.len(), 1, "all that was read is over");
    assert!(state.documents.contains_key("being read"));
}
