//! The cells of a batch of lines, by column.

use std::io;

use arrow::array::{
    Array, AsArray, Date32Array, Decimal64Array, Decimal128Array, Int32Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Date32Type, Decimal64Type, Decimal128Type, Int32Type};

use apportion_base::calendar::display_day;
use apportion_base::money::format_scaled;
use apportion_contract::output::LINE_FILE;

/// A column of lines.
pub(crate) enum Cells<'a> {
    Text(&'a StringArray),
    Date(&'a Date32Array),
    Integer(&'a Int32Array),
    /// With the number of decimals.
    Short(&'a Decimal64Array, u32),
    Long(&'a Decimal128Array, u32),
}

/// The columns of a batch, in the order of lines.parquet.
pub(crate) fn columns(batch: &RecordBatch) -> io::Result<Vec<Cells<'_>>> {
    LINE_FILE.header().map(|name| column(batch, name)).collect()
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> io::Result<Cells<'a>> {
    let wrong = || io::Error::other(format!("the lines have no column `{name}` as a run writes it"));
    let array = batch.column_by_name(name).ok_or_else(wrong)?;
    let scale = |scale: &i8| u32::from(scale.unsigned_abs());
    Ok(match array.data_type() {
        DataType::Utf8 => Cells::Text(array.as_string::<i32>()),
        DataType::Date32 => Cells::Date(array.as_primitive::<Date32Type>()),
        DataType::Int32 => Cells::Integer(array.as_primitive::<Int32Type>()),
        DataType::Decimal64(_, decimals) => {
            Cells::Short(array.as_primitive::<Decimal64Type>(), scale(decimals))
        }
        DataType::Decimal128(_, decimals) => {
            Cells::Long(array.as_primitive::<Decimal128Type>(), scale(decimals))
        }
        _ => return Err(wrong()),
    })
}

impl Cells<'_> {
    pub(super) fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Text(cells) => cells.is_null(row),
            Self::Date(cells) => cells.is_null(row),
            Self::Integer(cells) => cells.is_null(row),
            Self::Short(cells, _) => cells.is_null(row),
            Self::Long(cells, _) => cells.is_null(row),
        }
    }

    /// Digits and decimals of a number; `None` where the cell is none.
    pub(crate) fn decimal(&self, row: usize) -> Option<(i128, u32)> {
        if self.is_null(row) {
            return None;
        }
        match self {
            Self::Integer(cells) => Some((cells.value(row).into(), 0)),
            Self::Short(cells, decimals) => Some((cells.value(row).into(), *decimals)),
            Self::Long(cells, decimals) => Some((cells.value(row), *decimals)),
            Self::Text(_) | Self::Date(_) => None,
        }
    }

    /// Adds the cell as plain text; nothing where it is null.
    pub(super) fn plain(&self, row: usize, text: &mut String) {
        if self.is_null(row) {
            return;
        }
        match self {
            Self::Text(cells) => text.push_str(cells.value(row)),
            Self::Date(cells) => text.push_str(&display_day(cells.value(row))),
            Self::Integer(_) | Self::Short(..) | Self::Long(..) => {
                if let Some((digits, decimals)) = self.decimal(row) {
                    text.push_str(&format_scaled(digits, decimals));
                }
            }
        }
    }
}
