//! Every worked example under tests/cases, written as a result and proved: `verify` proves what the engine writes,
//! for rules of every kind.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use apportion::cases::{Bench, Case};
use apportion::diagnostic::Files;
use apportion::ledger::cases::close_months;
use apportion::store::MemoryStore;
use apportion::verify::{ProjectFiles, Verdict, verify};
use apportion::world::Disk;
use rayon::prelude::*;

use crate::ledger::desk::{Desk, ledger_in, unproven};
use crate::support::repository;

const TABLES: [&str; 26] = [
    "accounts",
    "assignments",
    "certificates",
    "conflict_events",
    "conflicts",
    "deal_lines",
    "deals",
    "decision_shares",
    "decisions",
    "engagements",
    "fx_rates",
    "handoffs",
    "holidays",
    "inquiries",
    "milestones",
    "opportunities",
    "payees",
    "price_approvals",
    "price_entries",
    "quotas",
    "registration_events",
    "registration_members",
    "registrations",
    "service_events",
    "splits",
    "territories",
];

/// A table of a case as CSV.
fn csv_text(table: &str) -> String {
    let rows = table.lines().filter(|line| !line.trim().is_empty());
    let cells = |line: &str| {
        let cells: Vec<String> =
            line.split('|').map(|cell| format!("\"{}\"", cell.trim().replace('"', "\"\""))).collect();
        cells.join(",")
    };
    rows.map(|line| cells(line) + "\n").collect()
}

/// Writes a case as a project; false where it is one of those that end in an error, or that close months.
fn write(case: &toml::Table, folder: &Path) -> bool {
    if case.contains_key("error") || case.contains_key("month") {
        return false;
    }
    let mut book = toml::Table::new();
    book.insert("name".to_owned(), "A case".into());
    book.insert("currency".to_owned(), "USD".into());
    book.insert("rules".to_owned(), vec!["rules.toml"].into());
    book.extend(case.get("book").and_then(|book| book.as_table()).cloned().unwrap_or_default());
    let mut sources = toml::Table::new();
    for table in TABLES {
        let Some(text) = case.get(table).and_then(|text| text.as_str()) else { continue };
        let keys = case.get("sources").and_then(|sources| sources.get(table)?.as_table());
        let mut source = keys.cloned().unwrap_or_default();
        source.insert("path".to_owned(), format!("{table}.csv").into());
        sources.insert(table.to_owned(), source.into());
        fs::write(folder.join(format!("{table}.csv")), csv_text(text)).unwrap();
    }
    let mut file = toml::Table::new();
    file.insert("book".to_owned(), book.into());
    file.insert("sources".to_owned(), sources.into());
    fs::write(folder.join("apportion.toml"), toml::to_string(&file).unwrap()).unwrap();
    for (path, text) in case.get("files").and_then(|files| files.as_table()).into_iter().flatten() {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.as_str().unwrap()).unwrap();
    }
    fs::write(folder.join("rules.toml"), case["rules"].as_str().unwrap()).unwrap();
    true
}

/// The ledger of every worked example that closes months, proved from its files.
#[test]
fn the_ledger_of_every_case_is_proven() {
    let mut files = Files::default();
    let bench = Bench::read(&Disk::shared(), None, &[repository("tests/cases")], &mut files).unwrap();
    let cases: Vec<&Case> = bench.case_files.iter().flat_map(|file| &file.cases).collect();
    let closing: Vec<&Case> = cases.into_iter().filter(|case| !case.months.is_empty()).collect();
    assert!(closing.len() >= 60, "only {} cases close months", closing.len());
    let wrong = |case: &&Case| {
        let store = Arc::new(MemoryStore::default());
        close_months(case, &bench.setting, &files, &store);
        let ledger = ledger_in(&store);
        if !ledger.keys().any(|path| path.starts_with("ledger/closes/")) {
            // Its first close is stopped.
            return None;
        }
        let found = unproven(&Desk::holding(&ledger).path("ledger"));
        Some(found.iter().map(|message| format!("\n{}: {message}", case.name)).collect())
    };
    let wrong: Vec<String> = closing.par_iter().filter_map(wrong).collect();
    assert!(wrong.len() >= 55 && wrong.iter().all(String::is_empty), "{}", wrong.concat());
}

/// What is found in the result of a case; `None` where it makes none.
fn found(case: &toml::Table) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    if !write(case, folder.path()) {
        return None;
    }
    let out = folder.path().join("out");
    let output = Command::new(env!("CARGO_BIN_EXE_apportion"))
        .args(["run", "--quiet", "--threads", "1", "--period", case["period"].as_str().unwrap(), "--project"])
        .arg(folder.path())
        .arg("--out")
        .arg(&out)
        .args(case.get("as_of").map(|day| format!("--as-of={}", day.to_string().trim_matches('"'))))
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let report = verify(&out, ProjectFiles { folder: Some(folder.path()), required: true }, None).unwrap();
    let findings: Vec<String> = report
        .groups()
        .flat_map(|group| &group.first)
        .map(|finding| format!("\n{}: {}", case["name"], finding.diagnostic(Verdict::Failed).message))
        .collect();
    assert_eq!(report.proven(), findings.is_empty());
    Some(findings.concat())
}

#[test]
fn the_result_of_every_case_is_proven() {
    let mut cases: Vec<toml::Table> = Vec::new();
    let in_folder =
        |folder: &str| fs::read_dir(repository(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = in_folder("tests/cases").chain(in_folder("tests/cases/channel")).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml")) {
        let file: toml::Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        cases.extend(file["case"].as_array().unwrap().iter().map(|case| case.as_table().unwrap().clone()));
    }
    let found: Vec<String> = cases.par_iter().filter_map(found).collect();
    assert!(found.len() >= 300, "only {} cases make a result", found.len());
    assert!(found.iter().all(String::is_empty), "{}", found.concat());
}
