//! Keys that are only compared, as hashes: a table of a hundred million rows would be full of texts that nobody looks at. Rows whose hashes meet
//! are read again and told apart by their texts, and so are rows whose rejects name their keys.

use std::collections::BTreeMap;

use rayon::prelude::*;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, Source};

use super::cells::array::Cells;
use super::column::Values;
use super::contract;
use super::fill;
use super::intake::FilePlan;
use super::intern::hash_of;
use super::mapping::{Binding, FileOf, From};
use super::open::OpenSources;
use super::open_file::OpenFile;
use super::read::chunk::Chunk;
use super::read::request::Projection;
use super::read::reshapes;
use super::repeats;
use super::staging::{StagingTable, Status};
use super::texts::text;

/// The hash of a row without a key.
const NO_KEY: u64 = 0;

/// The hash of a key.
pub(super) fn key_hash(text: Option<&str>) -> u64 {
    // No key is none.
    text.map_or(NO_KEY, |text| hash_of(text).max(1))
}

/// The keys of a staging table.
#[derive(Debug)]
pub(super) struct HashedKeys {
    known: Known,
    /// The texts of some rows: of all whose hash another row has, once they are told apart.
    texts: BTreeMap<u32, Box<str>>,
}

/// What is known of keys whose texts were not noted.
#[derive(Debug)]
enum Known {
    /// The hash of each row.
    Hashes(Vec<u64>),
    /// Once rows are told apart, hashes say no more. Which rows have a key: a bit each.
    ToldApart(Vec<u64>),
}

impl Default for HashedKeys {
    fn default() -> Self {
        Self { known: Known::Hashes(Vec::new()), texts: BTreeMap::new() }
    }
}

impl HashedKeys {
    /// Reserves memory for this many additional rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        if let Known::Hashes(hashes) = &mut self.known {
            hashes.reserve_exact(rows);
        }
    }

    /// Adds rows, which are not told apart yet.
    pub(super) fn extend(&mut self, added: Vec<u64>) {
        if let Known::Hashes(hashes) = &mut self.known {
            hashes.extend(added);
        }
    }

    /// The hash of each row, until they are told apart.
    fn hashes(&self) -> &[u64] {
        match &self.known {
            Known::Hashes(hashes) => hashes,
            Known::ToldApart(_) => &[],
        }
    }

    /// Gives up the hashes, once the texts of all rows are noted whose hash another row has. They take eight bytes a row.
    pub(super) fn forget_hashes(&mut self) {
        if let Known::Hashes(hashes) = &self.known {
            let bits =
                |rows: &[u64]| rows.iter().rev().fold(0, |bits, hash| bits << 1 | u64::from(*hash != NO_KEY));
            self.known = Known::ToldApart(hashes.par_chunks(64).map(bits).collect());
        }
    }

    /// Notes the text of a row.
    pub(super) fn note(&mut self, row: u32, text: &str) {
        self.texts.insert(row, text.into());
    }

    /// The text of a row, if it was noted.
    pub(super) fn text(&self, row: usize) -> Option<&str> {
        self.texts.get(&u32::try_from(row).ok()?).map(|text| &**text)
    }

    /// Rows whose text was noted, ascending.
    pub(super) fn noted(&self) -> impl Iterator<Item = (u32, &str)> {
        self.texts.iter().map(|(row, text)| (*row, &**text))
    }

    pub(super) fn is_null(&self, row: usize) -> bool {
        match &self.known {
            Known::Hashes(hashes) => hashes[row] == NO_KEY,
            Known::ToldApart(bits) => bits[row / 64] >> (row % 64) & 1 == 0,
        }
    }

    /// Whether a row may have no key.
    pub(super) fn has_nulls(&self) -> bool {
        match &self.known {
            Known::Hashes(hashes) => hashes.contains(&NO_KEY),
            // The last bits may be of no row.
            Known::ToldApart(bits) => bits.iter().any(|bits| *bits != u64::MAX),
        }
    }

    /// Whether two rows have the same key, or none. Where texts were not noted, hashes decide: of no two rows that are compared by keys.
    pub(super) fn equal(&self, a: usize, b: usize) -> bool {
        match (self.text(a), self.text(b)) {
            (Some(a), Some(b)) => a == b,
            _ => match &self.known {
                Known::Hashes(hashes) => hashes[a] == hashes[b],
                Known::ToldApart(_) => a == b || self.is_null(a) && self.is_null(b),
            },
        }
    }

    /// A number that equal keys have in common.
    pub(super) fn number(&self, row: usize) -> u64 {
        match &self.known {
            Known::Hashes(hashes) => hashes[row],
            Known::ToldApart(_) if self.is_null(row) => NO_KEY,
            Known::ToldApart(_) => self.text(row).map_or(row as u64, hash_of),
        }
    }
}

/// Whether the key of a source's file can be kept as hashes: it can be read again without the rest of the file, is found again by the number of
/// its row, and nothing compares it before keys are checked.
pub(super) fn can_be_hashed(source: &Source, plan: &FilePlan<'_>, position: usize) -> bool {
    let binding = &plan.bindings[position];
    let is_plain = matches!(binding.from, From::File(_) | From::Nowhere) && binding.decimals.is_none();
    let alone = plan.file.file.has_columns_apart() && !reshapes(source);
    is_plain && alone && !source.reshape.distinct && source.reshape.sum.is_empty()
}

