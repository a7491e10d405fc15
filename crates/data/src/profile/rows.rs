//! The cells of a source as they are read, counted.

use std::collections::HashSet;
use std::hash::BuildHasher;

use arrow::array::{Array, ArrayRef, BooleanArray};
use foldhash::fast::FixedState;

use apportion_base::diagnostic::Diagnostic;
use apportion_base::notation::shortest;
use apportion_book::{Source, display_day};

use super::model::{FileProfile, UnreadableCell};
use crate::cells;
use crate::cells::array::Cells;
use crate::cells::cell::{Cell, Notation};
use crate::contract::Kind;
use crate::intake::{FilePlan, filter, input};
use crate::mapping::{Binding, From};
use crate::read::chunk::Chunk;
use crate::read::request::Projection;
use crate::unread::UnreadCounts;

/// What is counted of a source while its files are read.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    columns: Vec<Tally>,
    examples: usize,
    pub(super) first_rows: Vec<(u64, Vec<Option<String>>)>,
}

/// What is counted of one column.
#[derive(Debug, Default)]
pub(super) struct Tally {
    name: String,
    pub(super) nulls: u64,
    /// Hashes of the values.
    pub(super) values: HashSet<u64, FixedState>,
    pub(super) unreadable: u64,
    pub(super) example: Option<UnreadableCell>,
}

/// The rows of a chunk that `where` leaves.
#[derive(Clone, Copy)]
struct KeptRows<'a> {
    file: &'a str,
    /// The number of each.
    numbers: &'a [u64],
}

impl Tally {
    /// Counts the cells of a column; `first` gets the texts of the first rows.
    fn column(
        &mut self,
        binding: &Binding<'_>,
        cells: Cells<'_>,
        rows: KeptRows<'_>,
        first: &mut [Vec<Option<String>>],
    ) {
        self.name.clone_from(&binding.name);
        let hasher = FixedState::default();
        let mut buffers = [String::new(), String::new()];
        for (row, number) in rows.numbers.iter().enumerate() {
            let text = match cell(binding, cells.cell(row), &mut buffers) {
                Ok(None) => {
                    self.nulls += 1;
                    None
                }
                Ok(Some(text)) => {
                    self.values.insert(hasher.hash_one(&text));
                    Some(text)
                }
                Err(accepted) => {
                    self.unreadable += 1;
                    let text = cells.cell(row).text(&mut buffers[0]).unwrap_or_default().to_owned();
                    let shown = format!("{text} (can't be read)").trim().to_owned();
                    let file = rows.file.to_owned();
                    self.example.get_or_insert(UnreadableCell { file, row: *number, text, accepted });
                    Some(shown)
                }
            };
            if let Some(cells) = first.get_mut(row) {
                cells.push(text);
            }
        }
    }
}

impl Tallies {
    pub(super) fn new(columns: usize, examples: usize) -> Self {
        let columns = (0..columns).map(|_| Tally::default()).collect();
        Self { columns, examples, first_rows: Vec::new() }
    }

    /// The tally of a column, which is given up.
    pub(super) fn take(&mut self, name: &str) -> Tally {
        let found = self.columns.iter_mut().find(|tally| tally.name == name);
        found.map(std::mem::take).unwrap_or_default()
    }

    fn absorb(&mut self, part: Self) {
        for (tally, part) in self.columns.iter_mut().zip(part.columns) {
            tally.name = part.name;
            tally.nulls += part.nulls;
            tally.unreadable += part.unreadable;
            tally.values.extend(part.values);
            if tally.example.is_none() {
                tally.example = part.example;
            }
        }
        let missing = self.examples.saturating_sub(self.first_rows.len());
        self.first_rows.extend(part.first_rows.into_iter().take(missing));
    }
}

/// Reads a file and counts its cells.
pub(super) fn file(
    source: &Source,
    plan: &FilePlan<'_>,
    tallies: &mut Tallies,
) -> Result<FileProfile, Diagnostic> {
    let file = &plan.file.file;
    let layout = file.layout(source)?;
    let (mut rows, mut filtered, mut broken) = (0, 0, 0);
    let wanted = Projection::whole(source, &plan.file.header, &plan.wanted);
    let examples = tallies.examples;
    let take = |chunk: Chunk| {
        let counts = [chunk.rows as u64 + chunk.broken.len() as u64, chunk.broken.len() as u64];
        let (part, left_out) = part(plan, chunk, examples)?;
        Ok((counts, left_out, part))
    };
    let done = file.rows_taken(wanted, take, |([read, cut], left_out, part)| {
        rows += read;
        broken += cut;
        filtered += left_out;
        tallies.absorb(part);
        Ok(())
    })?;
    let (shown, passed_over) = (file.shown.clone(), done.passed_over);
    Ok(FileProfile { shown, layout, rows, filtered, broken, passed_over })
}

