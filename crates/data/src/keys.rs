//! Finds rows that share a key: exact repeats, and rows that contradict each other. See `docs/reference/rejects.md`.
//!
//! The findings do not depend on the order of rows, except for which of several equal rows is the first one.

use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use foldhash::{HashMap, HashMapExt};
use hashbrown::HashTable;

use apportion_book::{RateQuotation, TableName};

use super::column::Values;
use super::combine;
use super::conflict::{conflict, whole_row};
use super::hashed_keys::HashedKeys;
use super::intern::Names;
use super::repeats;
use super::staging::{StagingTable, Status};
use super::tables::indices::NONE;
use apportion_contract::RejectCode;

/// Finds rows with a key that an earlier row has. Rows with bad cells and rows without a key are left out.
///
/// Rows of a key are repeats where in each column all rows for which it was read are equal, and else all of them contradict
/// each other. Being equal in one column is transitive, so comparing with the first of these rows is enough.
pub(super) fn check(staging: &mut StagingTable, names: &Names) {
    combine::combine(staging, names);
    let shared = rows_of_shared_keys(staging);
    let partly = partly_read(staging);
    let differ = |(first, row): &&(u32, u32)| !equal(staging, &partly, *first, *row);
    let mut contradicted: Vec<u32> = shared.iter().filter(differ).map(|(first, _)| *first).collect();
    contradicted.extend(partly.iter().flat_map(|position| differing(staging, *position, &shared)));
    contradicted.sort_unstable();
    contradicted.dedup();
    for first in &contradicted {
        conflict(staging, names, *first);
    }
    for (first, row) in shared {
        if contradicted.binary_search(&first).is_ok() {
            conflict(staging, names, row);
        } else {
            repeat(staging, first, row);
        }
    }
}

/// Every row whose key an earlier row has, with the first row of that key.
fn rows_of_shared_keys(staging: &StagingTable) -> Vec<(u32, u32)> {
    match staging.spec.key {
        [] => Vec::new(),
        [only] => match &staging.column(*only).values {
            Values::Texts(texts) => {
                repeats::by_text(texts, |row| staging.status[row as usize] == Status::Kept)
            }
            // Rows that share a key were noted.
            Values::Hashed(keys) => by_noted(staging, keys),
            Values::Codes(_) => by_code(staging, *only),
            _ => by_parts(staging),
        },
        _ => by_parts(staging),
    }
}

/// Keys of which only some texts are known, among them all that several rows have.
fn by_noted(staging: &StagingTable, keys: &HashedKeys) -> Vec<(u32, u32)> {
    let kept = keys.noted().filter(|(row, _)| staging.status[*row as usize] == Status::Kept);
    let (mut first_of, mut shared) = (HashMap::new(), Vec::new());
    for (row, text) in kept {
        match first_of.entry(text) {
            Entry::Occupied(first) => shared.push((*first.get(), row)),
            Entry::Vacant(first) => drop(first.insert(row)),
        }
    }
    shared
}

/// Keys of one text: their codes are dense.
fn by_code(staging: &StagingTable, position: usize) -> Vec<(u32, u32)> {
    let column = staging.column(position);
    let Values::Codes(codes) = &column.values else { return Vec::new() };
    let highest = codes.iter().filter(|code| *code != NONE).max().map_or(0, |code| code as usize + 1);
    let mut first_of = vec![NONE; highest];
    let mut shared = Vec::new();
    for ((row, code), status) in (0_u32..).zip(codes.iter()).zip(&staging.status) {
        if code == NONE || *status != Status::Kept {
            continue;
        }
        match &mut first_of[code as usize] {
            first if *first == NONE => *first = row,
            first => shared.push((*first, row)),
        }
    }
    shared
}

fn by_parts(staging: &StagingTable) -> Vec<(u32, u32)> {
    let state = FixedState::default();
    let hash = |row: u32| {
        let mut hasher = state.build_hasher();
        for position in staging.spec.key {
            let column = staging.column(*position);
            column.hash(row as usize, &mut hasher);
        }
        hasher.finish()
    };
    let same_key = |a: u32, b: u32| {
        staging.spec.key.iter().all(|position| staging.column(*position).equal(a as usize, b as usize))
    };
    let mut first_rows: HashTable<u32> = HashTable::new();
    let mut shared = Vec::new();
    for row in staging.kept() {
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

/// The columns that were read from some files of the staging table and not from others: a file's own, which only the `where` or
/// `expr` of one source names. The other files may have the same value, but it was not read.
fn partly_read(staging: &StagingTable) -> Vec<usize> {
    let mut unread: Vec<usize> = staging.files.iter().flat_map(|file| file.unread.iter().copied()).collect();
    unread.sort_unstable();
    unread.dedup();
    unread
}

/// The first rows of keys whose rows differ in a column that was read for some of them.
fn differing(staging: &StagingTable, position: usize, shared: &[(u32, u32)]) -> Vec<u32> {
    let was_read = |row: &u32| !staging.file(*row).unread.contains(&position);
    let mut first_read: HashMap<u32, u32> = HashMap::new();
    let mut found = Vec::new();
    for (first, row) in shared {
        for row in [first, row].into_iter().filter(|row| was_read(row)) {
            let other = *first_read.entry(*first).or_insert(*row);
            if !staging.column(position).equal(other as usize, *row as usize) {
                found.push(*first);
            }
        }
    }
    found
}

/// Whether two rows are equal in all columns that were read for every row, as parsed.
fn equal(staging: &StagingTable, partly: &[usize], a: u32, b: u32) -> bool {
    let mut everywhere = staging.columns().enumerate().filter(|(position, _)| !partly.contains(position));
    everywhere.all(|(_, column)| column.equal(a as usize, b as usize))
        // One rate under two ways of quoting is two statements.
        && (staging.table() != TableName::FxRates || per_unit(staging, a) == per_unit(staging, b))
}

fn per_unit(staging: &StagingTable, row: u32) -> bool {
    staging.file(row).quoted == RateQuotation::BookPerUnit
}

fn repeat(staging: &mut StagingTable, first: u32, row: u32) {
    let message = format!(
        "the row repeats row {} of {} in every column that is read; that one stays",
        staging.number(first),
        staging.file(first).shown
    );
    staging.find(whole_row(row, RejectCode::DuplicateRow, message), Status::Duplicate);
}
