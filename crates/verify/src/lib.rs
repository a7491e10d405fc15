//! A result, proved again from the written files alone.
//!
//! Nothing is computed from inputs and rules here, and no code of the engine is used: the files have to agree with
//! each other and with what [`apportion_contract`] says of them. Splits, roundings, the calendar and the seal are
//! computed here by other code. So this finds changes to a result after it was written, and it would find a fault of
//! the engine that made it.
//!
//! ```text
//! names ─► seal ─► run.json ─► digests ─► inputs ─► lines (one pass) ─► deals ─► sums, credits, uncredited, rejects, reconciliation ─► totals ─► channel
//! ```
//!
//! One file for each family of proofs. Findings are values; `cli` prints them.

#![deny(missing_docs)]
#![allow(clippy::result_large_err, reason = "a finding that ends the reading is made once")]

mod attainment;
pub mod calendar;
mod channel;
mod clawbacks;
pub mod codes;
mod credits;
mod csv_file;
mod deals;
mod digest;
mod folder;
#[cfg(test)]
mod independence;
mod inputs;
mod kinds;
pub mod ledger;
mod lines;
mod manifest;
mod names;
mod reconciliation;
mod rejects;
mod report;
pub mod rounding;
pub mod seal;
pub mod split;
mod statements;
mod stored;
mod totals;
mod uncredited;

use std::path::Path;

use sha2::{Digest, Sha256};

pub use inputs::ProjectFiles;
pub use report::{Finding, Findings, Group, Measure, Proof, Report, Verdict};
pub use stored::{LineFilter, StoredLine, StoredResult, stored};

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::hex;
use apportion_base::overflow::Guard;
use apportion_contract::{LINES, RUN};
use lines::amounts::Amounts;
use lines::applies::ShapeCheck;
use lines::dates::Dates;
use lines::order::Order;
use lines::{Ids, Line};
use manifest::{Manifest, Terms};
use names::RuleDeal;

/// What adds up again.
static CRATES: Guard = Guard::new(&[apportion_base::OVERFLOW, crate::OVERFLOW]);

/// Proves the result in a folder.
///
/// # Errors
/// `not-a-result` and `cannot-read`: where there is nothing to prove, or the disk does not give it.
pub fn verify(out: &Path, project: ProjectFiles<'_>, digest: Option<&str>) -> Result<Report, Diagnostic> {
    CRATES.check()?;
    let bytes = folder::run_json(out)?;
    let mut report = Report {
        period: String::new(),
        book: String::new(),
        currency: String::new(),
        digits: 0,
        digest: hex(&Sha256::digest(&bytes)),
        proofs: vec![folder::names(out)?, folder::seal(&bytes)],
    };
    if let Some(noted) = digest {
        report.proofs.push(same_digest(noted, &report.digest));
    }
    let (proof, understood) = run_json(&bytes);
    report.proofs.push(proof);
    let Some((manifest, terms)) = understood else {
        report.proofs.push(Proof::without(
            "all else",
            "what the files say holds together",
            Verdict::NotChecked,
        ));
        return Ok(report);
    };
    (report.period, report.book) = (manifest.period.clone(), manifest.book.name.clone());
    (report.currency, report.digits) = (terms.currency.code().to_owned(), terms.digits);
    report.proofs.push(folder::digests(out, &manifest, &terms)?);
    report.proofs.extend(inputs::prove(&manifest, project)?);
    report.proofs.extend(contents(out, &manifest, &terms)?);
    Ok(report)
}

/// run.json has the digest that the caller noted when it was written.
fn same_digest(noted: &str, found: &str) -> Proof {
    let mut findings = Findings::default();
    if !noted.eq_ignore_ascii_case(found) {
        let message = "its SHA-256 is not the one that was given";
        findings.push(Finding::new(Code::OtherDigest, RUN, message).numbers(found, noted));
    }
    Proof::new("digest", "run.json is the one whose SHA-256 was noted", Vec::new(), findings)
}

/// run.json has every key, each of its type, and means something.
fn run_json(bytes: &[u8]) -> (Proof, Option<(Manifest, Terms)>) {
    let mut findings = Findings::default();
    let understood = match manifest::read(bytes) {
        Ok(manifest) => match manifest::terms(&manifest) {
            Ok(terms) => Some((manifest, terms)),
            Err(problems) => {
                problems.into_iter().for_each(|problem| findings.push(problem));
                None
            }
        },
        Err(problem) => {
            findings.push(problem);
            None
        }
    };
    let rules = understood.as_ref().map_or(0, |(manifest, _)| manifest.rules.len() as u64);
    let claim = "run.json has every key, each of its type, and no other";
    (Proof::new("run.json", claim, vec![Measure::Count("rules", rules)], findings), understood)
}

