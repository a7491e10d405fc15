//! One column of a chunk → the values that the sheet holds, and what is wrong with its cells.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Decimal128Array, StringArray, StringBuilder};
use arrow::datatypes::DataType;

use super::cells::array::Cells;
use super::cells::{self, Bad, Cell};
use super::column::{NO_FLAG, NO_NUMBER, NO_WIDE, Shape};
use super::contract::Kind;
use super::intake::ColumnPlan;
use super::intern::{BATCH, Interner, Sought};
use super::mapping::Binding;
use super::rejects::Finding;
use super::tables::{NO_DAY, NONE, RejectCode};

/// Fixed-point integers of the contract's columns are below this: 10^12 with 6 decimals, 10^9 with 9.
const FIXED_BELOW: i64 = 1_000_000_000_000_000_000;

/// The values of one column of a chunk.
pub(super) struct Filled {
    pub(super) values: FilledValues,
    /// Codes of the texts as they stood, where the column keeps them.
    pub(super) stood: Option<Vec<u32>>,
    /// Texts that were not known before; see [`fresh_code`].
    pub(super) fresh: Interner,
    /// The texts themselves, of [`FilledValues::Keys`].
    pub(super) keys: Option<StringArray>,
    /// Row of the chunk and text of long amounts, by row.
    pub(super) long: Vec<(u32, String)>,
}

/// By row of the chunk; null is the sentinel of [`super::column::Values`].
pub(super) enum FilledValues {
    Codes(Vec<u32>),
    /// Nearly all texts of a key are new, and each stands in one row: they get their codes where the sheet takes them.
    Keys,
    /// `Utf8` or `Dictionary(UInt32, Utf8)`.
    Texts(ArrayRef),
    Days(Vec<i32>),
    Fixed(Vec<i64>),
    Wide(Vec<i128>),
    Flags(Vec<u8>),
}

impl Filled {
    pub(super) fn codes(&self) -> Option<&[u32]> {
        match &self.values {
            FilledValues::Codes(codes) => Some(codes),
            _ => None,
        }
    }
}

/// The code of a text that was not known before, until the sheet gives it one of its own: counted from the top.
pub(super) fn fresh_code(local: u32) -> u32 {
    NONE - 1 - local
}

/// The work on one column of one chunk.
pub(super) struct Filler<'a, 'b> {
    pub(super) place: usize,
    pub(super) rows: usize,
    pub(super) array: Option<&'a ArrayRef>,
    pub(super) cells: Cells<'a>,
    /// What an expression gives is a text like a cell's: outer blanks are dropped, and an empty one is null.
    pub(super) trim: bool,
    pub(super) binding: &'a Binding<'a>,
    /// What the column's codes stand for, of texts that were known before the file.
    pub(super) known: Option<&'a Interner>,
    /// Texts that were not.
    pub(super) fresh: Interner,
    pub(super) found: &'b mut Vec<Finding>,
}

