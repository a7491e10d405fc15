//! Rows that share a key: exact repeats, and rows that contradict each other. Contract, section 2.
//!
//! What is found does not depend on the order of rows, but for which of several equal rows is called the first.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::book::{Quoted, TableName};

use super::column::Values;
use super::intern::Names;
use super::rejects::{Finding, key};
use super::repeats;
use super::sheet::{Sheet, Status};
use super::tables::{NONE, RejectCode};

/// Finds rows whose key was there before. Rows with bad cells take no part, and neither do rows without a key.
///
/// Being equal is transitive, so comparing with the first row of a key is enough: where all are equal to it the others
/// are repeats, and where one differs all of them contradict each other.
pub(super) fn check(sheet: &mut Sheet, names: &Names) {
    let shared = rows_of_shared_keys(sheet);
    sheet.forget_hashes();
    let mut contradicted: Vec<u32> =
        shared.iter().filter(|(first, row)| !equal(sheet, *first, *row)).map(|(first, _)| *first).collect();
    contradicted.sort_unstable();
    contradicted.dedup();
    for first in &contradicted {
        conflict(sheet, names, *first);
    }
    for (first, row) in shared {
        if contradicted.binary_search(&first).is_ok() {
            conflict(sheet, names, row);
        } else {
            repeat(sheet, first, row);
        }
    }
}

/// Every row whose key an earlier row has, with the first row of that key.
fn rows_of_shared_keys(sheet: &Sheet) -> Vec<(u32, u32)> {
    match sheet.spec.key {
        [only] => match &sheet.column(*only).values {
            Values::Texts(texts) => repeats::by_text(texts, |row| sheet.status[row as usize] == Status::Kept),
            _ => by_code(sheet, *only),
        },
        _ => by_parts(sheet),
    }
}

/// Keys of one text: their codes are dense.
fn by_code(sheet: &Sheet, at: usize) -> Vec<(u32, u32)> {
    let column = sheet.column(at);
    let Values::Codes(codes) = &column.values else { return Vec::new() };
    let highest = codes.iter().filter(|code| **code != NONE).max().map_or(0, |code| *code as usize + 1);
    let mut first_of = vec![NONE; highest];
    let mut shared = Vec::new();
    for ((row, code), status) in (0_u32..).zip(codes).zip(&sheet.status) {
        if *code == NONE || *status != Status::Kept {
            continue;
        }
        match &mut first_of[*code as usize] {
            first if *first == NONE => *first = row,
            first => shared.push((*first, row)),
        }
    }
    shared
}

fn by_parts(sheet: &Sheet) -> Vec<(u32, u32)> {
    let state = FixedState::default();
    let hash = |row: u32| {
        let mut hasher = state.build_hasher();
        for at in sheet.spec.key {
            let column = sheet.column(*at);
            match column.values {
                Values::Days(_) => hasher.write_i32(column.day(row as usize)),
                _ => hasher.write_u32(column.code(row as usize)),
            }
        }
        hasher.finish()
    };
    let same_key =
        |a: u32, b: u32| sheet.spec.key.iter().all(|at| sheet.column(*at).equal(a as usize, b as usize));
    let mut first_rows: HashTable<u32> = HashTable::new();
    let mut shared = Vec::new();
    for row in sheet.kept() {
        let hashed = hash(row);
        match first_rows.find(hashed, |first| same_key(*first, row)) {
            Some(first) => shared.push((*first, row)),
            None => {
                first_rows.insert_unique(hashed, row, |row| hash(*row));
            }
        }
    }
    shared
}

/// Whether two rows are equal in all columns that are read, as parsed.
fn equal(sheet: &Sheet, a: u32, b: u32) -> bool {
    sheet.columns().all(|column| column.equal(a as usize, b as usize))
        // One rate under two ways of quoting is two statements.
        && (sheet.table() != TableName::FxRates || per_unit(sheet, a) == per_unit(sheet, b))
}

fn per_unit(sheet: &Sheet, row: u32) -> bool {
    sheet.file(row).quoted == Quoted::BookPerUnit
}

fn repeat(sheet: &mut Sheet, first: u32, row: u32) {
    let message = format!(
        "the row repeats row {} of {} in every column that is read; that one stays",
        sheet.number(first),
        sheet.file(first).shown
    );
    sheet.find(whole_row(row, RejectCode::DuplicateRow, message), Status::Duplicate);
}

fn conflict(sheet: &mut Sheet, names: &Names, row: u32) {
    let message = format!(
        "rows with the key `{}` differ from each other; none is used, because choosing one would be guessing",
        key(sheet, names, row, "")
    );
    sheet.find(whole_row(row, RejectCode::ConflictingKey, message), Status::Conflict);
}

fn whole_row(row: u32, code: RejectCode, message: String) -> Finding {
    Finding { row, column: None, code, value: String::new(), message, rejected: true }
}
