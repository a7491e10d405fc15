//! What is open: by stage and lead, and how healthy it is.

use std::collections::BTreeMap;

use apportion::block::{Cell, Column, Document, Table};
use apportion::channel::Subject;

use super::Ground;
use super::metrics::money;
use crate::frames::Values;
use crate::health::{self, Health};

/// What is open in a stage and led by somebody.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    number: u64,
    by_health: [u64; 3],
    amount_e6: i128,
}

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) {
    let of_all = health::of_all(ground.sight);
    if of_all.is_empty() {
        return;
    }
    document.heading(2, "What is open");
    document.table(pipeline(ground, &of_all));
    document.paragraph("Stages are those of the data as they were exported.");
    let mut table = Table::new(
        "health",
        "What is open and not well",
        vec![
            Column::text("opportunity_id", "Opportunity"),
            Column::text("health", "Health"),
            Column::text("reasons", "Reasons"),
        ],
    );
    for (open, health, reasons) in of_all.iter().filter(|(_, health, _)| *health != Health::Good) {
        let words: Vec<&str> = reasons.iter().map(|reason| reason.word()).collect();
        table.row(vec![
            Cell::text(ground.open(*open)),
            Cell::text(health.word()),
            Cell::text(words.join(", ")),
        ]);
    }
    if !table.rows.is_empty() {
        document.table(table);
    }
}

/// By stage and by who leads.
fn pipeline(ground: &Ground<'_>, all: &[health::OpenHealth]) -> Table {
    let open = &ground.sight.settlement.as_close().tables.channel.opportunities;
    let (stages, leads) = (Values::of(&open.frame, "stage"), Values::of(&open.frame, "lead"));
    let amounts = Values::of(&open.frame, "amount");
    let mut counts: BTreeMap<(String, String), Count> = BTreeMap::new();
    for (place, health, _) in all.iter().filter(|(place, ..)| ground.sight.sees(Subject::Open(*place))) {
        let word = |values: Values<'_>| {
            values.text(place.at()).map_or_else(|| "-".to_owned(), std::borrow::Cow::into_owned)
        };
        let count = counts.entry((word(stages), word(leads))).or_default();
        count.number += 1;
        count.amount_e6 = count.amount_e6.saturating_add(amounts.millionths(place.at()).unwrap_or(0));
        if let Some(of_health) = count.by_health.get_mut(*health as usize) {
            *of_health += 1;
        }
    }
    let number = |key, title: &str| Column::number(key, title);
    let mut columns =
        vec![Column::text("stage", "Stage"), Column::text("lead", "Lead"), number("open", "Open")];
    columns.extend([number("good", "Good"), number("watch", "Watch"), number("at_risk", "At risk")]);
    // Amounts of several currencies are no sum.
    let has_sum = !Values::of(&open.frame, "currency").is_there() && amounts.is_there();
    if has_sum {
        columns.push(number("amount", "Amount"));
    }
    let mut table = Table::new("pipeline", "What is open, by stage and lead", columns);
    for ((stage, lead), count) in counts {
        let mut cells = vec![Cell::text(stage), Cell::text(lead), Cell::Count(count.number)];
        cells.extend(count.by_health.map(Cell::Count));
        if has_sum {
            cells.push(money(count.amount_e6, ground.currency));
        }
        table.row(cells);
    }
    table
}
