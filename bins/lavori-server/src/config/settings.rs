//! Every setting: its name, its default, what it is. `docs/configuration.md` is made of this.

/// A setting.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Its name in the file.
    pub(super) key: &'static str,
    /// What holds where it is left out; a list with commas between. Empty: nothing.
    pub(super) default: &'static str,
    /// Whether it is a list.
    is_list: bool,
    /// What it is, in Markdown.
    pub(super) what: &'static str,
}

impl Setting {
    /// The environment variable that overrides it. What can be given several times has none.
    pub(super) fn variable(&self, prefix: &str) -> Option<String> {
        let prefix = match prefix {
            "" => String::new(),
            // `[[...]]` say which one it is.
            _ if prefix.ends_with(": ") => return None,
            section => section.replace('.', "_"),
        };
        Some(format!("LAVORI_{prefix}{}", self.key).to_uppercase())
    }
}

impl Setting {
    /// Its default as TOML.
    fn written_default(&self) -> String {
        let quoted = |text: &str| format!("\"{text}\"");
        if self.is_list {
            let items: Vec<_> = self.default.split(", ").filter(|item| !item.is_empty()).map(quoted).collect();
            format!("[{}]", items.join(", "))
        } else if self.default.bytes().all(|byte| byte.is_ascii_digit()) && !self.default.is_empty() {
            self.default.to_owned()
        } else {
            quoted(self.default)
        }
    }
}

macro_rules! is_list {
    () => {
        false
    };
    (list) => {
        true
    };
}

macro_rules! settings {
    ($($group:ident $prefix:literal { $($name:ident $key:literal $(in $kind:ident)? = $default:literal, $what:literal;)* })*) => {
        $($(pub(super) static $name: Setting = Setting {
            key: $key,
            default: $default,
            is_list: is_list!($($kind)?),
            what: $what,
        };)*)*
        /// The tables of the page, by what stands before each setting's name.
        const TABLES: &[(&str, &[&Setting])] = &[$(($prefix, &[$(&$name),*])),*];
    };
}

