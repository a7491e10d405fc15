//! A column of a frame of ours, whatever its type is, cell by cell.

use std::borrow::Cow;

use apportion::book::display_day;
use apportion::channel::Texts;
use apportion::data::Frame;
use apportion::money::{Rounding, format_scaled};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, StringViewArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type};

/// A column; [`Values::Absent`] where the frame lacks it, or has nothing in it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Values<'a> {
    Texts(Texts<'a>),
    Views(&'a StringViewArray),
    Days(&'a Date32Array),
    Numbers(&'a Decimal128Array),
    Flags(&'a BooleanArray),
    Absent,
}

impl<'a> Values<'a> {
    /// A column of a frame.
    pub fn of(frame: &'a Frame, name: &str) -> Self {
        frame.column(name).map_or(Self::Absent, Self::new)
    }

    fn new(array: &'a ArrayRef) -> Self {
        if array.null_count() == array.len() {
            return Self::Absent;
        }
        match array.data_type() {
            DataType::Utf8View => {
                array.as_any().downcast_ref::<StringViewArray>().map_or(Self::Absent, Self::Views)
            }
            DataType::Date32 => array.as_primitive_opt::<Date32Type>().map_or(Self::Absent, Self::Days),
            DataType::Decimal128(_, _) => {
                array.as_primitive_opt::<Decimal128Type>().map_or(Self::Absent, Self::Numbers)
            }
            DataType::Boolean => array.as_boolean_opt().map_or(Self::Absent, Self::Flags),
            _ => Self::Texts(Texts::new(Some(array))),
        }
    }

    /// Whether the frame has anything in it.
    pub fn is_there(self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// A cell as a text.
    pub fn text(self, row: usize) -> Option<Cow<'a, str>> {
        match self {
            Self::Texts(texts) => texts.get(row).map(Cow::Borrowed),
            Self::Views(texts) => is_valid(texts, row).then(|| Cow::Borrowed(texts.value(row))),
            Self::Days(_) => self.day(row).map(|day| Cow::Owned(display_day(day))),
            Self::Numbers(numbers) => is_valid(numbers, row).then(|| Cow::Owned(shortest(numbers, row))),
            Self::Flags(flags) => {
                is_valid(flags, row).then(|| Cow::Borrowed(if flags.value(row) { "true" } else { "false" }))
            }
            Self::Absent => None,
        }
    }

    /// The number of a cell's text, where texts have numbers.
    pub fn key(self, row: usize) -> Option<u32> {
        match self {
            Self::Texts(Texts::Dictionary(keys, _)) => is_valid(keys, row).then(|| keys.value(row)),
            _ => None,
        }
    }

    /// A cell as a day; a text is one if it is written as 2026-07-01.
    pub fn day(self, row: usize) -> Option<i32> {
        match self {
            Self::Days(days) => is_valid(days, row).then(|| days.value(row)),
            Self::Texts(_) | Self::Views(_) => written_day(&self.text(row)?),
            Self::Numbers(_) | Self::Flags(_) | Self::Absent => None,
        }
    }

    /// A cell in millionths: amounts and discounts have no more decimals.
    pub fn millionths(self, row: usize) -> Option<i128> {
        let Self::Numbers(numbers) = self else { return None };
        let scale = u32::try_from(numbers.scale()).ok()?;
        let number = is_valid(numbers, row).then(|| numbers.value(row))?;
        Rounding::HalfAwayFromZero.rescale(number, scale, 6).ok()
    }

    /// Whether a cell is true.
    pub fn is_true(self, row: usize) -> bool {
        matches!(self, Self::Flags(flags) if is_valid(flags, row) && flags.value(row))
    }
}

fn is_valid(array: &dyn Array, row: usize) -> bool {
    row < array.len() && array.is_valid(row)
}

/// A number without needless zeros.
fn shortest(numbers: &Decimal128Array, row: usize) -> String {
    let scale = u32::try_from(numbers.scale()).unwrap_or(0);
    let text = format_scaled(numbers.value(row), scale);
    if scale == 0 { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

fn written_day(text: &str) -> Option<i32> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_one = (year.len(), month.len(), day.len()) == (4, 2, 2) && parts.next().is_none();
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    is_one.then(|| apportion::book::day_of_date(year, month, day)).flatten()
}
