//! Which names the server answers to, and which web pages may call it.
//!
//! `MCP 2026-07-28 basic/transports/streamable-http`, "Security & Endpoint": a request whose
//! `Origin` is not allowed gets 403. The `Host` rule is what stops DNS rebinding for clients that
//! send no `Origin`.

use http::{StatusCode, Uri, header, request::Parts, uri::Authority};

use crate::{ConfigError, code::INVALID_REQUEST, response::Refusal};

/// The allowed hosts and origins, parsed once.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    hosts: Vec<Host>,
    origins: Vec<Origin>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Host {
    name: String,
    /// `None` allows every port.
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: Host,
}

impl Guard {
    pub(crate) fn new(hosts: &[String], origins: &[String]) -> Result<Self, ConfigError> {
        if hosts.is_empty() {
            return Err(ConfigError::NoHost);
        }
        Ok(Self {
            hosts: hosts
                .iter()
                .map(|raw| host(raw).ok_or_else(|| ConfigError::Host(raw.clone())))
                .collect::<Result<_, _>>()?,
            origins: origins
                .iter()
                .map(|raw| allowed_origin(raw).ok_or_else(|| ConfigError::Origin(raw.clone())))
                .collect::<Result<_, _>>()?,
        })
    }

    pub(crate) fn check(&self, parts: &Parts) -> Result<(), Refusal> {
        self.check_host(parts)?;
        self.check_origin(parts)
    }

    fn check_host(&self, parts: &Parts) -> Result<(), Refusal> {
        let named = parts
            .headers
            .get_all(header::HOST)
            .iter()
            .map(|value| value.to_str().ok())
            .chain(parts.uri.authority().map(|it| Some(it.as_str())));
        let mut any = false;
        for raw in named {
            any = true;
            let Some(asked) = raw.and_then(host) else {
                return Err(Refusal::bad(INVALID_REQUEST, "The Host header is malformed."));
            };
            if !self.hosts.iter().any(|allowed| allowed.covers(&asked)) {
                return Err(forbidden(
                    "This server does not answer to that host name. Use the connector URL as it is shown.",
                ));
            }
        }
        if any { Ok(()) } else { Err(Refusal::bad(INVALID_REQUEST, "The Host header is missing.")) }
    }

    fn check_origin(&self, parts: &Parts) -> Result<(), Refusal> {
        let mut values = parts.headers.get_all(header::ORIGIN).iter();
        let Some(value) = values.next() else {
            return Ok(());
        };
        let asked = value.to_str().ok().and_then(origin);
        let allowed = values.next().is_none()
            && asked.is_some_and(|asked| {
                self.origins.iter().any(|allowed| allowed.scheme == asked.scheme && allowed.host.covers(&asked.host))
            });
        if allowed { Ok(()) } else { Err(forbidden("Web pages of that origin may not call this server.")) }
    }
}

fn forbidden(message: &'static str) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, INVALID_REQUEST, message)
}

impl Host {
    fn covers(&self, asked: &Self) -> bool {
        self.name == asked.name && (self.port.is_none() || self.port == asked.port)
    }
}

/// `host` or `host:port`, nothing more.
fn host(raw: &str) -> Option<Host> {
    let authority: Authority = raw.parse().ok()?;
    let name = authority.host();
    let port = match authority.as_str().strip_prefix(name)? {
        "" => None,
        rest => Some(rest.strip_prefix(':')?.parse().ok()?),
    };
    (!name.is_empty()).then(|| Host { name: name.to_ascii_lowercase(), port })
}

/// `scheme://host[:port]` as a browser writes it, its default port filled in. `null` is not one.
fn origin(raw: &str) -> Option<Origin> {
    let uri: Uri = raw.parse().ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let mut host = host(uri.authority()?.as_str())?;
    let bare = matches!(uri.path(), "" | "/") && uri.query().is_none() && !raw.ends_with('/');
    host.port = host.port.or(match scheme.as_str() {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    });
    bare.then_some(Origin { scheme, host })
}

