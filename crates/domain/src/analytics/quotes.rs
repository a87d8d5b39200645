//! How many quotes are accepted.

use crate::money::Money;
use crate::share::Share;

/// The quotes of one currency that were decided in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion {
    /// How many were accepted, and their net.
    pub accepted: (i64, Money),
    /// How many were declined, and their net.
    pub declined: (i64, Money),
    /// How many expired, and their net.
    pub expired: (i64, Money),
}

impl Conversion {
    /// The share that was accepted, by count. Of no decisions there is none.
    pub fn by_count(self) -> Option<Share> {
        Share::of(self.accepted.0, self.accepted.0 + self.declined.0 + self.expired.0)
    }

    /// The same by net.
    pub fn by_net(self) -> Option<Share> {
        let net = |(_, net): (i64, Money)| net.minor();
        Share::of(net(self.accepted), net(self.accepted) + net(self.declined) + net(self.expired))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_expired_was_not_accepted() {
        let euro = |minor| Money::of_minor(minor, "EUR".parse().unwrap()).unwrap();
        let conversion = Conversion { accepted: (1, euro(900)), declined: (1, euro(50)), expired: (2, euro(50)) };
        assert_eq!(conversion.by_count().unwrap().to_string(), "25.0");
        assert_eq!(conversion.by_net().unwrap().to_string(), "90.0");
        let none = Conversion { accepted: (0, euro(0)), declined: (0, euro(0)), expired: (0, euro(0)) };
        assert_eq!((none.by_count(), none.by_net()), (None, None));
    }
}
