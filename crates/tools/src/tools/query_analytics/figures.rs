//! What a report finds: figures under their names, with what they were counted from.

use lavori_domain::share::Share;
use lavori_domain::{Currency, Money};
use lavori_store::analytics::Keys;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Figures in the order in which they are read. Counts are numbers; amounts, shares and means are decimal strings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures(Vec<(&'static str, Value)>);

impl Figures {
    /// Adds a count.
    pub(crate) fn count(mut self, name: &'static str, count: i64) -> Self {
        self.0.push((name, count.into()));
        self
    }

    /// Adds an amount.
    pub(crate) fn money(self, name: &'static str, money: Money) -> Self {
        self.text(name, money.to_string())
    }

    /// Adds a percentage, if there is one.
    pub(crate) fn share(self, name: &'static str, share: Option<Share>) -> Self {
        match share {
            Some(share) => self.text(name, share.to_string()),
            None => self,
        }
    }

    /// Adds days with one decimal, if there are any.
    pub(crate) fn days(self, name: &'static str, seconds: Option<i64>) -> Self {
        match seconds {
            Some(seconds) => {
                let tenths = (seconds.max(0) * 10 + 43_200) / 86_400;
                self.text(name, format!("{}.{}", tenths / 10, tenths % 10))
            }
            None => self,
        }
    }

    /// Adds a text.
    pub(crate) fn text(mut self, name: &'static str, text: String) -> Self {
        self.0.push((name, text.into()));
        self
    }
}

impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl JsonSchema for Figures {
    fn schema_name() -> Cow<'static, str> {
        "Figures".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let figure = json!({ "anyOf": [{ "type": "integer" }, { "type": "string" }] });
        json_schema!({ "type": "object", "additionalProperties": figure })
    }

    fn inline_schema() -> bool {
        true
    }
}

/// Figures of one currency, or without any, and of how many records they are.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Block {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
    pub(crate) figures: Figures,
    /// The records behind them.
    pub(crate) counted: i64,
    /// Records that were left out; `notices` says which.
    pub(crate) excluded: i64,
}

impl Block {
    /// Figures that are no money.
    pub(crate) fn new(figures: Figures, counted: i64, excluded: i64) -> Self {
        Self { currency: None, figures, counted, excluded }
    }

    /// The same, of a currency.
    pub(crate) fn of(self, currency: Currency) -> Self {
        Self { currency: Some(currency.to_string()), ..self }
    }
}

/// The figures of a group.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Row {
    /// What makes the group: a record with id or key and name, a word, `none`, or `hidden`.
    pub(crate) group: Map<String, Value>,
    #[serde(flatten)]
    pub(crate) block: Block,
}

/// What a report finds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Of everything.
    pub(crate) totals: Vec<Block>,
    /// Of each group, one more than are shown if there are more.
    pub(crate) rows: Vec<(Keys, Block)>,
}
