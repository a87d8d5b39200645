//! A payment that did not come after all: it stays in the books and counts no more.

use chrono::NaiveDate;
use lavori_domain::Money;
use lavori_domain::billing::{Document, Payment};
use serde_json::json;

use super::PaymentInput;
use crate::access::Write;
use crate::billing::text_of;
use crate::call::Call;
use crate::error::{Code, Error, Problem};
use crate::refs;

/// Takes the payment that `text` names off what was paid of its invoice. `known` are the payments of the call's invoices
/// as the items before this one left them.
pub(super) fn reverse(
    call: &Call<'_, Write>,
    (index, given): (usize, &PaymentInput),
    (text, date): (&str, NaiveDate),
    invoice: &mut Document,
    known: &mut [Payment],
) -> Result<Payment, Error> {
    let field = |name: &str| format!("payments[{index}].{name}");
    let found = known.iter_mut().find(|payment| payment.invoice == invoice.id && payment.id.to_string() == text.trim());
    let Some(payment) = found else { return Err(refs::not_found(&field("reverses"), text, &[]).into()) };
    let mut problems = Vec::new();
    for (name, is_given) in [("method", given.method.is_some()), ("reference", given.reference.is_some())] {
        if is_given {
            let message = "A payment keeps its own when it is reversed: leave it out.";
            problems.push(Problem::new(Code::InvalidArgument, message).field(field(name)));
        }
    }
    if let Some(at) = payment.reversed_at {
        let message = "It was reversed already: that is done once.";
        let problem = Problem::new(Code::InvalidArgument, message).field(field("reverses")).got(&text.into());
        problems.push(problem.current(json!({ "reversed_at": call.zone().rfc3339(at) })));
    }
    if let Some(amount) = &given.amount {
        match Money::parse(amount, invoice.currency) {
            Err(refused) => problems.push(text_of(&field("amount"), amount, &refused)),
            Ok(amount) if amount != payment.amount => {
                let message = "A payment is reversed as a whole: leave the amount out, or give the one in `allowed`.";
                let problem = Problem::new(Code::InvalidArgument, message).field(field("amount"));
                problems.push(problem.got(&amount.to_string().into()).allowed([payment.amount.to_string()]));
            }
            Ok(_) => {}
        }
    }
    if date < payment.paid_on {
        let problem = Problem::new(Code::InvalidDate, "It cannot go back before it came.").field(field("date"));
        problems.push(problem.got(&given.date.as_str().into()).allowed([payment.paid_on.to_string()]));
    }
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    // Of a day that is over nobody says the hour: it counts no more from its beginning on.
    let (zone, now) = (call.zone(), call.now());
    payment.reversed_at = Some(if date == zone.date(now) { now } else { zone.start_of(date) });
    invoice.paid = invoice.paid.minus(payment.amount).map_err(|error| Error::Internal(Box::new(error)))?;
    Ok(payment.clone())
}
