//! The columns of a file.

use std::collections::{BTreeSet, HashSet};

/// A column of a file: its name and what the file says of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawColumn {
    /// The name in the header.
    pub name: String,
    /// What the file says of its type.
    pub ty: RawType,
    /// The join of the source that it comes from; `None` for a column of the file itself.
    pub join: Option<usize>,
}

/// What a file says of the type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawType {
    /// Untyped text of a text format or a spreadsheet: `Utf8`. Cells of a spreadsheet that hold a number carry a
    /// mark, and so do numbers of JSON beside texts with a decimal comma: take their text with [`cell_as_text`](super::cell_as_text),
    /// their date with [`cell_as_day`](super::cell_as_day).
    Cells,
    /// `Utf8`, or `Dictionary(UInt32, Utf8)` where the file has categories; trimmed like cells. Columns of a kind that
    /// no rule can use (binary, lists, structs, times) are listed as text too: reading one is an error.
    Text,
    /// `Decimal128(38, s)`, s being what the chunk needs. A chunk of a float column that has a value which is no
    /// decimal of 38 digits (`NaN`, infinities, extremes) arrives as `Utf8`, each value as its shortest decimal text.
    Number,
    /// `Date32`; of a timestamp its date as it stands, of an instant its date in the zone of the book, without one in its own.
    Date,
    /// `Boolean`.
    Boolean,
}

/// The columns of a file that have a name of their own, in file order; with `unpivot`, the long form's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// In file order.
    pub columns: Vec<RawColumn>,
    /// Names that several columns have. They are not among `columns`: who asks for one of them has to say which is meant.
    pub repeated: Vec<String>,
}

impl Header {
    /// The header of these columns; those without a name are left out.
    pub(super) fn new(columns: impl IntoIterator<Item = RawColumn>) -> Self {
        let mut named: Vec<RawColumn> =
            columns.into_iter().filter(|column| !column.name.is_empty()).collect();
        let (mut once, mut repeated) = (HashSet::new(), BTreeSet::new());
        for column in &named {
            if !once.insert(column.name.clone()) {
                repeated.insert(column.name.clone());
            }
        }
        named.retain(|column| !repeated.contains(&column.name));
        Self { columns: named, repeated: repeated.into_iter().collect() }
    }

    /// The header of untyped columns with these names.
    pub(super) fn untyped(names: impl IntoIterator<Item = String>) -> Self {
        Self::new(names.into_iter().map(|name| RawColumn { name, ty: RawType::Cells, join: None }))
    }
}
