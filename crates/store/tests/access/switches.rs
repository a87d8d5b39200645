//! Switches and their epochs (PRODUCT.md P19, P21).

use lavori_policy::{Epochs, Switches};
use lavori_store::organizations;
use lavori_testkit::stores;

use crate::organization::founded;

#[tokio::test]
async fn p21_an_epoch_moves_when_its_switch_goes_off_and_only_then() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (organization, _) = founded(&mut tx, "here").await;
        let steps = [
            ((true, true), (0, 0)),
            ((true, false), (0, 1)),
            ((true, false), (0, 1)),
            ((true, true), (0, 1)),
            ((false, false), (1, 2)),
            ((false, false), (1, 2)),
            ((true, false), (1, 2)),
        ];
        for ((write, billing), (write_epoch, billing_epoch)) in steps {
            organizations::set_switches(&mut tx, organization.id, Switches::new(write, billing)).await.unwrap();
            let (switches, epochs) = organizations::switches(&mut tx, organization.id).await.unwrap();
            assert_eq!(switches, Switches::new(write, billing), "{}", test.name);
            assert_eq!(epochs, Epochs { write: write_epoch, billing: billing_epoch }, "{}", test.name);
        }
    }
}

#[tokio::test]
async fn p19_two_admins_who_flip_at_the_same_time_lose_no_switch_off() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (organization, _) = founded(&mut tx, "here").await;
        tx.commit().await.unwrap();
        let flips: Vec<_> = (0..20)
            .map(|turn| {
                let store = test.store.clone();
                tokio::spawn(async move {
                    let mut tx = store.begin().await.unwrap();
                    let switches = Switches::new(turn % 2 == 0, false);
                    organizations::set_switches(&mut tx, organization.id, switches).await.unwrap();
                    let (_, epochs) = organizations::switches(&mut tx, organization.id).await.unwrap();
                    tx.commit().await.unwrap();
                    epochs
                })
            })
            .collect();
        let mut seen = Vec::new();
        for flip in flips {
            seen.push(flip.await.unwrap().write);
        }
        let (switches, epochs) =
            organizations::switches(&mut test.store.read().await.unwrap(), organization.id).await.unwrap();
        assert_eq!(epochs.write, *seen.iter().max().unwrap(), "{}: epochs never go back", test.name);
        assert!(epochs.write >= 1 && (switches.write() || epochs.write <= 10), "{}", test.name);
    }
}
