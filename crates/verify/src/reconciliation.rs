//! reconciliation.csv: the parts add up to what was read, run.json says the same, and the deals with lines and without are those of the other
//! files. What rejected and filtered deals are worth can't be proved from these files.

use std::path::Path;

use super::csv_file::records;
use super::manifest::{Manifest, PartRow, Terms};
use super::names::{Number, RuleDeal};
use super::report::{Finding, Findings, Measure, Proof};
use super::uncredited::Row;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::format_scaled;
use apportion_contract::output::RECONCILIATION_FILE;
use apportion_contract::{Part, RECONCILIATION, RUN, Reason, RuleKind, TableName};

/// Decimals in which amounts are compared: those of the data.
const DECIMALS: u32 = 6;

/// What the other files have; rule and deal of every line, sorted, and the rows of uncredited.csv.
#[derive(Debug, Clone, Copy)]
pub struct RuleEvidence<'f> {
    /// Rule and deal of every line.
    pub made: &'f [RuleDeal],
    /// The rows of uncredited.csv.
    pub uncredited: &'f [Row],
    /// How many deals these files name.
    pub deals: usize,
    /// How many reversals clawback rules matched. Those that are recomputed are in none of these files.
    pub reversals: u64,
}

/// A part as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NumberText {
    part: String,
    deals: u64,
    amount: String,
}

impl From<&PartRow> for NumberText {
    fn from(row: &PartRow) -> Self {
        Self { part: row.part.clone(), deals: row.deals, amount: row.amount.clone() }
    }
}

/// The proof. `found` is `None` where the lines could not be read.
pub fn prove(
    out: &Path,
    manifest: &Manifest,
    terms: &Terms,
    found: Option<RuleEvidence<'_>>,
) -> Result<Proof, Diagnostic> {
    let mut findings = Findings::default();
    let mut rows = Vec::new();
    let count = records((out, terms.raw), &RECONCILIATION_FILE, &mut findings, |row, cells, findings| {
        match cells[1].parse::<u64>() {
            Ok(deals) if deals.to_string() == cells[1] => {
                rows.push(NumberText { part: cells[0].to_owned(), deals, amount: cells[2].to_owned() });
            }
            _ => findings.push(
                Finding::new(Code::WrongReconciliation, RECONCILIATION, "it is no number of deals")
                    .row(row)
                    .numbers(&cells[1], "a whole number"),
            ),
        }
    })?;
    let said: Vec<NumberText> = manifest.reconciliation.iter().map(NumberText::from).collect();
    if count.is_some() && rows != said {
        let message = "its parts are not those of run.json";
        findings.push(Finding::new(Code::WrongReconciliation, RECONCILIATION, message));
    }
    let parts: Vec<&str> = said.iter().map(|row| row.part.as_str()).collect();
    if parts != Part::ALL.map(Part::word) {
        let message = "`reconciliation` does not have the parts that a run writes, in their order";
        findings.push(
            Finding::new(Code::WrongReconciliation, RUN, message)
                .numbers(parts.join(" "), Part::ALL.map(Part::word).join(" ")),
        );
        return Ok(proof(Vec::new(), findings));
    }
    let of = |part: Part| &said[part as usize];
    adds_up(&said, terms, &mut findings);
    if let Some(found) = found {
        let unlisted = found.reversals;
        let [credited, matched, no_rule] = count_deals(terms, found);
        for (part, proved) in [(Part::Credited, credited), (Part::Matched, matched), (Part::NoRule, no_rule)]
        {
            let written = of(part).deals;
            let may_be_more = if part == Part::Matched { unlisted } else { 0 };
            if written < proved || written - proved > may_be_more {
                let message = format!("`{}` is not the number of such deals in the other files", part.word());
                findings.push(Finding::new(Code::WrongReconciliation, RUN, message).numbers(written, proved));
            }
        }
    }
    let deals = manifest.rows.iter().find(|rows| rows.source == TableName::Deals.word());
    for (part, rows) in [
        (Part::Rejected, deals.map_or(0, |rows| rows.rejected)),
        (Part::Filtered, deals.map_or(0, |rows| rows.filtered)),
    ] {
        if of(part).deals > rows {
            let message = format!("more deals are `{}` than rows of them", part.word());
            findings
                .push(Finding::new(Code::WrongReconciliation, RUN, message).numbers(of(part).deals, rows));
        }
    }
    let measures = vec![Measure::Count("deals", of(Part::Read).deals)];
    Ok(proof(measures, findings))
}

