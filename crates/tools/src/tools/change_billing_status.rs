//! `change_billing_status`: sends, decides, issues, gives up. What is issued has its number for good.

use chrono::{Days, NaiveDate};
use lavori_domain::Money;
use lavori_domain::billing::number::{IssueDateRefused, check_issue_date};
use lavori_domain::billing::{
    Accounting, Document, DocumentKind, DocumentStatus, ExchangeRate, FrozenClient, Series, Standing,
};
use lavori_domain::contacts::Contact;
use lavori_policy::Scope;
use lavori_store::{billing_documents, counters};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::access::Write;
use crate::billing::{
    Figures, add_to_source, check_credit, check_total, contact, day, kind_of, load, note, note_sums, text_of, touched,
};
use crate::call::{Call, Problems};
use crate::effect::Updates;
use crate::error::{Code, Error, Problem};
use crate::refs;
use crate::tool::Tool;
use crate::versions::Strict;
use crate::written::{Warning, Written};

/// `change_billing_status`.
pub(crate) struct ChangeBillingStatus;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// Number, key or id.
    id: String,
    to: DocumentStatus,
    /// As last read.
    version: i32,
    /// Total with tax; required to issue.
    expected_total: Option<String>,
    /// To issue in a foreign currency: what one unit was worth in the organization's on that day.
    exchange_rate: Option<String>,
    /// When it happened; default today. Of an issued document it is the issue date.
    date: Option<String>,
    /// Why it is declined, cancelled or revised.
    #[schemars(length(max = 1000))]
    reason: Option<String>,
}

impl Tool for ChangeBillingStatus {
    const NAME: &'static str = "change_billing_status";
    const TITLE: &'static str = "Issue, accept or close a document";
    const ABOUT: &'static str = "Use to mark a quote sent, accepted or declined, reopen it as draft, issue an invoice or \
                                 credit note (final: takes its number), or cancel a draft. Nothing is mailed.";
    const SCOPE: Scope = Scope::Billing;

    type Effect = Updates;
    type Access = Write;
    type Input = Input;
    type Output = Written<Figures>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<Figures>, Error> {
        let id = refs::document(call, "id", &input.id).await?.id;
        let (before, source) = load(call, id).await?;
        let mut after = before.clone();
        let mut warnings = Vec::new();
        if before.status != input.to {
            let fields = note(&before, &Document { status: input.to, ..before.clone() })?;
            call.check_version(
                "version",
                (kind_of(&before), id),
                Some(input.version),
                before.version,
                &fields,
                Strict::Yes,
            )
            .await?;
            allowed(&before, input.to)?;
            let date = date(call, &input, &before)?;
            if input.exchange_rate.is_some() && input.to != DocumentStatus::Issued {
                return Err(needless_rate(call, "A rate is kept when an invoice or credit note is issued.").into());
            }
            if let (Some(reason), DocumentStatus::Declined | DocumentStatus::Cancelled | DocumentStatus::Draft) =
                (&input.reason, input.to)
            {
                after.status_reason = Some(reason.clone());
            }
            after.status = input.to;
            match input.to {
                DocumentStatus::Issued => issue(call, &input, source.as_ref(), &mut after, date, &mut warnings).await?,
                DocumentStatus::Sent => send(call, &input, &mut after, date).await?,
                DocumentStatus::Accepted | DocumentStatus::Declined => {
                    if Standing::from(&before).is_expired(date) && input.to == DocumentStatus::Accepted {
                        warnings.push(warning("expired", "Its last day to accept had passed.", &before));
                    }
                    after.decided_on = Some(date);
                }
                // The client may be another one when it is sent again.
                DocumentStatus::Draft => (after.revision, after.frozen_client) = (before.revision + 1, None),
                DocumentStatus::Cancelled if before.kind == DocumentKind::Invoice => {
                    let net = Money::zero(before.currency).minus(before.totals.net);
                    add_to_source(call, source.as_ref(), net).await?;
                }
                DocumentStatus::Cancelled => {}
            }
            (after.version, after.updated_at) = (before.version + 1, call.now());
            billing_documents::update(&mut call.db, &after, false).await?;
            if input.to == DocumentStatus::Issued {
                billing_documents::keep_accounting(&mut call.db, &after).await?;
            }
        }
        let fields = note(&before, &after)?;
        let title = after.title();
        let outcome = call.updated(0, &touched(&after, &title), &fields, Figures::of(&after, false));
        Ok(Written::new(call, vec![outcome], warnings))
    }
}

