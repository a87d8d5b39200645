//! A request that has been read and may be served.

use bytes::Bytes;
use http::{Extensions, HeaderMap, header, request::Parts};
use serde_json::{Map, Value};

use crate::{Era, Id};

/// What [`Endpoint::read`](crate::Endpoint::read) makes of a request: sound, of a known era, its
/// headers in agreement with its body, without credentials. Nothing has been done for it yet.
#[derive(Debug)]
pub struct Incoming {
    pub(crate) parts: Parts,
    pub(crate) era: Era,
    pub(crate) method: String,
    pub(crate) traceparent: Option<String>,
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// Taken, and answered with 202.
    Notification,
    Call {
        id: Id,
        name: String,
        arguments: Map<String, Value>,
    },
    List {
        id: Id,
        /// Whether it asks for a further page. There is only one.
        cursor: bool,
        /// Whether tools are to name their views.
        views: bool,
    },
    /// `subscriptions/listen`, for rmcp as well.
    Listen {
        id: Id,
        body: Bytes,
    },
    /// For rmcp, which reads the body again.
    Other {
        id: Id,
        body: Bytes,
    },
}

impl Incoming {
    /// The JSON-RPC method, for example `tools/call`.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The tool that is called, if one is. It need not exist.
    pub fn tool_name(&self) -> Option<&str> {
        match &self.kind {
            Kind::Call { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Whether its answer goes on: `subscriptions/listen`.
    pub fn is_subscription(&self) -> bool {
        matches!(self.kind, Kind::Listen { .. })
    }

    /// The request's id, for an answer by the layer above. Notifications have none.
    pub fn id(&self) -> Option<&Id> {
        match &self.kind {
            Kind::Notification => None,
            Kind::Call { id, .. } | Kind::List { id, .. } | Kind::Listen { id, .. } | Kind::Other { id, .. } => {
                Some(id)
            }
        }
    }

    /// The `traceparent` in its `_meta`, as the client wrote it.
    pub fn traceparent(&self) -> Option<&str> {
        self.traceparent.as_deref()
    }

    /// Which kind of protocol version it speaks.
    pub fn era(&self) -> Era {
        self.era
    }

    /// The headers that are left: credentials and session headers are gone.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// What the layer above knows about the caller.
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// Where the layer above puts what it knows about the caller; the
    /// [`Service`](crate::Service) is handed the same extensions.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.parts.extensions
    }
}

/// Removes what no one behind the door needs: credentials, which rmcp would hand on with the whole
/// head of the request, and the headers of sessions that we do not keep
/// (`MCP 2026-07-28 basic/transports/streamable-http`, "Earlier Streamable HTTP Revisions").
pub(crate) fn strip(headers: &mut HeaderMap) {
    for name in [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE] {
        headers.remove(name);
    }
    headers.remove("mcp-session-id");
    headers.remove("last-event-id");
}
