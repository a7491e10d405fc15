//! Columns whose texts share one numbering, filled together from a chunk: the unit of parallel work.
//!
//! A lane gets cells and gives values and findings; it knows neither keys nor other tables.

use arrow::array::{Array, ArrayRef};

use super::cells::array::Cells;
use super::cells::{self, Bad, Cell};
use super::column::{Column, ColumnRole, NO_FLAG, NO_NUMBER, NO_WIDE, Values};
use super::contract::{Domain, Kind};
use super::intern::Interner;
use super::mapping::{Binding, From};
use super::rejects::Finding;
use super::tables::{NO_DAY, NONE, RejectCode};

/// Columns that share an interner.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) domain: Domain,
    /// The lane's own texts; while a table is read, those of its domain.
    pub(super) interner: Interner,
    /// With their places in the sheet.
    pub(super) columns: Vec<(usize, Column)>,
}

/// The rows of a chunk that are to be taken in.
pub(super) struct Intake<'a> {
    /// By place in the sheet; `None` where the file has nothing.
    pub(super) arrays: &'a [Option<ArrayRef>],
    pub(super) bindings: &'a [Binding<'a>],
    pub(super) rows: usize,
    /// The sheet's row that the first of these becomes.
    pub(super) first: u32,
}

impl Lane {
    /// Appends the rows to every column of the lane; returns what is wrong with cells.
    pub(super) fn take(&mut self, intake: &Intake) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (place, column) in &mut self.columns {
            if column.present {
                let cells = intake.arrays[*place].as_ref().map_or(Cells::Nothing, Cells::of);
                let binding = &intake.bindings[*place];
                let trim = matches!(binding.from, From::Expr(..));
                let found = &mut findings;
                Filler { place: *place, cells, trim, binding, intake, found }
                    .fill(column, &mut self.interner);
            }
        }
        findings
    }
}

/// The work on one column of one chunk.
struct Filler<'a, 'b> {
    place: usize,
    cells: Cells<'a>,
    /// What an expression gives is a text like a cell's: outer blanks are dropped, and an empty one is null.
    trim: bool,
    binding: &'a Binding<'a>,
    intake: &'a Intake<'a>,
    found: &'b mut Vec<Finding>,
}

