//! Events as files: CSV (RFC 4180) for spreadsheets, JSON for programs (PRODUCT.md P30). Pure.

use std::borrow::Cow;

use lavori_domain::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// One event of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// When, in UTC.
    pub time: Timestamp,
    /// What happened: the word of the log.
    pub action: String,
    /// How much it matters.
    pub severity: String,
    /// The address it came from.
    pub ip_address: Option<String>,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// What else there is to know.
    pub details: Value,
    /// The event's id.
    pub id: String,
}

/// The columns of the CSV file.
const COLUMNS: [&str; 8] = ["time", "action", "severity", "ip_address", "user_agent", "request_id", "details", "id"];

/// The events as CSV: UTF-8, CRLF, a line of column names, details as JSON in one column. A text that a spreadsheet
/// would run as a formula gets an apostrophe before it; the JSON file has every text as it is.
///
/// ```
/// let file = lavori_audit::export::csv(&[]);
/// assert_eq!(file, "time,action,severity,ip_address,user_agent,request_id,details,id\r\n");
/// ```
pub fn csv(entries: &[Entry]) -> String {
    const PROOF: &str = "every record has the columns' number of fields, and writing to memory does not fail";
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    file.write_record(COLUMNS).expect(PROOF);
    for entry in entries {
        let (time, details) = (entry.time.to_string(), entry.details.to_string());
        let texts = [
            time.as_str(),
            &entry.action,
            &entry.severity,
            entry.ip_address.as_deref().unwrap_or_default(),
            entry.user_agent.as_deref().unwrap_or_default(),
            entry.request_id.as_deref().unwrap_or_default(),
            &details,
            &entry.id,
        ];
        file.write_record(texts.map(|text| defused(text).into_owned())).expect(PROOF);
    }
    String::from_utf8(file.into_inner().expect(PROOF)).expect("made of texts")
}

/// A text that no spreadsheet takes for a formula: those begin with one of a few signs, in their wide forms too.
fn defused(text: &str) -> Cow<'_, str> {
    const SIGNS: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(SIGNS) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The events as one JSON document. `older` is the position from which the next file goes on, if events were left out.
pub fn json(entries: &[Entry], older: Option<&str>) -> String {
    #[derive(Serialize)]
    struct File<'a> {
        events: &'a [Entry],
        complete: bool,
        older: Option<&'a str>,
    }
    let file = File { events: entries, complete: older.is_none(), older };
    serde_json::to_string(&file).expect("texts, numbers and maps with text keys: nothing that JSON cannot say")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entry(user_agent: &str, details: Value) -> Entry {
        Entry {
            time: Timestamp::from_millis(0),
            action: "tool.called".to_owned(),
            severity: "info".to_owned(),
            ip_address: Some("2001:db8::1".to_owned()),
            user_agent: Some(user_agent.to_owned()),
            request_id: None,
            details,
            id: "id-1".to_owned(),
        }
    }

    #[test]
    fn p30_csv_is_rfc_4180_with_quotes_only_where_they_are_needed() {
        let file = csv(&[entry("a \"b\",\r\nc", json!({"tool": "search", "n": 3})), entry("é", json!({}))]);
        let lines = [
            "time,action,severity,ip_address,user_agent,request_id,details,id",
            "1970-01-01T00:00:00.000Z,tool.called,info,2001:db8::1,\"a \"\"b\"\",\r\nc\",,\"{\"\"n\"\":3,\"\"tool\"\":\"\"search\"\"}\",id-1",
            "1970-01-01T00:00:00.000Z,tool.called,info,2001:db8::1,é,,{},id-1",
            "",
        ];
        assert_eq!(file, lines.join("\r\n"));
    }

    #[test]
    fn p30_i13_no_cell_of_the_csv_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠x"] {
            let file = csv(&[entry(formula, json!({}))]);
            let mut cells = csv::Reader::from_reader(file.as_bytes());
            let cells = cells.records().next().unwrap().unwrap();
            assert_eq!(&cells[4], format!("'{formula}"));
            assert_eq!(cells.len(), COLUMNS.len());
        }
        assert_eq!(defused("curl/8 (-x)"), "curl/8 (-x)");
    }

    #[test]
    fn p30_json_holds_every_text_as_it_is_and_says_whether_it_is_all() {
        let file: Value = serde_json::from_str(&json(&[entry("=1", json!({"a": "<b>"}))], None)).unwrap();
        assert_eq!(file["events"][0]["user_agent"], "=1");
        assert_eq!(file["events"][0]["details"]["a"], "<b>");
        assert_eq!(file["events"][0]["time"], "1970-01-01T00:00:00.000Z");
        assert_eq!((&file["complete"], &file["older"]), (&json!(true), &Value::Null));
        let file: Value = serde_json::from_str(&json(&[], Some("id-0"))).unwrap();
        assert_eq!((&file["complete"], &file["older"]), (&json!(false), &json!("id-0")));
    }
}
