//! The whole run: load, start, measure, report.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::costs;
use crate::cpu::{self, Meter};
use crate::data::{self, Size};
use crate::database::Database;
use crate::failure::{During, Result};
use crate::footprint;
use crate::load;
use crate::options::Options;
use crate::process::Process;
use crate::report::{self, Answers, Flatness, Line, Report};
use crate::revocation;
use crate::rounds::{Measure, Target};
use crate::seed::{self, Seed};
use crate::workload::{WORKLOADS, Work, Workload};

/// Tasks of the small database that flatness is measured against.
const FEW: u64 = 1_000;

pub(crate) async fn run(options: &Options) -> Result<()> {
    let folder = match &options.data {
        Some(folder) => folder.clone(),
        None => beside_this_program()?,
    };
    std::fs::create_dir_all(&folder).during(folder.display())?;
    let mut report = Report::new(options);
    let outcome = tokio::select! {
        outcome = fill(&mut report, options, &folder) => outcome,
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Into::into).and(Err("ended by hand".into())),
    };
    // What was measured before something went wrong, or somebody lost patience, was measured all the same.
    let text = report.to_string();
    report::say(&text);
    if let Some(file) = &options.write {
        std::fs::write(file, text).during(file.display())?;
    }
    outcome
}

async fn fill(report: &mut Report, options: &Options, folder: &Path) -> Result<()> {
    for database in databases(options, all(options), folder).await? {
        report.database(&database).await?;
        measure(options, &database, folder, report).await?;
        footprint::measure(options, &database, folder, &mut report.footprints).await?;
        revocation::measure(options, &database, folder, &mut report.revocations).await?;
        costs::measure(options, how(options, &database).await?, &database, folder, &mut report.costs).await?;
    }
    if options.flat {
        flatness(options, folder, report).await?;
    }
    Ok(())
}

/// The databases that were asked for, loaded.
async fn databases(options: &Options, size: Size, folder: &Path) -> Result<Vec<Database>> {
    let seed = Seed::new(size, options.server.as_deref());
    let mut databases = Vec::new();
    if let Some(url) = &options.postgres {
        databases.push(seed.postgres(url).await?);
    }
    if options.sqlite {
        databases.push(seed.sqlite(folder).await?);
    }
    if databases.is_empty() {
        return Err("nothing to measure: give --postgres URL, or leave --postgres-only out".into());
    }
    Ok(databases)
}

async fn measure(options: &Options, database: &Database, folder: &Path, report: &mut Report) -> Result<()> {
    let measure = how(options, database).await?;
    let floor = Process::floor(database).await?;
    for recorded in [false, true] {
        // What was created in the turn before would stand on top of every list.
        seed::forget(database).await?;
        let workloads: Vec<_> = WORKLOADS.iter().filter(|it| it.recorded == recorded && wanted(options, it)).collect();
        if workloads.is_empty() {
            continue;
        }
        let server = match &options.server {
            Some(program) => Some(Process::server(program, database, recorded, folder).await?),
            None => None,
        };
        for workload in workloads {
            report::say(&format!("measuring {} on {} ...", workload.name, database.name()));
            let what = format!("{} on {}", workload.name, database.name());
            let connections = workload.work.at_once(options.connections, database);
            let measure = Measure { connections, ..measure };
            match &server {
                Some(server) => {
                    let answers = agree(&floor, server, workload.work).await.during(&what)?;
                    let (first, second) = (floor.target(), server.target());
                    let compared = measure.both((first, workload.work), (second, workload.work)).await.during(&what)?;
                    report.line(Line::compared(workload, database, compared, answers));
                }
                None if !recorded => {
                    let answer = load::once(floor.address, workload.work).await.during(&what)?;
                    let figures = measure.alone(floor.target(), workload.work).await.during(&what)?;
                    report.line(Line::floor(workload, database, figures, Answers { floor: answer.len(), server: 0 }));
                }
                None => {}
            }
        }
    }
    // The next one measures what was loaded, not what was created here.
    seed::forget(database).await
}

/// Makes the floor write as many bytes as the server, where it has no rows to write them from.
async fn agree(floor: &Process, server: &Process, work: Work) -> Result<Answers> {
    let answer = load::once(server.address, work).await.during("the server")?;
    let length = answer.len();
    if work != Work::ListTasks {
        load::hand_over(floor.address, work, answer).await?;
    }
    let floor = load::once(floor.address, work).await.during("the floor")?;
    Ok(Answers { floor: floor.len(), server: length })
}

fn all(options: &Options) -> Size {
    Size { tasks: options.tasks, is_crowded: false }
}

/// What the same request costs with few tasks and with all of them, and with few others connected and many.
async fn flatness(options: &Options, folder: &Path, report: &mut Report) -> Result<()> {
    let few = databases(options, Size { tasks: FEW, is_crowded: false }, folder).await?;
    let tasks = databases(options, all(options), folder).await?;
    let crowd = databases(options, Size { tasks: FEW, is_crowded: true }, folder).await?;
    let more_tasks = format!("{FEW} or {} tasks", options.tasks);
    let more_people = format!(
        "{} or {} connections, {} or {} organizations",
        data::CONNECTIONS,
        data::CONNECTIONS + data::THEIR_CONNECTIONS,
        data::ORGANIZATIONS,
        data::ORGANIZATIONS + data::BYSTANDERS
    );
    for ((few, tasks), crowd) in few.iter().zip(&tasks).zip(&crowd) {
        for (many, work, grown) in [
            (tasks, Work::ListTasks, &more_tasks),
            (crowd, Work::ListTasks, &more_people),
            (crowd, Work::GetContext, &more_people),
        ] {
            let name = work.tool().unwrap_or_default();
            report::say(&format!("measuring whether {name} is flat on {}: {grown} ...", many.name()));
            let measure = how(options, many).await?;
            let start = async |database| match &options.server {
                Some(program) => Process::server(program, database, false, folder).await,
                None => Process::floor(database).await,
            };
            let (small, large) = (start(few).await?, start(many).await?);
            let compared = measure.both((small.target(), work), (large.target(), work)).await?;
            report.flat(Flatness::new(many, name, grown, compared));
        }
    }
    Ok(())
}

async fn how(options: &Options, database: &Database) -> Result<Measure> {
    Ok(Measure {
        meter: Meter::new(),
        postmaster: cpu::postmaster(database).await?,
        connections: options.connections,
        length: Duration::from_secs_f64(options.seconds),
        rounds: options.rounds,
    })
}

fn wanted(options: &Options, workload: &Workload) -> bool {
    let Workload { name, work, .. } = *workload;
    options.wants_any(|only| name == only || work.method() == only || work.tool() == Some(only))
}

fn beside_this_program() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().ok_or("this program is in no folder")?;
    Ok(folder.join("bench-data"))
}

impl Process {
    fn target(&self) -> Target {
        Target { address: self.address, pid: self.pid() }
    }
}
