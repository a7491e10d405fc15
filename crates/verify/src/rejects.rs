//! rejects.csv: in order, with known codes, and as many rejected rows as run.json counts; and what was read is what
//! was used, filtered and rejected.

use std::collections::BTreeSet;
use std::path::Path;

use csv::StringRecord;

use super::csv_file::records;
use super::manifest::Manifest;
use super::report::{Finding, Findings, Measure, Proof};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_contract::output::REJECT_FILE;
use apportion_contract::{REJECTS, RUN, RejectAction, RejectCode, TableName};

/// Cells of a record, by their place in the file.
const SOURCE: usize = 0;
const FILE: usize = 1;
const ROW: usize = 2;
const CODE: usize = 5;
const ACTION: usize = 8;

/// Both proofs: of the rejects, and of the rows by source. Returns the number of findings in the file as well.
pub fn prove(out: &Path, manifest: &Manifest) -> Result<(Proof, Proof, Option<u64>), Diagnostic> {
    let mut findings = Findings::default();
    // Source, file and row of what was rejected: a row may have several findings.
    let mut rejected: BTreeSet<(String, String, u64)> = BTreeSet::new();
    let mut before: Option<(StringRecord, u64)> = None;
    let inputs: BTreeSet<(&str, &str)> =
        manifest.inputs.iter().map(|input| (input.table.as_str(), input.path.as_str())).collect();
    let count = records((out, manifest.raw), &REJECT_FILE, &mut findings, |row, cells, findings| {
        let number = cells[ROW].parse::<u64>().ok().filter(|number| *number > 0);
        if before
            .as_ref()
            .is_some_and(|(before, index)| !in_order(before, *index, cells, number.unwrap_or(0)))
        {
            findings.add(Code::RowsOutOfOrder, || {
                Finding::new(Code::RowsOutOfOrder, REJECTS, "it belongs before the row above it").row(row)
            });
        }
        before = Some((cells.clone(), number.unwrap_or(0)));
        if let Some(what) = what_is_wrong(cells, number.is_some(), &inputs) {
            findings.add(Code::BadReject, || Finding::new(Code::BadReject, REJECTS, what).row(row));
        }
        if &cells[ACTION] == RejectAction::Rejected.word() {
            rejected.insert((cells[SOURCE].to_owned(), cells[FILE].to_owned(), number.unwrap_or(0)));
        }
    })?;
    let measures = vec![
        Measure::Count("findings", count.unwrap_or(0)),
        Measure::Count("rejected rows", rejected.len() as u64),
    ];
    let claim = "rejects.csv is in order, with known codes, of files that were read";
    let rejects = Proof::new("rejects", claim, measures, findings);
    let rows = rows(manifest, count.map(|_| &rejected));
    Ok((rejects, rows, count))
}

/// What a row says that no run would.
fn what_is_wrong(cells: &StringRecord, numbered: bool, inputs: &BTreeSet<(&str, &str)>) -> Option<String> {
    let Some(code) = RejectCode::from_word(&cells[CODE]) else {
        return Some(format!("`{}` is no code", &cells[CODE]));
    };
    if !numbered {
        return Some(format!("`{}` is no row of a file", &cells[ROW]));
    }
    if !inputs.iter().any(|(table, path)| *table == &cells[SOURCE] && &cells[FILE] == *path) {
        return Some(format!("`{}` is no file that was read into {}", &cells[FILE], &cells[SOURCE]));
    }
    let action = code.action().word();
    (&cells[ACTION] != action)
        .then(|| format!("a row with `{}` is {action}, not `{}`", code.word(), &cells[ACTION]))
}

/// Whether two adjacent rows are in order: by their texts, and then by the number of the row.
fn in_order(before: &StringRecord, before_row: u64, after: &StringRecord, after_row: u64) -> bool {
    let texts = REJECT_FILE.sorted_by.iter().filter_map(|name| REJECT_FILE.position(name));
    let differing = texts.filter(|index| *index != ROW).find(|index| before[*index] != after[*index]);
    differing.map_or(before_row <= after_row, |index| before[index] < after[index])
}

/// Read = used + filtered + repeated + rejected for every source, and rejected is what rejects.csv has.
fn rows(manifest: &Manifest, rejected: Option<&BTreeSet<(String, String, u64)>>) -> Proof {
    let mut findings = Findings::default();
    let mut read = 0_u64;
    for rows in &manifest.rows {
        if TableName::from_word(&rows.source).is_none() {
            let message = format!("`{}` is no source", rows.source);
            findings.push(Finding::new(Code::BadRunJson, RUN, message));
        }
        read = read.saturating_add(rows.read);
        let parts = [rows.filtered, rows.repeated, rows.rejected];
        let sum = parts.into_iter().try_fold(rows.used, u64::checked_add);
        if sum != Some(rows.read) {
            let message =
                format!("used, filtered, repeated and rejected rows of {} are not those read", rows.source);
            let proved = sum.map_or("too many".to_owned(), |sum| sum.to_string());
            findings.push(Finding::new(Code::RowsLost, RUN, message).numbers(rows.read, proved));
        }
        if rows.of_filtered_deals > rows.filtered || rows.rejected_parts > rows.rejected {
            let message = format!("more rows of {} are of a kind than there are of all kinds", rows.source);
            findings.push(Finding::new(Code::RowsLost, RUN, message));
        }
        let Some(rejected) = rejected else { continue };
        let found = rejected.iter().filter(|(source, ..)| *source == rows.source).count() as u64;
        // rejects.csv names the record, and several rows may come from one.
        let found = found.saturating_add(rows.rejected_parts);
        if found != rows.rejected {
            let message = format!("rejected rows of {} are not those in {REJECTS}", rows.source);
            findings.push(Finding::new(Code::RowsLost, RUN, message).numbers(rows.rejected, found));
        }
    }
    let sources: Vec<&str> = manifest.rows.iter().map(|rows| rows.source.as_str()).collect();
    let named: BTreeSet<&str> = manifest.inputs.iter().map(|input| input.table.as_str()).collect();
    let unread = named.iter().find(|table| !sources.contains(*table));
    if let Some(table) = unread {
        let message = format!("a file of {table} was read, and its rows are not counted");
        findings.push(Finding::new(Code::RowsLost, RUN, message));
    }
    let mut measures =
        vec![Measure::Count("sources", manifest.rows.len() as u64), Measure::Count("rows", read)];
    let passed_over = manifest.rows.iter().map(|rows| rows.passed_over).fold(0, u64::saturating_add);
    if passed_over > 0 {
        measures.push(Measure::Count("passed over", passed_over));
    }
    let claim = "rows read = used + filtered + repeated + rejected, and the rejected ones are in rejects.csv";
    Proof::new("rows", claim, measures, findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_where_the_file_has_them() {
        for (name, index) in
            [("source", SOURCE), ("file", FILE), ("row", ROW), ("code", CODE), ("action", ACTION)]
        {
            assert_eq!(REJECT_FILE.position(name), Some(index));
        }
        assert_eq!(REJECT_FILE.sorted_by.last(), Some(&"row"));
    }

    #[test]
    fn rows_are_in_order_of_their_texts() {
        let row =
            |key: &str| StringRecord::from(vec!["deals", "f", "1", key, "", "bad-date", "", "", "rejected"]);
        assert!(in_order(&row("=1"), 1, &row("A"), 1));
        assert!(!in_order(&row("B"), 1, &row("A"), 1));
        assert!(in_order(&row("A"), 1, &row("A"), 1));
        assert!(!in_order(&row("A"), 2, &row("A"), 1));
    }
}
