//! Finds repeated keys among texts without codes, and repeated rows without a key.
//!
//! Rows are partitioned by the hash of their key, so that each part fits into a processor's cache. Parts are independent.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

use hashbrown::HashTable;
use rayon::prelude::*;

use super::buckets::Segments;
use super::engagements::DealOfRow;
use super::intern::hash_of;
use super::seed::SEED;
use super::staging::{StagingTable, Status};
use super::tables::counts::RepeatedEngagements;
use super::tables::indices::DealIx;
use super::texts::Texts;

/// How many repeated rows are named.
const EXAMPLES: usize = 5;

/// Rows of a part: some hundred KiB of hashes, rows and table.
const PART: usize = 1 << 14;

/// Rows that are parted together: 256 MiB of their hashes and numbers.
const TOGETHER: usize = 1 << 25;

/// Every row whose text an earlier row has, with the first row of that text, by row. Rows without a text and those that
/// are not `kept` take no part.
pub(super) fn by_text(texts: &Texts, kept: impl Fn(u32) -> bool + Sync) -> Vec<(u32, u32)> {
    // A staging table has fewer than 2^32 rows, and half of a hash distinguishes nearly all texts of a part.
    let hashed = |(row, text): (usize, &str)| RowHash { hash: hash_of(text) as u32, row: row as u32 };
    let rows =
        |range: Range<usize>| texts.range(range).map(hashed).filter(|hashed| kept(hashed.row)).collect();
    repeated((texts.len(), 1), rows, |a, b| texts.get(a as usize) == texts.get(b as usize))
}

/// The rows of a table of `len` rows that are the same as an earlier one, each with the first of those, by row. `rows` gives the rows of a
/// range that take part, one in so many (`one_in`), with their hashes.
fn repeated(
    (len, one_in): (usize, usize),
    rows: impl Fn(Range<usize>) -> Vec<RowHash> + Sync,
    same: impl Fn(u32, u32) -> bool + Sync + Copy,
) -> Vec<(u32, u32)> {
    let bits = (len / one_in / PART).next_power_of_two().trailing_zeros();
    let part = |hashed: &RowHash| hashed.hash as usize & ((1 << bits) - 1);
    let parts = Segments::new((len, 1), rows, 1 << bits, part);
    let in_part = |position: usize| in_part(parts.bucket(position), same);
    let mut repeats: Vec<(u32, u32)> =
        (0..1 << bits).into_par_iter().with_max_len(1).flat_map_iter(in_part).collect();
    repeats.sort_unstable_by_key(|(_, row)| *row);
    repeats
}

/// Every row whose hash an earlier row has, with the first row of that hash, by row. Rows that are not `kept` take no part.
pub(super) fn by_hash(hashes: &[u64], kept: impl Fn(u32) -> bool + Sync) -> Vec<(u32, u32)> {
    by_hash_together(hashes, TOGETHER, kept)
}

/// The same with so many rows parted together, whose hashes are of one range.
fn by_hash_together(hashes: &[u64], together: usize, kept: impl Fn(u32) -> bool + Sync) -> Vec<(u32, u32)> {
    let ranges = hashes.len().div_ceil(together).next_power_of_two();
    // The lowest half of a hash tells rows of a range apart, so its highest bits say which range it is of.
    let range_of = |hash: u64| (hash >> 32) as usize & (ranges - 1);
    let of_range = |range: usize| {
        let hashed = |row: u32| RowHash { hash: hashes[row as usize] as u32, row };
        let rows = |rows: Range<usize>| {
            let own = (rows.start as u32..).zip(&hashes[rows]).filter(|(_, hash)| range_of(**hash) == range);
            own.map(|(row, _)| row).filter(|row| kept(*row)).map(hashed).collect()
        };
        repeated((hashes.len(), ranges), rows, |a, b| hashes[a as usize] == hashes[b as usize])
    };
    let mut repeats: Vec<(u32, u32)> = (0..ranges).flat_map(of_range).collect();
    repeats.sort_unstable_by_key(|(_, row)| *row);
    repeats
}

