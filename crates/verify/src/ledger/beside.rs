//! The files beside the balances of a close: people.csv and findings.csv, and what run.json says of the month's files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;

use super::amounts::units;
use super::closes::Close;
use super::{Evidence, wrong};
use crate::csv_file::records;
use crate::folder::cannot_read;
use crate::report::{Finding, Findings};
use crate::seal::{Seal, seal_of};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::format_scaled;
use apportion_base::spreadsheet::unguarded;
use apportion_contract::output::ledger::{FINDING_FILE, FINDINGS, PEOPLE};
use apportion_contract::{OutputFile, RUN};

/// What balances.csv says of a payee, as far as findings repeat it.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    pub paid: i128,
    pub carried: i128,
}

/// Proves that people and findings are those of a close with these balances.
pub fn prove(close: &Close, due: &BTreeMap<&str, Due>, evidence: &mut Evidence) -> Result<(), Diagnostic> {
    let people = people(close, &mut evidence.beside)?;
    evidence.counts[5] += people.len() as u64;
    let unknown = findings(close, due, &people, &mut evidence.beside)?;
    for payee in due.keys().filter(|payee| !people.contains(**payee) && !unknown.contains(**payee)) {
        let message = format!("`{payee}` is not in people.csv, and `unknown-payee` is not said");
        evidence.beside.push(wrong(close, FINDINGS, message));
    }
    Ok(())
}

/// The payees that the data had, in their order, each once.
fn people(close: &Close, findings: &mut Findings) -> Result<BTreeSet<String>, Diagnostic> {
    let path = close.folder.join(PEOPLE);
    let bytes = fs::read(&path).map_err(|error| cannot_read(&path, &error))?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let mut people: BTreeSet<String> = BTreeSet::new();
    let is_theirs = reader.headers().is_ok_and(|header| header.iter().take(2).eq(["payee_id", "kind"]));
    if !is_theirs {
        findings.push(wrong(close, PEOPLE, "its first columns are not payee_id and kind"));
        return Ok(people);
    }
    for (row, record) in (1..).zip(reader.records()) {
        let Ok(record) = record else {
            findings.push(wrong(close, PEOPLE, "it is no CSV").row(row));
            break;
        };
        let payee = unguarded(record.get(0).unwrap_or_default()).to_owned();
        if people.last().is_some_and(|last| *last >= payee) {
            findings.push(wrong(close, PEOPLE, "it comes after a row that it should precede").row(row));
        }
        people.insert(payee);
    }
    Ok(people)
}

/// Findings about a payment repeat what balances.csv says. Returns the payees of whom it is said that the data do not have them.
fn findings(
    close: &Close,
    due: &BTreeMap<&str, Due>,
    people: &BTreeSet<String>,
    findings: &mut Findings,
) -> Result<BTreeSet<String>, Diagnostic> {
    let mut unknown = BTreeSet::new();
    in_order(close, &FINDING_FILE, findings, |number, cells, findings| {
        let [code, _, _, payee, amount] = cells else { return };
        let mut tell = |message: String| findings.push(wrong(close, FINDINGS, message).row(number));
        let is_of_payment = ["unknown-payee", "no-fx-rate"].contains(code);
        if *code == "unknown-payee" {
            unknown.insert((*payee).to_owned());
            if people.contains(*payee) {
                tell(format!("`unknown-payee` of `{payee}`, who is in people.csv"));
            }
        }
        if !is_of_payment && *code != "payee-changed" {
            return;
        }
        let Some(Due { paid, carried }) = due.get(payee) else {
            tell(format!("`{code}` of `{payee}`, who has no balance"));
            return;
        };
        if is_of_payment && (*paid != 0 || units(amount, close.digits) != Some(*carried)) {
            let finding = wrong(close, FINDINGS, format!("`{code}` of `{payee}` is not what is carried"));
            let carried = format_scaled(*carried, close.digits);
            findings.push(finding.row(number).numbers(amount, carried));
        }
    })?;
    Ok(unknown)
}

/// The records of a file, which follow each other in the order of their cells.
fn in_order(
    close: &Close,
    file: &'static OutputFile,
    findings: &mut Findings,
    mut each: impl FnMut(u64, &[&str], &mut Findings),
) -> Result<(), Diagnostic> {
    let mut last: Vec<String> = Vec::new();
    records((&close.folder, false), file, findings, |number, record, findings| {
        let cells: Vec<&str> = record.iter().collect();
        // What comes behind the key is no part of the order.
        let keys = &cells[..file.sorted_by.len().min(cells.len())];
        if number > 1 && last.iter().map(String::as_str).gt(keys.iter().copied()) {
            findings.push(wrong(close, file.name, "it comes after a row that it should precede").row(number));
        }
        last = keys.iter().map(|cell| (*cell).to_owned()).collect();
        each(number, &cells, findings);
    })?;
    Ok(())
}

#[derive(Deserialize)]
struct Manifest {
    outputs: Vec<Output>,
}

#[derive(Deserialize)]
struct Output {
    file: String,
    sha256: String,
}

/// run.json is as it was sealed, and has the digests of the month's files that close.json has.
pub fn prove_manifest(close: &Close, findings: &mut Findings) -> Result<(), Diagnostic> {
    let path = close.folder.join(RUN);
    if !path.is_file() {
        return Ok(());
    }
    let bytes = fs::read(&path).map_err(|error| cannot_read(&path, &error))?;
    let file = format!("{}/{RUN}", close.record.close);
    let mut tell = |message: String| findings.push(Finding::new(Code::BrokenLedger, &file, message));
    if seal_of(&bytes) != Seal::Whole {
        tell("its seal is not that of the bytes before it".to_owned());
    }
    let Ok(manifest) = serde_json::from_slice::<Manifest>(&bytes) else {
        tell("it is not what was written".to_owned());
        return Ok(());
    };
    for Output { file, sha256 } in manifest.outputs {
        let listed = close.record.files.iter().find(|listed| listed.file == file);
        if listed.is_none_or(|listed| listed.sha256 != sha256) {
            tell(format!("its SHA-256 of {file} is not the one in close.json"));
        }
    }
    Ok(())
}
