//! Every parser that meets a stranger's bytes, with what must hold whatever they are.
//!
//! A target is a function over bytes that panics when something is wrong; [`TARGETS`] is the table. What it asserts is
//! what the server relies on, not only that nothing panics: what is read is written and read again the same, what was
//! not sealed here does not open, a refusal repeats no secret.
//!
//! Two things call them: the test `tests/short.rs`, with the seeds in `seeds/` and some thousand changes of them, in
//! every run of the tests; and libFuzzer, which `cargo xtask fuzz` builds with coverage and runs for as long as it is
//! told. A finding becomes a seed, so that it is tried forever. Start at [`TARGETS`].

mod addresses;
mod authorize;
mod clients;
mod headers;
mod heads;
mod json_rpc;
mod recurrences;
mod sealed;
mod server;
mod token;
mod tool_arguments;
mod values;
mod world;

/// One target: its seeds are in `seeds/NAME`.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// What must hold of these bytes.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "addresses", run: addresses::run },
    Target { name: "authorize_parameters", run: authorize::run },
    Target { name: "clients", run: clients::run },
    Target { name: "headers", run: headers::run },
    Target { name: "http_heads", run: heads::run },
    Target { name: "json_rpc", run: json_rpc::run },
    Target { name: "recurrences", run: recurrences::run },
    Target { name: "sealed", run: sealed::run },
    Target { name: "token_parameters", run: token::run },
    Target { name: "tool_arguments", run: tool_arguments::run },
    Target { name: "values", run: values::run },
];

/// The target of this name.
pub fn find(name: &str) -> Option<Target> {
    TARGETS.iter().copied().find(|target| target.name == name)
}

/// The first line of `data`, and the rest: which parser is meant, and what it is given.
fn first_line(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    (&data[..end], data.get(end + 1..).unwrap_or_default())
}
