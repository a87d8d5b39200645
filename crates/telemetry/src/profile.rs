//! Where the CPU is: stacks, sampled for a while, as a file that `go tool pprof` and its kin read.

use std::time::Duration;

use pprof::protos::Message;

/// Samples in a second of CPU time; not a round number, so as not to fall in step with timers.
const FREQUENCY: i32 = 99;

/// Why there is no profile.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the profiler does not work here")]
    Profiler(#[from] pprof::Error),
    #[error("the profile could not be written")]
    Write(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Samples for this long; blocks the thread.
pub(crate) fn take(time: Duration) -> Result<Vec<u8>, Error> {
    // Unwinding out of these may wait for a lock that the interrupted thread holds.
    let blocked = ["libc", "libgcc", "pthread", "vdso"];
    let profiler = pprof::ProfilerGuardBuilder::default().frequency(FREQUENCY).blocklist(&blocked).build()?;
    std::thread::sleep(time);
    let profile = profiler.report().build()?.pprof()?;
    let mut bytes = Vec::new();
    profile.encode(&mut bytes).map_err(|error| Error::Write(error.into()))?;
    Ok(bytes)
}
