//! The registry: every call of every tool passes through [`Registry::invoke`].

mod observed;
mod preview;
mod write;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::Env;
use lavori_policy::{Caller, Refusal, Scope, Scopes};
use lavori_store::recorder::Recorder;
use lavori_store::{Store, Tx, locks, memberships, standing};
use serde_json::{Map, Value};
use tracing::Instrument;

use crate::access::Access;
use crate::allowance::Allowances;
use crate::app_view::AppView;
use crate::call::Call;
use crate::config::Config;
use crate::error::{self, Code, Error, Problem};
use crate::links::Links;
use crate::list::{ToolSet, ToolSets};
use crate::own::Own;
use crate::tool::{Compiled, Registered, Run};
use crate::writing::Options;
use observed::Observed;
use write::Ended;

/// The tools and what they run on. One for the whole server.
pub struct Registry {
    store: Store,
    recorder: Recorder,
    env: Arc<dyn Env>,
    config: Config,
    allowances: Option<Arc<dyn Allowances>>,
    tools: Vec<Compiled>,
    /// By name and by former name.
    by_name: HashMap<&'static str, usize>,
    sets: ToolSets,
    own: Own,
}

/// What a call answers: one JSON object, already written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The answer, compact.
    pub json: String,
    /// It says why nothing was done, and what to do next.
    pub is_error: bool,
}

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    /// There is no tool of this name.
    #[error("there is no such tool")]
    UnknownTool,
    /// The tool needs more than the connection holds, and the person could approve it (PRODUCT.md P18).
    #[error("the tool needs {needed}")]
    InsufficientScope {
        /// The scopes to ask for.
        needed: Scopes,
    },
    /// What the connection relied on ended between the check of the request and the write's own transaction (P21).
    #[error("the connection was cut off: {0}")]
    CutOff(Refusal),
    /// The same call may succeed later.
    #[error("the server is busy")]
    Busy(#[source] lavori_store::Error),
    /// It is ours to fix.
    #[error("the tool failed")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<lavori_store::Error> for InvokeError {
    fn from(error: lavori_store::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<Error> for InvokeError {
    fn from(error: Error) -> Self {
        match error {
            Error::Busy(cause) => Self::Busy(cause),
            Error::Internal(cause) => Self::Internal(cause),
            refused @ Error::Refused(_) => Self::Internal(Box::new(refused)),
        }
    }
}

/// Why a registry cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// Two tools claim a name.
    #[error("two tools are called {0}")]
    Twice(&'static str),
    /// A schema does not compile.
    #[error("the input schema of {0} is not one: {1}")]
    Schema(&'static str, String),
}

impl Registry {
    /// Makes a registry of `tools`, in this order.
    ///
    /// # Errors
    /// When two tools share a name, or a schema is none.
    pub fn new(
        store: Store,
        recorder: Recorder,
        env: Arc<dyn Env>,
        config: Config,
        tools: Vec<Registered>,
    ) -> Result<Self, RegistryError> {
        Self::of_any(store, recorder, env, config, tools)
    }

    /// The same for tools of every effect.
    pub(crate) fn of_any(
        store: Store,
        recorder: Recorder,
        env: Arc<dyn Env>,
        mut config: Config,
        tools: Vec<Registered>,
    ) -> Result<Self, RegistryError> {
        config.public_url.truncate(config.public_url.trim_end_matches('/').len());
        let mut by_name = HashMap::new();
        let mut compiled = Vec::with_capacity(tools.len());
        for (index, tool) in tools.into_iter().enumerate() {
            for name in std::iter::once(tool.name).chain(tool.aliases.iter().copied()) {
                if by_name.insert(name, index).is_some() {
                    return Err(RegistryError::Twice(name));
                }
            }
            let name = tool.name;
            compiled.push(Compiled::new(tool).map_err(|error| RegistryError::Schema(name, error))?);
        }
        let (sets, own) = (ToolSets::new(&compiled), Own::default());
        Ok(Self { store, recorder, env, config, allowances: None, sets, tools: compiled, by_name, own })
    }

    /// The same, for calls that somebody counts and limits: `get_context` then tells what is left.
    #[must_use]
    pub fn counted_by(self, allowances: Arc<dyn Allowances>) -> Self {
        Self { allowances: Some(allowances), ..self }
    }

    /// Gives the tools something of the embedder's own to work on: [`Call::own`] finds it by its type.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, own: T) -> Self {
        self.own.put(own);
        self
    }

    /// The tools that a connection with these scopes is shown; `narrowed`: it is limited to one team.
    pub fn list(&self, scopes: Scopes, narrowed: bool) -> &ToolSet {
        self.sets.of(scopes, narrowed)
    }

    /// The tools that `caller` is shown.
    pub fn list_for(&self, caller: &Caller) -> &ToolSet {
        self.sets.of_caller(caller)
    }

    /// The pages that show people what tools answered, each once.
    pub fn views(&self) -> Vec<&'static AppView> {
        let mut views: Vec<&'static AppView> = Vec::new();
        for view in self.tools.iter().filter_map(|compiled| compiled.tool.view) {
            if !views.iter().any(|known| known.uri == view.uri) {
                views.push(view);
            }
        }
        views
    }

    /// The scope that a tool needs; `None`: there is no such tool.
    pub fn scope_of(&self, name: &str) -> Option<Scope> {
        self.find(name).map(|compiled| compiled.tool.scope)
    }

    /// Runs a tool for `caller`: from a name and arguments to an answer that was audited before it leaves.
    ///
    /// ```no_run
    /// # use lavori_policy::Caller;
    /// # use lavori_tools::{InvokeError, Registry};
    /// use lavori_audit::Origin;
    /// use serde_json::{Map, json};
    ///
    /// # async fn example(registry: &Registry, caller: &Caller) -> Result<(), InvokeError> {
    /// let arguments = Map::from_iter([("limit".to_owned(), json!(5))]);
    /// let answer = registry.invoke(caller, &Origin::default(), "list_projects", arguments).await?;
    /// // With `is_error` it says which argument was wrong, what is allowed, and often the next call: for the model.
    /// println!("{} {}", answer.is_error, answer.json);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When there is no answer to give: see [`InvokeError`]. What the model can fix is an answer.
    pub async fn invoke(
        &self,
        caller: &Caller,
        origin: &Origin,
        name: &str,
        arguments: Map<String, Value>,
    ) -> Result<Answer, InvokeError> {
        let observed = Observed::begin(self.find(name).map(|compiled| compiled.tool.name));
        let outcome = self.answer(caller, origin, name, arguments).instrument(observed.span()).await;
        observed.end(&outcome);
        outcome
    }

    async fn answer(
        &self,
        caller: &Caller,
        origin: &Origin,
        name: &str,
        arguments: Map<String, Value>,
    ) -> Result<Answer, InvokeError> {
        let Some(compiled) = self.find(name) else {
            self.record_refusal(caller, origin, name, "unknown_tool").await?;
            return Err(InvokeError::UnknownTool);
        };
        let tool = &compiled.tool;
        if !caller.scopes.contains(tool.scope) {
            self.record_refusal(caller, origin, tool.name, Code::InsufficientScope.as_str()).await?;
            return self.above_scope(caller, Scopes::needed_for(tool.scope)).await;
        }

        let recorded = Recorded { registry: self, caller, origin, tool: tool.name, started: Instant::now() };
        let check = compiled.check(caller.tenant.team.is_some());
        let (word, outcome) = match (check.read(arguments), tool.run) {
            (Err(problems), _) => told(Err(Error::Refused(problems))),
            (Ok(arguments), Run::Read(run)) => {
                let mut call = self.call(caller, tool.name, &arguments, self.store.read().await?);
                let outcome = run(&mut call, &arguments).await;
                told(outcome)
            }
            (Ok(mut arguments), Run::Write(run)) => {
                let options = Options::take(&mut arguments);
                match self.write(&recorded, tool, run, options, &arguments).await? {
                    // A change and its record are one: they were committed together.
                    Ended::Committed(answer) => return Ok(answer),
                    Ended::Undone(word, outcome) => (word, outcome),
                }
            }
            (Ok(arguments), Run::Preview) => told(self.preview(&recorded, &arguments).await?),
        };
        // The connection is back in the pool: the answer may wait for its record without holding one.
        recorded.write(word, &outcome).await?;
        match outcome {
            Ok(json) => Ok(Answer { json, is_error: false }),
            Err(Error::Refused(problems)) => Ok(refusal(&problems)?),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether calls are recorded: the activity panel says so (PRODUCT.md P29).
    pub fn records_calls(&self) -> bool {
        self.config.record_calls
    }

    fn find(&self, name: &str) -> Option<&Compiled> {
        self.by_name.get(name).map(|index| &self.tools[*index])
    }

    fn call<'c, A: Access>(
        &'c self,
        caller: &'c Caller,
        tool: &'static str,
        arguments: &'c Value,
        db: A::Db,
    ) -> Call<'c, A> {
        Call {
            db,
            caller,
            env: &*self.env,
            links: Links { public_url: &self.config.public_url, organization: &caller.tenant.slug },
            tool,
            arguments,
            cursors: &self.config.cursor_key,
            allowances: self.allowances.as_deref(),
            own: &self.own,
            resolved: std::collections::BTreeMap::new(),
            changed: Vec::new(),
            changes: Vec::new(),
            options: Options::default(),
            known: HashMap::new(),
        }
    }

    /// Begins the transaction of a write. The one place where a write meets the switches of this very moment: they
    /// are read again inside it, and cannot change until it ends (P23).
    async fn begin(&self, caller: &Caller) -> Result<Result<Tx, Refusal>, InvokeError> {
        let organization = caller.tenant.organization;
        let mut tx = self.store.begin().await?;
        locks::share(&mut tx, organization, caller.person, caller.connection).await?;
        let standing = standing::of_connection(&mut tx, organization, caller.connection).await?;
        let grantable = standing.ok_or(Refusal::ConnectionRevoked).and_then(|standing| standing.grantable());
        let refusal = match grantable {
            Ok(grantable) if caller.scopes <= grantable => return Ok(Ok(tx)),
            Ok(_) => Refusal::SwitchedOff,
            Err(refusal) => refusal,
        };
        tx.rollback().await?;
        Ok(Err(refusal))
    }

    /// A tool that this connection is not shown: a new consent may help, or only an administrator can.
    async fn above_scope(&self, caller: &Caller, needed: Scopes) -> Result<Answer, InvokeError> {
        if needed <= caller.grantable {
            return Err(InvokeError::InsufficientScope { needed });
        }
        let mut conn = self.store.read().await?;
        let administrators = memberships::administrators(&mut conn, &[caller.tenant.organization]).await?;
        let mut problem = Problem::new(
            Code::InsufficientScope,
            "The organization does not allow this over MCP now, so asking for consent again cannot help. Nothing was \
             done. The people in `can_be_allowed_by` can allow it in the organization's settings.",
        )
        .allowed(caller.scopes.iter().map(Scope::as_str));
        problem.can_be_allowed_by = administrators.into_iter().map(|(_, name)| name).collect();
        refusal(&[problem])
    }

    async fn record_refusal(
        &self,
        caller: &Caller,
        origin: &Origin,
        tool: &str,
        reason: &str,
    ) -> Result<(), InvokeError> {
        let event = Event::new(&*self.env, Action::CallRefused, origin.clone())
            .on(caller.tenant.organization, caller.connection)
            .by(caller.person)
            .with(Details::new().text("tool", tool).text("reason", reason));
        Ok(self.recorder.record(event).await?)
    }
}

fn refusal(problems: &[Problem]) -> Result<Answer, InvokeError> {
    let json = error::to_json(problems).map_err(|error| InvokeError::Internal(Box::new(error)))?;
    Ok(Answer { json, is_error: true })
}

/// The record of one call.
struct Recorded<'a> {
    registry: &'a Registry,
    caller: &'a Caller,
    origin: &'a Origin,
    tool: &'static str,
    started: Instant,
}

