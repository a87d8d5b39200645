//! `month_end_billing`: what a month still has to bring in, from quotes that were not billed to invoices that were not
//! paid.

use chrono::{Months, NaiveDate};
use serde_json::{Value, json};

use crate::prompts::given::Given;
use crate::prompts::words::Words;
use crate::prompts::{Prompt, PromptArgument, PromptError};

pub(super) const PROMPT: Prompt = Prompt {
    name: "month_end_billing",
    title: "Month-end billing",
    about: "What is still to be billed, what was billed and what is unpaid; drafts the missing invoices and issues each \
            once you agree.",
    arguments: &[
        PromptArgument {
            name: "month",
            title: "Month",
            about: "this_month (if left empty), last_month, or a month such as 2026-11",
            required: false,
            longest: 20,
        },
        PromptArgument {
            name: "client",
            title: "Client",
            about: "Only this client: its key, such as C-7, or its exact name",
            required: false,
            longest: 200,
        },
    ],
    write,
};

fn write(given: &Given) -> Result<String, PromptError> {
    let (first, last) = month(given)?;
    let only = |mut arguments: Value| {
        if let Some(client) = given.text("client") {
            arguments["client"] = client.into();
        }
        arguments
    };
    let stretch = if first == last { first.clone() } else { format!("{first} to {last}") };
    let mut words = Words::new(format!("Do the month-end billing of {stretch} with me."));
    words.call("get_context", &json!({}), "for today's date, the currency and what you may change");
    let quotes = json!({ "kind": "quote", "status": ["not_invoiced", "partly_invoiced"] });
    words.call("list_billing_documents", &only(quotes), "for accepted quotes that are not billed in full");
    let drafts = json!({ "kind": "invoice", "status": ["draft"] });
    words.call("list_billing_documents", &only(drafts), "for drafts that wait to be issued");
    let issued = json!({ "kind": "invoice", "date_after": first, "date_before": last, "sort": "date" });
    words.call("list_billing_documents", &only(issued), "for what the month has billed");
    let late = json!({ "kind": "invoice", "status": ["overdue"], "sort": "due" });
    words.call("list_billing_documents", &only(late), "for what is overdue");
    let revenue = json!({ "report": "revenue", "from": first, "to": last });
    words.call("query_analytics", &only(revenue), "for the month's revenue, with its definition");
    Ok(words.then(
        "Then show me: what to bill now, with client, number and amount; what was billed; who owes how much since when. \
         Wait for my yes to each invoice. Draft it from its quote with create_billing_document (kind invoice, from the \
         quote's number), tried with preview_write; issue it with change_billing_status and the total that I saw as \
         expected_total. An issued invoice stays: say so before.\n\
         If you have no create_billing_document, this connection may not change billing: stop at the list, and tell me \
         to connect Lavori again and allow it to modify data and billing, if my organization lets me.",
    ))
}

/// The first and the last day, or twice the word that the tools resolve.
fn month(given: &Given) -> Result<(String, String), PromptError> {
    let word = given.word("month", &["this_month", "last_month"]);
    if let Ok(word) = word {
        return Ok((word.to_owned(), word.to_owned()));
    }
    let text = given.text("month").unwrap_or_default();
    let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok().filter(|_| text.len() == 7);
    let last = first.and_then(|first| first.checked_add_months(Months::new(1))?.pred_opt());
    match first.zip(last) {
        Some((first, last)) => Ok((first.to_string(), last.to_string())),
        None => Err(given.wrong("month", "is this_month, last_month, or a month such as 2026-11.")),
    }
}
