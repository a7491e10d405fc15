//! Parses one cell into a value, or into the reason why it can't be used. Tables and rows are unknown here.

pub(super) mod array;
pub(super) mod cell;
mod number;

use std::ops::RangeInclusive;

use apportion_base::notation::{Digits, Mark, NumberNotation, NumberText, nil_amount};
use apportion_book::{Every, Period};

use cell::{Cell, CellFault, Notation};

use super::contract::Kind;
use super::read::cells::{CellKind, cell_as_day, cell_as_second, cell_as_text, cell_kind};
use super::tables::Moment;
use apportion_contract::RejectCode;

/// The days that a date can be: 0001-01-01 to 9999-12-31.
pub(super) const DAYS: RangeInclusive<i32> = -719_162..=2_932_896;

/// `won` or `lost`, in lower case.
pub(super) fn outcome(cell: Cell) -> Result<bool, CellFault> {
    match cell {
        Cell::Text("won") => Ok(true),
        Cell::Text("lost") => Ok(false),
        _ => Err(CellFault::new(RejectCode::NotAChoice, "`won` or `lost`")),
    }
}

/// `true` or `false` in any case.
pub(super) fn boolean(cell: Cell) -> Result<bool, CellFault> {
    match cell {
        Cell::Boolean(value) => Ok(value),
        Cell::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Cell::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(CellFault::new(RejectCode::NotAChoice, "`true` or `false`")),
    }
}

/// Checks that a text names a period.
pub(super) fn period(text: &str) -> Result<Period, CellFault> {
    Period::parse(text).ok_or_else(|| {
        CellFault::new(
            RejectCode::BadDate,
            "a month as `2026-07`, a quarter as `2026-Q3` or a year as `2026`",
        )
    })
}

/// Whether cells of a type are texts of which not every one is allowed.
pub(super) fn is_named(kind: Kind) -> bool {
    matches!(kind, Kind::Period | Kind::Month | Kind::Word(_))
}

/// Checks a text of such a type; any text is good for the others.
pub(super) fn named(kind: Kind, text: &str) -> Result<(), CellFault> {
    match kind {
        Kind::Period => period(text).map(drop),
        Kind::Month => match Period::parse(text).map(Period::every) {
            Some(Every::Month) => Ok(()),
            _ => Err(CellFault::new(RejectCode::BadDate, "a month as `2026-07`")),
        },
        Kind::Word(words) if !words.contains(&text) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            Err(CellFault::new(RejectCode::NotAChoice, words.join(" or ")))
        }
        _ => Ok(()),
    }
}

/// Days since 1970-01-01.
pub(super) fn day(cell: Cell, notation: &Notation) -> Result<i32, CellFault> {
    let mut buffer = String::new();
    let day = match cell {
        // A typed file can hold days of years that no calendar of ours has.
        Cell::Date(day) => DAYS.contains(&day).then_some(day),
        Cell::Marked(cell) if cell_kind(cell) == CellKind::Date => cell_as_day(cell),
        // A bare number in a spreadsheet may be written by the format (`20260731`); else it counts days.
        Cell::Marked(cell) => {
            let counted = || cell_as_day(cell).filter(|_| !notation.date.is_epoch());
            notation.date.parse(cell_as_text(cell)).or_else(counted)
        }
        other => other.text(&mut buffer).and_then(|text| notation.date.parse(text)),
    };
    day.ok_or_else(|| {
        CellFault::new(RejectCode::BadDate, format!("a date written as `{}`", notation.date.pattern()))
    })
}

/// A point in time.
pub(super) fn moment(cell: Cell, notation: &Notation) -> Result<Moment, CellFault> {
    let mut buffer = String::new();
    let counted = |cell: &str| notation.date.local_instant(cell_as_day(cell)?, cell_as_second(cell)?);
    let moment = match cell {
        Cell::Date(day) => {
            Some(day).filter(|day| DAYS.contains(day)).and_then(|day| notation.date.local_instant(day, 0))
        }
        Cell::Marked(cell) if cell_kind(cell) == CellKind::Date => counted(cell),
        Cell::Marked(cell) => notation.date.instant(cell_as_text(cell)).or_else(|| counted(cell)),
        other => other.text(&mut buffer).and_then(|text| notation.date.instant(text)),
    };
    moment.filter(|moment| DAYS.contains(&moment.day)).ok_or_else(|| {
        CellFault::new(RejectCode::BadDate, format!("a time written as `{}`", notation.date.pattern()))
    })
}

