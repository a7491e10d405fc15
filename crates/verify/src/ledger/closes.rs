//! The closes themselves: their order, the chain of digests, their files, approvals and copies.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::beside::prove_manifest;
use crate::digest::sha256;
use crate::folder::cannot_read;
use crate::report::{Finding, Findings, Measure, Proof};
use crate::rounding::Rounding;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::{DigestWriter, sha256_hex};
use apportion_base::money::Currency;
use apportion_contract::output::SYSTEM_FILES;
use apportion_contract::output::ledger::{APPROVALS, CLOSE, CLOSES_FOLDER, OBJECTS_FOLDER, close_name};

/// A copy unpacks to so many bytes at most.
const MOST_UNPACKED: u64 = 16 << 30;

/// A close whose files are all what its close.json says.
#[derive(Debug)]
pub struct Close {
    /// Its folder.
    pub folder: PathBuf,
    /// What its close.json says.
    pub record: Record,
    /// SHA-256 of its close.json.
    pub digest: String,
    /// Decimals of the book's currency.
    pub digits: u32,
    /// The book's rounding.
    pub rounding: Rounding,
    /// Whether it is the first of the ledger, with balances of the system before.
    pub is_first: bool,
}

/// close.json, with its keys in their order; what is not looked at is kept as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    pub close: String,
    pub number: usize,
    pub period: String,
    pub as_of: String,
    pub engine: serde_json::Value,
    pub book: Book,
    pub ledger: Settings,
    pub previous: Option<String>,
    pub inputs: Vec<Input>,
    pub rule_files: Vec<Input>,
    pub opening: Option<Input>,
    pub rules: serde_json::Value,
    pub files: Vec<File>,
    pub totals: serde_json::Map<String, serde_json::Value>,
    pub approvals_needed: u32,
    pub preparer: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Book {
    pub name: String,
    pub currency: String,
    pub rounding: String,
    pub fiscal_year_starts: u8,
    pub fx_max_age_days: u32,
    pub incomplete: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Settings {
    pub first: String,
    pub true_up: u32,
    pub keep_inputs: bool,
    pub review_over: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Input {
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    pub sha256: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct File {
    pub file: String,
    pub sha256: String,
    pub bytes: u64,
}

#[derive(Debug, Deserialize)]
struct Approval {
    by: String,
    digest: String,
}

/// The closes, and the proofs about them.
pub struct ReadCloses {
    pub closes: Vec<Close>,
    pub chain: Proof,
    pub files: Proof,
    pub approvals: Proof,
    pub copies: Proof,
}

fn broken(file: impl Into<String>, message: impl Into<String>) -> Finding {
    Finding::new(Code::BrokenLedger, file, message)
}

/// Reads all closes of a ledger.
///
/// # Errors
/// `unreadable-ledger` where there is none, `cannot-read`.
pub fn read(folder: &Path) -> Result<ReadCloses, Diagnostic> {
    let closes_folder = folder.join(CLOSES_FOLDER);
    let names = match names(&closes_folder) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(cannot_read(&closes_folder, &error)),
    };
    let is_ours = |name: &&String| !name.starts_with('.') && !SYSTEM_FILES.contains(&name.as_str());
    let names: Vec<&String> = names.iter().filter(is_ours).collect();
    // Of no close there is nothing to prove.
    if names.is_empty() {
        let message = format!("`{}` has no closes", folder.display());
        return Err(Diagnostic::error(Code::UnreadableLedger, message)
            .help("name the folder of a ledger; months are closed with `apportion close`"));
    }
    let (mut chain, mut files, mut approvals) = Default::default();
    let (mut closes, mut bytes, mut signed): (Vec<Close>, u64, u64) = (Vec::new(), 0, 0);
    for name in names {
        let path = closes_folder.join(name);
        let Some(close) = close(&path, name, closes.last(), &mut chain)? else { continue };
        bytes += prove_files(&close, &mut files)?;
        prove_manifest(&close, &mut files)?;
        signed += prove_approvals(&close, &mut approvals)?;
        closes.push(close);
    }
    let number = closes.len() as u64;
    let copies = copies(folder, &closes)?;
    Ok(ReadCloses {
        chain: Proof::new(
            "chain",
            "every month is closed once, and each close names the one before by its digest",
            vec![Measure::Count("closes", number)],
            chain,
        ),
        files: Proof::new(
            "files",
            "every close has its files and no other, each with the SHA-256 and length that close.json names",
            vec![Measure::Count("bytes", bytes)],
            files,
        ),
        approvals: Proof::new(
            "approvals",
            "enough people other than the preparer signed the draft of each close",
            vec![Measure::Count("approvals", signed)],
            approvals,
        ),
        closes,
        copies,
    })
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// One close, and how it follows the one before.
fn close(
    path: &Path,
    name: &str,
    before: Option<&Close>,
    findings: &mut Findings,
) -> Result<Option<Close>, Diagnostic> {
    let file = format!("{name}/{CLOSE}");
    let bytes = match fs::read(path.join(CLOSE)) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            findings.push(broken(file, "it is not there: a folder without it is no close"));
            return Ok(None);
        }
        Err(error) => return Err(cannot_read(&path.join(CLOSE), &error)),
    };
    let record: Record = match serde_json::from_slice(&bytes) {
        Ok(record) => record,
        Err(error) => {
            findings.push(broken(file, format!("it is not what was written: {error}")));
            return Ok(None);
        }
    };
    if text(&record).is_none_or(|text| text.as_bytes() != bytes) {
        findings.push(broken(file.clone(), "it is not written as a close writes it"));
    }
    let number = before.map_or(1, |before| before.record.number.saturating_add(1));
    let period =
        before.map_or_else(|| record.ledger.first.clone(), |before| month_after(&before.record.period));
    if record.number != number || record.close != name || name != close_name(number, &record.period) {
        findings.push(
            broken(file.clone(), "its number and month are not those of its folder")
                .numbers(format!("{} of {}", record.number, record.period), format!("{number} of {period}")),
        );
    }
    if record.period != period {
        let message = "it does not close the month after the one before";
        findings.push(broken(file.clone(), message).numbers(&record.period, &period));
    }
    let previous = before.map(|before| before.digest.as_str());
    if record.previous.as_deref() != previous {
        let shown = |digest: Option<&str>| digest.unwrap_or("none").to_owned();
        findings.push(
            broken(file.clone(), "it does not name the close before it by its digest")
                .numbers(shown(record.previous.as_deref()), shown(previous)),
        );
    }
    if let Some(before) = before {
        let same = |record: &Record| {
            let book = &record.book;
            (
                book.currency.clone(),
                book.rounding.clone(),
                book.fiscal_year_starts,
                record.ledger.first.clone(),
            )
        };
        if same(&before.record) != same(&record) {
            findings.push(broken(
                file.clone(),
                "currency, rounding, fiscal year or first month are others than before",
            ));
        }
    }
    let (currency, rounding) =
        (Currency::from_code(&record.book.currency), Rounding::from_word(&record.book.rounding));
    let (Some(currency), Some(rounding)) = (currency, rounding) else {
        findings.push(broken(file, "its currency or its rounding is none"));
        return Ok(None);
    };
    Ok(Some(Close {
        folder: path.to_owned(),
        digest: sha256_hex(&bytes),
        digits: currency.digits(),
        rounding,
        is_first: before.is_none(),
        record,
    }))
}

/// A record as close.json has it.
fn text(record: &Record) -> Option<String> {
    serde_json::to_string_pretty(record).ok().map(|text| text + "\n")
}

/// The month after `2026-07`; the same text where it is no month.
fn month_after(period: &str) -> String {
    let parts = period
        .split_once('-')
        .and_then(|(year, month)| Some((year.parse::<i32>().ok()?, month.parse::<u8>().ok()?)));
    match parts {
        Some((year, 12)) if year < 9999 => format!("{:04}-01", year + 1),
        Some((year, month)) if month < 12 => format!("{year:04}-{:02}", month + 1),
        _ => period.to_owned(),
    }
}

/// All files of a close are there, and no other. Returns how many bytes they have.
fn prove_files(close: &Close, findings: &mut Findings) -> Result<u64, Diagnostic> {
    let name = |file: &str| format!("{}/{file}", close.record.close);
    let mut listed: BTreeSet<&str> = BTreeSet::from([CLOSE]);
    let mut bytes = 0;
    for file in &close.record.files {
        if !listed.insert(&file.file) {
            findings.push(broken(name(&file.file), "close.json lists it twice"));
        }
        let path = close.folder.join(&file.file);
        if !path.is_file() {
            findings.push(broken(name(&file.file), "it is not there"));
            continue;
        }
        let (digest, length) = sha256(&path).map_err(|error| cannot_read(&path, &error))?;
        if digest != file.sha256 || length != file.bytes {
            let message = "its SHA-256 or its length is not the one in close.json";
            findings.push(broken(name(&file.file), message).numbers(&file.sha256, &digest));
        }
        bytes += length;
    }
    let here = names(&close.folder).map_err(|error| cannot_read(&close.folder, &error))?;
    for file in here.iter().filter(|file| !listed.contains(file.as_str())) {
        if !SYSTEM_FILES.contains(&file.as_str()) {
            findings.push(broken(name(file), "close.json does not list it"));
        }
    }
    for needed in apportion_contract::output::ledger::CLOSE_FILES {
        if !listed.contains(needed) {
            findings.push(broken(name(CLOSE), format!("it does not list {needed}")));
        }
    }
    Ok(bytes)
}

/// Approvals are of the draft that became the close: its record without the file of the approvals.
fn prove_approvals(close: &Close, findings: &mut Findings) -> Result<u64, Diagnostic> {
    let name = format!("{}/{APPROVALS}", close.record.close);
    let path = close.folder.join(APPROVALS);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            findings.push(broken(name, "it is not there"));
            return Ok(0);
        }
        Err(error) => return Err(cannot_read(&path, &error)),
    };
    let approvals: Vec<Approval> = match serde_json::from_slice(&bytes) {
        Ok(approvals) => approvals,
        Err(error) => {
            findings.push(broken(name, format!("it is not what was written: {error}")));
            return Ok(0);
        }
    };
    let mut draft = close.record.clone();
    draft.files.retain(|file| file.file != APPROVALS);
    let digest = text(&draft).map(|text| sha256_hex(text.as_bytes())).unwrap_or_default();
    let mut people = BTreeSet::new();
    for approval in &approvals {
        if approval.digest != digest {
            findings.push(broken(name.clone(), format!("`{}` signed another draft", approval.by)));
        } else if approval.by == close.record.preparer {
            findings.push(broken(name.clone(), format!("`{}` prepared the draft", approval.by)));
        } else if !people.insert(&approval.by) {
            findings.push(broken(name.clone(), format!("`{}` signed twice", approval.by)));
        }
    }
    if people.len() < close.record.approvals_needed as usize {
        let message = "it has fewer approvals than the close needs";
        findings.push(broken(name, message).numbers(people.len(), close.record.approvals_needed));
    }
    Ok(people.len() as u64)
}

