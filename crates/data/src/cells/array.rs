//! A column of a chunk as cells, for every Arrow type that a reader may give it.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, StringArray, StringViewArray,
    UInt32Array,
};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, UInt32Type};

use super::cell::{Cell, is_marked};

/// The cells of one column of a chunk.
#[derive(Clone, Copy)]
pub(crate) enum Cells<'a> {
    Text(&'a StringArray),
    View(&'a StringViewArray),
    Dictionary(&'a UInt32Array, &'a StringArray),
    Number(&'a Decimal128Array, u32),
    Date(&'a Date32Array),
    Boolean(&'a BooleanArray),
    /// All null.
    Nothing,
}

impl<'a> Cells<'a> {
    /// The cells of an array in one of the types that readers and expressions give; others are all null.
    pub(crate) fn new(array: &'a ArrayRef) -> Self {
        match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::Utf8View => Self::View(array.as_string_view()),
            DataType::Dictionary(_, _) => match array.as_dictionary_opt::<UInt32Type>() {
                Some(dictionary) => match dictionary.values().as_string_opt() {
                    Some(values) => Self::Dictionary(dictionary.keys(), values),
                    None => Self::Nothing,
                },
                None => Self::Nothing,
            },
            DataType::Decimal128(_, scale) => {
                Self::Number(array.as_primitive::<Decimal128Type>(), u32::try_from(*scale).unwrap_or(0))
            }
            DataType::Date32 => Self::Date(array.as_primitive::<Date32Type>()),
            DataType::Boolean => Self::Boolean(array.as_boolean()),
            _ => Self::Nothing,
        }
    }

    /// The texts of so many rows.
    pub(crate) fn texts(&self, rows: usize) -> StringArray {
        let mut buffer = String::new();
        (0..rows).map(|row| self.cell(row).text(&mut buffer).map(str::to_owned)).collect()
    }

    /// The cell of a row.
    pub(crate) fn cell(&self, row: usize) -> Cell<'a> {
        match self {
            Self::Text(array) if array.is_valid(row) => text_cell(array.value(row)),
            Self::View(array) if array.is_valid(row) => Cell::Text(array.value(row)),
            Self::Dictionary(keys, values) if keys.is_valid(row) => {
                let key = keys.value(row) as usize;
                if values.is_valid(key) { Cell::Text(values.value(key)) } else { Cell::Null }
            }
            Self::Number(array, scale) if array.is_valid(row) => Cell::Number(array.value(row), *scale),
            Self::Date(array) if array.is_valid(row) => Cell::Date(array.value(row)),
            Self::Boolean(array) if array.is_valid(row) => Cell::Boolean(array.value(row)),
            _ => Cell::Null,
        }
    }
}

fn text_cell(text: &str) -> Cell<'_> {
    if is_marked(text) { Cell::Marked(text) } else { Cell::Text(text) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::DictionaryArray;

    use super::*;

    #[test]
    fn every_type_gives_cells() {
        let dictionary: DictionaryArray<UInt32Type> = DictionaryArray::new(
            UInt32Array::from(vec![Some(1), None]),
            Arc::new(StringArray::from(vec!["a", "b"])),
        );
        let decimal = Decimal128Array::from(vec![Some(125), None]).with_precision_and_scale(38, 2);
        let arrays: [(ArrayRef, Cell); 6] = [
            (Arc::new(StringArray::from(vec![Some("x"), None])), Cell::Text("x")),
            (Arc::new(StringViewArray::from(vec![Some("x"), None])), Cell::Text("x")),
            (Arc::new(dictionary), Cell::Text("b")),
            (Arc::new(decimal.unwrap()), Cell::Number(125, 2)),
            (Arc::new(Date32Array::from(vec![Some(7), None])), Cell::Date(7)),
            (Arc::new(BooleanArray::from(vec![Some(true), None])), Cell::Boolean(true)),
        ];
        for (array, first) in &arrays {
            assert_eq!(Cells::new(array).cell(0), *first);
            assert_eq!(Cells::new(array).cell(1), Cell::Null);
        }
    }
}
