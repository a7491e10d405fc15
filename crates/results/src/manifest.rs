//! run.json: what was read, what was written, and the control totals of each rule. Written last: a folder without it,
//! or with one that does not match the files, is no result.
//!
//! Its last key is its seal, see [`super::seal`]. Amounts are decimal strings in the book's currency, `null` where a kind
//! does not have such an amount. Keys are in the order of the structs below.

use apportion_base::{ENGINE, VERSION};
use std::io::{self, Write};

use serde::Serialize;

use super::Outcome;
use super::reconciliation::Reconciliation;
use super::seal::sealed;
use super::sink::{OutputDigest, Sink};
use super::sums::Sums;
use super::uncredited;
use apportion_base::money::format_scaled;
use apportion_book::display_day;
use apportion_engine::credit::RuleTotals;
use apportion_rules::Rule;

#[derive(Serialize)]
struct Manifest<'a> {
    period: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
    engine: Engine,
    book: BookFacts<'a>,
    inputs: Vec<InputFile<'a>>,
    rule_files: Vec<RuleFile<'a>>,
    raw: bool,
    outputs: Vec<OutputFile<'a>>,
    rows: Vec<Rows>,
    rules: Vec<RuleRow<'a>>,
    totals: Totals,
    reconciliation: Vec<PartRow>,
    prior: Vec<Prior>,
}

#[derive(Serialize)]
struct Engine {
    name: &'static str,
    version: &'static str,
}

/// The settings that decide an amount.
#[derive(Serialize)]
struct BookFacts<'a> {
    name: &'a str,
    currency: &'a str,
    rounding: &'a str,
    fiscal_year_starts: u8,
    fx_max_age_days: u32,
    incomplete: &'a str,
}

#[derive(Serialize)]
struct InputFile<'a> {
    path: &'a str,
    table: &'a str,
    sha256: &'a str,
}

#[derive(Serialize)]
struct RuleFile<'a> {
    path: &'a str,
    sha256: &'a str,
}

#[derive(Serialize)]
struct OutputFile<'a> {
    file: &'a str,
    sha256: &'a str,
    bytes: u64,
}

#[derive(Serialize)]
struct Rows {
    source: &'static str,
    read: u64,
    used: u64,
    filtered: u64,
    of_filtered_deals: u64,
    repeated: u64,
    rejected: u64,
    rejected_parts: u64,
    passed_over: u64,
}

#[derive(Serialize)]
struct RuleRow<'a> {
    rule_id: &'a str,
    kind: &'static str,
    deals_matched: u64,
    lines: u64,
    basis: Option<String>,
    credit_total: Option<String>,
    credited: Option<String>,
    credit_retained: Option<String>,
    pool: Option<String>,
    retained: Option<String>,
    uncapped: Option<String>,
    withheld: Option<String>,
    amount: Option<String>,
}

#[derive(Serialize)]
struct Totals {
    lines: u64,
    /// Rows of payouts.csv.
    payees: u64,
    uncredited: u64,
    rejects: u64,
    credited: String,
    amount: String,
}

#[derive(Serialize)]
struct PartRow {
    part: &'static str,
    deals: u64,
    amount: String,
}

#[derive(Serialize)]
struct Prior {
    month: String,
    lines: u64,
    credited: String,
    amount: String,
}

/// What the manifest says of the other files.
#[derive(Clone, Copy)]
pub(super) struct Made<'m> {
    pub sums: &'m Sums,
    pub reconciliation: &'m Reconciliation,
    /// All files written before it.
    pub outputs: &'m [OutputDigest],
}

/// Writes the manifest.
pub(super) fn write(sink: &mut Sink, outcome: &Outcome<'_>, made: Made<'_>) -> io::Result<()> {
    let Made { sums, reconciliation, outputs } = made;
    let digits = outcome.book.currency.digits();
    let manifest = Manifest {
        period: outcome.period.to_string(),
        as_of: as_of(outcome),
        engine: Engine { name: ENGINE, version: VERSION },
        book: book_facts(outcome),
        inputs: inputs(outcome),
        rule_files: rule_files(outcome),
        raw: outcome.raw,
        outputs: outputs
            .iter()
            .map(|output| OutputFile { file: output.file, sha256: &output.sha256, bytes: output.bytes })
            .collect(),
        rows: rows(outcome),
        rules: rule_rows(outcome),
        totals: totals(outcome, sums),
        reconciliation: reconciliation
            .parts()
            .map(|(part, worth)| PartRow {
                part: part.word(),
                deals: worth.deals,
                amount: worth.amount(digits),
            })
            .collect(),
        prior: prior(outcome),
    };
    sink.write_all(sealed(&serde_json::to_string_pretty(&manifest)?).as_bytes())
}

