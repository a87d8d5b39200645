//! What the change feed is told of documents.

use lavori_domain::billing::{Discount, Document, DocumentKind, DocumentLine, Tax};
use lavori_domain::changes::{Operation, RecordKind};
use lavori_domain::{ContactId, KeyKind, Money, ProjectId, TeamId};
use lavori_store::{Reference, billing_documents, contacts, directory, projects};

use crate::access::Write;
use crate::call::Call;
use crate::error::Error;
use crate::fields::Fields;
use crate::views;
use crate::written::Touched;

/// The kind of record that a document is.
pub(crate) fn kind_of(document: &Document) -> RecordKind {
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
    fields.set("lines", &lines(from), &lines(to))?;
    fields.set("gross", &from.totals.gross, &to.totals.gross)?;
    let rate = |document: &Document| document.accounting.map(|accounting| accounting.rate);
    fields.set("exchange_rate", &rate(from), &rate(to))?;
    sums(&mut fields, from, to)?;
    Ok(fields)
}

/// Notes the records that a document names, if they are others than before; those that this connection does not see are
/// not told.
pub(crate) async fn note_names(
    call: &mut Call<'_, Write>,
    from: Option<&Document>,
    to: &Document,
    fields: &mut Fields,
) -> Result<(), Error> {
    let within = call.within();
    if from.map(|from| from.client) != Some(to.client) {
        let ids: Vec<ContactId> = from.map(|from| from.client).into_iter().chain([to.client]).collect();
        let found = contacts::details(&mut call.db, within, contacts::ContactKeys::Ids(&ids)).await?;
        let named = |id: ContactId| found.iter().find(|it| it.id == id).map(|it| (id, it.name.as_str()));
        fields.refer("client", from.and_then(|from| named(from.client)), named(to.client));
    }
    if from.and_then(|from| from.project) != to.project {
        let ids: Vec<ProjectId> = from.and_then(|from| from.project).into_iter().chain(to.project).collect();
        let found = projects::details(&mut call.db, within, projects::ProjectKeys::Ids(&ids)).await?;
        let named = |id: ProjectId| found.iter().find(|it| it.id == id).map(|it| (id, it.name.as_str()));
        fields.refer("project", from.and_then(|from| from.project).and_then(named), to.project.and_then(named));
    }
    if from.and_then(|from| from.team) != to.team {
        let mut found = Vec::new();
        for id in from.and_then(|from| from.team).into_iter().chain(to.team) {
            found.extend(directory::find_team(&mut call.db, within, Reference::Id(id)).await?);
        }
        let named = |id: TeamId| found.iter().find(|it| it.id == id).map(|it| (id, it.name.as_str()));
        fields.refer("team", from.and_then(|from| from.team).and_then(named), to.team.and_then(named));
    }
    Ok(())
}

/// The lines in a few words each. Two that differ in anything that is given of a line are told apart: a change of which
/// nothing is told is taken for none.
fn lines(document: &Document) -> Vec<String> {
    let text = |(line, amount): (&DocumentLine, &Money)| {
        let unit = line.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
        let off = match line.line.discount {
            None => String::new(),
            Some(Discount::Amount(off)) => format!(" - {off}"),
            Some(Discount::Percent(off)) => format!(" - {off} %"),
        };
        let taxes: String = line.line.taxes.iter().map(tax).collect();
        let (quantity, price) = (line.line.quantity, line.line.unit_price);
        format!("{}: {quantity}{unit} x {price}{off} = {amount}{taxes}", line.description)
    };
    document.lines.iter().zip(&document.totals.lines).map(text).collect()
}

fn tax(tax: &Tax) -> String {
    let reason = tax.reason().map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!(", {} {} %{reason}", tax.category(), tax.rate())
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
