//! A whole request in one step: what `read` and `serve` answer, and what is said of bodies that do not arrive.

use futures_util::stream;
use http_body_util::{BodyExt, Full, StreamBody};
use lavori_mcp::code;
use serde_json::json;

use crate::support::{Reply, both, call, desk, modern};

#[tokio::test]
async fn a_whole_request_is_answered_in_both_eras() {
    let desk = desk();
    for request in both("tools/call", &call("echo", &json!({ "a": 1 }))) {
        let (parts, body) = request.into_parts();
        let reply = Reply::of(desk.endpoint.answer(parts, Full::new(body)).await).await;
        assert_eq!(reply.result()["structuredContent"]["got"]["a"], 1);
    }
    let (mut parts, body) = modern("tools/list", json!({})).into_parts();
    parts.headers.insert("host", "elsewhere.example".parse().unwrap());
    let reply = Reply::of(desk.endpoint.answer(parts, Full::new(body)).await).await;
    assert_eq!(reply.error(), (403, i64::from(code::INVALID_REQUEST)));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_too_large_too_slow_or_torn_is_refused() {
    let desk = desk();
    let parts = || modern("tools/list", json!({})).into_parts().0;
    let large = Full::from("x".repeat(desk.endpoint.config().max_body_bytes + 1));
    let reply = Reply::of(desk.endpoint.answer(parts(), large).await).await;
    assert_eq!(reply.error(), (413, i64::from(code::INVALID_REQUEST)));

    let slow = StreamBody::new(stream::pending()).map_err(|error: std::io::Error| error);
    let reply = Reply::of(desk.endpoint.answer(parts(), slow).await).await;
    assert_eq!(reply.error(), (400, i64::from(code::INVALID_REQUEST)));

    let torn = StreamBody::new(stream::iter([Err(std::io::Error::other("gone"))]));
    let reply = Reply::of(desk.endpoint.answer(parts(), torn).await).await;
    assert_eq!(reply.error(), (400, i64::from(code::INVALID_REQUEST)));
}
