//! Configuration: a TOML file, overridden by the environment, checked whole before anything is opened.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

/// The settings in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// The URL under which people and clients reach the server.
    pub(crate) public_url: Url,
    /// `sqlite:PATH` or `postgres://...`.
    pub(crate) database_url: String,
    /// Connections to the database.
    pub(crate) database_connections: usize,
    /// The file with the server's secret; made if it is not there.
    pub(crate) secret_file: PathBuf,
    /// Files with secrets the server had before: what they made is still accepted.
    pub(crate) previous_secret_files: Vec<PathBuf>,
    /// Browser origins that may call the MCP endpoint.
    pub(crate) allowed_origins: Vec<String>,
    /// Whether tool calls are recorded in their connection's activity.
    pub(crate) record_tool_calls: bool,
    /// What is logged, as `tracing-subscriber`'s filter directives.
    pub(crate) log: String,
    /// How it is logged.
    pub(crate) log_format: LogFormat,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// The file, as it is written: every value as text first, so that all mistakes can be named at once.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    listen: Option<String>,
    public_url: Option<String>,
    database_url: Option<String>,
    database_connections: Option<u16>,
    secret_file: Option<String>,
    previous_secret_files: Option<Vec<String>>,
    allowed_origins: Option<Vec<String>>,
    record_tool_calls: Option<bool>,
    log: Option<String>,
    log_format: Option<String>,
}

/// Reads the configuration.
///
/// # Errors
/// Every mistake, a line each.
pub(crate) fn load(file: Option<&str>, variable: impl Fn(&str) -> Option<String>) -> Result<Config, String> {
    let file = match file {
        None => File::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| format!("  {path}: {error}\n"))?;
            toml::from_str(&text).map_err(|error| format!("  {path}: {error}\n"))?
        }
    };
    let mut mistakes = Mistakes(String::new());
    let set = |name: &str, given: Option<String>, default: &str| {
        variable(name).or(given).unwrap_or_else(|| default.to_owned())
    };
    let list = |name: &str, given: Option<Vec<String>>| match variable(name) {
        Some(list) => Some(list.split(',').map(|word| word.trim().to_owned()).filter(|w| !w.is_empty()).collect()),
        None => given,
    };
    // Tools that run in a browser on the developer's own machine, such as MCP Inspector.
    let origins = list("LAVORI_ALLOWED_ORIGINS", file.allowed_origins)
        .unwrap_or_else(|| vec!["http://localhost:*".to_owned(), "http://127.0.0.1:*".to_owned()]);
    let previous_secrets = list("LAVORI_PREVIOUS_SECRET_FILES", file.previous_secret_files).unwrap_or_default();
    let connections = set("LAVORI_DATABASE_CONNECTIONS", file.database_connections.map(|n| n.to_string()), "16");
    let record = set("LAVORI_RECORD_TOOL_CALLS", file.record_tool_calls.map(|on| on.to_string()), "on");
    let config = (
        mistakes.parse(
            "listen",
            &set("LAVORI_LISTEN", file.listen, "127.0.0.1:8700"),
            "an address such as 127.0.0.1:8700",
        ),
        mistakes.parse(
            "public_url",
            &set("LAVORI_PUBLIC_URL", file.public_url, "http://localhost:8700"),
            "https://HOST, or http://localhost:PORT on this machine only",
        ),
        mistakes.parse::<u16>("database_connections", &connections, "a number from 1 to 1000"),
        mistakes.word("record_tool_calls", &record, &[("on", true), ("true", true), ("off", false), ("false", false)]),
        mistakes.word(
            "log_format",
            &set("LAVORI_LOG_FORMAT", file.log_format, "text"),
            &[("text", LogFormat::Text), ("json", LogFormat::Json)],
        ),
    );
    let database_url = set("LAVORI_DATABASE_URL", file.database_url, "sqlite:lavori.db");
    if !["sqlite:", "postgres://", "postgresql://"].iter().any(|start| database_url.starts_with(start)) {
        // Not echoed: it may hold a password.
        mistakes.add("database_url", "must be sqlite:PATH or postgres://...");
    }
    if let Some(connections) = config.2
        && !(1..=1000).contains(&connections)
    {
        mistakes.add("database_connections", "must be a number from 1 to 1000");
    }
    if let Some(url) = &config.1
        && lavori_http::Config::check_public_url(url).is_err()
    {
        mistakes.add("public_url", "must be https://HOST, or http://localhost:PORT on this machine only");
    }
    match config {
        (Some(listen), Some(public_url), Some(connections), Some(record_tool_calls), Some(log_format))
            if mistakes.0.is_empty() =>
        {
            Ok(Config {
                listen,
                public_url,
                database_url,
                database_connections: connections.into(),
                secret_file: set("LAVORI_SECRET_FILE", file.secret_file, "lavori.secret").into(),
                previous_secret_files: previous_secrets.into_iter().map(PathBuf::from).collect(),
                allowed_origins: origins,
                record_tool_calls,
                log: set("LAVORI_LOG", file.log, "info"),
                log_format,
            })
        }
        _ => Err(mistakes.0),
    }
}

