//! Successful answers, written from parts that are JSON already.

use http::StatusCode;
use rmcp::model::Implementation;
use serde_json::json;

use crate::{Era, Id, Response, response};

/// Where `_meta` names the server (`MCP 2026-07-28 basic/index`, "_meta").
pub(crate) const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// The part of every modern result that is the same each time: `resultType` in front and the
/// server's name in `_meta` behind (`MCP 2026-07-28 basic/index`, "Result Responses" and "_meta").
#[derive(Debug)]
pub(crate) struct Envelope {
    tail: String,
}

impl Envelope {
    pub(crate) fn new(server: &Implementation) -> Self {
        let meta = json!({ SERVER_INFO: server });
        Self { tail: format!(r#","_meta":{meta}"#) }
    }

    /// Writes a result around its members, which `members` adds as `"a":1,"b":2`.
    pub(crate) fn write(&self, era: Era, id: &Id, capacity: usize, members: impl FnOnce(&mut Vec<u8>)) -> Response {
        let mut out = Vec::with_capacity(capacity + id.as_json().len() + self.tail.len() + 96);
        out.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
        out.extend_from_slice(id.as_json().as_bytes());
        out.extend_from_slice(br#","result":{"#);
        if era == Era::Modern {
            out.extend_from_slice(br#""resultType":"complete","#);
        }
        members(&mut out);
        if era == Era::Modern {
            out.extend_from_slice(self.tail.as_bytes());
        }
        out.extend_from_slice(b"}}");
        response::json(StatusCode::OK, out)
    }
}
