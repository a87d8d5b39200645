//! A part of a whole, in percent with one decimal: burn, progress, utilisation.

use std::fmt;

use rust_decimal::Decimal;

use crate::money::divide;

/// A percentage with one decimal. It may be more than 100, and less than 0.
///
/// ```
/// use lavori_domain::share::Share;
/// assert_eq!(Share::of(1, 3).unwrap().to_string(), "33.3");
/// assert_eq!(Share::of(1, 0), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    tenths: i64,
}

impl Share {
    /// How much `part` is of `whole`; of nothing there is no share.
    pub fn of(part: i64, whole: i64) -> Option<Self> {
        if whole == 0 {
            return None;
        }
        let (part, whole) = (i128::from(part) * i128::from(whole.signum()), i128::from(whole).abs());
        i64::try_from(divide(part * 1000, whole)).ok().map(|tenths| Self { tenths })
    }

    /// Tenths of a percent.
    pub fn tenths(self) -> i64 {
        self.tenths
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal::new(self.tenths, 1).fmt(f)
    }
}

impl serde::Serialize for Share {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_half_away_from_zero() {
        let shown = |part, whole| Share::of(part, whole).map(|share| share.to_string());
        for (part, whole, expected) in
            [(1, 2, "50.0"), (2, 3, "66.7"), (1, 2000, "0.1"), (-1, 2000, "-0.1"), (3, 2, "150.0"), (1, -2, "-50.0")]
        {
            assert_eq!(shown(part, whole).as_deref(), Some(expected), "{part}/{whole}");
        }
        assert_eq!(shown(i64::MAX, 1), None, "beyond any meaning");
    }
}
