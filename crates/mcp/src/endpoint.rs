//! One request's journey, in two steps with the layer above in between.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header, request::Parts};
use rmcp::model::{
    GetPromptRequestParams, InitializeRequestParams, ReadResourceRequestParams, SubscriptionsListenRequestParams,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, value::RawValue};
use tokio_util::sync::CancellationToken;

#[cfg(feature = "conformance")]
use crate::conformance::{Beside, Mounted};
use crate::{
    Config, ConfigError, Era, Id, Incoming, Response, Service, ToolCall, call,
    code::{INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND},
    desk::Desk,
    engine::Engine,
    error_response,
    guard::Guard,
    incoming::{self, Kind},
    listen,
    message::{self, Message, Unreadable, present},
    mirror, negotiate,
    response::{self, Refusal},
    result::Envelope,
    trace, version,
};

/// The MCP endpoint of a server. A clone is a pointer.
#[derive(Clone)]
pub struct Endpoint(Arc<Inner>);

struct Inner {
    config: Config,
    guard: Guard,
    service: Arc<dyn Service>,
    mirrored: mirror::Params,
    envelope: Envelope,
    engine: Engine,
    /// What answers in the engine's place, where it is mounted.
    #[cfg(feature = "conformance")]
    fixtures: Option<Fixtures>,
}

#[cfg(feature = "conformance")]
struct Fixtures {
    beside: Arc<Beside>,
    engine: Engine<Mounted>,
}

/// The parts of `params` that are looked at, each as it stands in the body.
#[derive(Default, Deserialize)]
struct Params<'a> {
    #[serde(borrow, default, rename = "_meta", deserialize_with = "present")]
    meta: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    name: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    uri: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    arguments: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    cursor: Option<&'a RawValue>,
}

impl Endpoint {
    /// Makes the endpoint of `service`.
    pub fn new(config: Config, service: Arc<dyn Service>) -> Result<Self, ConfigError> {
        let guard = Guard::new(&config.allowed_hosts, &config.allowed_origins)?;
        Ok(Self(Arc::new(Inner {
            guard,
            mirrored: service.every_tool().mirrored(),
            envelope: Envelope::new(&service.identity().stamp()),
            engine: Engine::new(Desk::new(Arc::clone(&service), config.discover_ttl), config.max_body_bytes),
            service,
            config,
            #[cfg(feature = "conformance")]
            fixtures: None,
        })))
    }

    /// The same endpoint with the fixtures of the protocol's conformance suite beside what its service offers.
    ///
    /// # Errors
    /// [`ToolListError`](crate::ToolListError) when the fixtures cannot be listed.
    #[cfg(feature = "conformance")]
    pub fn with_fixtures(&self) -> Result<Self, crate::ToolListError> {
        let Inner { config, guard, service, .. } = &*self.0;
        let beside = Arc::new(Beside::new(Arc::clone(service))?);
        let service: Arc<dyn Service> = Arc::clone(&beside) as _;
        let desk = Desk::new(Arc::clone(&service), config.discover_ttl);
        let mounted = Mounted::new(desk.clone(), Arc::clone(&beside));
        Ok(Self(Arc::new(Inner {
            config: config.clone(),
            guard: guard.clone(),
            mirrored: service.every_tool().mirrored(),
            envelope: Envelope::new(&service.identity().stamp()),
            engine: Engine::new(desk, config.max_body_bytes),
            service,
            fixtures: Some(Fixtures { engine: Engine::new(mounted, config.max_body_bytes), beside }),
        })))
    }

    /// The settings it was made with.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Reads an authenticated request: host and origin, method and media types, JSON-RPC shape,
    /// protocol version, headers against body. Does nothing for it yet.
    ///
    /// # Errors
    /// The answer to send instead of serving it, always JSON.
    pub fn read(&self, mut parts: Parts, body: Bytes) -> Result<Incoming, Box<Response>> {
        self.admit(&parts, &body).map_err(|refusal| {
            let mut response = refusal.respond(None);
            if response.status() == StatusCode::METHOD_NOT_ALLOWED {
                let allow = HeaderValue::from_static("POST");
                response.headers_mut().insert(header::ALLOW, allow);
            }
            response
        })?;
        let message = message::read(&body).map_err(|Unreadable { id, refusal }| refusal.respond(id.as_ref()))?;
        let (era, traceparent, kind) =
            self.understand(&parts, &message, body).map_err(|refusal| refusal.respond(message.id.as_ref()))?;
        incoming::strip(&mut parts.headers);
        Ok(Incoming { parts, era, method: message.method, traceparent, kind })
    }