/// A money, weight, percent or rate column's integer: millionths or billionths.
pub(super) fn fixed(cell: Cell, kind: Kind, notation: &Notation) -> Result<i64, CellFault> {
    let digits = digits(cell, kind, notation)?;
    match kind {
        Kind::Money => number::money(digits),
        Kind::Quota => above_zero(number::money(digits)?, "an amount above 0"),
        Kind::Rate => above_zero(number::factor(digits)?, "a rate above 0"),
        Kind::Percent => match number::factor(digits)? {
            percent @ 0..=1_000_000_000_000 => Ok(percent),
            _ => Err(CellFault::new(RejectCode::BadNumber, "a percent from 0 to 1000")),
        },
        Kind::Hundred => match number::factor(digits) {
            Ok(percent @ 0..=100_000_000_000) => Ok(percent),
            _ => Err(CellFault::new(RejectCode::BadNumber, "a percent from 0 to 100")),
        },
        Kind::Share => match number::factor(digits) {
            Ok(share @ 0..=1_000_000_000) => Ok(share),
            _ => Err(CellFault::new(RejectCode::BadNumber, "a number from 0 to 1")),
        },
        _ => match number::factor(digits)? {
            i64::MIN..=-1 => Err(CellFault::new(RejectCode::NegativeWeight, "a weight of 0 or more")),
            weight => Ok(weight),
        },
    }
}

/// An attribute's number in billionths.
pub(super) fn number(cell: Cell, notation: &Notation) -> Result<i128, CellFault> {
    number::attribute(digits(cell, Kind::Number, notation)?)
}

/// The mark of a currency beside a number that was read.
pub(super) fn mark<'a>(text: &'a str, notation: &Notation) -> Option<Mark<'a>> {
    match NumberText::parse(text, notation.number) {
        Some(written) => written.mark,
        None => nil_amount(text).flatten(),
    }
}

/// Whether a text may have a mark: nothing is around the digits of nearly all numbers.
pub(super) fn may_be_marked(text: &str) -> bool {
    let bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    !bare(text.as_bytes().first()) || !bare(text.as_bytes().last())
}

fn above_zero(value: i64, accepted: &str) -> Result<i64, CellFault> {
    if value > 0 { Ok(value) } else { Err(CellFault::new(RejectCode::BadNumber, accepted)) }
}

fn digits(cell: Cell, kind: Kind, notation: &Notation) -> Result<Digits, CellFault> {
    let digits = match cell {
        Cell::Number(mantissa, scale) => Some(Digits::from_scaled(mantissa, scale)),
        Cell::Text(text) => written(text, kind, notation),
        // A spreadsheet's digits have a point, whatever its texts have.
        Cell::Marked(cell) => {
            let digits =
                NumberText::parse(cell_as_text(cell), NumberNotation::PLAIN).map(|written| written.digits);
            match cell_kind(cell) {
                CellKind::Percent if kind.is_percent() => digits.map(Digits::hundredfold),
                _ => digits,
            }
        }
        Cell::Null | Cell::Date(_) | Cell::Boolean(_) => None,
    };
    digits.ok_or_else(|| CellFault::new(RejectCode::BadNumber, notation.number.grammar()))
}

