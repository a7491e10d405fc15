//! A result, proved again from the written files alone.
//!
//! Nothing is computed from inputs and rules here, and no code of the engine is used: the files have to agree with
//! each other and with what [`apportion_contract`] says of them. Splits, roundings, the calendar and the seal are
//! computed here by other code. So this finds changes to a result after it was written, and it would find a fault of
//! the engine that made it.
//!
//! ```text
//! names ─► seal ─► run.json ─┬─► digests, inputs
//!                            └─► uncredited ─► lines (one pass) ─┬─► deals
//!                                                                ├─► credits, sums, attainments, rejects, reconciliation ─► totals
//!                                                                └─► channel
//! ```
//!
//! What does not depend on one another is proved side by side, and listed in one order.
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

use rayon::slice::ParallelSliceMut;
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
use lines::{Batch, Ids};
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
    let files = || Ok((folder::digests(out, &manifest, &terms)?, inputs::prove(&manifest, project)?));
    let (files, contents) = rayon::join(files, || contents(out, &manifest, &terms));
    let (digests, inputs) = files?;
    report.proofs.push(digests);
    report.proofs.extend(inputs);
    report.proofs.extend(contents?);
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
    let uncredited = uncredited::read(out, manifest.totals.uncredited, terms, &mut ids)?;
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
    let Pass { looked, gathered } = pass;
    let Looked { order, applies, dates, amounts, sums, by_rule } = looked;
    let Gathered { deals, mut credits, attainments, clawbacks, mut made } = gathered;
    let known = &ids;
    let of_deals = || deals.proofs();
    let sort = || {
        rayon::join(
            || {
                made.par_sort_unstable();
                made.dedup();
            },
            || {
                credits.sort();
                if uncredited.names_payees() {
                    credits.index();
                }
            },
        )
    };
    let ((splits, whole, deal_sums), _) = rayon::join(of_deals, sort);
    proofs.extend([order.proof(), applies.proof(), dates.proof(), amounts.proof(), splits, whole]);
    let found =
        totals::RuleEvidence { sums: &by_rule, deals: &deal_sums, uncredited: &uncredited, made: &made };
    let of_rules = totals::rules(manifest, terms, found);
    let found = reconciliation::RuleEvidence {
        made: &made,
        uncredited: &uncredited.rows,
        deals: known.deals.len(),
        reversals: totals::reversals(manifest, terms),
    };
    let reconciliation = || reconciliation::prove(out, manifest, terms, Some(found));
    let of_payees = || {
        let attainments =
            terms.has_commission().then(|| attainments.prove(out, manifest, terms, &known.payees));
        (statements::prove(out, terms, &known.payees, &sums), attainments)
    };
    let of_credits = || rayon::join(|| credits.proof(terms, known), of_payees);
    let of_uncredited = || rayon::join(|| uncredited.prove(terms, known, &made, &credits), reconciliation);
    let ((of_credits, of_payees), (of_uncredited, reconciliation)) = rayon::join(of_credits, of_uncredited);
    let (of_payees, attainments) = of_payees;
    let (statements, payouts, payees) = of_payees?;
    proofs.push(of_credits);
    if terms.has_clawback() {
        proofs.push(clawbacks.proof(terms, known, &made));
    }
    proofs.extend([statements, payouts]);
    proofs.extend(attainments.transpose()?);
    proofs.push(of_rules);
    let counts = totals::Counts { lines, payees, uncredited: uncredited.count, rejects: reject_count };
    proofs.extend([of_uncredited, rejects, rows, reconciliation?]);
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

/// All that one pass over the lines feeds. Both halves get each batch side by side.
struct Pass<'a> {
    looked: Looked<'a>,
    gathered: Gathered<'a>,
}

/// What looks at each line on its own, or at a line and its neighbours.
struct Looked<'a> {
    order: Order,
    applies: ShapeCheck<'a>,
    dates: Dates<'a>,
    amounts: Amounts<'a>,
    sums: statements::Sums,
    by_rule: totals::ByRule,
}

/// What has to see many lines together.
struct Gathered<'a> {
    deals: deals::Deals<'a>,
    credits: credits::Credits,
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
        let looked = Looked {
            order: Order::default(),
            applies: ShapeCheck::new(terms),
            dates: Dates::new(terms),
            amounts: Amounts::new(terms, uncredited),
            sums: statements::Sums::default(),
            by_rule: totals::ByRule::new(terms),
        };
        let gathered = Gathered {
            deals: deals::Deals::new(terms, uncredited, decisions, lines),
            credits: credits::Credits::new(terms),
            attainments: attainment::Attainments::default(),
            clawbacks: clawbacks::Clawbacks::default(),
            made: Vec::new(),
        };
        Self { looked, gathered }
    }

    /// Reads all lines, and reads them again for each further bucket of deals.
    /// `said` is how many there are by the file's own account, which a damaged file may get wrong by any number.
    fn read(&mut self, out: &Path, terms: &Terms, ids: &mut Ids, said: u64) -> Result<u64, Finding> {
        let Self { looked, gathered } = self;
        let lines = lines::scan(out, terms, ids, |batch| {
            rayon::join(|| looked.batch(batch), || gathered.batch(batch, terms));
        })?;
        if lines != said {
            let message = "it does not have as many lines as it says";
            return Err(Finding::new(Code::UnreadableLines, LINES, message).numbers(said, lines));
        }
        let Gathered { deals, clawbacks, .. } = gathered;
        while deals.next_bucket(ids) {
            lines::scan(out, terms, ids, |batch| batch.lines().for_each(|line| deals.line(&line)))?;
        }
        if clawbacks.wants_originals() {
            lines::scan(out, terms, ids, |batch| {
                batch.lines().for_each(|line| clawbacks.original(&line, terms));
            })?;
        }
        Ok(lines)
    }
}

impl Looked<'_> {
    fn batch(&mut self, batch: &Batch<'_>) {
        self.order.batch(batch);
        for line in batch.lines() {
            self.applies.line(&line);
            self.dates.line(&line);
            self.amounts.line(&line);
            self.sums.line(&line);
            self.by_rule.line(&line);
        }
    }
}

impl Gathered<'_> {
    fn batch(&mut self, batch: &Batch<'_>, terms: &Terms) {
        for line in batch.lines() {
            self.deals.line(&line);
            self.credits.line(&line, terms);
            self.attainments.line(&line, terms);
            self.clawbacks.line(&line, terms);
            let pair = line.rule.map(|rule| RuleDeal::new(rule, line.deal));
            if let Some(pair) = pair.filter(|pair| self.made.last() != Some(pair)) {
                self.made.push(pair);
            }
        }
    }
}

apportion_base::overflow_probe!();
