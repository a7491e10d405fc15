//! claims.csv, conflicts.csv and price_audit.csv: what the policies of the channel found about the deals of the period.

mod claims;
mod conflicts;
mod prices;
#[cfg(test)]
mod tests;

use std::io;

use super::Outcome;
use super::sink::Sink;
use apportion_base::money::format_scaled;
use apportion_book::{TableName, display_day};
use apportion_contract::{CLAIMS, CONFLICTS, PRICE_AUDIT};
use apportion_engine::disputes::HeldSums;
use apportion_engine::project::Governance;
use apportion_rules::PolicyKind;

/// Each file, and the table and the policies with which a project has it.
const FILES: [(&str, TableName, PolicyKind); 3] = [
    (CLAIMS, TableName::Registrations, PolicyKind::Registration),
    (CONFLICTS, TableName::Conflicts, PolicyKind::Conflict),
    (PRICE_AUDIT, TableName::PriceEntries, PolicyKind::Price),
];

/// The names of the files that a project has: those with the tables or the policies that fill them.
pub(super) fn names(outcome: &Outcome<'_>) -> Vec<&'static str> {
    if outcome.governance.is_none() {
        return Vec::new();
    }
    let has = |table: TableName, kind: PolicyKind| {
        outcome.tables.channel.present.contains(&table)
            || outcome.rules.policies.of_kind(kind).next().is_some()
    };
    FILES.iter().filter(|(_, table, kind)| has(*table, *kind)).map(|(name, ..)| *name).collect()
}

/// Writes one of these files.
pub(super) fn write(
    name: &str,
    sink: &mut Sink,
    outcome: &Outcome<'_>,
    held: &HeldSums<'_>,
) -> io::Result<()> {
    let none = Governance::default();
    let found = outcome.governance.unwrap_or(&none);
    match name {
        CLAIMS => claims::write(sink, outcome, &found.claims),
        CONFLICTS => conflicts::write(sink, outcome, (&found.conflicts, held)),
        PRICE_AUDIT => prices::write(sink, outcome, &found.prices),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

fn day_cell(day: Option<i32>) -> String {
    day.map(display_day).unwrap_or_default()
}

fn number_cell(number: Option<i128>, decimals: u32) -> String {
    number.map(|number| format_scaled(number, decimals)).unwrap_or_default()
}

const fn flag_cell(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}
