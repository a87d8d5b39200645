//! A service with the fixtures beside it, as far as the endpoint asks the service itself.

use std::{collections::HashSet, sync::Arc};

use futures_util::{future::BoxFuture, stream};
use tokio::sync::broadcast;

use super::tools;
use crate::{
    Change, Changes, FilledPrompt, Identity, PromptDescription, PromptError, Resource, Service, ServiceError,
    ToolAnswer, ToolCall, ToolList, ToolListError,
};

/// Lists the fixtures' tools behind the service's own, and tells subscribers when a fixture says that tools changed.
pub(crate) struct Beside {
    service: Arc<dyn Service>,
    tools: ToolList,
    names: HashSet<String>,
    changes: broadcast::Sender<Change>,
}

impl Beside {
    /// # Errors
    /// [`ToolListError`], which the tests of this module would have shown.
    pub(crate) fn new(service: Arc<dyn Service>) -> Result<Self, ToolListError> {
        let tools = ToolList::new(tools::all())?;
        let names = tools.names().map(str::to_owned).collect();
        Ok(Self { service, tools, names, changes: broadcast::channel(16).0 })
    }

    /// Whether a tool is a fixture.
    pub(crate) fn has(&self, tool: &str) -> bool {
        self.names.contains(tool)
    }

    /// Tells everybody who listens.
    pub(super) fn tell(&self, change: Change) {
        // Nobody listens: nobody needs to know.
        let _ = self.changes.send(change);
    }
}

impl Service for Beside {
    fn identity(&self) -> &Identity {
        self.service.identity()
    }

    fn every_tool(&self) -> ToolList {
        self.service.every_tool().followed_by(&self.tools)
    }

    fn list_tools<'a>(&'a self, caller: &'a http::Extensions) -> BoxFuture<'a, Result<ToolList, ServiceError>> {
        Box::pin(async move { Ok(self.service.list_tools(caller).await?.followed_by(&self.tools)) })
    }

    fn call_tool<'a>(
        &'a self,
        caller: &'a http::Extensions,
        call: ToolCall,
    ) -> BoxFuture<'a, Result<ToolAnswer, ServiceError>> {
        self.service.call_tool(caller, call)
    }

    fn prompts(&self) -> &[PromptDescription] {
        self.service.prompts()
    }

    fn fill_prompt(&self, name: &str, arguments: &[(String, String)]) -> Result<FilledPrompt, PromptError> {
        self.service.fill_prompt(name, arguments)
    }

    fn resources(&self) -> &[Resource] {
        self.service.resources()
    }

    fn tells_changes(&self) -> bool {
        true
    }

    fn listen<'a>(&'a self, caller: &'a http::Extensions) -> BoxFuture<'a, Result<Changes, ServiceError>> {
        Box::pin(async move {
            let fixtures = stream::unfold(self.changes.subscribe(), |mut told| async {
                loop {
                    match told.recv().await {
                        Ok(change) => return Some((change, told)),
                        Err(broadcast::error::RecvError::Lagged(_)) => {}
                        Err(broadcast::error::RecvError::Closed) => return None,
                    }
                }
            });
            if !self.service.tells_changes() {
                return Ok(Box::pin(fixtures) as Changes);
            }
            let own = self.service.listen(caller).await?;
            Ok(Box::pin(stream::select(own, fixtures)) as Changes)
        })
    }
}
