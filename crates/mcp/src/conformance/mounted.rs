//! What rmcp asks where fixtures are mounted: the fixtures first, then the server's own desk.
#![expect(deprecated, reason = "2026-07-28 has deprecated logging; the suite still looks at it")]

use std::{borrow::Cow, sync::Arc};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CancelTaskParams, ClientCapabilities, CompleteRequestParams,
        CompleteResult, DiscoverResult, ErrorCode, GetPromptRequestParams, GetPromptResponse, GetTaskParams,
        GetTaskResult, InitializeRequestParams, InitializeResult, ListPromptsResult, ListResourceTemplatesResult,
        ListResourcesResult, PaginatedRequestParams, ProtocolVersion, ReadResourceRequestParams, ReadResourceResponse,
        ServerCapabilities, ServerConfig, SetLevelRequestParams, SubscribeRequestParams, SubscriptionFilter,
        UnsubscribeRequestParams, UpdateTaskParams,
    },
    service::{RequestContext, SubscriptionContext},
    task_manager::TaskManager,
};
use serde_json::json;

use super::{Beside, content, input, jobs, prompts, resources, streams};
use crate::{
    Change, Era,
    desk::{Desk, era},
};

/// The handler. A clone is a few pointers.
#[derive(Clone)]
pub(crate) struct Mounted {
    desk: Desk,
    beside: Arc<Beside>,
    tasks: TaskManager,
}

impl Mounted {
    /// `desk` answers for the same service.
    pub(crate) fn new(desk: Desk, beside: Arc<Beside>) -> Self {
        Self { desk, beside, tasks: TaskManager::new() }
    }
}

/// Adds what the fixtures can do to what the server declares.
fn widen(capabilities: &mut ServerCapabilities, era: Era) {
    capabilities.logging = Some(Default::default());
    capabilities.completions = Some(Default::default());
    capabilities.prompts.get_or_insert_default();
    let resources = capabilities.resources.get_or_insert_default();
    match era {
        Era::Legacy => resources.subscribe = Some(true),
        Era::Modern => {
            let tasks = ServerCapabilities::builder().enable_tasks().build();
            capabilities.extensions.get_or_insert_default().extend(tasks.extensions.unwrap_or_default());
        }
    }
}

/// Nothing of the server's own, where it has nothing of a kind.
fn or_nothing<T: Default>(own: Result<T, ErrorData>) -> Result<T, ErrorData> {
    match own {
        Err(error) if error.code == ErrorCode::METHOD_NOT_FOUND => Ok(T::default()),
        own => own,
    }
}

fn capabilities(context: &RequestContext<RoleServer>) -> ClientCapabilities {
    context.client_capabilities().unwrap_or_default()
}

impl ServerHandler for Mounted {
    fn get_info(&self) -> ServerConfig {
        let mut info = self.desk.get_info();
        widen(&mut info.capabilities, Era::Modern);
        info
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        self.desk.supported_protocol_versions()
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let mut answer = self.desk.initialize(request, context).await?;
        widen(&mut answer.capabilities, Era::Legacy);
        Ok(answer)
    }

    async fn discover(&self, context: RequestContext<RoleServer>) -> Result<DiscoverResult, ErrorData> {
        let mut answer = self.desk.discover(context).await?;
        widen(&mut answer.capabilities, Era::Modern);
        Ok(answer)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let name = &*request.name;
        if let Some(answer) = content::call(name) {
            return Ok(answer.into());
        }
        let asked = input::Asked {
            name,
            responses: request.input_responses.as_ref(),
            state: request.request_state.as_deref(),
            client: capabilities(&context),
        };
        if let Some(answer) = asked.call() {
            return answer;
        }
        let mut arguments = request.arguments.clone().unwrap_or_default();
        if name == "test_tool_with_task" {
            // Its first round asks, and only its last begins a task (SEP-2663).
            let Some(person) = asked.text_of("user_name", "name") else { return asked.ask_for_a_name() };
            arguments.insert("name".to_owned(), person.into());
        }
        if let Some(answer) = jobs::call(&self.tasks, name, &arguments, &context).await {
            return answer;
        }
        match name {
            "test_tool_with_progress" => Ok(streams::progress(&context).await.into()),
            "test_tool_with_logging" | "test_logging_tool" => {
                Ok(streams::logging(&context, era(&context)).await.into())
            }
            "test_streaming_elicitation" => {
                let told = streams::progress(&context).await;
                let answered = asked.client.elicitation.is_none() || asked.text_of("user_name", "name").is_some();
                if answered { Ok(told.into()) } else { asked.ask_for_a_name() }
            }
            "test_missing_capability" => {
                if asked.client.sampling.is_some() {
                    return Ok(content::text("The client has what this needs.").into());
                }
                Err(ErrorData::missing_required_client_capability(input::parse(json!({ "sampling": {} }))?))
            }
            "test_trigger_tool_change" => {
                self.beside.tell(Change::Tools);
                Ok(content::text("Subscribers are told.").into())
            }
            _ => Err(ErrorData::invalid_params("Unknown tool.", None)),
        }
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let mut list = or_nothing(self.desk.list_prompts(request, context).await)?;
        list.prompts.extend(prompts::all());
        Ok(list)
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let asked = input::Asked {
            name: &request.name,
            responses: request.input_responses.as_ref(),
            state: request.request_state.as_deref(),
            client: capabilities(&context),
        };
        if let Some(answer) = prompts::get(&request, &asked) {
            return answer;
        }
        self.desk.get_prompt(request, context).await
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        Ok(CompleteResult::new(prompts::complete(&request)?))
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let mut list = or_nothing(self.desk.list_resources(request, context).await)?;
        list.resources.extend(resources::all());
        Ok(list)
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let mut list = or_nothing(self.desk.list_resource_templates(request, context).await)?;
        list.resource_templates.extend(resources::templates());
        Ok(list)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        match resources::read(&request.uri) {
            Some(found) => Ok(found.into()),
            None => self.desk.read_resource(request, context).await,
        }
    }

    /// Taken, as the suite asks, and without effect: without a session there is no stream to tell anything on.
    async fn subscribe(&self, _: SubscribeRequestParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        Ok(())
    }

    async fn unsubscribe(&self, _: UnsubscribeRequestParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        Ok(())
    }

    async fn set_level(&self, _: SetLevelRequestParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        Ok(())
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        self.desk.accepted_subscription_filter(requested)
    }

    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        self.desk.listen(subscription).await
    }

    async fn get_task(
        &self,
        request: GetTaskParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetTaskResult, ErrorData> {
        Ok(GetTaskResult::new(self.tasks.get_task(&request.task_id)?))
    }

    async fn update_task(&self, request: UpdateTaskParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        self.tasks.update_task(&request.task_id, request.input_responses)
    }

    async fn cancel_task(&self, request: CancelTaskParams, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        self.tasks.cancel_task(&request.task_id)
    }
}