/// Engagements without an id that equal an earlier one in all columns that were read. `deal_of` gives the deal that each row
/// names.
pub(super) fn keyless(staging: &StagingTable, deal_of: &DealOfRow) -> RepeatedEngagements {
    let [id] = *staging.spec.key else { return RepeatedEngagements::default() };
    if !staging.column(id).has_nulls() {
        return RepeatedEngagements::default();
    }
    let keyless = |row: usize| staging.status[row] == Status::Kept && staging.column(id).is_null(row);
    let hashed = |row: usize| {
        let mut hasher = SEED.build_hasher();
        staging.columns().for_each(|column| column.hash(row, &mut hasher));
        RowHash { hash: hasher.finish() as u32, row: row as u32 }
    };
    let rows = |range: Range<usize>| range.filter(|row| keyless(*row)).map(hashed).collect();
    let same = |a: u32, b: u32| staging.columns().all(|column| column.equal(a as usize, b as usize));
    let repeats = repeated((staging.len(), 1), rows, same);
    let across = |(first, row): &(u32, u32)| {
        let files = [*first, *row].map(|row| staging.file_at(row));
        files[0] != files[1]
            && files.map(|file| staging.files[file].source)[0] == staging.files[files[1]].source
    };
    let (apart, together): (Vec<_>, Vec<_>) = repeats.iter().copied().partition(across);
    let place = |row: u32| (staging.file(row).shown.clone(), staging.number(row));
    let examples =
        apart.iter().chain(&together).take(EXAMPLES).map(|(first, row)| [place(*first), place(*row)]);
    let mut deals: Vec<DealIx> =
        repeats.iter().filter_map(|(_, row)| deal_of.get(*row as usize).get()).collect();
    deals.sort_unstable();
    deals.dedup();
    RepeatedEngagements {
        rows: repeats.len() as u64,
        across_files: apart.len() as u64,
        deals,
        examples: examples.collect(),
    }
}

fn in_part<'r>(
    rows: impl Iterator<Item = &'r RowHash>,
    same_row: impl Fn(u32, u32) -> bool,
) -> Vec<(u32, u32)> {
    let mut first_rows: HashTable<RowHash> = HashTable::with_capacity(PART + PART / 4);
    let mut repeats = Vec::new();
    for hashed in rows {
        let same = |first: &RowHash| first.hash == hashed.hash && same_row(first.row, hashed.row);
        match first_rows.find(hashed.spread(), same) {
            Some(first) => repeats.push((first.row, hashed.row)),
            None => {
                first_rows.insert_unique(hashed.spread(), *hashed, RowHash::spread);
            }
        }
    }
    repeats
}

/// A row and the hash of its key.
#[derive(Debug, Clone, Copy)]
struct RowHash {
    hash: u32,
    row: u32,
}

impl RowHash {
    /// Those of a part share their lowest bits, and the table looks at the lowest and the highest.
    fn spread(&self) -> u64 {
        let spread = u64::from(self.hash).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        spread ^ spread >> 32
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::StringArray;

    use super::*;
    use crate::texts::TextChunk;

    #[test]
    fn repeats_are_the_same_however_many_rows_are_parted_together() {
        let hashes: Vec<u64> = (0..3 * PART as u64).map(|n| hash_of(&format!("E{}", n % 20_000))).collect();
        let unused = 20_007;
        let all = by_hash(&hashes, |row| row != unused);
        assert!(all.len() == hashes.len() - 20_001 && all.contains(&(7, 40_007)));
        for together in [1_000, 20_000, hashes.len()] {
            assert_eq!(by_hash_together(&hashes, together, |row| row != unused), all, "{together}");
        }
    }

    #[test]
    fn repeats_name_the_first_row_of_their_text() {
        let mut texts = Texts::default();
        let many: Vec<Option<String>> =
            (0..3 * PART).map(|n| (n % 5 != 0).then(|| format!("E{}", n % (2 * PART)))).collect();
        for chunk in many.chunks(10_000) {
            texts.push(TextChunk::new(Arc::new(chunk.iter().collect::<StringArray>())));
        }
        let unused = 7;
        let found = by_text(&texts, |row| row != unused);
        let mut expected = Vec::new();
        let mut firsts = std::collections::BTreeMap::new();
        for (row, text) in (0_u32..).zip(&many) {
            if let Some(text) = text.as_ref().filter(|_| row != unused) {
                match firsts.get(text) {
                    Some(first) => expected.push((*first, row)),
                    None => drop(firsts.insert(text, row)),
                }
            }
        }
        assert!(expected.len() > PART / 2);
        assert_eq!(found, expected);
    }
}
