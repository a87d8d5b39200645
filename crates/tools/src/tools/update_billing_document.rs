//! `update_billing_document`: changes a draft; of a document that left, only what may still change.

use lavori_domain::billing::{Discount, Document, DocumentKind, DocumentStatus, Percent};
use lavori_domain::{Currency, Money};
use lavori_policy::Scope;
use lavori_store::billing_documents;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, json};

use crate::access::Write;
use crate::billing::{
    Defaults, Figures, LineInput, add_to_source, check_credit, check_total, day, kind_of, load, note, note_names,
    read_line, share_client, text_of, touched,
};
use crate::call::{Call, Problems};
use crate::effect::Updates;
use crate::error::{Code, Error, Problem};
use crate::refs;
use crate::tool::Tool;
use crate::versions::Strict;
use crate::written::Written;

/// `update_billing_document`.
pub(crate) struct UpdateBillingDocument;

/// What may still change once a document left (TOOLS.md 3.4).
const STILL: [&str; 3] = ["due_date", "reference", "notes"];
/// What is no field of the document.
const ARGUMENTS: [&str; 4] = ["id", "version", "expected_total", "clear"];

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// Number, key or id.
    id: String,
    /// As last read; any change since is a conflict.
    version: Option<i32>,
    client: Option<String>,
    project: Option<String>,
    team: Option<String>,
    currency: Option<String>,
    date: Option<String>,
    due_date: Option<String>,
    valid_until: Option<String>,
    prices_include_tax: Option<bool>,
    /// With `line_id` it changes that line, without it is added.
    #[serde(default)]
    #[schemars(length(max = 200))]
    lines: Vec<LineChange>,
    /// Ids of lines.
    #[serde(default)]
    #[schemars(length(max = 200))]
    remove_lines: Vec<String>,
    discount_percent: Option<String>,
    #[schemars(length(max = 200))]
    reference: Option<String>,
    #[schemars(length(max = 5000))]
    notes: Option<String>,
    #[serde(default)]
    clear: Vec<Clear>,
    /// Total with tax after the change.
    expected_total: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
struct LineChange {
    line_id: Option<String>,
    #[serde(flatten)]
    line: LineInput,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Clear {
    Project,
    Team,
    Date,
    DueDate,
    ValidUntil,
    DiscountPercent,
    Reference,
    Notes,
}

impl Tool for UpdateBillingDocument {
    const NAME: &'static str = "update_billing_document";
    const TITLE: &'static str = "Update a draft quote or invoice";
    const ABOUT: &'static str = "Use to change a draft quote, invoice or credit note and its lines. After it was sent or \
                                 issued only due_date, reference and notes still change.";
    const SCOPE: Scope = Scope::Billing;

