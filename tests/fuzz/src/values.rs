//! Amounts, measures, dates, keys and other small values that arguments hold: what is read is written, and read again as
//! the same.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use lavori_domain::billing::{DocumentNumber, ExchangeRate, Markup, Percent, Quantity, UnitPrice};
use lavori_domain::contacts::{normalize_tax_id, read_email, read_language, read_phone};
use lavori_domain::when::{self, When};
use lavori_domain::{Currency, Key, Money, TaskId, TimeZone, Timestamp, tags, text};

use crate::first_line;

/// The first line says the currency or the zone, the rest is the value.
pub(crate) fn run(data: &[u8]) {
    let (first, rest) = first_line(data);
    let (Ok(first), Ok(rest)) = (std::str::from_utf8(first), std::str::from_utf8(rest)) else { return };
    amount(first, rest);
    date(first, rest);
    small(rest);
}

fn amount(currency: &str, text: &str) {
    let currency: Currency = currency.parse().unwrap_or_else(|_| "EUR".parse().expect("a code"));
    if let Ok(money) = Money::parse(text, currency) {
        let shown = money.to_string();
        assert_eq!(Money::parse(&shown, currency), Ok(money), "an amount reads back: {shown}");
        let decimals = shown.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        assert_eq!(decimals, currency.exponent() as usize, "an amount has the decimals of its currency: {shown}");
        assert_eq!(money.minor() < 0, shown.starts_with('-'), "a sign is kept: {shown}");
        // The same without the library that it was read with.
        let digits: String = shown.chars().filter(|c| *c != '.').collect();
        assert_eq!(digits.parse::<i64>(), Ok(money.minor()), "its digits are its minor units");
        if let (Ok(bound), true) = (Money::bound(text), currency.exponent() <= 4) {
            assert_eq!(bound, money.minor() * 10_i64.pow(4 - currency.exponent()), "a bound is the same amount");
        }
        assert_eq!(money.minus(money), Ok(Money::zero(currency)));
    }
    measure(text, Quantity::parse);
    measure(text, UnitPrice::parse);
    measure(text, Percent::parse);
    measure(text, Markup::parse);
    measure(text, ExchangeRate::parse);
}

fn measure<T: Display + Debug + PartialEq, E: Debug + PartialEq>(text: &str, parse: fn(&str) -> Result<T, E>) {
    if let Ok(value) = parse(text) {
        let shown = value.to_string();
        assert_eq!(parse(&shown), Ok(value), "a measure reads back: {shown}");
    }
}

fn date(zone: &str, text: &str) {
    let zone: TimeZone = zone.parse().unwrap_or_else(|_| "Europe/Rome".parse().expect("a zone"));
    // 2026-11-22, noon in UTC.
    let now = Timestamp::from_millis(1_795_348_800_000);
    if let Ok(instant) = Timestamp::parse_rfc3339(text) {
        assert_eq!(Timestamp::parse_rfc3339(&instant.to_string()), Ok(instant), "an instant reads back: {instant}");
    }
    let Ok(read) = when::parse(text, now, zone) else { return };
    // As text, which is how one of the databases keeps them, years of four digits sort as they follow each other.
    let in_calendar = |date: NaiveDate| assert!((0..=9999).contains(&date.year()), "{text:?} is in the year {date}");
    match read {
        When::Instant(instant) => {
            in_calendar(instant.utc().date_naive());
            // Offsets of old have seconds, which RFC 3339 cannot say: the last zone gave them up in 1972.
            if (1973..=9998).contains(&instant.utc().year()) {
                let local = zone.rfc3339(instant);
                let again = when::parse(&local, now, zone).expect("what is shown is read").start(zone);
                assert_eq!(again.millis() / 1000, instant.millis() / 1000, "a date-time reads back: {local}");
            }
        }
        When::Days { first, last } => {
            in_calendar(first);
            in_calendar(last);
            assert!(first <= last, "days are in order: {first} {last}");
            assert_eq!(when::parse(&first.to_string(), now, zone), Ok(When::Days { first, last: first }));
        }
    }
    // A day without an instant exists: Samoa left one out in 2011.
    assert!(read.start(zone) <= read.end(zone), "what begins ends later: {text:?}");
}

fn small(text: &str) {
    again::<Key>(text);
    again::<TaskId>(text);
    again::<DocumentNumber>(text);
    let cleaned = text::clean(text);
    assert!(text::is_clean(&cleaned) && text::clean(&cleaned) == cleaned, "cleaned once is clean");
    same_form(text, read_email);
    same_form(text, read_phone);
    same_form(text, read_language);
    for country in [None, Some("IT"), Some("US")] {
        same_form(text, |text| normalize_tax_id(text, country).ok());
    }
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if let Some(kept) = tags::read(&lines) {
        assert_eq!(tags::read(&kept), Some(kept.clone()), "tags are in the form in which they are kept");
    }
}

fn again<T: FromStr + Display + Debug + PartialEq>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let shown = value.to_string();
        assert!(shown.parse::<T>().is_ok_and(|read| read == value), "{value:?} reads back: {shown}");
    }
}

/// What is in the form in which it is kept is not brought into another one.
fn same_form(text: &str, read: impl Fn(&str) -> Option<String>) {
    if let Some(kept) = read(text) {
        assert_eq!(read(&kept).as_deref(), Some(kept.as_str()), "{text:?}");
    }
}
