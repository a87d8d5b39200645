//! The MCP surface as our own face offers it: calls are counted, and clients may listen.

use lavori_mcp::{
    BoxFuture, Changes, FilledPrompt, Identity, PromptDescription, PromptError, Resource, Service, ServiceError,
    ToolAnswer, ToolCall, ToolList,
};
use lavori_oauth::Watch;
use lavori_surface::{Called, McpService};

use crate::call_limits::TooMany;
use crate::subscriptions::Subscriptions;
use crate::too_many_calls;

/// The surface that everybody gets, and what only this face knows.
pub(crate) struct McpFace {
    surface: McpService,
    subscriptions: Subscriptions,
}

impl McpFace {
    pub(crate) fn new(surface: McpService, subscriptions: Subscriptions) -> Self {
        Self { surface, subscriptions }
    }
}

impl Service for McpFace {
    fn identity(&self) -> &Identity {
        self.surface.identity()
    }

    fn every_tool(&self) -> ToolList {
        self.surface.every_tool()
    }

    fn list_tools<'a>(&'a self, caller: &'a http::Extensions) -> BoxFuture<'a, Result<ToolList, ServiceError>> {
        self.surface.list_tools(caller)
    }

    fn call_tool<'a>(
        &'a self,
        caller: &'a http::Extensions,
        call: ToolCall,
    ) -> BoxFuture<'a, Result<ToolAnswer, ServiceError>> {
        match caller.get::<TooMany>() {
            Some(refused) => Box::pin(async { Ok(too_many_calls::of_tool(refused)) }),
            None => self.surface.call_tool(caller, call),
        }
    }

    fn prompts(&self) -> &[PromptDescription] {
        self.surface.prompts()
    }

    fn fill_prompt(&self, name: &str, arguments: &[(String, String)]) -> Result<FilledPrompt, PromptError> {
        self.surface.fill_prompt(name, arguments)
    }

    fn resources(&self) -> &[Resource] {
        self.surface.resources()
    }

    fn tells_changes(&self) -> bool {
        true
    }

    fn listen<'a>(&'a self, caller: &'a http::Extensions) -> BoxFuture<'a, Result<Changes, ServiceError>> {
        Box::pin(async move {
            let known = caller.get::<Called>().zip(caller.get::<Watch>());
            let (called, watch) = known.ok_or(ServiceError::Internal { request_id: None })?;
            self.subscriptions.open(called, watch).await
        })
    }
}
