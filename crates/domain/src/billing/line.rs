//! A line of a document (EN 16931 BG-25): so many of something at a price.

use crate::billing::measure::{Percent, Quantity, UnitPrice};
use crate::billing::tax::Tax;
use crate::currency::Currency;
use crate::money::{Money, NotAnAmount, divide};

/// What is taken off a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// An amount.
    Amount(Money),
    /// A part of quantity times price.
    Percent(Percent),
}

/// What a line costs; its description and links are kept beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How many. Negative for what is taken back.
    pub quantity: Quantity,
    /// At what price.
    pub unit_price: UnitPrice,
    /// What is taken off.
    pub discount: Option<Discount>,
    /// The taxes on it, each on the same base: none is a mistake that a document's rules refuse.
    pub taxes: Vec<Tax>,
}

impl Line {
    /// The line's amount (BT-131): quantity times price minus discount, rounded once (TOOLS.md M2). Where prices include
    /// tax it does, too.
    ///
    /// # Errors
    /// [`NotAnAmount`] when it is too large, or the discount is of another currency.
    pub fn amount(&self, currency: Currency) -> Result<Money, NotAnAmount> {
        // In units of a millionth of a millionth; at most 10^31, so that times a percentage it still fits.
        let exact = self.quantity.wide() * self.unit_price.wide();
        let one_minor = (Quantity::ONE * UnitPrice::ONE) / 10_i128.pow(currency.exponent());
        let minor = match self.discount {
            None => divide(exact, one_minor),
            Some(Discount::Amount(amount)) if amount.currency() != currency => return Err(NotAnAmount::Currencies),
            Some(Discount::Amount(amount)) => divide(exact - i128::from(amount.minor()) * one_minor, one_minor),
            Some(Discount::Percent(percent)) => {
                divide(exact * (Percent::WHOLE - percent.wide()), one_minor * Percent::WHOLE)
            }
        };
        Money::of_wide(minor, currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(quantity: &str, price: &str, discount: Option<Discount>) -> Line {
        let (quantity, unit_price) = (Quantity::parse(quantity).unwrap(), UnitPrice::parse(price).unwrap());
        Line { quantity, unit_price, discount, taxes: Vec::new() }
    }

    #[test]
    fn m2_a_line_is_rounded_once() {
        let euro: Currency = "EUR".parse().unwrap();
        let percent = |text| Some(Discount::Percent(Percent::parse(text).unwrap()));
        let off = |text| Some(Discount::Amount(Money::parse(text, euro).unwrap()));
        for (quantity, price, discount, amount) in [
            ("3", "0.333333", None, "1.00"),
            ("2.5", "41.37", None, "103.43"),
            ("-2.5", "41.37", None, "-103.43"),
            ("1", "0.005", None, "0.01"),
            // 10.05 less 10 % is 9.045: once rounded 9.05, and not 10.05 - 1.01.
            ("3", "3.35", percent("10"), "9.05"),
            ("1", "100", percent("100"), "0.00"),
            ("1", "100", off("0.01"), "99.99"),
            ("1", "10", off("12"), "-2.00"),
        ] {
            assert_eq!(
                line(quantity, price, discount).amount(euro).unwrap().to_string(),
                amount,
                "{quantity} x {price}"
            );
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_never_wraps() {
        let euro: Currency = "EUR".parse().unwrap();
        let most =
            line("999999999.999999", "9999999999.999999", Some(Discount::Percent(Percent::parse("0.0001").unwrap())));
        assert_eq!(most.amount(euro), Err(NotAnAmount::TooLarge));
        let yen = Money::zero("JPY".parse().unwrap());
        assert_eq!(line("1", "1", Some(Discount::Amount(yen))).amount(euro), Err(NotAnAmount::Currencies));
    }
}
