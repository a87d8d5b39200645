//! What a tool is: one trait to write it, one plain struct to keep it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use lavori_policy::Scope;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::access::{Access, Read, Write};
use crate::app_view::AppView;
use crate::call::Call;
use crate::effect::{Effect, EffectKind, OverMcp};
use crate::error::Error;
use crate::input::InputCheck;
use crate::json;
use crate::schema;
use crate::writing::Options;

/// A tool. It holds only its own idea: scope, input, transaction, audit and output are the registry's business.
///
/// ```
/// use lavori_policy::Scope;
/// use lavori_tools::effect::Reads;
/// use lavori_tools::{Applied, Call, Error, Read, Tool, refs};
///
/// struct CountLetters;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Input {
///     /// The project: id, key or exact name.
///     project: String,
/// }
///
/// #[derive(serde::Serialize, schemars::JsonSchema)]
/// struct Output {
///     /// How many letters its name has.
///     letters: usize,
///     /// What this covers.
///     applied: Applied,
/// }
///
/// impl Tool for CountLetters {
///     const NAME: &'static str = "count_letters";
///     const TITLE: &'static str = "Count letters";
///     const ABOUT: &'static str = "Use to see how long a project's name is.";
///     const SCOPE: Scope = Scope::Read;
///     type Effect = Reads;
///     type Access = Read;
///     type Input = Input;
///     type Output = Output;
///
///     async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Output, Error> {
///         let project = refs::project(call, "project", &input.project).await?;
///         Ok(Output { letters: project.name.chars().count(), applied: call.applied() })
///     }
/// }
///
/// let mut tools = lavori_tools::catalogue();
/// tools.push(lavori_tools::tool::<CountLetters>());
/// ```
pub trait Tool: 'static {
    /// Its name for programs: verb and noun.
    const NAME: &'static str;
    /// Its name for people.
    const TITLE: &'static str;
    /// When and how to use it, for the model: begins with "Use", at most 200 characters.
    const ABOUT: &'static str;
    /// What a connection must hold to see and call it.
    const SCOPE: Scope;
    /// Earlier names, which go on working and are listed nowhere.
    const ALIASES: &'static [&'static str] = &[];
    /// Earlier names of arguments with the present ones.
    const RENAMED: &'static [(&'static str, &'static str)] = &[];
    /// Whether it refuses what looks like a duplicate unless told not to.
    const ALLOWS_DUPLICATES: bool = false;
    /// The page in which hosts that can do so show people its answers.
    const VIEW: Option<&'static AppView> = None;

    /// What it does to the data: a type of [`crate::effect`].
    type Effect: Effect;
    /// How it opens the database: [`Read`] or [`Write`].
    type Access: Runs;
    /// Its arguments.
    type Input: DeserializeOwned + JsonSchema + Send;
    /// Its answer.
    type Output: Serialize + JsonSchema + Send;

    /// Does it.
    fn run(
        call: &mut Call<'_, Self::Access>,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<String, Error>> + Send + 'a>>;

/// A tool's `run` without its types: arguments in, the written answer out.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Run {
    /// Reads.
    Read(for<'a, 'c> fn(&'a mut Call<'c, Read>, &'a Value) -> Running<'a>),
    /// Writes.
    Write(for<'a, 'c> fn(&'a mut Call<'c, Write>, &'a Value) -> Running<'a>),
    /// Tries another tool that writes.
    Preview,
}

/// An [`Access`] that the registry knows how to run a tool with.
pub trait Runs: Access {
    #[doc(hidden)]
    fn run<T: Tool<Access = Self>>() -> Run;
}

impl Runs for Read {
    fn run<T: Tool<Access = Self>>() -> Run {
        Run::Read(erased::<T, Self>)
    }
}

impl Runs for Write {
    fn run<T: Tool<Access = Self>>() -> Run {
        Run::Write(erased::<T, Self>)
    }
}

fn erased<'a, T, A>(call: &'a mut Call<'_, A>, arguments: &'a Value) -> Running<'a>
where
    T: Tool<Access = A>,
    A: Access,
{
    Box::pin(async move {
        // The schema was checked: what fails here is a schema that promises more than its type reads.
        let input = <T::Input as serde::Deserialize>::deserialize(arguments)
            .map_err(|error| Error::Internal(Box::new(error)))?;
        let output = T::run(call, input).await?;
        // Written before anything is committed: an answer that cannot be written must not leave a change behind.
        json::write(&output).map_err(|error| Error::Internal(Box::new(error)))
    })
}

/// A tool that may be reached over MCP, ready for a registry: made by [`tool`], or of an [`AnyTool`] that may.
pub struct Registered {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    pub(crate) scope: Scope,
    pub(crate) effect: EffectKind,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) input: fn() -> serde_json::Map<String, Value>,
    pub(crate) output: fn() -> serde_json::Map<String, Value>,
    pub(crate) renamed: &'static [(&'static str, &'static str)],
    pub(crate) allows_duplicates: bool,
    pub(crate) view: Option<&'static AppView>,
    pub(crate) run: Run,
}

