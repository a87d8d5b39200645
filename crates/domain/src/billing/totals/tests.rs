//! The vectors of TOOLS.md 3.3, and an oracle of exact fractions that shares no arithmetic with the code.

use num_rational::BigRational;
use num_traits::{FromPrimitive, Signed, ToPrimitive, Zero};
use proptest::prelude::*;

use super::*;
use crate::billing::{Discount, Quantity, UnitPrice};

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

fn vat(rate: &str) -> Tax {
    Tax::new(TaxCategory::Standard, Percent::parse(rate).unwrap(), None).unwrap()
}

fn line(quantity: &str, price: &str, taxes: &[Tax]) -> Line {
    let (quantity, unit_price) = (Quantity::parse(quantity).unwrap(), UnitPrice::parse(price).unwrap());
    Line { quantity, unit_price, discount: None, taxes: taxes.to_vec() }
}

fn sum(lines: &[Line], discount: &str) -> Totals {
    totals(currency("EUR"), false, lines, Percent::parse(discount).unwrap()).unwrap()
}

/// Taxes and gross, as text.
fn shown(totals: &Totals) -> (Vec<String>, String) {
    (totals.groups.iter().map(|group| group.tax.to_string()).collect(), totals.gross.to_string())
}

#[test]
fn m3_the_vectors() {
    for (price, rates, taxes, gross) in [
        ("138.66", &["19"][..], &["26.35"][..], "165.01"),
        ("140.00", &["5", "9.975"], &["7.00", "13.97"], "160.97"),
        ("4495.16", &["9.975"], &["448.39"], "4943.55"),
    ] {
        let rates: Vec<_> = rates.iter().map(|rate| vat(rate)).collect();
        let expected = (taxes.iter().map(|tax| (*tax).to_owned()).collect(), gross.to_owned());
        assert_eq!(shown(&sum(&[line("1", price, &rates)], "0")), expected, "{price}");
    }
}

#[test]
fn m3_tax_is_rounded_once_per_group_and_never_per_line() {
    let totals = sum(&[line("1", "1.24", &[vat("10")]), line("1", "1.24", &[vat("10")])], "0");
    assert_eq!(shown(&totals), (vec!["0.25".to_owned()], "2.73".to_owned()));
    let credit = sum(&[line("-1", "1.24", &[vat("10")]), line("-1", "1.24", &[vat("10")])], "0");
    assert_eq!(shown(&credit), (vec!["-0.25".to_owned()], "-2.73".to_owned()));
}

#[test]
fn m2_the_discount_is_split_by_share_and_the_remainder_goes_to_the_largest() {
    // 10 % of 100.01 is 10.00: 3.33 of 33.33, 6.66 of 66.68, and the cent that is left to the larger one.
    let totals = sum(&[line("1", "33.33", &[vat("10")]), line("1", "66.68", &[vat("22")])], "10");
    assert_eq!(totals.discount.to_string(), "10.00");
    let bases: Vec<_> = totals.groups.iter().map(|group| group.base.to_string()).collect();
    assert_eq!(bases, ["30.00", "60.01"]);
    assert_eq!(totals.net.to_string(), "90.01");
}

#[test]
fn m5_where_prices_include_tax_what_people_pay_is_exact() {
    let of = |lines: &[Line]| totals(currency("EUR"), true, lines, Percent::ZERO).unwrap();
    let ticket = of(&[line("3", "9.99", &[vat("22")])]);
    assert_eq!(
        (ticket.gross.to_string(), ticket.tax.to_string(), ticket.net.to_string()),
        ("29.97".into(), "5.40".into(), "24.57".into())
    );
    let two = of(&[line("1", "114.98", &[vat("5"), vat("9.975")])]);
    assert_eq!(shown(&two), (vec!["5.00".into(), "9.98".into()], "114.98".to_owned()));
}

#[test]
fn m6_reasons_are_said_once_and_exempt_lines_bear_no_tax() {
    let exempt = |reason: &str| Tax::new(TaxCategory::ReverseCharge, Percent::ZERO, Some(reason.to_owned())).unwrap();
    let lines = [
        line("1", "10", &[exempt("Article 196")]),
        line("1", "20", &[exempt("Article 196")]),
        line("1", "5", &[vat("22")]),
    ];
    let totals = sum(&lines, "0");
    assert_eq!(totals.groups[0].reasons, ["Article 196"]);
    assert_eq!(shown(&totals), (vec!["0.00".into(), "1.10".into()], "36.10".to_owned()));
}

#[test]
fn an_empty_document_comes_to_nothing_and_a_huge_one_is_refused() {
    let nothing = sum(&[], "10");
    assert_eq!((nothing.gross.minor(), nothing.groups.len()), (0, 0));
    let most = line("999999", "9999999999.999999", &[vat("22")]);
    assert_eq!(totals(currency("EUR"), false, &[most], Percent::ZERO), Err(NotAnAmount::TooLarge));
}

fn fraction(units: i64, decimals: u32) -> BigRational {
    BigRational::new(units.into(), 10_i64.pow(decimals).into())
}

/// Rounds half away from zero to minor units.
fn rounded(major: &BigRational, exponent: u32) -> BigRational {
    let scale = BigRational::from_i64(10_i64.pow(exponent)).unwrap();
    let half = BigRational::new(1.into(), 2.into());
    let minor = (major.abs() * &scale + half).floor() * major.signum();
    minor / scale
}

