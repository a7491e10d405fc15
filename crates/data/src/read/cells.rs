//! What a cell of text says: blanks, and the marks of numbers.
//!
//! A spreadsheet stores dates as day numbers, and whether a number looks like a date is a matter of its format: ids
//! that someone formatted as dates are still ids, and a date column may hold bare day numbers. So a numeric cell is
//! delivered as its digits with a mark before them, and the column it is meant for decides what it is. A number of
//! JSON is marked, too, where texts beside it are written otherwise. The marks are Unicode noncharacters, which are
//! reserved for a program's own use and occur in no text.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};

use super::decimals::fifteen_digits;

/// A number cell of a workbook that counts days from 1900.
const NUMBER_1900: char = '\u{FDD0}';
/// The same with a date format.
const DATE_1900: char = '\u{FDD1}';
/// A number cell of a workbook that counts days from 1904.
const NUMBER_1904: char = '\u{FDD2}';
/// The same with a date format.
const DATE_1904: char = '\u{FDD3}';
/// A number of JSON: it counts no days.
const JSON: char = '\u{FDD4}';
/// A number cell of a workbook that is shown as a percentage: it counts no days.
const PERCENT: char = '\u{FDD5}';

/// What a cell is in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Any text.
    Text,
    /// A number of a spreadsheet or of JSON: it has a decimal point, also where texts have a decimal comma.
    Number,
    /// A spreadsheet's number that is shown as a date.
    Date,
    /// A spreadsheet's number that is shown as a percentage: 0.6 as 60 %.
    Percent,
}

/// What a cell of a [`RawType::Cells`](super::RawType) column is in its file.
pub fn cell_kind(cell: &str) -> CellKind {
    match cell.chars().next() {
        Some(NUMBER_1900 | NUMBER_1904 | JSON) => CellKind::Number,
        Some(DATE_1900 | DATE_1904) => CellKind::Date,
        Some(PERCENT) => CellKind::Percent,
        _ => CellKind::Text,
    }
}

/// The text of a cell: of a number its digits, also where a spreadsheet shows it as a date.
pub fn cell_as_text(cell: &str) -> &str {
    cell.strip_prefix([NUMBER_1900, DATE_1900, NUMBER_1904, DATE_1904, JSON, PERCENT]).unwrap_or(cell)
}

/// The text of a cell as an expression sees it, whose result is read as a text of the source: where texts have a decimal
/// comma (`comma`), the number of a spreadsheet or of JSON is written with one, too.
pub fn cell_in_expressions(cell: &str, comma: bool) -> Cow<'_, str> {
    let text = cell_as_text(cell);
    if comma && text.len() < cell.len() {
        return Cow::Owned(text.replace('.', ","));
    }
    Cow::Borrowed(text)
}

/// The day (since 1970-01-01) that a spreadsheet's number means as a date; its time of day is dropped.
///
/// `None` for text, for numbers outside the years 1900 to 9999, and for 29 February 1900, which never was. Both kinds
/// of number are answered: a column of dates takes [`CellKind::Date`] at once, and [`CellKind::Number`] if it sees
/// fit.
pub fn cell_as_day(cell: &str) -> Option<i32> {
    let from_1904 = match cell.chars().next()? {
        NUMBER_1900 | DATE_1900 => false,
        NUMBER_1904 | DATE_1904 => true,
        _ => return None,
    };
    let digits = cell_as_text(cell);
    let serial: i32 = digits.split('.').next()?.parse().ok().filter(|_| !digits.starts_with('-'))?;
    let day = match (from_1904, serial) {
        (true, _) => serial - 24_107,
        (false, 1..=59) => serial - 25_568,
        (false, 61..) => serial - 25_569,
        (false, _) => return None,
    };
    (day <= LAST_DAY).then_some(day)
}

/// The second of the day that a spreadsheet's number means as a point in time: its fraction, rounded to a second, as spreadsheets keep
/// too few digits for a second.
pub fn cell_as_second(cell: &str) -> Option<i64> {
    let fraction = cell_as_text(cell).split_once('.').map_or("0", |(_, fraction)| fraction);
    let digits = u32::try_from(fraction.len()).ok().filter(|digits| *digits <= 18)?;
    let (part, whole) = (fraction.parse::<i128>().ok()?, 10_i128.pow(digits));
    // Of the last half second of a day, the last whole one.
    i64::try_from((part * 86_400 * 2 + whole) / (whole * 2)).ok().map(|second| second.min(86_399))
}

/// 9999-12-31.
const LAST_DAY: i32 = 2_932_896;

/// How the numbers of a workbook are marked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    pub from_1904: bool,
}

impl Marks {
    /// The cell of a spreadsheet's number.
    pub fn number(self, value: f64, shown_as_date: bool) -> String {
        self.marked(&fifteen_digits(value), shown_as_date)
    }

    /// The cell of a spreadsheet's number that is shown as a percentage.
    pub fn percentage(self, value: f64) -> String {
        format!("{PERCENT}{}", fifteen_digits(value))
    }

    /// The same of a number that is whole.
    pub fn integer(self, value: i64) -> String {
        self.marked(&value.to_string(), false)
    }

