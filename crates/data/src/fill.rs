//! Parses one column of a chunk into values of a staging table, with findings for bad cells.

mod codes;
pub(super) mod last_dictionary;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Decimal128Array, StringArray, StringBuilder};
use arrow::datatypes::DataType;

use apportion_expr::Type;

use super::cells;
use super::cells::array::Cells;
use super::cells::cell::{Cell, CellFault, Notation, is_marked};
use super::column::{NO_FLAG, NO_MOMENT, NO_NUMBER, NO_WIDE, Shape};
use super::column_plan::ColumnPlan;
use super::contract::{self, Kind};
use super::finding::Finding;
use super::hashed_keys::key_hash;
use super::intern::Interner;
use super::mapping::Binding;
use super::parsed::{FIXED_BELOW, MarkedCell, ParsedColumn, ParsedValues};
use super::read::cells::cell_as_text;
use super::tables::indices::{NO_DAY, NONE};
use super::texts::{TextChunk, text};
use apportion_contract::RejectCode;

/// The work on one column of one chunk.
pub(super) struct Filler<'a, 'b> {
    pub(super) place: usize,
    pub(super) rows: usize,
    pub(super) array: Option<&'a ArrayRef>,
    pub(super) cells: Cells<'a>,
    /// What an expression gives is a text like a cell's: outer blanks are dropped, and an empty one is null.
    pub(super) trim: bool,
    pub(super) binding: &'a Binding<'a>,
    /// The texts that had codes before the file was read.
    pub(super) known: Option<&'a Interner>,
    /// Texts that were not.
    pub(super) fresh: Interner,
    pub(super) found: &'b mut Vec<Finding>,
    /// The numbers with the mark of a currency, by row.
    pub(super) marks: Vec<MarkedCell>,
    /// Cells with more decimals than `decimals` of the source leaves.
    pub(super) rounded: u64,
}

/// The texts of a column of a file that are only compared: `Utf8` or `Dictionary(UInt32, Utf8)`.
pub(super) fn texts_of(binding: &Binding<'_>, array: &ArrayRef, rows: usize) -> ArrayRef {
    let mut filler = Filler {
        place: 0,
        rows,
        array: Some(array),
        cells: Cells::new(array),
        trim: false,
        binding,
        known: None,
        fresh: Interner::default(),
        found: &mut Vec::new(),
        marks: Vec::new(),
        rounded: 0,
    };
    filler.as_they_are()
}

/// What a cell without a value becomes.
#[derive(Clone, Copy)]
struct Absent<T> {
    /// Where there is no default, and where the cell is bad.
    null: T,
    /// The default of the source or of the column.
    default: Option<T>,
}