settings! {
    TOP "" {
        LISTEN "listen" = "127.0.0.1:8700", "The address to listen on";
        PUBLIC_URL "public_url" = "http://localhost:8700", "The URL under which people and clients reach the server; its origin is the OAuth issuer. `https://HOST[:PORT]`, or `http://localhost[:PORT]` on this machine only. Requests with another `Host` are answered 421";
        TLS_CERTIFICATE_FILE "tls_certificate_file" = "", "The server's certificate and those between it and the authority (PEM). With it and `tls_key_file` the server speaks HTTPS by itself (TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1). Both are read again when they change, and at SIGHUP: new connections get the new certificate, open ones go on";
        TLS_KEY_FILE "tls_key_file" = "", "Its private key (PEM: PKCS #8, PKCS #1 or SEC 1)";
        TRUSTED_PROXIES "trusted_proxies" in list = "", "Addresses or networks (`10.0.0.0/8`) of the proxies in front of the server. Only their word on a client's address is taken, for limits and the activity; the public URL never depends on a header. With an https `public_url` and no certificate of its own, the server answers nobody but them (403)";
        FORWARDED_HEADER "forwarded_header" = "x-forwarded-for", "Where those proxies write the client's address: `x-forwarded-for`, or `forwarded` (RFC 7239). Name the one they write: the other could come from the client";
        PRIVATE_LISTEN "private_listen" = "", "The address of the operator's own listener: `/metrics` (Prometheus), `/readyz`, `/healthz` and `/debug/pprof/profile`, over plain http and without a password. Keep it on this machine or a private network. Nothing: there is none";
        DATABASE_URL "database_url" = "sqlite:lavori.db", "`sqlite:PATH`, or `postgres://USER:PASSWORD@HOST:PORT/NAME` (PostgreSQL 15 or newer); with a standby `postgres://USER:PASSWORD@HOST1:PORT,HOST2:PORT/NAME?target_session_attrs=read-write`";
        DATABASE_URL_FILE "database_url_file" = "", "A file that holds it instead, so that its password stands in no variable and not in this file";
        DATABASE_CONNECTIONS "database_connections" = "16", "Connections this process may hold, 1 to 1000. SQLite: connections for reading; there is always one for writing";
        SECRET_FILE "secret_file" = "lavori.secret", "The server's one secret, at least 32 bytes; made, for its owner only, if it is not there. All replicas must be given the same file";
        PREVIOUS_SECRET_FILES "previous_secret_files" in list = "", "Files with secrets the server had before: what they signed or sealed is still accepted, and nothing new is made with them. Replacing the secret: [operate.md](operate.md)";
        ALLOWED_ORIGINS "allowed_origins" in list = "http://localhost:*, http://127.0.0.1:*", "Browser origins, besides the server's own, that may call the MCP endpoint";
        CONNECTIONS "connections" = "10000", "Connections from clients that may be open at once, 10 to 1000000; fewer where the system allows fewer open files. One more is answered 503";
        CONNECTIONS_PER_ADDRESS "connections_per_address" = "1000", "The same from one address (IPv6: one /64). Trusted proxies are not counted one by one";
        REQUESTS_AT_ONCE "requests_at_once" = "1000", "Requests that are answered at once, 1 to 1000000; others wait two seconds for their turn and are then answered 503";
        CALLS_AT_ONCE "calls_at_once" = "120", "Requests that one connection may make at once to the MCP endpoint, 1 to 1000000";
        CALLS_PER_SECOND "calls_per_second" = "20", "How many more it may make each second after that, 1 to 1000000. Beyond it a tool call is answered `rate_limited` and other requests 429, both with the time to wait. Each process counts for itself: behind a load balancer a connection may get as many times this. `get_context` tells a client what it has left";
        RECORD_TOOL_CALLS "record_tool_calls" = "on", "Whether tool calls are recorded in their connection's activity, `on` or `off`. Lifecycle events always are";
        LOG "log" = "info", "What is logged: directives of `tracing-subscriber`. rmcp's own log is always off, as it prints tool arguments";
        LOG_FORMAT "log_format" = "text", "`text` or `json`";
        OTLP_ENDPOINT "otlp_endpoint" = "", "Where traces are sent: the base URL of an OpenTelemetry collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318`. Nothing: none are made";
        OTLP_SAMPLE_PERCENT "otlp_sample_percent" = "100", "Of the requests that belong to no trace yet, how many are traced, 0 to 100. Those that do follow their client's decision";
    }
    PASSWORDS "passwords." {
        MEMORY_KIB "memory_kib" = "19456", "Memory of one hash in KiB, 7168 to 4194304";
        ITERATIONS "iterations" = "2", "Passes over it, 1 to 100";
        PARALLELISM "parallelism" = "1", "Lanes, 1 to 16";
        AT_ONCE "at_once" = "4", "Hashes at the same time, 1 to 256. Others wait 5 seconds and are then told to come back (503)";
    }
    LIMITS "limits." {
        FAILED_SIGN_INS_PER_ACCOUNT "failed_sign_ins_per_account" = "10", "In five minutes, from browsers that never signed in to the account";
        FAILED_SIGN_INS_PER_DEVICE "failed_sign_ins_per_device" = "10", "In five minutes, on one account from one browser that did";
        FAILED_SIGN_INS_PER_ADDRESS "failed_sign_ins_per_address" = "30", "In fifteen minutes, from one address (IPv6: one /64), on whatever account";
        REGISTRATIONS_PER_ADDRESS "registrations_per_address" = "60", "Dynamic client registrations in a minute from one address";
        REGISTRATIONS "registrations" = "600", "The same from all addresses";
    }
    PROVIDERS "providers number 1: " {
        PROVIDER_ID "id" = "", "Its name in URLs: lower-case letters, digits and hyphens";
        PROVIDER_NAME "name" = "", "Its name on the button";
        PROVIDER_ISSUER "issuer" = "", "Its issuer, exactly as its metadata say: `https://...`, or `http://localhost:PORT` on this machine only";
        PROVIDER_CLIENT_ID "client_id" = "", "How it knows this server";
        PROVIDER_SECRET_FILE "client_secret_file" = "", "A file with the secret it gave you; none for a public client";
        PROVIDER_SCOPES "scopes" in list = "email", "What is asked for besides `openid`, a list";
    }
    CLIENTS "clients number 1: " {
        CLIENT_ID "id" = "", "What the client is told to send as `client_id`: 1 to 100 letters, digits, dots, dashes and underscores, not starting with `lvr_`";
        CLIENT_NAME "name" = "", "What people are shown";
        CLIENT_REDIRECT_URIS "redirect_uris" in list = "", "A list of up to 10: https, http on this machine, or an app's own scheme";
        CLIENT_DOMAIN "domain" = "", "You vouch that the client is this domain's. Without it the consent page calls the client unverified";
    }
}

