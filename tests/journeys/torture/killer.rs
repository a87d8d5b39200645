//! Who kills: servers, sessions of the database, its processes, and the database itself.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use lavori_testkit::{Cluster, Http, Process, TestApp};

use super::check;
use super::dice::Dice;
use super::world::{World, count};

/// What can be killed.
pub(super) struct Victims {
    pub(super) servers: Vec<Option<Process>>,
    pub(super) cluster: Option<Cluster>,
}

impl Victims {
    /// Starts the servers: SQLite is served by one, PostgreSQL by two.
    pub(super) async fn start(app: &TestApp, cluster: Option<Cluster>) -> (Self, Vec<Http>) {
        let mut victims = Self { servers: Vec::new(), cluster };
        let mut clients = Vec::new();
        for number in 0..if victims.cluster.is_some() { 2 } else { 1 } {
            let server = start_server(app, number).await;
            clients.push(server.http());
            victims.servers.push(Some(server));
        }
        (victims, clients)
    }

    /// Kills until the time is over; looks at the database after every kill.
    pub(super) async fn kill(&mut self, world: &Arc<World>, time: Duration) {
        let (dice, started) = (Dice::new(world.seed, 0), Instant::now());
        while started.elapsed() < time {
            tokio::time::sleep(Duration::from_millis(150) + dice.milliseconds(900)).await;
            match (&mut self.cluster, dice.below(20)) {
                (Some(_), 0..6) => end_sessions(world, &dice).await,
                (Some(cluster), 6..8) => {
                    let pids = sessions(world).await;
                    if let Some(pid) = pids.first() {
                        cluster.kill_process(pid).await;
                        count(&world.counts.backends_killed);
                    }
                }
                (Some(cluster), draw @ 8..10) => {
                    if draw == 8 {
                        cluster.kill().await
                    } else {
                        cluster.stop().await
                    }
                    tokio::time::sleep(dice.milliseconds(400)).await;
                    cluster.start_again().await;
                    count(&world.counts.databases_restarted);
                }
                (_, 10..12) => {
                    for number in 0..self.servers.len() {
                        self.kill_server(world, number).await;
                    }
                    self.start_those_that_are_dead(world).await;
                }
                (_, draw) => {
                    self.kill_server(world, usize::from(draw % 2 == 1) % self.servers.len()).await;
                    tokio::time::sleep(dice.milliseconds(200)).await;
                    self.start_those_that_are_dead(world).await;
                }
            }
            check::at_any_moment(world).await;
        }
    }

    async fn kill_server(&mut self, world: &World, number: usize) {
        if let Some(server) = self.servers[number].take() {
            server.kill().await;
            count(&world.counts.servers_killed);
        }
    }

    async fn start_those_that_are_dead(&mut self, world: &World) {
        for (number, place) in self.servers.iter_mut().enumerate() {
            if place.is_none() {
                let server = start_server(&world.app, number).await;
                world.started_anew(number, server.http());
                *place = Some(server);
            }
        }
    }
}

async fn start_server(app: &TestApp, number: usize) -> Process {
    let program = Path::new(env!("CARGO_BIN_EXE_lavori-test-server"));
    // The first one where clients look for it, so that they can be connected.
    app.process(program, if number == 0 { &["--at-origin"] } else { &[] }).await
}

const SESSIONS: &str =
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random()";

async fn sessions(world: &World) -> Vec<String> {
    world.look(&format!("SELECT pid::text AS value {SESSIONS}")).await
}

async fn end_sessions(world: &World, dice: &Dice) {
    let some = format!("SELECT pid {SESSIONS} LIMIT {}", 1 + dice.below(12));
    let ended = world.look(&format!("SELECT pg_terminate_backend(pid)::text AS value FROM ({some}) AS chosen")).await;
    world.counts.sessions_ended.fetch_add(ended.len(), Ordering::Relaxed);
}
