//! A cell, how it is written, and why it can not be used.

use std::fmt::Write;

use apportion_base::notation::{DateFormat, NumberNotation, shortest};
use apportion_book::display_day;
use apportion_contract::RejectCode;

use crate::read::cells::{CellKind, cell_as_text, cell_kind};

/// A cell as a file gave it, blanks dropped and null where it said nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    Null,
    Text(&'a str),
    /// A spreadsheet's number, with the mark that the reader put before its digits: the column decides what it is.
    Marked(&'a str),
    /// Mantissa and decimals.
    Number(i128, u32),
    /// Days since 1970-01-01.
    Date(i32),
    Boolean(bool),
}

impl<'a> Cell<'a> {
    /// The cell as text: numbers plain and without zeros that say nothing, dates as ISO. `None` is null.
    pub(crate) fn text<'b>(self, buffer: &'b mut String) -> Option<&'b str>
    where
        'a: 'b,
    {
        buffer.clear();
        match self {
            Self::Null => return None,
            Self::Text(text) => return Some(text),
            Self::Marked(cell) => return Some(cell_as_text(cell)),
            Self::Number(mantissa, scale) => buffer.push_str(&shortest(mantissa, scale)),
            Self::Date(day) => buffer.push_str(&display_day(day)),
            Self::Boolean(value) => {
                // Writing to a string does not fail.
                let _ = write!(buffer, "{value}");
            }
        }
        Some(buffer)
    }
}

/// Whether a text is a spreadsheet's number, with the mark that the reader put before its digits.
pub(crate) fn is_marked(text: &str) -> bool {
    // Marks are noncharacters of three bytes that begin alike: nearly every text is decided by its first byte.
    text.as_bytes().first() == Some(&0xEF) && cell_kind(text) != CellKind::Text
}

/// Why a cell cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CellFault {
    pub(crate) code: RejectCode,
    /// What would have been accepted, as the end of a sentence.
    pub(crate) accepted: String,
}

impl CellFault {
    pub(crate) fn new(code: RejectCode, accepted: impl Into<String>) -> Self {
        Self { code, accepted: accepted.into() }
    }
}

/// How cells of one column are written in one source.
#[derive(Debug, Clone)]
pub(crate) struct Notation {
    pub(crate) date: DateFormat,
    pub(crate) number: NumberNotation,
}
