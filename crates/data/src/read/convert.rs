//! A column of a typed file → an Arrow array of the kinds that [`RawType`](super::RawType) promises.
//!
//! Nearly every column changes on its way (text is trimmed, integers become decimals), so columns are copied.

use std::sync::Arc;

use arrow::array::{
    AnyDictionaryArray, Array, ArrayAccessor, ArrayRef, ArrowPrimitiveType, AsArray, Date32Array,
    Decimal128Array, DictionaryArray, PrimitiveArray, StringArray, StringBuilder, UInt32Array,
};
use arrow::convert;
use arrow::datatypes::{
    DataType, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow::error::ArrowError;
use foldhash::HashMap;

use apportion_base::notation::Zone;

use super::cells::clean;
use super::decimals;
use crate::cells::DAYS;
use crate::tables::indices::NONE;
use apportion_book::display_day;

/// Digits of all decimals that the readers return.
const DIGITS: u8 = 38;

/// Milliseconds of a day.
const MILLISECONDS: i64 = 86_400_000;

/// Seconds of a day.
const SECONDS: i64 = 86_400;

/// The column as the readers return it. Instants are dated in `zone`, without it in the zone of their column.
///
/// # Errors
/// The column is of a kind that no rule can use; or its values do not hold together.
pub(super) fn converted(array: &ArrayRef, zone: Option<&Zone>) -> Result<ArrayRef, ArrowError> {
    use DataType as Kind;
    Ok(match array.data_type() {
        Kind::Null => Arc::new(StringArray::new_null(array.len())),
        Kind::Boolean | Kind::Date32 => Arc::clone(array),
        Kind::Utf8 if are_clean(array.as_string()) => Arc::clone(array),
        Kind::Utf8 => text(array.as_string::<i32>()),
        Kind::LargeUtf8 => text(array.as_string::<i64>()),
        Kind::Utf8View => text(array.as_string_view()),
        Kind::Int8 => whole::<Int8Type>(array)?,
        Kind::Int16 => whole::<Int16Type>(array)?,
        Kind::Int32 => whole::<Int32Type>(array)?,
        Kind::Int64 => whole::<Int64Type>(array)?,
        Kind::UInt8 => whole::<UInt8Type>(array)?,
        Kind::UInt16 => whole::<UInt16Type>(array)?,
        Kind::UInt32 => whole::<UInt32Type>(array)?,
        Kind::UInt64 => whole::<UInt64Type>(array)?,
        Kind::Decimal32(_, scale) => decimal::<Decimal32Type>(array, *scale)?,
        Kind::Decimal64(_, scale) => decimal::<Decimal64Type>(array, *scale)?,
        Kind::Decimal128(_, scale) => decimal::<Decimal128Type>(array, *scale)?,
        Kind::Decimal256(..) => wide_decimal(array)?,
        Kind::Float32 => decimals::shortest(&array.as_primitive::<Float32Type>().iter().collect::<Vec<_>>()),
        Kind::Float64 => decimals::shortest(&array.as_primitive::<Float64Type>().iter().collect::<Vec<_>>()),
        Kind::Date64 => days(array.as_primitive::<Date64Type>(), MILLISECONDS),
        Kind::Timestamp(unit, None) => days(&convert::ticks(array)?, ticks_of_a_day(*unit)),
        Kind::Timestamp(unit, Some(own)) => {
            let own = || {
                let unknown = || ArrowError::InvalidArgumentError(format!("there is no time zone `{own}`"));
                Zone::from_column(own).ok_or_else(unknown)
            };
            let zone = zone.cloned().map_or_else(own, Ok)?;
            instants(&convert::ticks(array)?, ticks_of_a_day(*unit) / SECONDS, &zone)
        }
        Kind::Dictionary(_, values) if is_text(values) => categories(array)?,
        Kind::Dictionary(..) => converted(&convert::unpacked(array.as_any_dictionary())?, zone)?,
        other => return Err(ArrowError::NotYetImplemented(format!("values of type {other}"))),
    })
}

/// Timestamps as texts in RFC 3339, with the offset of their column's zone where it has one; `None` of any other column. Those
/// beyond the years of four digits are texts that no check accepts.
pub(super) fn times(array: &ArrayRef) -> Option<ArrayRef> {
    let DataType::Timestamp(unit, zone) = array.data_type() else { return None };
    let of_a_second = ticks_of_a_day(*unit) / SECONDS;
    let zone = match zone {
        Some(zone) => Some(Zone::from_column(zone)?),
        None => None,
    };
    let ticks = convert::ticks(array).ok()?;
    let text = |tick: i64| {
        let seconds = tick.div_euclid(of_a_second);
        let written = match &zone {
            Some(zone) => zone.offset_at(seconds).and_then(|offset| {
                let (sign, size) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
                let local = local_time(seconds.checked_add(i64::from(offset))?)?;
                Some(format!("{local}{sign}{:02}:{:02}", size / 3600, size / 60 % 60))
            }),
            None => local_time(seconds),
        };
        written.unwrap_or_else(|| seconds.to_string())
    };
    Some(Arc::new(ticks.iter().map(|tick| tick.map(text)).collect::<StringArray>()))
}

/// What clocks show so many seconds after 1970-01-01; `None` beyond the years of four digits.
fn local_time(seconds: i64) -> Option<String> {
    let day = i32::try_from(seconds.div_euclid(SECONDS)).ok().filter(|day| DAYS.contains(day))?;
    let second = seconds.rem_euclid(SECONDS);
    Some(format!("{}T{:02}:{:02}:{:02}", display_day(day), second / 3600, second / 60 % 60, second % 60))
}

fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// Whether nothing happens to these texts: none is empty or has a blank at an end.
fn are_clean(texts: &StringArray) -> bool {
    // what is not ASCII may be a blank, too
    let solid = |byte: &u8| byte.is_ascii_graphic();
    let is_clean = |text: &str| {
        let bytes = text.as_bytes();
        bytes.first().is_some_and(solid) && bytes.last().is_some_and(solid)
    };
    texts.iter().flatten().all(is_clean)
}

fn text<'a>(values: impl ArrayAccessor<Item = &'a str>) -> ArrayRef {
    let mut builder = StringBuilder::new();
    for index in 0..values.len() {
        let value = if values.is_null(index) { None } else { clean(values.value(index)) };
        builder.append_option(value);
    }
    Arc::new(builder.finish())
}

