//! A call whose body stops half way, for what happens in the meantime.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::TestApp;
use crate::connect::Connected;

/// An open connection on which half of a request was sent.
pub struct HalfCall(TcpStream);

impl TestApp {
    /// Sends the headers and the beginning of the body of a tool call.
    ///
    /// # Panics
    /// When the server does not accept it.
    pub async fn half_a_call(&self, connected: &Connected) -> HalfCall {
        let host = self.origin().trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).await.expect("the server accepts");
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: 1000\r\n\r\n{{\"jsonrpc\":",
            connected.path, connected.access_token
        );
        stream.write_all(head.as_bytes()).await.expect("the server reads");
        // Until the server has let the call in.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        HalfCall(stream)
    }
}

impl HalfCall {
    /// Waits for the answer's status.
    ///
    /// # Panics
    /// When there is none within five seconds.
    pub async fn status(&mut self) -> u16 {
        let mut start = [0; 12];
        let read = self.0.read_exact(&mut start);
        let read = tokio::time::timeout(std::time::Duration::from_secs(5), read).await.expect("an answer in time");
        read.expect("an answer");
        let status = std::str::from_utf8(&start[9..]).expect("a status line");
        status.parse().expect("a status")
    }
}
