//! claims.csv, conflicts.csv and price_audit.csv hold together, and with the lines.
//!
//! What the policies say is not known here: a claim's state is taken as it is written, and so is a conflict's day. What follows from
//! what else is written is proved.

mod claims;
mod conflicts;
mod decided;
mod prices;
#[cfg(test)]
mod tests;

use std::path::Path;

pub use decided::{Decision, Decisions};

use super::calendar::{Day, Period, PeriodName};
use super::lines::Ids;
use super::manifest::{Manifest, Terms};
use super::report::{Finding, Findings, Proof};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::format_scaled;
use apportion_contract::{CLAIMS, CONFLICTS, PRICE_AUDIT, RUN, TableName};

/// The files, each with the input table that no run reads without writing it.
const FILES: [(&str, TableName); 3] = [
    (CLAIMS, TableName::Registrations),
    (CONFLICTS, TableName::Conflicts),
    (PRICE_AUDIT, TableName::PriceEntries),
];

/// The files about the channel that a result has: those that run.json lists. It lists them all where their tables were read, and none
/// without either the tables or policies.
pub fn expected(manifest: &Manifest, findings: &mut Findings) -> Vec<&'static str> {
    let lists = |name: &str| manifest.outputs.iter().any(|output| output.file == name);
    let reads = |table: TableName| manifest.rows.iter().any(|row| row.source == table.word());
    for (name, table) in FILES {
        if reads(table) && !lists(name) {
            let message = format!("it lists no {name}, and `{}` was read", table.word());
            findings.push(Finding::new(Code::BadRunJson, RUN, message));
        }
        if lists(name) && !reads(table) && manifest.as_of.is_none() {
            let message = format!("it lists {name}, and has neither `{}` nor an `as_of`", table.word());
            findings.push(Finding::new(Code::BadRunJson, RUN, message));
        }
    }
    FILES.into_iter().map(|(name, _)| name).filter(|name| lists(name)).collect()
}

/// The names of all of them.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.into_iter().map(|(name, _)| name)
}

/// A proof for each file that is there. `deals` are so many of `ids` as lines and uncredited.csv name.
///
/// # Errors
/// A file that the disk does not give.
pub fn prove(
    out: &Path,
    manifest: &Manifest,
    terms: &Terms,
    (ids, deals): (&mut Ids, usize),
) -> Result<Vec<Proof>, Diagnostic> {
    let mut proofs = Vec::new();
    let is_there = |name: &str| manifest.outputs.iter().any(|output| output.file == name);
    if is_there(CLAIMS) {
        proofs.push(claims::prove(out, terms)?);
    }
    if is_there(CONFLICTS) {
        let as_of = manifest.as_of.as_deref();
        proofs.push(conflicts::prove((out, as_of), terms, (&mut *ids, deals))?);
    }
    if is_there(PRICE_AUDIT) {
        proofs.push(prices::prove(out, terms, (ids, deals))?);
    }
    Ok(proofs)
}

/// A row that something contradicts.
fn wrong(file: &'static str, row: u64, message: &str, findings: &mut Findings) {
    findings.add(Code::WrongGovernance, || Finding::new(Code::WrongGovernance, file, message).row(row));
}

/// A row that is not where it belongs.
fn out_of_order(file: &'static str, row: u64, findings: &mut Findings) {
    findings.add(Code::RowsOutOfOrder, || {
        let message = "it belongs before the row above it, or is that row again";
        Finding::new(Code::RowsOutOfOrder, file, message).row(row)
    });
}

/// Whether a text is a day as files have it.
pub fn is_day(text: &str) -> bool {
    let of_month = || {
        let (month, day) = text.split_at_checked(7)?;
        let month = Period::new(PeriodName::parse(month)?, 1);
        let day: i32 = day.strip_prefix('-')?.parse().ok()?;
        let found = Day(month.first_day().0.checked_add(day)?.checked_sub(1)?);
        Some(found <= month.last_day() && found.to_string() == text)
    };
    of_month() == Some(true)
}

/// A number with exactly as many decimals, as its digits.
fn scaled(text: &str, scale: u32) -> Option<i128> {
    let digits: String = text.chars().filter(|c| *c != '.').collect();
    let number: i128 = digits.parse().ok()?;
    (format_scaled(number, scale) == text).then_some(number)
}

/// The same of a cell that may be empty; the outer `None` where it is no such number.
fn scaled_or_empty(text: &str, scale: u32) -> Option<Option<i128>> {
    if text.is_empty() { Some(None) } else { scaled(text, scale).map(Some) }
}

/// An amount as it was read, in millionths: with the decimals of the currency, and as many more as it needs.
fn sum_e6(text: &str, digits: u32) -> Option<i128> {
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let decimals = u32::try_from(decimals).ok().filter(|decimals| (digits..=6).contains(decimals))?;
    let number = scaled(text, decimals)?;
    let is_short = decimals == digits || number % 10 != 0;
    is_short.then(|| number.checked_mul(10_i128.pow(6 - decimals)))?
}

/// `true` or `false`.
fn flag(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
