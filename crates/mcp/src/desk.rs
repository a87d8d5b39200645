//! What rmcp is told about the server: who it is, to each era in its own words, its prompts, its resources and its
//! subscriptions. Tools do not come by here (`call.rs`).

use std::{borrow::Cow, sync::Arc, time::Duration};

use http::request::Parts;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CacheScope, DiscoverResult, ErrorCode, GetPromptRequestParams, GetPromptResponse, InitializeRequestParams,
        InitializeResult, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, MetaObject,
        PaginatedRequestParams, ProtocolVersion, ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult,
        ServerCapabilities, ServerConfig, SubscriptionFilter,
    },
    service::{RequestContext, SubscriptionContext},
};

use serde_json::json;

use crate::{Era, PromptError, Service, listen, prompts, result::SERVER_INFO, version::SUPPORTED};

/// Answers every method but `tools/list` and `tools/call`. A clone is a pointer.
#[derive(Clone)]
pub(crate) struct Desk(Arc<Answers>);

struct Answers {
    service: Arc<dyn Service>,
    legacy: ServerConfig,
    modern: DiscoverResult,
    prompts: ListPromptsResult,
    resources: ListResourcesResult,
    templates: ListResourceTemplatesResult,
    /// How long a client may keep what never changes while the server runs, in milliseconds.
    ttl_ms: u64,
    /// The server's name, for results that hold nothing else about it.
    stamp: MetaObject,
}

impl Desk {
    pub(crate) fn new(service: Arc<dyn Service>, ttl: Duration) -> Self {
        let identity = service.identity();
        // Change notices reach only who listens, which legacy clients cannot without a session.
        let capabilities = |era: Era| {
            let mut declared = ServerCapabilities::builder().enable_tools().build();
            if let Some(tools) = declared.tools.as_mut() {
                tools.list_changed = (era == Era::Modern && service.tells_changes()).then_some(true);
            }
            declared.prompts = (!service.prompts().is_empty()).then(Default::default);
            declared.resources = (!service.resources().is_empty()).then(Default::default);
            declared
        };
        let ttl_ms = ttl.as_millis().try_into().unwrap_or(u64::MAX);
        let legacy = ServerConfig::new(capabilities(Era::Legacy))
            .with_server_info(identity.introduction())
            .with_instructions(&identity.instructions)
            .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE);
        let mut modern = DiscoverResult::new(SUPPORTED.to_vec(), capabilities(Era::Modern))
            .with_server_info(identity.introduction());
        modern.instructions = Some(identity.instructions.clone());
        modern.ttl_ms = ttl_ms;
        let mut stamp = MetaObject::new();
        stamp.0.insert(SERVER_INFO.to_owned(), json!(identity.stamp()));
        let prompts = service.prompts().iter().map(|prompt| prompt.wire()).collect();
        let resources = service.resources().iter().map(|resource| resource.wire()).collect();
        Self(Arc::new(Answers {
            legacy,
            modern,
            prompts: ListPromptsResult::with_all_items(prompts),
            resources: ListResourcesResult::with_all_items(resources),
            templates: ListResourceTemplatesResult::default(),
            ttl_ms,
            stamp,
            service,
        }))
    }
}

impl Answers {
    /// What stands beside a complete result: for modern clients the server's name.
    fn stamp(&self, era: Era) -> Option<MetaObject> {
        (era == Era::Modern).then(|| self.stamp.clone())
    }
}

/// Which era a request belongs to: found out before rmcp saw it.
pub(crate) fn era(context: &RequestContext<RoleServer>) -> Era {
    let parts = context.extensions.get::<Parts>();
    parts.and_then(|parts| parts.extensions.get::<Era>()).copied().unwrap_or(Era::Legacy)
}

/// A list as this era gets it. All of them have one page.
macro_rules! listed {
    ($answers:expr, $list:ident, $request:expr, $context:expr) => {{
        if $request.is_some_and(|request| request.cursor.is_some()) {
            let message = "Unknown cursor: this list has one page. Ask for it without a cursor.";
            return Err(ErrorData::invalid_params(message, None));
        }
        let mut list = $answers.$list.clone();
        let era = era(&$context);
        if era == Era::Modern {
            list.ttl_ms = Some($answers.ttl_ms);
            list.cache_scope = Some(CacheScope::Private);
        }
        list.meta = $answers.stamp(era);
        Ok(list)
    }};
}

impl ServerHandler for Desk {
    /// What the server can do in the modern era: rmcp goes by it when it lets somebody listen.
    fn get_info(&self) -> ServerConfig {
        let mut info = self.0.legacy.clone();
        info.capabilities = self.0.modern.capabilities.clone();
        info
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(&SUPPORTED)
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let mut answer = self.negotiate_initialize(&request)?;
        context.peer.set_peer_info(request);
        answer.capabilities = self.0.legacy.capabilities.clone();
        Ok(answer)
    }

    async fn discover(&self, _: RequestContext<RoleServer>) -> Result<DiscoverResult, ErrorData> {
        Ok(self.0.modern.clone())
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        offered(&self.0.prompts.prompts)?;
        listed!(self.0, prompts, request, context)
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let refuse = |error: PromptError| ErrorData::invalid_params(error.to_string(), None);
        offered(&self.0.prompts.prompts)?;
        let arguments = prompts::texts(request.arguments).map_err(refuse)?;
        let filled = self.0.service.fill_prompt(&request.name, &arguments).map_err(refuse)?;
        let mut result = filled.wire();
        result.meta = self.0.stamp(era(&context));
        Ok(result.into())
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        offered(&self.0.resources.resources)?;
        listed!(self.0, resources, request, context)
    }

    /// Clients ask for templates wherever there are resources. There are none.
    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        offered(&self.0.resources.resources)?;
        listed!(self.0, templates, request, context)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let era = era(&context);
        offered(&self.0.resources.resources)?;
        let Some(resource) = self.0.service.resources().iter().find(|resource| resource.uri == request.uri) else {
            // MCP 2026-07-28 gave up the code that 2025-11-25 asks for (SEP-2164).
            let message = "No such resource. resources/list names those there are.";
            let asked = Some(json!({ "uri": request.uri }));
            return Err(match era {
                Era::Modern => ErrorData::invalid_params(message, asked),
                Era::Legacy => ErrorData::resource_not_found(message, asked),
            });
        };
        let mut result = ReadResourceResult::new(vec![resource.contents()]);
        if era == Era::Modern {
            result = result.with_ttl_ms(self.0.ttl_ms).with_cache_scope(CacheScope::Private);
        }
        result.meta = self.0.stamp(era);
        Ok(result.into())
    }

    fn accepted_subscription_filter(&self, _: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        self.0.service.tells_changes().then(|| SubscriptionFilter::builder().tools_list_changed().build())
    }

    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        listen::run(&subscription).await;
        Ok(())
    }
}

/// Where there is none of a kind, its methods do not exist.
fn offered<T>(items: &[T]) -> Result<(), ErrorData> {
    if items.is_empty() {
        return Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, "This server has nothing of that kind.", None));
    }
    Ok(())
}
