//! The address a request comes from: the peer's, or behind proxies that are trusted by name, the one they pass on.

use std::net::IpAddr;

use http::header::{FORWARDED, HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Which header the trusted proxies write. Only one is read: whichever they do not write, a client could.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, which most proxies append to.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The proxies in front of the server.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies {
    /// Their addresses. Nobody else's headers are believed.
    pub networks: Vec<IpNet>,
    /// Where they say whom they forward for.
    pub header: ForwardedHeader,
}

impl TrustedProxies {
    /// The client's address: from the peer outwards, the first that is no trusted proxy.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trusts(client) {
            return client;
        }
        let name = match self.header {
            ForwardedHeader::XForwardedFor => X_FORWARDED_FOR,
            ForwardedHeader::Forwarded => FORWARDED,
        };
        // Each proxy appends: the last hop is the last entry of the last line.
        let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default()).collect();
        for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let address = match self.header {
                ForwardedHeader::XForwardedFor => address(hop),
                ForwardedHeader::Forwarded => forwarded_for(hop).and_then(address),
            };
            // What cannot be read was not written by a proxy of ours as we know it: no further.
            let Some(address) = address else { break };
            client = address;
            if !self.trusts(client) {
                break;
            }
        }
        client
    }

    /// Whether an address is that of a trusted proxy.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }
}

/// The `for` of one element of a `Forwarded` header (RFC 7239 section 4).
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then(|| value.trim_matches('"'))
    })
}

/// An address, perhaps with a port, IPv6 perhaps in brackets (RFC 7239 section 6).
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        // One colon only: a port behind an IPv4 address.
        None => text.split_once(':').filter(|(_, port)| !port.contains(':')).map_or(text, |(host, _)| host),
    };
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(header: ForwardedHeader, peer: &str, lines: &[(&str, &str)]) -> String {
        let networks = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap()).to_vec();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        TrustedProxies { networks, header }.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a2_p28_a_strangers_header_is_not_believed() {
        let forged = [("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=198.51.100.1")];
        for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
            assert_eq!(client(header, "203.0.113.9", &forged), "203.0.113.9");
        }
    }

    #[test]
    fn p28_the_last_address_that_is_no_proxy_of_ours_counts() {
        let x = |peer, value| client(ForwardedHeader::XForwardedFor, peer, &[("x-forwarded-for", value)]);
        assert_eq!(x("10.0.0.1", "203.0.113.9"), "203.0.113.9");
        assert_eq!(
            x("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.7"),
            "203.0.113.9",
            "the first is the client's lie"
        );
        assert_eq!(x("::ffff:10.0.0.1", "203.0.113.9:4711"), "203.0.113.9");
        assert_eq!(x("fd00::1", "[2001:db8::7]:443"), "2001:db8::7");
        assert_eq!(x("10.0.0.1", "2001:db8::7"), "2001:db8::7");
        assert_eq!(x("10.0.0.1", "unknown"), "10.0.0.1");
        assert_eq!(x("10.0.0.1", "198.51.100.1, nonsense"), "10.0.0.1");
        assert_eq!(client(ForwardedHeader::XForwardedFor, "10.0.0.1", &[]), "10.0.0.1");
        let lines = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(client(ForwardedHeader::XForwardedFor, "10.0.0.1", &lines), "203.0.113.9");
    }

    #[test]
    fn p28_forwarded_is_read_as_rfc_7239_writes_it() {
        let f = |value| {
            let lines = [("forwarded", value), ("x-forwarded-for", "198.51.100.1")];
            client(ForwardedHeader::Forwarded, "10.0.0.1", &lines)
        };
        assert_eq!(f("For=\"[2001:db8:cafe::17]:4711\";proto=https"), "2001:db8:cafe::17");
        assert_eq!(f("for=192.0.2.43, proto=https;by=10.0.0.2;for=10.0.0.3"), "192.0.2.43");
        assert_eq!(f("for=_hidden"), "10.0.0.1");
        assert_eq!(f("by=10.0.0.2"), "10.0.0.1");
    }
}