/// Integers of any width as `Decimal128(38, 0)`.
fn whole<T: ArrowPrimitiveType>(array: &ArrayRef) -> Result<ArrayRef, ArrowError>
where
    T::Native: Into<i128>,
{
    widened::<T>(array, 0)
}

/// Decimals of other widths at their own scale.
fn decimal<T: ArrowPrimitiveType>(array: &ArrayRef, scale: i8) -> Result<ArrayRef, ArrowError>
where
    T::Native: Into<i128>,
{
    // a negative scale means zeros before the point
    if scale < 0 {
        return shifted(array.as_primitive::<T>(), scale);
    }
    widened::<T>(array, scale)
}

fn widened<T: ArrowPrimitiveType>(array: &ArrayRef, scale: i8) -> Result<ArrayRef, ArrowError>
where
    T::Native: Into<i128>,
{
    let digits: Decimal128Array = array.as_primitive::<T>().unary::<_, Decimal128Type>(Into::into);
    Ok(Arc::new(digits.with_precision_and_scale(DIGITS, scale)?))
}

/// Decimals with zeros before the point: as text where one of them has more than 38 digits, for the checks to say so.
fn shifted<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, scale: i8) -> Result<ArrayRef, ArrowError>
where
    T::Native: Into<i128>,
{
    let zeros = scale.unsigned_abs();
    let unit = 10_i128.checked_pow(u32::from(zeros)).ok_or(());
    let scaled =
        array.try_unary::<_, Decimal128Type, ()>(|digits| digits.into().checked_mul(unit?).ok_or(()));
    let text = |digits: i128| match digits {
        0 => "0".to_owned(),
        digits => format!("{digits}{}", "0".repeat(usize::from(zeros))),
    };
    match scaled {
        Ok(scaled) => Ok(Arc::new(scaled.with_precision_and_scale(DIGITS, 0)?)),
        Err(()) => {
            let texts = array.iter().map(|digits| digits.map(|digits| text(digits.into())));
            Ok(Arc::new(texts.collect::<StringArray>()))
        }
    }
}

/// Decimals of up to 76 digits: as text where one of them has more than 38, for the checks to say so.
fn wide_decimal(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let wide = array.as_primitive::<Decimal256Type>();
    let narrow: Option<Vec<Option<i128>>> =
        wide.iter().map(|digits| digits.map_or(Some(None), |digits| digits.to_i128().map(Some))).collect();
    match narrow {
        Some(digits) if wide.scale() >= 0 => {
            let digits = Decimal128Array::from(digits);
            Ok(Arc::new(digits.with_precision_and_scale(DIGITS, wide.scale())?))
        }
        _ => Ok(convert::decimal_texts(wide)),
    }
}

fn ticks_of_a_day(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 86_400,
        TimeUnit::Millisecond => MILLISECONDS,
        TimeUnit::Microsecond => 1_000 * MILLISECONDS,
        TimeUnit::Nanosecond => 1_000_000 * MILLISECONDS,
    }
}

