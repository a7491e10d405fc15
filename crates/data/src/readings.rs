//! Numbers in texts that another notation would read otherwise: `1.234` is 1.234 or 1234.
//!
//! Only `check` asks, so the columns of numbers are read once more for it, and a run has no work with it.

use std::collections::BTreeMap;

use apportion_base::diagnostic::{Diagnostic, Span};
use apportion_base::money::format_scaled;
use apportion_base::notation::{DecimalSign, NumberNotation, NumberText};
use apportion_book::{Book, ColumnFrom, Numbers, Source, TableName};
use apportion_expr::Type;

use super::cells::array::Cells;
use super::cells::cell::Cell;
use super::contract;
use super::mapping::{From, origin};
use super::notations::kind_of;
use super::nulls::Nulls;
use super::open::OpenSources;
use super::open_file::OpenFile;
use super::read::header::RawType;

/// A column of numbers more than half of which have another reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoReadings {
    /// The table that the source feeds.
    pub table: TableName,
    /// Our name of the column.
    pub column: String,
    /// Where `columns` says from which column of the file it comes; else the source.
    pub span: Span,
    /// Cells with two readings.
    pub count: u64,
    /// Cells with a value.
    pub cells: u64,
    /// The first of them, as it is written, as it is read, and as the other notation would read it.
    pub example: [String; 3],
    /// The decimal sign of the other notation.
    pub other: DecimalSign,
}

impl OpenSources {
    /// The columns of texts in which more than half of the numbers would be others with point and comma the other way round.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn two_readings(&self, book: &Book) -> Result<Vec<TwoReadings>, Vec<Diagnostic>> {
        let mut found = Vec::new();
        for open in &self.sources {
            let source = &book.sources[open.index];
            let mut columns = BTreeMap::new();
            for file in &open.files {
                count(source, file, &mut columns).map_err(|error| vec![error])?;
            }
            found.extend(columns.into_iter().filter_map(|(name, counted)| counted.finding(source, name)));
        }
        Ok(found)
    }
}

/// What was counted of a column.
#[derive(Default)]
struct ColumnTally {
    cells: u64,
    count: u64,
    example: Option<[String; 3]>,
}

impl ColumnTally {
    fn finding(self, source: &Source, column: String) -> Option<TwoReadings> {
        let example = self.example.filter(|_| self.count * 2 > self.cells)?;
        let span = match source.columns.get(&column) {
            Some(ColumnFrom::Name(name)) => name.span.clone(),
            _ => source.span.clone(),
        };
        let other = source.numbers.of(&column).other().decimal;
        let (count, cells) = (self.count, self.cells);
        Some(TwoReadings { table: source.table, column, span, count, cells, example, other })
    }
}

fn count(
    source: &Source,
    file: &OpenFile,
    columns: &mut BTreeMap<String, ColumnTally>,
) -> Result<(), Diagnostic> {
    let of_table = contract::spec_of(source).columns.iter().map(|column| (column.name, column.cell));
    let attributes = source.types.iter().map(|(name, said)| (name.as_str(), kind_of(said.value)));
    let mut watched: Vec<(usize, &str, NumberNotation)> = Vec::new();
    for (name, kind) in of_table.chain(attributes) {
        if contract::expr_type(kind) == Type::Number
            && let From::File(place) = origin(source, file, name)
            && file.header.columns.get(place).is_some_and(|column| column.ty == RawType::Cells)
            && watched.iter().all(|(_, known, _)| *known != name)
        {
            watched.push((place, name, source.numbers.of(name)));
        }
    }
    if watched.is_empty() {
        return Ok(());
    }
    let mut wanted: Vec<usize> = watched.iter().map(|(place, _, _)| *place).collect();
    wanted.sort_unstable();
    wanted.dedup();
    // Where texts have a comma, numbers of JSON are marked: they have one reading.
    let comma = Numbers::All(NumberNotation::new(DecimalSign::Comma));
    let marking = Source { numbers: comma, ..source.clone() };
    let nulls = Nulls::new(source);
    file.file.rows(&marking, &file.header, &wanted, &mut |chunk| {
        for (place, name, notation) in &watched {
            let Some(array) = wanted.binary_search(place).ok().and_then(|index| chunk.columns.get(index))
            else {
                continue;
            };
            let array = nulls.without(array).unwrap_or_else(|_| array.clone());
            let cells = Cells::new(&array);
            let counted = columns.entry((*name).to_owned()).or_default();
            for row in 0..chunk.rows {
                let text = match cells.cell(row) {
                    Cell::Null => continue,
                    Cell::Text(text) => text,
                    _ => "",
                };
                counted.cells += 1;
                if let Some(readings) = readings(text, *notation) {
                    counted.count += 1;
                    let [own, other] = readings;
                    counted.example.get_or_insert_with(|| [text.to_owned(), own, other]);
                }
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// The two numbers that a text is, where another notation gives another one.
fn readings(text: &str, notation: NumberNotation) -> Option<[String; 2]> {
    let own = NumberText::parse(text, notation)?.value();
    let other = NumberText::parse(text, notation.other())?.value();
    // Nobody writes a group of digits behind a zero: `0.125` is a fraction.
    if own == other || own.whole == 0 {
        return None;
    }
    let shown = |(mantissa, scale)| format_scaled(mantissa, scale);
    Some([shown(own.scaled()?), shown(other.scaled()?)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_three_digits_behind_one_sign_has_two_readings() {
        let german = NumberNotation::new(DecimalSign::Comma);
        for (text, notation, expected) in [
            ("1.234", NumberNotation::PLAIN, Some(["1.234", "1234"])),
            ("1,234", NumberNotation::PLAIN, Some(["1234", "1.234"])),
            ("$1.234", NumberNotation::PLAIN, Some(["1.234", "1234"])),
            ("1.234", german, Some(["1234", "1.234"])),
            ("0.125", german, Some(["125", "0.125"])),
            ("0.125", NumberNotation::PLAIN, None),
            ("1234", NumberNotation::PLAIN, None),
            ("1.23", NumberNotation::PLAIN, None),
            ("1,234,567", NumberNotation::PLAIN, None),
            ("1,234.5", NumberNotation::PLAIN, None),
            ("n/a", NumberNotation::PLAIN, None),
        ] {
            assert_eq!(readings(text, notation), expected.map(|pair| pair.map(str::to_owned)), "{text}");
        }
    }
}
