//! The floor on PostgreSQL: a few connections, each with its statements prepared.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Row, Statement};

use super::answer::{Line, Link, Page, is_open, local};
use super::queries::{Dialect, SHOWN};
use super::scripts::Step;
use super::{Ask, Found};
use crate::data;
use crate::database::connect;
use crate::failure::{During, Failure, Result};
use crate::workload::Work;

/// Connections that take turns.
pub(super) struct Pool {
    free: Semaphore,
    ready: Mutex<Vec<Ready>>,
}

/// A connection with its statements.
struct Ready {
    client: Client,
    standing: Statement,
    tasks: Statement,
    links: Statement,
    person: Statement,
    teams: Statement,
    /// By kind of work: each statement, and how many parameters it takes.
    scripts: Vec<Vec<(Statement, usize)>>,
}

impl Pool {
    pub(super) async fn open(url: &str, connections: usize) -> Result<Self> {
        let mut ready = Vec::with_capacity(connections);
        for _ in 0..connections {
            let client = connect(url).await?;
            let links = Dialect::Postgres.links();
            ready.push(Ready {
                standing: client.prepare(&Dialect::Postgres.standing()).await?,
                tasks: client.prepare(Dialect::Postgres.tasks()).await?,
                links: client.prepare_typed(&links, &[Type::UUID, Type::BOOL, Type::UUID, Type::UUID_ARRAY]).await?,
                person: client.prepare(Dialect::Postgres.person()).await?,
                teams: client.prepare(Dialect::Postgres.teams()).await?,
                scripts: prepare(&client).await?,
                client,
            });
        }
        Ok(Self { free: Semaphore::new(connections), ready: Mutex::new(ready) })
    }

    pub(super) async fn find(&self, hash: [u8; 32], ask: Ask) -> Result<Found> {
        let _permit = self.free.acquire().await?;
        let taken = self.ready.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(ready) = taken else { return Err("a permit without a connection".into()) };
        let found = ready.find(hash, ask).await;
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).push(ready);
        found
    }
}

async fn prepare(client: &Client) -> Result<Vec<Vec<(Statement, usize)>>> {
    let mut scripts = Vec::with_capacity(Work::ALL.len());
    for work in Work::ALL {
        let mut script = Vec::new();
        for Step { sql, takes } in Dialect::Postgres.script(work) {
            script.push((client.prepare(&sql).await.during(&sql)?, takes));
        }
        scripts.push(script);
    }
    Ok(scripts)
}

impl Ready {
    async fn find(&self, hash: [u8; 32], ask: Ask) -> Result<Found> {
        let rows = self.client.query(&self.standing, &[&hash.as_slice()]).await?;
        let Some(standing) = rows.first() else { return Ok(Found::Nobody) };
        if !is_good(standing) {
            return Ok(Found::Nobody);
        }
        let organization: Uid = standing.get(17);
        match ask {
            Ask::Standing => Ok(Found::Somebody),
            Ask::Context => {
                let people: Vec<Uid> = vec![standing.get(13)];
                let me = self.client.query(&self.person, &[&organization, &people]).await?;
                let teams = self.client.query(&self.teams, &[&organization]).await?;
                // Read as the server reads them; the answer's bytes are kept.
                let read = me.iter().map(|row| row.get::<_, &str>(2)).chain(teams.iter().map(|row| row.get(3)));
                Ok(if read.map(str::len).sum::<usize>() > 0 { Found::Somebody } else { Found::Nobody })
            }
            Ask::Tasks => self.tasks(standing, organization).await.map(Found::Answer),
            Ask::Script(work) => {
                let (person, connection): (Uid, Uid) = (standing.get(13), standing.get(7));
                let never_again = super::never_again();
                let values: [&(dyn ToSql + Sync); 4] = [&organization, &person, &connection, &never_again.as_slice()];
                for (statement, takes) in &self.scripts[work as usize] {
                    self.client.query(statement, &values[..*takes]).await.during(work.tool().unwrap_or_default())?;
                }
                Ok(Found::Somebody)
            }
        }
    }

