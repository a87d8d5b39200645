//! Money: integer minor units of a currency. No float touches an amount (TOOLS.md M1).

use std::fmt;

use rust_decimal::Decimal;

use crate::currency::Currency;

/// The largest amount, in minor units: sums of a document's lines stay far from the end of an `i64`.
const LARGEST: i64 = 999_999_999_999_999;

/// An amount of a currency.
///
/// ```
/// use lavori_domain::{Currency, Money};
/// let euro: Currency = "EUR".parse().unwrap();
/// let amount = Money::parse("138.66", euro).unwrap();
/// assert_eq!(amount.minor(), 13_866);
/// assert_eq!(amount.to_string(), "138.66");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// Nothing.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// So many minor units: cents of EUR, yen of JPY.
    ///
    /// # Errors
    /// [`NotAnAmount::TooLarge`] beyond 999,999,999,999,999 minor units either way.
    pub const fn of_minor(minor: i64, currency: Currency) -> Result<Self, NotAnAmount> {
        if minor > LARGEST || minor < -LARGEST { Err(NotAnAmount::TooLarge) } else { Ok(Self { minor, currency }) }
    }

    /// The same from a wide intermediate result.
    pub(crate) fn of_wide(minor: i128, currency: Currency) -> Result<Self, NotAnAmount> {
        i64::try_from(minor).map_err(|_| NotAnAmount::TooLarge).and_then(|minor| Self::of_minor(minor, currency))
    }

    /// Reads major units, such as `1234.50`.
    ///
    /// # Errors
    /// When it is no plain decimal number, has more decimals than the currency, or is too large.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, NotAnAmount> {
        let exponent = currency.exponent();
        let minor = scaled(text, exponent).map_err(|refused| match refused {
            Unscaled::Malformed => NotAnAmount::Malformed,
            Unscaled::TooPrecise => NotAnAmount::TooPrecise { decimals: exponent },
            Unscaled::TooLarge => NotAnAmount::TooLarge,
        })?;
        Self::of_minor(minor, currency)
    }

    /// Reads major units of whatever currency, for comparing amounts of several: ten-thousandths, as no currency has more
    /// than four decimals.
    ///
    /// # Errors
    /// As [`Money::parse`].
    pub fn bound(text: &str) -> Result<i64, NotAnAmount> {
        scaled(text, 4).map_err(|refused| match refused {
            Unscaled::Malformed => NotAnAmount::Malformed,
            Unscaled::TooPrecise => NotAnAmount::TooPrecise { decimals: 4 },
            Unscaled::TooLarge => NotAnAmount::TooLarge,
        })
    }

    /// Minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// Of what.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is less than nothing.
    pub fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`NotAnAmount::Currencies`] for two currencies, which are never added up; [`NotAnAmount::TooLarge`].
    pub fn plus(self, other: Self) -> Result<Self, NotAnAmount> {
        if self.currency != other.currency {
            return Err(NotAnAmount::Currencies);
        }
        // Both are far from the end of an i64.
        Self::of_minor(self.minor + other.minor, self.currency)
    }

    /// The difference.
    ///
    /// # Errors
    /// As [`Money::plus`].
    pub fn minus(self, other: Self) -> Result<Self, NotAnAmount> {
        self.plus(Self { minor: -other.minor, ..other })
    }
}

impl fmt::Display for Money {
    /// Major units with all decimals of the currency, without its code: `165.01`, `1200` for JPY.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal::new(self.minor, self.currency.exponent()).fmt(f)
    }
}

impl serde::Serialize for Money {
    /// A string: a JSON number would be a float to many readers.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why there is no such amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAmount {
    /// No plain decimal number.
    #[error("not an amount: expected digits with a decimal point, such as 1234.50")]
    Malformed,
    /// More decimals than the currency has.
    #[error("too many decimals: this currency has {decimals}")]
    TooPrecise {
        /// How many it has.
        decimals: u32,
    },
    /// Beyond what is kept exactly.
    #[error("the amount is too large")]
    TooLarge,
    /// Amounts of two currencies.
    #[error("amounts of different currencies are not added up")]
    Currencies,
}

/// Why a text is no number of so many decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unscaled {
    Malformed,
    TooPrecise,
    TooLarge,
}

