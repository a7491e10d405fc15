//! Rate tables: rates and amounts in a CSV file, by columns in scope, ranges and dates.
//!
//! [`file`] reads the bytes, [`records`] finds the cells, [`reader`] makes [`rows`] of them, [`index`] finds the row for some values, and [`overlap`]
//! finds rows that no deal can reach, rows between which nothing decides, and gaps.

mod dictionary;
mod file;
mod index;
mod interval;
mod model;
mod overlap;
mod reader;
mod records;
mod rows;
#[cfg(test)]
mod tests;

pub use index::Found;
pub use interval::Interval;
pub use model::{ColumnTest, RateTable, TableCondition};
pub use overlap::{RangeGap, Ties};

pub(crate) use file::{TableRequest, load, written_paths};
