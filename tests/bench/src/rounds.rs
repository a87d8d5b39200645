//! Rounds: floor and server take turns, so that whatever else the machine does meets both.

use std::net::SocketAddr;
use std::time::Duration;

use crate::cpu::Meter;
use crate::failure::Result;
use crate::load::{self, Asking, Sample};
use crate::workload::Work;

/// What asking costs is asked with.
#[derive(Clone, Copy)]
pub(crate) struct Measure {
    pub(crate) meter: Meter,
    /// The first process of PostgreSQL, if it runs on this machine.
    pub(crate) postmaster: Option<u32>,
    pub(crate) connections: u64,
    pub(crate) length: Duration,
    pub(crate) rounds: usize,
}

/// Somebody who answers.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) pid: u32,
}

/// What one stretch of load showed, or the median of several.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// Microseconds of processor time for a request.
    pub(crate) cpu: f64,
    pub(crate) database_cpu: Option<f64>,
}

/// The medians of two who took turns, and of the second over the first in each round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compared {
    pub(crate) first: Figures,
    pub(crate) second: Figures,
    pub(crate) per_second_ratio: f64,
    pub(crate) cpu_ratio: f64,
}

impl Measure {
    /// Measures two in turns. Who begins changes with every round.
    pub(crate) async fn both(self, first: (Target, Work), second: (Target, Work)) -> Result<Compared> {
        self.warm_up(first).await?;
        self.warm_up(second).await?;
        let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
        for round in 0..self.rounds {
            if round % 2 == 0 {
                firsts.push(self.once(first).await?);
                seconds.push(self.once(second).await?);
            } else {
                seconds.push(self.once(second).await?);
                firsts.push(self.once(first).await?);
            }
        }
        let ratio = |of: fn(&Figures) -> f64| {
            median(firsts.iter().zip(&seconds).map(|(first, second)| of(second) / of(first)).collect())
        };
        Ok(Compared {
            per_second_ratio: ratio(|it| it.per_second),
            cpu_ratio: ratio(|it| it.cpu),
            first: Figures::median(&firsts),
            second: Figures::median(&seconds),
        })
    }

    /// Measures one by itself.
    pub(crate) async fn alone(self, target: Target, work: Work) -> Result<Figures> {
        self.warm_up((target, work)).await?;
        let mut figures = Vec::new();
        for _ in 0..self.rounds {
            figures.push(self.once((target, work)).await?);
        }
        Ok(Figures::median(&figures))
    }

    async fn warm_up(self, (target, work): (Target, Work)) -> Result<()> {
        load::run(target.address, work, self.connections, self.warm_up_length()).await.map(drop)
    }

    /// Measures crowds that ask the process `pid` in turns, and gives the figures of each.
    pub(crate) async fn crowds(self, pid: u32, crowds: &mut [Vec<impl Asking>]) -> Result<Vec<Figures>> {
        for crowd in &mut *crowds {
            load::keep_busy(crowd, self.warm_up_length()).await?;
        }
        let mut figures = vec![Vec::new(); crowds.len()];
        for _ in 0..self.rounds {
            for (crowd, figures) in crowds.iter_mut().zip(&mut figures) {
                figures.push(self.watch(pid, load::keep_busy(crowd, self.length)).await?);
            }
        }
        Ok(figures.iter().map(|figures| Figures::median(figures)).collect())
    }

    fn warm_up_length(self) -> Duration {
        self.length.min(Duration::from_secs(1))
    }

    async fn once(self, (target, work): (Target, Work)) -> Result<Figures> {
        self.watch(target.pid, load::run(target.address, work, self.connections, self.length)).await
    }

    /// What a stretch of load takes, and costs the process `pid` and the database.
    async fn watch(self, pid: u32, load: impl Future<Output = Result<Sample>>) -> Result<Figures> {
        let spent = || {
            let database = self.postmaster.and_then(|pid| self.meter.postgres(pid));
            Ok::<_, crate::failure::Failure>((self.meter.process(pid)?, database))
        };
        let (before, database_before) = spent()?;
        let sample = load.await?;
        let (after, database_after) = spent()?;
        let requests = sample.requests().max(1) as f64;
        let each = |spent: Duration| spent.as_secs_f64() * 1e6 / requests;
        Ok(Figures {
            per_second: requests / sample.elapsed.as_secs_f64(),
            p50: sample.latency(0.50) / 1000.0,
            p99: sample.latency(0.99) / 1000.0,
            cpu: each(after.saturating_sub(before)),
            database_cpu: database_after.zip(database_before).map(|(after, before)| each(after.saturating_sub(before))),
        })
    }
}

impl Figures {
    fn median(all: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(all.iter().map(figure).collect());
        let database: Vec<f64> = all.iter().filter_map(|it| it.database_cpu).collect();
        Self {
            per_second: of(|it| it.per_second),
            p50: of(|it| it.p50),
            p99: of(|it| it.p99),
            cpu: of(|it| it.cpu),
            database_cpu: (!database.is_empty()).then(|| median(database)),
        }
    }
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    match all.as_slice() {
        [] => f64::NAN,
        all if all.len().is_multiple_of(2) => f64::midpoint(all[all.len() / 2 - 1], all[all.len() / 2]),
        all => all[all.len() / 2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_round_does_not_move_the_median() {
        assert!((median(vec![9.0, 1.0, 1.1]) - 1.1).abs() < 1e-9);
        assert!((median(vec![1.0, 3.0]) - 2.0).abs() < 1e-9);
        assert!(median(Vec::new()).is_nan());
    }
}
