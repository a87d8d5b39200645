//! Pages: how much of a list is shown, and what is said about the rest (TOOLS.md R1 to R4).
//!
//! A total is given only where it costs nothing: when the whole list is on one page. `count_only` counts, up to
//! [`MOST_COUNTED`]; beyond that it says "at least", as the cost of a full count grows with the organization.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::applied::Applied;
use crate::error::Error;

/// Rows on a page when nothing is said.
pub const DEFAULT_LIMIT: u32 = 25;
/// The most rows on a page.
pub const MOST_ROWS: u32 = 100;
/// How far `count_only` counts.
pub const MOST_COUNTED: i64 = 10_000;

/// The bytes that rows may take when no limit was asked for: the answer stays under 16 kB.
const DEFAULT_BYTES: usize = 15_000;
/// The bytes that rows may take at most: the answer stays under 60 kB.
pub(crate) const MOST_BYTES: usize = 57_000;

/// How much of each row is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline, description = "")]
pub enum Detail {
    /// What is needed to choose.
    #[default]
    Concise,
    /// Everything a list can show.
    Full,
}

/// The arguments that every list has.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(bound = "F: Deserialize<'de>")]
pub struct ListArguments<F> {
    /// Default 25.
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
    /// Of the page before.
    pub cursor: Option<String>,
    /// The fields to show; id and key always stay.
    #[serde(default)]
    #[schemars(description = "")]
    pub fields: Vec<F>,
    /// How much of each row.
    #[serde(default)]
    #[schemars(description = "")]
    pub detail: Detail,
    /// Whether rows are only counted.
    #[serde(default)]
    #[schemars(description = "")]
    pub count_only: bool,
}

impl<F> ListArguments<F> {
    /// Rows to show at most.
    pub fn rows(&self) -> usize {
        self.limit.unwrap_or(DEFAULT_LIMIT).min(MOST_ROWS) as usize
    }

    /// Rows to look for: one more than are shown tells whether there are more.
    pub fn rows_to_find(&self) -> i64 {
        self.rows() as i64 + 1
    }

    fn bytes(&self) -> usize {
        if self.limit.is_some() { MOST_BYTES } else { DEFAULT_BYTES }
    }
}

/// Where in the list an answer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Page {
    /// Rows in this answer.
    pub returned: usize,
    /// Rows in the whole list, when that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// The list has at least this many rows: counting stopped here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_at_least: Option<i64>,
    /// There are more rows: pass it as `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Fewer rows than asked for, as the answer would have become too long.
    pub truncated: bool,
}

/// Rows, each already written: they are measured while they are written, and written once.
#[derive(Debug)]
pub struct Rows<T> {
    written: Vec<Box<RawValue>>,
    row: PhantomData<fn() -> T>,
}

impl<T: Serialize> Rows<T> {
    /// Writes rows until `bytes` are full. At least one is kept.
    pub(crate) fn fit(rows: impl IntoIterator<Item = T>, bytes: usize) -> Result<Self, Error> {
        let rows = rows.into_iter();
        let mut written = Vec::with_capacity(rows.size_hint().0);
        let mut length = 0;
        for row in rows {
            let json = to_raw_value(&row).map_err(|error| Error::Internal(Box::new(error)))?;
            length += json.get().len() + 1;
            if length > bytes && !written.is_empty() {
                break;
            }
            written.push(json);
        }
        Ok(Self { written, row: PhantomData })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.written.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }
}

impl<T> Serialize for Rows<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

impl<T: JsonSchema> JsonSchema for Rows<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Rows_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }

    fn inline_schema() -> bool {
        true
    }
}

/// The answer of a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Listing<T: JsonSchema> {
    /// The rows. Not there when only counting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Rows<T>>,
    /// Where in the list this is.
    pub page: Page,
    /// What this covers.
    pub applied: Applied,
}

impl<T: Serialize + JsonSchema> Listing<T> {
    /// A page of `found` rows, of which there is one more than asked for if the list goes on. `cursor_of` makes the
    /// cursor that begins after the row of that index.
    pub(crate) fn page<F>(
        arguments: &ListArguments<F>,
        found: usize,
        rows: impl IntoIterator<Item = T>,
        cursor_of: impl FnOnce(usize) -> String,
        applied: Applied,
    ) -> Result<Self, Error> {
        let rows = Rows::fit(rows, arguments.bytes())?;
        let wanted = found.min(arguments.rows());
        let more = rows.len() < found;
        let page = Page {
            returned: rows.len(),
            total: (!more && arguments.cursor.is_none()).then_some(found as i64),
            total_at_least: None,
            next_cursor: more.then(|| cursor_of(rows.len() - 1)),
            truncated: rows.len() < wanted,
        };
        Ok(Self { data: Some(rows), page, applied })
    }

    /// Only the count: `counted` went up to one more than [`MOST_COUNTED`].
    pub(crate) fn counted(counted: i64, applied: Applied) -> Self {
        let exact = counted <= MOST_COUNTED;
        let page = Page {
            returned: 0,
            total: exact.then_some(counted),
            total_at_least: (!exact).then_some(MOST_COUNTED),
            next_cursor: None,
            truncated: false,
        };
        Self { data: None, page, applied }
    }
}