/// An origin, or one with `:*` for every port.
fn allowed_origin(raw: &str) -> Option<Origin> {
    let Some(base) = raw.strip_suffix(":*") else {
        return origin(raw);
    };
    let mut any_port = origin(base)?;
    any_port.host.port = None;
    // `https://x:1:*` makes no sense: the base must come without a port.
    base.rsplit_once("//")
        .and_then(|(_, authority)| host(authority))
        .is_some_and(|host| host.port.is_none())
        .then_some(any_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> Guard {
        let hosts = ["lavori.example", "127.0.0.1:8443", "[::1]"].map(String::from);
        let origins = ["https://app.example", "http://localhost:*"].map(String::from);
        Guard::new(&hosts, &origins).unwrap()
    }

    fn check(uri: &str, headers: &[(&str, &str)]) -> Result<(), u16> {
        let mut request = http::Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        guard().check(&parts).map_err(|refusal| refusal.status.as_u16())
    }

    #[test]
    fn hosts_are_compared_by_name_and_by_port_where_one_is_given() {
        for (host, expected) in [
            ("lavori.example", Ok(())),
            ("LAVORI.example:9000", Ok(())),
            ("[::1]:3000", Ok(())),
            ("127.0.0.1:8443", Ok(())),
            ("127.0.0.1", Err(403)),
            ("127.0.0.1:80", Err(403)),
            ("evil.example", Err(403)),
            ("lavori.example.evil.example", Err(403)),
            ("user@lavori.example", Err(400)),
            ("lavori.example:port", Err(400)),
            ("a b", Err(400)),
            ("", Err(400)),
        ] {
            assert_eq!(check("/mcp", &[("host", host)]), expected, "{host:?}");
        }
        assert_eq!(check("/mcp", &[]), Err(400));
        assert_eq!(check("https://lavori.example/mcp", &[]), Ok(()));
        assert_eq!(check("https://evil.example/mcp", &[("host", "lavori.example")]), Err(403));
        assert_eq!(check("/mcp", &[("host", "lavori.example"), ("host", "evil.example")]), Err(403));
    }

    #[test]
    fn origins_are_compared_by_scheme_host_and_port() {
        for (origin, expected) in [
            ("https://app.example", Ok(())),
            ("https://APP.example:443", Ok(())),
            ("http://localhost:5173", Ok(())),
            ("http://localhost", Ok(())),
            ("http://app.example", Err(403)),
            ("https://app.example:8443", Err(403)),
            ("https://app.example.evil.example", Err(403)),
            ("https://app.example/", Err(403)),
            ("null", Err(403)),
            ("", Err(403)),
            ("chrome-extension://abc", Err(403)),
        ] {
            let headers = [("host", "lavori.example"), ("origin", origin)];
            assert_eq!(check("/mcp", &headers), expected, "{origin:?}");
        }
        let twice = [("host", "lavori.example"), ("origin", "https://app.example"), ("origin", "https://evil.example")];
        assert_eq!(check("/mcp", &twice), Err(403));
    }

    #[test]
    fn settings_that_cannot_work_are_named() {
        let one = |value: &str| vec![value.to_owned()];
        let refused = |hosts: &[String], origins: &[String]| Guard::new(hosts, origins).unwrap_err();
        let good = one("lavori.example");
        assert_eq!(refused(&[], &[]), ConfigError::NoHost);
        for bad in ["", "https://lavori.example", "lavori.example/mcp", "::1", "a:b"] {
            assert_eq!(refused(&one(bad), &[]), ConfigError::Host(bad.to_owned()));
        }
        for bad in ["", "app.example", "null", "https://app.example/x", "https://a:1:*"] {
            assert_eq!(refused(&good, &one(bad)), ConfigError::Origin(bad.to_owned()));
        }
    }
}
