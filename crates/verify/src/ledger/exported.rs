//! Journals of a close that were exported: their files are those of the manifest, and rows of `double-entry` book what the close moves.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Evidence;
use super::amounts::units;
use super::balances::Row;
use super::closes::Close;
use super::journals::Movement;
use crate::folder::cannot_read;
use crate::report::{Finding, Findings};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::sha256_hex;
use apportion_base::spreadsheet::unguarded;
use apportion_contract::output::ledger::{EXPORTS_FOLDER, MANIFEST};

/// The columns of `double-entry`.
const COLUMNS: [&str; 11] =
    ["journal", "date", "line", "account", "debit", "credit", "currency", "payee", "rule", "period", "memo"];

/// What manifest.json says, as far as it is looked at.
#[derive(Debug, Deserialize)]
struct Manifest {
    format: String,
    close: String,
    #[serde(default)]
    payments: bool,
    files: Vec<File>,
}

#[derive(Debug, Deserialize)]
struct File {
    file: String,
    sha256: String,
}

/// Proves the journals in the folder of a close's exports, where there are any.
pub(super) fn prove(
    close: &Close,
    movements: &[Movement],
    rows: &BTreeMap<String, Row>,
    evidence: &mut Evidence,
) -> Result<(), Diagnostic> {
    for folder in journals(close)? {
        evidence.booked[1] += 1;
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let shown = format!("{EXPORTS_FOLDER}/{}/{name}", close.record.close);
        let Some(files) = files(close, (&folder, &shown), &mut evidence.journals)? else { continue };
        let mut booked = Vec::new();
        for (file, bytes) in &files {
            let place = format!("{shown}/{file}");
            match pairs(close, bytes) {
                Ok(found) => booked.extend(found),
                Err(why) => evidence.journals.push(Finding::new(Code::WrongPosting, place, why)),
            }
        }
        compare(booked, movements, rows, (&shown, &mut evidence.journals));
    }
    Ok(())
}

/// The folders of journals of a close.
fn journals(close: &Close) -> Result<Vec<PathBuf>, Diagnostic> {
    let Some(ledger) = close.folder.parent().and_then(Path::parent) else { return Ok(Vec::new()) };
    let exports = ledger.join(EXPORTS_FOLDER).join(&close.record.close);
    let entries = match fs::read_dir(&exports) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(cannot_read(&exports, &error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| cannot_read(&exports, &error))?;
        if entry.file_name().to_string_lossy().starts_with("journal-") && entry.path().is_dir() {
            found.push(entry.path());
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// The files of a journal by their names.
type Files = Vec<(String, Vec<u8>)>;

/// The files of a `double-entry` journal of the close; none of another, whose digests are compared alone.
fn files(
    close: &Close,
    (folder, shown): (&Path, &str),
    findings: &mut Findings,
) -> Result<Option<Files>, Diagnostic> {
    let mut tell = |file: &str, message: &str| {
        findings.push(Finding::new(Code::BrokenLedger, format!("{shown}/{file}"), message));
    };
    let path = folder.join(MANIFEST);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            tell(MANIFEST, "it is not there");
            return Ok(None);
        }
        Err(error) => return Err(cannot_read(&path, &error)),
    };
    let Ok(manifest) = serde_json::from_slice::<Manifest>(&bytes) else {
        tell(MANIFEST, "it is not what was written");
        return Ok(None);
    };
    if manifest.close != close.record.close {
        tell(MANIFEST, "it is of another close");
    }
    let mut files = Files::new();
    for File { file, sha256 } in manifest.files {
        // A name and no path, so that nothing outside of the folder is read.
        if file.contains(['/', '\\']) || file == ".." {
            tell(&file, "it is no name of a file");
            continue;
        }
        let path = folder.join(&file);
        match fs::read(&path) {
            Ok(bytes) if sha256_hex(&bytes) == sha256 => files.push((file, bytes)),
            Ok(_) => tell(&file, "it is not the file whose SHA-256 its manifest has"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => tell(&file, "it is not there"),
            Err(error) => return Err(cannot_read(&path, &error)),
        }
    }
    Ok((manifest.format == "double-entry" && !manifest.payments).then_some(files))
}

/// A debit and its credit: payee, step, rule and amount.
type Pair = (String, String, String, i128);

/// The movements of a file; debits and credits of each are equal.
fn pairs(close: &Close, bytes: &[u8]) -> Result<Vec<Pair>, String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|error| error.to_string())?;
    if !header.iter().eq(COLUMNS) {
        return Err("its header is not that of a double-entry journal".to_owned());
    }
    let mut pairs = Vec::new();
    let mut debit: Option<Pair> = None;
    for (row, record) in (1_u64..).zip(reader.records()) {
        let record = record.map_err(|error| error.to_string())?;
        let cell = |place: usize| unguarded(record.get(place).unwrap_or_default()).to_owned();
        let (payee, rule, step) = (cell(7), cell(8), cell(10));
        let side = |place: usize| units(&cell(place), close.digits).filter(|amount| *amount > 0);
        if cell(6) != close.record.book.currency || cell(9) != close.record.period {
            return Err(format!("row {row} is of another currency or month"));
        }
        match (debit.take(), side(4), side(5)) {
            (None, Some(amount), None) if cell(5).is_empty() => debit = Some((payee, step, rule, amount)),
            (Some(open), None, Some(amount)) if cell(4).is_empty() => {
                if open != (payee, step, rule, amount) {
                    return Err(format!("row {row} is not the credit of the debit before it"));
                }
                pairs.push(open);
            }
            _ => return Err(format!("row {row} is neither a debit nor the credit of one")),
        }
    }
    match debit {
        Some(_) => Err("its last debit has no credit".to_owned()),
        None => Ok(pairs),
    }
}

/// What a journal books is what the close moves. Balances that went from one account to another are those before the close.
fn compare(
    booked: Vec<Pair>,
    movements: &[Movement],
    rows: &BTreeMap<String, Row>,
    (shown, findings): (&str, &mut Findings),
) {
    let (moved, mut booked): (Vec<Pair>, Vec<Pair>) =
        booked.into_iter().partition(|(_, step, ..)| step == "moved");
    for (payee, _, _, amount) in moved {
        let is_balance = rows.get(&payee).is_some_and(|row| {
            let due = row.of("held_in") + row.of("carried_in");
            [due.abs(), row.of("owed_in")].contains(&amount)
        });
        if !is_balance {
            let message = format!("what is moved of `{payee}` is no balance of the close before");
            findings.push(Finding::new(Code::WrongPosting, shown, message));
        }
    }
    let mut expected: Vec<Pair> = movements
        .iter()
        .map(|own| (own.payee.clone(), own.step.to_owned(), own.rule.clone(), own.amount.abs()))
        .collect();
    booked.sort_unstable();
    expected.sort_unstable();
    let differs = booked.iter().zip(&expected).find(|(own, other)| own != other).map(|(own, _)| own);
    let beyond = || booked.get(expected.len()).or_else(|| expected.get(booked.len()));
    if let Some((payee, step, ..)) = differs.or_else(beyond) {
        let message = format!("what it books of `{payee}` ({step}) is not what the close moves");
        findings.push(Finding::new(Code::WrongPosting, shown, message));
    }
}
