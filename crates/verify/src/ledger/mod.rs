//! A ledger, proved from its files alone: the chain of closes, every digest, and every identity of entries and balances.
//!
//! ```text
//! closes (names, chain) ─► files (digests) ─► approvals ─► entries ─► balances ─► journals ─► what is held ─► payouts ─► people ─► lines ─► clawbacks
//! ─► totals ─► copies; beside the balances what is capitalised
//! ```
//!
//! Closes are read in their order, and what was posted for a key is added up on the way.

mod amounts;
mod assets;
mod balances;
mod beside;
mod clawbacks;
mod closes;
mod entries;
mod exported;
mod journals;
mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::report::{Finding, Findings, Measure, Proof, Report, Verdict};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_contract::output::ledger::CLOSE;
use closes::{Close, ReadCloses};

/// The key of a line: payee, rule, deal, role, from_payee, of_rule, of_deal; empty where there is none.
pub(crate) type LineKey = [String; 7];

/// What was posted for a key.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Posted {
    earned: i128,
    released: i128,
}

/// What the closes so far come to.
#[derive(Debug, Default)]
pub(crate) struct Running {
    keys: BTreeMap<LineKey, Posted>,
    /// By adjustment and payee.
    adjustments: BTreeMap<(String, String), i128>,
    /// Deals with entries.
    deals: BTreeSet<String>,
    /// By payee: carried out, owed out, held out.
    standings: BTreeMap<String, [i128; 3]>,
    /// By payee: the recoverable draw that was last in force, and when.
    draws: BTreeMap<String, [String; 2]>,
    /// By payee: what journals leave on its accounts.
    booked: BTreeMap<String, journals::Booked>,
    /// What is capitalised.
    assets: assets::RunningAssets,
}

/// The proofs, each over all closes.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    entries: Findings,
    balances: Findings,
    held: Findings,
    payouts: Findings,
    lines: Findings,
    clawbacks: Findings,
    totals: Findings,
    beside: Findings,
    journals: Findings,
    assets: Findings,
    /// How many assets were looked at; none where no close capitalises anything.
    assets_seen: Option<u64>,
    /// How many movements journals book, and how many journals are exported.
    booked: [u64; 2],
    /// How many entries, balances, held keys, payouts, lines, people and lines that take back were looked at.
    counts: [u64; 7],
    paid: i128,
}

/// Proves the ledger in a folder; `digest` is that of a close.json, noted when it was the last.
///
/// # Errors
/// `cannot-read` where the disk does not give a file, `unreadable-ledger` where there is no close.
pub fn verify(folder: &Path, digest: Option<&str>) -> Result<Report, Diagnostic> {
    super::CRATES.check()?;
    let ReadCloses { closes, chain, files, approvals, copies } = closes::read(folder)?;
    let mut report = Report {
        period: closes.last().map(|close| close.record.period.clone()).unwrap_or_default(),
        book: closes.last().map(|close| close.record.book.name.clone()).unwrap_or_default(),
        currency: closes.last().map(|close| close.record.book.currency.clone()).unwrap_or_default(),
        digits: closes.last().map_or(0, |close| close.digits),
        digest: closes.last().map(|close| close.digest.clone()).unwrap_or_default(),
        proofs: vec![chain, files, approvals],
    };
    let holds = report.proofs.iter().all(|proof| proof.verdict == Verdict::Proven);
    if holds {
        report.proofs.extend(contents(&closes)?);
    } else {
        report.proofs.push(Proof::without(
            "all else",
            "entries, balances, what is held, payouts, lines and totals hold together",
            Verdict::NotChecked,
        ));
    }
    report.proofs.push(copies);
    report.proofs.extend(digest.map(|noted| has_digest(noted, &closes)));
    Ok(report)
}

/// A close has the digest that the caller noted. It has those of all closes before it, and closes may have come after it.
fn has_digest(noted: &str, closes: &[Close]) -> Proof {
    let mut findings = Findings::default();
    if !closes.iter().any(|close| close.digest.eq_ignore_ascii_case(noted)) {
        let (file, found) = match closes.last() {
            Some(last) => (format!("{}/{CLOSE}", last.record.close), last.digest.as_str()),
            None => (CLOSE.to_owned(), "none"),
        };
        let message = "no close.json has the SHA-256 that was given; this is the last";
        findings.push(Finding::new(Code::OtherDigest, file, message).numbers(found, noted));
    }
    Proof::new("digest", "a close.json is the one whose SHA-256 was noted", Vec::new(), findings)
}

/// The proofs that look into the files.
fn contents(closes: &[Close]) -> Result<Vec<Proof>, Diagnostic> {
    let (mut running, mut evidence) = (Running::default(), Evidence::default());
    for close in closes {
        let posted = entries::prove(close, &mut running, &mut evidence)?;
        let rows = balances::prove(close, &posted, &mut running, &mut evidence)?;
        let of_assets = assets::prove(close, &posted, &mut running.assets, &mut evidence)?;
        journals::prove(close, (&posted, of_assets), &rows, (&mut running, &mut evidence))?;
        let taking = lines::prove(close, &posted, &running, &mut evidence)?;
        clawbacks::prove(close, (&posted, &taking), &running, &mut evidence)?;
        let lines = posted.into_iter().filter(entries::Entry::is_line);
        running.deals.extend(lines.map(|entry| {
            let [_, _, deal, ..] = entry.key;
            deal
        }));
    }
    let Evidence {
        entries,
        balances,
        held,
        payouts,
        lines,
        clawbacks,
        totals,
        beside,
        journals,
        assets,
        assets_seen,
        booked,
        counts,
        paid,
    } = evidence;
    let count = |what, place: usize| vec![Measure::Count(what, counts[place])];
    let mut of_balances = count("balances", 1);
    of_balances.push(Measure::Amount("paid", paid));
    let mut proofs = vec![
        Proof::new("entries", "each entry follows from those before it", count("entries", 0), entries),
        Proof::new(
            "balances",
            "carried + net + guarantee + advance - recovery = paid + carried on, and the same for what is held and owed",
            of_balances,
            balances,
        ),
        Proof::new("held", "what is held is what is earned and not released", count("lines", 2), held),
        Proof::new("payouts", "payouts.csv is what balances.csv pays", count("payouts", 3), payouts),
        Proof::new("lines", "what is posted is what the lines of the month say", count("lines", 4), lines),
        Proof::new(
            "clawbacks",
            "what is taken back is a part of what is posted of a line, by a reversal that counted",
            count("lines", 6),
            clawbacks,
        ),
        Proof::new("people", "findings and people fit the balances", count("people", 5), beside),
        Proof::new(
            "journals",
            "journals leave accrued, receivable and advance of each payee as the balances are, and debits are credits",
            vec![Measure::Count("movements", booked[0]), Measure::Count("exported journals", booked[1])],
            journals,
        ),
        Proof::new("totals", "close.json has the sums of the files", count("balances", 1), totals),
    ];
    proofs.extend(assets_seen.map(|seen| {
        let what = "opening + additions - amortised - written off = closing, and each cost becomes an expense by its schedule";
        Proof::new("assets", what, vec![Measure::Count("assets", seen)], assets)
    }));
    Ok(proofs)
}

/// A finding about a file of a close.
fn wrong(close: &Close, file: &str, message: impl Into<String>) -> Finding {
    Finding::new(Code::WrongPosting, format!("{}/{file}", close.record.close), message)
}
