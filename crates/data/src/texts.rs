//! Texts by row that are compared and quoted but never looked up: the chunks as they were read, without codes.

use std::ops::Range;

use arrow::array::{Array, ArrayRef};

use super::cells::array::Cells;
use super::cells::cell::Cell;

/// The texts of one column of a staging table.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// `Utf8` or `Dictionary(UInt32, Utf8)`.
    chunks: Vec<ArrayRef>,
    /// The first row of each chunk.
    starts: Vec<usize>,
    rows: usize,
}

impl Texts {
    pub(super) fn push(&mut self, chunk: ArrayRef) {
        self.starts.push(self.rows);
        self.rows += chunk.len();
        self.chunks.push(chunk);
    }

    /// Whether a row has no text.
    pub(super) fn has_nulls(&self) -> bool {
        self.chunks.iter().any(|chunk| chunk.logical_null_count() > 0)
    }

    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// The text of a row.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        let position = self.chunk_of(row)?;
        text(Cells::new(&self.chunks[position]).cell(row - self.starts[position]))
    }

    /// The rows of a range that have a text.
    pub(super) fn range(&self, rows: Range<usize>) -> impl Iterator<Item = (usize, &str)> {
        let first = self.chunk_of(rows.start).unwrap_or(0);
        let chunks = self.chunks.iter().zip(&self.starts).skip(first);
        chunks.take_while(move |(_, start)| **start < rows.end).flat_map(move |(chunk, start)| {
            let cells = Cells::new(chunk);
            let within = rows.start.max(*start)..rows.end.min(start + chunk.len());
            within.filter_map(move |row| Some((row, text(cells.cell(row - start))?)))
        })
    }

    fn chunk_of(&self, row: usize) -> Option<usize> {
        self.starts.partition_point(|start| *start <= row).checked_sub(1)
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
        let arrays: [ArrayRef; 3] = [
            Arc::new(StringArray::from(vec![Some("a"), None])),
            Arc::new(StringArray::from(Vec::<&str>::new())),
            Arc::new(dictionary),
        ];
        for array in arrays {
            texts.push(array);
        }
        let found: Vec<Option<&str>> = (0..5).map(|row| texts.get(row)).collect();
        assert_eq!(found, [Some("a"), None, Some("c"), None, Some("c")]);
        let all = [(0, "a"), (2, "c"), (4, "c")];
        for (from, until) in (0..=5).flat_map(|from| (from..=5).map(move |until| (from, until))) {
            let expected: Vec<_> = all.into_iter().filter(|(row, _)| (from..until).contains(row)).collect();
            assert_eq!(texts.range(from..until).collect::<Vec<_>>(), expected, "{from}..{until}");
        }
    }
}
