//! Prompts, and what completes their arguments.

use rmcp::{
    ErrorData,
    model::{
        CompleteRequestParams, CompletionInfo, ContentBlock, GetPromptRequestParams, GetPromptResponse,
        GetPromptResult, Prompt, PromptArgument, PromptMessage, ResourceContents, Role,
    },
};
use serde_json::Value;

use super::{content::PIXEL, input};

const WITH_ARGUMENTS: &str = "test_prompt_with_arguments";
const WITH_RESOURCE: &str = "test_prompt_with_embedded_resource";
const WITH_QUESTION: &str = "test_input_required_result_prompt";

/// Every fixture that is a prompt.
pub(super) fn all() -> Vec<Prompt> {
    let argument = |name: &str, about: &str| PromptArgument::new(name).with_description(about).with_required(true);
    let prompt = |name: &str, about: &str, arguments: Vec<PromptArgument>| {
        Prompt::new(name, Some(about), (!arguments.is_empty()).then_some(arguments))
    };
    vec![
        prompt("test_simple_prompt", "Says one thing", vec![]),
        prompt(
            WITH_ARGUMENTS,
            "Repeats its arguments",
            vec![argument("arg1", "The first"), argument("arg2", "The second")],
        ),
        prompt(WITH_RESOURCE, "Holds a resource", vec![argument("resourceUri", "Its URI")]),
        prompt("test_prompt_with_image", "Holds an image", vec![]),
        prompt(WITH_QUESTION, "Asks before it is filled in", vec![]),
    ]
}

/// A prompt filled in, where `request` names one of these.
pub(super) fn get(
    request: &GetPromptRequestParams,
    asked: &input::Asked<'_>,
) -> Option<Result<GetPromptResponse, ErrorData>> {
    let argument = |name: &str| {
        let value = request.arguments.as_ref().and_then(|arguments| arguments.get(name)).and_then(Value::as_str);
        value.ok_or_else(|| ErrorData::invalid_params(format!("The prompt needs the argument {name}."), None))
    };
    let said = |content: ContentBlock| PromptMessage::new(Role::User, content);
    let messages = match request.name.as_str() {
        "test_simple_prompt" => Ok(vec![said(ContentBlock::text("This is a simple prompt for testing."))]),
        WITH_ARGUMENTS => argument("arg1").and_then(|first| {
            let both = format!("Prompt with arguments: arg1='{first}', arg2='{}'", argument("arg2")?);
            Ok(vec![said(ContentBlock::text(both))])
        }),
        WITH_RESOURCE => argument("resourceUri").map(|uri| {
            let document = ResourceContents::text("Embedded resource content for testing.", uri);
            vec![
                said(ContentBlock::resource(document.with_mime_type("text/plain"))),
                said(ContentBlock::text("Please process the embedded resource above.")),
            ]
        }),
        "test_prompt_with_image" => Ok(vec![
            said(ContentBlock::image(PIXEL, "image/png")),
            said(ContentBlock::text("Please analyze the image above.")),
        ]),
        WITH_QUESTION => match asked.text_of("user_context", "context") {
            Some(context) => Ok(vec![said(ContentBlock::text(format!("Use this context: {context}")))]),
            None => {
                let question = input::question("What context should the prompt use?", "context", "string");
                return Some(asked.ask([("user_context", question)], None).map(Into::into));
            }
        },
        _ => return None,
    };
    Some(messages.map(|messages| GetPromptResult::new(messages).into()))
}

/// What an argument of a fixture may go on as.
pub(super) fn complete(request: &CompleteRequestParams) -> Result<CompletionInfo, ErrorData> {
    let begun = &request.argument.value;
    let values = match (request.r#ref.as_prompt_name(), request.argument.name.as_str()) {
        (Some(WITH_ARGUMENTS), "arg1") => &["paris", "park", "party"][..],
        _ => &[],
    };
    let fitting = values.iter().filter(|value| value.starts_with(begun.as_str()));
    CompletionInfo::with_all_values(fitting.map(|value| (*value).to_owned()).collect())
        .map_err(|problem| ErrorData::internal_error(problem, None))
}
