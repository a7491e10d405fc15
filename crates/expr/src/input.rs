//! The rows on which an expression is evaluated.

use arrow::array::{ArrayRef, UInt32Array};

/// The rows of one table on which an expression is evaluated.
#[derive(Debug, Clone, Copy)]
pub struct TableInput<'a> {
    /// One array for each column of the scope's table, `rows` long; `None` for a column that was not loaded, which the
    /// expression must not name. Text is `Utf8`, `Utf8View`, `LargeUtf8` or a dictionary of `Utf8` with `UInt32` or
    /// `Int32` keys; number is `Decimal128` of any scale, or integers; date is `Date32`; boolean is `Boolean`.
    pub columns: &'a [Option<ArrayRef>],
    /// Rows of the table.
    pub rows: usize,
    /// Output row `i` reads table row `index[i]`; where the entry is null, every column of the table is null.
    /// Without an index it reads row `i`.
    pub index: Option<&'a UInt32Array>,
}

/// The rows on which an expression is evaluated.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// Output rows.
    pub rows: usize,
    /// One entry for each table of the expression's scope, in the same order.
    pub tables: Vec<TableInput<'a>>,
}
