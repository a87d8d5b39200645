//! `record_payment`: money that came for issued invoices, or did not come after all.

mod reverse;

use std::collections::HashMap;

use chrono::NaiveDate;
use lavori_domain::billing::{Document, DocumentKind, DocumentStatus, Payment, PaymentMethod, PaymentState, Standing};
use lavori_domain::changes::RecordKind;
use lavori_domain::{DocumentId, Money, PaymentId};
use lavori_policy::Scope;
use lavori_store::{billing_documents, payments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Write;
use crate::billing::{day, note_sums, text_of};
use crate::call::{Call, Problems};
use crate::effect::Creates;
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;
use crate::refs;
use crate::tool::Tool;
use crate::written::{Touched, Written};

/// `record_payment`.
pub(crate) struct RecordPayment;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(length(min = 1, max = 50))]
    payments: Vec<PaymentInput>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
struct PaymentInput {
    /// Number, key or id.
    invoice: String,
    /// In the invoice's currency, such as 1500.00; at most what is due. Default with `reverses`: all of it.
    amount: Option<String>,
    /// Day it came or went back: date or today, yesterday.
    date: String,
    /// Id of a payment of this invoice that did not come after all.
    reverses: Option<String>,
    method: Option<PaymentMethod>,
    #[schemars(length(max = 200))]
    reference: Option<String>,
}

/// What the invoice is like afterwards.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Paid {
    /// The invoice's key.
    invoice: String,
    amount: String,
    currency: String,
    /// What is owed now.
    due_amount: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_state: Option<PaymentState>,
    /// Its version now.
    invoice_version: i32,
}

impl Tool for RecordPayment {
    const NAME: &'static str = "record_payment";
    const TITLE: &'static str = "Record a payment";
    const ABOUT: &'static str = "Use to record payments of issued invoices, or that one bounced; up to 50, all or none. \
                                 Tells what is still due on each.";
    const SCOPE: Scope = Scope::Billing;

    type Effect = Creates;
    type Access = Write;
    type Input = Input;
    type Output = Written<Paid>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<Paid>, Error> {
        let (ids, dates) = understood(call, &input).await?;
        let (organization, within) = (call.caller.tenant.organization, call.within());
        billing_documents::lock(&mut call.db, organization, &ids).await?;
        let before = billing_documents::load(&mut call.db, within, &ids).await?;
        let mut invoices: HashMap<DocumentId, Document> =
            before.iter().map(|document| (document.id, document.clone())).collect();

        let ids_reversed = input.payments.iter().any(|given| given.reverses.is_some());
        let mut known = match ids_reversed {
            true => payments::of_invoices(&mut call.db, within, &ids).await?,
            false => Vec::new(),
        };
        let mut problems = Problems::default();
        let mut made = Vec::new();
        for (index, (given, (id, date))) in input.payments.iter().zip(ids.iter().zip(dates)).enumerate() {
            let Some(invoice) = invoices.get_mut(id) else {
                // Moved out of this connection's sight since it was found.
                problems.add(refs::not_found(&format!("payments[{index}].invoice"), &given.invoice, &[]));
                continue;
            };
            if let Some(text) = &given.reverses {
                let reversed = reverse::reverse(call, (index, given), (text, date), invoice, &mut known);
                made.extend(problems.keep(reversed)?.map(|payment| (index, payment)));
                continue;
            }
            if let Some(amount) = problems.keep(pay(call, index, given, invoice))? {
                let payment = Payment {
                    organization,
                    id: PaymentId::new(call.env),
                    invoice: *id,
                    amount,
                    paid_on: date,
                    method: given.method,
                    reference: given.reference.clone(),
                    reversed_at: None,
                    created_at: call.now(),
                };
                made.push((index, payment));
            }
        }
        problems.told()?;
        for (_, payment) in &made {
            match payment.reversed_at {
                None => payments::insert(&mut call.db, payment).await?,
                Some(at) => payments::reverse(&mut call.db, organization, payment.id, at).await?,
            }
        }
        for invoice in &before {
            if let Some(paid) = invoices.get_mut(&invoice.id) {
                note_sums(call, invoice, paid).await?;
            }
        }
        let mut results = Vec::new();
        for (index, payment) in made {
            let Some(invoice) = invoices.get(&payment.invoice) else { continue };
            results.push(result(call, index, &payment, invoice)?);
        }
        Ok(Written::new(call, results, Vec::new()))
    }
}

