//! One call of a tool: who asks, where the data is, and what the answer says about itself.

use std::collections::{BTreeMap, HashMap};

use lavori_domain::RecordType;
use lavori_domain::when::{self, When};
use lavori_domain::{Env, Id, TimeZone, Timestamp};
use lavori_policy::Caller;
use lavori_store::changes::Change;
use lavori_store::{Brief, Conn, Within};
use serde_json::{Map, Value};

use crate::access::Access;
use crate::allowance::{Allowance, Allowances};
use crate::applied::{Applied, Resolved};
use crate::cursor::{Bound, CursorKey};
use crate::error::{Code, Error, Problem};
use crate::links::Links;
use crate::own::Own;
use crate::writing::Options;

/// A reference: of which kind, of what it has to be a part, and its text.
pub(crate) type Named = (RecordType, Option<Id<()>>, String);

/// What a tool is handed.
pub struct Call<'c, A: Access> {
    /// The database, opened as the tool's `Access` says.
    pub db: A::Db,
    /// Who asks, and what they may do.
    pub caller: &'c Caller,
    /// Time and chance.
    pub env: &'c dyn Env,
    /// Makes links to records.
    pub links: Links<'c>,
    pub(crate) tool: &'static str,
    pub(crate) arguments: &'c Value,
    pub(crate) cursors: &'c CursorKey,
    pub(crate) allowances: Option<&'c dyn Allowances>,
    pub(crate) own: &'c Own,
    pub(crate) resolved: BTreeMap<String, Resolved>,
    pub(crate) changed: Vec<String>,
    pub(crate) changes: Vec<Change>,
    pub(crate) options: Options,
    /// References that were resolved in this call.
    pub(crate) known: HashMap<Named, Brief<()>>,
}

impl<'c, A: Access> Call<'c, A> {
    /// What the registry was given of this type ([`Registry::with`](crate::Registry::with)): an embedder's own data.
    ///
    /// # Errors
    /// When it was given none: a mistake of whoever put the parts together.
    pub fn own<T: Send + Sync + 'static>(&self) -> Result<&'c T, Error> {
        self.own.get()
    }

    /// The connection to read with, whatever the access.
    pub fn conn(&mut self) -> &mut Conn {
        A::conn(&mut self.db)
    }

    /// The organization and the team limit that every query takes.
    pub fn within(&self) -> Within {
        Within::from(&self.caller.tenant)
    }

    /// The zone in which times are read and written.
    pub fn zone(&self) -> TimeZone {
        self.caller.tenant.time_zone
    }

    /// The database's time when the request was authorized: "now" for everything in the answer.
    pub fn now(&self) -> Timestamp {
        self.caller.now
    }

    /// What the connection may still call, where calls are counted.
    pub fn allowance(&self) -> Option<Allowance> {
        self.allowances.map(|allowances| allowances.of(self.caller.connection, self.now()))
    }

    /// How a write is to be done.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Notes a record that was changed, for the audit event.
    pub fn changed(&mut self, record: impl std::fmt::Display) {
        self.changed.push(record.to_string());
    }

    /// What the answer covers. Taken last: it holds what was resolved until now.
    pub fn applied(&mut self) -> Applied {
        Applied::new(self.caller, std::mem::take(&mut self.resolved))
    }

    /// Says in the answer what an argument was taken to mean.
    pub fn resolved(&mut self, argument: &str, meaning: Resolved) {
        self.resolved.insert(argument.to_owned(), meaning);
    }

    /// Reads a lower bound: the first instant that counts.
    ///
    /// # Errors
    /// When it is no date.
    pub fn from(&mut self, argument: &str, text: &str) -> Result<(When, Timestamp), Error> {
        let when = self.when(argument, text, false)?;
        Ok((when, when.start(self.zone())))
    }

    /// Reads an upper bound: the first instant that does not count any more.
    ///
    /// # Errors
    /// When it is no date.
    pub fn until(&mut self, argument: &str, text: &str) -> Result<(When, Timestamp), Error> {
        let when = self.when(argument, text, true)?;
        Ok((when, when.end(self.zone())))
    }

    fn when(&mut self, argument: &str, text: &str, upper: bool) -> Result<When, Error> {
        let zone = self.zone();
        let when = when::parse(text, self.now(), zone).map_err(|_| {
            Problem::new(Code::InvalidDate, "Not a date, a date-time or one of the words in `allowed`.")
                .field(argument)
                .got(&text.into())
                .allowed(when::FORMS.iter().copied())
        })?;
        self.resolved(argument, Resolved::bound(when, upper, zone));
        Ok(when)
    }

    /// Makes a cursor of the position of the last row shown.
    pub fn cursor(&self, position: &str) -> String {
        self.cursors.seal(&self.bound(), position)
    }

    /// Reads the position out of a cursor that an earlier page of this very list gave.
    ///
    /// # Errors
    /// When it is of another connection, tool, filter or order, or made up.
    pub fn position(&self, cursor: &str) -> Result<String, Error> {
        self.cursors.open(&self.bound(), cursor).ok_or_else(|| self.wrong_cursor())
    }

    /// The answer to a cursor that is not one of this list: the same call from its beginning.
    pub(crate) fn wrong_cursor(&self) -> Error {
        let mut arguments = match self.arguments {
            Value::Object(arguments) => arguments.clone(),
            _ => Map::new(),
        };
        arguments.remove("cursor");
        Problem::new(
            Code::InvalidCursor,
            "This cursor is not of this list: keep every filter and the order as they were, or start without it.",
        )
        .field("cursor")
        .next(self.tool, arguments)
        .into()
    }

    fn bound(&self) -> Bound<'_> {
        Bound { connection: self.caller.connection, tool: self.tool, arguments: self.arguments }
    }
}

/// Collects the problems of several arguments, so that they are told at once (TOOLS.md E3).
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Takes the value, or keeps its problems for later.
    ///
    /// # Errors
    /// What the caller cannot fix ends the call at once.
    pub fn keep<T>(&mut self, result: Result<T, Error>) -> Result<Option<T>, Error> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Refused(problems)) => {
                self.0.extend(problems);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Adds a problem.
    pub fn add(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Ends the call if there was any problem.
    ///
    /// # Errors
    /// All of them.
    pub fn told(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Refused(self.0)) }
    }
}
