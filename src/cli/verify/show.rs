//! The proofs on stdout: a table for people, or everything as JSON.

use std::path::Path;

use serde::Serialize;

use super::super::number::{count, money};
use super::super::project;
use super::args::VerifyFormat;
use apportion_base::money::format_scaled;
use apportion_verify::{Finding, Measure, Proof, Report, Verdict};

/// Width of the longest name of a proof.
const NAME: usize = 14;

/// The report in a format, as bytes for stdout.
pub fn report(report: &Report, out: &Path, format: VerifyFormat) -> Result<Vec<u8>, serde_json::Error> {
    match format {
        VerifyFormat::Table => Ok(text(report, out).into_bytes()),
        VerifyFormat::Json => {
            let mut bytes = serde_json::to_vec_pretty(&JsonReport::new(report, out))?;
            bytes.push(b'\n');
            Ok(bytes)
        }
    }
}

/// The report of a ledger in a format, as bytes for stdout.
pub fn ledger(report: &Report, folder: &Path, format: VerifyFormat) -> Result<Vec<u8>, serde_json::Error> {
    if format == VerifyFormat::Json {
        let json = JsonLedger {
            folder: project::shown(folder),
            last: &report.period,
            book: &report.book,
            proven: report.proven(),
            close_json_sha256: &report.digest,
            proofs: report.proofs.iter().map(|proof| json_proof(proof, report)).collect(),
        };
        let mut bytes = serde_json::to_vec_pretty(&json)?;
        bytes.push(b'\n');
        return Ok(bytes);
    }
    let failed = report.proofs.iter().filter(|proof| proof.verdict == Verdict::Failed).count();
    let verdict = match report.proven() {
        true => "proven".to_owned(),
        false => format!("NOT PROVEN: {failed} of {} proofs failed", report.proofs.len()),
    };
    let mut text =
        format!("{}, closed up to {}, amounts in {}\n\n", report.book, report.period, report.currency);
    text.push_str(&proofs(report));
    text.push_str(&format!("\nLedger   {} is {verdict}\n", project::shown(folder)));
    text.push_str(&format!(
        "Digest   {}  (SHA-256 of the last close.json, which has the digests of all before it)\n",
        report.digest
    ));
    Ok(text.into_bytes())
}

/// One line for each proof.
fn proofs(report: &Report) -> String {
    let results: Vec<String> = report.proofs.iter().map(result).collect();
    let width = results.iter().map(String::len).max().unwrap_or(0);
    let mut text = String::new();
    for (proof, result) in report.proofs.iter().zip(&results) {
        let line = format!("{result:<width$}  {:<NAME$}  {}", proof.name, checked(proof, report.digits));
        text.push_str(&format!("{}\n", line.trim_end()));
    }
    text
}

fn text(report: &Report, out: &Path) -> String {
    let mut text = if report.period.is_empty() {
        format!("{}\n\n", project::shown(out))
    } else {
        format!("{}, {}, amounts in {}\n\n", report.book, report.period, report.currency)
    };
    text.push_str(&proofs(report));
    text.push('\n');
    for (label, what) in facts(report, out) {
        text.push_str(&format!("{label:<9}{what}\n"));
    }
    text
}

/// What the proof looked at: `3,216 lines, 454 deals; uncapped 1,234.50`.
fn checked(proof: &Proof, digits: u32) -> String {
    let counts = proof.measures.iter().filter_map(|measure| match measure {
        Measure::Count(what, number) => Some(numbered(*number, what)),
        Measure::Amount(..) => None,
    });
    let sums = proof.measures.iter().filter_map(|measure| match measure {
        Measure::Amount(what, minor) => Some(format!("{what} {}", money(*minor, digits))),
        Measure::Count(..) => None,
    });
    let halves = [counts.collect::<Vec<_>>().join(", "), sums.collect::<Vec<_>>().join(", ")];
    halves.into_iter().filter(|half| !half.is_empty()).collect::<Vec<_>>().join("; ")
}

/// A number with its noun, which is given in the plural.
fn numbered(number: u64, plural: &str) -> String {
    let noun = if number == 1 { plural.strip_suffix('s').unwrap_or(plural) } else { plural };
    format!("{} {noun}", count(number))
}