    async fn tasks(&self, standing: &Row, organization: Uid) -> Result<Vec<u8>> {
        let mut rows = self.client.query(&self.tasks, &[&organization]).await?;
        rows.truncate(SHOWN);
        let ids: Vec<Uid> = rows.iter().map(|row| row.get(0)).collect();
        let team: Option<Uid> = standing.get(27);
        let links = self.client.query(&self.links, &[&organization, &true, &team, &ids]).await?;
        let links: Vec<(Uid, String, Option<i64>, &str)> =
            links.iter().map(|row| (row.get(0), row.get::<_, Uid>(1).text(), row.get(2), row.get(3))).collect();
        let Instant(now) = standing.get(29);
        let mut page = Page::new();
        for (row, id) in rows.iter().zip(&ids) {
            let due_on: Option<Day> = row.get(5);
            let due_at: Option<Instant> = row.get(6);
            let Instant(_updated) = row.get(8);
            let Uid(_project) = row.get(9);
            let status: &str = row.get(3);
            let due = match (due_on, &due_at) {
                (Some(Day(day)), _) => Some(data::day(day)),
                (None, Some(Instant(at))) => Some(local(&data::rfc3339(*at))),
                (None, None) => None,
            };
            let line = Line {
                id: &id.text(),
                number: row.get(1),
                title: row.get(2),
                status,
                priority: row.get(4),
                due: due.as_deref(),
                overdue: is_open(status) && due_at.is_some_and(|Instant(at)| at <= now),
                version: i64::from(row.get::<_, i32>(7)),
                project: (row.get(10), row.get(11)),
            };
            let of_task = links.iter().filter(|(task, ..)| task == id);
            page.row(&line, of_task.map(|(_, id, number, name)| Link { id, number: *number, name }));
        }
        Ok(page.finish(standing.get(18), standing.get(20), &local(&data::rfc3339(now))))
    }
}

/// What the policy decides, read from the same columns.
fn is_good(row: &Row) -> bool {
    let Instant(now) = row.get(29);
    let later = |at: usize| row.get::<_, Instant>(at).0 > now;
    let none = |at: usize| row.get::<_, Option<Instant>>(at).is_none();
    let is = |at: usize, word: &str| row.get::<_, &str>(at) == word;
    let switched_off = row.get::<_, i32>(2) != row.get::<_, i32>(25) || row.get::<_, i32>(3) != row.get::<_, i32>(26);
    later(4)
        && later(11)
        && none(6)
        && none(12)
        && none(15)
        && is(9, data::RESOURCE)
        && is(16, "active")
        && is(22, "active")
        && !is(14, "contractor")
        && !switched_off
}

/// A UUID as its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Uid([u8; 16]);

impl Uid {
    fn text(self) -> String {
        let mut text = String::with_capacity(36);
        data::write_uid(&mut text, self.0);
        text
    }
}

/// Milliseconds since 1970.
struct Instant(i64);

/// Days since 1970.
struct Day(i64);

/// PostgreSQL counts from 2000-01-01.
const EPOCH_DAYS: i64 = 10_957;

impl<'a> FromSql<'a> for Uid {
    fn from_sql(_: &Type, raw: &'a [u8]) -> std::result::Result<Self, Failure> {
        Ok(Self(raw.try_into()?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }
}

impl ToSql for Uid {
    fn to_sql(&self, _: &Type, out: &mut bytes::BytesMut) -> std::result::Result<IsNull, Failure> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Instant {
    fn from_sql(_: &Type, raw: &'a [u8]) -> std::result::Result<Self, Failure> {
        Ok(Self(i64::from_be_bytes(raw.try_into()?).div_euclid(1000) + EPOCH_DAYS * 86_400_000))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::TIMESTAMPTZ
    }
}

impl<'a> FromSql<'a> for Day {
    fn from_sql(_: &Type, raw: &'a [u8]) -> std::result::Result<Self, Failure> {
        Ok(Self(i64::from(i32::from_be_bytes(raw.try_into()?)) + EPOCH_DAYS))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::DATE
    }
}
