//! What a write tells of a document: its number and what it comes to.

use lavori_domain::Money;
use lavori_domain::billing::{Accounting, Document, DocumentStatus, TaxCategory};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::refs::text_of;
use crate::error::{Code, Error, Problem};

/// What a document comes to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Figures {
    /// The number of its series.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// Where it stands.
    document_status: DocumentStatus,
    /// Its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    /// Of all amounts.
    currency: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<LineFigure>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tax_groups: Vec<Group>,
    net: String,
    tax: String,
    gross: String,
    /// The same in the organization's currency, of what is issued in another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    accounting: Option<AccountingView>,
    /// What it came to before.
    #[serde(skip_serializing_if = "Option::is_none")]
    gross_before: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct LineFigure {
    line_id: String,
    description: String,
    amount: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Group {
    category: TaxCategory,
    rate: String,
    base: String,
    tax: String,
}

/// What a document in another currency comes to in the organization's, at the rate of its issue date.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct AccountingView {
    currency: String,
    /// What one unit of the document's currency was worth.
    exchange_rate: String,
    net: String,
    tax: String,
    gross: String,
}

impl AccountingView {
    pub(crate) fn of(accounting: &Accounting) -> Self {
        Self {
            currency: accounting.gross.currency().to_string(),
            exchange_rate: accounting.rate.to_string(),
            net: accounting.net.to_string(),
            tax: accounting.tax.to_string(),
            gross: accounting.gross.to_string(),
        }
    }
}

/// The most characters of a line's description that are told.
const LABEL: usize = 40;

impl Figures {
    /// Of `document`. `lines`: each line's amount as well.
    pub(crate) fn of(document: &Document, lines: bool) -> Self {
        let figures = document.lines.iter().zip(&document.totals.lines).filter(|_| lines);
        Self {
            number: document.taken.map(|number| number.to_string()),
            document_status: document.status,
            date: document.dated_on.map(|date| date.to_string()),
            currency: document.currency.to_string(),
            lines: figures
                .map(|(line, amount)| LineFigure {
                    line_id: line.id.to_string(),
                    description: line.description.chars().take(LABEL).collect(),
                    amount: amount.to_string(),
                })
                .collect(),
            tax_groups: document
                .totals
                .groups
                .iter()
                .map(|group| Group {
                    category: group.category,
                    rate: group.rate.to_string(),
                    base: group.base.to_string(),
                    tax: group.tax.to_string(),
                })
                .collect(),
            net: document.totals.net.to_string(),
            tax: document.totals.tax.to_string(),
            gross: document.totals.gross.to_string(),
            accounting: document.accounting.as_ref().map(AccountingView::of),
            gross_before: None,
        }
    }

    /// The same, with what it came to before the change.
    pub(crate) fn before(self, gross: Money) -> Self {
        let before = gross.to_string();
        Self { gross_before: (before != self.gross).then_some(before), ..self }
    }
}

/// Refuses when the total is not the one that the caller reckoned with. `next` is the tool with the call's arguments:
/// corrected, it would do.
pub(crate) fn check_total(
    document: &Document,
    expected: Option<&str>,
    tool: &'static str,
    arguments: &Value,
) -> Result<(), Error> {
    let Some(text) = expected else { return Ok(()) };
    let expected =
        Money::parse(text, document.currency).map_err(|refused| text_of("expected_total", text, &refused))?;
    let totals = &document.totals;
    if expected == totals.gross {
        return Ok(());
    }
    let message = "The total with tax is another one: see `current`. Nothing was done.";
    let mut next: Map<String, Value> = arguments.as_object().cloned().unwrap_or_default();
    next.insert("expected_total".to_owned(), totals.gross.to_string().into());
    Err(Problem::new(Code::TotalMismatch, message)
        .field("expected_total")
        .got(&text.into())
        .current(json!({
            "net": totals.net, "tax": totals.tax, "gross": totals.gross, "currency": document.currency.to_string(),
        }))
        .next(tool, next)
        .into())
}

/// A credit note takes back something, and no more than is left of its invoice. `field` is what says how much.
pub(crate) fn check_credit(invoice: &Document, credit: &Document, field: &str) -> Result<(), Error> {
    let left = invoice.settlement().creditable().map_err(|error| Error::Internal(Box::new(error)))?;
    let gross = credit.totals.gross;
    if gross.minor() <= 0 && !credit.lines.is_empty() {
        let message = "A credit note takes back what its lines say: write them above nothing, as on the invoice.";
        return Err(Problem::new(Code::InvalidArgument, message).field("lines").into());
    }
    if gross.minor() <= left.minor() {
        return Ok(());
    }
    let message = "More would be taken back than is left of the invoice: see `current`, and give lines for less.";
    Err(Problem::new(Code::CreditExceedsInvoice, message)
        .field(field)
        .got(&gross.to_string().into())
        .current(json!({ "creditable": left, "currency": invoice.currency.to_string() }))
        .into())
}
