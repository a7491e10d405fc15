//! What is known of the rows of deals that a `where` leaves out: their ids, because other rows may name them, and what they are
//! worth if they are won.

use arrow::array::{Array, ArrayRef, BooleanArray};

use apportion_base::diagnostic::Diagnostic;

use super::cells::array::Cells;
use super::cells::cell::Cell;
use super::column::NO_NUMBER;
use super::column_plan::{ColumnPlan, Place};
use super::contract::deals::{AMOUNT, CLOSE_DATE, CURRENCY, DEAL_ID, OUTCOME};
use super::currencies::{self, MarkedColumns};
use super::finding::Finding;
use super::intake::{FilePlan, filter, input, named_by};
use super::intern::Names;
use super::mapping::{Binding, From};
use super::parsed::{FilteredRow, ParsedColumn, ParsedValues, WonRow};
use super::tables::indices::NO_DAY;

/// The columns that are read of such a row.
const READ: [usize; 5] = [DEAL_ID, OUTCOME, CLOSE_DATE, AMOUNT, CURRENCY];

/// The rows that are left out, as a file's columns.
struct LeftOutRows {
    of_file: Vec<Option<ArrayRef>>,
    rows: usize,
}

impl FilePlan<'_> {
    /// The rows that a mask leaves out, in order. `columns` and `names` are those of [`FilePlan::parse`].
    pub(super) fn filtered_deals(
        &self,
        of_file: &[Option<ArrayRef>],
        numbers: &[u64],
        mask: &BooleanArray,
        (columns, names): (&[ColumnPlan], &Names),
    ) -> Result<Vec<FilteredRow>, Diagnostic> {
        let is_left_out = |row: usize| !(mask.is_valid(row) && mask.value(row));
        let left_out: BooleanArray = (0..mask.len()).map(|row| Some(is_left_out(row))).collect();
        let mut of_file = self.read_of_filtered(of_file);
        let mut numbers = numbers.to_vec();
        filter(&mut of_file, &mut numbers, &left_out)?;
        let rows = LeftOutRows { of_file, rows: numbers.len() };
        let mut won = self.won(&rows, columns, names);
        let ids = self.cells_of(&self.bindings[DEAL_ID], &rows);
        let cells = ids.as_ref().ok().and_then(Option::as_ref).map_or(Cells::Nothing, Cells::new);
        let mut texts = (String::new(), String::new());
        let row = |(row, number): (usize, u64)| FilteredRow {
            id: ids.is_ok().then(|| self.id(cells.cell(row), &mut texts)).flatten(),
            number,
            won: won.get_mut(row).and_then(Option::take),
        };
        Ok(numbers.into_iter().enumerate().map(row).collect())
    }

    /// The columns of the file that are needed.
    fn read_of_filtered(&self, of_file: &[Option<ArrayRef>]) -> Vec<Option<ArrayRef>> {
        let mut needed = vec![None; of_file.len()];
        for binding in READ.map(|column| &self.bindings[column]) {
            match binding.from {
                From::Nowhere => {}
                From::File(position) | From::Marks(position) => {
                    needed[position].clone_from(&of_file[position]);
                }
                From::Expr(expr, _) => {
                    named_by(expr).for_each(|position| needed[position].clone_from(&of_file[position]));
                }
            }
        }
        needed
    }

    /// The cells of a column of deals. An error where an expression has no value: it may have none on a row that is not used.
    fn cells_of(&self, binding: &Binding<'_>, rows: &LeftOutRows) -> Result<Option<ArrayRef>, ()> {
        match binding.from {
            From::Nowhere | From::Marks(_) => Ok(None),
            From::File(position) => Ok(rows.of_file[position].clone()),
            From::Expr(expr, _) => {
                let notation = binding.notation.number;
                let seen = self.expression_columns(&rows.of_file, notation, None).map_err(|_| ())?;
                expr.evaluate(&input(&seen, rows.rows)).map(Some).map_err(|_| ())
            }
        }
    }

    fn id(&self, cell: Cell<'_>, (buffer, other): &mut (String, String)) -> Option<String> {
        let binding = &self.bindings[DEAL_ID];
        let text = cell.text(other).unwrap_or_default().trim();
        let cell = if text.is_empty() { Cell::Null } else { Cell::Text(text) };
        match binding.mapped(cell, buffer) {
            Cell::Text(id) => Some(id.to_owned()),
            Cell::Null => binding.default.as_ref().map(|default| default.text.clone()),
            _ => None,
        }
    }

    /// By row: what is known of a deal that is won, so far as it can be read.
    fn won(&self, rows: &LeftOutRows, columns: &[ColumnPlan], names: &Names) -> Vec<Option<WonRow>> {
        let parsed = |column: usize| {
            let array = self.cells_of(&self.bindings[column], rows).ok()?;
            let place = Place { column: &columns[column], array: array.as_ref(), rows: rows.rows };
            columns[column].present.then(|| self.fill(column, place, names).0)
        };
        let Some(ParsedColumn { values: ParsedValues::Flags(outcomes), .. }) = parsed(OUTCOME) else {
            return Vec::new();
        };
        if !outcomes.contains(&1) {
            return Vec::new();
        }
        let Some(ParsedColumn { values: ParsedValues::Days(days), .. }) = parsed(CLOSE_DATE) else {
            return Vec::new();
        };
        let amounts = self.amounts(rows, parsed(AMOUNT));
        let row = |row: usize| {
            let is_won = outcomes[row] == 1 && days[row] != NO_DAY;
            is_won.then(|| {
                let (amount_e6, currency) = amounts.of_row(row);
                WonRow { day: days[row], amount_e6, currency }
            })
        };
        (0..rows.rows).map(row).collect()
    }

    fn amounts(&self, rows: &LeftOutRows, parsed: Option<ParsedColumn>) -> Amounts<'_> {
        let binding = &self.bindings[CURRENCY];
        let mut unclear = Vec::new();
        let currencies = match binding.from {
            From::Marks(position) => Ok(rows.of_file[position].as_ref().map(|array| {
                let (codes, found) = self.marks.of_column(array, rows.rows, &binding.notation);
                unclear = found;
                codes
            })),
            _ => self.cells_of(binding, rows),
        };
        let Ok(currencies) = currencies else { return Amounts::default() };
        let mut columns: Vec<Option<ParsedColumn>> = self.bindings.iter().map(|_| None).collect();
        columns[AMOUNT] = parsed;
        let said = currencies.as_ref().map(|array| (array, binding));
        let mut seen = self.seen_marks(&rows.of_file);
        seen.retain(|(place, _)| *place == AMOUNT);
        let mut unread: Vec<u32> = self
            .marks
            .check(MarkedColumns { columns: &columns, seen: &seen }, said, &unclear)
            .iter()
            .chain(&unclear)
            .map(|finding: &Finding| finding.row)
            .collect();
        unread.sort_unstable();
        let values = match columns[AMOUNT].take() {
            Some(ParsedColumn { values: ParsedValues::Fixed(values), .. }) => values,
            _ => Vec::new(),
        };
        Amounts { values, unread, currencies, binding: Some(binding) }
    }
}

/// The amounts of rows and their currencies.
#[derive(Default)]
struct Amounts<'a> {
    /// Millionths; empty where there are none.
    values: Vec<i64>,
    /// Rows whose amount or currency is not what it seems, ascending.
    unread: Vec<u32>,
    currencies: Option<ArrayRef>,
    binding: Option<&'a Binding<'a>>,
}

impl Amounts<'_> {
    fn of_row(&self, row: usize) -> (i64, Option<String>) {
        let is_unread = u32::try_from(row).map_or(true, |row| self.unread.binary_search(&row).is_ok());
        let (Some(amount_e6), false) = (self.values.get(row), is_unread) else { return (NO_NUMBER, None) };
        let cells = self.currencies.as_ref().map_or(Cells::Nothing, Cells::new);
        let mut texts = (String::new(), String::new());
        let said = self
            .binding
            .and_then(|binding| currencies::said(cells.cell(row), binding, (&mut texts.0, &mut texts.1)));
        (*amount_e6, said)
    }
}
