//! Servers in processes of their own over one database: replicas as an operator runs them.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::app::TestApp;
use crate::client::{Browser, Http};

/// A running server. It ends when this is dropped, or when the test's process ends, however that is.
pub struct Process {
    address: String,
    origin: String,
    child: Child,
}

impl TestApp {
    /// Starts `program`, which runs [`crate::serve_process`], over this server's database and under its name.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn process(&self, program: &Path, flags: &[&str]) -> Process {
        self.process_over(program, self.database_url(), flags).await
    }

    /// The same over another database, such as a copy of this server's.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn process_over(&self, program: &Path, database_url: &str, flags: &[&str]) -> Process {
        let mut command = Command::new("sh");
        // A file that may not grow is an error to it, as a full disk is, and not its end.
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(program);
        command.args([database_url, self.origin()]).args(flags);
        // The child ends when the other end of its standard input closes.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().expect("the server's program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let address = lines.next_line().await.expect("its output can be read").expect("it says where it listens");
        Process { address: format!("http://{address}"), origin: self.origin().to_owned(), child }
    }
}

impl Process {
    /// Kills the server, as a failing machine would: it does nothing more once this returns.
    ///
    /// # Panics
    /// When it had ended by itself, as after a panic, or cannot be killed.
    pub async fn kill(mut self) {
        assert!(matches!(self.child.try_wait(), Ok(None)), "the server ended by itself");
        self.child.kill().await.expect("the server can be killed");
    }

    /// Lets none of the files that it writes grow beyond so many bytes; `None`: there is room again.
    ///
    /// # Panics
    /// When the system has no `prlimit`.
    pub async fn limit_files(&self, bytes: Option<u64>) {
        let limit = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let pid = self.child.id().expect("it runs").to_string();
        let status = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={limit}:")]).status().await;
        assert!(status.expect("prlimit runs").success());
    }

    /// Asks the server to stop, and waits until it has.
    ///
    /// # Panics
    /// When it does not stop in good order.
    pub async fn stop(mut self) {
        let input = self.child.stdin.as_mut().expect("its standard input is piped");
        input.write_all(b"s").await.expect("it is read");
        assert!(self.child.wait().await.expect("the server ends").success());
    }

    /// A client of this very server.
    pub fn http(&self) -> Http {
        Http::new(self.origin.clone(), &self.address)
    }

    /// A browser without cookies at this very server.
    pub fn browser(&self) -> Browser {
        Browser::new(self.http())
    }
}