    /// Serves what was read. Dropping the future, as a server does when the client goes away,
    /// cancels the call; dropping the answer to `subscriptions/listen` ends the subscription.
    pub async fn serve(&self, incoming: Incoming) -> Response {
        let Inner { config, service, envelope, .. } = &*self.0;
        let Incoming { mut parts, era, kind, .. } = incoming;
        match kind {
            Kind::Notification => response::accepted(),
            Kind::Listen { id, body } if service.tells_changes() => {
                match call::unwound(service.listen(&parts.extensions)).await {
                    Ok(changes) => {
                        parts.extensions.insert(listen::Passed::new(changes));
                        Box::pin(self.rmcp(parts, era, body, &id)).await
                    }
                    Err(error) => call::refuse(&id, error),
                }
            }
            // In a box: calls of tools, which are by far the most, carry no room for it.
            Kind::Other { id, body } | Kind::Listen { id, body } => Box::pin(self.rmcp(parts, era, body, &id)).await,
            Kind::List { id, cursor: true, .. } => error_response(
                StatusCode::OK,
                INVALID_PARAMS,
                "Unknown cursor: the tool list has one page. Call tools/list without a cursor.",
                Some(&id),
                None,
            ),
            Kind::List { id, cursor: false, views } => match call::unwound(service.list_tools(&parts.extensions)).await
            {
                Ok(list) => list.respond(envelope, era, &id, views, config.list_ttl),
                Err(error) => call::refuse(&id, error),
            },
            Kind::Call { id, name, arguments } => {
                let call = ToolCall { name, arguments, cancellation: CancellationToken::new() };
                let deadline = config.call_deadline;
                match call::run(&**service, &parts.extensions, call, deadline).await {
                    Ok(answer) => call::respond(envelope, era, &id, &answer),
                    Err(error) => call::refuse(&id, error),
                }
            }
        }
    }

    async fn rmcp(&self, parts: Parts, era: Era, body: Bytes, id: &Id) -> Response {
        #[cfg(feature = "conformance")]
        if let Some(fixtures) = &self.0.fixtures {
            return fixtures.engine.serve(parts, era, body, id).await;
        }
        self.0.engine.serve(parts, era, body, id).await
    }

    /// A call of a fixture is rmcp's, once it was read like any other.
    #[cfg(feature = "conformance")]
    fn of_fixture(&self, kind: Kind, body: Bytes) -> Kind {
        match (kind, &self.0.fixtures) {
            (Kind::Call { id, name, .. }, Some(fixtures)) if fixtures.beside.has(&name) => Kind::Other { id, body },
            (kind, _) => kind,
        }
    }

    /// Everything that can be said without reading the body.
    fn admit(&self, parts: &Parts, body: &Bytes) -> Result<(), Refusal> {
        self.0.guard.check(parts)?;
        negotiate::check(parts)?;
        if body.len() > self.0.config.max_body_bytes {
            return Err(too_large(self.0.config.max_body_bytes));
        }
        Ok(())
    }

