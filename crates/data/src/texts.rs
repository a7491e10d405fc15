//! Texts by row that are compared and quoted but never looked up: by chunk, without codes.

use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};

use super::cells::array::Cells;
use super::cells::cell::Cell;

/// The texts of one column of a staging table.
#[derive(Debug, Default)]
pub(super) struct Texts {
    chunks: Vec<TextChunk>,
    /// The first row of each chunk.
    starts: Vec<usize>,
    rows: usize,
}

impl Texts {
    pub(super) fn push(&mut self, chunk: TextChunk) {
        self.starts.push(self.rows);
        self.rows += chunk.len();
        self.chunks.push(chunk);
    }

    /// Whether a row has no text.
    pub(super) fn has_nulls(&self) -> bool {
        self.chunks.iter().any(TextChunk::has_nulls)
    }

    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// The text of a row.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        let position = self.chunk_of(row)?;
        self.chunks[position].get(row - self.starts[position])
    }

    /// The rows of a range that have a text.
    pub(super) fn range(&self, rows: Range<usize>) -> impl Iterator<Item = (usize, &str)> {
        let first = self.chunk_of(rows.start).unwrap_or(0);
        let chunks = self.chunks.iter().zip(&self.starts).skip(first);
        chunks.take_while(move |(_, start)| **start < rows.end).flat_map(move |(chunk, start)| {
            let within = rows.start.max(*start)..rows.end.min(start + chunk.len());
            within.filter_map(move |row| Some((row, chunk.get(row - start)?)))
        })
    }

    fn chunk_of(&self, row: usize) -> Option<usize> {
        self.starts.partition_point(|start| *start <= row).checked_sub(1)
    }
}

/// The texts of rows that were read together.
#[derive(Debug)]
pub(super) enum TextChunk {
    /// `Utf8` or `Dictionary(UInt32, Utf8)`, as they were read.
    Read(ArrayRef),
    /// Texts of so many bytes each, none of them null, one after the other: half of what they take as they were read.
    Even { bytes: usize, texts: Box<str> },
}

impl TextChunk {
    pub(super) fn new(array: ArrayRef) -> Self {
        let even = array.as_string_opt::<i32>().and_then(Self::even);
        even.unwrap_or(Self::Read(array))
    }

    fn even(array: &StringArray) -> Option<Self> {
        let offsets = array.value_offsets();
        let (&first, &last) = (offsets.first()?, offsets.last()?);
        let bytes = offsets.get(1)? - first;
        let are_even = offsets.windows(2).all(|pair| matches!(pair, [from, until] if until - from == bytes));
        if bytes == 0 || !are_even || array.null_count() > 0 {
            return None;
        }
        let texts = array.value_data().get(usize::try_from(first).ok()?..usize::try_from(last).ok()?)?;
        let texts = std::str::from_utf8(texts).ok()?.into();
        Some(Self::Even { bytes: usize::try_from(bytes).ok()?, texts })
    }

    fn len(&self) -> usize {
        match self {
            Self::Read(array) => array.len(),
            Self::Even { bytes, texts } => texts.len() / bytes,
        }
    }

    fn has_nulls(&self) -> bool {
        match self {
            Self::Read(array) => array.logical_null_count() > 0,
            Self::Even { .. } => false,
        }
    }

    fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Read(array) => text(Cells::new(array).cell(row)),
            Self::Even { bytes, texts } => texts.get(row * bytes..(row + 1) * bytes),
        }
    }
}

/// The text of a cell of texts.
pub(super) fn text(cell: Cell<'_>) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{DictionaryArray, StringArray};
    use arrow::datatypes::UInt32Type;

    use super::*;

    #[test]
    fn rows_go_on_over_chunks() {
        let mut texts = Texts::default();
        let dictionary: DictionaryArray<UInt32Type> = [Some("c"), None, Some("c")].into_iter().collect();
        let arrays: [ArrayRef; 4] = [
            Arc::new(StringArray::from(vec![Some("a"), None])),
            Arc::new(StringArray::from(Vec::<&str>::new())),
            Arc::new(dictionary),
            Arc::new(StringArray::from(vec!["-", "\u{e9}", "de", "f\u{00fc}"]).slice(2, 1)),
        ];
        for array in arrays {
            texts.push(TextChunk::new(array));
        }
        let found: Vec<Option<&str>> = (0..6).map(|row| texts.get(row)).collect();
        assert_eq!(found, [Some("a"), None, Some("c"), None, Some("c"), Some("de")]);
        let all = [(0, "a"), (2, "c"), (4, "c"), (5, "de")];
        for (from, until) in (0..=6).flat_map(|from| (from..=6).map(move |until| (from, until))) {
            let expected: Vec<_> = all.into_iter().filter(|(row, _)| (from..until).contains(row)).collect();
            assert_eq!(texts.range(from..until).collect::<Vec<_>>(), expected, "{from}..{until}");
        }
    }

    #[test]
    fn only_texts_of_as_many_bytes_are_kept_without_offsets() {
        let even = |array: StringArray| matches!(TextChunk::new(Arc::new(array)), TextChunk::Even { .. });
        let (two_bytes, slice) = (vec!["ab", "\u{e9}", "cd"], vec!["a", "bc", "de"]);
        assert!(even(StringArray::from(two_bytes.clone())) && even(StringArray::from(slice).slice(1, 2)));
        assert!(!even(StringArray::from(vec!["ab", "c"])) && !even(StringArray::from(vec!["", ""])));
        assert!(!even(StringArray::from(vec![Some("ab"), None])) && !even(StringArray::from(vec![""; 0])));
        let chunk = TextChunk::new(Arc::new(StringArray::from(two_bytes.clone())));
        assert_eq!(
            (0..4).map(|row| chunk.get(row)).collect::<Vec<_>>(),
            [Some("ab"), Some("\u{e9}"), Some("cd"), None]
        );
    }
}