/// The proofs that look into the files.
fn contents(out: &Path, manifest: &Manifest, terms: &Terms) -> Result<Vec<Proof>, Diagnostic> {
    let mut ids = Ids::default();
    let uncredited = uncredited::read(out, terms, &mut ids)?;
    let (rejects, rows, reject_count) = rejects::prove(out, manifest)?;
    let mut proofs = Vec::new();

    let without_lines = || reconciliation::prove(out, manifest, terms, None);
    let metadata = match lines::open(out) {
        Ok(metadata) => metadata,
        Err(finding) => {
            let reconciliation = without_lines()?;
            return Ok(vec![
                no_lines(finding),
                rejects,
                rows,
                reconciliation,
                totals::prior(manifest, terms),
            ]);
        }
    };
    let columns = lines::schema::prove(&metadata, manifest, terms);
    let readable = columns.findings.groups.iter().all(|group| group.code != Code::WrongColumn);
    proofs.push(columns);
    if !readable {
        proofs.push(not_checked());
        proofs.extend([rejects, rows, without_lines()?, totals::prior(manifest, terms)]);
        return Ok(proofs);
    }

    let said = u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
    let decisions = channel::Decisions::read(out, manifest, terms)?;
    let mut pass = Pass::new(terms, &uncredited.rows, decisions, said);
    let lines = match pass.read(out, terms, &mut ids, said) {
        Ok(lines) => lines,
        Err(finding) => {
            proofs.push(no_lines(finding));
            proofs.extend([rejects, rows, without_lines()?, totals::prior(manifest, terms)]);
            return Ok(proofs);
        }
    };
    let Pass { order, applies, dates, amounts, deals, mut credits, sums, by_rule, .. } = pass;
    let Pass { attainments, clawbacks, mut made, .. } = pass;
    made.sort_unstable();
    made.dedup();
    credits.sort();
    if uncredited.names_payees() {
        credits.index();
    }
    let (splits, whole, deal_sums) = deals.proofs();
    proofs.extend([order.proof(), applies.proof(), dates.proof(), amounts.proof(), splits, whole]);
    proofs.push(credits.proof(terms, &ids));
    if terms.has_clawback() {
        proofs.push(clawbacks.proof(terms, &ids, &made));
    }
    let (statements, payouts, payees) = statements::prove(out, terms, &mut ids.payees, &sums)?;
    proofs.extend([statements, payouts]);
    if terms.has_commission() {
        proofs.push(attainments.prove(out, manifest, terms, &mut ids)?);
    }
    let found =
        totals::RuleEvidence { sums: &by_rule, deals: &deal_sums, uncredited: &uncredited, made: &made };
    proofs.push(totals::rules(manifest, terms, found));
    let counts = totals::Counts { lines, payees, uncredited: uncredited.count, rejects: reject_count };
    let found = reconciliation::RuleEvidence {
        made: &made,
        uncredited: &uncredited.rows,
        deals: ids.deals.len(),
        reversals: totals::reversals(manifest, terms),
    };
    let reconciliation = reconciliation::prove(out, manifest, terms, Some(found))?;
    proofs.push(uncredited.prove(terms, &ids, &made, &credits));
    proofs.extend([rejects, rows, reconciliation]);
    proofs.push(totals::all(manifest, terms, &by_rule, counts));
    proofs.push(totals::prior(manifest, terms));
    // Last, because it names deals that others must not count.
    let deals = ids.deals.len();
    proofs.extend(channel::prove(out, manifest, terms, (&mut ids, deals))?);
    Ok(proofs)
}

fn no_lines(finding: Finding) -> Proof {
    let mut findings = Findings::default();
    findings.push(finding);
    Proof::new("lines", "lines.parquet can be read to its end", Vec::new(), findings)
}

fn not_checked() -> Proof {
    let claim = "lines, statements, payouts, uncredited deals and totals hold together";
    Proof::without("lines", claim, Verdict::NotChecked)
}

/// All that one pass over the lines feeds.
struct Pass<'a> {
    order: Order,
    applies: ShapeCheck<'a>,
    dates: Dates<'a>,
    amounts: Amounts<'a>,
    deals: deals::Deals<'a>,
    credits: credits::Credits,
    sums: statements::Sums,
    by_rule: totals::ByRule,
    attainments: attainment::Attainments,
    clawbacks: clawbacks::Clawbacks,
    /// Rule and deal of every line.
    made: Vec<RuleDeal>,
}

impl<'a> Pass<'a> {
    fn new(
        terms: &'a Terms,
        uncredited: &[uncredited::Row],
        decisions: channel::Decisions,
        lines: u64,
    ) -> Self {
        Self {
            order: Order::default(),
            applies: ShapeCheck::new(terms),
            dates: Dates::new(terms),
            amounts: Amounts::new(terms, uncredited),
            deals: deals::Deals::new(terms, uncredited, decisions, lines),
            credits: credits::Credits::new(terms),
            sums: statements::Sums::default(),
            by_rule: totals::ByRule::new(terms),
            attainments: attainment::Attainments::default(),
            clawbacks: clawbacks::Clawbacks::default(),
            made: Vec::new(),
        }
    }

    /// Reads all lines, and reads them again for each further bucket of deals.
    /// `said` is how many there are by the file's own account, which a damaged file may get wrong by any number.
    fn read(&mut self, out: &Path, terms: &Terms, ids: &mut Ids, said: u64) -> Result<u64, Finding> {
        let lines = lines::scan(out, terms, ids, |line| self.line(line, terms))?;
        if lines != said {
            let message = "it does not have as many lines as it says";
            return Err(Finding::new(Code::UnreadableLines, LINES, message).numbers(said, lines));
        }
        while self.deals.next_bucket(ids) {
            lines::scan(out, terms, ids, |line| self.deals.line(line))?;
        }
        if self.clawbacks.wants_originals() {
            lines::scan(out, terms, ids, |line| self.clawbacks.original(line, terms))?;
        }
        Ok(lines)
    }

    fn line(&mut self, line: &Line<'_>, terms: &Terms) {
        self.order.line(line);
        self.applies.line(line);
        self.dates.line(line);
        self.amounts.line(line);
        self.deals.line(line);
        self.credits.line(line, terms);
        self.sums.line(line);
        self.by_rule.line(line);
        self.attainments.line(line, terms);
        self.clawbacks.line(line, terms);
        let pair = line.rule.map(|rule| RuleDeal::new(rule, line.deal));
        if let Some(pair) = pair.filter(|pair| self.made.last() != Some(pair)) {
            self.made.push(pair);
        }
    }
}

apportion_base::overflow_probe!();
