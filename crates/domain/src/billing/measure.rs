//! Quantities, unit prices and percentages: exact decimals with more places than money has.

use std::fmt;

use rust_decimal::Decimal;

use crate::money::{Unscaled, divide, scaled};

/// Declares an exact decimal with a fixed number of places.
macro_rules! measure {
    ($(#[$meta:meta])* $name:ident, $decimals:literal, $smallest:expr, $largest:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// How many decimals it keeps.
            pub const DECIMALS: u32 = $decimals;
            /// So many of its smallest unit are one.
            pub(crate) const ONE: i128 = 10_i128.pow($decimals);

            /// Reads a plain decimal number.
            ///
            /// # Errors
            /// When it is none, has too many decimals, or is out of range.
            pub fn parse(text: &str) -> Result<Self, NotAMeasure> {
                let units = scaled(text, $decimals).map_err(|refused| match refused {
                    Unscaled::Malformed => NotAMeasure::Malformed,
                    Unscaled::TooPrecise => NotAMeasure::TooPrecise { decimals: $decimals },
                    Unscaled::TooLarge => NotAMeasure::OutOfRange,
                })?;
                Self::of_units(units)
            }

            /// The value kept in the database: an integer of the last decimal.
            ///
            /// # Errors
            /// [`NotAMeasure::OutOfRange`].
            pub fn of_units(units: i64) -> Result<Self, NotAMeasure> {
                let (smallest, largest): (i64, i64) = ($smallest, $largest);
                if (smallest..=largest).contains(&units) { Ok(Self(units)) } else { Err(NotAMeasure::OutOfRange) }
            }

            /// The same as an integer of its last decimal.
            pub fn units(self) -> i64 {
                self.0
            }

            /// For exact products.
            pub(crate) fn wide(self) -> i128 {
                i128::from(self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Decimal::new(self.0, $decimals).normalize().fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

measure! {
    /// How many (EN 16931 BT-129): up to six decimals, below a thousand million either way.
    Quantity, 6, -999_999_999_999_999, 999_999_999_999_999
}

measure! {
    /// The price of one, in major units (BT-146): up to six decimals, never negative (BR-27), below ten thousand million.
    UnitPrice, 6, 0, 9_999_999_999_999_999
}

measure! {
    /// A tax rate or a discount, in percent: up to four decimals, from 0 to 100.
    Percent, 4, 0, 1_000_000
}

measure! {
    /// What comes on top of a cost, in percent: up to four decimals, below ten thousand.
    Markup, 4, 0, 99_999_999
}

measure! {
    /// How much of one currency a unit of another is worth: up to eight decimals, above nothing, below ten thousand million.
    ExchangeRate, 8, 1, 999_999_999_999_999_999
}

impl Quantity {
    /// One.
    pub const ONE_PIECE: Self = Self(1_000_000);
}

impl UnitPrice {
    /// Nothing.
    pub const FREE: Self = Self(0);
}

impl Markup {
    /// The price of what costs so much, rounded to the last decimal of a price.
    ///
    /// # Errors
    /// [`NotAMeasure::OutOfRange`] when there is no such price.
    pub fn on(self, cost: UnitPrice) -> Result<UnitPrice, NotAMeasure> {
        let whole = 100 * Self::ONE;
        let price = divide(cost.wide() * (whole + self.wide()), whole);
        i64::try_from(price).map_err(|_| NotAMeasure::OutOfRange).and_then(UnitPrice::of_units)
    }
}

impl Percent {
    /// Nothing of it.
    pub const ZERO: Self = Self(0);
    /// All of it, in units.
    pub(crate) const WHOLE: i128 = 100 * Self::ONE;
}

/// Why there is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAMeasure {
    /// No plain decimal number.
    #[error("not a number: expected digits with a decimal point, such as 2.5")]
    Malformed,
    /// More decimals than are kept.
    #[error("too many decimals: at most {decimals}")]
    TooPrecise {
        /// How many are kept.
        decimals: u32,
    },
    /// Too large, or negative where that means nothing.
    #[error("the number is out of range")]
    OutOfRange,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m1_quantities_and_unit_prices_have_up_to_six_decimals() {
        assert_eq!(Quantity::parse("2.500000").unwrap().to_string(), "2.5");
        assert_eq!(Quantity::parse("-0.000001").unwrap().units(), -1);
        assert_eq!(UnitPrice::parse("0.0000001"), Err(NotAMeasure::TooPrecise { decimals: 6 }));
        assert_eq!(UnitPrice::parse("-1"), Err(NotAMeasure::OutOfRange));
        assert_eq!(UnitPrice::parse("10000000000"), Err(NotAMeasure::OutOfRange));
        assert_eq!(Quantity::parse("two"), Err(NotAMeasure::Malformed));
    }

    #[test]
    fn a_markup_on_a_cost_is_a_price() {
        let price = |markup: &str, cost: &str| {
            Markup::parse(markup).unwrap().on(UnitPrice::parse(cost).unwrap()).map(|price| price.to_string())
        };
        assert_eq!(price("35", "38.50").as_deref(), Ok("51.975"));
        assert_eq!(price("250", "0.000001").as_deref(), Ok("0.000004"));
        assert_eq!(price("0", "12").as_deref(), Ok("12"));
        assert_eq!(price("100", "9999999999"), Err(NotAMeasure::OutOfRange));
    }

    #[test]
    fn a_percentage_is_from_nothing_to_all() {
        assert_eq!(Percent::parse("9.975").unwrap().units(), 99_750);
        assert_eq!(Percent::parse("100").unwrap().wide(), Percent::WHOLE);
        for refused in ["-1", "100.0001", "1000000000000000000000"] {
            assert_eq!(Percent::parse(refused), Err(NotAMeasure::OutOfRange), "{refused}");
        }
    }
}
