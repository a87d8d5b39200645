//! A server or a floor in a process of its own, on a free port of this machine, ended with its value.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::data;
use crate::database::Database;
use crate::failure::{During, Result};
use crate::load;

/// How long a process may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts this program as the floor.
    pub(crate) async fn floor(database: &Database) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["floor", "--database", &database.url(), "--port", &port.to_string()]);
        Self::start(command, port, "the floor").await
    }

    /// Starts the server. `folder` takes its secret.
    pub(crate) async fn server(program: &Path, database: &Database, recorded: bool, folder: &Path) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(program);
        command.arg("serve").env("LAVORI_SECRET_FILE", folder.join("secret")).envs([
            ("LAVORI_LISTEN", format!("127.0.0.1:{port}").as_str()),
            ("LAVORI_PUBLIC_URL", data::PUBLIC_URL),
            ("LAVORI_DATABASE_URL", &database.url()),
            ("LAVORI_RECORD_TOOL_CALLS", if recorded { "on" } else { "off" }),
            ("LAVORI_LOG", "warn"),
            // Many clients share the bench's one connection.
            ("LAVORI_CALLS_AT_ONCE", "1000000"),
            ("LAVORI_CALLS_PER_SECOND", "1000000"),
            ("LAVORI_CONNECTIONS_PER_ADDRESS", "10000"),
        ]);
        Self::start(command, port, "the server").await
    }

    async fn start(mut command: Command, port: u16, what: &str) -> Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().during(what)?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut process = Self { child, address };
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = process.child.try_wait()? {
                return Err(format!("{what} ended at once: {status}").into());
            }
            if load::is_healthy(address).await {
                return Ok(process);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err(format!("{what} does not answer").into())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _killed = self.child.kill();
        let _status = self.child.wait();
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).during("no free port")?;
    Ok(listener.local_addr()?.port())
}
