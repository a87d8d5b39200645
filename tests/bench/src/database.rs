//! The two databases, and where each one's rows are kept.

use std::path::{Path, PathBuf};

use tokio_postgres::{Client, NoTls};

use crate::failure::{During, Result};

/// One database to measure on.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    Postgres { url: String },
    Sqlite { path: PathBuf },
}

impl Database {
    /// Reads the form in which the server takes it.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Self::Sqlite { path: path.into() });
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres { url: url.to_owned() });
        }
        Err("a database is sqlite:PATH or postgres://...".into())
    }

    /// The form in which the server takes it.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Postgres { url } => url.clone(),
            Self::Sqlite { path } => format!("sqlite:{}", path.display()),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Postgres { .. } => "PostgreSQL",
            Self::Sqlite { .. } => "SQLite",
        }
    }

    /// The SQLite file for so many tasks.
    pub(crate) fn sqlite(folder: &Path, seed: &str) -> Self {
        Self::Sqlite { path: folder.join(format!("{seed}.sqlite")) }
    }

    /// The database called `name` on the server that `url` points at.
    pub(crate) fn postgres(url: &str, name: &str) -> Result<Self> {
        let (address, parameters) = url.split_once('?').map_or((url, None), |(url, after)| (url, Some(after)));
        let start = address.find("://").map_or(0, |at| at + 3);
        let end = address[start..].find('/').map_or(address.len(), |at| start + at);
        let parameters = parameters.map(|it| format!("?{it}")).unwrap_or_default();
        Self::parse(&format!("{}/{name}{parameters}", &address[..end]))
    }
}

/// Connects, with the connection's other half in the background.
pub(crate) async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.during("cannot connect to PostgreSQL")?;
    tokio::spawn(async move {
        // An error here is told by the query that it breaks.
        let _ended = connection.await;
    });
    Ok(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_of_the_same_server() {
        for (url, expected) in [
            ("postgres://a:b@127.0.0.1:5432/postgres", "postgres://a:b@127.0.0.1:5432/seed"),
            ("postgres://127.0.0.1", "postgres://127.0.0.1/seed"),
            ("postgres://u@h/db?sslmode=disable", "postgres://u@h/seed?sslmode=disable"),
        ] {
            assert_eq!(Database::postgres(url, "seed").unwrap().url(), expected);
        }
    }
}
