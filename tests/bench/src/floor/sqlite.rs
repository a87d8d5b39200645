//! The floor on SQLite: as many threads as processors, each with a connection and its statements.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;

use rusqlite::{Connection, Row, Statement, ToSql, params_from_iter};
use tokio::sync::oneshot;

use super::answer::{Line, Link, Page, is_open, local};
use super::queries::{Dialect, SHOWN};
use super::scripts::Step;
use super::{Ask, Found};
use crate::data;
use crate::failure::{During, Result};
use crate::workload::Work;

/// The threads' common letter box.
pub(super) struct Threads {
    jobs: Sender<Job>,
}

struct Job {
    hash: [u8; 32],
    ask: Ask,
    answer: oneshot::Sender<Result<Found>>,
}

impl Threads {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = available_parallelism().map_or(2, |it| it.get().max(2));
        for _ in 0..threads {
            let (path, waiting) = (path.to_owned(), Arc::clone(&waiting));
            let (opened, is_open) = channel();
            std::thread::spawn(move || work(&path, &waiting, &opened));
            is_open.recv()??;
        }
        Ok(Self { jobs })
    }

    pub(super) async fn find(&self, hash: [u8; 32], ask: Ask) -> Result<Found> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job { hash, ask, answer }).during("no thread is left")?;
        answered.await?
    }
}

/// Opens, says how that went, and works until nobody can ask any more.
fn work(path: &Path, waiting: &Mutex<Receiver<Job>>, opened: &Sender<Result<()>>) {
    let connection = match open(path) {
        Ok(connection) => connection,
        Err(error) => return drop(opened.send(Err(error))),
    };
    let mut ready = match Ready::prepare(&connection) {
        Ok(ready) => ready,
        Err(error) => return drop(opened.send(Err(error))),
    };
    drop(opened.send(Ok(())));
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { hash, ask, answer }) = job else { return };
        // Nobody may be waiting any more.
        let _unheard = answer.send(ready.find(hash, ask));
    }
}

/// With the server's settings.
fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;",
    )?;
    Ok(connection)
}

/// A connection's statements.
struct Ready<'c> {
    standing: Statement<'c>,
    tasks: Statement<'c>,
    links: Statement<'c>,
    person: Statement<'c>,
    teams: Statement<'c>,
    /// By kind of work: each statement, and how many parameters it takes.
    scripts: Vec<Vec<(Statement<'c>, usize)>>,
}

/// The token is good: what the answer needs to know of it.
struct Standing {
    organization: String,
    connection: String,
    person: String,
    slug: String,
    zone: String,
    team: Option<String>,
    now: String,
}

/// What the driver lends only until the next row.
struct Task {
    id: String,
    number: i64,
    title: String,
    status: String,
    priority: String,
    due_on: Option<String>,
    due_at: Option<String>,
    version: i64,
    project: (i64, String),
}

impl<'c> Ready<'c> {
    fn prepare(connection: &'c Connection) -> Result<Self> {
        let step = |Step { sql, takes }: Step| Ok((connection.prepare(&sql).during(&sql)?, takes));
        let script = |work| Dialect::Sqlite.script(work).into_iter().map(step).collect::<Result<_>>();
        Ok(Self {
            scripts: Work::ALL.into_iter().map(script).collect::<Result<_>>()?,
            standing: connection.prepare(&Dialect::Sqlite.standing())?,
            tasks: connection.prepare(Dialect::Sqlite.tasks())?,
            links: connection.prepare(&Dialect::Sqlite.links())?,
            person: connection.prepare(Dialect::Sqlite.person())?,
            teams: connection.prepare(Dialect::Sqlite.teams())?,
        })
    }

