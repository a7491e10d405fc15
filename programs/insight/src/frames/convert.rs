//! Record batches as frames of Polars, and back: an analyst goes on from a result, and brings something home.
//!
//! Columns of numbers without nulls that nobody else holds are moved; others are made anew. Decimals become whole numbers of their last digit, days stay
//! days since 1970-01-01, and dictionaries become texts.

use std::sync::Arc;

use apportion::channel::Texts;
use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, PrimitiveArray, RecordBatch, StringArray,
};
use arrow::buffer::ScalarBuffer;
use arrow::datatypes::{
    DataType, Date32Type, Decimal32Type, Decimal64Type, Decimal128Type, Field, Int32Type, Int64Type, Schema,
    UInt8Type, UInt16Type, UInt32Type,
};
use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType as FrameType, Int32Chunked, Int64Chunked, Int128Chunked,
    IntoColumn, NamedFrom, NewChunkedArray, PlSmallStr, Series, UInt32Chunked,
};

use crate::Fault;

/// The most digits of a decimal.
const DIGITS: u8 = 38;

/// A record batch as a frame: columns of the same names.
///
/// # Errors
/// A column of a type that none of our files has.
pub fn frame_of(batch: RecordBatch) -> Result<DataFrame, Fault> {
    let (schema, arrays, rows) = batch.into_parts();
    let columns = schema.fields().iter().zip(arrays).map(|(field, array)| column_of(field.name(), array));
    Ok(DataFrame::new(rows, columns.collect::<Result<_, Fault>>()?)?)
}

fn column_of(name: &str, array: ArrayRef) -> Result<Column, Fault> {
    let name = PlSmallStr::from(name);
    Ok(match array.data_type() {
        DataType::Decimal128(..) => match taken::<Decimal128Type>(array)? {
            Taken::All(all) => Int128Chunked::from_vec(name, all).into_column(),
            Taken::Some(some) => Int128Chunked::from_iter_options(name, some.into_iter()).into_column(),
        },
        DataType::Decimal64(..) => long(name, taken::<Decimal64Type>(array)?),
        DataType::Int64 => long(name, taken::<Int64Type>(array)?),
        DataType::Decimal32(..) => short(name, taken::<Decimal32Type>(array)?),
        DataType::Date32 => short(name, taken::<Date32Type>(array)?),
        DataType::Int32 => short(name, taken::<Int32Type>(array)?),
        DataType::UInt32 => match taken::<UInt32Type>(array)? {
            Taken::All(all) => UInt32Chunked::from_vec(name, all).into_column(),
            Taken::Some(some) => UInt32Chunked::from_iter_options(name, some.into_iter()).into_column(),
        },
        DataType::UInt8 => small(name, array.as_primitive_opt::<UInt8Type>().ok_or_else(unknown)?),
        DataType::UInt16 => small(name, array.as_primitive_opt::<UInt16Type>().ok_or_else(unknown)?),
        DataType::Boolean => BooleanChunked::from_iter_options(name, array.as_boolean().iter()).into_column(),
        DataType::Utf8 | DataType::Utf8View | DataType::Dictionary(..) => texts(name, &array),
        other => return Err(Fault::Frames(format!("column `{name}` is of type {other}"))),
    })
}

fn unknown() -> Fault {
    Fault::Frames("a column is not of the type that it says".to_owned())
}

/// Numbers of fewer bits than frames have here.
fn small<T: ArrowPrimitiveType>(name: PlSmallStr, numbers: &PrimitiveArray<T>) -> Column
where
    u32: From<T::Native>,
{
    let numbers = numbers.iter().map(|number| number.map(u32::from));
    UInt32Chunked::from_iter_options(name, numbers).into_column()
}

fn texts(name: PlSmallStr, array: &ArrayRef) -> Column {
    let texts: Vec<Option<&str>> = match array.as_string_view_opt() {
        Some(views) => views.iter().collect(),
        None => {
            let texts = Texts::new(Some(array));
            (0..array.len()).map(|row| texts.get(row)).collect()
        }
    };
    Series::new(name, texts).into_column()
}

fn long(name: PlSmallStr, numbers: Taken<i64>) -> Column {
    match numbers {
        Taken::All(all) => Int64Chunked::from_vec(name, all).into_column(),
        Taken::Some(some) => Int64Chunked::from_iter_options(name, some.into_iter()).into_column(),
    }
}