/// Every file that a close rests on has a copy with its content, so far as the ledger keeps copies.
fn copies(folder: &Path, closes: &[Close]) -> Result<Proof, Diagnostic> {
    let mut findings = Findings::default();
    let objects = folder.join(OBJECTS_FOLDER);
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for close in closes {
        let record = &close.record;
        let inputs = record.inputs.iter().filter(|_| record.ledger.keep_inputs);
        for input in record.rule_files.iter().chain(&record.opening).chain(inputs) {
            if known.insert(&input.sha256) {
                prove_copy(&objects, &record.close, input, &mut findings)?;
            }
        }
    }
    let measures = vec![Measure::Count("copies", known.len() as u64)];
    let claim = "every file that a close rests on is kept, with the content that it had";
    Ok(Proof::new("copies", claim, measures, findings))
}

fn prove_copy(objects: &Path, close: &str, input: &Input, findings: &mut Findings) -> Result<(), Diagnostic> {
    let name = format!("{OBJECTS_FOLDER}/{}.zst", input.sha256);
    let path = objects.join(format!("{}.zst", input.sha256));
    let packed = match fs::read(&path) {
        Ok(packed) => packed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            findings.push(broken(name, format!("the copy of {} for {close} is not there", input.path)));
            return Ok(());
        }
        Err(error) => return Err(cannot_read(&path, &error)),
    };
    // What it unpacks to is not held: it may be anything.
    let mut digest = DigestWriter::default();
    let unpacked = zstd::Decoder::new(packed.as_slice())
        .and_then(|decoder| io::copy(&mut decoder.take(MOST_UNPACKED), &mut digest));
    if unpacked.is_err() || digest.finish() != input.sha256 {
        findings.push(broken(name, format!("it is not the content of {} for {close}", input.path)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::month_after;

    #[test]
    fn months_follow_each_other() {
        for (month, next) in [("2026-01", "2026-02"), ("2026-12", "2027-01"), ("x", "x")] {
            assert_eq!(month_after(month), next);
        }
    }
}
