//! Arrays in another type, where the values stay the same. A value that the new type cannot hold is an error or null, as each
//! function says; it is never another value.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    AnyDictionaryArray, Array, ArrayRef, ArrowPrimitiveType, Decimal128Array, Int64Array, PrimitiveArray,
    StringArray,
};
use arrow_schema::{ArrowError, DataType, TimeUnit};

/// Texts of any layout as `Utf8`: `Utf8`, `LargeUtf8`, `Utf8View`, or a dictionary of these.
///
/// # Errors
/// The array is of another type, or its texts have more than 2^31 - 1 bytes.
pub fn texts(array: &dyn Array) -> Result<StringArray, ArrowError> {
    match array.data_type() {
        DataType::Utf8 => Ok(array.as_string::<i32>().clone()),
        DataType::LargeUtf8 => of_texts(|| array.as_string::<i64>().iter()),
        DataType::Utf8View => of_texts(|| array.as_string_view().iter()),
        DataType::Dictionary(..) => texts(&unpacked(array.as_any_dictionary())?),
        other => Err(ArrowError::CastError(format!("{other} is no text"))),
    }
}

fn of_texts<'a, I: Iterator<Item = Option<&'a str>>>(
    iter: impl Fn() -> I,
) -> Result<StringArray, ArrowError> {
    let bytes: usize = iter().flatten().map(str::len).sum();
    if i32::try_from(bytes).is_err() {
        let message = format!("{bytes} bytes of text are too many for one array");
        return Err(ArrowError::CastError(message));
    }
    Ok(iter().collect())
}

/// The values of a dictionary, row by row.
///
/// # Errors
/// A key is beyond the values.
pub fn unpacked(dictionary: &dyn AnyDictionaryArray) -> Result<ArrayRef, ArrowError> {
    arrow_select::take::take(dictionary.values(), dictionary.keys(), None)
}

/// Integers of any width as those of another; null where one does not fit.
///
/// # Errors
/// The array is no array of integers.
pub fn integers<T>(array: &dyn Array) -> Result<PrimitiveArray<T>, ArrowError>
where
    T: ArrowPrimitiveType,
    T::Native: TryFrom<i128>,
{
    fn fitting<S, T>(array: &dyn Array) -> PrimitiveArray<T>
    where
        S: ArrowPrimitiveType,
        S::Native: Into<i128>,
        T: ArrowPrimitiveType,
        T::Native: TryFrom<i128>,
    {
        array.as_primitive::<S>().unary_opt(|value| T::Native::try_from(value.into()).ok())
    }
    if let Some(same) = array.as_primitive_opt::<T>() {
        return Ok(same.clone());
    }
    Ok(match array.data_type() {
        DataType::Int8 => fitting::<Int8Type, T>(array),
        DataType::Int16 => fitting::<Int16Type, T>(array),
        DataType::Int32 => fitting::<Int32Type, T>(array),
        DataType::Int64 => fitting::<Int64Type, T>(array),
        DataType::UInt8 => fitting::<UInt8Type, T>(array),
        DataType::UInt16 => fitting::<UInt16Type, T>(array),
        DataType::UInt32 => fitting::<UInt32Type, T>(array),
        DataType::UInt64 => fitting::<UInt64Type, T>(array),
        other => return Err(ArrowError::CastError(format!("{other} is no integer"))),
    })
}

/// The plain numbers of timestamps, in their own unit.
///
/// # Errors
/// The array is no array of timestamps.
pub fn ticks(array: &dyn Array) -> Result<Int64Array, ArrowError> {
    Ok(match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => {
            array.as_primitive::<TimestampSecondType>().reinterpret_cast()
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            array.as_primitive::<TimestampMillisecondType>().reinterpret_cast()
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            array.as_primitive::<TimestampMicrosecondType>().reinterpret_cast()
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            array.as_primitive::<TimestampNanosecondType>().reinterpret_cast()
        }
        other => return Err(ArrowError::CastError(format!("{other} is no timestamp"))),
    })
}

