//! What `tests/fuzz` reaches of the parsers here that are private: for tests only, and nothing that ships turns it on.

use lavori_domain::ConnectionId;
use serde_json::{Map, Value};

use crate::catalogue::catalogue;
use crate::cursor::{Bound, CursorKey};
use crate::error::{Problem, to_json};
use crate::tool::Compiled;

/// The checks of every tool's arguments.
pub struct Checks(Vec<Compiled>);

impl Checks {
    /// Those of the tools that ship.
    ///
    /// # Errors
    /// When a schema does not compile.
    pub fn of_catalogue() -> Result<Self, String> {
        catalogue().into_iter().map(Compiled::new).collect::<Result<_, _>>().map(Self)
    }

    /// The names of the tools.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|compiled| compiled.tool.name)
    }

    /// Reads the arguments of the tool with this position, as its run would be given them.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn read(&self, tool: usize, narrowed: bool, arguments: Map<String, Value>) -> Result<Value, Vec<Problem>> {
        self.0[tool].check(narrowed).read(arguments)
    }
}

/// Problems as a client is told them.
///
/// # Errors
/// When they cannot be written.
pub fn told(problems: &[Problem]) -> Result<String, serde_json::Error> {
    to_json(problems)
}

/// Makes a cursor.
pub fn seal(key: &CursorKey, connection: ConnectionId, tool: &str, arguments: &Value, position: &str) -> String {
    key.seal(&Bound { connection, tool, arguments }, position)
}

/// Reads the position out of a cursor.
pub fn open(key: &CursorKey, connection: ConnectionId, tool: &str, arguments: &Value, cursor: &str) -> Option<String> {
    key.open(&Bound { connection, tool, arguments }, cursor)
}
