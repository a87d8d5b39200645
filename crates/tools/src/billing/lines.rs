//! The lines that a call writes.

use lavori_domain::billing::{
    Discount, DocumentLine, Line, NotAMeasure, Percent, Quantity, ServiceItem, Tax, TaxCategory, UnitPrice,
};
use lavori_domain::{Currency, DocumentLineId, Money};
use schemars::JsonSchema;
use serde::Deserialize;

use super::refs::{item, text_of};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};

/// A line as a caller writes it.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct LineInput {
    /// Service item: id, key or exact name.
    item: Option<String>,
    /// Default: the item's name.
    #[schemars(length(max = 1000))]
    description: Option<String>,
    /// Decimal; default the item's, or 1.
    quantity: Option<String>,
    #[schemars(length(max = 40))]
    unit: Option<String>,
    /// Decimal, up to 6 places.
    unit_price: Option<String>,
    /// Amount off.
    discount: Option<String>,
    discount_percent: Option<String>,
    /// Default: the item's, or those of all other lines or of `from`.
    #[serde(default)]
    #[schemars(length(max = 5))]
    taxes: Vec<TaxInput>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
struct TaxInput {
    /// Percent.
    rate: String,
    /// Default S, or Z at 0.
    category: Option<TaxCategory>,
    /// Why no tax is charged.
    reason: Option<String>,
}

/// What a line has when nothing is said.
#[derive(Debug, Clone)]
pub(crate) struct Defaults {
    /// The document's currency.
    pub(crate) currency: Currency,
    /// The taxes that all lines share which are there already.
    pub(crate) taxes: Option<Vec<Tax>>,
}

impl Defaults {
    /// Of a document that has `lines` already, or is made from them.
    pub(crate) fn of(currency: Currency, lines: &[DocumentLine]) -> Self {
        let mut taxes = lines.iter().map(|line| &line.line.taxes);
        let first = taxes.next();
        let shared = first.filter(|first| taxes.all(|other| other == *first)).cloned();
        Self { currency, taxes: shared }
    }
}

/// Makes a line of `input`, or changes `existing` by it. `field` is where it stands in the call.
pub(crate) async fn read_line(
    call: &mut Call<'_, Write>,
    field: &str,
    input: &LineInput,
    existing: Option<&DocumentLine>,
    defaults: &Defaults,
) -> Result<DocumentLine, Error> {
    let mut problems = Problems::default();
    let at = |name: &str| format!("{field}.{name}");
    let found = match &input.item {
        Some(text) => problems.keep(item(call, &at("item"), text).await)?,
        None => None,
    };
    if let Some(found) = found.as_ref().filter(|found| found.currency != defaults.currency) {
        let message = "The item is priced in another currency than the document: write the line without it.";
        problems.add(
            Problem::new(Code::CurrencyMismatch, message)
                .field(at("item"))
                .got(&found.currency.to_string().into())
                .allowed([defaults.currency.to_string()]),
        );
    }
    let item = found.as_ref();
    let old = existing.map(|line| &line.line);
    let description = input.description.clone().or_else(|| item.map(|item| item.name.clone()));
    let description = description.or_else(|| existing.map(|line| line.description.clone()));
    if description.is_none() && input.item.is_none() {
        problems.add(
            Problem::new(Code::MissingArgument, "A line needs a description or an item.").field(at("description")),
        );
    }
    let quantity = number(&mut problems, &at("quantity"), input.quantity.as_deref(), Quantity::parse)
        .or_else(|| item.filter(|_| old.is_none()).map(|item| item.default_quantity))
        .or_else(|| old.map(|line| line.quantity));
    let unit_price = number(&mut problems, &at("unit_price"), input.unit_price.as_deref(), UnitPrice::parse)
        .or_else(|| item.map(|item| item.unit_price))
        .or_else(|| old.map(|line| line.unit_price));
    if unit_price.is_none() && input.unit_price.is_none() && input.item.is_none() {
        problems.add(Problem::new(Code::MissingArgument, "A line needs a price or an item.").field(at("unit_price")));
    }
    let discount =
        discount(&mut problems, field, input, defaults.currency).or_else(|| old.and_then(|line| line.discount));
    let taxes = taxes(&mut problems, field, input, item, old, defaults);
    problems.told()?;
    Ok(DocumentLine {
        id: existing.map_or_else(|| DocumentLineId::new(call.env), |line| line.id),
        description: description.unwrap_or_default(),
        unit: input
            .unit
            .clone()
            .or_else(|| item.and_then(|item| item.unit.clone()))
            .or_else(|| existing.and_then(|line| line.unit.clone())),
        service_item: item.map(|item| item.id).or_else(|| existing.and_then(|line| line.service_item)),
        line: Line {
            quantity: quantity.unwrap_or(Quantity::ONE_PIECE),
            // Told above when there is none.
            unit_price: unit_price.unwrap_or(UnitPrice::FREE),
            discount,
            taxes,
        },
    })
}

fn number<T>(
    problems: &mut Problems,
    field: &str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Result<T, NotAMeasure>,
) -> Option<T> {
    match parse(text?) {
        Ok(number) => Some(number),
        Err(refused) => {
            problems.add(text_of(field, text.unwrap_or_default(), &refused));
            None
        }
    }
}

fn discount(problems: &mut Problems, field: &str, input: &LineInput, currency: Currency) -> Option<Discount> {
    let percent_field = format!("{field}.discount_percent");
    match (&input.discount, &input.discount_percent) {
        (Some(_), Some(_)) => {
            let message = "A line has one discount: an amount or a percentage.";
            problems.add(Problem::new(Code::InvalidArgument, message).field(percent_field));
            None
        }
        (Some(text), None) => match Money::parse(text, currency) {
            Ok(amount) => Some(Discount::Amount(amount)),
            Err(refused) => {
                problems.add(text_of(&format!("{field}.discount"), text, &refused));
                None
            }
        },
        (None, text) => number(problems, &percent_field, text.as_deref(), Percent::parse).map(Discount::Percent),
    }
}

fn taxes(
    problems: &mut Problems,
    field: &str,
    input: &LineInput,
    item: Option<&ServiceItem>,
    old: Option<&Line>,
    defaults: &Defaults,
) -> Vec<Tax> {
    if input.taxes.is_empty() {
        let known = item.and_then(|item| item.tax.clone()).map(|tax| vec![tax]);
        let known = known.or_else(|| old.map(|line| line.taxes.clone())).or_else(|| defaults.taxes.clone());
        return known.filter(|taxes| !taxes.is_empty()).unwrap_or_else(|| {
            let message = "A line needs its taxes: a rate in percent, or a category of rate 0 with its reason.";
            let missing = Problem::new(Code::MissingArgument, message).field(format!("{field}.taxes"));
            problems.add(missing.allowed(TaxCategory::ALL.iter().map(|category| category.as_str())));
            Vec::new()
        });
    }
    let mut taxes = Vec::new();
    for (index, given) in input.taxes.iter().enumerate() {
        let field = format!("{field}.taxes[{index}]");
        let Some(rate) = number(problems, &format!("{field}.rate"), Some(&given.rate), Percent::parse) else {
            continue;
        };
        let zero = if rate == Percent::ZERO { TaxCategory::ZeroRated } else { TaxCategory::Standard };
        match Tax::new(given.category.unwrap_or(zero), rate, given.reason.clone()) {
            Ok(tax) => taxes.push(tax),
            Err(refused) => problems.add(Problem::new(Code::InvalidArgument, refused.to_string()).field(field)),
        }
    }
    taxes
}
