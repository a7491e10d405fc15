//! claims.csv, conflicts.csv and price_audit.csv: what the policies of the channel found about the deals of the period.

mod claims;
mod conflicts;
mod held;
mod prices;

use std::io;

use super::Outcome;
use super::sink::Sink;
use apportion_base::money::format_scaled;
use apportion_book::{TableName, display_day};
use apportion_contract::{CLAIMS, CONFLICTS, PRICE_AUDIT};
use apportion_data::DealIx;
use apportion_engine::project::Governance;

/// Each file, the tables with one of which a project has it, and the policy.
const FILES: [(&str, &[TableName], &str); 3] = [
    (CLAIMS, &[TableName::Registrations], "registration"),
    (CONFLICTS, &[TableName::Conflicts], "conflict"),
    (PRICE_AUDIT, &[TableName::PriceEntries], "price"),
];

/// The names of the files that a project has: those with the tables or the policies that fill them.
pub(super) fn names(outcome: &Outcome<'_>) -> Vec<&'static str> {
    if outcome.governance.is_none() {
        return Vec::new();
    }
    let policies = &outcome.rules.policies;
    let has = |tables: &[TableName], word: &str| {
        tables.iter().any(|table| outcome.tables.channel.present.contains(table))
            || policies.iter().any(|(_, policy)| policy.kind.word() == word)
    };
    FILES.iter().filter(|(_, tables, word)| has(tables, word)).map(|(name, ..)| *name).collect()
}

/// Writes one of these files.
pub(super) fn write(name: &str, sink: &mut Sink, outcome: &Outcome<'_>) -> io::Result<()> {
    let none = Governance::default();
    let found = outcome.governance.unwrap_or(&none);
    match name {
        CLAIMS => claims::write(sink, outcome, &found.claims),
        CONFLICTS => conflicts::write(sink, outcome, &found.conflicts),
        PRICE_AUDIT => prices::write(sink, outcome, &found.prices),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

/// Whether a deal closed in the period.
fn is_of_period(outcome: &Outcome<'_>, deal: DealIx) -> bool {
    let (calendar, day) = (outcome.book.calendar(), outcome.tables.deals.close_date[deal]);
    calendar.first_day(outcome.period) <= day && day <= calendar.last_day(outcome.period)
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
