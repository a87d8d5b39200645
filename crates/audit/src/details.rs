//! Details of an event: small, and never a secret (PRODUCT.md P29, OAUTH.md I13).

use serde_json::{Map, Value};

/// The longest text kept in one detail, in characters.
const LONGEST: usize = 300;

/// The prefixes of this server's own secrets.
const SECRET_PREFIXES: [&str; 6] = ["lvr_at_", "lvr_rt_", "lvr_ac_", "lvr_se_", "lvr_rq_", "lvr_in_"];

/// The details of one event.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Details(Map<String, Value>);

impl Details {
    /// No details.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text. What holds one of this server's secrets is replaced, what is too long is cut and says so.
    #[must_use]
    pub fn text(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), Value::String(redact(value)));
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn number(mut self, name: &str, value: i64) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a list of texts, each treated as by [`Details::text`].
    #[must_use]
    pub fn texts<T: AsRef<str>>(mut self, name: &str, values: impl IntoIterator<Item = T>) -> Self {
        let values = values.into_iter().map(|value| Value::String(redact(value.as_ref()))).collect();
        self.0.insert(name.to_owned(), Value::Array(values));
        self
    }

    /// The details as JSON.
    pub fn into_json(self) -> Value {
        Value::Object(self.0)
    }
}

fn redact(value: &str) -> String {
    if SECRET_PREFIXES.iter().any(|prefix| value.contains(prefix)) {
        return "[redacted]".to_owned();
    }
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… [cut]", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i13_secrets_are_replaced_and_long_texts_cut() {
        let details = Details::new()
            .text("token", "Bearer lvr_at_abc")
            .text("long", &"é".repeat(1_000_000))
            .number("n", 3)
            .texts("list", ["a", "lvr_rt_x"])
            .into_json();
        assert_eq!(details["token"], "[redacted]");
        assert_eq!(details["long"].as_str().unwrap().chars().count(), LONGEST + "… [cut]".chars().count());
        assert_eq!(details["list"], serde_json::json!(["a", "[redacted]"]));
    }
}
