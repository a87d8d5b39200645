//! A service without tools, which offers what a test gives it besides.

use std::sync::Mutex;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use lavori_mcp::{
    BoxFuture, Change, Changes, FilledPrompt, Identity, PromptDescription, PromptError, Resource, Service,
    ServiceError, ToolAnswer, ToolCall, ToolList,
};
use tokio::sync::mpsc;

pub(crate) struct Library {
    pub(crate) identity: Identity,
    pub(crate) prompts: Vec<PromptDescription>,
    pub(crate) resources: Vec<Resource>,
    /// What it tells to the first who listens; there is no place for a second. None: nobody can listen.
    pub(crate) changes: Option<Mutex<Option<mpsc::UnboundedReceiver<Change>>>>,
}

impl Library {
    pub(crate) fn new(name: &str, title: &str) -> Self {
        let identity = Identity {
            name: name.to_owned(),
            title: title.to_owned(),
            version: "1.2.3".to_owned(),
            description: "Offers for tests.".to_owned(),
            website_url: None,
            icons: Vec::new(),
            instructions: "Ask.".to_owned(),
        };
        Self { identity, prompts: Vec::new(), resources: Vec::new(), changes: None }
    }
}

impl Service for Library {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn every_tool(&self) -> ToolList {
        ToolList::new(Vec::new()).unwrap()
    }

    fn list_tools<'a>(&'a self, _: &'a http::Extensions) -> BoxFuture<'a, Result<ToolList, ServiceError>> {
        Box::pin(async { Ok(self.every_tool()) })
    }

    fn call_tool<'a>(
        &'a self,
        _: &'a http::Extensions,
        _: ToolCall,
    ) -> BoxFuture<'a, Result<ToolAnswer, ServiceError>> {
        Box::pin(async { Err(ServiceError::UnknownTool) })
    }

    fn prompts(&self) -> &[PromptDescription] {
        &self.prompts
    }

    fn fill_prompt(&self, name: &str, arguments: &[(String, String)]) -> Result<FilledPrompt, PromptError> {
        if name != "greet" {
            return Err(PromptError::Unknown);
        }
        match arguments {
            [(name, who)] if name == "who" => {
                Ok(FilledPrompt { description: "A greeting.".to_owned(), text: format!("Greet {who}.") })
            }
            _ => Err(PromptError::Arguments("It takes: who.".to_owned())),
        }
    }

    fn resources(&self) -> &[Resource] {
        &self.resources
    }
    fn tells_changes(&self) -> bool {
        self.changes.is_some()
    }

    fn listen<'a>(&'a self, _: &'a http::Extensions) -> BoxFuture<'a, Result<Changes, ServiceError>> {
        Box::pin(async {
            let changes = self.changes.as_ref().and_then(|changes| changes.lock().unwrap().take());
            let changes = changes.ok_or(ServiceError::Unavailable { retry_after: Duration::from_secs(10) })?;
            let told =
                stream::unfold(changes, |mut changes| async { changes.recv().await.map(|change| (change, changes)) });
            Ok(told.boxed() as Changes)
        })
    }
}
