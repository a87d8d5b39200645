//! `create_billing_document`: a draft of a quote, an invoice or a credit note.

use lavori_domain::billing::{Document, DocumentKind, DocumentLine, DocumentStatus, Percent, totals};
use lavori_domain::{Currency, DocumentId, DocumentLineId, KeyKind, Money};
use lavori_policy::Scope;
use lavori_store::{billing_documents, counters, projects};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, json};

use crate::access::Write;
use crate::billing::{
    Defaults, Figures, LineInput, add_to_source, check_total, contact, day, load, note_names, read_line, share_client,
    text_of, touched,
};
use crate::call::{Call, Problems};
use crate::effect::Creates;
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;
use crate::refs;
use crate::tool::Tool;
use crate::views;
use crate::written::{Warning, Written};

/// `create_billing_document`.
pub(crate) struct CreateBillingDocument;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    kind: DocumentKind,
    /// Accepted quote to invoice, or issued invoice to credit; lines and data are taken.
    from: Option<String>,
    /// Contact: id, key or exact name. Default that of `from`, or the project's.
    client: Option<String>,
    project: Option<String>,
    /// Team: id or exact name. Default the project's.
    team: Option<String>,
    /// ISO 4217. Default the client's, or the organization's.
    currency: Option<String>,
    /// Intended date.
    date: Option<String>,
    /// Of an invoice.
    due_date: Option<String>,
    /// Of a quote.
    valid_until: Option<String>,
    prices_include_tax: Option<bool>,
    /// Instead of the lines of `from`.
    #[serde(default)]
    #[schemars(length(max = 200))]
    lines: Vec<LineInput>,
    /// Off the sum of the lines.
    discount_percent: Option<String>,
    /// Such as a purchase order.
    #[schemars(length(max = 200))]
    reference: Option<String>,
    /// Internal.
    #[schemars(length(max = 5000))]
    notes: Option<String>,
    /// Total with tax: refused if it comes to another.
    expected_total: Option<String>,
}

impl Tool for CreateBillingDocument {
    const NAME: &'static str = "create_billing_document";
    const TITLE: &'static str = "Create a quote, invoice or credit note";
    const ABOUT: &'static str = "Use to draft a quote, an invoice (from an accepted quote or lines) or a credit note of \
                                 an issued invoice. Totals are computed; the draft has no number yet.";
    const SCOPE: Scope = Scope::Billing;

    type Effect = Creates;
    type Access = Write;
    type Input = Input;
    type Output = Written<Figures>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<Figures>, Error> {
        let source = source(call, &input).await?;
        let mut draft = draft(call, &input, source.as_ref()).await?;
        lines(call, &input, source.as_ref(), &mut draft).await?;
        check_credit(call, source.as_ref(), &draft)?;
        check_total(&draft, input.expected_total.as_deref(), Self::NAME, call.arguments)?;

        let organization = draft.organization;
        draft.number = counters::take(&mut call.db, organization, KeyKind::Document, 1).await?;
        share_client(call, &draft).await?;
        billing_documents::insert(&mut call.db, &draft).await?;
        let mut warnings = Vec::new();
        if draft.kind == DocumentKind::Invoice {
            let quote = add_to_source(call, source.as_ref(), Ok(draft.totals.net)).await?;
            if let Some(quote) = quote.filter(|quote| quote.invoiced_net.minor() > quote.totals.net.minor()) {
                warnings.push(Warning {
                    code: "more_than_quoted",
                    message: "The invoices of this quote come to more than was quoted.".to_owned(),
                    index: None,
                    records: vec![quote.key().to_string()],
                });
            }
        }
        let title = draft.title();
        let mut fields = created(&draft)?;
        note_names(call, None, &draft, &mut fields).await?;
        let outcome = call.created(0, &touched(&draft, &title), &fields, Figures::of(&draft, true));
        Ok(Written::new(call, vec![outcome], warnings))
    }
}

