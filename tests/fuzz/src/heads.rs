//! The look at HTTP/1.1 heads: the same however a stream arrives, and of what passes, the reader behind it sees the very
//! same requests. Where the two differed, one request could hide in another.

use lavori_listener::ends_of_heads;

/// A whole stream.
pub(crate) fn run(data: &[u8]) {
    let whole = ends_of_heads([data]);
    for size in [1, 2, 7, 100] {
        assert_eq!(ends_of_heads(data.chunks(size)), whole, "in pieces of {size}");
    }
    let Ok(ends) = whole else { return };
    let (mut at, mut ends) = (0, ends.into_iter());
    // Only the requests that the reader takes: on the first that it does not, it closes the connection.
    while let Some(request) = Read::at(&data[at..]) {
        if request.version != 1 && request.version != 0 {
            return;
        }
        assert_eq!(ends.next(), Some(at + request.head), "the next head ends where the reader says");
        let body = match (request.lengths.as_slice(), request.chunked) {
            (_, true) => {
                assert!(request.lengths.is_empty(), "a body has one length");
                // After it the connection is closed.
                return;
            }
            ([], false) => 0,
            ([Some(length)], false) => *length,
            // The reader takes no such length.
            ([None], false) => return,
            _ => panic!("a head with two lengths passed"),
        };
        at = match usize::try_from(body).ok().and_then(|body| (at + request.head).checked_add(body)) {
            Some(next) if next <= data.len() => next,
            _ => break,
        };
    }
    // What is no request for the reader ends the connection there; a head that is still arriving has no end.
}

/// A head, as hyper's own parser reads it.
struct Read {
    head: usize,
    version: u8,
    /// Each `Content-Length`, if hyper takes it for a number.
    lengths: Vec<Option<u64>>,
    chunked: bool,
}

impl Read {
    fn at(bytes: &[u8]) -> Option<Self> {
        let mut headers = [httparse::EMPTY_HEADER; 100];
        let mut request = httparse::Request::new(&mut headers);
        let httparse::Status::Complete(head) = request.parse(bytes).ok()? else { return None };
        let named = |name: &'static str| {
            let all = request.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
            all.map(|header| header.value)
        };
        let digits = |value: &[u8]| {
            let text = std::str::from_utf8(value).ok().filter(|_| !value.is_empty())?;
            text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
        };
        Some(Self {
            head,
            version: request.version?,
            lengths: named("content-length").map(digits).collect(),
            chunked: named("transfer-encoding").next().is_some(),
        })
    }
}
