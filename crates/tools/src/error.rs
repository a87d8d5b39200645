//! What a tool answers when it cannot do what was asked: a code, what was wrong, and what to do next (PRODUCT.md
//! P33). Messages hold our own words only; what a caller wrote appears in data fields (TOOLS.md E4).

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// The longest part of a caller's value that is given back, in characters.
const LONGEST_GOT: usize = 100;

/// What kind of problem it is. The words stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// An argument has a value that it cannot have.
    InvalidArgument,
    /// There is no argument of this name.
    UnknownArgument,
    /// A required argument is not there.
    MissingArgument,
    /// There is no such record: for this connection, whatever the reason.
    NotFound,
    /// A name fits several records.
    AmbiguousReference,
    /// A date or time cannot be understood.
    InvalidDate,
    /// A cursor is not one of this call.
    InvalidCursor,
    /// A status cannot become the one asked for.
    TransitionNotAllowed,
    /// A task waits for others that are not done.
    BlockedByOpenTasks,
    /// Tasks would wait for each other in a circle, or be parts of each other.
    DependencyCycle,
    /// The record changed since the version that the call was made from.
    VersionConflict,
    /// The key named another write.
    RequestKeyReused,
    /// There is a record like it already.
    DuplicateSuspected,
    /// A person would have two shifts at the same time.
    ScheduleConflict,
    /// A recurrence rule cannot be understood or has no occurrence.
    InvalidRecurrence,
    /// Two currencies do not go together.
    CurrencyMismatch,
    /// The total is not the expected one.
    TotalMismatch,
    /// An issued document does not change any more.
    DocumentIssued,
    /// More would be credited than was invoiced.
    CreditExceedsInvoice,
    /// More would be paid than is due.
    OverPayment,
    /// It would be more than fits.
    LimitExceeded,
    /// Another tool does this.
    WrongTool,
    /// The connection may not do this now, and no new consent would help.
    InsufficientScope,
}

impl Code {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid_argument",
            Self::UnknownArgument => "unknown_argument",
            Self::MissingArgument => "missing_argument",
            Self::NotFound => "not_found",
            Self::AmbiguousReference => "ambiguous_reference",
            Self::InvalidDate => "invalid_date",
            Self::InvalidCursor => "invalid_cursor",
            Self::TransitionNotAllowed => "transition_not_allowed",
            Self::BlockedByOpenTasks => "blocked_by_open_tasks",
            Self::DependencyCycle => "dependency_cycle",
            Self::VersionConflict => "version_conflict",
            Self::RequestKeyReused => "request_key_reused",
            Self::DuplicateSuspected => "duplicate_suspected",
            Self::ScheduleConflict => "schedule_conflict",
            Self::InvalidRecurrence => "invalid_recurrence",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::TotalMismatch => "total_mismatch",
            Self::DocumentIssued => "document_issued",
            Self::CreditExceedsInvoice => "credit_exceeds_invoice",
            Self::OverPayment => "over_payment",
            Self::LimitExceeded => "limit_exceeded",
            Self::WrongTool => "wrong_tool",
            Self::InsufficientScope => "insufficient_scope",
        }
    }
}

/// A call that would succeed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NextCall {
    /// The tool.
    pub tool: &'static str,
    /// All of its arguments.
    pub arguments: Map<String, Value>,
}

/// A record that a name may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Its id.
    pub id: String,
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its name.
    pub name: String,
    /// What tells it from the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// One problem of a call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// What kind.
    pub code: Code,
    /// What was wrong, in our own words.
    pub message: String,
    /// The argument, with the index of the item: `status[1]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub got: Option<Value>,
    /// What may be given, the nearest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// The records that a name may mean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// The people who can allow it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub can_be_allowed_by: Vec<String>,
    /// What is there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<Value>,
    /// A call that would succeed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Box<NextCall>>,
}

