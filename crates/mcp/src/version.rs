//! Which protocol version a request speaks, and with it which era.
//!
//! `MCP 2026-07-28 basic/versioning` and `basic/transports/streamable-http`, "Protocol Version
//! Header". rmcp answers an unknown version in plain text and serves known ones that it was told
//! not to; both are refused here with -32022 and the list of what is served.

use http::HeaderMap;
use rmcp::model::{ClientCapabilities, ProtocolVersion};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use crate::{
    VIEW_MIME_TYPE,
    code::{HEADER_MISMATCH, INVALID_PARAMS, UNSUPPORTED_VERSION},
    message::present,
    mirror::single,
    response::Refusal,
};

/// The versions served, newest first.
pub(crate) const SUPPORTED: [ProtocolVersion; 3] =
    [ProtocolVersion::V_2026_07_28, ProtocolVersion::V_2025_11_25, ProtocolVersion::V_2025_06_18];

/// The extension by which hosts say that they show views.
const VIEWS: &str = "io.modelcontextprotocol/ui";

const HEADER: &str = "MCP-Protocol-Version";

/// The two kinds of protocol versions (`MCP 2026-07-28 basic/versioning`, "Terminology").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// 2025-11-25 and older: after `initialize`.
    Legacy,
    /// 2026-07-28: every request says for itself what it speaks.
    Modern,
}

/// The parts of `_meta` that decide.
#[derive(Default, Deserialize)]
struct Meta<'a> {
    #[serde(borrow, default, rename = "io.modelcontextprotocol/protocolVersion", deserialize_with = "present")]
    version: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "io.modelcontextprotocol/clientCapabilities", deserialize_with = "present")]
    capabilities: Option<&'a RawValue>,
}

/// Decides the era of a request other than `initialize`.
pub(crate) fn of_request(headers: &HeaderMap, meta: Option<&RawValue>) -> Result<Era, Refusal> {
    let header = single(headers, HEADER)?;
    let meta = match meta.map(RawValue::get) {
        None => Meta::default(),
        Some(raw) if raw.starts_with('{') => {
            serde_json::from_str(raw).map_err(|_| invalid("The request's _meta names one of its keys twice."))?
        }
        Some(_) => return Err(invalid("The request's _meta must be an object.")),
    };
    let body: Option<String> = match meta.version {
        None => None,
        Some(raw) => Some(
            serde_json::from_str(raw.get())
                .map_err(|_| invalid("_meta io.modelcontextprotocol/protocolVersion must be a string."))?,
        ),
    };
    let era = match (header, &body) {
        (None, None) => return Ok(Era::Legacy),
        (None, Some(_)) => {
            return Err(Refusal::bad(
                HEADER_MISMATCH,
                "Header mismatch: send MCP-Protocol-Version with the version that _meta names.",
            ));
        }
        (Some(header), Some(body)) if header != body => {
            return Err(Refusal::bad(
                HEADER_MISMATCH,
                "Header mismatch: MCP-Protocol-Version and _meta name different versions.",
            ));
        }
        (Some(header), _) => supported(header)?,
    };
    if era == Era::Modern {
        require(&meta)?;
    }
    Ok(era)
}

/// A notification carries no `_meta` duties; it only must not name a version that is not served.
pub(crate) fn of_notification(headers: &HeaderMap) -> Result<Era, Refusal> {
    single(headers, HEADER)?.map_or(Ok(Era::Legacy), supported)
}

fn supported(version: &str) -> Result<Era, Refusal> {
    match SUPPORTED.iter().find(|ours| ours.as_str() == version) {
        Some(ours) if ours.has_initialize() => Ok(Era::Legacy),
        Some(_) => Ok(Era::Modern),
        None => {
            let mut refusal =
                Refusal::bad(UNSUPPORTED_VERSION, "Unsupported protocol version. Use one of those in data.supported.");
            refusal.data = Some(json!({ "supported": SUPPORTED, "requested": version }));
            Err(refusal)
        }
    }
}

/// A modern request says its version and its client's capabilities; its client's name is only
/// recommended.
fn require(meta: &Meta<'_>) -> Result<(), Refusal> {
    if meta.version.is_none() {
        return Err(invalid("Every request of this version needs _meta io.modelcontextprotocol/protocolVersion."));
    }
    let declared = meta
        .capabilities
        .is_some_and(|raw| raw.get().starts_with('{') && serde_json::from_str::<ClientCapabilities>(raw.get()).is_ok());
    if declared {
        Ok(())
    } else {
        Err(invalid("Every request of this version needs _meta io.modelcontextprotocol/clientCapabilities, an object."))
    }
}

