//! Turns findings into rejects with place and reason: `docs/reference/rejects.md`.

use std::borrow::Cow;

use rayon::slice::ParallelSliceMut;

use apportion_book::{TableName, display_day};

use super::column::Values;
use super::finding::Finding;
use super::intern::Names;
use super::staging::StagingTable;
use super::tables::indices::NO_DAY;
use super::tables::reject::Reject;

/// The rejects of these staging tables, in the order of rejects.csv.
pub(super) fn rejects<'a>(
    staging_tables: impl Iterator<Item = &'a mut StagingTable>,
    names: &Names,
) -> Vec<Reject> {
    let mut rejects = Vec::new();
    for staging in staging_tables {
        of_sheet(staging, names, &mut rejects);
    }
    rejects.par_sort_by(|a, b| {
        let order = a.table.word().cmp(b.table.word());
        let order = order.then_with(|| a.key.cmp(&b.key)).then_with(|| a.column.cmp(&b.column));
        let order = order.then_with(|| a.code.word().cmp(b.code.word()));
        order.then_with(|| a.file.cmp(&b.file)).then_with(|| a.row.cmp(&b.row))
    });
    rejects
}

fn of_sheet(staging: &mut StagingTable, names: &Names, rejects: &mut Vec<Reject>) {
    let table = staging.table();
    for broken in std::mem::take(&mut staging.broken) {
        rejects.push(Reject {
            table,
            file: staging.files[broken.file as usize].shown.clone(),
            row: broken.record.row,
            key: String::new(),
            column: String::new(),
            code: broken.code(),
            value: String::new(),
            message: staging.files[broken.file as usize].on_sheet(broken.message()),
            rejected: true,
        });
    }
    let findings = std::mem::take(&mut staging.findings);
    let unread = unread_parts(staging, names, &findings);
    for finding in findings {
        rejects.push(Reject {
            table,
            file: staging.file(finding.row).shown.clone(),
            row: staging.number(finding.row),
            key: key(staging, names, finding.row, &unread),
            column: finding.column.map_or_else(String::new, |position| staging.column(position).name.clone()),
            code: finding.code,
            value: finding.value,
            message: staging.file(finding.row).on_sheet(finding.message),
            rejected: finding.rejected,
        });
    }
}

/// A part of a key that has no value: row, column, raw text.
type UnreadKeyPart = (u32, usize, String);

/// The parts of keys that could not be used. Keys in rejects show their raw text.
fn unread_parts(staging: &StagingTable, names: &Names, findings: &[Finding]) -> Vec<UnreadKeyPart> {
    let unread = |finding: &Finding| {
        let position = finding.column.filter(|position| staging.spec.key.contains(position))?;
        part(staging, names, finding.row, position)
            .is_none()
            .then(|| (finding.row, position, finding.value.clone()))
    };
    let mut unread: Vec<UnreadKeyPart> = findings.iter().filter_map(unread).collect();
    unread.sort_unstable();
    unread
}

/// The parts of a row's key joined with `|`; empty where there is no key.
pub(super) fn key(staging: &StagingTable, names: &Names, row: u32, unread: &[UnreadKeyPart]) -> String {
    let raw_part = |position: usize| {
        let found = unread.binary_search_by_key(&(row, position), |(row, position, _)| (*row, *position));
        found.map_or(Cow::Borrowed(""), |found| Cow::Borrowed(unread[found].2.as_str()))
    };
    let parts = staging
        .spec
        .key
        .iter()
        .map(|position| part(staging, names, row, *position).unwrap_or_else(|| raw_part(*position)));
    let mut parts: Vec<Cow<str>> = parts.collect();
    // Most quotas have no measure, and their keys no part for it.
    if staging.spec.table == TableName::Quotas && parts.last().is_some_and(|last| last.is_empty()) {
        parts.pop();
    }
    parts.join("|")
}

/// A part of a row's key; `None` where it has no value.
fn part<'a>(staging: &'a StagingTable, names: &'a Names, row: u32, position: usize) -> Option<Cow<'a, str>> {
    let column = staging.column(position);
    if let Values::Days(_) = column.values {
        return match column.day(row as usize) {
            NO_DAY => None,
            day => Some(Cow::Owned(display_day(day))),
        };
    }
    if let Values::Moments(_) = column.values {
        return column.moment(row as usize).map(|moment| Cow::Owned(moment.to_string()));
    }
    staging.text(names, position, row).map(Cow::Borrowed)
}