/// What is counted of a chunk, and how many rows `where` left out.
fn part(plan: &FilePlan<'_>, chunk: Chunk, examples: usize) -> Result<(Tallies, u64), Diagnostic> {
    let rows = chunk.rows;
    let mut numbers: Vec<u64> = (0..rows).map(|row| chunk.row_number(row)).collect();
    let mut columns: Vec<Option<ArrayRef>> = vec![None; plan.file.header.columns.len()];
    for (place, array) in plan.wanted.iter().zip(chunk.columns) {
        columns[*place] = Some(array);
    }
    if let Some(condition) = &plan.file.condition {
        let seen = plan.expression_columns(&columns, plan.marks.source.numbers.whole(), None)?;
        let mask =
            condition.mask(&input(&seen, rows)).map_err(|error| plan.failed(condition, &error, &numbers))?;
        let mask: BooleanArray = (0..rows).map(|row| Some(mask.is_valid(row) && mask.value(row))).collect();
        filter(&mut columns, &mut numbers, &mask)?;
    }
    let kept = numbers.len();
    let (arrays, _) = plan.arrays(&columns, kept, &numbers, &mut UnreadCounts::default())?;
    let mut tallies = Tallies::new(plan.bindings.len(), examples);
    let mut first: Vec<Vec<Option<String>>> = vec![Vec::new(); examples.min(kept)];
    for ((binding, array), tally) in plan.bindings.iter().zip(&arrays).zip(&mut tallies.columns) {
        let cells = array.as_ref().map_or(Cells::Nothing, Cells::new);
        tally.column(binding, cells, KeptRows { file: &plan.file.file.shown, numbers: &numbers }, &mut first);
    }
    tallies.first_rows = numbers.iter().copied().zip(first).collect();
    Ok((tallies, (rows - kept) as u64))
}

/// The value of a cell as a plain text, with what would have been accepted where it has none.
fn cell(binding: &Binding<'_>, cell: Cell<'_>, buffers: &mut [String; 2]) -> Result<Option<String>, String> {
    let [buffer, text] = buffers;
    let trimmed = match cell {
        // What an expression gives is a text like a cell's.
        Cell::Text(text) if matches!(binding.from, From::Expr(..)) => Cell::Text(text.trim()),
        cell => cell,
    };
    let trimmed = if matches!(trimmed, Cell::Text("")) { Cell::Null } else { trimmed };
    let (cell, notation) = match (binding.mapped(trimmed, buffer), &binding.default) {
        (Cell::Null, Some(default)) => (Cell::Text(default.text.as_str()), &default.notation),
        (cell, _) => (cell, &binding.notation),
    };
    if matches!(cell, Cell::Null) {
        return if binding.required { Err("a value".to_owned()) } else { Ok(None) };
    }
    let mut rounded = String::new();
    let cell = binding.rounded(cell, notation, &mut rounded).unwrap_or(cell);
    value(binding.kind, cell, notation, text).map(Some)
}

fn value(kind: Kind, cell: Cell<'_>, notation: &Notation, buffer: &mut String) -> Result<String, String> {
    match kind {
        Kind::Text => Ok(cell.text(buffer).unwrap_or_default().to_owned()),
        Kind::Period => {
            let text = cell.text(buffer).unwrap_or_default();
            cells::period(text).map(|period| period.to_string()).map_err(|bad| bad.accepted)
        }
        Kind::Time => {
            cells::moment(cell, notation).map(|moment| moment.to_string()).map_err(|bad| bad.accepted)
        }
        Kind::Month | Kind::Word(_) => {
            let text = cell.text(buffer).unwrap_or_default();
            cells::named(kind, text).map(|()| text.to_owned()).map_err(|bad| bad.accepted)
        }
        Kind::Outcome => cells::outcome(cell)
            .map(|won| if won { "won" } else { "lost" }.to_owned())
            .map_err(|bad| bad.accepted),
        Kind::Boolean => cells::boolean(cell).map(|flag| flag.to_string()).map_err(|bad| bad.accepted),
        Kind::Date => cells::day(cell, notation).map(display_day).map_err(|bad| bad.accepted),
        Kind::Number => {
            cells::number(cell, notation).map(|number| shortest(number, 9)).map_err(|bad| bad.accepted)
        }
        Kind::Money
        | Kind::Quota
        | Kind::Weight
        | Kind::Percent
        | Kind::Hundred
        | Kind::Share
        | Kind::Rate => {
            let fixed = cells::fixed(cell, kind, notation).map_err(|bad| bad.accepted)?;
            Ok(shortest(i128::from(fixed), kind.decimals()))
        }
    }
}
