//! What could not be used, with its place and reason. Contract, section 2, "Nothing is lost".

use rayon::slice::ParallelSliceMut;

use crate::book::display_day;

use super::column::Values;
use super::intern::Names;
use super::sheet::Sheet;
use super::tables::{NO_DAY, Reject, RejectCode, some_index};

impl RejectCode {
    /// As it is written in rejects.csv.
    pub fn word(self) -> &'static str {
        match self {
            Self::MissingValue => "missing-value",
            Self::BadDate => "bad-date",
            Self::BadNumber => "bad-number",
            Self::TooLarge => "too-large",
            Self::NegativeWeight => "negative-weight",
            Self::NotAChoice => "not-a-choice",
            Self::RaggedRow => "ragged-row",
            Self::DuplicateRow => "duplicate-row",
            Self::ConflictingKey => "conflicting-key",
            Self::UnknownDeal => "unknown-deal",
            Self::UnknownPayee => "unknown-payee",
            Self::DealRejected => "deal-rejected",
            Self::NoFxRate => "no-fx-rate",
            Self::UnknownManager => "unknown-manager",
            Self::ManagerCycle => "manager-cycle",
        }
    }
}

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
    let unread = unread_key_days(sheet, &findings);
    for finding in findings {
        let as_stood = unread.binary_search_by_key(&finding.row, |(row, _)| *row);
        let as_stood = as_stood.map_or("", |at| unread[at].1.as_str());
        rejects.push(Reject {
            table,
            file: sheet.file(finding.row).shown.clone(),
            row: sheet.number(finding.row),
            key: key(sheet, names, finding.row, as_stood),
            column: finding.column.map_or_else(String::new, |at| sheet.column(at).name.clone()),
            code: finding.code,
            value: finding.value,
            message: finding.message,
            rejected: finding.rejected,
        });
    }
}

/// Row and text of dates in keys that could not be read: the key shows them as they stood.
fn unread_key_days(sheet: &Sheet, findings: &[Finding]) -> Vec<(u32, String)> {
    let is_day = |at: usize| matches!(sheet.column(at).values, Values::Days(_));
    let Some(day) = sheet.spec.key.iter().copied().find(|at| is_day(*at)) else { return Vec::new() };
    let mut unread: Vec<(u32, String)> = findings
        .iter()
        .filter(|finding| finding.column == Some(day))
        .map(|finding| (finding.row, finding.value.clone()))
        .collect();
    unread.sort_unstable();
    unread
}

/// The parts of a row's key joined with `|`; empty where there is no key.
pub(super) fn key(sheet: &Sheet, names: &Names, row: u32, unread_day: &str) -> String {
    let mut key = String::new();
    for (part, at) in sheet.spec.key.iter().enumerate() {
        if part > 0 {
            key.push('|');
        }
        let column = sheet.column(*at);
        if let Values::Days(_) = column.values {
            match column.day(row as usize) {
                NO_DAY => key.push_str(unread_day),
                day => key.push_str(&display_day(day)),
            }
        } else if let Some(text) = column.text(row as usize) {
            key.push_str(text);
        } else if let Some(code) = some_index(column.code(row as usize)) {
            key.push_str(sheet.texts(names, *at).get(code));
        }
    }
    key
}