    fn find(&mut self, hash: [u8; 32], ask: Ask) -> Result<Found> {
        let mut rows = self.standing.query([hash.as_slice()])?;
        let Some(row) = rows.next()? else { return Ok(Found::Nobody) };
        let Some(standing) = standing(row)? else { return Ok(Found::Nobody) };
        drop(rows);
        match ask {
            Ask::Standing => Ok(Found::Somebody),
            Ask::Context => {
                let mut read = 0;
                let mut me = self.person.query([&standing.organization, &standing.person])?;
                while let Some(row) = me.next()? {
                    read += row.get_ref(2)?.as_str()?.len();
                }
                let mut teams = self.teams.query([&standing.organization])?;
                while let Some(row) = teams.next()? {
                    read += row.get_ref(3)?.as_str()?.len();
                }
                Ok(if read > 0 { Found::Somebody } else { Found::Nobody })
            }
            Ask::Tasks => self.tasks(&standing).map(Found::Answer),
            Ask::Script(work) => {
                let never_again = super::never_again();
                let Standing { organization, person, connection, .. } = &standing;
                let values: [&dyn ToSql; 4] = [organization, person, connection, &never_again];
                for (statement, takes) in &mut self.scripts[work as usize] {
                    let mut rows = statement.query(&values[..*takes])?;
                    while rows.next()?.is_some() {}
                }
                Ok(Found::Somebody)
            }
        }
    }

    fn tasks(&mut self, standing: &Standing) -> Result<Vec<u8>> {
        let mut rows = self.tasks.query([&standing.organization])?;
        let mut tasks = Vec::with_capacity(SHOWN + 1);
        while let Some(row) = rows.next()? {
            tasks.push(Task {
                id: row.get(0)?,
                number: row.get(1)?,
                title: row.get(2)?,
                status: row.get(3)?,
                priority: row.get(4)?,
                due_on: row.get(5)?,
                due_at: row.get(6)?,
                version: row.get(7)?,
                project: (row.get(10)?, row.get(11)?),
            });
        }
        drop(rows);
        tasks.truncate(SHOWN);
        let mut links = Vec::with_capacity(SHOWN);
        if let Some(last) = tasks.last() {
            let ids = tasks.iter().chain(std::iter::repeat(last)).take(SHOWN).map(|task| Some(task.id.as_str()));
            let first = [Some(standing.organization.as_str()), Some("1"), standing.team.as_deref()];
            let mut rows = self.links.query(params_from_iter(first.into_iter().chain(ids)))?;
            while let Some(row) = rows.next()? {
                let link: (String, String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                links.push(link);
            }
        }
        let mut page = Page::new();
        for task in &tasks {
            let due = task.due_on.clone().or_else(|| task.due_at.as_deref().map(local));
            let line = Line {
                id: &task.id,
                number: task.number,
                title: &task.title,
                status: &task.status,
                priority: &task.priority,
                due: due.as_deref(),
                overdue: is_open(&task.status) && task.due_at.as_ref().is_some_and(|at| *at <= standing.now),
                version: task.version,
                project: (task.project.0, &task.project.1),
            };
            let of_task = links.iter().filter(|(of, ..)| *of == task.id);
            page.row(&line, of_task.map(|(_, id, number, name)| Link { id, number: *number, name }));
        }
        Ok(page.finish(&standing.slug, &standing.zone, &local(&standing.now)))
    }
}

/// What the policy decides, read from the same columns.
fn standing(row: &Row<'_>) -> Result<Option<Standing>> {
    let now: String = row.get(29)?;
    let later = |at: usize| Ok::<_, rusqlite::Error>(row.get::<_, String>(at)? > now);
    let none = |at: usize| Ok::<_, rusqlite::Error>(row.get_ref(at)?.data_type() == rusqlite::types::Type::Null);
    let is = |at: usize, word: &str| Ok::<_, crate::failure::Failure>(row.get_ref(at)?.as_str()? == word);
    let same = |a: usize, b: usize| Ok::<_, rusqlite::Error>(row.get::<_, i64>(a)? == row.get::<_, i64>(b)?);
    let good = later(4)?
        && later(11)?
        && none(6)?
        && none(12)?
        && none(15)?
        && is(9, data::RESOURCE)?
        && is(16, "active")?
        && is(22, "active")?
        && !is(14, "contractor")?
        && same(2, 25)?
        && same(3, 26)?;
    if !good {
        return Ok(None);
    }
    Ok(Some(Standing {
        connection: row.get(7)?,
        organization: row.get(17)?,
        person: row.get(13)?,
        slug: row.get(18)?,
        zone: row.get(20)?,
        team: row.get(27)?,
        now,
    }))
}
