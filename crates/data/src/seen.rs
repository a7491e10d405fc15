//! A file's own columns as `where` and `expr` see them: text, exact numbers, dates, booleans.

use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal128Array, StringArray};
use arrow::datatypes::DataType;
use rust_decimal::Decimal;

use apportion_base::money::pow10;
use apportion_expr::Type;

use super::cells::is_marked;
use super::read::{RawType, cell_in_expressions};

/// The type in which expressions see a column of a file.
pub(super) fn seen_type(ty: RawType) -> Type {
    match ty {
        RawType::Cells | RawType::Text => Type::Text,
        RawType::Number => Type::Number,
        RawType::Date => Type::Date,
        RawType::Boolean => Type::Boolean,
    }
}

/// The column in an Arrow type that expressions take.
pub(super) fn as_seen(array: &ArrayRef, ty: RawType) -> ArrayRef {
    match (ty, array.as_string_opt::<i32>()) {
        (RawType::Cells, Some(cells)) if cells.iter().flatten().any(is_marked) => {
            Arc::new(cells.iter().map(|cell| cell.map(cell_in_expressions)).collect::<StringArray>())
        }
        (RawType::Number, Some(texts)) => Arc::new(decimals(texts)),
        _ => match array.as_string_view_opt() {
            Some(view) => Arc::new(view.iter().collect::<StringArray>()),
            None => Arc::clone(array),
        },
    }
}

/// A chunk of floats that came as text because one of them is no decimal: that one is null, as nothing compares with it.
fn decimals(texts: &StringArray) -> Decimal128Array {
    let parsed: Vec<Option<Decimal>> =
        texts.iter().map(|text| text.and_then(|text| Decimal::from_str(text).ok())).collect();
    let scale = parsed.iter().flatten().map(Decimal::scale).max().unwrap_or(0);
    let rescaled = parsed.iter().map(|number| {
        let number = (*number)?;
        number.mantissa().checked_mul(pow10(scale - number.scale()).ok()?)
    });
    let array: Decimal128Array = rescaled.collect();
    // Decimals have at most 28 digits after the point, so the scale is always valid.
    match i8::try_from(scale) {
        Ok(scale) => array.with_data_type(DataType::Decimal128(38, scale)),
        Err(_) => array,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_decimal_is_null() {
        let texts: ArrayRef =
            Arc::new(StringArray::from(vec![Some("1.5"), Some("NaN"), None, Some("-0.25")]));
        let seen = as_seen(&texts, RawType::Number);
        assert_eq!(seen.data_type(), &DataType::Decimal128(38, 2));
        let numbers = seen.as_primitive::<arrow::datatypes::Decimal128Type>();
        assert_eq!(numbers.iter().collect::<Vec<_>>(), [Some(150), None, None, Some(-25)]);
    }
}