fn minor(major: &BigRational, exponent: u32) -> i64 {
    (major * BigRational::from_i64(10_i64.pow(exponent)).unwrap()).to_integer().to_i64().unwrap()
}

/// What the document comes to by the rules read literally: net, taxes by rate, gross.
fn oracle(code: &str, included: bool, lines: &[Line], discount: Percent) -> (i64, Vec<i64>, i64) {
    let exponent = currency(code).exponent();
    let hundred = BigRational::from_i64(100).unwrap();
    let amounts: Vec<BigRational> = lines
        .iter()
        .map(|line| {
            let exact = fraction(line.quantity.units(), 6) * fraction(line.unit_price.units(), 6);
            let off = match line.discount {
                None => BigRational::zero(),
                Some(Discount::Amount(amount)) => fraction(amount.minor(), exponent),
                Some(Discount::Percent(percent)) => &exact * fraction(percent.units(), 4) / &hundred,
            };
            rounded(&(exact - off), exponent)
        })
        .collect();
    let total: BigRational = amounts.iter().sum();
    let off = rounded(&(&total * fraction(discount.units(), 4) / &hundred), exponent);
    // Every line of these documents bears one tax: portions are rates.
    let mut rates: Vec<Percent> = Vec::new();
    let mut sums: Vec<BigRational> = Vec::new();
    for (line, amount) in lines.iter().zip(&amounts) {
        let rate = line.taxes[0].rate();
        match rates.iter().position(|known| *known == rate) {
            Some(index) => sums[index] += amount,
            None => {
                rates.push(rate);
                sums.push(amount.clone());
            }
        }
    }
    if !total.is_zero() {
        let unit = fraction(1, exponent);
        let shares: Vec<BigRational> = sums.iter().map(|sum| (&off * sum / &total / &unit).trunc() * &unit).collect();
        let mut reduced: Vec<BigRational> = sums.iter().zip(&shares).map(|(sum, share)| sum - share).collect();
        let mut largest = 0;
        for index in 1..reduced.len() {
            if reduced[index].abs() > reduced[largest].abs() {
                largest = index;
            }
        }
        reduced[largest] -= &off - shares.iter().sum::<BigRational>();
        sums = reduced;
    }
    let taxes: Vec<BigRational> = sums
        .iter()
        .zip(&rates)
        .map(|(sum, rate)| {
            let rate = fraction(rate.units(), 4);
            let exact = if included { sum * &rate / (&hundred + &rate) } else { sum * &rate / &hundred };
            rounded(&exact, exponent)
        })
        .collect();
    let (all, tax): (BigRational, BigRational) = (sums.iter().sum(), taxes.iter().sum());
    let net = if included { &all - &tax } else { all };
    let taxes = taxes.iter().map(|tax| minor(tax, exponent)).collect();
    (minor(&net, exponent), taxes, minor(&(net + tax), exponent))
}

fn lines(code: &'static str) -> impl Strategy<Value = Vec<Line>> {
    let rates = prop::sample::select(vec!["22", "10", "9.975", "4", "0.0001", "100"]);
    let discount = prop_oneof![
        Just(None),
        (0..=1_000_000_i64).prop_map(|units| Some(Discount::Percent(Percent::of_units(units).unwrap()))),
        (-9_999..=9_999_i64)
            .prop_map(move |minor| Some(Discount::Amount(Money::of_minor(minor, currency(code)).unwrap()))),
    ];
    let line = (-9_999_999_999..=9_999_999_999_i64, 0..=9_999_999_999_i64, discount, rates).prop_map(
        |(quantity, price, discount, rate)| Line {
            quantity: Quantity::of_units(quantity).unwrap(),
            unit_price: UnitPrice::of_units(price).unwrap(),
            discount,
            taxes: vec![vat(rate)],
        },
    );
    prop::collection::vec(line, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn m4_every_document_comes_to_what_exact_fractions_say(
        (code, lines) in prop::sample::select(vec!["EUR", "JPY", "KWD"]).prop_flat_map(|code| (Just(code), lines(code))),
        included in any::<bool>(),
        discount in 0..=1_000_000_i64,
    ) {
        let discount = Percent::of_units(discount).unwrap();
        let totals = totals(currency(code), included, &lines, discount).unwrap();
        let (net, taxes, gross) = oracle(code, included, &lines, discount);
        prop_assert_eq!(totals.net.minor(), net);
        prop_assert_eq!(totals.groups.iter().map(|group| group.tax.minor()).collect::<Vec<_>>(), taxes);
        prop_assert_eq!(totals.gross.minor(), gross);
        // The chain of EN 16931 (BR-CO-10, 13, 14, 15).
        prop_assert_eq!(totals.lines.iter().map(|line| line.minor()).sum::<i64>(), totals.line_total.minor());
        prop_assert_eq!(totals.groups.iter().map(|group| group.base.minor()).sum::<i64>(), totals.net.minor());
        prop_assert_eq!(totals.groups.iter().map(|group| group.tax.minor()).sum::<i64>(), totals.tax.minor());
        let paid = if included { totals.gross } else { totals.net };
        prop_assert_eq!(paid.minor(), totals.line_total.minor() - totals.discount.minor());
    }
}
