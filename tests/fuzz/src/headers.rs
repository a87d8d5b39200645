//! Request headers: cookies, bearer tokens, traces, forwarded addresses, media types; and the toggles of forms.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, Request};
use lavori_http::fuzzing::{bearer, client, is_type, session_cookie, toggle, trace};
use lavori_http::{ForwardedHeader, TrustedProxies};
use lavori_oauth::Parameters;

use crate::authorize::parameters_hold;

/// Lines `Name: value`, and behind an empty one a form.
pub(crate) fn run(data: &[u8]) {
    let (headers, body) = split(data);
    let mut request = Request::new(());
    *request.headers_mut() = headers;
    let (parts, ()) = request.into_parts();
    let headers = &parts.headers;
    let raw = |name: &str| headers.get_all(name).iter().map(HeaderValue::as_bytes).collect::<Vec<_>>();

    for https in [true, false] {
        if let Some(value) = session_cookie(&parts, https) {
            let sent = raw("cookie").into_iter().find(|sent| contains(sent, value.as_bytes()));
            assert!(sent.is_some_and(|sent| value.len() < sent.len()), "a cookie's value is a part of what was sent");
            let name: &[u8] = if https { b"__Host-lavori_session" } else { b"lavori_session" };
            assert!(raw("cookie").iter().any(|sent| contains(sent, name)));
            assert!(!value.contains([';', '\r', '\n']), "{value:?}");
        }
    }
    match bearer(&parts) {
        Ok(None) => assert!(!headers.contains_key("authorization")),
        Ok(Some(token)) => {
            let [sent] = raw("authorization")[..] else { panic!("two headers are none") };
            assert!(sent[..7].eq_ignore_ascii_case(b"bearer ") && contains(sent, token.as_bytes()));
            assert!(token.is_ascii() && token.trim() == token);
        }
        Err(_) => assert!(headers.contains_key("authorization")),
    }
    trace_holds(headers, body);
    addresses_hold(headers);
    if let [given] = raw("content-type")[..]
        && let Ok(given) = std::str::from_utf8(given)
        && is_type(given, "application/json")
    {
        assert!(!is_type(given, "application/x-www-form-urlencoded"), "{given}");
        assert!(given.trim()[..16].eq_ignore_ascii_case("application/json"), "{given}");
    }
    parameters_hold(body);
    if let Ok(form) = Parameters::parse(body)
        && toggle(&form, "modify") == Some(true)
    {
        assert!(["on", "true", "1", "yes"].contains(&form.get("modify").ok().flatten().expect("it was sent")));
    }
}

fn trace_holds(headers: &HeaderMap, body: &[u8]) {
    let message = std::str::from_utf8(body).ok();
    let Some((trace, parent)) = trace(message, headers) else { return };
    let identifies =
        |id: &str| id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) && id.bytes().any(|digit| digit != b'0');
    assert!(trace.len() == 32 && parent.len() == 16 && identifies(&trace) && identifies(&parent));
    let written = format!("00-{trace}-{parent}-01");
    assert_eq!(lavori_http::fuzzing::trace(Some(&written), &HeaderMap::new()), Some((trace, parent)));
}

fn addresses_hold(headers: &HeaderMap) {
    let network = |text: &str| text.parse().expect("a network");
    for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
        let stranger: IpAddr = "203.0.113.9".parse().expect("an address");
        let nobody = TrustedProxies { networks: Vec::new(), header };
        assert_eq!(client(&nobody, stranger, headers), stranger, "a stranger says nothing about itself");
        let proxies = TrustedProxies { networks: vec![network("10.0.0.0/8"), network("fd00::/8")], header };
        assert_eq!(client(&proxies, stranger, headers), stranger);
        let proxy: IpAddr = "10.0.0.1".parse().expect("an address");
        let found = client(&proxies, proxy, headers);
        assert_eq!(found, found.to_canonical(), "an address has one spelling");
        // What the proxy appends counts, whatever stands before it.
        let mut appended = headers.clone();
        let (name, value) = match header {
            ForwardedHeader::XForwardedFor => ("x-forwarded-for", "198.51.100.7"),
            ForwardedHeader::Forwarded => ("forwarded", "for=198.51.100.7"),
        };
        appended.append(name, HeaderValue::from_static(value));
        assert_eq!(client(&proxies, proxy, &appended).to_string(), "198.51.100.7", "a client cannot outbid its proxy");
    }
}

/// Headers and what follows them; lines that no HTTP reader would let through are passed over.
pub(crate) fn split(data: &[u8]) -> (HeaderMap, &[u8]) {
    let mut headers = HeaderMap::new();
    let mut rest = data;
    loop {
        let (line, behind) = crate::first_line(rest);
        if line.is_empty() {
            return (headers, behind);
        }
        rest = behind;
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value)
            && headers.len() < 100
        {
            headers.append(name, value);
        }
    }
}

fn contains(all: &[u8], part: &[u8]) -> bool {
    part.is_empty() || all.windows(part.len()).any(|window| window == part)
}