/// The dates of instants in a zone, as [`days`] gives them.
fn instants(ticks: &PrimitiveArray<Int64Type>, of_a_second: i64, zone: &Zone) -> ArrayRef {
    let beyond = |tick: i64| if tick < 0 { i32::MIN } else { i32::MAX };
    let days: Date32Array = match zone.fixed_offset() {
        Some(offset) => ticks.unary(|tick| {
            let seconds = tick.div_euclid(of_a_second).saturating_add(i64::from(offset));
            i32::try_from(seconds.div_euclid(SECONDS)).unwrap_or(beyond(tick))
        }),
        None => ticks.unary(|tick| zone.day(tick.div_euclid(of_a_second)).unwrap_or(beyond(tick))),
    };
    Arc::new(days)
}

/// The dates of points in time that are no instants, as they stand. Those that are too far away for a day's number (years of seven digits) become the
/// last or the first that there is, which the checks refuse.
fn days<T: ArrowPrimitiveType<Native = i64>>(ticks: &PrimitiveArray<T>, of_a_day: i64) -> ArrayRef {
    let days: Date32Array = ticks.unary(|tick| {
        i32::try_from(tick.div_euclid(of_a_day)).unwrap_or(if tick < 0 { i32::MIN } else { i32::MAX })
    });
    Arc::new(days)
}

/// A column of categories, whatever the width of its keys and the kind of its texts.
///
/// Texts to which nothing happens stay as they are, those that no row has among them; others become the distinct texts of
/// the chunk that are in use, each once, in order of first appearance.
fn categories(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let dictionary = array.as_any_dictionary();
    let texts = convert::texts(dictionary.values())?;
    if texts.null_count() == 0 && are_clean(&texts) {
        let keys = convert::integers::<UInt32Type>(dictionary.keys())?;
        // a negative key would have become null: it is no key of these texts
        if keys.null_count() == dictionary.keys().null_count() {
            let dictionary = DictionaryArray::<UInt32Type>::try_new(keys, Arc::new(texts))?;
            return Ok(Arc::new(dictionary));
        }
    }
    distinct(dictionary, &texts)
}

/// The categories whose texts are rewritten on the way.
fn distinct(dictionary: &dyn AnyDictionaryArray, texts: &StringArray) -> Result<ArrayRef, ArrowError> {
    let keys = convert::integers::<Int64Type>(dictionary.keys())?;
    let mut seen = DictionaryTexts::default();
    // by key of the file: what it became, once it was met
    let mut known: Vec<Option<u32>> = vec![None; texts.len()];
    let mut code_of = |key: usize| {
        *known[key].get_or_insert_with(|| {
            let text = if texts.is_null(key) { None } else { clean(texts.value(key)) };
            text.map_or(NONE, |text| seen.code(text))
        })
    };
    let codes = keys.iter().map(|key| {
        let key = key.and_then(|key| usize::try_from(key).ok()).filter(|key| *key < texts.len())?;
        Some(code_of(key)).filter(|code| *code != NONE)
    });
    let keys: UInt32Array = codes.collect();
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, Arc::new(seen.texts.finish()))?))
}

/// Texts and their codes: two keys of a file may have the same text after trimming.
#[derive(Default)]
struct DictionaryTexts<'a> {
    codes: HashMap<&'a str, u32>,
    texts: StringBuilder,
}

impl<'a> DictionaryTexts<'a> {
    fn code(&mut self, text: &'a str) -> u32 {
        // a dictionary has fewer than 2^32 values
        let next = u32::try_from(self.codes.len()).unwrap_or(NONE);
        *self.codes.entry(text).or_insert_with(|| {
            self.texts.append_value(text);
            next
        })
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{Date32Type, TimestampSecondType};

    use super::*;

    #[test]
    fn zeros_before_the_point_are_written_out() {
        let of_scale = |digits: Vec<i128>, scale: i8| {
            let array = Decimal128Array::from(digits).with_precision_and_scale(38, scale).unwrap();
            converted(&(Arc::new(array) as ArrayRef), None).unwrap()
        };
        let fits = of_scale(vec![12, 0, -3], -2);
        let fits: Vec<Option<i128>> = fits.as_primitive::<Decimal128Type>().iter().collect();
        assert_eq!(fits, [Some(1_200), Some(0), Some(-300)]);
        // Where one does not, all are texts, for the checks to say so.
        for (scale, zeros) in [(-37, 37), (-40, 40)] {
            let texts = of_scale(vec![-99, 0], scale);
            let texts: Vec<Option<&str>> = texts.as_string::<i32>().iter().collect();
            assert_eq!(texts, [Some(format!("-99{}", "0".repeat(zeros)).as_str()), Some("0")]);
        }
    }

    #[test]
    fn a_time_beyond_all_days_does_not_get_lost() {
        let ticks: PrimitiveArray<TimestampSecondType> =
            vec![Some(i64::MAX), Some(i64::MIN), Some(-1), None].into();
        let found: Vec<Option<i32>> = days(&ticks, 86_400).as_primitive::<Date32Type>().iter().collect();
        assert_eq!(found, [Some(i32::MAX), Some(i32::MIN), Some(-1), None]);
    }
}