/// The number of a text; in columns of money a dash alone is 0, and in those of percents a sign says nothing new.
fn written(text: &str, kind: Kind, notation: &Notation) -> Option<Digits> {
    match NumberText::parse(text, notation.number) {
        Some(written) if kind.is_percent() => Some(written.digits),
        Some(written) => Some(written.value()),
        None if matches!(kind, Kind::Money | Kind::Quota) && nil_amount(text).is_some() => {
            Some(Digits::from_scaled(0, 0))
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use apportion_base::notation::DateFormat;

    use super::*;

    fn plain() -> Notation {
        Notation { date: DateFormat::new("%Y-%m-%d"), number: NumberNotation::PLAIN }
    }

    #[test]
    fn limits_by_kind() {
        use RejectCode::{BadNumber, NegativeWeight, TooLarge};
        for (kind, text, expected) in [
            (Kind::Money, "999999999999.999999", Ok(999_999_999_999_999_999)),
            (Kind::Money, "-999999999999.999999", Ok(-999_999_999_999_999_999)),
            (Kind::Money, "1000000000000", Err(TooLarge)),
            (Kind::Money, "-1000000000000", Err(TooLarge)),
            (Kind::Money, "0.0000001", Err(BadNumber)),
            (Kind::Money, "0.00000100", Ok(1)),
            (Kind::Quota, "0", Err(BadNumber)),
            (Kind::Quota, "-5", Err(BadNumber)),
            (Kind::Quota, "5", Ok(5_000_000)),
            (Kind::Weight, "0", Ok(0)),
            (Kind::Weight, "-0", Ok(0)),
            (Kind::Weight, "-0.5", Err(NegativeWeight)),
            (Kind::Weight, "999999999.999999999", Ok(999_999_999_999_999_999)),
            (Kind::Weight, "1000000000", Err(TooLarge)),
            (Kind::Weight, "0.0000000001", Err(BadNumber)),
            (Kind::Hundred, "100", Ok(100_000_000_000)),
            (Kind::Hundred, "100.000000001", Err(BadNumber)),
            (Kind::Hundred, "-1", Err(BadNumber)),
            (Kind::Share, "1.1", Err(BadNumber)),
            (Kind::Percent, "1000", Ok(1_000_000_000_000)),
            (Kind::Percent, "1000.000000001", Err(BadNumber)),
            (Kind::Percent, "-1", Err(BadNumber)),
            (Kind::Percent, "1000000000", Err(TooLarge)),
            (Kind::Share, "1", Ok(1_000_000_000)),
            (Kind::Share, "0", Ok(0)),
            (Kind::Share, "0.5", Ok(500_000_000)),
            (Kind::Share, "1.000000001", Err(BadNumber)),
            (Kind::Share, "-0.5", Err(BadNumber)),
            (Kind::Share, "1000000000", Err(BadNumber)),
            (Kind::Rate, "0", Err(BadNumber)),
            (Kind::Rate, "(1)", Err(BadNumber)),
            (Kind::Rate, "0.000000001", Ok(1)),
        ] {
            let found = fixed(Cell::Text(text), kind, &plain()).map_err(|bad| bad.code);
            assert_eq!(found, expected, "{kind:?} {text}");
        }
    }

    #[test]
    fn attributes_hold_eighteen_digits() {
        use RejectCode::{BadNumber, TooLarge};
        for (text, expected) in [
            ("123456789.123456789", Ok(123_456_789_123_456_789)),
            ("1234567890.123456789", Err(TooLarge)),
            ("0001234567890.1234567800", Ok(1_234_567_890_123_456_780)),
            ("999999999999999999", Ok(999_999_999_999_999_999_000_000_000)),
            ("1000000000000000000", Err(TooLarge)),
            ("123456789012345678901234567890123456789012", Err(TooLarge)),
            ("0.1234567891", Err(BadNumber)),
            ("-0.000000001", Ok(-1)),
        ] {
            assert_eq!(number(Cell::Text(text), &plain()).map_err(|bad| bad.code), expected, "{text}");
        }
        assert_eq!(number(Cell::Number(15, 1), &plain()), Ok(1_500_000_000));
    }

    #[test]
    fn typed_cells_obey_the_same_limits() {
        assert_eq!(fixed(Cell::Number(12_345, 2), Kind::Money, &plain()), Ok(123_450_000));
        assert_eq!(fixed(Cell::Number(1_000_000_000, 9), Kind::Money, &plain()), Ok(1_000_000));
        let bad = |mantissa, scale| {
            fixed(Cell::Number(mantissa, scale), Kind::Money, &plain()).map_err(|bad| bad.code)
        };
        assert_eq!(bad(1, 7), Err(RejectCode::BadNumber));
        assert_eq!(bad(10_i128.pow(37), 0), Err(RejectCode::TooLarge));
        assert_eq!(bad(10_i128.pow(37), 37), Ok(1_000_000));
        assert_eq!(bad(i128::MIN, 38), Err(RejectCode::BadNumber));
    }

    #[test]
    fn choices() {
        assert_eq!(outcome(Cell::Text("won")), Ok(true));
        assert_eq!(outcome(Cell::Text("Won")).map_err(|bad| bad.code), Err(RejectCode::NotAChoice));
        assert_eq!(outcome(Cell::Boolean(true)).map_err(|bad| bad.code), Err(RejectCode::NotAChoice));
        assert_eq!(boolean(Cell::Text("TRUE")), Ok(true));
        assert_eq!(boolean(Cell::Text("False")), Ok(false));
        assert_eq!(boolean(Cell::Text("yes")).map_err(|bad| bad.code), Err(RejectCode::NotAChoice));
    }

    #[test]
    fn a_typed_day_outside_of_the_calendar_is_no_date() {
        for (cell, text, found) in [
            (*DAYS.start(), "0001-01-01", true),
            (*DAYS.end(), "9999-12-31", true),
            (DAYS.start() - 1, "0000-12-31", false),
            (DAYS.end() + 1, "10000-01-01", false),
            (i32::MAX, "5881580-07-11", false),
            (i32::MIN, "-5877641-06-23", false),
        ] {
            assert_eq!(Cell::Date(cell).text(&mut String::new()), Some(text));
            assert_eq!(day(Cell::Date(cell), &plain()).is_ok(), found, "{text}");
        }
    }

    #[test]
    fn texts_of_typed_cells() {
        let mut buffer = String::new();
        assert_eq!(Cell::Number(4200, 2).text(&mut buffer), Some("42"));
        assert_eq!(Cell::Number(-4250, 2).text(&mut buffer), Some("-42.5"));
        assert_eq!(Cell::Date(0).text(&mut buffer), Some("1970-01-01"));
        assert_eq!(Cell::Boolean(true).text(&mut buffer), Some("true"));
        assert_eq!(Cell::Null.text(&mut buffer), None);
    }
}
