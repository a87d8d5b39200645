//! Limits that all replicas share.

use std::time::Duration;

use lavori_store::limits::{Bucket, Limit, Taken, exhausted, give_back, take};
use lavori_store::{Options, Store};
use lavori_testkit::{TestStore, stores};

const LIMIT: Limit = Limit { most: 3, window: 60 };
const HERE: Bucket = Bucket { purpose: "test", number: 7 };

async fn once(store: &Store, bucket: Bucket) -> Taken {
    let mut tx = store.begin().await.expect("the database answers");
    let taken = take(&mut tx, bucket, LIMIT).await.expect("the database answers");
    tx.commit().await.expect("the database answers");
    taken
}

async fn rest(test: &TestStore, bucket: Bucket) -> Option<Duration> {
    exhausted(&mut test.store.read().await.expect("the database answers"), bucket, LIMIT)
        .await
        .expect("the database answers")
}

fn is_allowed(taken: Taken) -> bool {
    matches!(taken, Taken::Allowed { .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn e2_only_the_first_refusal_of_a_window_is_called_that_and_the_window_ends() {
    for test in stores().await {
        for _ in 0..LIMIT.most {
            assert!(is_allowed(once(&test.store, HERE).await), "{}", test.name);
            assert_eq!(rest(&test, HERE).await, None);
        }
        for first in [true, false] {
            let Taken::Refused { retry_after, first: is_first } = once(&test.store, HERE).await else {
                panic!("{}: the fourth of three was allowed", test.name)
            };
            assert_eq!(is_first, first);
            assert!((1..=60).contains(&retry_after.as_secs()), "{retry_after:?}");
        }
        assert!(rest(&test, HERE).await.is_some());
        assert_eq!(rest(&test, Bucket { number: 8, ..HERE }).await, None);
        assert!(is_allowed(once(&test.store, Bucket { purpose: "other", ..HERE }).await), "purposes are apart");

        test.store.shift_clock(61);
        assert_eq!(rest(&test, HERE).await, None);
        assert!(is_allowed(once(&test.store, HERE).await), "{}: a new window", test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p37_a_clock_set_back_keeps_nobody_out_for_longer_than_two_windows() {
    for test in stores().await {
        for _ in 0..=LIMIT.most {
            once(&test.store, HERE).await;
        }
        test.store.shift_clock(-59);
        assert!(rest(&test, HERE).await.is_some_and(|rest| rest.as_secs() <= 120), "{}", test.name);
        assert!(!is_allowed(once(&test.store, HERE).await), "{}: a small step back gives nothing", test.name);
        test.store.shift_clock(-24 * 3600);
        assert_eq!(rest(&test, HERE).await, None, "{}", test.name);
        assert!(is_allowed(once(&test.store, HERE).await), "{}: a day is not waited for", test.name);
        for _ in 1..LIMIT.most {
            once(&test.store, HERE).await;
        }
        assert!(!is_allowed(once(&test.store, HERE).await), "{}: and it counts from there", test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e2_what_is_given_back_can_be_taken_again_but_not_in_another_window() {
    for test in stores().await {
        let Taken::Allowed { ends_at } = once(&test.store, HERE).await else { panic!("{}", test.name) };
        for _ in 1..LIMIT.most {
            once(&test.store, HERE).await;
        }
        let mut tx = test.store.begin().await.unwrap();
        give_back(&mut tx, HERE, ends_at).await.unwrap();
        give_back(&mut tx, HERE, ends_at.plus_seconds(1)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(is_allowed(once(&test.store, HERE).await), "{}", test.name);
        assert!(!is_allowed(once(&test.store, HERE).await), "{}: only one was given back", test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e2_replicas_count_together_and_a_restart_forgets_nothing() {
    for test in stores().await {
        let replica = || Store::open(&test.url, &Options { connections: 4, ..Options::default() }).unwrap();
        let replicas = [replica(), replica(), replica()];
        let tries: Vec<_> = (0..30)
            .map(|turn: usize| {
                let store = replicas[turn % 3].clone();
                tokio::spawn(async move { is_allowed(once(&store, HERE).await) })
            })
            .collect();
        let mut allowed = 0;
        for one in tries {
            allowed += u32::from(one.await.unwrap());
        }
        assert_eq!(allowed, LIMIT.most, "{}", test.name);
        drop(replicas);
        assert!(!is_allowed(once(&replica(), HERE).await), "{}: a restarted replica knows", test.name);
    }
}
