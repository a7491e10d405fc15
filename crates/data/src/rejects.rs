//! What could not be used, with its place and reason. Contract, section 2, "Nothing is lost".

use std::borrow::Cow;

use rayon::slice::ParallelSliceMut;

use apportion_book::display_day;

use super::column::Values;
use super::intern::Names;
use super::sheet::Sheet;
use super::tables::{NO_DAY, Reject, RejectCode, some_index};

/// Something wrong with a row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// Row of the sheet.
    pub(super) row: u32,
    /// Column of the sheet; `None` where it is the row as a whole.
    pub(super) column: Option<usize>,
    pub(super) code: RejectCode,
    pub(super) value: String,
    pub(super) message: String,
    /// False where the row is kept all the same.
    pub(super) rejected: bool,
}

/// A record that is no row of the sheet: its cells can't be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RaggedRow {
    pub(super) file: String,
    pub(super) row: u64,
    pub(super) message: String,
}

/// All findings of these sheets, in the contract's order.
pub(super) fn rejects<'a>(sheets: impl Iterator<Item = &'a mut Sheet>, names: &Names) -> Vec<Reject> {
    let mut rejects = Vec::new();
    for sheet in sheets {
        of_sheet(sheet, names, &mut rejects);
    }
    rejects.par_sort_by(|a, b| {
        let order = a.table.word().cmp(b.table.word());
        let order = order.then_with(|| a.key.cmp(&b.key)).then_with(|| a.column.cmp(&b.column));
        let order = order.then_with(|| a.code.word().cmp(b.code.word()));
        order.then_with(|| a.file.cmp(&b.file)).then_with(|| a.row.cmp(&b.row))
    });
    rejects
}

fn of_sheet(sheet: &mut Sheet, names: &Names, rejects: &mut Vec<Reject>) {
    let table = sheet.table();
    for ragged in std::mem::take(&mut sheet.ragged) {
        rejects.push(Reject {
            table,
            file: ragged.file,
            row: ragged.row,
            key: String::new(),
            column: String::new(),
            code: RejectCode::RaggedRow,
            value: String::new(),
            message: ragged.message,
            rejected: true,
        });
    }
    let findings = std::mem::take(&mut sheet.findings);
    let unread = unread_parts(sheet, names, &findings);
    for finding in findings {
        rejects.push(Reject {
            table,
            file: sheet.file(finding.row).shown.clone(),
            row: sheet.number(finding.row),
            key: key(sheet, names, finding.row, &unread),
            column: finding.column.map_or_else(String::new, |at| sheet.column(at).name.clone()),
            code: finding.code,
            value: finding.value,
            message: finding.message,
            rejected: finding.rejected,
        });
    }
}

/// A part of a key that has no value, by row and column, as it stood.
type Unread = (u32, usize, String);

/// The parts of keys that could not be used: the key shows them as they stood.
fn unread_parts(sheet: &Sheet, names: &Names, findings: &[Finding]) -> Vec<Unread> {
    let unread = |finding: &Finding| {
        let at = finding.column.filter(|at| sheet.spec.key.contains(at))?;
        part(sheet, names, finding.row, at).is_none().then(|| (finding.row, at, finding.value.clone()))
    };
    let mut unread: Vec<Unread> = findings.iter().filter_map(unread).collect();
    unread.sort_unstable();
    unread
}

/// The parts of a row's key joined with `|`; empty where there is no key.
pub(super) fn key(sheet: &Sheet, names: &Names, row: u32, unread: &[Unread]) -> String {
    let as_stood = |at: usize| {
        let found = unread.binary_search_by_key(&(row, at), |(row, at, _)| (*row, *at));
        found.map_or(Cow::Borrowed(""), |found| Cow::Borrowed(unread[found].2.as_str()))
    };
    let parts = sheet.spec.key.iter().map(|at| part(sheet, names, row, *at).unwrap_or_else(|| as_stood(*at)));
    parts.collect::<Vec<_>>().join("|")
}

/// A part of a row's key; `None` where it has no value.
fn part<'a>(sheet: &'a Sheet, names: &'a Names, row: u32, at: usize) -> Option<Cow<'a, str>> {
    let column = sheet.column(at);
    if let Values::Days(_) = column.values {
        return match column.day(row as usize) {
            NO_DAY => None,
            day => Some(Cow::Owned(display_day(day))),
        };
    }
    let of_code = |code: u32| sheet.texts(names, at).get(code);
    let text = column.text(row as usize).or_else(|| some_index(column.code(row as usize)).map(of_code));
    text.map(Cow::Borrowed)
}