    /// The era, the trace, and what is asked.
    fn understand(
        &self,
        parts: &Parts,
        message: &Message,
        body: Bytes,
    ) -> Result<(Era, Option<String>, Kind), Refusal> {
        let headers = &parts.headers;
        let Some(id) = message.id.clone() else {
            let era = version::of_notification(headers)?;
            if era == Era::Modern {
                mirror::method_if_sent(headers, &message.method)?;
            }
            return Ok((era, None, Kind::Notification));
        };
        let raw = message.params.as_deref().unwrap_or(b"{}");
        if message.method == "initialize" {
            // Its version is negotiated by rmcp, which would call the method unknown if the
            // params did not fit.
            serde_json::from_slice::<InitializeRequestParams>(raw).map_err(|_| {
                // A client that speaks the modern era asks for a method that this era has not got.
                let meta = serde_json::from_slice::<Params<'_>>(raw).ok().and_then(|params| params.meta);
                match version::of_request(headers, meta) {
                    Ok(Era::Modern) => Refusal::new(
                        StatusCode::NOT_FOUND,
                        METHOD_NOT_FOUND,
                        "There is no initialize in this version: every request says for itself what it speaks.",
                    ),
                    _ => invalid("initialize needs protocolVersion, capabilities and clientInfo."),
                }
            })?;
            return Ok((Era::Legacy, None, Kind::Other { id, body }));
        }
        let params: Params<'_> =
            serde_json::from_slice(raw).map_err(|_| invalid("The params name one of their keys twice."))?;
        let era = version::of_request(headers, params.meta)?;
        if era == Era::Modern {
            mirror::method(headers, &message.method)?;
        }
        #[cfg(feature = "conformance")]
        let whole = body.clone();
        let kind = match message.method.as_str() {
            "tools/call" => self.call(parts, era, id, &params)?,
            "tools/list" => Kind::List {
                id,
                cursor: params.cursor.is_some_and(|raw| raw.get() != "null"),
                // What a legacy client can do was said in an `initialize` that nobody remembers. Naming a view asks
                // nothing of it: who does not know `_meta.ui` passes over it.
                views: era == Era::Legacy || version::shows_views(params.meta),
            },
            "subscriptions/listen" if era == Era::Modern => {
                if self.0.service.tells_changes() {
                    fits::<SubscriptionsListenRequestParams>(
                        raw,
                        "subscriptions/listen needs notifications, an object.",
                    )?;
                }
                Kind::Listen { id, body }
            }
            other => {
                let named = match other {
                    "prompts/get" => params.name,
                    "resources/read" => params.uri,
                    _ => None,
                };
                if era == Era::Modern
                    && let Some(name) = named.and_then(string)
                {
                    mirror::name(headers, &name)?;
                }
                match other {
                    "prompts/get" if !self.0.service.prompts().is_empty() => {
                        fits::<GetPromptRequestParams>(
                            raw,
                            "prompts/get needs name, a string, and takes arguments, an object.",
                        )?;
                    }
                    "resources/read" if !self.0.service.resources().is_empty() => {
                        fits::<ReadResourceRequestParams>(raw, "resources/read needs uri, a string.")?;
                    }
                    _ => {}
                }
                Kind::Other { id, body }
            }
        };
        #[cfg(feature = "conformance")]
        let kind = self.of_fixture(kind, whole);
        Ok((era, trace::parent(params.meta), kind))
    }

    fn call(&self, parts: &Parts, era: Era, id: Id, params: &Params<'_>) -> Result<Kind, Refusal> {
        let name = params.name.and_then(string).ok_or_else(|| invalid("tools/call needs params.name, a string."))?;
        if era == Era::Modern {
            mirror::name(&parts.headers, &name)?;
        }
        let arguments = match params.arguments.map(RawValue::get) {
            None | Some("null") => Map::new(),
            Some(raw) => serde_json::from_str::<Map<String, Value>>(raw)
                .map_err(|_| invalid("params.arguments must be an object, not nested too deeply."))?,
        };
        if era == Era::Modern
            && let Some(mirrored) = self.0.mirrored.of(&name)
        {
            mirror::arguments(&parts.headers, mirrored, &arguments)?;
        }
        Ok(Kind::Call { id, name, arguments })
    }
}

/// The refusal of a body that is larger than is read.
pub(crate) fn too_large(limit: usize) -> Refusal {
    let message = format!("The message is larger than {limit} bytes. Send less at a time.");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, INVALID_REQUEST, message)
}

fn string(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

/// rmcp takes params that do not fit for those of a method it does not know.
fn fits<T: DeserializeOwned>(raw: &[u8], otherwise: &'static str) -> Result<(), Refusal> {
    serde_json::from_slice::<T>(raw).map(drop).map_err(|_| invalid(otherwise))
}

fn invalid(message: &'static str) -> Refusal {
    Refusal::bad(INVALID_PARAMS, message)
}
