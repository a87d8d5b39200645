//! Document numbers: sequential in a series (Directive 2006/112/EC article 226(2)), taken at issue (TOOLS.md 3.4).

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use crate::billing::status::DocumentKind;

/// What numbers count in: an organization's documents of one kind, in one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Series {
    /// Of what kind.
    pub kind: DocumentKind,
    /// In which year.
    pub year: i32,
}

impl Series {
    /// The series of a document of that date.
    pub fn of(kind: DocumentKind, date: NaiveDate) -> Self {
        Self { kind, year: date.year() }
    }

    /// Whether a number that was taken must be used: a quote's may be missing, an invoice's or a credit note's never.
    pub fn is_gap_free(self) -> bool {
        self.kind != DocumentKind::Quote
    }

    fn prefix(self) -> &'static str {
        match self.kind {
            DocumentKind::Quote => "Q",
            DocumentKind::Invoice => "INV",
            DocumentKind::CreditNote => "CN",
        }
    }
}

/// A document's number, unique within its organization.
///
/// ```
/// use lavori_domain::billing::{DocumentKind, DocumentNumber};
/// let number: DocumentNumber = "inv-2026-7".parse().unwrap();
/// assert_eq!((number.series.kind, number.number), (DocumentKind::Invoice, 7));
/// assert_eq!(number.to_string(), "INV-2026-0007");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentNumber {
    /// What it counts in.
    pub series: Series,
    /// From 1.
    pub number: i64,
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:04}", self.series.prefix(), self.series.year, self.number)
    }
}

impl FromStr for DocumentNumber {
    type Err = NotADocumentNumber;

    fn from_str(text: &str) -> Result<Self, NotADocumentNumber> {
        let mut parts = text.split('-');
        let (Some(prefix), Some(year), Some(number), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotADocumentNumber);
        };
        let kind = match prefix.to_ascii_uppercase().as_str() {
            "Q" => DocumentKind::Quote,
            "INV" => DocumentKind::Invoice,
            "CN" => DocumentKind::CreditNote,
            _ => return Err(NotADocumentNumber),
        };
        let digits = |text: &str, most: usize| {
            let good = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
            good.then(|| text.parse::<i64>().ok()).flatten().ok_or(NotADocumentNumber)
        };
        let year = i32::try_from(digits(year, 4)?).map_err(|_| NotADocumentNumber)?;
        let number = digits(number, 12)?;
        if number == 0 { Err(NotADocumentNumber) } else { Ok(Self { series: Series { kind, year }, number }) }
    }
}

impl serde::Serialize for DocumentNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text is not a document's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a document number: expected INV, CN or Q with a year and a number, such as INV-2026-0007")]
pub struct NotADocumentNumber;

/// Whether a document may be issued on `date`, when the last one of its series was issued on `last`: numbers follow dates.
///
/// # Errors
/// [`IssueDateRefused`], with the date that would do.
pub fn check_issue_date(date: NaiveDate, last: Option<NaiveDate>, today: NaiveDate) -> Result<(), IssueDateRefused> {
    if date > today {
        return Err(IssueDateRefused::InTheFuture { today });
    }
    match last {
        Some(last) if date < last => Err(IssueDateRefused::BeforeTheLast { last }),
        _ => Ok(()),
    }
}

/// Why a document cannot be issued on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssueDateRefused {
    /// It has not come yet.
    #[error("the issue date is in the future: use {today} or earlier")]
    InTheFuture {
        /// The day in the organization's zone.
        today: NaiveDate,
    },
    /// The series went on since.
    #[error("a document of this series was issued on {last}: use that date or later")]
    BeforeTheLast {
        /// When the last one was issued.
        last: NaiveDate,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_written() {
        for (kind, text) in [
            (DocumentKind::Quote, "Q-2026-0001"),
            (DocumentKind::Invoice, "INV-2026-0042"),
            (DocumentKind::CreditNote, "CN-2027-12345"),
        ] {
            let number: DocumentNumber = text.parse().unwrap();
            assert_eq!((number.series.kind, number.to_string().as_str()), (kind, text));
        }
        for text in
            ["", "INV", "INV-2026", "INV-2026-0", "INV-2026-7-1", "X-2026-1", "INV-20260-1", "INV--1", "INV-2026-+1"]
        {
            assert!(text.parse::<DocumentNumber>().is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_follow_dates() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (today, last) = (day("2026-11-22"), day("2026-11-20"));
        assert_eq!(check_issue_date(day("2026-11-20"), Some(last), today), Ok(()));
        assert_eq!(check_issue_date(today, None, today), Ok(()));
        assert_eq!(
            check_issue_date(day("2026-11-19"), Some(last), today),
            Err(IssueDateRefused::BeforeTheLast { last })
        );
        assert_eq!(check_issue_date(day("2026-11-23"), None, today), Err(IssueDateRefused::InTheFuture { today }));
    }

    #[test]
    fn invoices_and_credit_notes_leave_no_gap() {
        let gap_free = |kind| Series::of(kind, "2026-01-01".parse().unwrap()).is_gap_free();
        assert!(
            gap_free(DocumentKind::Invoice) && gap_free(DocumentKind::CreditNote) && !gap_free(DocumentKind::Quote)
        );
    }
}
