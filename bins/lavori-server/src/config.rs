//! Configuration: a TOML file, overridden by the environment, checked whole before anything is opened.

mod settings;
mod sign_in;
mod source;

pub(crate) use self::settings::example;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use lavori_http::{CallLimit, ForwardedHeader, TrustedProxies};
use lavori_listener::{Certificates, PlaceLimits};
use lavori_oauth::{ConfiguredClients, Limits, PasswordParameters, ProviderConfig};
use lavori_telemetry::Format;
use url::Url;

use self::source::{Given, Source, Table};

/// The settings in use.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// The URL under which people and clients reach the server.
    pub(crate) public_url: Url,
    /// Where the operator's own listener is.
    pub(crate) private_listen: Option<SocketAddr>,
    /// The certificate that the server speaks https with.
    pub(crate) tls: Option<TlsFiles>,
    /// How many connections clients may have open.
    pub(crate) connections: PlaceLimits,
    /// How many requests are answered at once.
    pub(crate) requests_at_once: usize,
    /// Where traces are sent.
    pub(crate) otlp_endpoint: Option<Url>,
    /// Of the requests that belong to no trace, how many are traced.
    pub(crate) otlp_sample_percent: u8,
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
    pub(crate) log_format: Format,
}

/// A certificate and its key.
#[derive(Debug, Clone)]
pub(crate) struct TlsFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// Reads the configuration.
///
/// # Errors
/// Every mistake, a line each, with where it is.
pub(crate) fn load(file: Option<&str>, variable: impl Fn(&str) -> Option<String>) -> Result<Config, String> {
    let text = match file {
        None => String::new(),
        Some(path) => std::fs::read_to_string(path).map_err(|error| format!("  {path}: {error}\n"))?,
    };
    let source = Source::new(file.unwrap_or_default(), &text, &variable);
    let mut root = source.root();
    let config = read(&mut root);
    root.end();
    source.check()?;
    // Nothing is left out where no mistake was noted.
    config.ok_or_else(String::new)
}

fn read(root: &mut Table<'_, '_>) -> Option<Config> {
    let public_url = root.take(&settings::PUBLIC_URL);
    let origin = "https://HOST, or http://localhost:PORT on this machine only";
    let url = public_url.parse::<Url>(origin);
    if url.as_ref().is_some_and(|url| lavori_http::Config::check_public_url(url).is_err()) {
        public_url.wrong(format_args!("must be {origin}"));
    }
    let listen = root.take(&settings::LISTEN).parse("an address such as 127.0.0.1:8700");
    let private = root.take(&settings::PRIVATE_LISTEN);
    let private_listen = private.optional().and_then(|_| private.parse("an address such as 127.0.0.1:8701"));

    let proxies = root.take(&settings::TRUSTED_PROXIES);
    let networks: Vec<IpNet> = proxies.list().iter().filter_map(|text| network(&proxies, text)).collect();
    let tls = tls(root);
    if url.as_ref().is_some_and(|url| url.scheme() == "https") && tls.is_none() && networks.is_empty() {
        proxies.wrong(
            "must name the proxies that speak https for this server, unless it has a certificate of its own \
             (tls_certificate_file, tls_key_file)",
        );
    }
    let headers = [("x-forwarded-for", ForwardedHeader::XForwardedFor), ("forwarded", ForwardedHeader::Forwarded)];
    let header = root.take(&settings::FORWARDED_HEADER).word(&headers, ForwardedHeader::default());
    let connections = PlaceLimits {
        each: root.take(&settings::CONNECTIONS_PER_ADDRESS).number(1..=1_000_000),
        in_all: root.take(&settings::CONNECTIONS).number(10..=1_000_000),
    };
    let calls = (
        root.take(&settings::CALLS_AT_ONCE).number(1..=1_000_000),
        root.take(&settings::CALLS_PER_SECOND).number(1..=1_000_000),
    );
    let switch = [("on", true), ("true", true), ("off", false), ("false", false)];
    let formats = [("text", Format::Text), ("json", Format::Json)];
    let otlp = root.take(&settings::OTLP_ENDPOINT);
    let traces =
        otlp.optional().and_then(|_| otlp.parse::<Url>("the URL of a collector, such as http://127.0.0.1:4318"));
    Some(Config {
        private_listen,
        tls,
        database_url: database_url(root),
        database_connections: root.take(&settings::DATABASE_CONNECTIONS).number(1..=1000),
        secret_file: root.take(&settings::SECRET_FILE).text().into(),
        previous_secret_files: root.take(&settings::PREVIOUS_SECRET_FILES).list().into_iter().map(Into::into).collect(),
        allowed_origins: root.take(&settings::ALLOWED_ORIGINS).list(),
        trusted_proxies: TrustedProxies { networks, header },
        clients: sign_in::clients(root),
        connections,
        requests_at_once: root.take(&settings::REQUESTS_AT_ONCE).number(1..=1_000_000),
        calls: CallLimit::per_second(calls.0, calls.1),
        record_tool_calls: root.take(&settings::RECORD_TOOL_CALLS).word(&switch, true),
        passwords: sign_in::passwords(root),
        limits: sign_in::limits(root),
        providers: sign_in::providers(root),
        log: root.take(&settings::LOG).text(),
        log_format: root.take(&settings::LOG_FORMAT).word(&formats, Format::Text),
        otlp_endpoint: traces,
        otlp_sample_percent: root.take(&settings::OTLP_SAMPLE_PERCENT).number(0..=100),
        // Last, when every other mistake was noted.
        listen: listen?,
        public_url: url?,
    })
}