/// Reads a plain decimal number as an integer of its last decimal: `1.5` with 3 decimals is 1500.
pub(crate) fn scaled(text: &str, decimals: u32) -> Result<i64, Unscaled> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    // The crate also reads `1_000`, `.5` and `+1`; what one program writes so, another one misreads.
    if !is_number(whole) || !is_number(fraction) {
        return Err(Unscaled::Malformed);
    }
    let mut number = Decimal::from_str_exact(text).map_err(|_| Unscaled::TooLarge)?.normalize();
    if number.scale() > decimals {
        return Err(Unscaled::TooPrecise);
    }
    number.rescale(decimals);
    if number.scale() != decimals {
        return Err(Unscaled::TooLarge);
    }
    i64::try_from(number.mantissa()).map_err(|_| Unscaled::TooLarge)
}

/// `n / d` rounded half away from zero (TOOLS.md M3). `d` is positive.
pub(crate) fn divide(n: i128, d: i128) -> i128 {
    let (quotient, rest) = (n / d, n % d);
    if rest.abs() * 2 >= d { quotient + n.signum() } else { quotient }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn m1_an_amount_has_the_decimals_of_its_currency_and_no_more() {
        for (text, code, minor, shown) in [
            ("1234.50", "EUR", 123_450, "1234.50"),
            ("1234.5", "EUR", 123_450, "1234.50"),
            ("0", "EUR", 0, "0.00"),
            ("-0.01", "EUR", -1, "-0.01"),
            ("1200", "JPY", 1200, "1200"),
            ("1200.00", "JPY", 1200, "1200"),
            ("1.234", "KWD", 1234, "1.234"),
            ("007", "EUR", 700, "7.00"),
        ] {
            let money = Money::parse(text, currency(code)).unwrap();
            assert_eq!((money.minor(), money.to_string()), (minor, shown.to_owned()), "{text} {code}");
        }
        for (text, code, refused) in [
            ("1.005", "EUR", NotAnAmount::TooPrecise { decimals: 2 }),
            ("1.5", "JPY", NotAnAmount::TooPrecise { decimals: 0 }),
            ("1,50", "EUR", NotAnAmount::Malformed),
            ("1_000", "EUR", NotAnAmount::Malformed),
            (".5", "EUR", NotAnAmount::Malformed),
            ("5.", "EUR", NotAnAmount::Malformed),
            ("+5", "EUR", NotAnAmount::Malformed),
            ("1e3", "EUR", NotAnAmount::Malformed),
            ("", "EUR", NotAnAmount::Malformed),
            ("--1", "EUR", NotAnAmount::Malformed),
            ("10000000000000.00", "EUR", NotAnAmount::TooLarge),
            ("99999999999999999999999999999999", "EUR", NotAnAmount::TooLarge),
        ] {
            assert_eq!(Money::parse(text, currency(code)), Err(refused), "{text} {code}");
        }
    }

    #[test]
    fn a_bound_is_of_no_currency() {
        assert_eq!((Money::bound("12.5"), Money::bound("-0.0001")), (Ok(125_000), Ok(-1)));
        assert_eq!(Money::bound("0.00001"), Err(NotAnAmount::TooPrecise { decimals: 4 }));
        assert_eq!(Money::bound("9999999999999999999"), Err(NotAnAmount::TooLarge));
        assert_eq!(Money::bound("ten"), Err(NotAnAmount::Malformed));
    }

    #[test]
    fn m6_currencies_are_never_added_up() {
        let (euro, yen) = (Money::parse("1", currency("EUR")).unwrap(), Money::parse("1", currency("JPY")).unwrap());
        assert_eq!(euro.plus(yen), Err(NotAnAmount::Currencies));
        assert_eq!(euro.minus(euro), Ok(Money::zero(currency("EUR"))));
        let most = Money::of_minor(LARGEST, currency("EUR")).unwrap();
        assert_eq!(most.plus(euro), Err(NotAnAmount::TooLarge));
    }

    #[test]
    fn m3_halves_round_away_from_zero() {
        for (n, d, expected) in [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (-4, 10, 0), (15, 10, 2), (25, 10, 3), (0, 3, 0)]
        {
            assert_eq!(divide(n, d), expected, "{n}/{d}");
        }
    }
}