/// What it is made from, held; refused when nothing can be made from it.
async fn source(call: &mut Call<'_, Write>, input: &Input) -> Result<Option<Document>, Error> {
    let Some(text) = &input.from else {
        if input.kind == DocumentKind::CreditNote {
            let message = "A credit note takes an issued invoice back: name it.";
            return Err(Problem::new(Code::MissingArgument, message).field("from").into());
        }
        return Ok(None);
    };
    let id = refs::document(call, "from", text).await?.id;
    let (source, _) = load(call, id).await?;
    let (kind, status) = match input.kind {
        DocumentKind::Quote => {
            let message = "A quote is made from lines, not from another document.";
            return Err(Problem::new(Code::InvalidArgument, message).field("from").into());
        }
        DocumentKind::Invoice => (DocumentKind::Quote, DocumentStatus::Accepted),
        DocumentKind::CreditNote => (DocumentKind::Invoice, DocumentStatus::Issued),
    };
    if (source.kind, source.status) == (kind, status) {
        return Ok(Some(source));
    }
    let message = "An invoice is made from an accepted quote, a credit note from an issued invoice.";
    let mut problem = Problem::new(Code::InvalidArgument, message)
        .field("from")
        .got(&text.as_str().into())
        .allowed([format!("{status} {kind}")])
        .current(json!({ "kind": source.kind, "status": source.status, "version": source.version }));
    if source.kind == kind && source.status == DocumentStatus::Sent {
        let mut next = Map::new();
        next.insert("id".to_owned(), source.key().to_string().into());
        next.insert("to".to_owned(), status.as_str().into());
        next.insert("version".to_owned(), source.version.into());
        problem = problem.next("change_billing_status", next);
    }
    Err(problem.into())
}

/// The document without lines; everything that is wrong with it is told at once.
async fn draft(call: &mut Call<'_, Write>, input: &Input, source: Option<&Document>) -> Result<Document, Error> {
    let mut problems = Problems::default();
    let tenant = &call.caller.tenant;
    let (organization, home, own_team) = (tenant.organization, tenant.currency, tenant.team);
    let mut project = source.and_then(|source| source.project);
    if let Some(text) = &input.project {
        project = problems.keep(refs::project(call, "project", text).await)?.map(|it| it.id);
    }
    let mut team = source.and_then(|source| source.team);
    if let Some(text) = &input.team {
        team = problems.keep(refs::team(call, "team", text).await)?.map(|it| it.id);
    }
    let client = match &input.client {
        Some(text) => problems.keep(refs::contact(call, "client", text).await)?.map(|it| it.id),
        None => match source {
            Some(source) => Some(source.client),
            None => client_of_project(call, project).await?,
        },
    };
    let currency = match (&input.currency, source, client) {
        (Some(code), _, _) => problems.keep(currency(code, source))?.unwrap_or(home),
        (None, Some(source), _) => source.currency,
        (None, None, Some(client)) => contact(call, client).await?.currency.unwrap_or(home),
        (None, None, None) => home,
    };
    if client.is_none() && input.client.is_none() {
        let message = "There is no project or document that says whom it is for.";
        problems.add(Problem::new(Code::MissingArgument, message).field("client"));
    }
    if input.kind == DocumentKind::CreditNote && client != source.map(|source| source.client) {
        let message = "A credit note is for the client of its invoice: leave this out.";
        problems.add(Problem::new(Code::InvalidArgument, message).field("client"));
    }
    for (field, given, kind) in
        [("due_date", &input.due_date, DocumentKind::Invoice), ("valid_until", &input.valid_until, DocumentKind::Quote)]
    {
        if given.is_some() && input.kind != kind {
            problems.add(Problem::new(Code::InvalidArgument, "This kind of document has no such date.").field(field));
        }
    }
    let mut dates = [None; 3];
    for (place, (field, given)) in dates.iter_mut().zip([
        ("date", &input.date),
        ("due_date", &input.due_date),
        ("valid_until", &input.valid_until),
    ]) {
        if let Some(text) = given {
            *place = problems.keep(day(call, field, text))?;
        }
    }
    let discount = match &input.discount_percent {
        // It goes with the lines that it was taken off.
        None => source.filter(|_| input.lines.is_empty()).map_or(Percent::ZERO, |source| source.discount),
        Some(text) => Percent::parse(text).unwrap_or_else(|refused| {
            problems.add(text_of("discount_percent", text, &refused));
            Percent::ZERO
        }),
    };
    let Some(client) = client else {
        problems.told()?;
        return Err(Problem::new(Code::MissingArgument, "It needs a client.").field("client").into());
    };
    problems.told()?;
    let prices_include_tax =
        input.prices_include_tax.unwrap_or_else(|| source.is_some_and(|source| source.prices_include_tax));
    let none = Money::zero(currency);
    Ok(Document {
        organization,
        id: DocumentId::new(call.env),
        number: 0,
        kind: input.kind,
        taken: None,
        revision: 1,
        client,
        frozen_client: None,
        project,
        // What a narrowed connection writes is its team's (TOOLS.md 1.4).
        team: own_team.or(team),
        from: source.map(|source| source.id),
        dated_on: dates[0],
        due_on: dates[1],
        valid_until: dates[2],
        currency,
        prices_include_tax,
        discount,
        reference: input.reference.clone().or_else(|| source.and_then(|source| source.reference.clone())),
        notes: input.notes.clone(),
        status: DocumentStatus::Draft,
        decided_on: None,
        status_reason: None,
        lines: Vec::new(),
        totals: totals(currency, prices_include_tax, &[], discount)
            .map_err(|error| Error::Internal(Box::new(error)))?,
        accounting: None,
        paid: none,
        credited: none,
        invoiced_net: none,
        version: 1,
        created_at: call.now(),
        updated_at: call.now(),
    })
}

