//! A PostgreSQL of a test's own, which it may kill. It is made with the programs of the one that all tests share, and
//! unlike that one it keeps what it acknowledged when it is killed (`synchronous_commit`). What a machine that loses its
//! power would need besides (`fsync`) is left out: the kernel lives on.

use std::path::PathBuf;
use std::process::Stdio;

use lavori_domain::env::{Env, SystemEnv};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::app::{TestApp, listen};
use crate::stores::{TestStore, ask_shared, postgres_at};

const DATABASE: &str = "lavori_own";

/// A running cluster. It is gone when this is dropped, or when the test's process ends, however that is.
pub struct Cluster {
    port: u16,
    password: String,
    words: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    _guard: Child,
}

impl Cluster {
    /// Starts an empty cluster; `None`: PostgreSQL was left out on purpose.
    ///
    /// # Panics
    /// When the shared PostgreSQL is not one of this machine, or no second one starts.
    pub async fn start() -> Option<Self> {
        let mut random = [0; 16];
        SystemEnv.fill(&mut random);
        let password: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        Self::launch(&password, "").await
    }

    /// Starts a standby that follows this one. From now on nothing is acknowledged before the standby has it.
    pub async fn standby(&self) -> Option<Self> {
        let standby = Self::launch(&self.password, &self.url("postgres")).await;
        self.administer("ALTER SYSTEM SET synchronous_standby_names = '*'").await;
        self.administer("SELECT pg_reload_conf()").await;
        standby
    }

    async fn launch(password: &str, primary: &str) -> Option<Self> {
        let programs = PathBuf::from(ask_shared("SELECT setting FROM pg_config WHERE name = 'BINDIR'").await?);
        assert!(programs.join("initdb").exists(), "LAVORI_TEST_DATABASE_URL is of this machine: its programs are run");
        let data = ask_shared("SELECT current_setting('data_directory')").await?;
        let port = listen().await.0.local_addr().expect("an address").port();
        let mut command = as_owner_of(&data).await;
        command.args(["sh", "-c", include_str!("cluster.sh"), "cluster.sh"]).arg(&programs);
        command.args([&port.to_string(), password, primary]);
        for setting in ["fsync=off", "full_page_writes=off", "max_connections=120", "restart_after_crash=on"] {
            command.args(["-c", setting]);
        }
        command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut guard = command.spawn().expect("the guard starts");
        let words = guard.stdin.take().expect("its input is piped");
        let answers = BufReader::new(guard.stdout.take().expect("its output is piped")).lines();
        let mut cluster = Self { port, password: password.to_owned(), words, answers, _guard: guard };
        cluster.start_again().await;
        Some(cluster)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://lavori:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    async fn administer(&self, sql: &str) {
        crate::stores::execute(&self.url("postgres"), sql).await;
    }

    /// A migrated database in it.
    async fn store(&self) -> TestStore {
        self.administer(&format!("CREATE DATABASE {DATABASE}")).await;
        postgres_at(&self.url(DATABASE)).await
    }

    /// Stops the server in good order, as an operator does: whoever is connected is sent away.
    pub async fn stop(&mut self) {
        self.say("stop").await;
    }

    /// Kills the server with SIGKILL. What it had not made durable is gone.
    pub async fn kill(&mut self) {
        self.say("kill").await;
    }

    /// Starts it again; it recovers by itself.
    pub async fn start_again(&mut self) {
        self.say("start").await;
    }

    /// Kills one of its processes with SIGKILL: PostgreSQL then ends all the others, and recovers by itself.
    pub async fn kill_process(&mut self, pid: &str) {
        self.say(&format!("kill {pid}")).await;
    }

    /// Lets none of its files grow beyond so many bytes; `None`: there is room again.
    pub async fn limit_files(&mut self, bytes: Option<u64>) {
        self.say(&format!("limit {}", bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string()))).await;
    }

    /// Makes a standby the primary.
    pub async fn promote(&self) {
        self.administer("SELECT pg_promote()").await;
    }

    async fn say(&mut self, words: &str) {
        self.words.write_all(format!("{words}\n").as_bytes()).await.expect("the guard reads");
        self.answers.next_line().await.expect("the guard answers").expect("the guard lives");
    }
}

impl TestApp {
    /// A server with the demo data on a cluster, not started: a test runs it as a process, with `--at-origin`.
    pub async fn on_cluster(cluster: &Cluster) -> Self {
        // The port is free again when this returns.
        let (_, origin) = listen().await;
        Self::of_process(cluster.store().await, &origin).await
    }

    /// The same on a cluster and its standby: whichever takes writes is the database.
    pub async fn on_either(cluster: &Cluster, standby: &Cluster) -> Self {
        let (_, origin) = listen().await;
        drop(cluster.store().await);
        let (password, first, second) = (&cluster.password, cluster.port, standby.port);
        let both = format!(
            "postgres://lavori:{password}@127.0.0.1:{first},127.0.0.1:{second}/{DATABASE}?target_session_attrs=read-write"
        );
        Self::of_process(postgres_at(&both).await, &origin).await
    }
}

/// PostgreSQL refuses to run as root, who hands it to the user of the shared one.
async fn as_owner_of(data: &str) -> Command {
    let output = Command::new("stat").args(["-c", "%U", data]).output().await.expect("stat runs");
    let owner = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let output = Command::new("id").arg("-u").output().await.expect("id runs");
    if output.stdout.trim_ascii() != b"0" {
        return Command::new("env");
    }
    let mut command = Command::new("runuser");
    command.args(["-u", &owner, "--"]);
    command
}