/// A configuration file in which every setting stands as a comment with its default: it changes nothing until a line's
/// comment sign is taken away.
pub(crate) fn example() -> String {
    let mut file = String::from("# Settings of lavori-server; each stands here with its default.\n");
    for (prefix, settings) in TABLES {
        let header = match prefix.trim_end_matches([' ', ':']).split_once(" number") {
            Some((list, _)) => format!("\n#[[{list}]]\n"),
            None if prefix.is_empty() => String::new(),
            None => format!("\n#[{}]\n", prefix.trim_end_matches('.')),
        };
        file += &header;
        for setting in *settings {
            for line in wrapped(setting.what) {
                file += &format!("# {line}\n");
            }
            file += &format!("#{} = {}\n", setting.key, setting.written_default());
        }
    }
    file
}

/// Lines of a text, for a terminal.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut().filter(|line| line.len() + word.len() < 110) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");

    /// A table of the page, in Markdown.
    fn table(prefix: &str, settings: &[&Setting]) -> String {
        let has_variables = settings.iter().any(|setting| setting.variable(prefix).is_some());
        let mut table = String::from(match has_variables {
            true => "| Key | Variable | Default | What it is |\n|---|---|---|---|\n",
            false => "| Key | Default | What it is |\n|---|---|---|\n",
        });
        for setting in settings {
            let default = match setting.default {
                "" => "none".to_owned(),
                default => format!("`{}`", default.replace(", ", "`, `")),
            };
            let variable = setting.variable(prefix).map_or_else(String::new, |variable| format!(" `{variable}` |"));
            // Writing to a String cannot fail.
            let _written = writeln!(table, "| `{}` |{variable} {default} | {} |", setting.key, setting.what);
        }
        table
    }

    /// The page with its tables made anew.
    fn remade(page: &str) -> String {
        let (mut remade, mut tables, mut inside) = (String::new(), TABLES.iter(), false);
        for line in page.lines() {
            let is_row = line.starts_with('|');
            if is_row && !inside {
                let (prefix, settings) = tables.next().expect("the page has a table too many");
                remade += &table(prefix, settings);
            }
            inside = is_row;
            if !is_row {
                remade += line;
                remade.push('\n');
            }
        }
        assert!(tables.next().is_none(), "the page has a table for each group of settings");
        remade
    }

    #[test]
    fn p35_the_page_tells_every_setting_as_it_is() {
        let page = std::fs::read_to_string(PAGE).unwrap();
        let remade = remade(&page);
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            std::fs::write(PAGE, &remade).unwrap();
        } else {
            assert_eq!(
                page, remade,
                "INSTA_UPDATE=always cargo test -p lavori-server writes docs/configuration.md anew"
            );
        }
    }

    #[test]
    fn p35_the_example_says_nothing_until_its_comments_are_taken_away_and_then_the_defaults() {
        let read = |text: &str| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("lavori.toml");
            std::fs::write(&path, text).unwrap();
            super::super::load(path.to_str(), |_| None)
        };
        let example = example();
        let defaults = format!("{:?}", super::super::load(None, |_| None).unwrap());
        assert_eq!(format!("{:?}", read(&example).unwrap()), defaults);
        let lines =
            example.lines().map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line));
        let said: Vec<_> = lines.take_while(|line| !line.starts_with("[[")).collect();
        assert!(said.contains(&"listen = \"127.0.0.1:8700\"") && said.contains(&"[limits]"), "{said:?}");
        assert_eq!(format!("{:?}", read(&said.join("\n")).unwrap()), defaults);
    }
}
