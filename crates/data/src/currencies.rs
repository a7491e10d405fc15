//! The marks of currencies beside amounts: whether they are those of the row's currency, and which currency they mean
//! where a deal has no other.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};

use apportion_base::notation::Mark;
use apportion_book::{Source, TableName};

use super::cells;
use super::cells::array::Cells;
use super::cells::cell::{Cell, Notation};
use super::contract::{deals, fx_rates};
use super::finding::Finding;
use super::mapping::Binding;
use super::parsed::{MarkedCell, ParsedColumn};
use super::tables::indices::NONE;
use apportion_contract::RejectCode;

/// The marks of a chunk.
#[derive(Clone, Copy)]
pub(super) struct MarkedColumns<'a> {
    /// The columns of the table.
    pub(super) columns: &'a [Option<ParsedColumn>],
    /// Of columns of the file that expressions see as numbers: the column of the table that the expression makes, and the marks.
    pub(super) seen: &'a [(usize, Vec<MarkedCell>)],
}

/// The numbers of a column that have a mark.
pub(super) fn marked_cells(array: &ArrayRef, notation: &Notation) -> Vec<MarkedCell> {
    let cells = Cells::new(array);
    let marked = |row: usize| match cells.cell(row) {
        Cell::Text(text) if cells::may_be_marked(text) => {
            let mark = cells::mark(text, notation)?.text().to_owned();
            Some(MarkedCell { row: u32::try_from(row).ok()?, mark, value: text.to_owned() })
        }
        _ => None,
    };
    (0..array.len()).filter_map(marked).collect()
}

/// What marks mean in a source.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks<'a> {
    pub(super) source: &'a Source,
    /// The book's currency.
    pub(super) book: &'a str,
}

impl<'a> Marks<'a> {
    /// The column that says the currency of a row; other tables are in the book's.
    pub(super) fn currency_column(self) -> Option<usize> {
        match self.source.table {
            TableName::Deals => Some(deals::CURRENCY),
            TableName::FxRates => Some(fx_rates::CURRENCY),
            _ => None,
        }
    }

    /// The currency that a mark means by itself or by `marks` of the source.
    fn currency<'m>(self, mark: Mark<'m>) -> Option<&'m str>
    where
        'a: 'm,
    {
        match self.source.marks.get(mark.text()) {
            Some(said) => Some(said.value.as_str()),
            None => mark.currency(),
        }
    }

    fn fits(self, mark: &str, currency: &str) -> bool {
        match (self.source.marks.get(mark), Mark::whole(mark)) {
            (Some(said), _) => said.value == currency,
            (None, mark) => mark.is_some_and(|mark| mark.fits(currency)),
        }
    }

    /// The currencies of a chunk's rows by the marks of their amounts, null where there is none, and a finding for each mark that
    /// several currencies have.
    pub(super) fn of_column(
        self,
        array: &ArrayRef,
        rows: usize,
        notation: &Notation,
    ) -> (ArrayRef, Vec<Finding>) {
        let cells = Cells::new(array);
        let mut codes = StringBuilder::new();
        let mut found = Vec::new();
        for row in 0..rows {
            let mark = match cells.cell(row) {
                Cell::Text(text) if cells::may_be_marked(text) => {
                    cells::mark(text, notation).map(|mark| (text, mark))
                }
                _ => None,
            };
            let code = mark.and_then(|(text, mark)| {
                let code = self.currency(mark);
                if code.is_none() {
                    found.push(self.unclear(row, text, mark));
                }
                code
            });
            codes.append_option(code);
        }
        (Arc::new(codes.finish()), found)
    }

    /// A finding for each mark that is not of its row's currency: of the table's columns, and of those of the file that
    /// their expressions see as numbers. `currencies` are the cells of the currency column, `unclear` the rows whose currency
    /// is not known.
    pub(super) fn check(
        self,
        marked: MarkedColumns<'_>,
        currencies: Option<(&ArrayRef, &Binding<'_>)>,
        unclear: &[Finding],
    ) -> Vec<Finding> {
        // A receipt is in the currency of its deal, which its row does not say.
        if self.source.table == TableName::Receipts {
            return Vec::new();
        }
        let cells = currencies.map_or(Cells::Nothing, |(array, _)| Cells::new(array));
        let (mut buffer, mut other) = (String::new(), String::new());
        let mut found = Vec::new();
        let parsed =
            marked.columns.iter().map(|column| column.as_ref().map_or(&[][..], |column| &column.marks));
        let seen = marked.seen.iter().map(|(place, marks)| (*place, marks.as_slice()));
        for (place, marks) in parsed.enumerate().chain(seen) {
            for marked in marks {
                if unclear.iter().any(|finding| finding.row == marked.row) {
                    continue;
                }
                let said = currencies.and_then(|(_, binding)| {
                    said(cells.cell(marked.row as usize), binding, (&mut buffer, &mut other))
                });
                let currency = said.unwrap_or_else(|| self.book.to_owned());
                let of_rate = self.source.table == TableName::FxRates && self.fits(&marked.mark, self.book);
                if !of_rate && !self.fits(&marked.mark, &currency) {
                    found.push(self.differs(place, marked, &currency));
                }
            }
        }
        found
    }

    /// A mark that several currencies have, with one of them as an example: the book's if it is one.
    fn unclear(self, row: usize, value: &str, mark: Mark<'_>) -> Finding {
        let text = mark.text();
        let example = if mark.fits(self.book) { Some(self.book) } else { mark.currencies().first().copied() };
        let example = example.map_or_else(String::new, |code| {
            format!("; say which one it is here, for example marks = {{ \"{text}\" = \"{code}\" }}")
        });
        Finding {
            row: u32::try_from(row).unwrap_or(NONE),
            column: Some(deals::CURRENCY),
            code: RejectCode::CurrencyUnclear,
            value: value.to_owned(),
            message: format!("`{value}` is marked `{text}`, which several currencies are{example}"),
            rejected: true,
        }
    }

    fn differs(self, place: usize, marked: &MarkedCell, currency: &str) -> Finding {
        let MarkedCell { row, mark, value } = marked;
        let whose = match self.currency_column() {
            Some(_) => format!("the currency of the row is {currency}"),
            None => format!("amounts of {} are in {currency}", self.source.table.word()),
        };
        let help = match Mark::whole(mark).and_then(|mark| self.currency(mark)) {
            Some(code) if self.currency_column().is_some() => {
                format!("; give the row {code} as its currency, or take it from the marks with `mark`")
            }
            _ => String::new(),
        };
        let message = format!("`{value}` is marked `{mark}`, and {whose}{help}");
        let (code, value) = (RejectCode::CurrencyDiffers, value.clone());
        Finding { row: *row, column: Some(place), code, value, message, rejected: true }
    }
}

/// The currency that a cell says, or the default of its source; `None` for the book's.
pub(super) fn said(
    cell: Cell<'_>,
    binding: &Binding<'_>,
    (buffer, other): (&mut String, &mut String),
) -> Option<String> {
    let cell = binding.mapped(cell, buffer);
    let text = cell.text(other).map(str::trim).filter(|text| !text.is_empty());
    text.map(str::to_owned).or_else(|| binding.default.as_ref().map(|default| default.text.clone()))
}