    fn marked(self, digits: &str, shown_as_date: bool) -> String {
        let mark = match (self.from_1904, shown_as_date) {
            (false, false) => NUMBER_1900,
            (false, true) => DATE_1900,
            (true, false) => NUMBER_1904,
            (true, true) => DATE_1904,
        };
        format!("{mark}{digits}")
    }
}

/// Whether a number format of a spreadsheet shows percentages: a percent sign that is no quoted or escaped text.
pub(super) fn shows_percent(format: &str) -> bool {
    let mut quoted = false;
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => quoted = !quoted,
            // The character behind it is text, or fills the cell.
            '\\' | '_' | '*' if !quoted => drop(rest.next()),
            '%' if !quoted => return true,
            _ => {}
        }
    }
    false
}

/// The cell of a JSON number.
pub(super) fn json_number(digits: &str) -> String {
    format!("{JSON}{digits}")
}

/// The cell without its outer blanks; `None` where nothing is left.
pub(super) fn clean(cell: &str) -> Option<&str> {
    let cell = trim(cell);
    (!cell.is_empty()).then_some(cell)
}

/// `str::trim`, quick where there is nothing to trim.
fn trim(cell: &str) -> &str {
    match cell.as_bytes() {
        [] => cell,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
        _ => cell.trim(),
    }
}

/// Columns of cells that grow record by record.
pub(super) struct CellColumns {
    builders: Vec<StringBuilder>,
}

impl CellColumns {
    pub fn new(columns: usize) -> Self {
        Self { builders: (0..columns).map(|_| StringBuilder::new()).collect() }
    }

    /// Adds a cell to a column.
    pub fn push(&mut self, column: usize, cell: Option<&str>) {
        if let Some(builder) = self.builders.get_mut(column) {
            builder.append_option(cell);
        }
    }

    pub fn finish(mut self) -> Vec<ArrayRef> {
        self.builders.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks() {
        assert_eq!(clean("\u{a0} a b\t"), Some("a b"));
        assert_eq!(clean("x"), Some("x"));
        assert_eq!(clean("N/A "), Some("N/A"));
        for nothing in ["", " ", " \u{3000}"] {
            assert_eq!(clean(nothing), None);
        }
    }

    #[test]
    fn a_percentage_is_known_by_its_format() {
        for (format, percent) in [
            ("0%", true),
            ("0.00%", true),
            ("#,##0.0 %;[Red]-0.0 %", true),
            ("General", false),
            ("0\"%\"", false),
            ("0\\%", false),
            ("0_%", false),
            ("\"a\"0%", true),
            ("", false),
        ] {
            assert_eq!(shows_percent(format), percent, "{format}");
        }
        let cell = Marks { from_1904: false }.percentage(0.6);
        assert_eq!(
            (cell_kind(&cell), cell_as_text(&cell), cell_as_day(&cell)),
            (CellKind::Percent, "0.6", None)
        );
    }

    #[test]
    fn a_number_of_json_counts_no_days() {
        let cell = json_number("43659.5");
        assert_eq!((cell_kind(&cell), cell_as_text(&cell)), (CellKind::Number, "43659.5"));
        assert_eq!(cell_as_day(&cell), None);
        assert_eq!(cell_in_expressions(&cell, true), "43659,5");
        assert_eq!(cell_in_expressions(&cell, false), "43659.5");
        assert_eq!(cell_in_expressions("1.5", true), "1.5");
    }

    #[test]
    fn a_number_is_a_date_or_not_as_its_column_wants() {
        let marks = Marks { from_1904: false };
        let cell = marks.number(43659.0, true);
        assert_eq!((cell_kind(&cell), cell_as_text(&cell)), (CellKind::Date, "43659"));
        assert_eq!(cell_as_day(&cell), Some(18_090)); // 2019-07-13
        assert_eq!(cell_as_day(&marks.number(40694.75, false)), Some(15_125)); // 2011-05-31
        assert_eq!(cell_as_day(&marks.number(1.0, true)), Some(-25_567)); // 1900-01-01
        assert_eq!(cell_as_day(&marks.number(59.0, true)), Some(-25_509)); // 1900-02-28
        assert_eq!(cell_as_day(&marks.number(60.0, true)), None);
        assert_eq!(cell_as_day(&marks.number(61.0, true)), Some(-25_508)); // 1900-03-01
        assert_eq!(cell_as_day(&marks.number(2_958_465.0, true)), Some(LAST_DAY));
        for none in [-1.0, -0.5, 0.5, 2_958_466.0, 1e300] {
            assert_eq!(cell_as_day(&marks.number(none, true)), None, "{none}");
        }
        assert_eq!(cell_as_day(&Marks { from_1904: true }.number(0.0, true)), Some(-24_107));
        assert_eq!(cell_as_day("43659"), None);
        assert_eq!(cell_kind("43659"), CellKind::Text);
        for (serial, second) in [(43659.0, 0), (43659.75, 64_800), (43_659.604_166_666_664, 52_200)] {
            assert_eq!(cell_as_second(&marks.number(serial, true)), Some(second), "{serial}");
        }
    }
}