fn proof(measures: Vec<Measure>, findings: Findings) -> Proof {
    let claim = "won deals read = credited + matched + no-rule + rejected + filtered, with the deals of the other files";
    Proof::new("reconciliation", claim, measures, findings)
}

/// The parts are written as amounts are, and add up to the first.
fn adds_up(said: &[NumberText], terms: &Terms, findings: &mut Findings) {
    let mut amounts = Vec::new();
    for row in said {
        match millionths(&row.amount, terms.digits) {
            Some(amount) => amounts.push(amount),
            None => {
                let message = format!("the amount of `{}` is not written as a sum of amounts", row.part);
                findings.push(
                    Finding::new(Code::WrongReconciliation, RUN, message).numbers(&row.amount, "an amount"),
                );
            }
        }
    }
    let [read, parts @ ..] = said else { return };
    let deals = parts.iter().try_fold(0_u64, |sum, row| sum.checked_add(row.deals));
    if deals != Some(read.deals) {
        let proved = deals.map_or("too many".to_owned(), |sum| sum.to_string());
        let message = "the deals of the parts are not those read";
        findings.push(Finding::new(Code::WrongReconciliation, RUN, message).numbers(read.deals, proved));
    }
    if let (true, [whole, parts @ ..]) = (amounts.len() == said.len(), amounts.as_slice()) {
        let sum = parts.iter().try_fold(0_i128, |sum, amount| sum.checked_add(*amount));
        if sum != Some(*whole) {
            let proved = sum.map_or("too much".to_owned(), |sum| format_scaled(sum, DECIMALS));
            let message = "the amounts of the parts are not what was read";
            findings
                .push(Finding::new(Code::WrongReconciliation, RUN, message).numbers(&read.amount, proved));
        }
    }
}

/// Plain decimal text in millionths: with at least the currency's decimals, at most six, and no zero at the end beyond the former.
fn millionths(text: &str, digits: u32) -> Option<i128> {
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let decimals = u32::try_from(decimals).ok().filter(|decimals| (digits..=DECIMALS).contains(decimals))?;
    let value = super::manifest::minor(text, decimals)?;
    if decimals > digits && value % 10 == 0 {
        return None;
    }
    value.checked_mul(10_i128.pow(DECIMALS - decimals))
}

/// Deals with a line, deals that a rule matched without a line, and deals that no rule matched.
/// A line of a milestone is about no deal.
fn count_deals(terms: &Terms, found: RuleEvidence<'_>) -> [u64; 3] {
    let mut has_line = vec![false; found.deals];
    for pair in found.made.iter().filter(|pair| terms.kind(pair.rule()) != RuleKind::Milestone) {
        has_line[pair.deal().index()] = true;
    }
    let mut kinds = [vec![false; found.deals], vec![false; found.deals]];
    for row in found.uncredited.iter().filter(|row| !has_line[row.deal.index()]) {
        kinds[usize::from(row.reason == Reason::NoRule)][row.deal.index()] = true;
    }
    let [mut matched, no_rule] = kinds;
    matched.iter_mut().zip(&no_rule).for_each(|(matched, no_rule)| *matched &= !no_rule);
    [has_line, matched, no_rule].map(|deals| deals.iter().filter(|is_one| **is_one).count() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_written_in_one_way() {
        assert_eq!(millionths("12.34", 2), Some(12_340_000));
        assert_eq!(millionths("12.3456", 2), Some(12_345_600));
        assert_eq!(millionths("-0.000001", 2), Some(-1));
        assert_eq!(millionths("7", 0), Some(7_000_000));
        for text in ["12.3", "12.340", "12.3450", "1e3", "", "12.3400001", "+1.00", "01.00"] {
            assert_eq!(millionths(text, 2), None, "{text}");
        }
    }
}
