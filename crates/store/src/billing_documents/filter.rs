//! Which documents a list holds.

use chrono::NaiveDate;
use lavori_domain::billing::{DocumentKind, DocumentState};
use lavori_domain::{ContactId, ProjectId, TeamId, Timestamp};

/// Which documents. What is not given does not matter; values of one list are alternatives.
#[derive(Debug, Clone)]
pub struct DocumentFilter {
    /// Of this kind.
    pub kind: Option<DocumentKind>,
    /// The day that decides what is overdue or expired.
    pub today: NaiveDate,
    /// Each of these stands in the number, reference, notes, client's name or a line.
    pub terms: Vec<String>,
    /// For this client.
    pub client: Option<ContactId>,
    /// Of this project.
    pub project: Option<ProjectId>,
    /// Of this team, or else of its projects.
    pub team: Option<TeamId>,
    /// Standing so.
    pub states: Vec<DocumentState>,
    /// Dated on this day or later.
    pub date_from: Option<NaiveDate>,
    /// Dated on this day or earlier.
    pub date_to: Option<NaiveDate>,
    /// To be paid on this day or earlier.
    pub due_to: Option<NaiveDate>,
    /// Of this gross or more: in ten-thousandths of a major unit of whatever currency.
    pub min_total: Option<i64>,
    /// Of this gross or less.
    pub max_total: Option<i64>,
    /// Changed at this instant or later.
    pub updated_since: Option<Timestamp>,
}

impl DocumentFilter {
    /// Every document.
    pub fn all(today: NaiveDate) -> Self {
        Self {
            kind: None,
            today,
            terms: Vec::new(),
            client: None,
            project: None,
            team: None,
            states: Vec::new(),
            date_from: None,
            date_to: None,
            due_to: None,
            min_total: None,
            max_total: None,
            updated_since: None,
        }
    }
}

/// An issued invoice.
const ISSUED: &str = "billing_documents.kind = 'invoice' AND billing_documents.status = 'issued'";
/// What is owed on it.
const DUE: &str = "(billing_documents.gross - billing_documents.paid - billing_documents.credited)";
/// An accepted quote.
const ACCEPTED: &str = "billing_documents.kind = 'quote' AND billing_documents.status = 'accepted'";

/// The condition that a document stands in one of `states`: what [`lavori_domain::billing::Standing`] says of a row, in
/// SQL that both databases read. Nothing of a caller's is in it: words of an enum and a date.
pub(super) fn stands(states: &[DocumentState], today: NaiveDate) -> String {
    let one = |state: &DocumentState| match state {
        DocumentState::Draft
        | DocumentState::Sent
        | DocumentState::Accepted
        | DocumentState::Declined
        | DocumentState::Issued
        | DocumentState::Cancelled => format!("billing_documents.status = '{state}'"),
        DocumentState::Unpaid => format!("{ISSUED} AND {DUE} > 0 AND billing_documents.paid = 0"),
        DocumentState::PartiallyPaid => format!("{ISSUED} AND {DUE} > 0 AND billing_documents.paid > 0"),
        DocumentState::Paid => format!(
            "{ISSUED} AND {DUE} = 0 \
             AND (billing_documents.gross = 0 OR billing_documents.credited <> billing_documents.gross)"
        ),
        DocumentState::Overpaid => format!("{ISSUED} AND {DUE} < 0"),
        DocumentState::Credited => format!(
            "{ISSUED} AND {DUE} = 0 \
             AND billing_documents.gross <> 0 AND billing_documents.credited = billing_documents.gross"
        ),
        DocumentState::Overdue => format!("{ISSUED} AND {DUE} > 0 AND billing_documents.due_on < '{today}'"),
        DocumentState::Expired => format!(
            "billing_documents.kind = 'quote' AND billing_documents.status = 'sent' \
             AND billing_documents.valid_until < '{today}'"
        ),
        DocumentState::NotInvoiced => format!("{ACCEPTED} AND billing_documents.invoiced_net = 0"),
        DocumentState::PartlyInvoiced => format!(
            "{ACCEPTED} AND billing_documents.invoiced_net <> 0 \
             AND billing_documents.invoiced_net < billing_documents.net"
        ),
        DocumentState::Invoiced => format!(
            "{ACCEPTED} AND billing_documents.invoiced_net <> 0 \
             AND billing_documents.invoiced_net >= billing_documents.net"
        ),
    };
    let all: Vec<String> = states.iter().map(|state| format!("({})", one(state))).collect();
    format!("({})", all.join(" OR "))
}

/// The condition that the gross is at least, or else at most, `bound` ten-thousandths of a major unit: each currency
/// counts its own minor units. Nothing of a caller's is in it but a number.
pub(super) fn gross_within(bound: i64, at_least: bool) -> String {
    let limit = |exponent: u32| {
        let step = 10_i64.pow(4_u32.saturating_sub(exponent));
        let whole = bound.div_euclid(step);
        // The least amount that is not below the bound; the greatest that is not above it.
        if at_least && bound.rem_euclid(step) != 0 { whole + 1 } else { whole }
    };
    let comparison = if at_least { ">=" } else { "<=" };
    let others = [0, 3, 4].map(|exponent| {
        let codes: Vec<String> =
            lavori_domain::Currency::with_exponent(exponent).map(|currency| format!("'{currency}'")).collect();
        format!("WHEN billing_documents.currency IN ({}) THEN {}", codes.join(", "), limit(exponent))
    });
    format!("billing_documents.gross {comparison} CASE {} ELSE {} END", others.join(" "), limit(2))
}

/// `term` as a pattern of LIKE that stands for itself anywhere in a text.
pub(super) fn pattern(term: &str) -> String {
    let escaped = term.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