/// A tool of any effect, ready for the surface of an in-app assistant: made by [`any_tool`].
pub struct AnyTool(Registered);

/// The tool deletes, sends messages or writes content: it can never be reached over MCP (PRODUCT.md P17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} can never be reached over MCP: it deletes, sends messages or writes content")]
pub struct NotOverMcp(pub &'static str);

impl AnyTool {
    pub(crate) fn into_inner(self) -> Registered {
        self.0
    }
}

impl TryFrom<AnyTool> for Registered {
    type Error = NotOverMcp;

    /// The way in for tools that are only known at run time.
    fn try_from(AnyTool(tool): AnyTool) -> Result<Self, NotOverMcp> {
        if tool.effect.is_over_mcp() { Ok(tool) } else { Err(NotOverMcp(tool.name)) }
    }
}

/// Makes a [`Tool`] ready for the MCP surface.
///
/// A tool that adds records compiles:
///
/// ```
/// # use lavori_tools::{Applied, Call, Error, Tool, Write, effect};
/// # struct Notes;
/// # #[derive(serde::Deserialize, schemars::JsonSchema)]
/// # struct Input {}
/// # impl Tool for Notes {
/// #     const NAME: &'static str = "notes";
/// #     const TITLE: &'static str = "Notes";
/// #     const ABOUT: &'static str = "Use for notes.";
/// #     const SCOPE: lavori_policy::Scope = lavori_policy::Scope::Write;
/// type Effect = effect::Creates;
/// #     type Access = Write;
/// #     type Input = Input;
/// #     type Output = Applied;
/// #     async fn run(call: &mut Call<'_, Write>, _: Input) -> Result<Applied, Error> { Ok(call.applied()) }
/// # }
/// lavori_tools::tool::<Notes>();
/// ```
///
/// One that takes records away does not:
///
/// ```compile_fail,E0277
/// # use lavori_tools::{Applied, Call, Error, Tool, Write, effect};
/// # struct Notes;
/// # #[derive(serde::Deserialize, schemars::JsonSchema)]
/// # struct Input {}
/// # impl Tool for Notes {
/// #     const NAME: &'static str = "notes";
/// #     const TITLE: &'static str = "Notes";
/// #     const ABOUT: &'static str = "Use for notes.";
/// #     const SCOPE: lavori_policy::Scope = lavori_policy::Scope::Write;
/// type Effect = effect::Deletes;
/// #     type Access = Write;
/// #     type Input = Input;
/// #     type Output = Applied;
/// #     async fn run(call: &mut Call<'_, Write>, _: Input) -> Result<Applied, Error> { Ok(call.applied()) }
/// # }
/// lavori_tools::tool::<Notes>();
/// ```
///
/// Nor one that sends messages:
///
/// ```compile_fail,E0277
/// # use lavori_tools::{Applied, Call, Error, Tool, Write, effect};
/// # struct Notes;
/// # #[derive(serde::Deserialize, schemars::JsonSchema)]
/// # struct Input {}
/// # impl Tool for Notes {
/// #     const NAME: &'static str = "notes";
/// #     const TITLE: &'static str = "Notes";
/// #     const ABOUT: &'static str = "Use for notes.";
/// #     const SCOPE: lavori_policy::Scope = lavori_policy::Scope::Write;
/// type Effect = effect::Messages;
/// #     type Access = Write;
/// #     type Input = Input;
/// #     type Output = Applied;
/// #     async fn run(call: &mut Call<'_, Write>, _: Input) -> Result<Applied, Error> { Ok(call.applied()) }
/// # }
/// lavori_tools::tool::<Notes>();
/// ```
///
/// Nor one that writes content:
///
/// ```compile_fail,E0277
/// # use lavori_tools::{Applied, Call, Error, Tool, Write, effect};
/// # struct Notes;
/// # #[derive(serde::Deserialize, schemars::JsonSchema)]
/// # struct Input {}
/// # impl Tool for Notes {
/// #     const NAME: &'static str = "notes";
/// #     const TITLE: &'static str = "Notes";
/// #     const ABOUT: &'static str = "Use for notes.";
/// #     const SCOPE: lavori_policy::Scope = lavori_policy::Scope::Write;
/// type Effect = effect::WritesContent;
/// #     type Access = Write;
/// #     type Input = Input;
/// #     type Output = Applied;
/// #     async fn run(call: &mut Call<'_, Write>, _: Input) -> Result<Applied, Error> { Ok(call.applied()) }
/// # }
/// lavori_tools::tool::<Notes>();
/// ```
pub fn tool<T: Tool<Effect: OverMcp>>() -> Registered {
    registered::<T>()
}

/// Makes a [`Tool`] of any effect ready for the surface of an in-app assistant.
pub fn any_tool<T: Tool>() -> AnyTool {
    AnyTool(registered::<T>())
}

fn registered<T: Tool>() -> Registered {
    Registered {
        name: T::NAME,
        title: T::TITLE,
        about: T::ABOUT,
        scope: T::SCOPE,
        effect: T::Effect::KIND,
        aliases: T::ALIASES,
        input: schema::of_input::<T::Input>,
        output: schema::of_output::<T::Output>,
        renamed: T::RENAMED,
        allows_duplicates: T::ALLOWS_DUPLICATES,
        view: T::VIEW,
        run: <T::Access as Runs>::run::<T>(),
    }
}

/// A tool with its schemas made and its checks compiled.
pub(crate) struct Compiled {
    pub(crate) tool: Registered,
    pub(crate) output: Arc<serde_json::Map<String, Value>>,
    /// For a connection that sees the whole organization.
    whole: Arc<InputCheck>,
    /// For a connection narrowed to a team: there is no choosing a team then (TOOLS.md 4.7).
    narrowed: Arc<InputCheck>,
}

/// The arguments that choose teams.
const TEAMS: [&str; 2] = ["team", "teams"];

/// Takes the choice of a team out of a schema, at every depth.
fn narrow(schema: &mut Value) {
    let Value::Object(schema) = schema else { return };
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.retain(|name, _| !TEAMS.contains(&name.as_str()));
        properties.values_mut().for_each(narrow);
    }
    if let Some(items) = schema.get_mut("items") {
        narrow(items);
    }
}

impl Compiled {
    /// What arguments are checked against; `narrowed`: the connection is limited to one team.
    pub(crate) fn check(&self, narrowed: bool) -> &InputCheck {
        if narrowed { &self.narrowed } else { &self.whole }
    }

    pub(crate) fn new(tool: Registered) -> Result<Self, String> {
        let mut whole = (tool.input)();
        if matches!(tool.run, Run::Write(_)) {
            Options::describe(&mut whole, tool.allows_duplicates);
        }
        let mut narrowed = Value::Object(whole.clone());
        narrow(&mut narrowed);
        let Value::Object(narrowed) = narrowed else { return Err("the schema is not an object".to_owned()) };
        let is_same = narrowed == whole;
        let whole = Arc::new(InputCheck::new(whole, tool.renamed)?);
        let narrowed = if is_same { Arc::clone(&whole) } else { Arc::new(InputCheck::new(narrowed, tool.renamed)?) };
        Ok(Self { output: Arc::new((tool.output)()), whole, narrowed, tool })
    }
}
