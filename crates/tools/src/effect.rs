//! What a tool may do to the data, and the hints that clients are given for it: one table (TOOLS.md 1.7).

/// What a tool does to the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing.
    Read,
    /// Adds records.
    Create,
    /// Changes records that are there.
    Update,
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

impl Effect {
    /// The table of hints.
    pub fn hints(self) -> Hints {
        let hints = |read_only, destructive| Hints { read_only, destructive, idempotent: true, open_world: false };
        match self {
            Self::Read => hints(true, false),
            Self::Create => hints(false, false),
            Self::Update => hints(false, true),
        }
    }
}
