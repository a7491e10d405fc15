//! One cell of a text that is no source, read as a source in the default notation reads it: a table of rates.

use apportion_base::notation::{DateFormat, NumberNotation};
use apportion_expr::Type;

use super::cells::cell::{Cell, Notation};
use super::cells::{boolean, day, number};

/// A value of a column in scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellValue {
    /// A text.
    Text(String),
    /// A number in billionths.
    Number(i128),
    /// Days since 1970-01-01.
    Date(i32),
    /// True or false.
    Boolean(bool),
}

/// Reads cells in the notation that a source has where its configuration says nothing.
#[derive(Debug)]
pub struct CellReader(Notation);

impl Default for CellReader {
    fn default() -> Self {
        Self(Notation { date: DateFormat::new("%Y-%m-%d"), number: NumberNotation::PLAIN })
    }
}

impl CellReader {
    /// The value of a cell, which is not empty and has no outer blanks.
    ///
    /// # Errors
    /// What would have been accepted, as the end of a sentence.
    pub fn value(&self, text: &str, column: Type) -> Result<CellValue, String> {
        let cell = Cell::Text(text);
        let value = match column {
            Type::Text => Ok(CellValue::Text(text.to_owned())),
            Type::Number => number(cell, &self.0).map(CellValue::Number),
            Type::Date => day(cell, &self.0).map(CellValue::Date),
            Type::Boolean => boolean(cell).map(CellValue::Boolean),
        };
        value.map_err(|fault| fault.accepted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_in_a_source() {
        let reader = CellReader::default();
        for (text, column, value) in [
            ("gold", Type::Text, Some(CellValue::Text("gold".to_owned()))),
            ("$1,250.5", Type::Number, Some(CellValue::Number(1_250_500_000_000))),
            ("(3)", Type::Number, Some(CellValue::Number(-3_000_000_000))),
            ("10%", Type::Number, None),
            ("1,25", Type::Number, None),
            ("1970-01-03", Type::Date, Some(CellValue::Date(2))),
            ("3.1.1970", Type::Date, None),
            ("TRUE", Type::Boolean, Some(CellValue::Boolean(true))),
            ("yes", Type::Boolean, None),
        ] {
            assert_eq!(reader.value(text, column).ok(), value, "{text}");
        }
    }
}
