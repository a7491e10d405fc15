//! Metrics of a scorecard as cells.

use apportion::block::{Cell, Chart, Column, Document, Money, Table};
use apportion::money::{Currency, Rounding, pow10};

use super::Ground;
use crate::scorecard::{Reads, Row};

/// Rows of a scorecard.
pub(super) struct Metrics(pub Vec<Row>);

impl Metrics {
    /// The rows of a metric, `all` aside.
    pub fn groups<'r>(&'r self, metric: &'r str) -> impl Iterator<Item = &'r Row> {
        let is_group = |row: &&Row| row.group.iter().any(|word| word != "all");
        self.of(metric).filter(is_group)
    }

    /// The rows of a metric.
    fn of<'r>(&'r self, metric: &'r str) -> impl Iterator<Item = &'r Row> {
        self.0.iter().filter(move |row| row.metric == metric)
    }

    /// The row of everything.
    pub fn all(&self, metric: &str) -> Option<&Row> {
        self.0.iter().find(|row| row.metric == metric && row.group.iter().all(|word| word == "all"))
    }
}

/// Millionths of the book's currency: an amount where they are whole minor units, else a number with all its decimals.
pub(super) fn money(amount_e6: i128, currency: Currency) -> Cell {
    let unit = pow10(6_u32.saturating_sub(currency.digits())).unwrap_or(1);
    match amount_e6 % unit {
        0 => Cell::Amount(Money { minor: amount_e6 / unit, currency }),
        _ => Cell::Number(amount_e6, 6),
    }
}

/// What was divided, in whole minor units.
pub(super) fn rounded(amount_e6: i128, currency: Currency) -> Cell {
    let unit = pow10(6_u32.saturating_sub(currency.digits())).unwrap_or(1);
    Cell::Amount(Money { minor: Rounding::HalfAwayFromZero.divide(amount_e6, unit), currency })
}

/// Millionths of one as a percentage with one decimal.
pub(super) fn share(share_e6: i128) -> Cell {
    Cell::Rate(Rounding::HalfAwayFromZero.divide(share_e6, 1_000), 3)
}

/// The value of a metric, as people read it.
pub(super) fn value(row: &Row, currency: Currency) -> Cell {
    match (row.value_e6, row.reads) {
        (None, _) => Cell::Empty,
        (Some(value), Reads::Money) => money(value, currency),
        (Some(value), Reads::Average) => rounded(value, currency),
        (Some(value), Reads::Share) => share(value),
        (Some(value), Reads::Number) => Cell::Number(Rounding::HalfAwayFromZero.divide(value, 10_000), 2),
    }
}

/// How many facts a row rests on.
pub(super) fn n(row: &Row) -> Cell {
    row.n.parse().map_or(Cell::Empty, Cell::Count)
}

/// The words of a metric.
fn words(metric: &str) -> String {
    metric.replace('_', " ")
}

/// Metrics by channel, each with its n; `all` first. What counts nothing is left out.
pub(super) fn table(ground: &Ground<'_>, key: &'static str, name: &str, metrics: &[&str]) -> Table {
    let columns = vec![
        Column::text("metric", "Metric"),
        Column::text("channel", "Channel"),
        Column::number("value", "Value"),
        Column::number("n", "n"),
    ];
    let mut table = Table::new(key, name, columns);
    for metric in metrics {
        let of_all = ground.channels.all(metric).filter(|row| row.n != "0");
        for row in of_all.into_iter().chain(ground.channels.groups(metric)) {
            let channel = row.group.first().cloned().unwrap_or_default();
            table.row(vec![
                Cell::text(words(metric)),
                Cell::text(channel),
                value(row, ground.currency),
                n(row),
            ]);
        }
    }
    table
}

/// A bar for each channel.
pub(super) fn bars(ground: &Ground<'_>, key: &'static str, name: &str, metric: &str) -> Chart {
    let columns = vec![
        Column::text("channel", "Channel"),
        Column::number("value", words(metric)),
        Column::number("n", "n"),
    ];
    let mut table = Table::new(key, name, columns);
    for row in ground.channels.groups(metric) {
        let channel = row.group.first().cloned().unwrap_or_default();
        table.row(vec![Cell::text(channel), value(row, ground.currency), n(row)]);
    }
    Chart::bars(table, "value")
}

const RATES: [&str; 8] = [
    "win_rate",
    "win_rate_by_value",
    "close_rate",
    "still_open",
    "attach_rate",
    "cycle_days",
    "cycle_days_lost",
    "renewal_rate",
];

/// Win rates.
pub(super) fn add_rates(document: &mut Document, ground: &Ground<'_>) {
    let table = table(ground, "win-rates", "Win rates by channel", &RATES);
    if table.rows.is_empty() {
        return;
    }
    document.heading(2, "Win rates");
    document.chart(bars(ground, "win-rate", "Deals won of those decided", "win_rate"));
    document.table(table);
}
