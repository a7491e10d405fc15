//! What closes take back of lines: reversals.csv, and the lines of clawback rules held against what is posted of the lines that they
//! take back.

use std::collections::{BTreeMap, BTreeSet};

use super::amounts::units;
use super::closes::Close;
use super::entries::Entry;
use super::lines::TakingLine;
use super::{Evidence, LineKey, Running, wrong};
use crate::clawbacks::follows;
use crate::csv_file::records;
use apportion_base::diagnostic::Diagnostic;
use apportion_base::money::format_scaled;
use apportion_contract::output::ledger::{ENTRIES, REVERSAL_FILE, REVERSALS};
use apportion_contract::{LINES, RuleKind};

/// Sizes have so many decimals at most.
const SIZE_DIGITS: u32 = 6;

/// The word of a rule that takes a part of lines.
const MIRROR: &str = "mirror";

/// The word of a rule that computes deals again.
const RECOMPUTE: &str = "recompute";

/// A reversal: itself, the deal that it reverses, and the rule.
type Reversal = (String, String, String);

/// Proves the clawbacks of a close. `running` has what is posted with the close; `lines` are the lines of the month that take back.
pub fn prove(
    close: &Close,
    (entries, lines): (&[Entry], &[TakingLine]),
    running: &Running,
    evidence: &mut Evidence,
) -> Result<(), Diagnostic> {
    let mirrored = reversals(close, evidence)?;
    evidence.counts[6] += lines.len() as u64;
    for entry in entries.iter().filter(|entry| entry.is_line()) {
        for message in words(entry) {
            let [payee, rule, deal, ..] = &entry.key;
            let message = format!("{message} (`{payee}` under `{rule}` on `{deal}`)");
            evidence.clawbacks.push(wrong(close, ENTRIES, message));
        }
    }
    let shown = |minor: i128| format_scaled(minor, close.digits);
    for line in lines {
        let [payee, rule, deal, role, from_payee, of_rule, of_deal] = &line.key;
        let name = format!("the line of `{payee}` under `{rule}` on `{deal}`");
        if !mirrored.contains(&(deal.clone(), of_deal.clone(), rule.clone())) {
            let message = format!("{name} takes back a line, and the reversal is not in {REVERSALS}");
            evidence.clawbacks.push(wrong(close, LINES, message));
        }
        let original: LineKey =
            [payee.as_str(), of_rule, of_deal, role, from_payee, "", ""].map(str::to_owned);
        // What nothing is posted for is the line of another system, or one of nothing.
        if let Some(posted) = running.keys.get(&original).filter(|posted| posted.earned != line.basis) {
            let message = format!("{name} takes back another amount than is posted of the line");
            evidence
                .clawbacks
                .push(wrong(close, LINES, message).numbers(shown(line.basis), shown(posted.earned)));
        }
        if !follows(line.amount, line.basis, line.rate, 1) {
            let message = format!("{name} does not take the part of the line that its rate says");
            evidence
                .clawbacks
                .push(wrong(close, LINES, message).numbers(shown(line.amount), shown(line.basis)));
        }
    }
    Ok(())
}

/// What is wrong with an entry that takes back, or says so.
fn words(entry: &Entry) -> Vec<&'static str> {
    let [_, _, deal, _, _, of_rule, of_deal] = &entry.key;
    let mut found = Vec::new();
    if of_rule.is_empty() != of_deal.is_empty() {
        found.push("a clawback names the rule and the deal of a line, and other entries neither");
    }
    if (entry.kind == RuleKind::Clawback.word()) == of_deal.is_empty() {
        found.push("its kind and the line that it takes back do not fit");
    }
    if deal == of_deal {
        found.push("a deal takes back its own line");
    }
    found
}

/// The mirrored reversals of a close. Its reversals.csv has each reversal once, in order.
fn reversals(close: &Close, evidence: &mut Evidence) -> Result<BTreeSet<Reversal>, Diagnostic> {
    let mut mirrored = BTreeSet::new();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut last: Option<[String; 3]> = None;
    let findings = &mut evidence.clawbacks;
    records((&close.folder, false), &REVERSAL_FILE, findings, |number, record, findings| {
        let cell = |place: usize| record.get(place).unwrap_or_default().to_owned();
        let (deal, original, rule, method) = (cell(0), cell(1), cell(2), cell(3));
        let mut find = |message: &str| findings.push(wrong(close, REVERSALS, message).row(number));
        // As many decimals as the currency has, and more where an amount has more.
        let size = (close.digits.min(SIZE_DIGITS)..=SIZE_DIGITS).find_map(|digits| units(&cell(4), digits));
        if size.is_none_or(|size| size < 0) {
            find("`size` is no size");
        }
        if deal == original {
            find("a deal reverses itself");
        }
        if seen.insert(deal.clone(), number).is_some() {
            find("the reversal is there twice");
        }
        let place = [deal.clone(), original.clone(), rule.clone()];
        if last.as_ref().is_some_and(|last| *last >= place) {
            find("it comes after a row that it should precede");
        }
        last = Some(place);
        match method.as_str() {
            MIRROR => {
                mirrored.insert((deal, original, rule));
            }
            RECOMPUTE => {}
            _ => find("its method is neither `mirror` nor `recompute`"),
        }
    })?;
    Ok(mirrored)
}