impl<'a> Filler<'a, '_> {
    /// The column, and how many of its cells were rounded.
    pub(super) fn fill(mut self, column: &ColumnPlan) -> (ParsedColumn, u64) {
        let kind = self.binding.kind;
        let mut raw_text = column.raw_text.then(|| Vec::with_capacity(self.rows));
        let mut long = Vec::new();
        if self.binding.id_of_numbers {
            self.refuse_cut_ids();
        }
        let values = match column.shape {
            Shape::Codes => self.coded(&column.dictionary, raw_text.as_mut()),
            Shape::Texts => ParsedValues::Texts(TextChunk::new(self.as_they_are())),
            Shape::Hashed => ParsedValues::Hashed(self.hashed(), Vec::new()),
            Shape::Days => ParsedValues::Days(self.days()),
            Shape::Moments => ParsedValues::Moments(self.each(NO_MOMENT, cells::moment, |_, _, _| {})),
            Shape::Flags if kind == Kind::Outcome => {
                let outcome = |cell: Cell, _: &Notation| cells::outcome(cell).map(u8::from);
                ParsedValues::Flags(self.each(NO_FLAG, outcome, |_, _, _| {}))
            }
            Shape::Flags => {
                let boolean = |cell: Cell, _: &Notation| cells::boolean(cell).map(u8::from);
                ParsedValues::Flags(self.each(NO_FLAG, boolean, |_, _, _| {}))
            }
            Shape::Wide => {
                let parse = |cell: Cell, notation: &Notation| match kind {
                    Kind::Money => cells::fixed(cell, kind, notation).map(|money| i128::from(money) * 1000),
                    _ => cells::number(cell, notation),
                };
                ParsedValues::Wide(self.each(NO_WIDE, parse, |_, _, _| {}))
            }
            Shape::Fixed => {
                let long_from = column.long_from.map_or(u64::MAX, i64::unsigned_abs);
                ParsedValues::Fixed(self.fixed(kind, long_from, &mut long))
            }
        };
        (ParsedColumn { values, raw_text, fresh: self.fresh, long, marks: self.marks }, self.rounded)
    }

    /// Cells that become a value each; `keep` sees what was read from the file.
    fn each<T: Copy>(
        &mut self,
        null: T,
        parse: impl Fn(Cell, &Notation) -> Result<T, CellFault>,
        mut keep: impl FnMut(u32, Cell, T),
    ) -> Vec<T> {
        let binding = self.binding;
        let default = self.default_value(&parse);
        if matches!(self.cells, Cells::Nothing) && (default.is_some() || !binding.required) {
            return vec![default.unwrap_or(null); self.rows];
        }
        let absent = Absent { null, default };
        let mut out = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            out.push(self.one(row, absent, &parse, &mut keep));
        }
        out
    }

    /// The default for null. It was checked when the binding was made.
    fn default_value<T>(&self, parse: &impl Fn(Cell, &Notation) -> Result<T, CellFault>) -> Option<T> {
        let default = self.binding.default.as_ref()?;
        let mut buffer = String::new();
        let text = Cell::Text(&default.text);
        let rounded = self.binding.rounded(text, &default.notation, &mut buffer);
        parse(rounded.unwrap_or(text), &default.notation).ok()
    }

    fn one<T: Copy>(
        &mut self,
        row: usize,
        absent: Absent<T>,
        parse: &impl Fn(Cell, &Notation) -> Result<T, CellFault>,
        keep: &mut impl FnMut(u32, Cell, T),
    ) -> T {
        let Absent { null, default } = absent;
        let binding = self.binding;
        let (mut buffer, mut text) = (String::new(), String::new());
        let raw = self.raw(row);
        match binding.mapped(raw, &mut buffer) {
            Cell::Null => {
                if default.is_none() && binding.required {
                    self.missing(row, raw);
                }
                default.unwrap_or(null)
            }
            cell => match parse(self.rounded(cell, &mut text).unwrap_or(cell), &binding.notation) {
                Ok(value) => {
                    self.note_mark(row, raw, cell);
                    keep(row_of(row), raw, value);
                    value
                }
                Err(bad) => {
                    self.bad(row, raw, cell, bad);
                    null
                }
            },
        }
    }

    /// A number with the decimals that the source leaves, counted; `None` where it has no more.
    fn rounded<'t>(&mut self, cell: Cell<'_>, text: &'t mut String) -> Option<Cell<'t>> {
        let rounded = self.binding.rounded(cell, &self.binding.notation, text)?;
        self.rounded += 1;
        Some(rounded)
    }

    /// Keeps the mark of a currency beside a number, for the row's currency to be compared with.
    fn note_mark(&mut self, row: usize, raw: Cell, cell: Cell) {
        let is_number = contract::expr_type(self.binding.kind) == Type::Number;
        if let Cell::Text(text) = cell
            && is_number
            && cells::may_be_marked(text)
            && let Some(mark) = cells::mark(text, &self.binding.notation)
        {
            let value = raw.text(&mut String::new()).unwrap_or_default().to_owned();
            self.marks.push(MarkedCell { row: row_of(row), mark: mark.text().to_owned(), value });
        }
    }

    /// Refuses numbers of a spreadsheet that name something and have lost digits.
    fn refuse_cut_ids(&mut self) {
        for row in 0..self.rows {
            let Cell::Marked(cell) = self.cells.cell(row) else { continue };
            let digits = cell_as_text(cell);
            if digits.bytes().take_while(|byte| *byte != b'.').filter(u8::is_ascii_digit).count() > 15 {
                let message = format!(
                    "`{digits}` is a number of more than 15 digits, of which a spreadsheet loses the last ones; write the id as text"
                );
                self.push(row, RejectCode::NumberAsId, digits.to_owned(), message);
            }
        }
    }

    /// Dates of typed files are copied. Nulls, replaced texts and days outside the calendar are parsed one by one.
    fn days(&mut self) -> Vec<i32> {
        let typed: Option<&Date32Array> = match self.cells {
            Cells::Date(dates) if !self.binding.replaces() => Some(dates),
            _ => None,
        };
        let Some(dates) = typed else { return self.each(NO_DAY, cells::day, |_, _, _| {}) };
        if dates.null_count() == 0 && dates.values().iter().all(|day| cells::DAYS.contains(day)) {
            return dates.values().to_vec();
        }
        let absent = Absent { null: NO_DAY, default: self.default_value(&cells::day) };
        (0..self.rows)
            .map(|row| {
                if dates.is_valid(row) && cells::DAYS.contains(&dates.value(row)) {
                    dates.value(row)
                } else {
                    self.one(row, absent, &cells::day, &mut |_, _, _| {})
                }
            })
            .collect()
    }

    /// Numbers of typed files are scaled if they are well within bounds. All others are parsed one by one.
    fn fixed(&mut self, kind: Kind, long_from: u64, long: &mut Vec<(u32, String)>) -> Vec<i64> {
        let parse = |cell: Cell, notation: &Notation| cells::fixed(cell, kind, notation);
        let mut keep = |row: u32, raw: Cell, value: i64| {
            if value.unsigned_abs() >= long_from {
                long.push((row, raw.text(&mut String::new()).unwrap_or_default().to_string()));
            }
        };
        let Some((numbers, factor)) = self.typed_numbers(kind) else {
            return self.each(NO_NUMBER, parse, keep);
        };
        let lowest = if kind == Kind::Money { 1 - FIXED_BELOW } else { 0 };
        let absent = Absent { null: NO_NUMBER, default: self.default_value(&parse) };
        (0..self.rows)
            .map(|row| {
                if numbers.is_valid(row)
                    && let Some(value) =
                        i64::try_from(numbers.value(row)).ok().and_then(|n| n.checked_mul(factor))
                    && (lowest..FIXED_BELOW.min(i64::try_from(long_from).unwrap_or(i64::MAX)))
                        .contains(&value)
                    && value.unsigned_abs() < long_from
                {
                    value
                } else {
                    self.one(row, absent, &parse, &mut keep)
                }
            })
            .collect()
    }

    /// Decimals and what they are multiplied by, where no bound but that of size is to be checked.
    fn typed_numbers(&self, kind: Kind) -> Option<(&'a Decimal128Array, i64)> {
        let Cells::Number(numbers, scale) = self.cells else { return None };
        let one_by_one = self.binding.replaces() || self.binding.decimals.is_some();
        if one_by_one || !matches!(kind, Kind::Money | Kind::Weight) {
            return None;
        }
        Some((numbers, 10_i64.checked_pow(kind.decimals().checked_sub(scale)?)?))
    }

    /// The hashes of keys that are only compared.
    fn hashed(&mut self) -> Vec<u64> {
        let texts = self.as_they_are();
        let cells = Cells::new(&texts);
        (0..self.rows).map(|row| key_hash(text(cells.cell(row)))).collect()
    }

    /// Texts that are only compared: the chunk's array, if nothing changes them.
    fn as_they_are(&mut self) -> ArrayRef {
        match self.array {
            Some(array) if self.stays(array) => Arc::clone(array),
            _ => Arc::new(self.rebuilt()),
        }
    }

    /// Whether the cells of an array are the texts of the column.
    fn stays(&self, array: &ArrayRef) -> bool {
        let marked = |texts: &StringArray| texts.iter().flatten().any(is_marked);
        let plain = !self.trim && !self.binding.changes();
        plain
            && match array.data_type() {
                DataType::Utf8 => !marked(array.as_string()),
                DataType::Dictionary(_, _) => matches!(self.cells, Cells::Dictionary(..)),
                _ => false,
            }
    }

    fn rebuilt(&mut self) -> StringArray {
        let binding = self.binding;
        let (mut buffer, mut other) = (String::new(), String::new());
        let default = binding.default.as_ref().map(|default| default.text.as_str());
        let mut builder = StringBuilder::new();
        for row in 0..self.rows {
            let cell = binding.mapped(self.raw(row), &mut buffer);
            builder.append_option(cell.text(&mut other).or(default));
        }
        builder.finish()
    }

    fn raw(&self, row: usize) -> Cell<'a> {
        match self.cells.cell(row) {
            Cell::Text(text) if self.trim => match text.trim() {
                "" => Cell::Null,
                text => Cell::Text(text),
            },
            cell => cell,
        }
    }

    fn missing(&mut self, row: usize, raw: Cell) {
        let value = raw.text(&mut String::new()).unwrap_or_default().to_string();
        let message = match value.as_str() {
            "" => "the cell is empty, and every row needs a value here".to_string(),
            text => format!("`{text}` is one of the source's nulls, and every row needs a value here"),
        };
        self.push(row, RejectCode::MissingValue, value, message);
    }

    fn bad(&mut self, row: usize, raw: Cell, cell: Cell, bad: CellFault) {
        let (mut buffer, mut other) = (String::new(), String::new());
        let value = raw.text(&mut buffer).unwrap_or_default().to_string();
        let meant = cell.text(&mut other).unwrap_or_default();
        let read_as = if meant == value { String::new() } else { format!(", read as `{meant}`,") };
        let mut message = format!("`{value}`{read_as} is not {}", bad.accepted);
        if let (Cell::Text(text), Type::Number) = (cell, contract::expr_type(self.binding.kind))
            && let Some(numbers) = self.binding.notation.number.needed_by(text)
        {
            message += &format!("; numbers = {{ {} = {numbers} }} reads it", self.binding.name);
        }
        self.push(row, bad.code, value, message);
    }

    fn push(&mut self, row: usize, code: RejectCode, value: String, message: String) {
        let column = Some(self.place);
        self.found.push(Finding { row: row_of(row), column, code, value, message, rejected: true });
    }
}

/// A row of a chunk; a chunk has fewer than [`NONE`], because a staging table has.
fn row_of(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(NONE)
}