/// The invoices and the days of all items.
async fn understood(call: &mut Call<'_, Write>, input: &Input) -> Result<(Vec<DocumentId>, Vec<NaiveDate>), Error> {
    let today = call.zone().date(call.now());
    let (mut problems, mut ids, mut dates) = (Problems::default(), Vec::new(), Vec::new());
    for (index, given) in input.payments.iter().enumerate() {
        let field = |name: &str| format!("payments[{index}].{name}");
        ids.extend(problems.keep(refs::document(call, &field("invoice"), &given.invoice).await)?.map(|it| it.id));
        let date = problems.keep(day(call, &field("date"), &given.date))?;
        if date.is_some_and(|date| date > today) {
            let message = "The day has not come yet: record what has come.";
            let late = Problem::new(Code::InvalidDate, message).field(field("date"));
            problems.add(late.got(&given.date.as_str().into()).allowed([today.to_string()]));
        }
        dates.extend(date);
    }
    problems.told()?;
    Ok((ids, dates))
}

/// Takes a payment off what is due.
fn pay(call: &Call<'_, Write>, index: usize, given: &PaymentInput, invoice: &mut Document) -> Result<Money, Error> {
    let field = |name: &str| format!("payments[{index}].{name}");
    if (invoice.kind, invoice.status) != (DocumentKind::Invoice, DocumentStatus::Issued) {
        return Err(Problem::new(Code::InvalidArgument, "Only an issued invoice is paid.")
            .field(field("invoice"))
            .got(&given.invoice.as_str().into())
            .allowed(["issued invoice"])
            .current(json!({ "kind": invoice.kind, "status": invoice.status }))
            .into());
    }
    let Some(text) = given.amount.as_deref() else {
        let problem = Problem::new(Code::MissingArgument, "This argument is required.");
        return Err(problem.field(field("amount")).into());
    };
    let amount = Money::parse(text, invoice.currency).map_err(|refused| text_of(&field("amount"), text, &refused))?;
    if amount.minor() <= 0 {
        let message = "A payment is more than nothing; what bounced is told with `reverses`, what is not owed any more with a \
             credit note.";
        let problem = Problem::new(Code::InvalidArgument, message).field(field("amount"));
        return Err(problem.got(&text.into()).into());
    }
    let internal = |error: lavori_domain::NotAnAmount| Error::Internal(Box::new(error));
    let due = invoice.settlement().due().map_err(internal)?;
    if amount.minor() > due.minor() {
        let message = "It is more than what is due on the invoice: see `current`. Nothing was recorded.";
        let problem = Problem::new(Code::OverPayment, message)
            .field(field("amount"))
            .got(&text.into())
            .current(json!({ "due_amount": due, "currency": invoice.currency.to_string() }));
        return Err(match due.minor() > 0 {
            true => corrected(call, problem, index, due).into(),
            false => problem.into(),
        });
    }
    invoice.paid = invoice.paid.plus(amount).map_err(internal)?;
    Ok(amount)
}

/// The same call with what is due as the amount; of a batch, nobody knows what the other items come to then.
fn corrected(call: &Call<'_, Write>, problem: Problem, index: usize, due: Money) -> Problem {
    let mut arguments = call.arguments.clone();
    match arguments.pointer_mut(&format!("/payments/{index}/amount")) {
        Some(amount) if index == 0 => *amount = Value::String(due.to_string()),
        _ => return problem,
    }
    match arguments {
        Value::Object(arguments) if arguments["payments"].as_array().is_some_and(|all| all.len() == 1) => {
            problem.next(RecordPayment::NAME, arguments)
        }
        _ => problem,
    }
}

fn result(
    call: &mut Call<'_, Write>,
    index: usize,
    payment: &Payment,
    invoice: &Document,
) -> Result<crate::written::Outcome<Paid>, Error> {
    let standing = Standing::from(invoice);
    let title = format!("Payment of {}", invoice.title());
    let touched = Touched::new(RecordKind::Payment, payment.id, &title, 1).team(invoice.team).project(invoice.project);
    let mut fields = Fields::new();
    if let Some(at) = payment.reversed_at {
        fields.first("reversed_at", &call.zone().rfc3339(at))?;
    } else {
        fields.first("amount", &payment.amount)?;
        fields.first("date", &payment.paid_on.to_string())?;
        fields.first("method", &payment.method)?;
        fields.first("reference", &payment.reference)?;
    }
    let paid = Paid {
        invoice: invoice.key().to_string(),
        amount: payment.amount.to_string(),
        currency: invoice.currency.to_string(),
        due_amount: standing.due().unwrap_or(Money::zero(invoice.currency)).to_string(),
        payment_state: standing.payment_state(),
        invoice_version: invoice.version,
    };
    Ok(match payment.reversed_at {
        // A payment changes once: when it is reversed.
        Some(_) => call.updated(index, &Touched { version: 2, ..touched }, &fields, paid),
        None => call.created(index, &touched, &fields, paid),
    })
}
