//! Answers that ask back: `input_required`, and the retry that brings what was asked for
//! (`MCP 2026-07-28 basic/patterns/mrtr`).

use std::time::Duration;

use rmcp::{
    ErrorData,
    model::{
        CallToolResponse, ClientCapabilities, InputRequiredResult, InputResponses, RequestStateCodec, SealOptions,
    },
};
use serde_json::{Value, json};

use super::content::text;

/// What the fixtures seal their state with. It protects nothing: nothing of a fixture is worth anything.
const KEY: &[u8] = b"the fixtures' key, thirty-two bytes or more";
const STATE_TTL: Duration = Duration::from_secs(60);

/// A request that may be a retry: what it brings, and what its client can be asked.
pub(super) struct Asked<'r> {
    /// The tool or prompt, to which a state is bound.
    pub(super) name: &'r str,
    pub(super) responses: Option<&'r InputResponses>,
    pub(super) state: Option<&'r str>,
    pub(super) client: ClientCapabilities,
}

impl Asked<'_> {
    fn answer(&self, key: &str) -> Option<&Value> {
        self.responses?.get(key)
    }

    /// A field of a form that the person has filled in.
    pub(super) fn text_of(&self, key: &str, field: &str) -> Option<&str> {
        self.answer(key)?["content"][field].as_str()
    }

    /// The state as it was sealed, or none where none came.
    fn state(&self) -> Result<Option<String>, ErrorData> {
        let Some(sealed) = self.state else { return Ok(None) };
        let opened = codec()?.open_with(sealed, self.name.as_bytes()).ok().and_then(|it| String::from_utf8(it).ok());
        opened.map(Some).ok_or_else(|| ErrorData::invalid_params("The requestState is not one of this server's.", None))
    }

    /// Asks for these, by name, if the client can answer them.
    pub(super) fn ask<'q>(
        &self,
        questions: impl IntoIterator<Item = (&'q str, Value)>,
        state: Option<&str>,
    ) -> Result<InputRequiredResult, ErrorData> {
        let questions: serde_json::Map<_, _> =
            questions.into_iter().map(|(key, question)| (key.to_owned(), question)).collect();
        if let Some(needed) = questions.values().find_map(|question| self.lacking(question)) {
            return Err(ErrorData::missing_required_client_capability(needed));
        }
        let sealed =
            match state {
                Some(state) => Some(codec()?.seal_with(
                    state.as_bytes(),
                    &SealOptions::new().associated_data(self.name.as_bytes()).ttl(STATE_TTL),
                )),
                None => None,
            };
        Ok(InputRequiredResult::new(Some(parse(Value::Object(questions))?), sealed))
    }

    /// What the client would have to declare for a question, where it does not.
    fn lacking(&self, question: &Value) -> Option<ClientCapabilities> {
        let (declared, name) = match question["method"].as_str() {
            Some("elicitation/create") => (self.client.elicitation.is_some(), "elicitation"),
            Some("sampling/createMessage") => (self.client.sampling.is_some(), "sampling"),
            _ => (self.client.roots.is_some(), "roots"),
        };
        if declared { None } else { parse(json!({ name: {} })).ok() }
    }

    /// The answer of one of these tools, where the request calls one.
    pub(super) fn call(&self) -> Option<Result<CallToolResponse, ErrorData>> {
        Some(match self.name.strip_prefix("test_input_required_result_")? {
            "elicitation" => match self.text_of("user_name", "name") {
                Some(name) => Ok(text(format!("Hello, {name}!")).into()),
                None => self.ask_for_a_name(),
            },
            "sampling" => match self.answer("capital_question") {
                Some(answer) => Ok(text(format!("The model said {}", answer["content"])).into()),
                None => {
                    self.ask([("capital_question", sampling("What is the capital of France?"))], None).map(Into::into)
                }
            },
            "list_roots" => match self.answer("client_roots") {
                Some(answer) => Ok(text(format!("The roots are {}", answer["roots"])).into()),
                None => self.ask([("client_roots", roots())], None).map(Into::into),
            },
            "request_state" | "tampered_state" => self.with_state(),
            "multiple_inputs" => self.three_at_once(),
            "multi_round" => self.one_after_the_other(),
            "capabilities" => self.what_can_be_asked(),
            _ => return None,
        })
    }

    pub(super) fn ask_for_a_name(&self) -> Result<CallToolResponse, ErrorData> {
        Ok(self.ask([("user_name", question("What is your name?", "name", "string"))], None)?.into())
    }

    fn with_state(&self) -> Result<CallToolResponse, ErrorData> {
        let state = self.state()?;
        if state.as_deref() == Some("asked") && self.answer("confirm").is_some() {
            return Ok(text("state-ok").into());
        }
        Ok(self.ask([("confirm", question("Please confirm", "ok", "boolean"))], Some("asked"))?.into())
    }

    fn three_at_once(&self) -> Result<CallToolResponse, ErrorData> {
        let all = questions();
        let answered = all.iter().all(|(key, _)| self.answer(key).is_some());
        if self.state()?.is_some() && answered {
            return Ok(text("All three were answered.").into());
        }
        Ok(self.ask(all, Some("asked"))?.into())
    }

    fn one_after_the_other(&self) -> Result<CallToolResponse, ErrorData> {
        let state = self.state()?;
        let step = match state.as_deref() {
            Some("step 2") if self.answer("step2").is_some() => return Ok(text("Both steps are done.").into()),
            Some("step 1") if self.answer("step1").is_some() => 2,
            Some("step 2") => 2,
            _ => 1,
        };
        let asked = if step == 1 {
            self.ask([("step1", question("Step 1: What is your name?", "name", "string"))], Some("step 1"))
        } else {
            self.ask([("step2", question("Step 2: What is your favorite color?", "color", "string"))], Some("step 2"))
        };
        Ok(asked?.into())
    }

    fn what_can_be_asked(&self) -> Result<CallToolResponse, ErrorData> {
        let possible: Vec<_> =
            questions().into_iter().filter(|(_, question)| self.lacking(question).is_none()).collect();
        if possible.is_empty() || possible.iter().all(|(key, _)| self.answer(key).is_some()) {
            return Ok(text("Everything that this client can be asked was answered.").into());
        }
        Ok(self.ask(possible, None)?.into())
    }
}

/// One question of each kind.
fn questions() -> [(&'static str, Value); 3] {
    [
        ("user_name", question("What is your name?", "name", "string")),
        ("greeting", sampling("Generate a greeting")),
        ("client_roots", roots()),
    ]
}

/// A form with one field.
pub(super) fn question(message: &str, field: &str, kind: &str) -> Value {
    json!({ "method": "elicitation/create", "params": {
        "mode": "form",
        "message": message,
        "requestedSchema": { "type": "object", "properties": { field: { "type": kind } }, "required": [field] },
    } })
}

fn sampling(prompt: &str) -> Value {
    json!({ "method": "sampling/createMessage", "params": {
        "messages": [{ "role": "user", "content": { "type": "text", "text": prompt } }],
        "maxTokens": 100,
    } })
}

fn roots() -> Value {
    json!({ "method": "roots/list", "params": {} })
}

/// JSON of this module as rmcp has it.
pub(super) fn parse<T: serde::de::DeserializeOwned>(json: Value) -> Result<T, ErrorData> {
    serde_json::from_value(json).map_err(|error| ErrorData::internal_error(error.to_string(), None))
}

fn codec() -> Result<RequestStateCodec, ErrorData> {
    RequestStateCodec::try_new(KEY).map_err(|error| ErrorData::internal_error(error.to_string(), None))
}