impl Problem {
    /// A problem of which nothing else is known.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
            got: None,
            allowed: Vec::new(),
            candidates: Vec::new(),
            can_be_allowed_by: Vec::new(),
            current: None,
            next: None,
        }
    }

    /// The same, of this argument.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same, with what was given. A long text is cut.
    #[must_use]
    pub fn got(mut self, got: &Value) -> Self {
        self.got = match got {
            Value::String(text) => Some(Value::String(cut(text))),
            Value::Array(_) | Value::Object(_) => None,
            other => Some(other.clone()),
        };
        self
    }

    /// The same, with what may be given.
    #[must_use]
    pub fn allowed<T: Into<String>>(mut self, allowed: impl IntoIterator<Item = T>) -> Self {
        self.allowed = allowed.into_iter().map(Into::into).collect();
        self
    }

    /// The same, with the records that a name may mean.
    #[must_use]
    pub fn candidates(mut self, candidates: Vec<Candidate>) -> Self {
        self.candidates = candidates;
        self
    }

    /// The same, with what is there now.
    #[must_use]
    pub fn current(mut self, current: Value) -> Self {
        self.current = Some(current);
        self
    }

    /// The same, with a call that would succeed.
    #[must_use]
    pub fn next(mut self, tool: &'static str, arguments: Map<String, Value>) -> Self {
        self.next = Some(Box::new(NextCall { tool, arguments }));
        self
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_GOT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Why a tool did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller can fix it. All problems of the call at once; there is at least one.
    #[error("the call was refused")]
    Refused(Vec<Problem>),
    /// The same call may succeed later.
    #[error("the database is busy")]
    Busy(#[source] lavori_store::Error),
    /// It is ours to fix.
    #[error("the tool failed")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(vec![problem])
    }
}

impl From<lavori_store::Error> for Error {
    fn from(error: lavori_store::Error) -> Self {
        match error {
            lavori_store::Error::Busy(_) => Self::Busy(error),
            other => Self::Internal(Box::new(other)),
        }
    }
}

/// The body of an error: the one problem, or what they have in common and the list of them (E2, E3).
#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    One(&'a Problem),
    Several { code: Code, message: String, problems: &'a [Problem] },
}

/// The code that stands for all `problems`: theirs if they share one.
pub(crate) fn code_of(problems: &[Problem]) -> Code {
    match problems {
        [first, rest @ ..] if rest.iter().all(|problem| problem.code == first.code) => first.code,
        _ => Code::InvalidArgument,
    }
}

/// Writes `problems` as a model reads them.
pub(crate) fn to_json(problems: &[Problem]) -> Result<String, serde_json::Error> {
    let body = match problems {
        [problem] => Body::One(problem),
        _ => Body::Several {
            code: code_of(problems),
            message: format!("The call has {} problems; nothing was done.", problems.len()),
            problems,
        },
    };
    crate::json::write(&body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e2_an_error_says_what_was_wrong_and_leaves_out_what_it_does_not_know() {
        let problem = Problem::new(Code::NotFound, "There is no such project.").field("project").got(&"P-9".into());
        assert_eq!(
            to_json(&[problem]).unwrap(),
            r#"{"code":"not_found","message":"There is no such project.","field":"project","got":"P-9"}"#
        );
    }

    #[test]
    fn e3_several_problems_are_listed_and_the_code_is_theirs_if_they_agree() {
        let missing = Problem::new(Code::MissingArgument, "a");
        let unknown = Problem::new(Code::UnknownArgument, "b");
        assert_eq!(code_of(&[missing.clone(), missing.clone()]), Code::MissingArgument);
        let json = to_json(&[missing, unknown]).unwrap();
        assert!(
            json.starts_with(r#"{"code":"invalid_argument","message":"The call has 2 problems; nothing"#),
            "{json}"
        );
    }

    #[test]
    fn what_was_given_is_cut_and_never_a_whole_structure() {
        let long = Problem::new(Code::InvalidArgument, "x").got(&"é".repeat(10_000).into());
        assert_eq!(long.got.unwrap().as_str().unwrap().chars().count(), LONGEST_GOT + 1);
        assert_eq!(Problem::new(Code::InvalidArgument, "x").got(&serde_json::json!([1])).got, None);
    }
}