fn warning(code: &'static str, message: &str, document: &Document) -> Warning {
    Warning { code, message: message.to_owned(), index: None, records: vec![document.key().to_string()] }
}

/// Whether it may move there (TOOLS.md 3.2).
fn allowed(document: &Document, to: DocumentStatus) -> Result<(), Error> {
    let allowed = document.allowed_transitions();
    if allowed.contains(&to) {
        return Ok(());
    }
    let message = if document.status == DocumentStatus::Issued {
        "An issued document stays as it is: a credit note takes it back."
    } else {
        "It cannot move there from where it stands; `allowed` holds where it can."
    };
    let mut problem = Problem::new(Code::TransitionNotAllowed, message)
        .field("to")
        .got(&to.as_str().into())
        .allowed(allowed.iter().map(|status| status.as_str()))
        .current(json!({ "kind": document.kind, "status": document.status, "version": document.version }));
    if let (DocumentKind::Invoice, DocumentStatus::Issued, Ok(left)) =
        (document.kind, document.status, document.settlement().creditable())
        && left == document.totals.gross
        && left.minor() > 0
    {
        let mut next = Map::new();
        next.insert("kind".to_owned(), DocumentKind::CreditNote.as_str().into());
        next.insert("from".to_owned(), document.key().to_string().into());
        problem = problem.next("create_billing_document", next);
    }
    Err(problem.into())
}

/// The day on which it happens: the one that was given, else the draft's, else today.
fn date(call: &mut Call<'_, Write>, input: &Input, document: &Document) -> Result<NaiveDate, Error> {
    let today = call.zone().date(call.now());
    let own = document.dated_on.filter(|_| matches!(input.to, DocumentStatus::Issued | DocumentStatus::Sent));
    let date = match &input.date {
        Some(text) => day(call, "date", text)?,
        None => own.unwrap_or(today),
    };
    // Decisions are told in retrospect; what is issued is checked with its series.
    if date > today && input.to != DocumentStatus::Issued {
        let message = "The day has not come yet: use today or an earlier one.";
        let problem = Problem::new(Code::InvalidDate, message).field("date").got(&date.to_string().into());
        return Err(problem.allowed([today.to_string()]).into());
    }
    Ok(date)
}

/// Gives an invoice or a credit note its number, and freezes it.
async fn issue(
    call: &mut Call<'_, Write>,
    input: &Input,
    source: Option<&Document>,
    after: &mut Document,
    date: NaiveDate,
    warnings: &mut Vec<Warning>,
) -> Result<(), Error> {
    check_total(after, input.expected_total.as_deref(), ChangeBillingStatus::NAME, call.arguments)?;
    let mut problems = Problems::default();
    after.accounting = accounting(call, input.exchange_rate.as_deref(), after, &mut problems);
    if input.expected_total.is_none() {
        let message = "Issuing is final: say the total with tax that you reckon with.";
        let mut next: Map<String, Value> = call.arguments.as_object().cloned().unwrap_or_default();
        next.insert("expected_total".to_owned(), after.totals.gross.to_string().into());
        let problem = Problem::new(Code::MissingArgument, message).field("expected_total");
        problems.add(problem.next(ChangeBillingStatus::NAME, next));
    }
    if after.lines.is_empty() {
        problems.add(Problem::new(Code::InvalidArgument, "A document without lines is not issued.").field("id"));
    }
    if after.totals.gross.is_negative() {
        let message = "An invoice is not below nothing: a credit note takes back what was invoiced.";
        problems.add(Problem::new(Code::InvalidArgument, message).field("id"));
    }
    if let Some(due_on) = after.due_on.filter(|due_on| *due_on < date) {
        let message = "The last day to pay is before the issue date: change the draft's due_date first.";
        problems.add(
            Problem::new(Code::InvalidDate, message).field("date").current(json!({ "due_date": due_on.to_string() })),
        );
    }
    problems.told()?;
    if let Some(invoice) = source.filter(|_| after.kind == DocumentKind::CreditNote) {
        check_credit(invoice, after, "id")?;
        let mut credited = invoice.clone();
        credited.credited =
            invoice.credited.plus(after.totals.gross).map_err(|error| Error::Internal(Box::new(error)))?;
        note_sums(call, invoice, &mut credited).await?;
    }
    let client = contact(call, after.client).await?;
    if after.kind == DocumentKind::Invoice && after.due_on.is_none() {
        let days = client.payment_terms_days.and_then(|days| u64::try_from(days).ok());
        after.due_on = days.and_then(|days| date.checked_add_days(Days::new(days)));
    }
    if after.kind == DocumentKind::Invoice && after.due_on.is_none() {
        warnings.push(warning("no_due_date", "It has no last day to pay, so it is never overdue.", after));
    }
    after.frozen_client = Some(frozen(client));
    let series = Series::of(after.kind, date);
    // From here on whoever issues in this series waits: its last date stays the last one until this call ends.
    let number = counters::take_in_series(&mut call.db, after.organization, series).await?;
    let last = billing_documents::last_date(&mut call.db, after.organization, series).await?;
    let today = call.zone().date(call.now());
    check_issue_date(date, last, today).map_err(|refused| date_refused(call, refused, date))?;
    (after.taken, after.dated_on) = (Some(number), Some(date));
    Ok(())
}

