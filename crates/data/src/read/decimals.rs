//! Binary floats of files as decimals: their shortest decimal digits, without arithmetic.

use std::fmt::{Display, Write as _};
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, StringArray};

/// Digits a [`Decimal128Array`] can hold.
const DIGITS: usize = 38;

/// A spreadsheet's number as the decimal of its 15 significant digits: plain, without exponent or trailing zeros.
pub(super) fn fifteen_digits(value: f64) -> String {
    let text = format!("{value:.14e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text; // NaN or inf: no number, and the checks will say so
    };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |mantissa| ("-", mantissa));
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let digits = digits.trim_end_matches('0');
    let Ok(exponent) = exponent.parse::<isize>() else { return text };
    let Ok(whole) = usize::try_from(exponent + 1) else {
        return format!("{sign}0.{:0>width$}", digits, width = digits.len() + exponent.unsigned_abs() - 1);
    };
    if digits.is_empty() {
        "0".to_owned()
    } else if whole == 0 {
        format!("{sign}0.{digits}")
    } else if whole >= digits.len() {
        format!("{sign}{digits:0<whole$}")
    } else {
        let (whole, fraction) = digits.split_at(whole);
        format!("{sign}{whole}.{fraction}")
    }
}

/// A float column as the shortest decimals of its values: `Decimal128(38, s)` at the largest scale among them, or
/// `Utf8` where one of them is no such decimal.
///
/// `Display` of Rust's floats writes the shortest digits that read back as the same float, never with an exponent.
pub(super) fn shortest<T: Display>(values: &[Option<T>]) -> ArrayRef {
    match as_decimals(values) {
        Some(decimals) => Arc::new(decimals),
        None => {
            Arc::new(values.iter().map(|value| value.as_ref().map(T::to_string)).collect::<StringArray>())
        }
    }
}

fn as_decimals<T: Display>(values: &[Option<T>]) -> Option<Decimal128Array> {
    let mut text = String::new();
    let mut parsed = Vec::with_capacity(values.len());
    let mut largest = 0;
    for value in values {
        let decimal = match value {
            None => None,
            Some(value) => {
                text.clear();
                write!(text, "{value}").ok()?;
                let (digits, scale) = parse(&text)?;
                largest = largest.max(scale);
                Some((digits, scale))
            }
        };
        parsed.push(decimal);
    }
    let scaled = parsed
        .into_iter()
        .map(|decimal| decimal.map(|(digits, scale)| rescale(digits, largest - scale).ok_or(())).transpose())
        .collect::<Result<Vec<_>, ()>>()
        .ok()?;
    Decimal128Array::from(scaled).with_precision_and_scale(DIGITS as u8, i8::try_from(largest).ok()?).ok()
}

/// Plain decimal text as digits and scale; `None` for what is no number or has too many digits.
fn parse(text: &str) -> Option<(i128, usize)> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut digits: i128 = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        let digit = byte.is_ascii_digit().then(|| i128::from(byte - b'0'))?;
        digits = digits.checked_mul(10)?.checked_add(digit)?;
    }
    let fits = digits < 10_i128.pow(DIGITS as u32) && fraction.len() <= DIGITS;
    fits.then_some((if negative { -digits } else { digits }, fraction.len()))
}

/// The same number with more decimals, while it has at most 38 digits.
pub(super) fn rescale(digits: i128, zeros: usize) -> Option<i128> {
    if digits == 0 {
        return Some(0);
    }
    let factor = 10_i128.checked_pow(u32::try_from(zeros).ok()?)?;
    digits.checked_mul(factor).filter(|scaled| scaled.unsigned_abs() < 10_u128.pow(DIGITS as u32))
}

#[cfg(test)]
mod tests {
    use arrow::array::Array;
    use arrow::datatypes::DataType;

    use super::*;

    #[test]
    fn a_spreadsheet_number_has_fifteen_digits() {
        for (value, text) in [
            (20565.6206, "20565.6206"),
            (43659.0, "43659"),
            (0.0, "0"),
            (-0.0, "0"),
            (0.30000000000000004, "0.3"),
            (-12.5, "-12.5"),
            (1e21, "1000000000000000000000"),
            (1.5e-7, "0.00000015"),
            (0.5, "0.5"),
            (0.05, "0.05"),
            (-0.25, "-0.25"),
            (123456789012345.0, "123456789012345"),
            (1234567890123456.0, "1234567890123460"),
            (999999999999999.9, "1000000000000000"),
            (10.0, "10"),
            (1.0, "1"),
        ] {
            assert_eq!(fifteen_digits(value), text);
        }
    }

    #[test]
    fn floats_become_their_shortest_decimals() {
        let array = shortest(&[Some(0.1), None, Some(-2.5e-3), Some(1e3), Some(0.0)]);
        let array = array.as_any().downcast_ref::<Decimal128Array>().unwrap();
        assert_eq!(array.data_type(), &DataType::Decimal128(38, 4));
        let values: Vec<_> = array.iter().collect();
        assert_eq!(values, [Some(1000), None, Some(-25), Some(10_000_000), Some(0)]);
    }

    #[test]
    fn singles_keep_their_own_shortest_decimal() {
        let array = shortest(&[Some(0.1_f32)]);
        assert_eq!(array.data_type(), &DataType::Decimal128(38, 1));
    }

    #[test]
    fn what_is_no_decimal_arrives_as_text() {
        for odd in [f64::NAN, f64::INFINITY, 1e39, 1e-39] {
            let array = shortest(&[Some(1.5), Some(odd)]);
            let array = array.as_any().downcast_ref::<StringArray>().unwrap();
            assert_eq!(array.value(0), "1.5");
            assert_eq!(array.value(1), odd.to_string());
        }
        // each is a decimal, but no one scale holds both
        assert_eq!(shortest(&[Some(1e30), Some(1e-20)]).data_type(), &DataType::Utf8);
        assert_eq!(shortest(&[Some(1e30), Some(0.0)]).data_type(), &DataType::Decimal128(38, 0));
    }
}
