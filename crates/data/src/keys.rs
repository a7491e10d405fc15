//! Rows that share a key: exact repeats, and rows that contradict each other. Contract, section 2.
//!
//! What is found does not depend on the order of rows, but for which of several equal rows is called the first.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use foldhash::{HashMap, HashMapExt};
use hashbrown::HashTable;

use apportion_book::{Quoted, TableName};

use super::column::Values;
use super::intern::Names;
use super::rejects::{Finding, key};
use super::repeats;
use super::sheet::{Sheet, Status};
use super::tables::{NONE, RejectCode};

/// Finds rows whose key was there before. Rows with bad cells take no part, and neither do rows without a key.
///
/// Rows of a key are repeats where in each column all rows for which it was read are equal, and else all of them contradict
/// each other. Being equal in one column is transitive, so comparing with the first of these rows is enough.
pub(super) fn check(sheet: &mut Sheet, names: &Names) {
    let shared = rows_of_shared_keys(sheet);
    let partly = partly_read(sheet);
    let differ = |(first, row): &&(u32, u32)| !equal(sheet, &partly, *first, *row);
    let mut contradicted: Vec<u32> = shared.iter().filter(differ).map(|(first, _)| *first).collect();
    contradicted.extend(partly.iter().flat_map(|at| differing(sheet, *at, &shared)));
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

/// The columns that were read from some files of the sheet and not from others: a file's own, which only the `where` or
/// `expr` of one source names. In the others the same value may well stand, but nobody looked.
fn partly_read(sheet: &Sheet) -> Vec<usize> {
    let mut unread: Vec<usize> = sheet.files.iter().flat_map(|file| file.unread.iter().copied()).collect();
    unread.sort_unstable();
    unread.dedup();
    unread
}

/// The first rows of keys whose rows differ in a column that was read for some of them.
fn differing(sheet: &Sheet, at: usize, shared: &[(u32, u32)]) -> Vec<u32> {
    let was_read = |row: &u32| !sheet.file(*row).unread.contains(&at);
    let mut first_read: HashMap<u32, u32> = HashMap::new();
    let mut found = Vec::new();
    for (first, row) in shared {
        for row in [first, row].into_iter().filter(|row| was_read(row)) {
            let other = *first_read.entry(*first).or_insert(*row);
            if !sheet.column(at).equal(other as usize, *row as usize) {
                found.push(*first);
            }
        }
    }
    found
}

/// Whether two rows are equal in all columns that were read for every row, as parsed.
fn equal(sheet: &Sheet, partly: &[usize], a: u32, b: u32) -> bool {
    let mut everywhere = sheet.columns().enumerate().filter(|(at, _)| !partly.contains(at));
    everywhere.all(|(_, column)| column.equal(a as usize, b as usize))
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
        key(sheet, names, row, &[])
    );
    sheet.find(whole_row(row, RejectCode::ConflictingKey, message), Status::Conflict);
}

fn whole_row(row: u32, code: RejectCode, message: String) -> Finding {
    Finding { row, column: None, code, value: String::new(), message, rejected: true }
}
