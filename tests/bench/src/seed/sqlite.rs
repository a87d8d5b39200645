//! Loading SQLite: one transaction without durability, indexes of the large tables afterwards.

use std::path::Path;

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, params_from_iter};

use crate::data::{self, Cell, Size, Table};
use crate::failure::{During, Result};

/// Tables whose indexes are made after their rows.
const LARGE: &str = "('tasks', 'task_assignees', 'task_dependencies')";

/// Whether the file holds all rows.
pub(super) fn is_loaded(path: &Path) -> bool {
    let open = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE);
    open.is_ok_and(|connection| connection.prepare("SELECT loaded FROM bench_seed").is_ok())
}

/// Removes what an interrupted run left.
pub(super) fn remove(path: &Path) -> Result<()> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut file = path.as_os_str().to_owned();
        file.push(ending);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Inserts every row. No ANALYZE: with statistics, SQLite plans a statement anew each time it is bound.
pub(super) fn load(path: &Path, size: Size) -> Result<()> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; \
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -256000;",
    )?;
    let transaction = connection.transaction()?;
    let indexes = take_indexes(&transaction)?;
    for table in data::tables(size) {
        insert(&transaction, table)?;
    }
    for index in indexes {
        transaction.execute_batch(&index)?;
    }
    transaction.execute_batch("CREATE TABLE bench_seed (loaded INTEGER) STRICT")?;
    transaction.commit()?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}

/// Adds the chains, as those of a client.
pub(super) fn add_chains(path: &Path, client_id: &str) -> Result<()> {
    let mut connection = Connection::open(path)?;
    let transaction = connection.transaction()?;
    transaction.execute("UPDATE connections SET client_id = ?", [client_id])?;
    for table in data::chains() {
        insert(&transaction, table)?;
    }
    Ok(transaction.commit()?)
}

fn insert(connection: &Connection, table: Table) -> Result<()> {
    let marks = vec!["?"; table.columns.split(',').count()].join(", ");
    let sql = format!("INSERT INTO {} ({}) VALUES ({marks})", table.name, table.columns);
    let mut insert = connection.prepare(&sql).during(table.name)?;
    for row in table.rows {
        insert.execute(params_from_iter(row)).during(table.name)?;
    }
    Ok(())
}

/// Drops the large tables' indexes and gives the statements that make them again.
fn take_indexes(connection: &Connection) -> Result<Vec<String>> {
    let mut taken = Vec::new();
    let sql =
        format!("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL AND tbl_name IN {LARGE}");
    for index in connection.prepare(&sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (name, sql): (String, String) = index?;
        taken.push((name, sql));
    }
    for (name, _) in &taken {
        connection.execute_batch(&format!("DROP INDEX \"{name}\""))?;
    }
    Ok(taken.into_iter().map(|(_, sql)| sql).collect())
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Bool(value) => i64::from(*value).into(),
            Self::Int(value) => (*value).into(),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Word(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Uid(id) => {
                let mut text = String::with_capacity(36);
                data::write_uid(&mut text, *id);
                text.into()
            }
            Self::Instant(millis) => data::rfc3339(*millis).into(),
            Self::Day(day) => data::day(*day).into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;
    use crate::migrate;

    #[tokio::test]
    async fn the_rows_keep_every_promise_of_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("small.sqlite");
        migrate::run(&Database::Sqlite { path: path.clone() }, None).await.unwrap();
        assert!(!is_loaded(&path));
        load(&path, Size { tasks: 2_000, is_crowded: true }).unwrap();
        assert!(is_loaded(&path));
        let connection = Connection::open(&path).unwrap();
        let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
        assert_eq!(count("SELECT count(*) FROM tasks"), 2_000);
        let connections = i64::try_from(data::CONNECTIONS + data::THEIR_CONNECTIONS).unwrap();
        assert_eq!(count("SELECT count(*) FROM access_tokens"), connections);
        assert_eq!(count("SELECT count(*) FROM task_documents"), 2_000);
        assert!(count("SELECT count(*) FROM task_dependencies") > 50);
        assert!((1_100..1_300).contains(&count("SELECT count(DISTINCT task_id) FROM task_assignees")));
        assert_eq!(count("SELECT count(*) FROM sqlite_schema WHERE name = 'tasks_by_update'"), 1);
    }

    #[tokio::test]
    async fn chains_have_one_head_each_and_leave_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("small.sqlite");
        let database = Database::Sqlite { path: path.clone() };
        migrate::run(&database, None).await.unwrap();
        load(&path, Size { tasks: 20, is_crowded: false }).unwrap();
        let connection = Connection::open(&path).unwrap();
        let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let connections = i64::try_from(data::CONNECTIONS).unwrap();
        let used_lately = "SELECT count(*) FROM connections WHERE last_used_at <> expires_at";
        for _ in 0..2 {
            crate::seed::chains(&database, "somebody").await.unwrap();
            assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
            assert_eq!(count("SELECT count(*) FROM connections WHERE client_id = 'somebody'"), connections);
            assert_eq!(count("SELECT count(*) FROM refresh_tokens WHERE rotated_at IS NULL"), connections);
            let head = connection.query_row(
                "SELECT max(generation) = (SELECT max(generation) FROM refresh_tokens) AND rotated_at IS NULL \
                 FROM refresh_tokens WHERE token_hash = ?",
                [data::hash(&data::refresh_token(3))],
                |row| row.get::<_, bool>(0),
            );
            assert!(head.unwrap());
            connection.execute_batch("UPDATE connections SET last_used_at = '2026-11-22T00:00:00.000Z'").unwrap();
            assert_eq!(count(used_lately), connections);
        }
        crate::seed::forget(&database).await.unwrap();
        assert_eq!(count("SELECT count(*) FROM refresh_tokens"), 0);
        assert_eq!(count("SELECT count(*) FROM access_tokens"), connections);
        assert_eq!(count(used_lately), 0);
    }
}