fn result(proof: &Proof) -> String {
    match proof.verdict {
        Verdict::Failed => format!("FAILED ({})", count(proof.findings.count())),
        Verdict::ChangedSince => format!("changed since ({})", count(proof.findings.count())),
        verdict => verdict.word().to_owned(),
    }
}

fn facts(report: &Report, out: &Path) -> Vec<(&'static str, String)> {
    let failed = report.proofs.iter().filter(|proof| proof.verdict == Verdict::Failed).count();
    let left_out = |verdict| report.proofs.iter().filter(|proof| proof.verdict == verdict).count();
    let mut verdict = if report.proven() {
        "proven".to_owned()
    } else {
        format!("NOT PROVEN: {failed} of {} proofs failed", report.proofs.len())
    };
    let changed: Vec<&str> = report.changed_since().collect();
    if !changed.is_empty() {
        let what = changed.join(" and ");
        verdict.push_str(&format!(
            "; {what} were changed since, so another run would be of other data or rules"
        ));
    }
    let not_at_hand = left_out(Verdict::NotAtHand);
    if not_at_hand > 0 {
        verdict.push_str(&format!(", {not_at_hand} skipped because files that the run read are missing"));
    }
    vec![
        ("Result", format!("{} is {verdict}", project::shown(out))),
        ("Digest", format!("{}  (SHA-256 of run.json, which has the digests of all files)", report.digest)),
    ]
}

#[derive(Serialize)]
struct JsonReport<'a> {
    folder: String,
    period: &'a str,
    book: &'a str,
    proven: bool,
    changed_since: Vec<&'static str>,
    run_json_sha256: &'a str,
    proofs: Vec<JsonProof<'a>>,
}

#[derive(Serialize)]
struct JsonLedger<'a> {
    folder: String,
    last: &'a str,
    book: &'a str,
    proven: bool,
    close_json_sha256: &'a str,
    proofs: Vec<JsonProof<'a>>,
}

#[derive(Serialize)]
struct JsonProof<'a> {
    proof: &'a str,
    claim: &'a str,
    result: &'static str,
    checked: serde_json::Value,
    findings: Vec<JsonGroup<'a>>,
}

#[derive(Serialize)]
struct JsonGroup<'a> {
    code: &'a str,
    count: u64,
    first: Vec<JsonFinding<'a>>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    file: &'a str,
    row: Option<u64>,
    message: &'a str,
    written: Option<&'a str>,
    proved: Option<&'a str>,
}

impl<'a> JsonReport<'a> {
    fn new(report: &'a Report, out: &Path) -> Self {
        Self {
            folder: project::shown(out),
            period: &report.period,
            book: &report.book,
            proven: report.proven(),
            changed_since: report.changed_since().collect(),
            run_json_sha256: &report.digest,
            proofs: report.proofs.iter().map(|proof| json_proof(proof, report)).collect(),
        }
    }
}

fn json_proof<'a>(proof: &'a Proof, report: &'a Report) -> JsonProof<'a> {
    let mut checked = serde_json::Map::new();
    for measure in &proof.measures {
        match measure {
            Measure::Count(what, number) => checked.insert(what.replace(' ', "_"), (*number).into()),
            Measure::Amount(what, minor) => checked.insert(
                what.replace(' ', "_"),
                serde_json::json!({
                    "amount": format_scaled(*minor, report.digits),
                    "currency": report.currency,
                }),
            ),
        };
    }
    let group = |group: &'a apportion_verify::Group| JsonGroup {
        code: group.code.word(),
        count: group.count,
        first: group.first.iter().map(json_finding).collect(),
    };
    JsonProof {
        proof: proof.name,
        claim: proof.claim,
        result: proof.verdict.word(),
        checked: checked.into(),
        findings: proof.findings.groups.iter().map(group).collect(),
    }
}

fn json_finding(finding: &Finding) -> JsonFinding<'_> {
    let numbers = finding.numbers.as_ref();
    JsonFinding {
        file: &finding.file,
        row: finding.row,
        message: &finding.message,
        written: numbers.map(|(written, _)| written.as_str()),
        proved: numbers.map(|(_, proved)| proved.as_str()),
    }
}
