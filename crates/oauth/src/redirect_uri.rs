//! Redirect URIs: what may be registered, and when a requested one is a registered one.

use url::{Host, Url};

/// The longest redirect URI.
pub(crate) const LONGEST: usize = 512;

/// Schemes that run, show or fetch something instead of calling an app back.
const FORBIDDEN_SCHEMES: [&str; 16] = [
    "about",
    "blob",
    "chrome",
    "data",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "javascript",
    "mailto",
    "sms",
    "tel",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// What kind of place a redirect URI leads to: what the consent page says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A web server, by its host.
    Web(String),
    /// A program on this computer that listens on a loopback address, with its port.
    Loopback(String),
    /// A program on this computer that owns a URL scheme.
    CustomScheme(String),
}

/// Whether `uri` may be registered (RFC 9700 section 2.1, RFC 8252 section 7): https anywhere, http on a loopback
/// host, or an app's own scheme; no fragment, no user information, and spelled as it is compared.
pub(crate) fn may_be_registered(uri: &str) -> bool {
    destination(uri).is_some()
}

/// Where a redirect URI leads; `None` for what may not be registered.
pub(crate) fn destination(uri: &str) -> Option<Destination> {
    if uri.len() > LONGEST || !uri.bytes().all(|b| b.is_ascii_graphic()) || uri.contains(['\\', '#']) {
        return None;
    }
    let url = Url::parse(uri).ok()?;
    // What the parser would read differently from how it is spelled is not compared safely by its spelling.
    if url.as_str() != uri && url.as_str() != format!("{uri}/") {
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() || uri.contains("//@") {
        return None;
    }
    match url.scheme() {
        "https" => Some(Destination::Web(url.host_str().filter(|host| !host.ends_with('.'))?.to_owned())),
        "http" => {
            let host = loopback_host(&url)?;
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            (url.port() != Some(0)).then(|| Destination::Loopback(format!("{host}{port}")))
        }
        scheme if FORBIDDEN_SCHEMES.contains(&scheme) => None,
        scheme => Some(Destination::CustomScheme(scheme.to_owned())),
    }
}

/// Whether `requested` is one of `registered`: the very same text, or, for loopback only, the same but for the port
/// (RFC 8252 section 7.3; `localhost` too, because real clients register it: OAUTH.md 1.1).
pub(crate) fn is_registered(registered: &[String], requested: &str) -> bool {
    registered.iter().any(|uri| uri == requested || differs_in_loopback_port_only(uri, requested))
}

fn differs_in_loopback_port_only(registered: &str, requested: &str) -> bool {
    match (without_loopback_port(registered), without_loopback_port(requested)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// A loopback redirect URI with its port taken out; `None` for every other URI.
fn without_loopback_port(uri: &str) -> Option<String> {
    if !matches!(destination(uri)?, Destination::Loopback(_)) {
        return None;
    }
    let mut url = Url::parse(uri).ok()?;
    url.set_port(None).ok()?;
    Some(url.into())
}

fn loopback_host(url: &Url) -> Option<&str> {
    let host = url.host_str()?;
    match url.host()? {
        Host::Domain("localhost") => Some(host),
        Host::Ipv4(address) if address.octets() == [127, 0, 0, 1] => Some(host),
        Host::Ipv6(address) if address.is_loopback() => Some(host),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_what_does_not_call_an_app_back_may_not_be_registered() {
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://x/y",
            "//evil.example",
            "http://public.example/cb",
            "http://127.0.0.2/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://localhost:0/cb",
            "http://localhost:65536/cb",
            "http://a@127.0.0.1/cb",
            "https://claude.ai@evil.example/cb",
            "https://evil.example\\@claude.ai/cb",
            "https://x.example/cb#f",
            "https://x.example/a/../b",
            "https://X.example/cb",
            "https://x.example./cb",
            "https://x.example:443/cb",
            " https://x.example/cb",
            "https://x.example/c\tb",
            "relative/path",
            "",
        ] {
            assert!(!may_be_registered(bad), "{bad}");
        }
        assert!(!may_be_registered(&format!("https://x.example/{}", "a".repeat(LONGEST))));
    }

    #[test]
    fn real_clients_may_register() {
        for good in [
            "https://claude.ai/api/mcp/auth_callback",
            "http://localhost/callback",
            "http://127.0.0.1:33418/",
            "http://127.0.0.1",
            "http://[::1]:8080/cb?x=1",
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "com.example.app:/oauth",
            "https://vscode.dev/redirect",
        ] {
            assert!(may_be_registered(good), "{good}");
        }
    }

    #[test]
    fn d2_only_the_very_same_text_matches() {
        let registered = ["https://claude.ai/api/cb".to_owned()];
        assert!(is_registered(&registered, "https://claude.ai/api/cb"));
        for bad in [
            "https://claude.ai/api/cb/x",
            "https://claude.ai/api/cb?x",
            "https://claude.ai/api/cb#x",
            "https://claude.ai/api/../api/cb",
            "https://claude.ai/api%2fcb",
            "https://Claude.ai/api/cb",
            "https://claude.ai:8443/api/cb",
            "https://claude.ai./api/cb",
            "https://claude.ai@evil/api/cb",
            "https://evil\\@claude.ai/api/cb",
            "http://localhost/api/cb",
        ] {
            assert!(!is_registered(&registered, bad), "{bad}");
        }
    }

    #[test]
    fn d3_on_loopback_the_port_may_differ_and_nothing_else() {
        let registered = ["http://localhost/callback".to_owned(), "http://127.0.0.1:1234/cb".to_owned()];
        for good in ["http://localhost:9/callback", "http://127.0.0.1:65535/cb", "http://127.0.0.1/cb"] {
            assert!(is_registered(&registered, good), "{good}");
        }
        for bad in [
            "http://localhost:9/other",
            "http://127.0.0.1:9/callback",
            "http://127.0.0.2:1234/cb",
            "http://127.0.0.1.evil:1234/cb",
            "http://localhost:0/callback",
            "http://localhost:65536/callback",
            "http://a@localhost:9/callback",
            "http://localhost:9/callback?x",
            "https://localhost:9/callback",
        ] {
            assert!(!is_registered(&registered, bad), "{bad}");
        }
    }

    #[test]
    fn d6_a_custom_scheme_matches_to_the_letter() {
        let registered = ["cursor://x/cb".to_owned()];
        assert!(is_registered(&registered, "cursor://x/cb"));
        assert!(!is_registered(&registered, "cursor://x:1/cb"));
        assert!(!is_registered(&registered, "cursor://x/cb/"));
    }
}