impl<'a> Filler<'a, '_> {
    fn fill(mut self, column: &mut Column, interner: &mut Interner) {
        let kind = self.binding.kind;
        match &mut column.values {
            Values::Codes(codes) if matches!(self.cells, Cells::Dictionary(..)) => {
                self.dictionary(codes, column.stood.as_mut(), interner);
            }
            Values::Codes(codes) => self.texts(codes, column.stood.as_mut(), interner),
            Values::Days(days) => self.each(days, NO_DAY, cells::day, |_, _, _| {}),
            Values::Flags(flags) if kind == Kind::Outcome => {
                self.each(flags, NO_FLAG, |cell, _| cells::outcome(cell).map(u8::from), |_, _, _| {});
            }
            Values::Flags(flags) => {
                self.each(flags, NO_FLAG, |cell, _| cells::boolean(cell).map(u8::from), |_, _, _| {});
            }
            Values::Wide(numbers) => {
                let parse = |cell: Cell, of: &cells::Notation| match kind {
                    Kind::Money => cells::fixed(cell, kind, of).map(|money| i128::from(money) * 1000),
                    _ => cells::number(cell, of),
                };
                self.each(numbers, NO_WIDE, parse, |_, _, _| {});
            }
            Values::Fixed(numbers) => {
                let long_from = column.long_from.map_or(u64::MAX, i64::unsigned_abs);
                let long = &mut column.long;
                let keep = |row: u32, raw: Cell, value: i64| {
                    if value.unsigned_abs() >= long_from {
                        long.push((row, raw.text(&mut String::new()).unwrap_or_default().to_string()));
                    }
                };
                self.each(numbers, NO_NUMBER, |cell, of| cells::fixed(cell, kind, of), keep);
            }
        }
    }

    /// Cells that become a value each; `keep` sees what was read from the file.
    fn each<T: Copy>(
        &mut self,
        out: &mut Vec<T>,
        null: T,
        parse: impl Fn(Cell, &cells::Notation) -> Result<T, Bad>,
        mut keep: impl FnMut(u32, Cell, T),
    ) {
        let binding = self.binding;
        // Checked when the binding was made.
        let standing = binding
            .standing
            .as_ref()
            .and_then(|standing| parse(Cell::Text(&standing.text), &standing.notation).ok());
        if matches!(self.cells, Cells::Nothing) && (standing.is_some() || !binding.required) {
            out.resize(out.len() + self.intake.rows, standing.unwrap_or(null));
            return;
        }
        let mut buffer = String::new();
        for row in 0..self.intake.rows {
            let raw = self.raw(row);
            let value = match binding.mapped(raw, &mut buffer) {
                Cell::Null => {
                    if standing.is_none() && binding.required {
                        self.missing(row, raw);
                    }
                    standing.unwrap_or(null)
                }
                cell => match parse(cell, &binding.notation) {
                    Ok(value) => {
                        keep(self.row(row), raw, value);
                        value
                    }
                    Err(bad) => {
                        self.bad(row, raw, cell, bad);
                        null
                    }
                },
            };
            out.push(value);
        }
    }

    fn texts(&mut self, out: &mut Vec<u32>, mut stood: Option<&mut Vec<u32>>, interner: &mut Interner) {
        let standing = self.standing(interner);
        let (mut buffer, mut other) = (String::new(), String::new());
        for row in 0..self.intake.rows {
            let raw = self.raw(row);
            if let Some(stood) = &mut stood {
                stood.push(raw.text(&mut other).map_or(NONE, |text| interner.intern(text)));
            }
            let cell = self.binding.mapped(raw, &mut buffer);
            let code = cell.text(&mut other).map(|text| interner.intern(text));
            out.push(self.text_code(row, raw, code, standing, interner));
        }
    }

    /// Each distinct text of the chunk is looked up once.
    fn dictionary(&mut self, out: &mut Vec<u32>, mut stood: Option<&mut Vec<u32>>, interner: &mut Interner) {
        let standing = self.standing(interner);
        let Cells::Dictionary(keys, values) = self.cells else { return };
        let mut known: Vec<Option<(u32, Option<u32>)>> = vec![None; values.len()];
        let mut buffer = String::new();
        for row in 0..self.intake.rows {
            let raw = self.raw(row);
            let (as_stood, code) = match raw {
                Cell::Text(text) => *known[keys.value(row) as usize].get_or_insert_with(|| {
                    let as_stood = if stood.is_some() { interner.intern(text) } else { NONE };
                    let code = match self.binding.mapped(raw, &mut buffer) {
                        Cell::Text(text) => Some(interner.intern(text)),
                        _ => None,
                    };
                    (as_stood, code)
                }),
                _ => (NONE, None),
            };
            if let Some(stood) = &mut stood {
                stood.push(as_stood);
            }
            out.push(self.text_code(row, raw, code, standing, interner));
        }
    }

    /// What a row's text becomes; `code` is `None` where it is null.
    fn text_code(
        &mut self,
        row: usize,
        raw: Cell,
        code: Option<u32>,
        standing: Option<u32>,
        interner: &Interner,
    ) -> u32 {
        let Some(code) = code.or(standing) else {
            if self.binding.required {
                self.missing(row, raw);
            }
            return NONE;
        };
        if self.binding.kind == Kind::Period {
            let text = interner.get(code);
            if let Err(bad) = cells::period(text) {
                self.bad(row, raw, Cell::Text(text), bad);
            }
        }
        code
    }

    fn standing(&self, interner: &mut Interner) -> Option<u32> {
        self.binding.standing.as_ref().map(|standing| interner.intern(&standing.text))
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

    /// The sheet's row; a sheet has fewer than [`NONE`] rows, which the sheet checks.
    fn row(&self, row: usize) -> u32 {
        self.intake.first + u32::try_from(row).unwrap_or(0)
    }

    fn missing(&mut self, row: usize, raw: Cell) {
        let value = raw.text(&mut String::new()).unwrap_or_default().to_string();
        let message = "the cell is empty, and every row needs a value here".to_string();
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
        let row = self.row(row);
        self.found.push(Finding { row, column: Some(self.place), code, value, message, rejected: true });
    }
}

impl Lane {
    /// Lanes for these columns: one for each domain, and one for each other column.
    pub(super) fn group(columns: Vec<Column>) -> Vec<Self> {
        let mut lanes: Vec<Self> = Vec::new();
        for (place, column) in columns.into_iter().enumerate() {
            let domain = match column.role {
                ColumnRole::Contract => column.domain,
                ColumnRole::Attribute | ColumnRole::File => Domain::Own,
            };
            let shared = lanes.iter_mut().find(|lane| domain != Domain::Own && lane.domain == domain);
            match shared {
                Some(lane) => lane.columns.push((place, column)),
                None => {
                    lanes.push(Self {
                        domain,
                        interner: Interner::default(),
                        columns: vec![(place, column)],
                    });
                }
            }
        }
        lanes
    }
}
