//! The parts of a rule version that a case can reach.

use crate::kinds;
use apportion_book::{Every, TableName};
use apportion_rules::{Caps, Clawback, Value, Version};

/// One part of a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Point {
    /// The version makes a line.
    Line,
    /// A line of a role.
    Role(String),
    /// The part of a role that no one filled is kept.
    Kept,
    /// An entry of `is`, or `else`.
    Value(Option<String>),
    /// A rate from a measure on, by its place in `rates`, and the entry of its `by` where it has one.
    Rate(usize, Option<Option<String>>),
    Tier(usize),
    /// 1 is the credited payee's manager.
    Level(u8),
    /// A step of a schedule.
    Step(usize),
    /// A reversal whose original is computed again.
    Recomputed,
    /// A cap that lowered a line; without a length of period, the cap per deal.
    Cap(Option<Every>),
}

/// All points of a version with what they are called, in the order of its keys. `digits` are those of the currency.
pub(super) fn points(version: &Version, digits: u32) -> Vec<(Point, String)> {
    let mut points = match version.body.clawback() {
        Some(Clawback::Recompute) => vec![(Point::Recomputed, "a reversed deal".to_owned())],
        Some(Clawback::Mirror(_)) | None => vec![(Point::Line, "a line".to_owned())],
    };
    points.extend(kinds::of(&version.body).points());
    points.extend(caps(&version.caps, digits));
    points
}

/// The entries of a value that depends on a column, or the rows of a rate table; none of a plain one.
pub(crate) fn entries<P>(name: &str, value: &Value, point: impl Fn(Option<String>) -> P) -> Vec<(P, String)> {
    let (column, is, otherwise) = match value {
        Value::Plain(_) => return Vec::new(),
        Value::By { column, is, otherwise } => (column, is, otherwise),
        Value::Table(table) => {
            let of_row = |row: usize| {
                let (line, asks) = (table.line(row), table.text(row));
                (point(Some(row_entry(line))), format!("{name} for {asks} ({} row {line})", table.path))
            };
            return (0..table.len()).map(of_row).collect();
        }
    };
    let table = if column.table == TableName::Deals { "deals" } else { "payees" };
    let column = format!("{table}.{}", column.column);
    let mut entries: Vec<(P, String)> = is
        .keys()
        .map(|text| (point(Some(text.clone())), format!("{name} for {column} = '{text}'")))
        .collect();
    if otherwise.is_some() {
        entries.push((point(None), format!("{name} for any other {column}")));
    }
    entries
}

/// The row of a rate table as an entry, by its line in the file.
pub(super) fn row_entry(line: u32) -> String {
    format!("row {line}")
}

fn caps(caps: &Caps, digits: u32) -> Vec<(Point, String)> {
    [
        (None, caps.per_deal),
        (Some(Every::Month), caps.per_payee_month),
        (Some(Every::Quarter), caps.per_payee_quarter),
        (Some(Every::Year), caps.per_payee_year),
    ]
    .into_iter()
    .filter_map(|(every, cap)| {
        let amount = cap?.text(digits);
        let per = every.map_or_else(|| "deal".to_owned(), |every| format!("payee and {}", every.word()));
        Some((Point::Cap(every), format!("cap of {amount} per {per}")))
    })
    .collect()
}
