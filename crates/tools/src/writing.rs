//! The arguments that every write has, whatever it writes: how it is told from its repetition, and whether it is only
//! tried (TOOLS.md W1, W2, W5).

use lavori_policy::Caller;
use lavori_store::SecretHash;
use lavori_store::request_keys::Request;
use serde_json::{Map, Value, json};

use crate::effect::EffectKind;

/// How long a create without a key is told from its repetition, in seconds.
const REPETITION: i64 = 600;

const REQUEST_KEY: &str = "request_key";
pub(crate) const DRY_RUN: &str = "dry_run";
const ALLOW_DUPLICATES: &str = "allow_duplicates";

/// How a write is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Names the write: the same key with the same arguments is done once.
    pub request_key: Option<String>,
    /// Only say what would happen.
    pub dry_run: bool,
    /// Create even what looks like something that is there.
    pub allow_duplicates: bool,
}

impl Options {
    /// Adds the arguments to the schema of a tool that writes.
    pub(crate) fn describe(schema: &mut Map<String, Value>, allows_duplicates: bool) {
        let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
        properties.insert(
            REQUEST_KEY.to_owned(),
            json!({ "type": "string", "maxLength": 200,
                "description": "Send the SAME value when repeating it." }),
        );
        properties.insert(DRY_RUN.to_owned(), json!({ "type": "boolean", "description": "Change nothing." }));
        if allows_duplicates {
            let about = "Create it all the same.";
            properties.insert(ALLOW_DUPLICATES.to_owned(), json!({ "type": "boolean", "description": about }));
        }
    }

    /// Takes them out of checked arguments: the tool reads only what is its own.
    pub(crate) fn take(arguments: &mut Value) -> Self {
        let Value::Object(arguments) = arguments else { return Self::default() };
        let is = |value: Option<Value>| value.is_some_and(|value| value == Value::Bool(true));
        Self {
            request_key: arguments.remove(REQUEST_KEY).and_then(|key| key.as_str().map(str::to_owned)),
            dry_run: is(arguments.remove(DRY_RUN)),
            allow_duplicates: is(arguments.remove(ALLOW_DUPLICATES)),
        }
    }

    /// What a repetition is told by; none: this write is not told from another one like it. A key is its person's, as
    /// narrowed: it goes on being told after the client was connected anew.
    pub(crate) fn request(
        &self,
        caller: &Caller,
        tool: &str,
        effect: EffectKind,
        arguments: &Value,
    ) -> Option<Request> {
        let body = json!([tool, arguments, self.allow_duplicates]).to_string();
        let team = caller.tenant.team.map(|team| team.to_string());
        match &self.request_key {
            Some(key) => Some(Request {
                key: SecretHash::of(&json!(["key", caller.person, team, key]).to_string()),
                request: SecretHash::of(&body),
                expires_at: None,
            }),
            // Changing twice what was changed once does nothing more; adding twice adds.
            None if effect == EffectKind::Create && !self.allow_duplicates => Some(Request {
                key: SecretHash::of(&json!(["same", caller.connection, team, body]).to_string()),
                request: SecretHash::of(&body),
                expires_at: Some(caller.now.plus_seconds(REPETITION)),
            }),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_reads_only_what_is_its_own() {
        let mut arguments = json!({ "name": "x", "request_key": "k", "dry_run": true, "allow_duplicates": false });
        let options = Options::take(&mut arguments);
        assert_eq!(arguments, json!({ "name": "x" }));
        assert_eq!(options, Options { request_key: Some("k".to_owned()), dry_run: true, allow_duplicates: false });
    }
}
