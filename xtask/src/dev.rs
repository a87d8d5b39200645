//! `cargo xtask dev`: a server with demo data to connect a client to.
//!
//! This process becomes the server in the end, so Ctrl-C and signals reach it directly.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use lexopt::prelude::*;
use serde_json::{Value, json};

use crate::authority;
use crate::failure::Failure;
use crate::postgres::{self, Postgres, Purpose};
use crate::server::{self, Profile};
use crate::{shell, workspace};

const PORT: u16 = 8700;

/// Runs the command; returns only when it fails.
pub(crate) fn run(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    let (mut port, mut reset, mut on_postgres, mut over_tls) = (PORT, false, false, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => port = arguments.value()?.parse()?,
            Long("reset") => reset = true,
            Long("postgres") => on_postgres = true,
            Long("tls") => over_tls = true,
            other => return Err(other.unexpected().into()),
        }
    }
    if port == 0 {
        port = postgres::free_port()?;
    }
    TcpListener::bind(("127.0.0.1", port)).map_err(|error| {
        Failure::new(format!("port {port}: {error}; `--port N` takes another, `--port 0` any free one"))
    })?;

    let server = server::build(Profile::Dev)?;
    let folder = workspace::root()?.join("var");
    fs::create_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    if reset {
        forget(&folder)?;
    }
    let postgres = if on_postgres { Some(Postgres::start(Purpose::Dev)?) } else { None };
    let database = match &postgres {
        Some(postgres) => postgres.url().to_owned(),
        None => server::sqlite(&folder),
    };
    let tls = if over_tls { Some(authority::certify(&folder)?) } else { None };
    let base_url = format!("{}://localhost:{port}", if over_tls { "https" } else { "http" });
    let settled = |command: &'static str| {
        let mut process = Command::new(&server);
        server::settle(&mut process, &folder, &database, port, &base_url).arg(command);
        if let Some(tls) = &tls {
            process.env("LAVORI_TLS_CERTIFICATE_FILE", &tls.certificate).env("LAVORI_TLS_KEY_FILE", &tls.key);
        }
        process
    };

    shell::step("seeding the demo data");
    let accounts = shell::output(settled("demo").arg("--json"))?;
    let accounts: Value = serde_json::from_str(&accounts)
        .map_err(|error| Failure::new(format!("`lavori-server demo --json` did not write JSON: {error}")))?;
    let facts = json!({ "base_url": base_url, "mcp_url": format!("{base_url}/mcp"), "accounts": accounts });
    publish(&folder.join("dev.json"), &facts)?;
    print!("{}", introduction(&facts));
    if let Some(tls) = &tls {
        let path = tls.authority.display();
        println!(
            "Authority      {path}\n               trust it in the browser; for programs on Node: NODE_EXTRA_CA_CERTS={path}\n"
        );
    }

    let mut serve = settled("serve");
    if let Some(postgres) = postgres {
        postgres.live_as_long_as(&mut serve);
    }
    Err(Failure::new(format!("cannot start {}: {}", server.display(), serve.exec())))
}

/// Removes the data of earlier runs.
fn forget(folder: &Path) -> Result<(), Failure> {
    for name in ["lavori.db", "lavori.db-wal", "lavori.db-shm", "secret", "dev.json"] {
        let file = folder.join(name);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Failure::at(&file, &error)),
            _ => {}
        }
    }
    Ok(())
}

/// Writes the facts whole or not at all: a reader may be waiting for the file.
fn publish(file: &Path, facts: &Value) -> Result<(), Failure> {
    let draft = file.with_extension("json.new");
    fs::write(&draft, format!("{facts:#}\n")).map_err(|error| Failure::at(&draft, &error))?;
    fs::rename(&draft, file).map_err(|error| Failure::at(file, &error))
}

/// What the person reads before the server's own log begins.
fn introduction(facts: &Value) -> String {
    let mcp_url = facts["mcp_url"].as_str().unwrap_or_default();
    let snippet = json!({ "mcpServers": { "lavori": { "type": "http", "url": mcp_url } } });
    let mut text =
        format!("\nConnector URL  {mcp_url}\nSign in at     {}\n\n", facts["base_url"].as_str().unwrap_or_default());
    for account in facts["accounts"].as_array().into_iter().flatten() {
        let organizations = account["organizations"].as_array().into_iter().flatten().map(organization);
        text += &format!(
            "  {:<20} {:<14} {}\n",
            account["email"].as_str().unwrap_or_default(),
            account["password"].as_str().unwrap_or_default(),
            organizations.collect::<Vec<_>>().join("; ")
        );
    }
    text + &format!(
        "\nClaude Code    claude mcp add --transport http lavori {mcp_url}\nOther clients  {snippet}\n\
         Also written   var/dev.json\n\n"
    )
}

fn organization(organization: &Value) -> String {
    let part = |name: &str| organization[name].as_str().unwrap_or_default().to_owned();
    let teams: Vec<_> = organization["teams"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let teams = if teams.is_empty() { String::new() } else { format!(" (teams {})", teams.join(", ")) };
    format!("{} of {}{teams}", part("role"), part("slug"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_introduction_names_the_connector_every_account_and_how_to_connect() {
        let facts = json!({
            "base_url": "http://localhost:8700",
            "mcp_url": "http://localhost:8700/mcp",
            "accounts": [{ "email": "ben@demo.example", "password": "lavori-demo", "organizations": [
                { "slug": "northlight", "name": "Northlight", "role": "member", "teams": ["sound"] },
                { "slug": "harbor", "name": "Harbor Crew", "role": "owner", "teams": [] }
            ] }]
        });
        let text = introduction(&facts);
        for part in [
            "Connector URL  http://localhost:8700/mcp",
            "ben@demo.example     lavori-demo    member of northlight (teams sound); owner of harbor",
            "claude mcp add --transport http lavori http://localhost:8700/mcp",
            r#"{"mcpServers":{"lavori":{"type":"http","url":"http://localhost:8700/mcp"}}}"#,
        ] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }

    #[test]
    fn reset_forgets_the_data_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("lavori-xtask-dev-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["lavori.db", "lavori.db-wal", "secret", "notes.txt"] {
            fs::write(folder.join(name), "x").unwrap();
        }
        forget(&folder).unwrap();
        forget(&folder).unwrap();
        let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["notes.txt"]);
        fs::remove_dir_all(&folder).unwrap();
    }
}
