//! Loading PostgreSQL: COPY, with the indexes of the large tables made afterwards.

use std::fmt::Write as _;
use std::pin::pin;

use bytes::Bytes;
use futures_util::SinkExt;
use tokio_postgres::Client;

use crate::data::{self, Cell, Size, Table};
use crate::database::{Database, connect};
use crate::failure::{During, Result};

/// Tables whose indexes are made after their rows.
const LARGE: &str = "('tasks', 'task_assignees', 'task_dependencies')";
/// Bytes sent at once.
const CHUNK: usize = 256 * 1024;

/// Whether the database is there and holds all rows.
pub(super) async fn is_loaded(url: &str, name: &str, database: &Database) -> Result<bool> {
    let server = connect(url).await?;
    if server.query("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).await?.is_empty() {
        return Ok(false);
    }
    let client = connect(&database.url()).await?;
    let marker = "SELECT 1 FROM information_schema.tables WHERE table_name = 'bench_seed'";
    Ok(!client.query(marker, &[]).await?.is_empty())
}

/// Makes the database, instead of what an interrupted run left.
pub(super) async fn create(url: &str, name: &str) -> Result<()> {
    let server = connect(url).await?;
    server.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    server.batch_execute(&format!("CREATE DATABASE {name}")).await.during("cannot create a database")
}

/// Copies every row in. References are right by construction (a test holds that), so they are not checked again.
pub(super) async fn load(database: &Database, size: Size) -> Result<()> {
    let client = connect(&database.url()).await?;
    client
        .batch_execute(
            "SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off",
        )
        .await
        .during("the bench needs a superuser")?;
    let indexes = take_indexes(&client).await?;
    for table in data::tables(size) {
        let name = table.name;
        copy(&client, table).await.during(name)?;
    }
    for index in indexes {
        client.batch_execute(&index).await?;
    }
    client.batch_execute("VACUUM (ANALYZE)").await?;
    client.batch_execute("CREATE TABLE bench_seed (loaded INTEGER); SET synchronous_commit = on; CHECKPOINT").await?;
    Ok(())
}

/// Runs [`super::FORGET`].
pub(super) async fn forget(url: &str) -> Result<()> {
    let client = connect(url).await?;
    // Faster than deleting, and leaves nothing behind.
    client.batch_execute("TRUNCATE audit_events").await?;
    client.batch_execute(super::FORGET).await?;
    tidy_up(&client).await
}

/// Adds the chains, as those of a client.
pub(super) async fn add_chains(url: &str, client_id: &str) -> Result<()> {
    let client = connect(url).await?;
    client.execute("UPDATE connections SET client_id = $1", &[&client_id]).await?;
    for table in data::chains() {
        let name = table.name;
        copy(&client, table).await.during(name)?;
    }
    tidy_up(&client).await
}

/// So that plans are made for tables as they are, and nobody has to read over rows that are gone.
async fn tidy_up(client: &Client) -> Result<()> {
    Ok(client
        .batch_execute("VACUUM (ANALYZE) connections, access_tokens, refresh_tokens, tasks, changes, request_keys")
        .await?)
}

async fn copy(client: &Client, table: Table) -> Result<()> {
    let sql = format!("COPY {} ({}) FROM STDIN", table.name, table.columns);
    let mut sink = pin!(client.copy_in::<_, Bytes>(&sql).await?);
    let mut text = String::with_capacity(CHUNK + 4096);
    for row in table.rows {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                text.push('\t');
            }
            write(&mut text, cell);
        }
        text.push('\n');
        if text.len() >= CHUNK {
            let full = std::mem::replace(&mut text, String::with_capacity(CHUNK + 4096));
            sink.send(full.into()).await?;
        }
    }
    sink.send(text.into()).await?;
    sink.as_mut().finish().await?;
    Ok(())
}

/// Writes a cell in COPY's text form. Our texts hold no tab, line feed or backslash.
fn write(out: &mut String, cell: &Cell) {
    // Writing to a String cannot fail.
    let _written = match cell {
        Cell::Null => out.write_str("\\N"),
        Cell::Bool(value) => out.write_str(if *value { "t" } else { "f" }),
        Cell::Int(value) => write!(out, "{value}"),
        Cell::Text(text) => out.write_str(text),
        Cell::Word(text) => out.write_str(text),
        Cell::Bytes(bytes) => {
            out.push_str("\\\\x");
            bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
        }
        Cell::Uid(id) => {
            data::write_uid(out, *id);
            Ok(())
        }
        Cell::Instant(millis) => out.write_str(&data::rfc3339(*millis)),
        Cell::Day(day) => out.write_str(&data::day(*day)),
    };
}

/// Drops the large tables' indexes, but for the keys, and gives the statements that make them again.
async fn take_indexes(client: &Client) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename IN {LARGE} \
         AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    );
    let mut taken = Vec::new();
    for row in client.query(&sql, &[]).await? {
        let name: &str = row.get(0);
        client.batch_execute(&format!("DROP INDEX \"{name}\"")).await?;
        taken.push(row.get(1));
    }
    Ok(taken)
}
