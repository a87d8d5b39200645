//! Those who hold tokens: clients that renew, connections that are revoked, an organization that switches writing off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lavori_testkit::{Browser, Connected};
use serde_json::json;

use super::dice::Dice;
use super::world::{Told, World, count};

/// Presents a refresh token until there is an answer; the answer is good.
pub(super) async fn renewed(world: &World, dice: &Dice, connected: &Connected) -> Connected {
    let answer = world
        .answered(dice, |http| {
            let connected = connected.through(http);
            async move { connected.attempt_refresh().await }
        })
        .await;
    assert_eq!(answer.status, 200, "an honest client was logged out: {}", answer.body);
    connected.renewed(&answer.json())
}

/// Renews again and again, loses answers, renews twice at once, comes with the token of before; never is it sent away.
pub(super) async fn renew(world: Arc<World>, mut connected: Connected, number: u64) -> Connected {
    let dice = Dice::new(world.seed, number);
    while !world.is_over() {
        if dice.one_in(3) {
            let lost = connected.through(world.http(&dice));
            drop(tokio::time::timeout(dice.milliseconds(40), world.settled(lost.attempt_refresh())).await);
            count(&world.counts.renewals_again);
        }
        let next = if dice.one_in(4) {
            let (one, other) = tokio::join!(renewed(&world, &dice, &connected), renewed(&world, &dice, &connected));
            assert_eq!(one.refresh_token, other.refresh_token, "one token has one successor");
            count(&world.counts.renewals_again);
            other
        } else {
            renewed(&world, &dice, &connected).await
        };
        if dice.one_in(4) {
            let again = renewed(&world, &dice, &connected).await;
            assert_eq!(again.refresh_token, next.refresh_token, "one token has one successor");
            count(&world.counts.renewals_again);
        }
        connected = next;
        count(&world.counts.renewals);
        world.done(&dice, &connected, "get_context", &json!({})).await;
    }
    connected
}

/// A connection that was revoked.
pub(super) struct Revoked {
    pub(super) connected: Connected,
    /// What its client's writes are called.
    name: String,
    /// How many of them could be seen when the revocation had been answered.
    writes: usize,
}

impl Revoked {
    async fn writes(world: &World, name: &str) -> usize {
        world.look(&format!("SELECT name AS value FROM contacts WHERE name LIKE '{name} %'")).await.len()
    }

    /// Nothing of it lives, and nothing was written since.
    pub(super) async fn is_over(&self, world: &World, dice: &Dice) {
        for http in world.every_server() {
            let connected = self.connected.through(http.clone());
            // A server that is away says nothing.
            if let Some(answer) = world.settled(connected.attempt_call("get_context", &json!({}))).await {
                assert_eq!(answer.status, 401, "a revoked connection reads: {}", answer.body);
            }
        }
        let answer = world
            .answered(dice, |http| {
                let connected = self.connected.through(http);
                async move { connected.attempt_refresh().await }
            })
            .await;
        assert_eq!(answer.status, 400, "a revoked connection renews: {}", answer.body);
        assert_eq!(answer.json()["error"], "invalid_grant");
        assert_eq!(Self::writes(world, &self.name).await, self.writes, "a write of {} came later", self.name);
    }
}

/// Revokes connections while their clients write, by the client or by the person.
pub(super) async fn revoke(
    world: Arc<World>,
    ada: Browser,
    csrf: String,
    connections: Vec<(String, Connected)>,
    number: u64,
) -> Vec<Revoked> {
    let dice = Dice::new(world.seed, number);
    let mut all = Vec::new();
    for (id, connected) in connections {
        if world.is_over() {
            break;
        }
        let name = format!("Until revoked {id}");
        let answered = Arc::new(AtomicBool::new(false));
        let writing =
            tokio::spawn(write(Arc::clone(&world), connected.clone(), name.clone(), Arc::clone(&answered), number));
        tokio::time::sleep(dice.milliseconds(300)).await;
        let (path, fields) = (format!("/settings/mcp/{id}/revoke"), [("csrf", csrf.as_str())]);
        let by_client = dice.one_in(2);
        let answer = world
            .answered(&dice, |http| {
                let (connected, ada, path) = (connected.through(http.clone()), &ada, &path);
                async move {
                    if by_client { connected.attempt_revoke().await } else { ada.attempt(&http, path, &fields).await }
                }
            })
            .await;
        assert_eq!(answer.status, if by_client { 200 } else { 303 }, "{}", answer.body);
        answered.store(true, Ordering::Release);
        count(&world.counts.revocations);
        let writes = Revoked::writes(&world, &name).await;
        let revoked = Revoked { connected, name, writes };
        revoked.is_over(&world, &dice).await;
        writing.await.expect("the writer ends");
        all.push(revoked);
    }
    all
}

/// Writes until it is not allowed any more, which it must not be before somebody asked for that.
async fn write(world: Arc<World>, connected: Connected, name: String, answered: Arc<AtomicBool>, number: u64) {
    let dice = Dice::new(world.seed, number + 1000);
    for count in 1.. {
        let was_answered = answered.load(Ordering::Acquire);
        let contact = json!({ "name": format!("{name} {count}"), "pause_ms": dice.below(8) });
        match world.call(&dice, &connected, "add_contact", &contact).await {
            Told::Done(_) => assert!(!was_answered, "a revoked connection writes"),
            Told::NotAllowed(401) => return,
            Told::Later => {}
            wrong => panic!("{wrong:?}"),
        }
    }
}

/// Switches writing off and on; gives whether it is on, as was answered last.
pub(super) async fn switch(
    world: Arc<World>,
    hana: Browser,
    csrf: String,
    mut connected: Connected,
    number: u64,
) -> bool {
    let dice = Dice::new(world.seed, number);
    let (mut on, mut flips) = (true, 0);
    while !world.is_over() {
        let to = if on { "off" } else { "on" };
        let fields = [("csrf", csrf.as_str()), ("switch", "write"), ("to", to)];
        let answer = world
            .answered(&dice, |http| {
                let hana = &hana;
                async move { hana.attempt(&http, "/settings/organizations/harbor/access", &fields).await }
            })
            .await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        on = !on;
        flips += 1;
        count(&world.counts.switches);
        let contact = json!({ "name": format!("Switched {flips} times") });
        if on {
            connected = renewed(&world, &dice, &connected).await;
            assert!(connected.scope.contains("mcp:write"), "{}", connected.scope);
            world.done(&dice, &connected, "add_contact", &contact).await;
        } else {
            loop {
                match world.call(&dice, &connected, "add_contact", &contact).await {
                    Told::Done(_) => panic!("a write was done after writing was switched off"),
                    Told::NotAllowed(401) => break,
                    Told::Later => {}
                    wrong => panic!("{wrong:?}"),
                }
            }
            connected = renewed(&world, &dice, &connected).await;
            assert_eq!(connected.scope, "mcp:read");
            world.done(&dice, &connected, "get_context", &json!({})).await;
        }
        tokio::time::sleep(dice.milliseconds(150)).await;
    }
    on
}