/// Where a staging table has its key as hashes.
fn hashed(staging: &StagingTable) -> Option<(usize, &HashedKeys)> {
    let [position] = *staging.spec.key else { return None };
    let column = staging.column(position);
    match &column.values {
        Values::Hashed(keys) if column.present => Some((position, keys)),
        _ => None,
    }
}

/// Reads the keys of rows again that have the hash of another one. Hashes are given up then.
///
/// # Errors
/// A file that can't be read.
pub(super) fn tell_apart(staging: Option<&mut StagingTable>, files: Reread<'_>) -> Result<(), Diagnostic> {
    let Some(staging) = staging else { return Ok(()) };
    let Some((position, keys)) = hashed(staging) else { return Ok(()) };
    let is_kept = |row: u32| staging.status[row as usize] == Status::Kept;
    let met = repeats::by_hash(keys.hashes(), |row| is_kept(row) && !keys.is_null(row as usize));
    let mut rows: Vec<u32> = met.into_iter().flat_map(|(first, row)| [first, row]).collect();
    rows.sort_unstable();
    rows.dedup();
    note(staging, rows, files)?;
    staging.forget_hashes(position);
    Ok(())
}

/// Reads the keys of rows again that rejects name.
///
/// # Errors
/// A file that can't be read.
pub(super) fn name_rejected(staging: Option<&mut StagingTable>, files: Reread<'_>) -> Result<(), Diagnostic> {
    let Some(staging) = staging else { return Ok(()) };
    let mut rows: Vec<u32> = staging.findings.iter().map(|finding| finding.row).collect();
    rows.sort_unstable();
    rows.dedup();
    note(staging, rows, files)
}

/// Notes the texts of rows, which ascend, that have a key and were not noted yet.
fn note(staging: &mut StagingTable, rows: Vec<u32>, files: Reread<'_>) -> Result<(), Diagnostic> {
    let Some((position, keys)) = hashed(staging) else { return Ok(()) };
    let is_missing = |row: &u32| !keys.is_null(*row as usize) && keys.text(*row as usize).is_none();
    let rows: Vec<u32> = rows.into_iter().filter(is_missing).collect();
    let by_file = rows.chunk_by(|one, other| staging.file_at(*one) == staging.file_at(*other));
    let found = by_file.map(|rows| files.keys(staging, rows)).collect::<Result<Vec<_>, Diagnostic>>()?;
    found.into_iter().for_each(|of_file| staging.note_keys(position, of_file));
    Ok(())
}

/// The files of a project, to be read once more.
#[derive(Clone, Copy)]
pub(super) struct Reread<'a> {
    pub(super) book: &'a Book,
    pub(super) opened: &'a OpenSources,
}

impl Reread<'_> {
    /// The keys of some rows of one file, each with its row.
    fn keys(self, staging: &StagingTable, rows: &[u32]) -> Result<Vec<(u32, Box<str>)>, Diagnostic> {
        let (Some(first), &[position]) = (rows.first(), staging.spec.key) else { return Ok(Vec::new()) };
        let of = staging.file(*first);
        let Some((source, file)) = self.file(of.source, &of.shown) else { return Ok(Vec::new()) };
        let spec = contract::spec_of(source).columns.get(position);
        let column = staging.column(position);
        let binding = Binding::new(self.book, FileOf { source, file }, &column.name, column.kind, spec)?;
        let From::File(place) = binding.from else { return Ok(Vec::new()) };
        // Rows of a file are in order of their numbers.
        let numbers: Vec<u64> = rows.iter().map(|row| staging.number(*row)).collect();
        let take = |chunk: Chunk| Ok(texts_of(&binding, &chunk, &numbers));
        let mut found: Vec<(u32, Box<str>)> = Vec::new();
        let append = |texts: Vec<(usize, Box<str>)>| {
            found.extend(texts.into_iter().map(|(place, text)| (rows[place], text)));
            Ok(())
        };
        let wanted = [place];
        let wanted = Projection { digest: false, ..Projection::whole(source, &file.header, &wanted) };
        file.file.rows_taken(wanted, take, append)?;
        Ok(found)
    }

    fn file(&self, source: usize, shown: &str) -> Option<(&Source, &OpenFile)> {
        let open = self.opened.sources.iter().filter(|open| open.index == source);
        let file = open.flat_map(|open| &open.files).find(|file| file.file.shown == shown)?;
        Some((self.book.sources.get(source)?, file))
    }
}

/// The keys in a chunk of rows with some numbers, which ascend, each with the place of its number.
fn texts_of(binding: &Binding<'_>, chunk: &Chunk, numbers: &[u64]) -> Vec<(usize, Box<str>)> {
    let Some(column) = chunk.columns.first().filter(|_| chunk.rows > 0) else { return Vec::new() };
    let last = chunk.row_number(chunk.rows - 1);
    let from = numbers.partition_point(|number| *number < chunk.row_number(0));
    let until = numbers.partition_point(|number| *number <= last);
    if from == until {
        return Vec::new();
    }
    let texts = fill::texts_of(binding, column, chunk.rows);
    let cells = Cells::new(&texts);
    let (mut found, mut next) = (Vec::new(), from);
    for row in 0..chunk.rows {
        if next < until && chunk.row_number(row) == numbers[next] {
            found.extend(text(cells.cell(row)).map(|text| (next, text.into())));
            next += 1;
        }
    }
    found
}