/// What the document comes to in the organization's currency, if that is another one (TOOLS.md M6).
fn accounting(
    call: &Call<'_, Write>,
    rate: Option<&str>,
    document: &Document,
    problems: &mut Problems,
) -> Option<Accounting> {
    let own = call.caller.tenant.currency;
    let currencies = json!({ "currency": document.currency.to_string(), "organization_currency": own.to_string() });
    let text = match rate {
        None if document.currency == own => return None,
        None => {
            let message = "It is in another currency than the organization's: say what one unit of it was worth, in the \
                           organization's currency, on the issue date.";
            problems.add(Problem::new(Code::MissingArgument, message).field("exchange_rate").current(currencies));
            return None;
        }
        Some(_) if document.currency == own => {
            problems.add(needless_rate(call, "The document is in the organization's own currency."));
            return None;
        }
        Some(text) => text,
    };
    match ExchangeRate::parse(text) {
        Err(refused) => problems.add(text_of("exchange_rate", text, &refused).current(currencies)),
        Ok(rate) => match Accounting::of(&document.totals, rate, own) {
            Err(refused) => problems.add(text_of("exchange_rate", text, &refused).current(currencies)),
            Ok(accounting) => return Some(accounting),
        },
    }
    None
}

/// The answer to a rate where there is nothing to convert, with the call that leaves it out.
fn needless_rate(call: &Call<'_, Write>, why: &str) -> Problem {
    let mut next: Map<String, Value> = call.arguments.as_object().cloned().unwrap_or_default();
    next.remove("exchange_rate");
    Problem::new(Code::InvalidArgument, format!("{why} Leave exchange_rate out."))
        .field("exchange_rate")
        .next(ChangeBillingStatus::NAME, next)
}

/// The answer to a date that the series does not allow, with one that it does.
fn date_refused(call: &Call<'_, Write>, refused: IssueDateRefused, date: NaiveDate) -> Error {
    let (IssueDateRefused::InTheFuture { today: allowed } | IssueDateRefused::BeforeTheLast { last: allowed }) =
        refused;
    let mut next: Map<String, Value> = call.arguments.as_object().cloned().unwrap_or_default();
    next.insert("date".to_owned(), allowed.to_string().into());
    Problem::new(Code::InvalidDate, "Numbers follow dates: not after today, nor before the last date of the series.")
        .field("date")
        .got(&date.to_string().into())
        .allowed([allowed.to_string()])
        .next(ChangeBillingStatus::NAME, next)
        .into()
}

/// Marks a quote as being with the client. Sent again, it keeps its number.
async fn send(call: &mut Call<'_, Write>, input: &Input, after: &mut Document, date: NaiveDate) -> Result<(), Error> {
    check_total(after, input.expected_total.as_deref(), ChangeBillingStatus::NAME, call.arguments)?;
    if after.lines.is_empty() {
        return Err(Problem::new(Code::InvalidArgument, "A quote without lines is not sent.").field("id").into());
    }
    after.frozen_client = Some(frozen(contact(call, after.client).await?));
    (after.dated_on, after.status_reason) = (Some(date), None);
    if after.taken.is_none() {
        let series = Series::of(after.kind, date);
        after.taken = Some(counters::take_in_series(&mut call.db, after.organization, series).await?);
    }
    Ok(())
}

/// What of the client the document keeps.
fn frozen(contact: Contact) -> FrozenClient {
    let address = contact.address.map(|address| {
        let town =
            [address.postal_code, address.city, address.region].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let lines = [address.street, Some(town).filter(|town| !town.is_empty()), address.country];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
    });
    FrozenClient { name: contact.name, email: contact.email, address, tax_id: contact.tax_id }
}
