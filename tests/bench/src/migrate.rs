//! Tables before rows: by the server itself, or, when only the floor is measured, from the migrations' folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::database::{Database, connect};
use crate::failure::{During, Result};

/// Makes the tables of an empty database.
pub(crate) async fn run(database: &Database, server: Option<&Path>) -> Result<()> {
    if let Some(server) = server {
        let status = Command::new(server)
            .arg("migrate")
            .env("LAVORI_DATABASE_URL", database.url())
            .status()
            .during(format_args!("cannot run {}", server.display()))?;
        return if status.success() { Ok(()) } else { Err("the server could not migrate the database".into()) };
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    match database {
        Database::Postgres { url } => {
            let client = connect(url).await?;
            for file in files(&folder.join("postgres"))? {
                client.batch_execute(&read(&file)?).await.during(file.display())?;
            }
        }
        Database::Sqlite { path } => {
            let connection = rusqlite::Connection::open(path)?;
            for file in files(&folder.join("sqlite"))? {
                connection.execute_batch(&read(&file)?).during(file.display())?;
            }
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).during(file.display())
}

/// The files to run, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).during(folder.display())? {
        files.push(entry?.path().join("up.sql"));
    }
    files.sort();
    Ok(files)
}
