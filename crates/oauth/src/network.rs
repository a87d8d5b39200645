//! Networks: what counts as the same place when an address changes, as addresses of phones and laptops do.

use std::net::IpAddr;

/// Bits of an IPv4 address that name its network.
const IPV4_BITS: u32 = 24;
/// Bits of an IPv6 address that name its site: what one subscriber is commonly given.
const IPV6_BITS: u32 = 48;

/// Whether two addresses are of one network: IPv4 /24, IPv6 /48. What is no address is no network.
pub(crate) fn same(one: &str, other: &str) -> bool {
    match (one.parse::<IpAddr>().map(|a| a.to_canonical()), other.parse::<IpAddr>().map(|a| a.to_canonical())) {
        (Ok(IpAddr::V4(one)), Ok(IpAddr::V4(other))) => (one.to_bits() ^ other.to_bits()).leading_zeros() >= IPV4_BITS,
        (Ok(IpAddr::V6(one)), Ok(IpAddr::V6(other))) => (one.to_bits() ^ other.to_bits()).leading_zeros() >= IPV6_BITS,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h11_a_network_is_a_slash_24_or_a_slash_48() {
        for (one, other, expected) in [
            ("192.0.2.1", "192.0.2.255", true),
            ("192.0.2.1", "192.0.3.1", false),
            ("::ffff:192.0.2.1", "192.0.2.9", true),
            ("2001:db8:1::1", "2001:db8:1:ffff::9", true),
            ("2001:db8:1::1", "2001:db8:2::1", false),
            ("192.0.2.1", "2001:db8::1", false),
            ("192.0.2.1", "", false),
            ("", "", false),
        ] {
            assert_eq!(same(one, other), expected, "{one} {other}");
            assert_eq!(same(other, one), expected, "{other} {one}");
        }
    }
}
