//! What a tool does to the data, as a type, and the hints that clients are given for it: one table (TOOLS.md 1.7).
//!
//! Three of the effects can be reached over MCP. Deleting, messaging and content-writing cannot, whatever the scope
//! (PRODUCT.md P17): such a tool does not compile into the MCP surface, and is refused where tools are registered at run
//! time. An in-app assistant's surface takes them all.

/// What a tool does to the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EffectKind {
    /// Nothing.
    Read,
    /// Adds records.
    Create,
    /// Changes records that are there.
    Update,
    /// Takes records away.
    Delete,
    /// Sends something to somebody.
    Message,
    /// Writes what people read as somebody's words: comments, notes, pages.
    Content,
}

/// What a client is told about a tool's effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hints {
    /// Changes nothing.
    pub read_only: bool,
    /// May overwrite something.
    pub destructive: bool,
    /// Calling again with the same arguments changes nothing more.
    pub idempotent: bool,
    /// Reaches beyond the server's own data.
    pub open_world: bool,
}

impl EffectKind {
    /// The table of hints.
    pub fn hints(self) -> Hints {
        let hints = |read_only, destructive| Hints { read_only, destructive, idempotent: true, open_world: false };
        match self {
            Self::Read => hints(true, false),
            Self::Create | Self::Content => hints(false, false),
            Self::Update | Self::Delete => hints(false, true),
            Self::Message => Hints { idempotent: false, open_world: true, ..hints(false, false) },
        }
    }

    /// Whether a tool with this effect may be reached over MCP.
    pub fn is_over_mcp(self) -> bool {
        matches!(self, Self::Read | Self::Create | Self::Update)
    }
}

mod sealed {
    /// Nobody adds effects from outside.
    pub trait Sealed {}
}

/// An effect, as a type.
pub trait Effect: sealed::Sealed + 'static {
    /// The effect, as a value.
    const KIND: EffectKind;
}

/// An effect that may be reached over MCP.
#[diagnostic::on_unimplemented(
    message = "a tool that `{Self}` can never be reached over MCP",
    note = "make it with `any_tool` and register it with the in-app assistant's surface"
)]
pub trait OverMcp: Effect {}

macro_rules! effects {
    ($($(#[$meta:meta])* $name:ident = $kind:ident;)+) => {
        $(
            $(#[$meta])*
            #[derive(Debug)]
            pub enum $name {}
            impl sealed::Sealed for $name {}
            impl Effect for $name {
                const KIND: EffectKind = EffectKind::$kind;
            }
        )+
    };
}

effects! {
    /// Does nothing to the data.
    Reads = Read;
    /// Adds records.
    Creates = Create;
    /// Changes records that are there.
    Updates = Update;
    /// Takes records away. Never over MCP.
    Deletes = Delete;
    /// Sends something to somebody. Never over MCP.
    Messages = Message;
    /// Writes what people read as somebody's words. Never over MCP.
    WritesContent = Content;
}

impl OverMcp for Reads {}
impl OverMcp for Creates {}
impl OverMcp for Updates {}
