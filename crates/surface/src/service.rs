//! The tools as the MCP endpoint calls them: translates both ways between `mcp` and `tools`.

use std::sync::Arc;
use std::time::Duration;

use lavori_mcp::{
    BoxFuture, FilledPrompt, Identity, PromptArgument, PromptDescription, PromptError, Service, ServiceError,
    ToolAnswer, ToolCall, ToolDescription, ToolList, ToolListError,
};
use lavori_policy::Scopes;
use lavori_tools::{InvokeError, Registry, ToolSet};

use crate::called::Called;

/// What the model is told about the tools that ship as a whole. Static, so that hosts can cache their prompts.
pub const INSTRUCTIONS: &str = "\
Lavori runs event-production and crew businesses: projects, tasks, schedule, quotes and invoices, budgets and contacts \
of the one organization this connection was approved for. Start with get_context: date, time zone, teams, what this \
connection may do, every status with its allowed transitions. Records have an id and a short key (P-12 project, T-1042 \
task, C-7 contact, E event, S shift, D document, B budget); a reference takes either, or the exact name; people also \
e-mail or \"me\". Filters of different kinds all have to hold; several values of one filter mean any of them. Dates: \
YYYY-MM-DD, RFC 3339, or words such as today, this_week, fri, +3d; what a word meant stands in applied.resolved. Money is \
decimal text, such as \"1500.00\". Lists come in pages: repeat the call with cursor = page.next_cursor. Ask for detail \
\"full\" or fetch the records you need. Writes are done whole or not at all: give each a request_key and repeat it with the \
same one; preview_write tries one. applied says what an answer covers: with team there, only that team's records were \
visible. An error says which argument was wrong, what is allowed, and often the next call.";

/// How long a client is asked to wait when the server is busy.
const COME_BACK: Duration = Duration::from_secs(2);

/// The registry behind the endpoint. Every request must bring its [`Called`] in its extensions.
///
/// It takes a [`Registry`], into which nothing gets that deletes, sends or writes content (PRODUCT.md P17). The surface
/// of an in-app assistant, which may have such tools, is none:
///
/// ```compile_fail,E0308
/// fn mount(assistant: lavori_tools::Assistant, identity: lavori_mcp::Identity) {
///     let _ = lavori_surface::McpService::new(std::sync::Arc::new(assistant), identity);
/// }
/// ```
///
/// ```
/// fn mount(registry: lavori_tools::Registry, identity: lavori_mcp::Identity) {
///     let _ = lavori_surface::McpService::new(std::sync::Arc::new(registry), identity);
/// }
/// ```
pub struct McpService {
    registry: Arc<Registry>,
    identity: Identity,
    prompts: Vec<PromptDescription>,
    /// The views of tools.
    documents: Vec<lavori_mcp::Resource>,
    /// One list for each kind of connection, made once.
    lists: Vec<((Scopes, bool), ToolList)>,
}

impl McpService {
    /// Makes the service of `registry`, which calls itself `identity`.
    ///
    /// # Errors
    /// When a tool cannot be listed.
    pub fn new(registry: Arc<Registry>, identity: Identity) -> Result<Self, ToolListError> {
        let kinds = Scopes::ALL.into_iter().flat_map(|scopes| [(scopes, false), (scopes, true)]);
        let lists = kinds
            .map(|kind| Ok((kind, list(registry.list(kind.0, kind.1))?)))
            .collect::<Result<Vec<_>, ToolListError>>()?;
        let prompts = lavori_tools::prompts().iter().map(prompt).collect();
        let views = registry.views().into_iter();
        let documents = views
            .map(|it| lavori_mcp::Resource::view(it.uri, it.name, it.title, it.about, it.html.to_owned()))
            .collect();
        Ok(Self { registry, identity, prompts, documents, lists })
    }

    fn list(&self, scopes: Scopes, narrowed: bool) -> Result<ToolList, ServiceError> {
        let found = self.lists.iter().find(|(kind, _)| *kind == (scopes, narrowed));
        found.map(|(_, list)| list.clone()).ok_or(ServiceError::Internal { request_id: None })
    }

