//! Keys that are only compared: which rows have a key that an earlier row has, without a numbering of all keys.
//!
//! Rows are parted by the hash of their key, so that each part fits into a processor's cache; parts are independent.

use hashbrown::HashTable;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::texts::Texts;

/// Rows of a part: some hundred KiB of hashes, rows and table.
const PART: usize = 1 << 14;

/// Every row whose text an earlier row has, with the first row of that text, by row. Rows without a text and those that
/// are not `kept` take no part.
pub(super) fn by_text(texts: &Texts, kept: impl Fn(u32) -> bool + Sync) -> Vec<(u32, u32)> {
    let parts = Parts::of(texts.hashes(), kept);
    let mut repeats: Vec<(u32, u32)> =
        (0..parts.len()).into_par_iter().flat_map_iter(|part| in_part(parts.rows(part), texts)).collect();
    repeats.sort_unstable_by_key(|(_, row)| *row);
    repeats
}

fn in_part(rows: &[Hashed], texts: &Texts) -> Vec<(u32, u32)> {
    let mut first_rows: HashTable<Hashed> = HashTable::with_capacity(rows.len());
    let mut repeats = Vec::new();
    for hashed in rows {
        let text = || texts.get(hashed.row as usize);
        let same = |first: &Hashed| first.hash == hashed.hash && texts.get(first.row as usize) == text();
        match first_rows.find(hashed.hash, same) {
            // rows without a text share a hash
            Some(first) if text().is_some() => repeats.push((first.row, hashed.row)),
            Some(_) => {}
            None => {
                first_rows.insert_unique(hashed.hash, *hashed, |first| first.hash);
            }
        }
    }
    repeats
}

/// A row and the hash of its key.
#[derive(Debug, Clone, Copy, Default)]
struct Hashed {
    hash: u64,
    row: u32,
}

/// Rows by bits of their hash, in order within a part.
struct Parts {
    rows: Vec<Hashed>,
    starts: Vec<u32>,
}

impl Parts {
    fn of(hashes: &[u64], takes_part: impl Fn(u32) -> bool) -> Self {
        let bits = (hashes.len() / PART).next_power_of_two().trailing_zeros();
        // the table in a part looks at the highest and the lowest bits
        let part = |hash: u64| (hash >> 24) as usize & ((1 << bits) - 1);
        // a sheet has fewer than 2^32 rows
        let all = || (0_u32..).zip(hashes).filter(|(row, _)| takes_part(*row));
        let mut starts = vec![0_u32; (1 << bits) + 1];
        for (_, hash) in all() {
            starts[part(*hash) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![Hashed::default(); starts.last().map_or(0, |end| *end as usize)];
        for (row, &hash) in all() {
            let place = &mut next[part(hash)];
            rows[*place as usize] = Hashed { hash, row };
            *place += 1;
        }
        Self { rows, starts }
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn rows(&self, part: usize) -> &[Hashed] {
        &self.rows[self.starts[part] as usize..self.starts[part + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::StringArray;

    use super::super::intern::hash_of;
    use super::super::texts::TextChunk;
    use super::*;

    #[test]
    fn repeats_name_the_first_row_of_their_text() {
        let mut texts = Texts::default();
        let many: Vec<Option<String>> =
            (0..3 * PART).map(|n| (n % 5 != 0).then(|| format!("E{}", n % (2 * PART)))).collect();
        for chunk in many.chunks(10_000) {
            let hashes = chunk.iter().map(|text| text.as_deref().map_or(0, hash_of)).collect();
            texts.push(TextChunk { array: Arc::new(chunk.iter().collect::<StringArray>()), hashes });
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
