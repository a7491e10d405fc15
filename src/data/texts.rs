//! Texts by row that are compared and quoted but never looked up: the chunks as they were read, in no numbering.

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, StringArray};
use arrow::datatypes::UInt32Type;

/// The texts of one column of a sheet.
#[derive(Debug, Default)]
pub(super) struct Texts {
    chunks: Vec<ArrayRef>,
    /// The first row of each chunk.
    starts: Vec<usize>,
    rows: usize,
    /// By row, where the column is a key: equal texts have equal hashes. 0 for null.
    hashes: Vec<u64>,
}

/// The texts of one chunk: `Utf8` or `Dictionary(UInt32, Utf8)`.
#[derive(Debug)]
pub(super) struct TextChunk {
    pub(super) array: ArrayRef,
    pub(super) hashes: Vec<u64>,
}

impl Texts {
    pub(super) fn push(&mut self, chunk: TextChunk) {
        self.starts.push(self.rows);
        self.rows += chunk.array.len();
        self.chunks.push(chunk.array);
        self.hashes.extend(chunk.hashes);
    }

    /// Makes room for the hashes of so many more rows.
    pub(super) fn reserve_hashes(&mut self, rows: usize) {
        self.hashes.reserve_exact(rows);
    }

    /// The text of a row.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        let at = self.starts.partition_point(|start| *start <= row).checked_sub(1)?;
        text_at(&self.chunks[at], row - self.starts[at])
    }

    /// The hashes by row; empty where the column is no key.
    pub(super) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// Frees the hashes, once keys are checked.
    pub(super) fn forget_hashes(&mut self) {
        self.hashes = Vec::new();
    }
}

fn text_at(array: &ArrayRef, row: usize) -> Option<&str> {
    if let Some(texts) = array.as_any().downcast_ref::<StringArray>() {
        return texts.is_valid(row).then(|| texts.value(row));
    }
    let dictionary: &DictionaryArray<UInt32Type> = array.as_dictionary_opt()?;
    let key = dictionary.keys().is_valid(row).then(|| dictionary.keys().value(row) as usize)?;
    let values: &StringArray = dictionary.values().as_string_opt()?;
    values.is_valid(key).then(|| values.value(key))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn rows_go_on_over_chunks() {
        let mut texts = Texts::default();
        let dictionary: DictionaryArray<UInt32Type> = [Some("c"), None, Some("c")].into_iter().collect();
        let arrays: [ArrayRef; 3] = [
            Arc::new(StringArray::from(vec![Some("a"), None])),
            Arc::new(StringArray::from(Vec::<&str>::new())),
            Arc::new(dictionary),
        ];
        for array in arrays {
            texts.push(TextChunk { array, hashes: Vec::new() });
        }
        let found: Vec<Option<&str>> = (0..5).map(|row| texts.get(row)).collect();
        assert_eq!(found, [Some("a"), None, Some("c"), None, Some("c")]);
    }
}