fn tls(root: &mut Table<'_, '_>) -> Option<TlsFiles> {
    let (certificate, key) = (root.take(&settings::TLS_CERTIFICATE_FILE), root.take(&settings::TLS_KEY_FILE));
    let files = match (certificate.optional(), key.optional()) {
        (None, None) => return None,
        (Some(certificate), Some(key)) => TlsFiles { certificate: certificate.into(), key: key.into() },
        (Some(_), None) => {
            key.wrong("is missing: a certificate is of no use without it");
            return None;
        }
        (None, Some(_)) => {
            certificate.wrong("is missing: a key is of no use without it");
            return None;
        }
    };
    if let Err(error) = Certificates::read(&files.certificate, &files.key) {
        let mut told = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            told = format!("{told}: {error}");
            cause = error.source();
        }
        certificate.wrong(format_args!("cannot be used: {told}"));
    }
    Some(files)
}

fn database_url(root: &mut Table<'_, '_>) -> String {
    let (given, file) = (root.take(&settings::DATABASE_URL), root.take(&settings::DATABASE_URL_FILE));
    let (url, given) = match file.optional() {
        None => (given.text(), given),
        Some(_) if given.optional().is_some() => {
            file.wrong("is given beside database_url: leave one of them out");
            return String::new();
        }
        Some(path) => match std::fs::read_to_string(&path) {
            Ok(text) => (text.trim().to_owned(), file),
            Err(error) => {
                file.wrong(format_args!("is {path:?}, which cannot be read: {error}"));
                return String::new();
            }
        },
    };
    if !["sqlite:", "postgres://", "postgresql://"].iter().any(|start| url.starts_with(start)) {
        // Not echoed: it may hold a password.
        given.wrong("must be sqlite:PATH or postgres://...");
    }
    url
}

/// An address, or a network such as `10.0.0.0/8`.
fn network(proxies: &Given<'_, '_>, text: &str) -> Option<IpNet> {
    let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    if network.is_none() {
        proxies.wrong(format_args!("has {text:?}, but must hold addresses or networks such as 10.0.0.0/8"));
    }
    network
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

    fn read(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lavori.toml");
        std::fs::write(&path, text).unwrap();
        load(path.to_str(), |_| None)
    }

    #[test]
    fn p35_every_mistake_in_the_file_is_told_with_its_line_in_their_order() {
        let mistakes = read(
            "listen = 5\nlog_fromat = \"text\"\ndatabase_connections = -1\n\ntrusted_proxies = \"10.0.0.1\"\n\
             [limits]\nregistrations = 0\nsecret = 1\n[[providers]]\nid = \"x\"\nsecret = \"y\"\n",
        )
        .unwrap_err();
        let starts = [
            "1: listen",
            "2: log_fromat is no setting; did you mean log_format?",
            "3: database_c",
            "5: trusted_proxies must be a list",
            "7: limits.registrations",
            "8: limits.secret is no setting",
            "9: providers number 1: client_id",
            "9: providers number 1: issuer",
            "9: providers number 1: name",
            "11: providers number 1: secret is no setting",
        ];
        let lines: Vec<_> = mistakes.lines().collect();
        assert_eq!(lines.len(), starts.len(), "{mistakes}");
        for (line, start) in lines.iter().zip(starts) {
            assert!(line.contains(&format!("lavori.toml line {start}")), "{start} is missing in:\n{mistakes}");
        }
        let mistakes = read("listen = \"x\nlog = 1\npublic_url = {\n").unwrap_err();
        assert!(mistakes.contains("line 1: is no TOML"), "{mistakes}");
    }

    #[test]
    fn p35_plain_http_for_others_takes_proxies_by_name() {
        let mistakes = read("public_url = \"https://lavori.example\"\n").unwrap_err();
        assert!(mistakes.contains("trusted_proxies must name the proxies"), "{mistakes}");
        read("public_url = \"https://lavori.example\"\ntrusted_proxies = [\"10.0.0.1\"]\n").unwrap();
        let mistakes = read("tls_key_file = \"key\"\n").unwrap_err();
        assert!(mistakes.contains("tls_certificate_file is missing"), "{mistakes}");
        let mistakes = read("tls_key_file = \"key\"\ntls_certificate_file = \"none\"\n").unwrap_err();
        assert!(mistakes.contains("line 2: tls_certificate_file cannot be used: none cannot be read"), "{mistakes}");
    }

    #[test]
    fn p35_the_databases_url_may_stand_in_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("url");
        std::fs::write(&path, "postgres://lavori:geheim@db/lavori\n").unwrap();
        let file = format!("database_url_file = {:?}\n", path.to_str().unwrap());
        assert_eq!(read(&file).unwrap().database_url, "postgres://lavori:geheim@db/lavori");
        let mistakes = read(&format!("{file}database_url = \"sqlite:x\"\n")).unwrap_err();
        assert!(mistakes.contains("given beside database_url"), "{mistakes}");
        std::fs::write(&path, "mysql://lavori:geheim@db/lavori\n").unwrap();
        let mistakes = read(&file).unwrap_err();
        assert!(mistakes.contains("line 1: database_url_file must be") && !mistakes.contains("geheim"), "{mistakes}");
        std::fs::remove_file(&path).unwrap();
        assert!(read(&file).unwrap_err().contains("cannot be read"));
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
            "line 1: listen",
            "line 7: clients number 2",
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