impl Recorded<'_> {
    /// The event, unless calls are not recorded.
    fn event(&self, outcome: &str, changed: &[String]) -> Option<Event> {
        if !self.registry.config.record_calls {
            return None;
        }
        let duration = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        let mut details =
            Details::new().text("tool", self.tool).text("outcome", outcome).number("duration_ms", duration);
        if !changed.is_empty() {
            details = details.texts("changed", changed);
        }
        Some(
            Event::new(&*self.registry.env, Action::ToolCalled, self.origin.clone())
                .on(self.caller.tenant.organization, self.caller.connection)
                .by(self.caller.person)
                .with(details),
        )
    }

    /// Makes the record of a read, or of a call that did nothing, durable.
    async fn write(&self, word: &str, outcome: &Result<String, Error>) -> Result<(), InvokeError> {
        let Some(event) = self.event(word, &[]) else { return Ok(()) };
        match (self.registry.recorder.record(event).await, outcome) {
            // What went wrong first is what is told.
            (Err(_), Err(Error::Busy(_) | Error::Internal(_))) | (Ok(()), _) => Ok(()),
            (Err(error), _) => Err(error.into()),
        }
    }
}

/// What became of a call, with the word for it.
fn told(outcome: Result<String, Error>) -> (&'static str, Result<String, Error>) {
    (outcome.as_ref().err().map_or("ok", word_of), outcome)
}

/// The word for why a call did nothing.
fn word_of(error: &Error) -> &'static str {
    match error {
        Error::Refused(problems) => error::code_of(problems).as_str(),
        Error::Busy(_) => "busy",
        Error::Internal(_) => "internal",
    }
}
