//! Realistic jobs of this trade, each as the calls that a competent model makes for it, against the demo data: no model
//! is needed to run them. What each takes is kept in `docs/tools-eval.md`.
//!
//! The jobs are data (`jobs`, one file for each part of the trade). A job has what a person says, the calls (`$0/data/0/id`
//! takes a value from an earlier answer, see `pointer.rs`), what the last answer must show, and where it writes, reads of
//! other tools that must show it too, which do not count.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands, in its helpers too")]

mod job;
mod page;
mod pointer;
mod proof;
mod world;

use std::collections::BTreeSet;
use std::path::Path;

use crate::job::{Done, Job};
use crate::world::World;

/// Makes the page anew.
const COMMAND: &str = "INSTA_UPDATE=always cargo test -p lavori-eval";
/// The most calls a job may take.
const MOST_CALLS: usize = 4;
/// The most bytes of arguments and answers a job may take.
const MOST_BYTES: usize = 8_000;
/// What a person would not call a set of jobs any more.
const FEWEST_JOBS: usize = 40;

fn jobs() -> Vec<Job> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .flat_map(|file| {
            let text = std::fs::read_to_string(&file).unwrap();
            serde_json::from_str::<Vec<Job>>(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_job_is_done_with_few_calls_and_few_bytes() {
    let world = World::new().await;
    let jobs = jobs();
    let (mut wrong, mut done): (Vec<String>, Vec<Done>) = (Vec::new(), Vec::new());
    // What is worked at: one of them, and what was said in it.
    let only = std::env::var("LAVORI_EVAL_JOB").ok();
    for job in jobs.iter().filter(|job| only.as_ref().is_none_or(|only| *only == job.job)) {
        match job::run(&world, job, only.is_some()).await {
            Ok(one) => done.push(one),
            Err(error) => wrong.push(format!("{}: {error}", job.job)),
        }
    }
    assert!(wrong.is_empty(), "{} jobs are not done:\n{}", wrong.len(), wrong.join("\n"));
    for one in &done {
        let over = one.calls > MOST_CALLS || one.bytes > MOST_BYTES;
        if over != one.too_much.is_some() {
            let mark = if over { "" } else { ", so it is not `too_much` any more" };
            wrong.push(format!("{}: {} calls, {} bytes: {:?}{mark}", one.job, one.calls, one.bytes, one.each));
        }
    }
    assert!(wrong.is_empty(), "{} jobs take too much:\n{}", wrong.len(), wrong.join("\n"));
    if only.is_none() {
        page::compare(&page::page(&jobs, &done, COMMAND), COMMAND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_jobs_need_every_tool() {
    let jobs = jobs();
    assert!(jobs.len() >= FEWEST_JOBS, "{} jobs", jobs.len());
    let names: BTreeSet<&str> = jobs.iter().map(|job| job.job.as_str()).collect();
    assert_eq!(names.len(), jobs.len(), "two jobs have the same name");
    let called: BTreeSet<&str> = jobs.iter().flat_map(|job| job.calls.iter().map(|call| call.tool.as_str())).collect();
    let world = World::new().await;
    let missing: Vec<&str> = world.tools().filter(|name| !called.contains(name)).collect();
    assert!(missing.is_empty(), "no job needs {missing:?}");
}
