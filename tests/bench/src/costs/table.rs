//! The costs as Markdown.

use std::fmt;

use crate::rounds::Figures;

/// The table; empty if nothing was measured.
#[derive(Default)]
pub(crate) struct Costs(Vec<Row>);

pub(super) struct Row {
    pub(super) what: &'static str,
    pub(super) database: &'static str,
    pub(super) connections: u64,
    pub(super) spent: Spent,
}

/// What a request took, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spent {
    p50: f64,
    /// `None`: a difference, which percentiles far from the middle do not have.
    p99: Option<f64>,
    server_cpu: f64,
    /// `None`: not measured, or part of the server's.
    database_cpu: Option<f64>,
}

impl From<Figures> for Spent {
    fn from(figures: Figures) -> Self {
        Self {
            p50: figures.p50 * 1000.0,
            p99: Some(figures.p99 * 1000.0),
            server_cpu: figures.cpu,
            database_cpu: figures.database_cpu,
        }
    }
}

impl Spent {
    /// What this took more than the other.
    pub(super) fn less(self, other: Self) -> Self {
        Self {
            p50: self.p50 - other.p50,
            p99: None,
            server_cpu: self.server_cpu - other.server_cpu,
            database_cpu: self.database_cpu.zip(other.database_cpu).map(|(this, other)| this - other),
        }
    }
}

impl Costs {
    pub(super) fn add(&mut self, row: Row) {
        self.0.push(row);
    }
}

impl fmt::Display for Costs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "\n| Single cost, server alone | Database | connections | p50 us | p99 us | server CPU us/req | \
             database CPU us/req |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|")?;
        self.0.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, database, connections, spent } = self;
        let or_none = |micros: Option<f64>| micros.map_or_else(|| "-".to_owned(), |micros| format!("{micros:.0}"));
        write!(
            f,
            "| {what} | {database} | {connections} | {:.0} | {} | {:.0} | {} |",
            spent.p50,
            or_none(spent.p99),
            spent.server_cpu,
            or_none(spent.database_cpu),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(what: &'static str, spent: Spent) -> String {
        Row { what, database: "SQLite", connections: 16, spent }.to_string()
    }

    #[test]
    fn a_difference_is_of_medians_and_has_no_tail() {
        let figures = |p50, cpu, database_cpu| Figures { p50, p99: 9.0, cpu, database_cpu, per_second: 1.0 };
        let (without, with) = (figures(0.25, 40.0, Some(1.0)), figures(1.5, 100.0, Some(61.0)));
        let (without, with) = (Spent::from(without), Spent::from(with));
        assert_eq!(row("without", without), "| without | SQLite | 16 | 250 | 9000 | 40 | 1 |");
        assert_eq!(row("check", with.less(without)), "| check | SQLite | 16 | 1250 | - | 60 | 60 |");
        let elsewhere = Spent { database_cpu: None, ..with };
        assert_eq!(row("check", elsewhere.less(without)), "| check | SQLite | 16 | 1250 | - | 60 | - |");
    }
}
