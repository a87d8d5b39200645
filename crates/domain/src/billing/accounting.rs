//! What a document in another currency comes to in the organization's own (TOOLS.md M6).

use crate::billing::measure::ExchangeRate;
use crate::billing::totals::Totals;
use crate::currency::Currency;
use crate::money::{Money, NotAnAmount, divide};

/// The totals of an issued document in the accounting currency (EN 16931 BT-6), at the rate of its issue date. Kept at
/// issue, and never computed anew: rates of later days are other ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accounting {
    /// How much one unit of the document's currency was worth.
    pub rate: ExchangeRate,
    /// Without tax.
    pub net: Money,
    /// All taxes (BT-111).
    pub tax: Money,
    /// With tax: the two together, so that the books add up.
    pub gross: Money,
}

impl Accounting {
    /// What `totals` come to in `currency`, each rounded once, half away from zero.
    ///
    /// ```
    /// use lavori_domain::Money;
    /// use lavori_domain::billing::{Accounting, ExchangeRate, Percent, totals};
    /// let mut pounds = totals("GBP".parse().unwrap(), false, &[], Percent::ZERO).unwrap();
    /// pounds.net = Money::parse("1000.00", "GBP".parse().unwrap()).unwrap();
    /// let euros = Accounting::of(&pounds, ExchangeRate::parse("1.17235").unwrap(), "EUR".parse().unwrap()).unwrap();
    /// assert_eq!(euros.gross.to_string(), "1172.35");
    /// ```
    ///
    /// # Errors
    /// [`NotAnAmount`] when a total is too large in the other currency.
    pub fn of(totals: &Totals, rate: ExchangeRate, currency: Currency) -> Result<Self, NotAnAmount> {
        let (net, tax) = (rate.convert(totals.net, currency)?, rate.convert(totals.tax, currency)?);
        Ok(Self { rate, net, tax, gross: net.plus(tax)? })
    }
}

impl ExchangeRate {
    /// What `amount` is worth in `currency`.
    ///
    /// # Errors
    /// [`NotAnAmount`] when that is too large.
    pub fn convert(self, amount: Money, currency: Currency) -> Result<Money, NotAnAmount> {
        // Minor units of one currency are not those of the other: a yen has no hundredths, a dinar has thousandths.
        let (from, to) = (ten_to(amount.currency().exponent()), ten_to(currency.exponent()));
        Money::of_wide(divide(i128::from(amount.minor()) * self.wide() * to, Self::ONE * from), currency)
    }
}

fn ten_to(exponent: u32) -> i128 {
    10_i128.pow(exponent)
}

#[cfg(test)]
mod tests {
    use num_rational::BigRational;
    use num_traits::{FromPrimitive, Signed, ToPrimitive};
    use proptest::prelude::*;

    use super::*;

    fn converted(amount: &str, from: &str, rate: &str, to: &str) -> String {
        let amount = Money::parse(amount, from.parse().unwrap()).unwrap();
        ExchangeRate::parse(rate).unwrap().convert(amount, to.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn m6_an_amount_is_converted_once_between_currencies_of_any_decimals() {
        assert_eq!(converted("138.66", "GBP", "1.17235", "EUR"), "162.56");
        assert_eq!(converted("-138.66", "GBP", "1.17235", "EUR"), "-162.56");
        assert_eq!(converted("10000", "JPY", "0.00574", "EUR"), "57.40");
        assert_eq!(converted("57.40", "EUR", "174.2", "JPY"), "9999");
        assert_eq!(converted("1.005", "KWD", "3", "EUR"), "3.02");
        assert_eq!(converted("0.01", "EUR", "0.5", "USD"), "0.01", "half goes away from zero");
    }

    #[test]
    fn m6_the_converted_total_is_the_converted_net_and_tax_together() {
        let pounds = |text| Money::parse(text, "GBP".parse().unwrap()).unwrap();
        let (net, tax, gross) = (pounds("0.01"), pounds("0.01"), pounds("0.02"));
        let totals =
            Totals { lines: Vec::new(), line_total: net, discount: pounds("0"), groups: Vec::new(), net, tax, gross };
        let euros = Accounting::of(&totals, ExchangeRate::parse("1.5").unwrap(), "EUR".parse().unwrap()).unwrap();
        assert_eq!((euros.net.to_string(), euros.tax.to_string()), ("0.02".to_owned(), "0.02".to_owned()));
        assert_eq!(euros.gross.to_string(), "0.04", "not 0.03: what stands in the books adds up");
    }

    #[test]
    fn m6_what_is_too_large_is_refused_and_a_rate_is_above_nothing() {
        let most = Money::of_minor(999_999_999_999_999, "EUR".parse().unwrap()).unwrap();
        assert!(ExchangeRate::parse("2").unwrap().convert(most, "EUR".parse().unwrap()).is_err());
        for refused in ["0", "0.000000001", "-1", "10000000000"] {
            assert!(ExchangeRate::parse(refused).is_err(), "{refused}");
        }
        assert!(ExchangeRate::parse("0.00000001").is_ok());
    }

    proptest! {
        #[test]
        fn m6_conversion_is_the_exact_product_rounded_half_away_from_zero(
            minor in -1_000_000_000_000_i64..1_000_000_000_000,
            units in 1_i64..1_000_000_000_000,
            from in prop::sample::select(vec!["JPY", "EUR", "KWD"]),
            to in prop::sample::select(vec!["JPY", "EUR", "KWD"]),
        ) {
            let (from, to): (Currency, Currency) = (from.parse().unwrap(), to.parse().unwrap());
            let rate = ExchangeRate::of_units(units).unwrap();
            let amount = Money::of_minor(minor, from).unwrap();
            let exact = |number: i64| BigRational::from_i64(number).unwrap();
            let scale = |exponent: u32| exact(10_i64.pow(exponent));
            let product = exact(minor) / scale(from.exponent()) * exact(units) / scale(ExchangeRate::DECIMALS)
                * scale(to.exponent());
            let whole = (product.abs() + BigRational::new(1.into(), 2.into())).floor().to_integer();
            let expected = if product.is_negative() { -whole } else { whole };
            let converted = rate.convert(amount, to).map(|money| money.minor()).ok();
            // What no amount can hold is refused.
            match expected.to_i64().filter(|minor| Money::of_minor(*minor, to).is_ok()) {
                Some(expected) => prop_assert_eq!(converted, Some(expected)),
                None => prop_assert_eq!(converted, None),
            }
        }
    }
}
