//! Configuration: a TOML file, overridden by the environment, checked whole before anything is opened.

mod sign_in;

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use lavori_http::{CallLimit, ForwardedHeader, TrustedProxies};
use lavori_oauth::{ConfiguredClient, ConfiguredClients, Limits, PasswordParameters, ProviderConfig};
use serde::Deserialize;
use url::Url;

/// The settings in use.
#[derive(Debug, Clone)]
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
    /// The proxies whose word on a client's address is taken.
    pub(crate) trusted_proxies: TrustedProxies,
    /// The clients that the operator entered.
    pub(crate) clients: ConfiguredClients,
    /// How often one connection may call.
    pub(crate) calls: CallLimit,
    /// Whether tool calls are recorded in their connection's activity.
    pub(crate) record_tool_calls: bool,
    /// How hard passwords are hashed.
    pub(crate) passwords: PasswordParameters,
    /// What strangers may do how often.
    pub(crate) limits: Limits,
    /// Where people may sign in besides here.
    pub(crate) providers: Vec<ProviderConfig>,
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
    trusted_proxies: Option<Vec<String>>,
    forwarded_header: Option<String>,
    calls_at_once: Option<u32>,
    calls_per_second: Option<u32>,
    record_tool_calls: Option<bool>,
    log: Option<String>,
    log_format: Option<String>,
    passwords: sign_in::Passwords,
    limits: sign_in::LimitsFile,
    providers: Vec<sign_in::Provider>,
    clients: Vec<Client>,
}

/// One `[[clients]]`; what is left out is named as a mistake together with the others.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Client {
    id: String,
    name: String,
    redirect_uris: Vec<String>,
    domain: Option<String>,
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
    let list = |name: &str, given: Option<Vec<String>>, default: &[&str]| match variable(name) {
        Some(list) => list.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect(),
        None => given.unwrap_or_else(|| default.iter().map(|&item| item.to_owned()).collect()),
    };
    // Tools that run in a browser on the developer's own machine, such as MCP Inspector.
    let origins = ["http://localhost:*", "http://127.0.0.1:*"];
    let origins = list("LAVORI_ALLOWED_ORIGINS", file.allowed_origins, &origins);
    let proxies: Vec<String> = list("LAVORI_TRUSTED_PROXIES", file.trusted_proxies, &[]);
    let header = set("LAVORI_FORWARDED_HEADER", file.forwarded_header, "x-forwarded-for");
    let trusted_proxies = TrustedProxies {
        networks: proxies.iter().filter_map(|proxy| mistakes.network("trusted_proxies", proxy)).collect(),
        header: mistakes
            .word(
                "forwarded_header",
                &header,
                &[("x-forwarded-for", ForwardedHeader::XForwardedFor), ("forwarded", ForwardedHeader::Forwarded)],
            )
            .unwrap_or_default(),
    };
    let previous_secrets = list("LAVORI_PREVIOUS_SECRET_FILES", file.previous_secret_files, &[]);
    let connections = set("LAVORI_DATABASE_CONNECTIONS", file.database_connections.map(|n| n.to_string()), "16");
    let (at_once, per_second) = (file.calls_at_once, file.calls_per_second);
    let at_once = set("LAVORI_CALLS_AT_ONCE", at_once.map(|n| n.to_string()), "120");
    let per_second = set("LAVORI_CALLS_PER_SECOND", per_second.map(|n| n.to_string()), "20");
    let calls = (mistakes.number("calls_at_once", &at_once), mistakes.number("calls_per_second", &per_second));
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
    let clients = file.clients.into_iter().map(|Client { id, name, redirect_uris, domain }| ConfiguredClient {
        id,
        name,
        redirect_uris,
        domain,
    });
    let clients = ConfiguredClients::new(clients).unwrap_or_else(|wrong| {
        wrong.iter().for_each(|mistake| mistakes.add("clients", mistake));
        ConfiguredClients::default()
    });
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
    let (passwords, limits) = (file.passwords.check(&mut mistakes), file.limits.check(&mut mistakes));
    let providers = sign_in::providers(file.providers, &mut mistakes);
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
                trusted_proxies,
                clients,
                calls: CallLimit::per_second(calls.0, calls.1),
                record_tool_calls,
                passwords,
                limits,
                providers,
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

    /// A number from 1 to 1000000; 1 where a mistake was noted.
    fn number(&mut self, setting: &str, text: &str) -> u32 {
        let number = text.parse().ok().filter(|number| (1..=1_000_000).contains(number));
        if number.is_none() {
            self.add(setting, &format!("is {text:?}, but must be a number from 1 to 1000000"));
        }
        number.unwrap_or(1)
    }

    /// An address, or a network such as `10.0.0.0/8`.
    fn network(&mut self, setting: &str, text: &str) -> Option<IpNet> {
        let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        if network.is_none() {
            self.add(setting, &format!("has {text:?}, but must hold addresses or networks such as 10.0.0.0/8"));
        }
        network
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
        assert_eq!(config.calls, CallLimit::default());
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
                "LAVORI_TRUSTED_PROXIES" => "10.0.0.0/8, proxy.example".to_owned(),
                "LAVORI_FORWARDED_HEADER" => "via".to_owned(),
                "LAVORI_CALLS_AT_ONCE" => "0".to_owned(),
                "LAVORI_CALLS_PER_SECOND" => "all".to_owned(),
                "LAVORI_LOG_FORMAT" => "xml".to_owned(),
                _ => return None,
            })
        })
        .unwrap_err();
        for setting in [
            "listen",
            "public_url",
            "database_url",
            "database_connections",
            "trusted_proxies",
            "forwarded_header",
            "calls_at_once",
            "calls_per_second",
            "record_tool_calls",
            "log_format",
        ] {
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
    fn p35_clients_are_read_and_all_their_mistakes_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lavori.toml");
        let good = "[[clients]]\nid = \"crew-planner\"\nname = \"Crew Planner\"\n\
                    redirect_uris = [\"https://planner.example/cb\"]\ndomain = \"planner.example\"\n";
        std::fs::write(&path, good).unwrap();
        assert_ne!(load(path.to_str(), |_| None).unwrap().clients, ConfiguredClients::default());

        let bad = "[[clients]]\nid = \"https://planner.example/meta\"\nname = \"x\"\n\
                   redirect_uris = [\"http://planner.example/cb\"]\n[[clients]]\nid = \"second\"\n";
        std::fs::write(&path, format!("listen = \"here\"\n{good}{bad}")).unwrap();
        let mistakes = load(path.to_str(), |_| None).unwrap_err();
        for part in [
            "listen",
            "clients number 2: id",
            "clients number 2: redirect_uris has \"http://planner.example/cb\"",
            "clients number 3: name",
            "clients number 3: redirect_uris must hold",
        ] {
            assert!(mistakes.contains(part), "{part} is missing in:\n{mistakes}");
        }
    }

    #[test]
    fn the_environment_overrides_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lavori.toml");
        std::fs::write(&path, "listen = \"127.0.0.1:1\"\nlog = \"debug\"\ncalls_at_once = 7\ncalls_per_second = 2\n")
            .unwrap();
        let variable = |name: &str| match name {
            "LAVORI_LISTEN" => Some("127.0.0.1:2".to_owned()),
            "LAVORI_CALLS_PER_SECOND" => Some("4".to_owned()),
            _ => None,
        };
        let config = load(path.to_str(), variable).unwrap();
        assert_eq!((config.listen.port(), config.log.as_str()), (2, "debug"));
        assert_eq!(config.calls, CallLimit::per_second(7, 4));
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
