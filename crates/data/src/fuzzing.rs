//! Parsing of single cells, for the fuzz targets. It is compiled for fuzzing only.

use apportion_base::notation::{DateFormat, NumberNotation};

use super::cells;
use super::cells::cell::{Cell, Notation};
use super::contract::Kind;

/// A column of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberCell {
    /// An amount.
    Money,
    /// An amount above 0.
    Quota,
    /// A weight, 0 or more.
    Weight,
    /// A percentage from 0 to 1000.
    Percent,
    /// An exchange rate above 0.
    Rate,
    /// A number of any size and sign that fits.
    Attribute,
}

impl NumberCell {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Money, Self::Quota, Self::Weight, Self::Percent, Self::Rate, Self::Attribute];
}

fn notation(dates: &str, number: NumberNotation) -> Notation {
    Notation { date: DateFormat::new(dates), number }
}

/// A cell's number in millionths (money, quotas) or billionths (the others).
///
/// # Errors
/// The code of its reject.
pub fn number_cell(text: &str, column: NumberCell, number: NumberNotation) -> Result<i128, &'static str> {
    let notation = notation("%Y-%m-%d", number);
    let fixed = |kind| cells::fixed(Cell::Text(text), kind, &notation).map(i128::from);
    let number = match column {
        NumberCell::Money => fixed(Kind::Money),
        NumberCell::Quota => fixed(Kind::Quota),
        NumberCell::Weight => fixed(Kind::Weight),
        NumberCell::Percent => fixed(Kind::Percent),
        NumberCell::Rate => fixed(Kind::Rate),
        NumberCell::Attribute => cells::number(Cell::Text(text), &notation),
    };
    number.map_err(|bad| bad.code.word())
}

/// A cell's day since 1970-01-01 by a format.
pub fn date_cell(text: &str, format: &str) -> Option<i32> {
    cells::day(Cell::Text(text), &notation(format, NumberNotation::PLAIN)).ok()
}
