//! What the server costs above a floor: a plain hyper server that asks the same two queries and writes the same
//! bytes, measured in the same run, on the same data, in turns.
//!
//! [`data`] invents a million tasks, [`seed`] loads them, [`floor`] answers them plainly, [`load`] asks, [`cpu`] counts
//! what the processes spent, [`rounds`] takes turns, [`report`] prints the ratios. [`costs`], [`footprint`] and [`revocation`] are the
//! server's alone.
//! Started by `cargo xtask bench`.

mod costs;
mod cpu;
mod data;
mod database;
mod failure;
mod floor;
mod footprint;
mod load;
mod migrate;
mod options;
mod plan;
mod process;
mod report;
mod revocation;
mod rounds;
mod seed;
mod wire;
mod workload;

use std::process::ExitCode;

use crate::failure::Result;
use crate::options::Command;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report::say(&format!("lavori-bench: {failure}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let command = options::read(lexopt::Parser::from_env())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match command {
        Command::Help => {
            report::say(options::HELP);
            Ok(())
        }
        Command::Floor { database, port } => runtime.block_on(floor::serve(&database, port)),
        Command::Bench(options) => runtime.block_on(plan::run(&options)),
    }
}
