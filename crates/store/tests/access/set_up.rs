//! The codes of a server without people (PRODUCT.md P2).

use lavori_domain::Env;
use lavori_domain::env::SystemEnv;
use lavori_store::{SecretHash, people, set_up};
use lavori_testkit::stores;

use crate::organization::founded;

#[tokio::test]
async fn p2_a_server_that_starts_again_and_again_keeps_its_newest_codes_only() {
    for test in stores().await {
        let start = SystemEnv.now();
        let code = |number: i64| SecretHash::of(&number.to_string());
        let mut tx = test.store.begin().await.unwrap();
        for number in 0..40 {
            set_up::insert_code(&mut tx, code(number), start.plus_seconds(number)).await.unwrap();
        }
        let kept = set_up::codes(&mut tx).await.unwrap();
        let newest: Vec<SecretHash> = (24..40).rev().map(code).collect();
        assert!(kept == newest, "{}: {} are kept", test.name, kept.len());
        for wrong in [1, 2] {
            set_up::set_guesses(&mut tx, start, wrong).await.unwrap();
            assert_eq!(set_up::guesses(&mut tx).await.unwrap(), Some((start, wrong)), "{}", test.name);
        }
        assert!(!people::any(&mut tx).await.unwrap());
        founded(&mut tx, "here").await;
        assert!(people::any(&mut tx).await.unwrap());
        set_up::close(&mut tx).await.unwrap();
        assert!(set_up::codes(&mut tx).await.unwrap().is_empty());
        assert_eq!(set_up::guesses(&mut tx).await.unwrap(), None);
        tx.commit().await.unwrap();
    }
}
