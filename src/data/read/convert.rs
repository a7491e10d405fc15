//! A column of a Polars frame → an Arrow array of the kinds that [`RawType`](super::RawType) promises.
//!
//! Polars has array types of its own. Nearly every column changes on its way (text is trimmed, integers become decimals),
//! so columns are copied; a bridge through the C data interface, which is `unsafe`, would spare only dates a copy.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, StringArray, StringBuilder,
    UInt32Array,
};
use arrow::datatypes::UInt32Type;
use polars::prelude::{Column, DataType, PolarsResult, TimeUnit};

use super::cells::Nulls;
use super::decimals;

/// Digits of all decimals that leave this room.
const DIGITS: u8 = 38;

/// The column as an Arrow array; an error is a reason for people.
pub(super) fn to_arrow(column: &Column, nulls: &Nulls<'_>) -> Result<ArrayRef, String> {
    known(column, nulls)
        .map_err(|error| error.to_string())?
        .ok_or_else(|| format!("column `{}` is of type {}", column.name(), column.dtype()))
}

/// Integers of any width as `Decimal128(38, 0)`.
macro_rules! integers {
    ($values:expr) => {
        decimals($values.iter().map(|value| value.map(i128::from)), 0)
    };
}

fn known(column: &Column, nulls: &Nulls<'_>) -> PolarsResult<Option<ArrayRef>> {
    let series = column.as_materialized_series();
    let array = match series.dtype() {
        DataType::Null => Some(Arc::new(StringArray::new_null(series.len())) as ArrayRef),
        DataType::Boolean => Some(Arc::new(series.bool()?.iter().collect::<BooleanArray>()) as ArrayRef),
        DataType::String => Some(text(series.str()?.iter(), nulls)),
        DataType::Int8 => integers!(series.i8()?),
        DataType::Int16 => integers!(series.i16()?),
        DataType::Int32 => integers!(series.i32()?),
        DataType::Int64 => integers!(series.i64()?),
        DataType::UInt8 => integers!(series.u8()?),
        DataType::UInt16 => integers!(series.u16()?),
        DataType::UInt32 => integers!(series.u32()?),
        DataType::UInt64 => integers!(series.u64()?),
        DataType::Decimal(_, scale) => decimals(series.decimal()?.physical().iter(), *scale),
        DataType::Float32 => Some(decimals::shortest(&series.f32()?.iter().collect::<Vec<_>>())),
        DataType::Float64 => Some(decimals::shortest(&series.f64()?.iter().collect::<Vec<_>>())),
        DataType::Date => Some(dates(series.date()?.physical().iter())),
        DataType::Datetime(unit, _) => {
            let in_a_day = units_in_a_day(*unit);
            let stamps = series.datetime()?.physical().iter();
            // |i64::MIN| ticks are at most some 10^11 days of milliseconds: what is no date at all becomes null
            Some(dates(stamps.map(|stamp| i32::try_from(stamp?.div_euclid(in_a_day)).ok())))
        }
        DataType::Categorical(..) | DataType::Enum(..) => categories(column, nulls)?,
        _ => None,
    };
    Ok(array)
}

fn units_in_a_day(unit: TimeUnit) -> i64 {
    let per_second = match unit {
        TimeUnit::Milliseconds => 1_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Nanoseconds => 1_000_000_000,
    };
    86_400 * per_second
}

fn text<'a>(values: impl Iterator<Item = Option<&'a str>>, nulls: &Nulls<'_>) -> ArrayRef {
    let mut builder = StringBuilder::new();
    for value in values {
        builder.append_option(value.and_then(|value| nulls.clean(value)));
    }
    Arc::new(builder.finish())
}

fn dates(days: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(days.collect::<Date32Array>())
}

fn decimals(digits: impl Iterator<Item = Option<i128>>, scale: usize) -> Option<ArrayRef> {
    let array = digits.collect::<Decimal128Array>();
    let array = array.with_precision_and_scale(DIGITS, i8::try_from(scale).ok()?).ok()?;
    Some(Arc::new(array))
}

/// A column of categories, whatever the width of its codes.
fn categories(column: &Column, nulls: &Nulls<'_>) -> PolarsResult<Option<ArrayRef>> {
    let series = column.as_materialized_series();
    macro_rules! with_codes {
        ($column:expr) => {{
            let column = $column;
            let mapping = column.get_mapping();
            let codes = column.physical().iter().map(|code| code.map(u32::from));
            Ok(dictionary(codes, |code| mapping.cat_to_str(code), nulls))
        }};
    }
    if let Some(column) = series.try_cat8() {
        with_codes!(column)
    } else if let Some(column) = series.try_cat16() {
        with_codes!(column)
    } else {
        with_codes!(series.cat32()?)
    }
}

/// Codes and the texts that are in use, each once, in order of first appearance: Polars' codes are shared by all
/// categorical columns of the process, so they say nothing about this file.
fn dictionary<'a>(
    codes: impl Iterator<Item = Option<u32>>,
    text_of: impl Fn(u32) -> Option<&'a str>,
    nulls: &Nulls<'_>,
) -> Option<ArrayRef> {
    let mut known: HashMap<u32, Option<u32>> = HashMap::new();
    let mut ranks: HashMap<&'a str, u32> = HashMap::new();
    let mut values = StringBuilder::new();
    let keys: UInt32Array = codes
        .map(|code| {
            *known.entry(code?).or_insert_with_key(|code| {
                let text = nulls.clean(text_of(*code)?)?;
                let next = u32::try_from(ranks.len()).ok()?;
                Some(*ranks.entry(text).or_insert_with(|| {
                    values.append_value(text);
                    next
                }))
            })
        })
        .collect();
    let dictionary = DictionaryArray::<UInt32Type>::try_new(keys, Arc::new(values.finish())).ok()?;
    Some(Arc::new(dictionary))
}
