//! What a document comes to: lines, tax groups and totals (TOOLS.md M2 to M5).

use crate::billing::line::Line;
use crate::billing::measure::Percent;
use crate::billing::tax::{Tax, TaxCategory};
use crate::currency::Currency;
use crate::money::{Money, NotAnAmount, divide};

/// A tax of a document (EN 16931 BG-23): one for each category and rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxGroup {
    /// Its category (BT-118).
    pub category: TaxCategory,
    /// Its rate (BT-119).
    pub rate: Percent,
    /// Why no tax is charged (BT-120): every reason given, once.
    pub reasons: Vec<String>,
    /// What is taxed (BT-116).
    pub base: Money,
    /// The tax (BT-117).
    pub tax: Money,
}

/// The figures of a document. They are computed, kept at issue, and never edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// The amount of each line (BT-131).
    pub lines: Vec<Money>,
    /// Their sum (BT-106). Where prices include tax, so does this.
    pub line_total: Money,
    /// The document's discount (BT-107).
    pub discount: Money,
    /// The taxes, in the order in which lines name them.
    pub groups: Vec<TaxGroup>,
    /// Without tax (BT-109).
    pub net: Money,
    /// All taxes (BT-110).
    pub tax: Money,
    /// With tax (BT-112).
    pub gross: Money,
}

/// Lines that bear the same taxes: a document's discount and included taxes are split over these.
struct Portion<'a> {
    taxes: &'a [Tax],
    amount: i128,
}

/// Adds a document up. `discount` is a part of the sum of its lines.
///
/// ```
/// use lavori_domain::billing::{Line, Percent, Quantity, Tax, TaxCategory, UnitPrice, totals};
/// let vat = Tax::new(TaxCategory::Standard, Percent::parse("19").unwrap(), None).unwrap();
/// let (quantity, unit_price) = (Quantity::parse("1").unwrap(), UnitPrice::parse("138.66").unwrap());
/// let line = Line { quantity, unit_price, discount: None, taxes: vec![vat] };
/// let totals = totals("EUR".parse().unwrap(), false, &[line], Percent::ZERO).unwrap();
/// assert_eq!((totals.tax.to_string(), totals.gross.to_string()), ("26.35".into(), "165.01".into()));
/// ```
///
/// # Errors
/// [`NotAnAmount`] when a figure is too large, or a line's discount is of another currency.
pub fn totals(
    currency: Currency,
    prices_include_tax: bool,
    lines: &[Line],
    discount: Percent,
) -> Result<Totals, NotAnAmount> {
    let amounts = lines.iter().map(|line| line.amount(currency)).collect::<Result<Vec<_>, _>>()?;
    let line_total: i128 = amounts.iter().map(|amount| i128::from(amount.minor())).sum();
    let discount = divide(line_total * discount.wide(), Percent::WHOLE);

    let mut portions: Vec<Portion<'_>> = Vec::new();
    for (line, amount) in lines.iter().zip(&amounts) {
        let amount = i128::from(amount.minor());
        match portions.iter_mut().find(|portion| same_taxes(portion.taxes, &line.taxes)) {
            Some(portion) => portion.amount += amount,
            None => portions.push(Portion { taxes: &line.taxes, amount }),
        }
    }
    take_off(&mut portions, discount, line_total);

    let (groups, net) = if prices_include_tax { included(&portions) } else { added(&portions) };
    let money = |minor| Money::of_wide(minor, currency);
    let tax: i128 = groups.iter().map(|group| group.tax).sum();
    Ok(Totals {
        line_total: money(line_total)?,
        discount: money(discount)?,
        net: money(net)?,
        tax: money(tax)?,
        gross: money(net + tax)?,
        groups: groups.into_iter().map(|group| group.done(currency)).collect::<Result<_, _>>()?,
        lines: amounts,
    })
}

/// Whether two lines bear the same taxes, in whatever order they name them; reasons are texts and make no difference.
fn same_taxes(one: &[Tax], other: &[Tax]) -> bool {
    let holds = |taxes: &[Tax], tax: &Tax| {
        taxes.iter().any(|each| (each.category(), each.rate()) == (tax.category(), tax.rate()))
    };
    one.len() == other.len() && one.iter().all(|tax| holds(other, tax)) && other.iter().all(|tax| holds(one, tax))
}

/// Splits the document's discount by share, the remainder to the largest portion (M2).
fn take_off(portions: &mut [Portion<'_>], discount: i128, line_total: i128) {
    if line_total == 0 {
        return;
    }
    let mut rest = discount;
    for portion in portions.iter_mut() {
        let share = discount * portion.amount / line_total;
        portion.amount -= share;
        rest -= share;
    }
    // Of several largest ones the first.
    if let Some(largest) = portions.iter_mut().rev().max_by_key(|portion| portion.amount.abs()) {
        largest.amount -= rest;
    }
}

/// A [`TaxGroup`] that is being added up.
struct Group {
    category: TaxCategory,
    rate: Percent,
    reasons: Vec<String>,
    base: i128,
    tax: i128,
}

impl Group {
    fn done(self, currency: Currency) -> Result<TaxGroup, NotAnAmount> {
        let Self { category, rate, reasons, base, tax } = self;
        let (base, tax) = (Money::of_wide(base, currency)?, Money::of_wide(tax, currency)?);
        Ok(TaxGroup { category, rate, reasons, base, tax })
    }
}

/// The group of a tax, made when it is the first of its kind.
fn group<'a>(groups: &'a mut Vec<Group>, tax: &Tax) -> &'a mut Group {
    let (category, rate) = (tax.category(), tax.rate());
    let index = groups.iter().position(|group| (group.category, group.rate) == (category, rate)).unwrap_or_else(|| {
        groups.push(Group { category, rate, reasons: Vec::new(), base: 0, tax: 0 });
        groups.len() - 1
    });
    let group = &mut groups[index];
    if let Some(reason) = tax.reason().filter(|reason| !group.reasons.iter().any(|known| known == reason)) {
        group.reasons.push(reason.to_owned());
    }
    group
}

/// Tax comes on top: once per group (M3).
fn added(portions: &[Portion<'_>]) -> (Vec<Group>, i128) {
    let mut groups = Vec::new();
    for portion in portions {
        for tax in portion.taxes {
            group(&mut groups, tax).base += portion.amount;
        }
    }
    for group in &mut groups {
        group.tax = divide(group.base * group.rate.wide(), Percent::WHOLE);
    }
    (groups, portions.iter().map(|portion| portion.amount).sum())
}

/// Tax is in the prices: what people pay is exact, and the net is what is left (M5). Taxes on one base are taken out
/// together; a rate that occurs in two combinations is rounded in each.
fn included(portions: &[Portion<'_>]) -> (Vec<Group>, i128) {
    let (mut groups, mut net) = (Vec::new(), 0);
    for portion in portions {
        let rates: i128 = portion.taxes.iter().map(|tax| tax.rate().wide()).sum();
        let taxes: Vec<_> = portion
            .taxes
            .iter()
            .map(|tax| divide(portion.amount * tax.rate().wide(), Percent::WHOLE + rates))
            .collect();
        let base = portion.amount - taxes.iter().sum::<i128>();
        for (tax, amount) in portion.taxes.iter().zip(taxes) {
            let group = group(&mut groups, tax);
            group.base += base;
            group.tax += amount;
        }
        net += base;
    }
    (groups, net)
}

#[cfg(test)]
mod tests;
