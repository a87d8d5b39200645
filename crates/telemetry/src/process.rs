//! The process as Linux sees it (proc(5)), under the names that Prometheus's own libraries use.

use std::fs;

use metrics::gauge;

/// Ticks of `/proc/self/stat` in a second: the same on every Linux that Rust runs on (USER_HZ).
const TICKS: f64 = 100.0;

/// Measures now. What cannot be read is left as it was.
pub(crate) fn measure() {
    if let Some(stat) = fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(Stat::read) {
        gauge!("process_cpu_seconds_total").set(stat.cpu_seconds);
        gauge!("process_threads").set(stat.threads);
        let boot = fs::read_to_string("/proc/stat").ok().as_deref().and_then(boot_time);
        if let Some(boot) = boot {
            gauge!("process_start_time_seconds").set(boot + stat.started);
        }
    }
    if let Some(bytes) = fs::read_to_string("/proc/self/status").ok().as_deref().and_then(resident) {
        gauge!("process_resident_memory_bytes").set(bytes);
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        gauge!("process_open_fds").set(open.count() as f64);
    }
    if let Ok((most, _)) = rlimit::Resource::NOFILE.get() {
        gauge!("process_max_fds").set(most as f64);
    }
}

struct Stat {
    cpu_seconds: f64,
    threads: f64,
    /// Seconds after boot.
    started: f64,
}

impl Stat {
    fn read(text: &str) -> Option<Self> {
        // The second field is the program's name in brackets, which may hold anything.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
        let cpu_seconds = (number(14)? + number(15)?) / TICKS;
        Some(Self { cpu_seconds, threads: number(20)?, started: number(22)? / TICKS })
    }
}

fn boot_time(text: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

fn resident(text: &str) -> Option<f64> {
    let kib = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?;
    Some(kib.parse::<f64>().ok()? * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_texts_are_read_by_their_columns() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 9 0 12345 1 1 18446744073709551615";
        let stat = Stat::read(stat).unwrap();
        assert_eq!((stat.cpu_seconds, stat.threads, stat.started), (2.0, 9.0, 123.45));
        assert_eq!(boot_time("cpu 1 2\nbtime 1795348800\n"), Some(1_795_348_800.0));
        assert_eq!(resident("VmPeak: 9 kB\nVmRSS:\t  2048 kB\n"), Some(2_097_152.0));
        assert!(fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(Stat::read).is_some());
    }
}
