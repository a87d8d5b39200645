//! A look at each HTTP/1.1 request head before hyper reads it (OAUTH.md A7).
//!
//! hyper reads a head that names its body's length in two ways by one of them, and takes a line that ends in a bare LF,
//! as RFC 9112 lets a server do. A proxy in front that decides otherwise sees another request than we do. Such a head is
//! no client's mistake: the connection is closed, and nothing on it is answered.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// How much of a line is looked at: the names and lengths that matter are shorter.
const LOOKED_AT: usize = 128;
/// The request line of HTTP/2's preface (RFC 9113 section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0";
/// How long the preface goes on after it.
const PREFACE_REST: usize = b"\r\nSM\r\n\r\n".len();

/// A connection whose request heads can be read in one way only, and whose first line comes in time: until it is known
/// whether it speaks HTTP/1.1 or HTTP/2, nobody else looks at the clock.
pub(crate) struct Guarded<S> {
    stream: S,
    heads: Heads,
    /// Runs until the first line is there.
    opening: Option<Pin<Box<Sleep>>>,
}

impl<S> Guarded<S> {
    pub(crate) fn new(stream: S, opening: Duration) -> Self {
        Self { stream, heads: Heads::default(), opening: Some(Box::pin(tokio::time::sleep(opening))) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        if let Some(opening) = &mut this.opening
            && opening.as_mut().poll(context).is_ready()
        {
            metrics::counter!("lavori_connections_ended_total", "reason" => "silent").increment(1);
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "no request came")));
        }
        std::task::ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        match this.heads.look_at(&buffer.filled()[before..]) {
            Ok(()) => {
                if this.heads.begun {
                    this.opening = None;
                }
                Poll::Ready(Ok(()))
            }
            Err(doubt) => {
                buffer.set_filled(before);
                metrics::counter!("lavori_connections_ended_total", "reason" => "doubtful").increment(1);
                tracing::debug!(doubt, "a connection was closed");
                Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, doubt)))
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// Where in the stream of requests we are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Head,
    /// This many bytes of a body are left.
    Body(u64),
    /// This much of HTTP/2's preface is left.
    Preface(usize),
    /// HTTP/2; or a chunked body, after which the connection is closed (see `serve`).
    Rest,
}

/// The heads that pass, a piece at a time.
#[derive(Debug, Clone, Default)]
struct Heads {
    place: Place,
    /// The start of the line that is being read, without its end.
    line: Vec<u8>,
    /// Whether there was more of it than that.
    cut: bool,
    /// Its last byte.
    last: Option<u8>,
    request_line_seen: bool,
    /// Whether a first line, or HTTP/2's whole preface, was ever read.
    begun: bool,
    length: Option<u64>,
    chunked: bool,
}

