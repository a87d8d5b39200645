//! `cargo xtask bench`: the server that is shipped against a floor, on a durable PostgreSQL.

use crate::failure::Failure;
use crate::postgres::{Postgres, Purpose};
use crate::server::{self, Profile};
use crate::{shell, workspace};

/// Runs the command. Every argument is the bench's own.
pub(crate) fn run(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    let passed_on: Vec<_> = arguments.raw_args()?.collect();
    let server = server::build(Profile::Shipped)?;
    let mut cargo = shell::cargo();
    cargo.current_dir(workspace::root()?).arg("run");
    server::as_shipped(&mut cargo)?; // the floor gains by it, too
    cargo.args(["--package", "lavori-bench", "--"]);
    let postgres = Postgres::start(Purpose::Bench)?;
    cargo.args(["--postgres", postgres.url(), "--server"]).arg(server).args(passed_on);
    shell::run(&mut cargo)
}
