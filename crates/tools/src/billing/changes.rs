//! What the change feed is told of documents.

use lavori_domain::billing::{Document, DocumentKind, DocumentLine};
use lavori_domain::changes::{Operation, RecordKind};
use lavori_domain::{KeyKind, Money};
use lavori_store::billing_documents;

use crate::access::Write;
use crate::call::Call;
use crate::error::Error;
use crate::fields::Fields;
use crate::views;
use crate::written::Touched;

/// The kind of record that a document is.
fn kind_of(document: &Document) -> RecordKind {
    match document.kind {
        DocumentKind::Quote => RecordKind::Quote,
        DocumentKind::Invoice => RecordKind::Invoice,
        DocumentKind::CreditNote => RecordKind::CreditNote,
    }
}

/// A document that was written, called `title`.
pub(crate) fn touched<'a>(document: &Document, title: &'a str) -> Touched<'a> {
    Touched::new(kind_of(document), document.id, title, document.version)
        .number(KeyKind::Document, document.number)
        .team(document.team)
        .project(document.project)
}

/// The fields that differ between a document before and after.
pub(crate) fn note(from: &Document, to: &Document) -> Result<Fields, Error> {
    let mut fields = Fields::new();
    let number = |document: &Document| document.taken.map(|number| number.to_string());
    fields.set("number", &number(from), &number(to))?;
    fields.set("status", &from.status, &to.status)?;
    fields.set("revision", &from.revision, &to.revision)?;
    fields.set("date", &views::day(from.dated_on), &views::day(to.dated_on))?;
    fields.set("due_date", &views::day(from.due_on), &views::day(to.due_on))?;
    fields.set("valid_until", &views::day(from.valid_until), &views::day(to.valid_until))?;
    fields.set("decided", &views::day(from.decided_on), &views::day(to.decided_on))?;
    fields.set("reason", &from.status_reason, &to.status_reason)?;
    fields.set("currency", from.currency.code(), to.currency.code())?;
    fields.set("prices_include_tax", &from.prices_include_tax, &to.prices_include_tax)?;
    fields.set("discount_percent", &from.discount, &to.discount)?;
    fields.set("reference", &from.reference, &to.reference)?;
    fields.set("notes", &from.notes, &to.notes)?;
    // Only that they are others: whose they are is told by the records themselves.
    fields.refer("client", Some((from.client, "")), Some((to.client, "")));
    fields.refer("project", from.project.map(|id| (id, "")), to.project.map(|id| (id, "")));
    fields.refer("team", from.team.map(|id| (id, "")), to.team.map(|id| (id, "")));
    fields.set("lines", &lines(from), &lines(to))?;
    fields.set("gross", &from.totals.gross, &to.totals.gross)?;
    sums(&mut fields, from, to)?;
    Ok(fields)
}

/// The lines in a few words each.
fn lines(document: &Document) -> Vec<String> {
    let text = |(line, amount): (&DocumentLine, &Money)| {
        format!("{}: {} x {} = {amount}", line.description, line.line.quantity, line.line.unit_price)
    };
    document.lines.iter().zip(&document.totals.lines).map(text).collect()
}

/// The sums of other rows that differ.
fn sums(fields: &mut Fields, from: &Document, to: &Document) -> Result<(), Error> {
    fields.set("paid", &from.paid, &to.paid)?;
    fields.set("credited", &from.credited, &to.credited)?;
    fields.set("invoiced_net", &from.invoiced_net, &to.invoiced_net)
}

/// Keeps the sums of `to` and notes that they changed: a change of the document like every other.
pub(crate) async fn note_sums(call: &mut Call<'_, Write>, from: &Document, to: &mut Document) -> Result<(), Error> {
    let mut fields = Fields::new();
    sums(&mut fields, from, to)?;
    if fields.is_empty() {
        return Ok(());
    }
    (to.version, to.updated_at) = (from.version + 1, call.now());
    billing_documents::update_sums(&mut call.db, to).await?;
    let title = to.title();
    call.change(&touched(to, &title), Operation::Updated, &fields);
    Ok(())
}

/// Adds to how much of a quote its invoices cover. The quote is held.
pub(crate) async fn add_to_source(
    call: &mut Call<'_, Write>,
    source: Option<&Document>,
    net: Result<Money, lavori_domain::NotAnAmount>,
) -> Result<Option<Document>, Error> {
    let Some(quote) = source.filter(|source| source.kind == DocumentKind::Quote) else { return Ok(None) };
    let internal = |error: lavori_domain::NotAnAmount| Error::Internal(Box::new(error));
    let mut changed = quote.clone();
    changed.invoiced_net = quote.invoiced_net.plus(net.map_err(internal)?).map_err(internal)?;
    note_sums(call, quote, &mut changed).await?;
    Ok(Some(changed))
}
