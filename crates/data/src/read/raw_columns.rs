//! Columns of cells as bytes, which are proven to be text all at once.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder, StringArray};

use super::cells::clean;

/// Columns of cells that grow record by record.
pub(super) struct RawColumns {
    builders: Vec<BinaryBuilder>,
}

impl RawColumns {
    pub fn new(columns: usize) -> Self {
        Self { builders: (0..columns).map(|_| BinaryBuilder::new()).collect() }
    }

    /// Adds a cell to a column.
    pub fn push(&mut self, column: usize, cell: Option<&[u8]>) {
        if let Some(builder) = self.builders.get_mut(column) {
            builder.append_option(cell);
        }
    }

    /// The columns as texts; `None` where some cell is no UTF-8.
    pub fn finish(mut self) -> Option<Vec<ArrayRef>> {
        let texts = self.builders.iter_mut().map(|builder| StringArray::try_from_binary(builder.finish()));
        texts.map(|texts| Some(Arc::new(texts.ok()?) as ArrayRef)).collect()
    }
}

/// The cell without its outer blanks; `None` where nothing is left. A cell that is no text stays as it is.
pub(super) fn clean_bytes(cell: &[u8]) -> Option<&[u8]> {
    match cell {
        [] => None,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => Some(cell),
        _ => match std::str::from_utf8(cell) {
            Ok(text) => clean(text).map(str::as_bytes),
            Err(_) => Some(cell),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};

    #[test]
    fn cells_are_text_or_all_are_looked_at_again() {
        let mut columns = RawColumns::new(2);
        for (first, second) in [(&b" a\r"[..], &b"\xC2\xA0\xC3\xA9 "[..]), (b"", b"\xC3"), (b"b", b"\xA9")] {
            columns.push(0, clean_bytes(first));
            columns.push(1, clean_bytes(second));
        }
        // Two halves of a letter in two cells are none.
        assert!(columns.finish().is_none());
        let mut columns = RawColumns::new(1);
        for cell in [&b" a\r"[..], b"", b"\xC2\xA0\xC3\xA9 "] {
            columns.push(0, clean_bytes(cell));
        }
        let columns = columns.finish().unwrap();
        let texts: Vec<Option<&str>> = columns[0].as_string::<i32>().iter().collect();
        assert_eq!((texts, columns[0].len()), (vec![Some("a"), None, Some("\u{e9}")], 3));
    }
}