fn short(name: PlSmallStr, numbers: Taken<i32>) -> Column {
    match numbers {
        Taken::All(all) => Int32Chunked::from_vec(name, all).into_column(),
        Taken::Some(some) => Int32Chunked::from_iter_options(name, some.into_iter()).into_column(),
    }
}

/// The numbers of an array.
enum Taken<T> {
    /// Without nulls: its own memory where nobody else holds it.
    All(Vec<T>),
    /// With nulls.
    Some(Vec<Option<T>>),
}

fn taken<T: ArrowPrimitiveType>(array: ArrayRef) -> Result<Taken<T::Native>, Fault> {
    let own: PrimitiveArray<T> = array.as_primitive_opt::<T>().ok_or_else(unknown)?.clone();
    drop(array);
    if own.null_count() > 0 {
        return Ok(Taken::Some(own.iter().collect()));
    }
    let (_, values, _) = own.into_parts();
    let copied = |values: ScalarBuffer<T::Native>| values.to_vec();
    Ok(Taken::All(values.into_inner().into_vec::<T::Native>().unwrap_or_else(|shared| copied(shared.into()))))
}

/// A frame as a record batch: columns of the same names, wide numbers as decimals without digits behind the point.
///
/// # Errors
/// A column of a type that has no counterpart: lists, structures, floats.
pub fn batch_of(frame: &DataFrame) -> Result<RecordBatch, Fault> {
    let mut fields = Vec::with_capacity(frame.width());
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(frame.width());
    for column in frame.columns() {
        let array = array_of(column)?;
        fields.push(Field::new(column.name().as_str(), array.data_type().clone(), true));
        arrays.push(array);
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

fn array_of(column: &Column) -> Result<ArrayRef, Fault> {
    let column = column.as_materialized_series();
    Ok(match column.dtype() {
        FrameType::Int128 => {
            let numbers: PrimitiveArray<Decimal128Type> = column.i128()?.iter().collect();
            Arc::new(numbers.with_data_type(DataType::Decimal128(DIGITS, 0)))
        }
        FrameType::Int64 => Arc::new(column.i64()?.iter().collect::<PrimitiveArray<Int64Type>>()),
        FrameType::Int32 => Arc::new(column.i32()?.iter().collect::<PrimitiveArray<Int32Type>>()),
        FrameType::UInt32 => Arc::new(column.u32()?.iter().collect::<PrimitiveArray<UInt32Type>>()),
        FrameType::Boolean => Arc::new(column.bool()?.iter().collect::<BooleanArray>()),
        FrameType::String => Arc::new(column.str()?.iter().collect::<StringArray>()),
        other => return Err(Fault::Frames(format!("column `{}` is of type {other}", column.name()))),
    })
}

#[cfg(test)]
mod tests {
    use arrow::array::{Date32Array, Decimal128Array, StringArray};

    use super::*;

    fn batch() -> RecordBatch {
        let amounts =
            Decimal128Array::from(vec![150, -7]).with_precision_and_scale(18, 2).expect("two digits");
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("amount", Arc::new(amounts)),
            ("day", Arc::new(Date32Array::from(vec![Some(20_000), None]))),
            ("payee_id", Arc::new(StringArray::from(vec![Some("P"), None]))),
            ("won", Arc::new(BooleanArray::from(vec![true, false]))),
        ];
        RecordBatch::try_from_iter(columns).expect("columns of one length")
    }

    #[test]
    fn a_batch_becomes_a_frame_and_comes_back() {
        let frame = frame_of(batch()).expect("known types");
        assert_eq!(
            frame.column("amount").expect("there").i128().expect("wide").to_vec(),
            [Some(150), Some(-7)]
        );
        assert_eq!(frame.column("day").expect("there").i32().expect("days").to_vec(), [Some(20_000), None]);
        let back = batch_of(&frame).expect("known types");
        assert_eq!(back.num_rows(), 2);
        assert_eq!(back.column(2).as_string::<i32>(), batch().column(2).as_string::<i32>());
        let amounts = back.column(0).as_primitive::<Decimal128Type>();
        assert_eq!((amounts.value(0), amounts.scale()), (150, 0));
    }

    #[test]
    fn numbers_that_nobody_else_holds_are_moved() {
        let numbers: PrimitiveArray<Int64Type> = vec![1, 2, 3].into();
        let place = numbers.values().as_ptr();
        match taken::<Int64Type>(Arc::new(numbers)).expect("numbers") {
            Taken::All(all) => assert_eq!((all.as_ptr(), all), (place, vec![1, 2, 3])),
            Taken::Some(_) => panic!("there are no nulls"),
        }
    }
}
