//! What the channels bring: the numbers at the top, revenue by channel and month, and by what partners did.

use apportion::block::{Block, Cell, Chart, Column, Document, Table};

use super::metrics::{Metrics, bars, n, value};
use super::{Ground, OWN_GROUPS};
use crate::Fault;
use crate::scorecard::{Facts, revenue_rows};

/// What stands at the top, with its words.
const HEADLINES: [(&str, &str); 6] = [
    ("revenue", "Revenue"),
    ("win_rate", "Of decided deals won"),
    ("attach_rate", "Of them with a partner's work"),
    ("cost_rate", "Of revenue paid"),
    ("conflict_rate", "Conflicts on deals and what is open"),
    ("discount", "Below list"),
];

/// Classes of revenue, in the order in which they are asked.
const CLASSES: [&str; 5] = ["sourced", "co_sold", "influenced", "fulfilled", "direct"];

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) -> Result<(), Fault> {
    let facts = HEADLINES.iter().filter_map(|(metric, words)| {
        let row = ground.channels.all(metric).filter(|row| row.n != "0")?;
        Some((format!("{words} (n {})", row.n), value(row, ground.currency)))
    });
    document.blocks.push(Block::Facts(facts.collect()));
    document.heading(2, "Contribution by channel and month");
    document.chart(bars(ground, "revenue", "Revenue by channel", "revenue"));
    document.table(by_month(ground)?);
    document.heading(2, "Revenue by what partners did");
    document.paragraph("Each won deal once, by the first that holds. The parts add up to revenue.");
    document.chart(partition(ground));
    Ok(())
}

fn by_month(ground: &Ground<'_>) -> Result<Table, Fault> {
    let insight = ground.facts.insight;
    let months = insight.groups.first(OWN_GROUPS.len());
    let months = Metrics(revenue_rows(&Facts::by(insight, &months))?);
    let columns = vec![
        Column::text("channel", "Channel"),
        Column::text("month", "Month"),
        Column::number("revenue", "Revenue"),
        Column::number("n", "n"),
    ];
    let mut table = Table::new("contribution", "Revenue by channel and month", columns);
    for row in months.groups("revenue") {
        let mut cells: Vec<Cell> = row.group.iter().map(Cell::text).collect();
        cells.extend([value(row, ground.currency), n(row)]);
        table.row(cells);
    }
    table.add_total("Sum", &["revenue"]);
    Ok(table)
}

fn partition(ground: &Ground<'_>) -> Chart {
    let columns = vec![
        Column::text("class", "What partners did"),
        Column::number("revenue", "Revenue"),
        Column::number("n", "n"),
    ];
    let mut table = Table::new("partition", "Revenue by what partners did", columns);
    for class in CLASSES {
        if let Some(row) = ground.channels.all(class) {
            table.row(vec![Cell::text(class.replace('_', "-")), value(row, ground.currency), n(row)]);
        }
    }
    Chart::bars(table, "revenue")
}