    async fn call(&self, called: &Called, call: ToolCall) -> Result<ToolAnswer, ServiceError> {
        let Called { caller, origin, challenge } = called;
        match self.registry.invoke(caller, origin, &call.name, call.arguments).await {
            Ok(answer) if answer.is_error => Ok(ToolAnswer::error(answer.json)),
            Ok(answer) => Ok(ToolAnswer::success(answer.json)),
            Err(InvokeError::UnknownTool) => Err(ServiceError::UnknownTool),
            Err(InvokeError::InsufficientScope { needed }) => {
                // Everything granted and everything needed in one go: the wider set holds the narrower one.
                let response = challenge.insufficient_scope(needed.max(caller.scopes));
                Err(ServiceError::Http(Box::new(response)))
            }
            Err(InvokeError::CutOff(refusal)) => {
                tracing::debug!(%refusal, "a write was cut off");
                Err(ServiceError::Http(Box::new(challenge.invalid_token())))
            }
            Err(InvokeError::Busy(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a tool call was put off");
                Err(ServiceError::Unavailable { retry_after: COME_BACK })
            }
            Err(InvokeError::Internal(error)) => {
                let request_id = origin.request_id.clone();
                tracing::error!(request_id, error = &*error as &dyn std::error::Error, "a tool failed");
                Err(ServiceError::Internal { request_id })
            }
        }
    }
}

impl Service for McpService {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn every_tool(&self) -> ToolList {
        // The widest list there is; the lists are never empty.
        self.list(Scopes::Billing, false).unwrap_or_else(|_| self.lists[0].1.clone())
    }

    fn resources(&self) -> &[lavori_mcp::Resource] {
        &self.documents
    }

    fn list_tools<'a>(&'a self, caller: &'a http::Extensions) -> BoxFuture<'a, Result<ToolList, ServiceError>> {
        Box::pin(async move {
            let Called { caller, .. } = called(caller)?;
            self.list(caller.scopes, caller.tenant.team.is_some())
        })
    }

    fn call_tool<'a>(
        &'a self,
        caller: &'a http::Extensions,
        call: ToolCall,
    ) -> BoxFuture<'a, Result<ToolAnswer, ServiceError>> {
        Box::pin(async move { self.call(called(caller)?, call).await })
    }

    fn prompts(&self) -> &[PromptDescription] {
        &self.prompts
    }

    fn fill_prompt(&self, name: &str, arguments: &[(String, String)]) -> Result<FilledPrompt, PromptError> {
        let prompt = self.prompts.iter().find(|prompt| prompt.name == name).ok_or(PromptError::Unknown)?;
        let text = lavori_tools::fill_prompt(name, arguments).map_err(|error| match error {
            lavori_tools::PromptError::Unknown => PromptError::Unknown,
            lavori_tools::PromptError::Arguments(told) => PromptError::Arguments(told),
        })?;
        Ok(FilledPrompt { description: prompt.description.clone(), text })
    }
}

fn prompt(prompt: &lavori_tools::Prompt) -> PromptDescription {
    let arguments = prompt.arguments.iter().map(|argument| PromptArgument {
        name: argument.name.to_owned(),
        title: argument.title.to_owned(),
        description: argument.about.to_owned(),
        required: argument.required,
    });
    PromptDescription {
        name: prompt.name.to_owned(),
        title: prompt.title.to_owned(),
        description: prompt.about.to_owned(),
        arguments: arguments.collect(),
    }
}

fn called(extensions: &http::Extensions) -> Result<&Called, ServiceError> {
    extensions.get::<Called>().ok_or(ServiceError::Internal { request_id: None })
}

fn list(set: &ToolSet) -> Result<ToolList, ToolListError> {
    let tools = set.tools().iter().map(|tool| ToolDescription {
        name: tool.name.to_owned(),
        title: tool.title.to_owned(),
        description: tool.description.to_owned(),
        input_schema: Arc::clone(&tool.input_schema),
        output_schema: Some(Arc::clone(&tool.output_schema)),
        read_only: tool.hints.read_only,
        destructive: tool.hints.destructive,
        idempotent: tool.hints.idempotent,
        open_world: tool.hints.open_world,
        view: tool.view.map(|view| view.uri.to_owned()),
    });
    ToolList::new(tools.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instructions_are_short_enough_to_be_cached_with_every_prompt() {
        assert!(INSTRUCTIONS.len() <= 1200, "{} bytes", INSTRUCTIONS.len());
    }
}
