//! `apportion verify ledger --replay`: every close settled again, as one more proof.

use std::path::Path;

use crate::cli::disk;
use crate::cli::progress::Bars;
use crate::cli::report::Reporter;
use apportion_base::diagnostic::Diagnostic;
use apportion_ledger::ledger::Ledger;
use apportion_ledger::replay::{Difference, ReplayedClose, replay};
use apportion_verify::{Finding, Findings, Measure, Proof, Report, Verdict};

const NAME: &str = "replay";
const CLAIM: &str = "each close, settled again from what the ledger kept, is what was posted";

/// Settles the closes of a ledger again, where they hold together at all. `root` is the project's folder.
pub fn proof(report: &Report, folder: &Path, root: &Path, reporter: &Reporter) -> Result<Proof, Diagnostic> {
    let is_whole =
        |name: &str| report.proofs.iter().any(|proof| proof.name == name && proof.verdict == Verdict::Proven);
    if !is_whole("chain") || !is_whole("files") {
        return Ok(Proof::without(NAME, CLAIM, Verdict::NotChecked));
    }
    let ledger = Ledger::in_folder(&disk(), folder)?;
    let bars = Bars::new(reporter);
    let replayed = replay(&ledger, root, &bars);
    bars.finish(reporter);
    Ok(of_closes(&replayed?))
}

fn of_closes(replayed: &[ReplayedClose]) -> Proof {
    let mut findings = Findings::default();
    for close in replayed {
        for difference in &close.differences {
            findings.push(finding(&close.close, difference));
        }
    }
    let mut measures = vec![
        Measure::Count("closes", replayed.len() as u64),
        Measure::Count("files", replayed.iter().map(|close| close.files).sum()),
        Measure::Count("bytes", replayed.iter().map(|close| close.bytes).sum()),
    ];
    let others = replayed.iter().filter(|close| close.other_version.is_some()).count();
    if others > 0 {
        measures.push(Measure::Count("closes by another version", others as u64));
    }
    Proof::new(NAME, CLAIM, measures, findings)
}

fn finding(close: &str, difference: &Difference) -> Finding {
    let Difference { code, file, row, message, values } = difference;
    let mut finding = Finding::new(*code, format!("{close}/{file}"), message);
    finding.row = *row;
    finding.numbers.clone_from(values);
    finding
}
