//! HTTP method and media types: POST, JSON in, JSON out.

use http::{HeaderMap, Method, StatusCode, header, request::Parts};

use crate::{code::INVALID_REQUEST, response::Refusal};

const JSON: &str = "application/json";

/// `MCP 2026-07-28 basic/transports/streamable-http`, "Sending Messages" and "Earlier Streamable
/// HTTP Revisions": everything but POST gets 405, which also tells a legacy client that there is
/// no stream to open and no session to delete.
pub(crate) fn check(parts: &Parts) -> Result<(), Refusal> {
    if parts.method != Method::POST {
        return Err(Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            INVALID_REQUEST,
            "Send JSON-RPC messages with POST. This server keeps no sessions and opens no stream on GET.",
        ));
    }
    let sent = parts.headers.get(header::CONTENT_TYPE);
    if !sent.and_then(|value| value.to_str().ok()).is_some_and(|value| essence(value).eq_ignore_ascii_case(JSON)) {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            INVALID_REQUEST,
            "Send the message with Content-Type: application/json.",
        ));
    }
    if !accepts_json(&parts.headers) {
        return Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            INVALID_REQUEST,
            "Answers are JSON: send Accept: application/json, text/event-stream.",
        ));
    }
    Ok(())
}

/// Clients MUST list both JSON and event streams; many send `*/*` or nothing, and are served as
/// long as they take JSON.
fn accepts_json(headers: &HeaderMap) -> bool {
    let mut ranges = headers
        .get_all(header::ACCEPT)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .filter(|range| !range.trim().is_empty())
        .peekable();
    ranges.peek().is_none()
        || ranges.any(|range| {
            let named = essence(range);
            let covers = [JSON, "application/*", "*/*"].iter().any(|ours| named.eq_ignore_ascii_case(ours));
            covers && !is_refused(range)
        })
}

fn essence(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

/// `q=0`, `q=0.000`: not acceptable.
fn is_refused(range: &str) -> bool {
    range.split(';').skip(1).any(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or_default();
        name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|weight| weight == 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: &str, headers: &[(&str, &str)]) -> u16 {
        let mut request = http::Request::builder().method(method).uri("/mcp");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        check(&parts).map_or_else(|refusal| refusal.status.as_u16(), |()| 200)
    }

    #[test]
    fn only_post_with_json_is_read() {
        let json = [("content-type", "application/json")];
        assert_eq!(status("POST", &json), 200);
        for method in ["GET", "DELETE", "HEAD", "PUT", "OPTIONS", "BREW"] {
            assert_eq!(status(method, &json), 405, "{method}");
        }
        for (content_type, expected) in [
            ("Application/JSON; charset=utf-8", 200),
            ("application/json-patch+json", 415),
            ("text/plain", 415),
            ("", 415),
        ] {
            assert_eq!(status("POST", &[("content-type", content_type)]), expected);
        }
        assert_eq!(status("POST", &[]), 415);
    }

    #[test]
    fn gap_accept_any_is_tolerated() {
        for (accept, expected) in [
            ("application/json, text/event-stream", 200),
            ("*/*", 200),
            ("application/*;q=0.5", 200),
            ("", 200),
            ("text/html, */*;q=0.1", 200),
            ("text/event-stream", 406),
            ("application/json;q=0", 406),
            ("text/html, application/json; q=0.000", 406),
        ] {
            let headers = [("content-type", "application/json"), ("accept", accept)];
            assert_eq!(status("POST", &headers), expected, "{accept:?}");
        }
    }
}
