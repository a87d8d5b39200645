//! The Lavori MCP server: reads its configuration, opens the store, binds, serves, drains.

mod accounts;
mod commands;
mod config;
mod listeners;
mod secret;

use std::process::ExitCode;

use lavori_fetch::Network;
use lavori_telemetry::Traces;
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
  example-config
                print a configuration file with every setting and its default, each as a comment
  demo          migrate, and seed two demo organizations if they are not there
                  --json: print their accounts
  bootstrap     migrate, and make the first organization and its owner where nobody is yet
                  --organization NAME --time-zone ZONE --currency CODE --owner NAME --email ADDRESS
                  --slug SLUG: the organization's name in URLs, made from its name if left out
                  --password-file FILE: the owner's password, read from standard input if left out
  person disable ADDRESS
                keep a person from signing in, end their sessions and revoke their connections
  person enable ADDRESS
                let them sign in again

Every setting can be given in the file or as an environment variable LAVORI_...: see docs/configuration.md.
";

/// A command line, read.
struct Arguments {
    command: Command,
    config: Option<String>,
}

/// What to do.
enum Command {
    Serve,
    Migrate,
    CheckConfig,
    ExampleConfig,
    Demo { json: bool },
    Bootstrap(accounts::Bootstrap),
    DisablePerson(String),
    EnablePerson(String),
}

impl Command {
    fn name(&self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Migrate => "migrate",
            Self::CheckConfig => "check-config",
            Self::ExampleConfig => "example-config",
            Self::Demo { .. } => "demo",
            Self::Bootstrap(_) => "bootstrap",
            Self::DisablePerson(_) => "person disable",
            Self::EnablePerson(_) => "person enable",
        }
    }
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(Some(Arguments { command: Command::ExampleConfig, .. })) => return say(&config::example()),
        Ok(Some(arguments)) => arguments,
        Ok(None) => return say(USAGE),
        Err(error) => return fail(&format!("{error}\n\n{USAGE}")),
    };
    let config = match config::load(arguments.config.as_deref(), |name| std::env::var(name).ok()) {
        Ok(config) => config,
        Err(mistakes) => return fail(&format!("The configuration cannot be used:\n{mistakes}")),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("the runtime could not be started: {error}\n")),
    };
    let logging = match runtime.block_on(async { start_logging(&config) }) {
        Ok(logging) => logging,
        Err(error) => return fail(&format!("The log cannot be started: {error}\n")),
    };
    let done = runtime.block_on(async {
        let done = match &arguments.command {
            Command::Serve => commands::serve(&config).await,
            Command::Migrate => commands::migrate(&config).await,
            Command::CheckConfig | Command::ExampleConfig => Ok(()),
            Command::Demo { json } => commands::demo(&config, *json).await,
            Command::Bootstrap(bootstrap) => accounts::bootstrap(&config, bootstrap).await,
            Command::DisablePerson(email) => accounts::disable(&config, email).await,
            Command::EnablePerson(email) => accounts::enable(&config, email).await,
        };
        if let Err(error) = &done {
            tracing::error!(error = &**error, "{} failed", arguments.command.name());
        }
        logging.end().await;
        done
    });
    if done.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Reads the command line; `None` when help was asked for.
fn arguments() -> Result<Option<Arguments>, lexopt::Error> {
    let mut parser = lexopt::Parser::from_env();
    let (mut words, mut config, mut json) = (Vec::new(), None, false);
    let mut bootstrap = accounts::Bootstrap::default();
    while let Some(argument) = parser.next()? {
        let (is_bootstrap, is_demo) = match words.first().map(String::as_str) {
            Some("bootstrap") => (true, false),
            Some("demo") => (false, true),
            _ => (false, false),
        };
        match argument {
            Long("config") => config = Some(parser.value()?.string()?),
            Long("json") if is_demo => json = true,
            Long("organization") if is_bootstrap => bootstrap.organization = parser.value()?.string()?,
            Long("slug") if is_bootstrap => bootstrap.slug = parser.value()?.string()?,
            Long("time-zone") if is_bootstrap => bootstrap.time_zone = parser.value()?.string()?,
            Long("currency") if is_bootstrap => bootstrap.currency = parser.value()?.string()?,
            Long("owner") if is_bootstrap => bootstrap.owner = parser.value()?.string()?,
            Long("email") if is_bootstrap => bootstrap.email = parser.value()?.string()?,
            Long("password-file") if is_bootstrap => bootstrap.password_file = Some(parser.value()?.string()?),
            Long("help") => return Ok(None),
            Value(word) => words.push(word.string()?),
            other => return Err(other.unexpected()),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let command = match words.as_slice() {
        [] => return Ok(None),
        ["serve"] => Command::Serve,
        ["migrate"] => Command::Migrate,
        ["check-config"] => Command::CheckConfig,
        ["example-config"] => Command::ExampleConfig,
        ["demo"] => Command::Demo { json },
        ["bootstrap"] => Command::Bootstrap(bootstrap),
        ["person", "disable", email] => Command::DisablePerson((*email).to_owned()),
        ["person", "enable", email] => Command::EnablePerson((*email).to_owned()),
        words => return Err(format!("there is no command {:?}", words.join(" ")).into()),
    };
    Ok(Some(Arguments { command, config }))
}

/// Within the runtime: traces are sent from it.
fn start_logging(config: &config::Config) -> Result<lavori_telemetry::Guard, Box<dyn std::error::Error>> {
    let traces = match &config.otlp_endpoint {
        None => None,
        Some(url) => Some(Traces::to(url, config.otlp_sample_percent, &Network::system()?)?),
    };
    Ok(lavori_telemetry::start(&config.log, config.log_format, traces)?)
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