/// The day at whose end things are known, where the project has policies that ask for it.
fn as_of(outcome: &Outcome<'_>) -> Option<String> {
    let governance = outcome.governance.filter(|_| apportion_channel::has_policies(outcome.rules))?;
    Some(display_day(governance.as_of))
}

fn book_facts<'a>(outcome: &Outcome<'a>) -> BookFacts<'a> {
    let book = outcome.book;
    BookFacts {
        name: &book.name,
        currency: book.currency.code(),
        rounding: book.rounding.word(),
        fiscal_year_starts: book.fiscal_year_starts,
        fx_max_age_days: book.fx_max_age_days,
        incomplete: book.incomplete.word(),
    }
}

fn inputs<'a>(outcome: &Outcome<'a>) -> Vec<InputFile<'a>> {
    let mut inputs: Vec<_> = outcome
        .tables
        .inputs
        .iter()
        .map(|input| InputFile { path: &input.path, table: input.table.word(), sha256: &input.sha256 })
        .collect();
    inputs.sort_by_key(|input| (input.path, input.table));
    inputs
}

fn rule_files<'a>(outcome: &Outcome<'a>) -> Vec<RuleFile<'a>> {
    let mut files: Vec<_> =
        outcome.rule_files.iter().map(|file| RuleFile { path: &file.path, sha256: &file.sha256 }).collect();
    files.sort_by_key(|file| file.path);
    files
}

fn rows(outcome: &Outcome<'_>) -> Vec<Rows> {
    let row = |counts: &apportion_data::Counts| Rows {
        source: counts.table.word(),
        read: counts.read,
        used: counts.used,
        filtered: counts.filtered,
        of_filtered_deals: counts.of_filtered_deals,
        repeated: counts.repeated,
        rejected: counts.rejected,
        rejected_parts: counts.rejected_parts,
        passed_over: counts.passed_over,
    };
    outcome.tables.counts.iter().map(row).collect()
}

fn rule_rows<'a>(outcome: &Outcome<'a>) -> Vec<RuleRow<'a>> {
    let digits = outcome.book.currency.digits();
    let rules = outcome.rules.rules.iter().zip(&outcome.settlement.totals);
    rules.map(|(rule, total)| rule_row(rule, total, digits)).collect()
}

fn rule_row<'a>(rule: &'a Rule, total: &RuleTotals, digits: u32) -> RuleRow<'a> {
    let money = |minor: Option<i128>| minor.map(|minor| format_scaled(minor, digits));
    RuleRow {
        rule_id: &rule.id,
        kind: rule.kind.word(),
        deals_matched: total.deals_matched,
        lines: total.lines,
        basis: money(total.basis),
        credit_total: money(total.credit_total),
        credited: money(total.credited),
        credit_retained: money(total.credit_retained),
        pool: money(total.pool),
        retained: money(total.retained),
        uncapped: money(total.uncapped),
        withheld: money(total.withheld),
        amount: money(total.amount),
    }
}

fn totals(outcome: &Outcome<'_>, sums: &Sums) -> Totals {
    let (settlement, digits) = (outcome.settlement, outcome.book.currency.digits());
    let credited: i128 = settlement.totals.iter().filter_map(|total| total.credited).sum();
    let amount: i128 = sums.payouts.iter().map(|payout| payout.amount).sum();
    Totals {
        lines: sums.statements.iter().map(|statement| statement.lines).sum(),
        payees: sums.payouts.len() as u64,
        uncredited: uncredited::count(outcome) as u64,
        rejects: outcome.tables.rejects.len() as u64,
        credited: format_scaled(credited, digits),
        amount: format_scaled(amount, digits),
    }
}

fn prior(outcome: &Outcome<'_>) -> Vec<Prior> {
    let digits = outcome.book.currency.digits();
    let month = |prior: &apportion_engine::credit::PriorMonth| Prior {
        month: prior.month.to_string(),
        lines: prior.lines,
        credited: format_scaled(prior.credited, digits),
        amount: format_scaled(prior.amount, digits),
    };
    outcome.settlement.prior.iter().map(month).collect()
}
