//! A frame, column by column; of many rows part by part, on all cores.

use polars::prelude::{
    BooleanChunked, Column, DataFrame, Int32Chunked, Int64Chunked, Int128Chunked, IntoColumn, NamedFrom,
    NewChunkedArray, PolarsResult, Series, UInt32Chunked,
};
use rayon::prelude::*;

use crate::Fault;

/// Rows of a part: enough that a part's columns are long, few enough that all cores have some.
const PART_ROWS: usize = 1 << 16;

/// A frame of rows that are made of these, part by part, in their order.
///
/// # Errors
/// What making one says.
pub fn in_parts<R: Sync>(
    rows: &[R],
    make: impl Fn(&[R]) -> Result<DataFrame, Fault> + Sync,
) -> Result<DataFrame, Fault> {
    let parts: Vec<DataFrame> = rows.par_chunks(PART_ROWS).map(&make).collect::<Result<_, _>>()?;
    let mut parts = parts.into_iter();
    let Some(mut whole) = parts.next() else { return make(&[]) };
    for part in parts {
        whole.vstack_mut_owned(part)?;
    }
    Ok(whole)
}

/// Columns of one length.
#[derive(Debug, Default)]
pub struct Builder {
    rows: usize,
    columns: Vec<Column>,
}

impl Builder {
    /// A frame of so many rows.
    pub fn new(rows: usize) -> Self {
        Self { rows, columns: Vec::new() }
    }

    /// Codes and indices: moved.
    pub fn codes(self, name: &str, codes: Vec<u32>) -> Self {
        let column = UInt32Chunked::from_vec(name.into(), codes).into_column();
        self.with(column)
    }

    /// Indices that may be missing.
    pub fn some_codes(self, name: &str, codes: impl Iterator<Item = Option<u32>>) -> Self {
        let column = UInt32Chunked::from_iter_options(name.into(), codes).into_column();
        self.with(column)
    }

    /// Days: moved.
    pub fn days(self, name: &str, days: Vec<i32>) -> Self {
        let column = Int32Chunked::from_vec(name.into(), days).into_column();
        self.with(column)
    }

    /// Days that may be missing.
    pub fn some_days(self, name: &str, days: impl Iterator<Item = Option<i32>>) -> Self {
        let column = Int32Chunked::from_iter_options(name.into(), days).into_column();
        self.with(column)
    }

    /// Whole numbers or millionths: moved.
    pub fn numbers(self, name: &str, numbers: Vec<i64>) -> Self {
        let column = Int64Chunked::from_vec(name.into(), numbers).into_column();
        self.with(column)
    }

    /// Whole numbers or millionths that may be missing.
    pub fn some_numbers(self, name: &str, numbers: impl Iterator<Item = Option<i64>>) -> Self {
        let column = Int64Chunked::from_iter_options(name.into(), numbers).into_column();
        self.with(column)
    }

    /// Wide numbers that may be missing.
    pub fn some_wide(self, name: &str, numbers: impl Iterator<Item = Option<i128>>) -> Self {
        let column = Int128Chunked::from_iter_options(name.into(), numbers).into_column();
        self.with(column)
    }

    /// Flags.
    pub fn flags(self, name: &str, flags: impl Iterator<Item = bool>) -> Self {
        let flags: Vec<bool> = flags.collect();
        let column = BooleanChunked::from_slice(name.into(), &flags).into_column();
        self.with(column)
    }

    /// Texts.
    pub fn texts<'t>(self, name: &str, texts: impl Iterator<Item = Option<&'t str>>) -> Self {
        let texts: Vec<Option<&str>> = texts.collect();
        let column = Series::new(name.into(), texts).into_column();
        self.with(column)
    }

    fn with(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// The frame.
    ///
    /// # Errors
    /// Columns of several lengths: a mistake of ours.
    pub fn frame(self) -> PolarsResult<DataFrame> {
        DataFrame::new(self.rows, self.columns)
    }
}