    type Effect = Updates;
    type Access = Write;
    type Input = Input;
    type Output = Written<Figures>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<Figures>, Error> {
        let id = refs::document(call, "id", &input.id).await?.id;
        let (before, source) = load(call, id).await?;
        still(call, &before, &input)?;
        let mut after = before.clone();
        header(call, &input, source.as_ref(), &mut after).await?;
        lines(call, &input, &mut after).await?;
        let mut fields = note(&before, &after)?;
        note_names(call, Some(&before), &after, &mut fields).await?;
        call.check_version("version", (kind_of(&before), id), input.version, before.version, &fields, Strict::Yes)
            .await?;
        if let Some(invoice) = source.as_ref().filter(|_| after.kind == DocumentKind::CreditNote) {
            check_credit(invoice, &after, "lines")?;
        }
        check_total(&after, input.expected_total.as_deref(), Self::NAME, call.arguments)?;
        if !fields.is_empty() {
            if before.kind == DocumentKind::Invoice && before.status == DocumentStatus::Draft {
                add_to_source(call, source.as_ref(), after.totals.net.minus(before.totals.net)).await?;
            }
            (after.version, after.updated_at) = (before.version + 1, call.now());
            let again = after.lines != before.lines || after.totals != before.totals;
            billing_documents::update(&mut call.db, &after, again).await?;
            if (after.client, after.project, after.team) != (before.client, before.project, before.team) {
                share_client(call, &after).await?;
            }
        }
        let title = after.title();
        let figures = Figures::of(&after, true).before(before.totals.gross);
        let outcome = call.updated(0, &touched(&after, &title), &fields, figures);
        Ok(Written::new(call, vec![outcome], Vec::new()))
    }
}

/// Refuses to change what does not change any more.
fn still(call: &Call<'_, Write>, document: &Document, input: &Input) -> Result<(), Error> {
    if document.status == DocumentStatus::Draft {
        return Ok(());
    }
    let given = call.arguments.as_object().into_iter().flat_map(Map::keys).map(String::as_str);
    let mut fixed: Vec<&str> = given.filter(|name| !STILL.contains(name) && !ARGUMENTS.contains(name)).collect();
    if input.clear.iter().any(|clear| !matches!(clear, Clear::DueDate | Clear::Reference | Clear::Notes)) {
        fixed.push("clear");
    }
    let Some(first) = fixed.first() else { return Ok(()) };
    let message = if document.kind == DocumentKind::Quote {
        "The quote left: `allowed` still changes. A sent one becomes a draft again as a new revision."
    } else {
        "The document is final: `allowed` still changes. What is wrong on an issued invoice a credit note takes back."
    };
    let mut problem = Problem::new(Code::DocumentIssued, message)
        .field(*first)
        .allowed(STILL)
        .current(json!({ "status": document.status, "version": document.version }));
    let mut next = Map::new();
    let left = document.settlement().creditable().map_or(0, Money::minor);
    match (document.kind, document.status) {
        (DocumentKind::Invoice, DocumentStatus::Issued) if left > 0 && left == document.totals.gross.minor() => {
            next.insert("kind".to_owned(), DocumentKind::CreditNote.as_str().into());
            next.insert("from".to_owned(), document.key().to_string().into());
            problem = problem.next("create_billing_document", next);
        }
        (DocumentKind::Quote, DocumentStatus::Sent) => {
            next.insert("id".to_owned(), document.key().to_string().into());
            next.insert("to".to_owned(), DocumentStatus::Draft.as_str().into());
            next.insert("version".to_owned(), document.version.into());
            problem = problem.next("change_billing_status", next);
        }
        _ => {}
    }
    Err(problem.into())
}

/// Everything but the lines; what is wrong is told at once.
async fn header(
    call: &mut Call<'_, Write>,
    input: &Input,
    source: Option<&Document>,
    after: &mut Document,
) -> Result<(), Error> {
    let mut problems = Problems::default();
    for clear in &input.clear {
        match clear {
            Clear::Project => after.project = None,
            // A narrowed connection writes into its own team only (TOOLS.md 1.4).
            Clear::Team => after.team = call.caller.tenant.team,
            Clear::Date => after.dated_on = None,
            Clear::DueDate => after.due_on = None,
            Clear::ValidUntil => after.valid_until = None,
            Clear::DiscountPercent => after.discount = Percent::ZERO,
            Clear::Reference => after.reference = None,
            Clear::Notes => after.notes = None,
        }
    }
    if let Some(text) = &input.client {
        let client = problems.keep(refs::contact(call, "client", text).await)?.map(|it| it.id);
        if after.kind == DocumentKind::CreditNote && client.is_some_and(|client| client != after.client) {
            let message = "A credit note is for the client of its invoice.";
            problems.add(Problem::new(Code::InvalidArgument, message).field("client"));
        }
        after.client = client.unwrap_or(after.client);
    }
    if let Some(text) = &input.project {
        after.project = problems.keep(refs::project(call, "project", text).await)?.map(|it| it.id);
    }
    if let Some(text) = &input.team {
        after.team = problems.keep(refs::team(call, "team", text).await)?.map(|it| it.id);
    }
    // Without its project it would be nobody's: a narrowed connection keeps what it changes (TOOLS.md 1.4).
    if let (Some(team), None, None) = (call.caller.tenant.team, after.team, after.project) {
        after.team = Some(team);
    }
    if let Some(code) = &input.currency {
        let currency = problems.keep(currency(code, source, after))?;
        after.currency = currency.unwrap_or(after.currency);
    }
    for (field, given, kind) in
        [("due_date", &input.due_date, DocumentKind::Invoice), ("valid_until", &input.valid_until, DocumentKind::Quote)]
    {
        if given.is_some() && after.kind != kind {
            problems.add(Problem::new(Code::InvalidArgument, "This kind of document has no such date.").field(field));
        }
    }
    if let Some(text) = &input.date {
        after.dated_on = problems.keep(day(call, "date", text))?;
    }
    if let Some(text) = &input.due_date {
        after.due_on = problems.keep(day(call, "due_date", text))?;
        let issued = after.dated_on.filter(|_| after.status != DocumentStatus::Draft);
        if let Some(date) = issued.filter(|date| after.due_on.is_some_and(|due_on| due_on < *date)) {
            let message = "The last day to pay is not before the date of the document.";
            let problem = Problem::new(Code::InvalidDate, message).field("due_date").got(&text.as_str().into());
            problems.add(problem.allowed([date.to_string()]));
        }
    }
    if let Some(text) = &input.valid_until {
        after.valid_until = problems.keep(day(call, "valid_until", text))?;
    }
    if let Some(text) = &input.discount_percent {
        match Percent::parse(text) {
            Ok(discount) => after.discount = discount,
            Err(refused) => problems.add(text_of("discount_percent", text, &refused)),
        }
    }
    after.prices_include_tax = input.prices_include_tax.unwrap_or(after.prices_include_tax);
    after.reference = input.reference.clone().or_else(|| after.reference.take());
    after.notes = input.notes.clone().or_else(|| after.notes.take());
    problems.told()
}

/// Another currency: prices stay the numbers they are. Not for what was made from another document, and not while a line
/// has an amount off, which is of the old one.
fn currency(code: &str, source: Option<&Document>, document: &Document) -> Result<Currency, Error> {
    let known = code.to_uppercase().parse::<Currency>().ok().filter(|currency| currency.is_in_use());
    let Some(currency) = known else {
        let message = "Not the code of a currency: expected one of ISO 4217, such as EUR.";
        return Err(Problem::new(Code::InvalidArgument, message).field("currency").got(&code.into()).into());
    };
    let amounts_off = document.lines.iter().any(|line| matches!(line.line.discount, Some(Discount::Amount(_))));
    if currency == document.currency || !(source.is_some() || amounts_off || document.invoiced_net.minor() != 0) {
        return Ok(currency);
    }
    let message = "It was made from a document in its present currency, or a line has an amount off in it.";
    Err(Problem::new(Code::CurrencyMismatch, message)
        .field("currency")
        .got(&code.into())
        .allowed([document.currency.to_string()])
        .into())
}

/// Changes, adds and removes lines, and adds the document up.
async fn lines(call: &mut Call<'_, Write>, input: &Input, after: &mut Document) -> Result<(), Error> {
    let mut problems = Problems::default();
    let defaults = Defaults::of(after.currency, &after.lines);
    for (index, change) in input.lines.iter().enumerate() {
        let field = format!("lines[{index}]");
        let place = match &change.line_id {
            None => None,
            Some(id) => match after.lines.iter().position(|line| line.id.to_string() == *id) {
                Some(place) => Some(place),
                None => {
                    problems.add(no_line(after, format!("{field}.line_id"), id));
                    continue;
                }
            },
        };
        let existing = place.map(|place| after.lines[place].clone());
        let line = read_line(call, &field, &change.line, existing.as_ref(), &defaults).await;
        match (problems.keep(line)?, place) {
            (Some(line), Some(place)) => after.lines[place] = line,
            (Some(line), None) => after.lines.push(line),
            (None, _) => {}
        }
    }
    for (index, id) in input.remove_lines.iter().enumerate() {
        let there = after.lines.len();
        after.lines.retain(|line| line.id.to_string() != *id);
        if after.lines.len() == there {
            problems.add(no_line(after, format!("remove_lines[{index}]"), id));
        }
    }
    problems.told()?;
    if after.status != DocumentStatus::Draft {
        // Its figures are those of the day it left.
        return Ok(());
    }
    // Sums that are of nothing yet go with the currency.
    for sum in [&mut after.paid, &mut after.credited, &mut after.invoiced_net] {
        if sum.minor() == 0 {
            *sum = Money::zero(after.currency);
        }
    }
    after.compute().map_err(|refused| text_of("lines", "", &refused).into())
}

/// There is no such line; what there is.
fn no_line(document: &Document, field: String, id: &str) -> Problem {
    let problem =
        Problem::new(Code::NotFound, "The document has no such line: `allowed` holds the ids of those it has.");
    problem.field(field).got(&id.into()).allowed(document.lines.iter().map(|line| line.id.to_string()))
}
