//! The server's own binary, as an operator runs it.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::stores::TestStore;

/// A running binary. It ends when this is dropped.
pub struct Binary {
    /// Where it listens.
    pub address: SocketAddr,
    folder: TempDir,
    child: Child,
}

/// An address of this machine that is free at this moment; nobody else takes it soon.
///
/// # Panics
/// When there is none.
pub fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port")
}

impl Binary {
    /// Starts `program` over this database and waits until it listens. `settings` are variables; the address and the
    /// public URL are chosen unless they name them.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(program: &str, store: &TestStore, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let named = settings.iter().find(|(name, _)| *name == "LAVORI_LISTEN");
        let address = named.map_or_else(free_address, |(_, address)| address.parse().expect("an address"));
        let output = |name: &str| File::create(folder.path().join(name)).expect("a file");
        let child = Command::new(program)
            .arg("serve")
            .env("LAVORI_LISTEN", address.to_string())
            .env("LAVORI_PUBLIC_URL", format!("http://{address}"))
            .env("LAVORI_DATABASE_URL", &store.url)
            .env("LAVORI_SECRET_FILE", folder.path().join("secret"))
            .env("RUST_BACKTRACE", "1")
            .envs(settings.iter().copied())
            .stdout(output("out"))
            .stderr(output("err"))
            .kill_on_drop(true)
            .spawn()
            .expect("the server starts");
        let binary = Self { address, folder, child };
        let begun = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the server does not answer: {}", binary.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        binary
    }

    /// The folder with its secret.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its process id.
    ///
    /// # Panics
    /// When it has ended.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Everything it wrote until now.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn log(&self) -> String {
        ["out", "err"].map(|file| std::fs::read_to_string(self.folder.path().join(file)).expect("a log")).concat()
    }

    /// Sends it a signal, such as `HUP`.
    ///
    /// # Panics
    /// When there is no such process.
    pub async fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status().await;
        assert!(sent.expect("kill runs").success());
    }

    /// Stops it as its operator would, and gives everything it wrote.
    ///
    /// # Panics
    /// When it does not stop in good order.
    pub async fn stop(self) -> String {
        self.signal("TERM").await;
        self.ended().await
    }

    /// The same of one that was told to stop.
    ///
    /// # Panics
    /// When it does not stop in good order.
    pub async fn ended(mut self) -> String {
        assert!(self.child.wait().await.expect("it ends").success(), "{}", self.log());
        self.log()
    }
}