/// Integers as decimals without decimal places.
///
/// # Errors
/// The array is no array of integers.
pub fn whole_decimals(array: &dyn Array, digits: u8) -> Result<Decimal128Array, ArrowError> {
    let wide: Int128 = match array.data_type() {
        DataType::UInt64 => array.as_primitive::<UInt64Type>().unary(i128::from),
        _ => integers::<Int64Type>(array)?.unary(i128::from),
    };
    wide.with_precision_and_scale(digits, 0)
}

/// Before the digits of the decimals are said.
type Int128 = PrimitiveArray<Decimal128Type>;

/// Decimals as texts, all digits of them.
pub fn decimal_texts<T: arrow_array::types::DecimalType>(array: &PrimitiveArray<T>) -> ArrayRef {
    let text = |row: usize| array.is_valid(row).then(|| array.value_as_string(row));
    Arc::new((0..array.len()).map(text).collect::<StringArray>())
}

#[cfg(test)]
mod tests {
    use arrow_array::builder::StringDictionaryBuilder;
    use arrow_array::{LargeStringArray, StringViewArray, UInt32Array, UInt64Array};
    use arrow_cast::cast;

    use super::*;

    #[test]
    fn texts_of_any_layout() {
        let plain = StringArray::from(vec![Some("a"), None, Some(""), Some("ä")]);
        let mut builder = StringDictionaryBuilder::<Int8Type>::new();
        plain.iter().for_each(|text| builder.append_option(text));
        let large: LargeStringArray = plain.iter().collect();
        let view: StringViewArray = plain.iter().collect();
        let layouts: [ArrayRef; 4] =
            [Arc::new(plain.clone()), Arc::new(large), Arc::new(view), Arc::new(builder.finish())];
        for array in layouts {
            assert_eq!(texts(&array).unwrap(), plain, "{}", array.data_type());
            assert_eq!(cast(&array, &DataType::Utf8).unwrap().as_string::<i32>(), &plain);
        }
        assert!(texts(&UInt32Array::from(vec![1])).is_err());
    }

    #[test]
    fn integers_that_do_not_fit_are_null() {
        let wide = Int64Array::from(vec![Some(-1), Some(7), None, Some(i64::MAX)]);
        let narrow = integers::<UInt32Type>(&wide).unwrap();
        assert_eq!(narrow.iter().collect::<Vec<_>>(), [None, Some(7), None, None]);
        assert_eq!(cast(&wide, &DataType::UInt32).unwrap().as_primitive::<UInt32Type>(), &narrow);
        assert!(integers::<UInt32Type>(&StringArray::from(vec!["1"])).is_err());
    }

    #[test]
    fn numbers_as_decimals_and_texts() {
        let large = UInt64Array::from(vec![Some(u64::MAX), None]);
        let decimals = whole_decimals(&large, 38).unwrap();
        assert_eq!(decimals.iter().collect::<Vec<_>>(), [Some(i128::from(u64::MAX)), None]);
        let scaled = Decimal128Array::from(vec![Some(-1_205), None]).with_precision_and_scale(38, 2).unwrap();
        let shown = decimal_texts(&scaled);
        assert_eq!(shown.as_string::<i32>(), &StringArray::from(vec![Some("-12.05"), None]));
        let hundreds = Decimal128Array::from(vec![12]).with_precision_and_scale(38, -2).unwrap();
        assert_eq!(decimal_texts(&hundreds).as_string::<i32>().value(0), "1200");
    }

    #[test]
    fn ticks_are_numbers_in_their_unit() {
        let times = PrimitiveArray::<TimestampMicrosecondType>::from(vec![Some(-5), None]);
        assert_eq!(ticks(&times).unwrap(), Int64Array::from(vec![Some(-5), None]));
        assert!(ticks(&Int64Array::from(vec![1])).is_err());
    }
}
