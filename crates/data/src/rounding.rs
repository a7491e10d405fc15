//! Cells with more decimals than `decimals` of their source leaves: they are rounded, half away from zero, before they are
//! checked. The digits of a text are rounded where they are, so that it stays written as it was.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, StringArray};
use arrow::datatypes::DataType;

use apportion_base::money::{Rounding, pow10};

use apportion_base::notation::{DecimalSign, NumberText};

use super::cells::array::Cells;
use super::cells::cell::{Cell, Notation, is_marked};
use super::contract::Kind;
use super::read::cells::{CellKind, cell_kind};

/// The column with so many decimals at most, and how many cells were rounded. `point` is the decimal sign of its texts.
pub(super) fn rounded(array: &ArrayRef, places: u32, point: char) -> (ArrayRef, u64) {
    match array.data_type() {
        DataType::Utf8 => texts(array.as_string(), places, point),
        DataType::Utf8View | DataType::Dictionary(..) => {
            texts(&Cells::new(array).texts(array.len()), places, point)
        }
        DataType::Decimal128(_, scale) => {
            let scale = u32::try_from(*scale).unwrap_or(0);
            numbers(array.as_primitive(), scale, places).unwrap_or_else(|| (Arc::clone(array), 0))
        }
        _ => (Arc::clone(array), 0),
    }
}

/// A cell of a column of numbers with so many decimals at most; `None` where nothing is to be rounded. `buffer` is for its text.
pub(super) fn cell<'b>(
    cell: Cell<'_>,
    places: u32,
    (kind, notation): (Kind, &Notation),
    buffer: &'b mut String,
) -> Option<Cell<'b>> {
    let (text, places, point) = match cell {
        Cell::Number(mantissa, scale) => return number(mantissa, scale, places),
        // What is shown counts, and 60.4 % is 0.604.
        Cell::Marked(text) if kind.is_percent() && cell_kind(text) == CellKind::Percent => {
            (text, places.saturating_add(2), '.')
        }
        Cell::Marked(text) => (text, places, '.'),
        Cell::Text(text) if notation.number.percent && !kind.is_percent() && text.contains('%') => {
            let (mantissa, scale) = NumberText::parse(text, notation.number)?.value().scaled()?;
            return number(mantissa, scale, places);
        }
        Cell::Text(text) => (text, places, point_of(notation)),
        Cell::Null | Cell::Date(_) | Cell::Boolean(_) => return None,
    };
    buffer.clear();
    buffer.push_str(&round_text(text, places, point)?);
    Some(if is_marked(buffer) { Cell::Marked(buffer) } else { Cell::Text(buffer) })
}

/// The decimal sign of the texts of a column.
pub(super) fn point_of(notation: &Notation) -> char {
    if notation.number.decimal == DecimalSign::Comma { ',' } else { '.' }
}

fn number<'b>(mantissa: i128, scale: u32, places: u32) -> Option<Cell<'b>> {
    let unit = pow10(scale.checked_sub(places).filter(|cut_places| *cut_places > 0)?).ok()?;
    let rounded = Rounding::HalfAwayFromZero.divide(mantissa, unit);
    // The same number in fewer decimals is not rounded.
    (rounded.checked_mul(unit) != Some(mantissa)).then_some(Cell::Number(rounded, places))
}

fn texts(array: &StringArray, places: u32, point: char) -> (ArrayRef, u64) {
    let mut count = 0;
    let rounded = array.iter().map(|text| {
        let text = text?;
        // A spreadsheet's number has a point, whatever texts have.
        let rounded = round_text(text, places, if is_marked(text) { '.' } else { point });
        count += u64::from(rounded.is_some());
        Some(rounded.unwrap_or_else(|| text.to_owned()))
    });
    let rounded: StringArray = rounded.collect();
    (Arc::new(rounded), count)
}

/// `None` where nothing is to be rounded.
fn numbers(array: &Decimal128Array, scale: u32, places: u32) -> Option<(ArrayRef, u64)> {
    let unit = pow10(scale.checked_sub(places).filter(|cut_places| *cut_places > 0)?).ok()?;
    let mut count = 0;
    let rounded = array.iter().map(|number| {
        let number = number?;
        // What would overflow stays as it is: it is too large for any column, and the checks quote it.
        let rounded = Rounding::HalfAwayFromZero.divide(number, unit).checked_mul(unit).unwrap_or(number);
        count += u64::from(rounded != number);
        Some(rounded)
    });
    let rounded: Decimal128Array = rounded.collect();
    Some((Arc::new(rounded.with_data_type(array.data_type().clone())), count))
}