/// A currency of `code`, which is that of the source.
fn currency(code: &str, source: Option<&Document>) -> Result<Currency, Error> {
    let known = code.to_uppercase().parse::<Currency>().ok().filter(|currency| currency.is_in_use());
    let Some(currency) = known else {
        let message = "Not the code of a currency: expected one of ISO 4217, such as EUR.";
        return Err(Problem::new(Code::InvalidArgument, message).field("currency").got(&code.into()).into());
    };
    match source.filter(|source| source.currency != currency) {
        None => Ok(currency),
        Some(source) => Err(Problem::new(Code::CurrencyMismatch, "It is in the currency of what it is made from.")
            .field("currency")
            .got(&code.into())
            .allowed([source.currency.to_string()])
            .into()),
    }
}

/// The client of a project, as far as this connection sees it.
async fn client_of_project(
    call: &mut Call<'_, Write>,
    project: Option<lavori_domain::ProjectId>,
) -> Result<Option<lavori_domain::ContactId>, Error> {
    let Some(project) = project else { return Ok(None) };
    let within = call.within();
    let found = projects::details(&mut call.db, within, projects::ProjectKeys::Ids(&[project])).await?;
    Ok(found.into_iter().next().and_then(|project| project.client).map(|(id, _, _)| id))
}

/// The lines that were given, or else those of the source; and what they come to.
async fn lines(
    call: &mut Call<'_, Write>,
    input: &Input,
    source: Option<&Document>,
    draft: &mut Document,
) -> Result<(), Error> {
    let defaults = Defaults::of(draft.currency, source.map_or(&[], |source| &source.lines));
    let mut problems = Problems::default();
    for (index, given) in input.lines.iter().enumerate() {
        let line = read_line(call, &format!("lines[{index}]"), given, None, &defaults).await;
        draft.lines.extend(problems.keep(line)?);
    }
    problems.told()?;
    if let (true, Some(source)) = (input.lines.is_empty(), source) {
        draft.lines = source
            .lines
            .iter()
            .map(|line| DocumentLine { id: DocumentLineId::new(call.env), ..line.clone() })
            .collect();
    }
    draft.compute().map_err(|refused| text_of("lines", "", &refused).into())
}

/// A credit note takes back no more than is left of its invoice.
fn check_credit(call: &Call<'_, Write>, source: Option<&Document>, draft: &Document) -> Result<(), Error> {
    let Some(invoice) = source.filter(|_| draft.kind == DocumentKind::CreditNote) else { return Ok(()) };
    crate::billing::check_credit(invoice, draft, if call.arguments.get("lines").is_some() { "lines" } else { "from" })
}

/// The fields of a new document.
fn created(draft: &Document) -> Result<Fields, Error> {
    let mut fields = Fields::new();
    fields.first("status", &draft.status)?;
    fields.first("gross", &draft.totals.gross)?;
    fields.first("currency", draft.currency.code())?;
    fields.first("due_date", &views::day(draft.due_on))?;
    fields.first("reference", &draft.reference)?;
    Ok(fields)
}
