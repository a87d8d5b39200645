//! The Lavori MCP server: reads its configuration, opens the store, binds, serves, drains.

mod commands;
mod config;
mod secret;

use std::process::ExitCode;

use lexopt::ValueExt;
use lexopt::prelude::{Long, Value};

/// What the process answers to a wrong command line or configuration (`EX_USAGE`).
const USAGE_EXIT: u8 = 64;

const USAGE: &str = "\
The Lavori MCP server

Usage: lavori-server [--config FILE] COMMAND

Commands:
  serve         migrate the database and serve
  migrate       migrate the database
  check-config  read the configuration and name every mistake in it
  demo          migrate, and seed two demo organizations if they are not there
                  --json: print their accounts

Every setting can be given in the file or as an environment variable LAVORI_...: see docs/configuration.md.
";

/// A command line, read.
struct Arguments {
    command: String,
    config: Option<String>,
    json: bool,
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => return say(USAGE),
        Err(error) => return fail(&format!("{error}\n\n{USAGE}")),
    };
    let config = match config::load(arguments.config.as_deref(), |name| std::env::var(name).ok()) {
        Ok(config) => config,
        Err(mistakes) => return fail(&format!("The configuration cannot be used:\n{mistakes}")),
    };
    start_logging(&config);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("the runtime could not be started: {error}\n")),
    };
    let done = runtime.block_on(async {
        match arguments.command.as_str() {
            "serve" => commands::serve(&config).await,
            "migrate" => commands::migrate(&config).await,
            "demo" => commands::demo(&config, arguments.json).await,
            _ => Ok(()),
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = &*error, "{} failed", arguments.command);
            ExitCode::FAILURE
        }
    }
}

/// Reads the command line; `None` when help was asked for.
fn arguments() -> Result<Option<Arguments>, lexopt::Error> {
    let mut parser = lexopt::Parser::from_env();
    let (mut command, mut config, mut json) = (None, None, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("config") => config = Some(parser.value()?.string()?),
            Long("json") => json = true,
            Long("help") => return Ok(None),
            Value(value) if command.is_none() => command = Some(value.string()?),
            other => return Err(other.unexpected()),
        }
    }
    match command {
        None => Ok(None),
        Some(command) if ["serve", "migrate", "check-config", "demo"].contains(&command.as_str()) => {
            Ok(Some(Arguments { command, config, json }))
        }
        Some(command) => Err(format!("there is no command {command:?}").into()),
    }
}

fn start_logging(config: &config::Config) {
    // rmcp's log prints tool arguments: never, whatever the filter says.
    let filter = tracing_subscriber::EnvFilter::new(format!("{},rmcp=off", config.log));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        config::LogFormat::Text => log.init(),
        config::LogFormat::Json => log.json().init(),
    }
}

fn fail(message: &str) -> ExitCode {
    eprint!("lavori-server: {message}");
    ExitCode::from(USAGE_EXIT)
}

#[expect(clippy::print_stdout, reason = "help goes to standard output")]
fn say(message: &str) -> ExitCode {
    print!("{message}");
    ExitCode::SUCCESS
}