/// The text with its decimals rounded; `None` where it has no more than these, or is not written as a number.
fn round_text(text: &str, places: u32, point: char) -> Option<String> {
    let index = text.rfind(point)?;
    let (whole, decimals) = (&text[..index], &text[index + point.len_utf8()..]);
    let length = decimals.bytes().take_while(u8::is_ascii_digit).count();
    let (decimals, tail) = decimals.split_at(length);
    let places = usize::try_from(places).ok()?;
    let has_digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    if length <= places || whole.contains(point) || has_digits(tail) {
        return None;
    }
    let (kept, dropped) = decimals.split_at(places);
    // Zeros say nothing.
    if dropped.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let mut number: Vec<char> = whole.chars().collect();
    let point_at = number.len();
    if places > 0 {
        number.push(point);
        number.extend(kept.chars());
    }
    if dropped.as_bytes()[0] >= b'5' {
        add_one(&mut number, point_at);
    }
    Some(number.into_iter().chain(tail.chars()).collect())
}

/// Adds one at the last digit of a number; signs and symbols stay.
fn add_one(number: &mut Vec<char>, point_at: usize) {
    for digit in number.iter_mut().rev().filter(|digit| digit.is_ascii_digit()) {
        match digit.to_digit(10) {
            Some(9) => *digit = '0',
            Some(value) => {
                *digit = char::from_digit(value + 1, 10).unwrap_or('0');
                return;
            }
            None => {}
        }
    }
    // One digit more: groups would no longer fit.
    let first = number.iter().position(char::is_ascii_digit).unwrap_or(point_at).min(point_at);
    let whole: Vec<char> = number[first..point_at].iter().copied().filter(char::is_ascii_digit).collect();
    number.splice(first..point_at, std::iter::once('1').chain(whole));
}

#[cfg(test)]
mod tests {
    use apportion_base::notation::{DateFormat, NumberNotation};
    use arrow::datatypes::Decimal128Type;

    use super::*;

    #[test]
    fn texts_stay_written_as_they_were() {
        for (text, places, rounded) in [
            ("35836.001000000004", 2, Some("35836.00")),
            ("1.005", 2, Some("1.01")),
            ("-1.005", 2, Some("-1.01")),
            ("(0.994)", 2, Some("(0.99)")),
            ("$9.995", 2, Some("$10.00")),
            ("999,999.996", 2, Some("1000000.00")),
            (".996", 2, Some("1.00")),
            ("1.5", 0, Some("2")),
            ("\u{FDD0}2.675", 2, Some("\u{FDD0}2.68")),
            ("1.10", 2, None),
            ("1.1000", 2, None),
            ("12", 2, None),
            ("01.02.2026", 2, None),
            ("n/a", 2, None),
        ] {
            assert_eq!(round_text(text, places, '.').as_deref(), rounded, "{text}");
        }
        assert_eq!(round_text("1.234,567 €", 2, ',').as_deref(), Some("1.234,57 €"));
    }

    #[test]
    fn cells_are_rounded_as_what_they_count_for() {
        let percents = NumberNotation { percent: true, ..NumberNotation::PLAIN };
        let notation = Notation { date: DateFormat::new("%Y-%m-%d"), number: percents };
        for (given, kind, places, expected) in [
            (Cell::Text("60.45%"), Kind::Percent, 1, Some(Cell::Text("60.5%"))),
            (Cell::Text("60.45%"), Kind::Weight, 2, Some(Cell::Number(60, 2))),
            (Cell::Text("60%"), Kind::Weight, 2, None),
            (Cell::Number(1_005, 3), Kind::Money, 2, Some(Cell::Number(101, 2))),
            (Cell::Number(-1_005, 3), Kind::Money, 2, Some(Cell::Number(-101, 2))),
            (Cell::Number(1_000, 3), Kind::Money, 2, None),
            (Cell::Number(i128::MAX, 38), Kind::Money, 0, Some(Cell::Number(2, 0))),
        ] {
            let found = cell(given, places, (kind, &notation), &mut String::new()) == expected;
            assert!(found, "{given:?} {places}");
        }
    }

    #[test]
    fn typed_numbers_are_rounded_half_away_from_zero() {
        let array = Decimal128Array::from(vec![Some(1005), Some(-1005), Some(1004), None, Some(1000)]);
        let array: ArrayRef = Arc::new(array.with_precision_and_scale(38, 3).unwrap());
        let (rounded, count) = rounded(&array, 2, '.');
        let numbers: Vec<Option<i128>> = rounded.as_primitive::<Decimal128Type>().iter().collect();
        assert_eq!(numbers, [Some(1010), Some(-1010), Some(1000), None, Some(1000)]);
        assert_eq!(count, 3);
    }

    #[test]
    fn a_number_beyond_all_columns_stays_as_it_is() {
        let array: ArrayRef = Arc::new(
            Decimal128Array::from(vec![i128::MAX, i128::MIN]).with_precision_and_scale(38, 38).unwrap(),
        );
        let (same, count) = rounded(&array, 0, '.');
        assert_eq!((&same, count), (&array, 0));
    }
}
