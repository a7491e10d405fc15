//! What is an asset and what is owed: the accruals of the period, where the book has a ledger. They are finance's alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use apportion::block::{Cell, Column, Document, Money, Table};
use apportion::store::Store;
use apportion::world::Disk;
use apportion::{Accruals, Error};

use super::Ground;
use crate::Fault;

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) -> Result<(), Error> {
    if ground.sight.seen.is_some() || ground.session.book().ledger.is_none() {
        return Ok(());
    }
    let store: Arc<dyn Store> = Arc::new(Disk);
    let accruals = ground.session.accruals(&store, ground.sight.settlement.period())?;
    let tables = [assets(ground, &accruals)?, liabilities(ground, &accruals)?];
    if tables.iter().all(|table| table.rows.is_empty()) {
        return Ok(());
    }
    document.heading(2, "Accruals");
    for table in tables.into_iter().filter(|table| !table.rows.is_empty()) {
        document.table(table);
    }
    Ok(())
}

/// Columns of amounts behind one of rules.
fn table(key: &'static str, name: &str, amounts: &[(&'static str, &str)]) -> Table {
    let numbers = amounts.iter().map(|(key, title)| Column::number(key, *title));
    let columns = std::iter::once(Column::text("rule_id", "Rule")).chain(numbers);
    Table::new(key, name, columns.collect())
}

/// Sums by rule, a row each, and their total.
fn fill<const N: usize>(
    ground: &Ground<'_>,
    mut table: Table,
    rows: impl Iterator<Item = (String, [i128; N])>,
) -> Result<Table, Fault> {
    let mut sums: BTreeMap<String, [i128; N]> = BTreeMap::new();
    for (rule, amounts) in rows {
        let sum = sums.entry(rule).or_insert([0; N]);
        for (sum, amount) in sum.iter_mut().zip(amounts) {
            *sum = sum.checked_add(amount).ok_or(Fault::Overflow)?;
        }
    }
    let amount = |minor: i128| Cell::Amount(Money { minor, currency: ground.currency });
    for (rule, amounts) in sums.into_iter().filter(|(_, amounts)| amounts.iter().any(|amount| *amount != 0)) {
        let rule = if rule.is_empty() { "of no rule".to_owned() } else { rule };
        table.row(std::iter::once(Cell::Text(rule)).chain(amounts.map(amount)).collect());
    }
    let keys: Vec<&str> = table.columns.iter().skip(1).map(|column| column.key).collect();
    table.add_total("Sum", &keys);
    Ok(table)
}

fn assets(ground: &Ground<'_>, accruals: &Accruals) -> Result<Table, Fault> {
    let amounts = [
        ("opening", "Opening"),
        ("additions", "Additions"),
        ("amortised", "Amortised"),
        ("written_off", "Written off"),
        ("closing", "Closing"),
    ];
    let rows = accruals.assets.iter().map(|row| {
        let of = &row.figures;
        let figures = [of.opening, of.additions, of.amortised, of.written_off, of.closing];
        (row.rule_id.clone(), figures)
    });
    fill(ground, table("assets", "Costs of contracts that are an asset", &amounts), rows)
}

fn liabilities(ground: &Ground<'_>, accruals: &Accruals) -> Result<Table, Fault> {
    let amounts = [("not_posted", "Not posted"), ("held", "Held"), ("carried", "Carried")];
    let rows =
        accruals.liabilities.iter().map(|row| (row.rule_id.clone(), [row.not_posted, row.held, row.carried]));
    fill(ground, table("liabilities", "What is owed at the end of the period", &amounts), rows)
}