impl<'a> Filler<'a, '_> {
    pub(super) fn fill(mut self, column: ColumnPlan) -> Filled {
        let kind = self.binding.kind;
        let mut stood = column.stood.then(|| Vec::with_capacity(self.rows));
        let mut long = Vec::new();
        let keys = if column.is_key && stood.is_none() { self.new_keys() } else { None };
        let values = match column.shape {
            Shape::Codes if keys.is_some() => FilledValues::Keys,
            Shape::Codes if matches!(self.cells, Cells::Dictionary(..)) => {
                let plain = if stood.is_none() { self.plain_dictionary() } else { None };
                FilledValues::Codes(plain.unwrap_or_else(|| self.dictionary(stood.as_mut())))
            }
            Shape::Codes => FilledValues::Codes(match self.plain_texts() {
                Some(texts) if stood.is_none() => self.known_texts(texts),
                _ => self.texts(stood.as_mut()),
            }),
            Shape::Texts => FilledValues::Texts(self.as_they_are()),
            Shape::Days => FilledValues::Days(self.days()),
            Shape::Flags if kind == Kind::Outcome => {
                let outcome = |cell: Cell, _: &cells::Notation| cells::outcome(cell).map(u8::from);
                FilledValues::Flags(self.each(NO_FLAG, outcome, |_, _, _| {}))
            }
            Shape::Flags => {
                let boolean = |cell: Cell, _: &cells::Notation| cells::boolean(cell).map(u8::from);
                FilledValues::Flags(self.each(NO_FLAG, boolean, |_, _, _| {}))
            }
            Shape::Wide => {
                let parse = |cell: Cell, of: &cells::Notation| match kind {
                    Kind::Money => cells::fixed(cell, kind, of).map(|money| i128::from(money) * 1000),
                    _ => cells::number(cell, of),
                };
                FilledValues::Wide(self.each(NO_WIDE, parse, |_, _, _| {}))
            }
            Shape::Fixed => {
                let long_from = column.long_from.map_or(u64::MAX, i64::unsigned_abs);
                FilledValues::Fixed(self.fixed(kind, long_from, &mut long))
            }
        };
        Filled { values, stood, fresh: self.fresh, keys, long }
    }

    /// Cells that become a value each; `keep` sees what was read from the file.
    fn each<T: Copy>(
        &mut self,
        null: T,
        parse: impl Fn(Cell, &cells::Notation) -> Result<T, Bad>,
        mut keep: impl FnMut(u32, Cell, T),
    ) -> Vec<T> {
        let binding = self.binding;
        let standing = self.standing_value(&parse);
        if matches!(self.cells, Cells::Nothing) && (standing.is_some() || !binding.required) {
            return vec![standing.unwrap_or(null); self.rows];
        }
        let mut out = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            out.push(self.one(row, null, standing, &parse, &mut keep));
        }
        out
    }

    /// What stands for null; it was checked when the binding was made.
    fn standing_value<T>(&self, parse: &impl Fn(Cell, &cells::Notation) -> Result<T, Bad>) -> Option<T> {
        let standing = self.binding.standing.as_ref()?;
        parse(Cell::Text(&standing.text), &standing.notation).ok()
    }

    fn one<T: Copy>(
        &mut self,
        row: usize,
        null: T,
        standing: Option<T>,
        parse: &impl Fn(Cell, &cells::Notation) -> Result<T, Bad>,
        keep: &mut impl FnMut(u32, Cell, T),
    ) -> T {
        let binding = self.binding;
        let mut buffer = String::new();
        let raw = self.raw(row);
        match binding.mapped(raw, &mut buffer) {
            Cell::Null => {
                if standing.is_none() && binding.required {
                    self.missing(row, raw);
                }
                standing.unwrap_or(null)
            }
            cell => match parse(cell, &binding.notation) {
                Ok(value) => {
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

    /// Dates of typed files are taken as they are; what is null, mapped or no date of a calendar goes the long way.
    fn days(&mut self) -> Vec<i32> {
        let typed: Option<&Date32Array> = match self.cells {
            Cells::Date(dates) if !self.binding.replaces() => Some(dates),
            _ => None,
        };
        let Some(dates) = typed else { return self.each(NO_DAY, cells::day, |_, _, _| {}) };
        if dates.null_count() == 0 && dates.values().iter().all(|day| cells::DAYS.contains(day)) {
            return dates.values().to_vec();
        }
        let standing = self.standing_value(&cells::day);
        (0..self.rows)
            .map(|row| {
                if dates.is_valid(row) && cells::DAYS.contains(&dates.value(row)) {
                    dates.value(row)
                } else {
                    self.one(row, NO_DAY, standing, &cells::day, &mut |_, _, _| {})
                }
            })
            .collect()
    }

    /// Numbers of typed files are scaled at once where they plainly are in bounds; all else goes the long way.
    fn fixed(&mut self, kind: Kind, long_from: u64, long: &mut Vec<(u32, String)>) -> Vec<i64> {
        let parse = |cell: Cell, of: &cells::Notation| cells::fixed(cell, kind, of);
        let mut keep = |row: u32, raw: Cell, value: i64| {
            if value.unsigned_abs() >= long_from {
                long.push((row, raw.text(&mut String::new()).unwrap_or_default().to_string()));
            }
        };
        let Some((numbers, factor)) = self.typed_numbers(kind) else {
            return self.each(NO_NUMBER, parse, keep);
        };
        let lowest = if kind == Kind::Money { 1 - FIXED_BELOW } else { 0 };
        let standing = self.standing_value(&parse);
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
                    self.one(row, NO_NUMBER, standing, &parse, &mut keep)
                }
            })
            .collect()
    }

    /// Decimals and what they are multiplied by, where no bound but that of size is to be checked.
    fn typed_numbers(&self, kind: Kind) -> Option<(&'a Decimal128Array, i64)> {
        let Cells::Number(numbers, scale) = self.cells else { return None };
        if self.binding.replaces() || !matches!(kind, Kind::Money | Kind::Weight) {
            return None;
        }
        Some((numbers, 10_i64.checked_pow(kind.scale().checked_sub(scale)?)?))
    }

    fn texts(&mut self, mut stood: Option<&mut Vec<u32>>) -> Vec<u32> {
        let standing = self.standing();
        let (mut buffer, mut other) = (String::new(), String::new());
        let binding = self.binding;
        let mut out = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            let raw = self.raw(row);
            if let Some(stood) = &mut stood {
                stood.push(raw.text(&mut other).map_or(NONE, |text| self.code(text)));
            }
            let cell = binding.mapped(raw, &mut buffer);
            let code = cell.text(&mut other).map(|text| self.text_code(row, raw, text));
            out.push(self.code_or_standing(row, raw, code, standing));
        }
        out
    }

    /// The texts of a column of ids as a typed file has them, if nothing happens to them on the way.
    fn plain_texts(&self) -> Option<&'a StringArray> {
        self.as_in_file().filter(|_| self.known.is_some_and(|known| known.len() > 0))
    }

    /// The texts of a key, if none is known yet and nothing happens to them on the way.
    fn new_keys(&self) -> Option<StringArray> {
        let texts = self.as_in_file().filter(|_| self.known.is_some_and(|known| known.len() == 0))?;
        let all_plain = texts.null_count() == 0 && !texts.iter().flatten().any(cells::is_marked);
        all_plain.then(|| texts.clone())
    }

    fn as_in_file(&self) -> Option<&'a StringArray> {
        let as_they_are = !self.trim && !self.binding.changes() && self.binding.kind == Kind::Text;
        match self.cells {
            Cells::Text(texts) if as_they_are => Some(texts),
            _ => None,
        }
    }

    /// Codes of texts most of which are known: looked for in batches, which wait for memory together.
    fn known_texts(&mut self, texts: &'a StringArray) -> Vec<u32> {
        let mut out = Vec::with_capacity(self.rows);
        let mut sought = Vec::with_capacity(BATCH);
        for first in (0..self.rows).step_by(BATCH) {
            let batch = first..self.rows.min(first + BATCH);
            sought.clear();
            // What stands under a null is looked for and not used.
            sought.extend(batch.clone().map(|row| Sought::of(texts.value(row))));
            if let Some(known) = self.known {
                known.touch(&sought);
            }
            for (row, sought) in batch.zip(&sought) {
                let found = self.known.and_then(|known| known.find(sought));
                out.push(match found {
                    Some(code) if texts.is_valid(row) => code,
                    _ => self.unknown_text(row),
                });
            }
        }
        out
    }

    /// The code of a cell that is not, as it stands, a known text.
    fn unknown_text(&mut self, row: usize) -> u32 {
        let raw = self.raw(row);
        let code = raw.text(&mut String::new()).map(|text| self.code(text));
        self.code_or_standing(row, raw, code, None)
    }

    /// Codes by key, where nothing happens to the texts on the way and every row has one.
    fn plain_dictionary(&mut self) -> Option<Vec<u32>> {
        let Cells::Dictionary(keys, texts) = self.cells else { return None };
        let plain = !self.trim && !self.binding.changes() && self.binding.kind == Kind::Text;
        if !plain || keys.null_count() > 0 || texts.null_count() > 0 {
            return None;
        }
        let mut used = vec![false; texts.len()];
        keys.values().iter().for_each(|key| used[*key as usize] = true);
        let code = |(key, used): (usize, bool)| if used { self.code(texts.value(key)) } else { NONE };
        let codes: Vec<u32> = used.into_iter().enumerate().map(code).collect();
        Some(keys.values().iter().map(|key| codes[*key as usize]).collect())
    }

    /// Each distinct text of the chunk is looked up once.
    fn dictionary(&mut self, mut stood: Option<&mut Vec<u32>>) -> Vec<u32> {
        let standing = self.standing();
        let Cells::Dictionary(keys, values) = self.cells else { return Vec::new() };
        let binding = self.binding;
        let mut known: Vec<Option<(u32, Option<u32>)>> = vec![None; values.len()];
        let mut buffer = String::new();
        let mut out = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            let raw = self.raw(row);
            let (as_stood, code) = match raw {
                Cell::Text(text) => {
                    let key = keys.value(row) as usize;
                    match known[key] {
                        Some(codes) => codes,
                        None => {
                            let as_stood = if stood.is_some() { self.code(text) } else { NONE };
                            let code = match binding.mapped(raw, &mut buffer) {
                                Cell::Text(text) => Some(self.code(text)),
                                _ => None,
                            };
                            known[key] = Some((as_stood, code));
                            (as_stood, code)
                        }
                    }
                }
                _ => (NONE, None),
            };
            if let Some(stood) = &mut stood {
                stood.push(as_stood);
            }
            if binding.kind == Kind::Period
                && let Cell::Text(text) = binding.mapped(raw, &mut buffer)
            {
                self.text_code(row, raw, text);
            }
            out.push(self.code_or_standing(row, raw, code, standing));
        }
        out
    }

    /// The code of a row's text, which is checked where it has to name a period.
    fn text_code(&mut self, row: usize, raw: Cell, text: &str) -> u32 {
        if self.binding.kind == Kind::Period
            && let Err(bad) = cells::period(text)
        {
            self.bad(row, raw, Cell::Text(text), bad);
        }
        self.code(text)
    }

    /// `code` is `None` where the cell is null.
    fn code_or_standing(&mut self, row: usize, raw: Cell, code: Option<u32>, standing: Option<u32>) -> u32 {
        let code = code.or(standing);
        if code.is_none() && self.binding.required {
            self.missing(row, raw);
        }
        code.unwrap_or(NONE)
    }

    fn standing(&mut self) -> Option<u32> {
        self.binding.standing.as_ref().map(|standing| self.code(&standing.text))
    }

    /// The code of a text: the one it has, or a [`fresh_code`].
    fn code(&mut self, text: &str) -> u32 {
        let sought = Sought::of(text);
        match self.known.and_then(|known| known.find(&sought)) {
            Some(code) => code,
            None => fresh_code(self.fresh.intern_sought(&sought)),
        }
    }

    /// Texts that are only compared: the chunk's own array, unless something changes them on the way.
    fn as_they_are(&mut self) -> ArrayRef {
        match self.array {
            Some(array) if self.stays(array) => Arc::clone(array),
            _ => Arc::new(self.rebuilt()),
        }
    }

    /// Whether the cells of an array are the texts of the column.
    fn stays(&self, array: &ArrayRef) -> bool {
        let marked = |texts: &StringArray| texts.iter().flatten().any(cells::is_marked);
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
        let standing = binding.standing.as_ref().map(|standing| standing.text.as_str());
        let mut builder = StringBuilder::new();
        for row in 0..self.rows {
            let cell = binding.mapped(self.raw(row), &mut buffer);
            builder.append_option(cell.text(&mut other).or(standing));
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
            text => format!("`{text}` stands for nothing in this source, and every row needs a value here"),
        };
        self.push(row, RejectCode::MissingValue, value, message);
    }

    fn bad(&mut self, row: usize, raw: Cell, cell: Cell, bad: Bad) {
        let (mut buffer, mut other) = (String::new(), String::new());
        let value = raw.text(&mut buffer).unwrap_or_default().to_string();
        let meant = cell.text(&mut other).unwrap_or_default();
        let read_as = if meant == value { String::new() } else { format!(", read as `{meant}`,") };
        let message = format!("`{value}`{read_as} is not {}", bad.accepted);
        self.push(row, bad.code, value, message);
    }

    fn push(&mut self, row: usize, code: RejectCode, value: String, message: String) {
        let column = Some(self.place);
        self.found.push(Finding { row: row_of(row), column, code, value, message, rejected: true });
    }
}

/// A row of a chunk; a chunk has fewer than [`NONE`], because a sheet has.
fn row_of(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(NONE)
}