/// Whether the client of a modern request says that it shows views of our kind (`MCP Apps 2026-01-26`,
/// "Client<>Server Capability Negotiation").
pub(crate) fn shows_views(meta: Option<&RawValue>) -> bool {
    let declared = meta
        .and_then(|raw| serde_json::from_str::<Meta<'_>>(raw.get()).ok()?.capabilities)
        .and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
    let kinds = declared.as_ref().and_then(|it| it["extensions"][VIEWS]["mimeTypes"].as_array());
    kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == VIEW_MIME_TYPE))
}

fn invalid(message: &'static str) -> Refusal {
    Refusal::bad(INVALID_PARAMS, message)
}

#[cfg(test)]
mod tests {
    use serde_json::value::to_raw_value;

    use super::*;

    const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
    const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

    fn era(header: &[&str], meta: Option<serde_json::Value>) -> Result<Era, i32> {
        let mut headers = HeaderMap::new();
        for value in header {
            headers.append(HEADER, value.parse().unwrap());
        }
        let meta = meta.map(|it| to_raw_value(&it).unwrap());
        of_request(&headers, meta.as_deref()).map_err(|refusal| refusal.code)
    }

    fn meta(version: &str) -> Option<serde_json::Value> {
        Some(json!({ VERSION: version, CAPABILITIES: {} }))
    }

    #[test]
    fn header_and_meta_decide_the_era() {
        assert_eq!(era(&["2026-07-28"], meta("2026-07-28")), Ok(Era::Modern));
        assert_eq!(era(&["2025-11-25"], meta("2025-11-25")), Ok(Era::Legacy));
        assert_eq!(era(&["2025-11-25"], None), Ok(Era::Legacy));
        assert_eq!(era(&["2025-06-18"], Some(json!({}))), Ok(Era::Legacy));
        assert_eq!(era(&[], None), Ok(Era::Legacy));
        assert_eq!(era(&[], Some(json!({ "progressToken": 1 }))), Ok(Era::Legacy));
    }

    #[test]
    fn header_and_meta_must_agree() {
        assert_eq!(era(&[], meta("2026-07-28")), Err(-32020));
        assert_eq!(era(&["2025-11-25"], meta("2026-07-28")), Err(-32020));
        assert_eq!(era(&["2026-07-28"], meta("2099-01-01")), Err(-32020));
        assert_eq!(era(&["2026-07-28", "2026-07-28"], meta("2026-07-28")), Err(-32020));
        assert_eq!(era(&["2026-07-28, 2025-11-25"], meta("2026-07-28")), Err(-32020));
    }

    #[test]
    fn gap_unknown_versions_are_named_with_what_is_served() {
        assert_eq!(era(&["2099-01-01"], meta("2099-01-01")), Err(-32022));
        assert_eq!(era(&["2099-01-01"], None), Err(-32022));
        assert_eq!(era(&["nonsense"], None), Err(-32022));
        assert_eq!(era(&[""], None), Err(-32022));

        let mut headers = HeaderMap::new();
        headers.insert(HEADER, "2099-01-01".parse().unwrap());
        let refusal = of_request(&headers, None).unwrap_err();
        assert_eq!(
            refusal.data,
            Some(json!({
                "supported": ["2026-07-28", "2025-11-25", "2025-06-18"],
                "requested": "2099-01-01",
            }))
        );
        assert_eq!(of_notification(&headers).unwrap_err().code, -32022);
    }

    #[test]
    fn gap_known_versions_that_are_not_served_are_refused() {
        for version in ["2024-11-05", "2025-03-26"] {
            assert_eq!(era(&[version], None), Err(-32022), "{version}");
            assert_eq!(era(&[version], meta(version)), Err(-32022), "{version}");
        }
    }

    #[test]
    fn modern_requests_say_version_and_capabilities() {
        let modern = ["2026-07-28"];
        assert_eq!(era(&modern, None), Err(-32602));
        assert_eq!(era(&modern, Some(json!({ CAPABILITIES: {} }))), Err(-32602));
        assert_eq!(era(&modern, Some(json!({ VERSION: "2026-07-28" }))), Err(-32602));
        for capabilities in [json!(null), json!([]), json!("x"), json!({ "sampling": 5 })] {
            let meta = json!({ VERSION: "2026-07-28", CAPABILITIES: capabilities });
            assert_eq!(era(&modern, Some(meta.clone())), Err(-32602), "{meta}");
        }
        assert_eq!(era(&modern, Some(json!({ VERSION: 5 }))), Err(-32602));
        assert_eq!(era(&modern, Some(json!([]))), Err(-32602));
        assert_eq!(era(&[], Some(json!("x"))), Err(-32602));
    }
}