/// Mistakes, a line each.
struct Mistakes(String);

impl Mistakes {
    fn add(&mut self, setting: &str, what: &str) {
        // Writing to a String cannot fail.
        let _written = writeln!(self.0, "  {setting} {what}");
    }

    fn parse<T: std::str::FromStr>(&mut self, setting: &str, text: &str, expected: &str) -> Option<T> {
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.add(setting, &format!("is {text:?}, but must be {expected}"));
        }
        parsed
    }

    fn word<T: Copy>(&mut self, setting: &str, text: &str, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let allowed: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.add(setting, &format!("is {text:?}, but must be one of {}", allowed.join(", ")));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p35_without_a_file_the_safe_defaults_hold() {
        let config = load(None, |_| None).unwrap();
        assert!(config.listen.ip().is_loopback());
        assert_eq!(config.database_url, "sqlite:lavori.db");
        assert!(config.record_tool_calls);
    }

    #[test]
    fn p35_every_mistake_is_named_at_once() {
        let mistakes = load(None, |name| {
            Some(match name {
                "LAVORI_LISTEN" => "here".to_owned(),
                "LAVORI_PUBLIC_URL" => "http://lavori.example".to_owned(),
                "LAVORI_DATABASE_URL" => "mysql://user:geheim@host/db".to_owned(),
                "LAVORI_DATABASE_CONNECTIONS" => "0".to_owned(),
                "LAVORI_RECORD_TOOL_CALLS" => "maybe".to_owned(),
                "LAVORI_LOG_FORMAT" => "xml".to_owned(),
                _ => return None,
            })
        })
        .unwrap_err();
        for setting in
            ["listen", "public_url", "database_url", "database_connections", "record_tool_calls", "log_format"]
        {
            assert!(mistakes.contains(setting), "{setting} is missing in:\n{mistakes}");
        }
        assert!(!mistakes.contains("geheim"));
    }

    #[test]
    fn p35_unknown_keys_in_the_file_are_refused_with_their_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lavori.toml");
        std::fs::write(&path, "listen = \"127.0.0.1:1\"\nlisten_on = 1\n").unwrap();
        let mistakes = load(path.to_str(), |_| None).unwrap_err();
        assert!(mistakes.contains("line 2") && mistakes.contains("listen_on"), "{mistakes}");
    }

    #[test]
    fn the_environment_overrides_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lavori.toml");
        std::fs::write(&path, "listen = \"127.0.0.1:1\"\nlog = \"debug\"\n").unwrap();
        let variable = |name: &str| (name == "LAVORI_LISTEN").then(|| "127.0.0.1:2".to_owned());
        let config = load(path.to_str(), variable).unwrap();
        assert_eq!((config.listen.port(), config.log.as_str()), (2, "debug"));
    }

    #[test]
    fn j8_earlier_secrets_are_a_list_in_the_file_or_in_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lavori.toml");
        std::fs::write(&path, "previous_secret_files = [\"a\", \"b\"]\n").unwrap();
        let files = |variable: Option<&str>| {
            let variable = |name: &str| variable.filter(|_| name == "LAVORI_PREVIOUS_SECRET_FILES").map(str::to_owned);
            load(path.to_str(), variable).unwrap().previous_secret_files
        };
        assert_eq!(files(None), ["a", "b"].map(PathBuf::from));
        assert_eq!(files(Some(" c , d,")), ["c", "d"].map(PathBuf::from));
        assert!(load(None, |_| None).unwrap().previous_secret_files.is_empty());
    }
}