impl Heads {
    /// Looks at what was read.
    ///
    /// # Errors
    /// What is doubtful about a head.
    fn look_at(&mut self, mut bytes: &[u8]) -> Result<(), &'static str> {
        while !bytes.is_empty() {
            match &mut self.place {
                Place::Rest => return Ok(()),
                Place::Preface(left) => {
                    *left = left.saturating_sub(bytes.len());
                    if *left == 0 {
                        (self.place, self.begun) = (Place::Rest, true);
                    }
                    return Ok(());
                }
                Place::Body(left) => {
                    let passing = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    *left -= passing as u64;
                    bytes = &bytes[passing..];
                    if *left == 0 {
                        self.place = Place::Head;
                    }
                }
                Place::Head => {
                    let end = bytes.iter().position(|byte| *byte == b'\n');
                    let (part, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
                    let room = LOOKED_AT - self.line.len().min(LOOKED_AT);
                    self.line.extend_from_slice(&part[..part.len().min(room)]);
                    self.cut |= part.len() > room;
                    self.last = part.last().copied().or(self.last);
                    bytes = rest;
                    if end.is_some() {
                        bytes = &bytes[1..];
                        if self.last.take() != Some(b'\r') {
                            return Err("a line ends in a bare LF");
                        }
                        let line = std::mem::take(&mut self.line);
                        let cut = std::mem::take(&mut self.cut);
                        self.line(line.strip_suffix(b"\r").unwrap_or(&line), cut)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8], cut: bool) -> Result<(), &'static str> {
        if !self.request_line_seen {
            // Empty lines before a request are passed over (RFC 9112 section 2.2).
            self.request_line_seen = !line.is_empty();
            if line == PREFACE {
                (self.place, self.request_line_seen) = (Place::Preface(PREFACE_REST), false);
            }
            self.begun |= self.request_line_seen;
            return Ok(());
        }
        if line.is_empty() {
            self.place = match (self.length, self.chunked) {
                (Some(_), true) => return Err("a head has a Content-Length and a Transfer-Encoding"),
                (_, true) => Place::Rest,
                (None | Some(0), false) => Place::Head,
                (Some(length), false) => Place::Body(length),
            };
            (self.request_line_seen, self.length, self.chunked) = (false, None, false);
            return Ok(());
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return Err("a header is folded");
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return Ok(()) };
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.chunked = true;
        } else if name.eq_ignore_ascii_case(b"content-length") {
            let value = value.trim_ascii();
            // hyper passes over zeros in front, however many; of a number that is seen in part, nothing is known.
            let digits = !cut && !value.is_empty() && value.iter().all(u8::is_ascii_digit);
            let length = std::str::from_utf8(value).ok().filter(|_| digits).and_then(|text| text.parse().ok());
            if self.length.is_some() {
                return Err("a head has two Content-Lengths");
            }
            self.length = Some(length.ok_or("a Content-Length is no number")?);
        }
        Ok(())
    }
}

/// Where the heads of a stream end that arrives in these pieces; for `tests/fuzz`.
///
/// # Errors
/// What is doubtful about one of them.
#[cfg(feature = "fuzzing")]
pub fn ends_of_heads<'s>(pieces: impl IntoIterator<Item = &'s [u8]>) -> Result<Vec<usize>, &'static str> {
    let (mut heads, mut ends, mut at) = (Heads::default(), Vec::new(), 0);
    for piece in pieces {
        // A whole piece at once is what the server does; where a head ends, only single bytes tell.
        let mut by_bytes = heads.clone();
        let mut doubt = Ok(());
        for byte in piece.chunks(1) {
            let in_head = by_bytes.request_line_seen;
            doubt = by_bytes.look_at(byte);
            if doubt.is_err() {
                break;
            }
            at += 1;
            if in_head && !by_bytes.request_line_seen {
                ends.push(at);
            }
        }
        let whole = heads.look_at(piece);
        assert_eq!(whole, doubt, "read at once and byte by byte, a piece is the same");
        whole?;
    }
    Ok(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said about a stream, read whole and read byte by byte.
    fn doubt(stream: &str) -> Option<&'static str> {
        let whole = Heads::default().look_at(stream.as_bytes()).err();
        let mut heads = Heads::default();
        let piecewise = stream.as_bytes().chunks(1).find_map(|piece| heads.look_at(piece).err());
        assert_eq!(whole, piecewise, "{stream:?}");
        whole
    }

    #[test]
    fn a7_what_can_be_read_in_two_ways_is_doubtful_in_every_request_of_a_connection() {
        let good = "\r\nPOST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na\nb c";
        for (head, expected) in [
            ("Content-Length: 5\r\nContent-Length: 6", "a head has two Content-Lengths"),
            ("Content-Length: 5\r\ncontent-length: 5", "a head has two Content-Lengths"),
            ("Content-Length: 5\r\nTransfer-Encoding: chunked", "a head has a Content-Length and a Transfer-Encoding"),
            ("TRANSFER-ENCODING: chunked\r\nContent-Length: 5", "a head has a Content-Length and a Transfer-Encoding"),
            ("Transfer-Encoding: x\r\nContent-Length: 0", "a head has a Content-Length and a Transfer-Encoding"),
            ("Content-Length: +5", "a Content-Length is no number"),
            ("Content-Length: 5, 5", "a Content-Length is no number"),
            ("Content-Length: ", "a Content-Length is no number"),
            (&format!("Content-Length: {}5", "0".repeat(112)), "a Content-Length is no number"),
            ("Content-Length: 99999999999999999999", "a Content-Length is no number"),
            ("X: y\nContent-Length: 5", "a line ends in a bare LF"),
            ("X: y\r\n Content-Length: 5", "a header is folded"),
            ("X: y\r\n\tz", "a header is folded"),
        ] {
            let bad = format!("POST /token HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n");
            assert_eq!(doubt(&bad), Some(expected), "{head:?}");
            assert_eq!(doubt(&format!("{good}{bad}")), Some(expected), "{head:?} as a second request");
        }
    }

    #[test]
    fn a7_ordinary_requests_bodies_and_http_2_pass() {
        let long = format!("GET /{} HTTP/1.1\r\nX-{}: {}\r\n\r\n", "a".repeat(900), "b".repeat(300), "c".repeat(900));
        for good in [
            "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length:  3 \r\n\r\n\n\n\nGET / HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\n\n\n",
            "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            &long,
        ] {
            assert_eq!(doubt(good), None, "{good:?}");
        }
    }
}
