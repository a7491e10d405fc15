//! `IN` with constants: a binary search in the sorted constants, for each value or each distinct text of a dictionary.

use arrow::array::{Array, BooleanArray};
use arrow::buffer::BooleanBuffer;

use super::decimal::{self, Numbers};
use super::error::Fault;
use super::value::{Value, mixed};

/// Whether each value is one of the constants, which have its type and length one. As in SQL, the result is null for a
/// null, and null instead of false where a constant is null.
pub(super) fn is_one_of(value: &Value, constants: &[Value]) -> Result<BooleanArray, Fault> {
    let found = match value {
        Value::Text(texts) => {
            let mut known: Vec<&str> = Vec::new();
            for constant in constants {
                let Value::Text(constant) = constant else { return Err(mixed()) };
                known.extend(constant.get(0));
            }
            known.sort_unstable();
            texts.test(|text| known.binary_search(&text).is_ok())?
        }
        Value::Number(numbers) => among_numbers(numbers, constants)?,
        Value::Date(dates) => {
            let mut known: Vec<i32> = Vec::new();
            for constant in constants {
                let Value::Date(constant) = constant else { return Err(mixed()) };
                known.extend(constant.iter().flatten());
            }
            known.sort_unstable();
            let hits = BooleanBuffer::collect_bool(dates.len(), |row| {
                known.binary_search(&dates.value(row)).is_ok()
            });
            BooleanArray::new(hits, dates.nulls().cloned())
        }
        Value::Boolean(values) => {
            let mut known: Vec<bool> = Vec::new();
            for constant in constants {
                let Value::Boolean(constant) = constant else { return Err(mixed()) };
                known.extend(constant.iter().flatten());
            }
            let hits = BooleanBuffer::collect_bool(values.len(), |row| known.contains(&values.value(row)));
            BooleanArray::new(hits, values.nulls().cloned())
        }
    };
    if constants.iter().all(|constant| constant.is_not_null().value(0)) {
        return Ok(found);
    }
    // `x IN (1, NULL)` can be true but never false.
    let hits = super::operators::is_true(&found);
    Ok(BooleanArray::new(hits.values().clone(), Some(hits.values().clone().into())))
}

/// The same for numbers, without the rule about null constants.
fn among_numbers(numbers: &Numbers, constants: &[Value]) -> Result<BooleanArray, Fault> {
    let mut known: Vec<i128> = Vec::new();
    for constant in constants {
        let Value::Number(constant) = constant else { return Err(mixed()) };
        if constant.is_valid(0) {
            // A constant with more decimals than the column's scale, or too many digits, equals none of its values.
            known.extend(decimal::rescaled(constant.values[0], constant.scale, numbers.scale));
        }
    }
    known.sort_unstable();
    let hits =
        BooleanBuffer::collect_bool(numbers.len(), |row| known.binary_search(&numbers.values[row]).is_ok());
    Ok(BooleanArray::new(hits, numbers.nulls.clone()))
}
