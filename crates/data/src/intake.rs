//! Parses a chunk of a file into rows of a staging table, with findings for bad cells.
//!
//! Chunks are independent of each other, so any thread can parse one.

use arrow::array::{Array, ArrayRef, BooleanArray};
use rayon::prelude::*;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::notation::{DecimalSign, NumberNotation};
use apportion_book::{TableName, display_day};
use apportion_expr::{EvalError, Expr, Input, TableInput, Type};

use super::cells::array::Cells;
use super::column::Shape;
use super::column_plan::{ColumnPlan, Place};
use super::contract::{Kind, TableSpec};
use super::currencies::{MarkedColumns, Marks, marked_cells};
use super::fill::{self, Filler};
use super::finding::Finding;
use super::intern::{Interner, Names};
use super::mapping::{Binding, From};
use super::nulls::Nulls;
use super::open_file::OpenFile;
use super::parsed::{MarkedCell, ParsedChunk, ParsedColumn, ParsedValues};
use super::part::{DEAL_ID, Part};
use super::read::chunk::Chunk;
use super::rounding;
use super::tables::indices::NONE;
use super::texts::text;
use super::typed_columns::as_seen;
use super::unread::UnreadCounts;
use apportion_contract::RejectCode;

/// How the rows of one file become rows of a staging table.
pub(super) struct FilePlan<'a> {
    pub(super) spec: &'static TableSpec,
    pub(super) file: &'a OpenFile,
    /// The texts that expressions see as null.
    pub(super) nulls: Nulls<'a>,
    /// Places in the header of the columns that are read.
    pub(super) wanted: Vec<usize>,
    /// By column of the staging table.
    pub(super) bindings: Vec<Binding<'a>>,
    /// Places in the header of the columns that expressions name.
    pub(super) named: Vec<usize>,
    /// What marks of currencies mean.
    pub(super) marks: Marks<'a>,
    /// The deals whose rows alone are read; `None` is all.
    pub(super) part: Option<&'a Part>,
}

impl FilePlan<'_> {
    /// Parses a chunk. `names` are the texts known before the file.
    ///
    /// # Errors
    /// An expression of the source can't be computed for one of the rows.
    pub(super) fn parse(
        &self,
        chunk: Chunk,
        columns: &[ColumnPlan],
        names: &Names,
    ) -> Result<ParsedChunk, Diagnostic> {
        let mut numbers = (0..chunk.rows).map(|row| chunk.row_number(row)).collect::<Vec<u64>>();
        let mut several = chunk.several;
        let mut filtered_deals = Vec::new();
        let mut of_file: Vec<Option<ArrayRef>> = vec![None; self.file.header.columns.len()];
        for (position, array) in self.wanted.iter().zip(chunk.columns) {
            of_file[*position] = Some(array);
        }
        if let Some(mask) = self.of_part(&of_file) {
            several = kept(&mask, several);
            filter(&mut of_file, &mut numbers, &mask)?;
        }
        let mut rows = numbers.len();
        let read = rows as u64 + chunk.broken.len() as u64;
        let mut unread = UnreadCounts::default();
        if let Some(condition) = &self.file.condition {
            let seen =
                self.expression_columns(&of_file, self.marks.source.numbers.whole(), Some(&mut unread))?;
            let input = input(&seen, rows);
            let mask = condition.mask(&input).map_err(|error| self.failed(condition, &error, &numbers))?;
            unread.of_expression("where", condition, &input, &numbers);
            let mask = with_several(mask, &several);
            if mask.true_count() < rows {
                if self.spec.table == TableName::Deals {
                    filtered_deals = self.filtered_deals(&of_file, &numbers, &mask, (columns, names))?;
                }
                several = kept(&mask, several);
                filter(&mut of_file, &mut numbers, &mask)?;
            }
        }
        let filtered = (rows - numbers.len()) as u64;
        rows = numbers.len();
        let (arrays, unclear) = self.arrays(&of_file, rows, &numbers, &mut unread)?;
        let fill = |(position, column): (usize, &ColumnPlan)| {
            let place = Place { column, array: arrays[position].as_ref(), rows };
            column.present.then(|| self.fill(position, place, names)).unzip()
        };
        // Only a thread of the pool may share its work there: the pool may be waiting for any other one.
        let (mut columns, found): (Vec<Option<ParsedColumn>>, Vec<Option<ColumnFindings>>) =
            match rayon::current_thread_index() {
                Some(_) => columns.par_iter().with_max_len(1).enumerate().map(fill).unzip(),
                None => columns.iter().enumerate().map(fill).unzip(),
            };
        let (findings, rounded): (Vec<Vec<Finding>>, Vec<u64>) = found.into_iter().flatten().unzip();
        let rounded = rounded.into_iter().sum();
        let mut findings: Vec<Finding> = findings.into_iter().flatten().collect();
        let currencies = self
            .marks
            .currency_column()
            .and_then(|place| Some((arrays[place].as_ref()?, &self.bindings[place])));
        let seen = self.seen_marks(&of_file);
        let marked = MarkedColumns { columns: &columns, seen: &seen };
        findings.extend(self.marks.check(marked, currencies, &unclear));
        findings.extend(unclear);
        if let Some(first) = self.spec.one_of.first() {
            findings.extend(rows_without_any(self.spec, &columns, &arrays[*first], rows));
        }
        if let Some(pair) = self.spec.ordered {
            findings.extend(rows_out_of_order(self.spec, pair, &columns, &arrays[pair[1]], rows));
        }
        findings.extend(several.into_iter().map(|(row, key)| several_matches(row, key)));
        self.note_keys(&mut columns, &arrays, &findings);
        Ok(ParsedChunk {
            read,
            filtered,
            rounded,
            filtered_deals,
            numbers,
            broken: chunk.broken,
            columns,
            findings,
            unread,
        })
    }

    /// Notes the keys of rows with findings, where no others are kept: rejects name them.
    fn note_keys(
        &self,
        columns: &mut [Option<ParsedColumn>],
        arrays: &[Option<ArrayRef>],
        findings: &[Finding],
    ) {
        if findings.is_empty() {
            return;
        }
        for ((column, array), binding) in columns.iter_mut().zip(arrays).zip(&self.bindings) {
            if let Some(ParsedColumn { values: ParsedValues::Hashed(hashes, noted), .. }) = column
                && let Some(array) = array
            {
                let texts = fill::texts_of(binding, array, hashes.len());
                let cells = Cells::new(&texts);
                let noted_text = |finding: &Finding| {
                    Some((finding.row, text(cells.cell(finding.row as usize))?.to_owned()))
                };
                noted.extend(findings.iter().filter_map(noted_text));
            }
        }
    }

    /// Which rows are of the part; `None` where all are read.
    fn of_part(&self, of_file: &[Option<ArrayRef>]) -> Option<BooleanArray> {
        let part = self.part?;
        let binding = self.bindings.iter().find(|binding| binding.name == DEAL_ID)?;
        let From::File(position) = binding.from else { return None };
        Some(part.mask(self.spec.table, binding, of_file[position].as_ref()?))
    }

    /// The marks beside numbers of the file from which expressions make columns of the table, with the place of that column. An
    /// expression sees the number alone.
    pub(super) fn seen_marks(&self, of_file: &[Option<ArrayRef>]) -> Vec<(usize, Vec<MarkedCell>)> {
        let mut found = Vec::new();
        for (place, binding) in self.bindings.iter().enumerate() {
            let From::Expr(expr, Type::Number) = binding.from else { continue };
            for position in named_by(expr) {
                let typed = self.file.seen.get(&position);
                if let (Some(typed), Some(array)) = (typed, &of_file[position])
                    && matches!(typed.kind, Kind::Number | Kind::Money)
                {
                    let marks = marked_cells(array, &typed.notation);
                    if !marks.is_empty() {
                        found.push((place, marks));
                    }
                }
            }
        }
        found
    }

    pub(super) fn fill(
        &self,
        position: usize,
        Place { column, array, rows }: Place<'_>,
        names: &Names,
    ) -> (ParsedColumn, ColumnFindings) {
        let mut found = Vec::new();
        let binding = &self.bindings[position];
        // Numbers are rounded one by one, behind `values` and `defaults`; texts that are only compared as they come.
        let number = matches!(column.shape, Shape::Fixed | Shape::Wide);
        let (array, rounded) = match (array, binding.decimals.filter(|_| !number)) {
            (Some(array), Some(places)) => {
                let (array, rounded) =
                    rounding::rounded(array, places, rounding::point_of(&binding.notation));
                (Some(array), rounded)
            }
            (array, _) => (array.cloned(), 0),
        };
        let array = array.as_ref();
        let known: Option<&Interner> = names.interner(column.domain);
        let trim = matches!(binding.from, From::Expr(..));
        let cells = array.map_or(Cells::Nothing, Cells::new);
        let fresh = Interner::default();
        let filler = Filler {
            place: position,
            rows,
            array,
            cells,
            trim,
            binding,
            known,
            fresh,
            found: &mut found,
            marks: Vec::new(),
            rounded,
        };
        let (column, rounded) = filler.fill(column);
        (column, (found, rounded))
    }

    /// The file's columns that expressions name, in the types in which expressions see them. `notation` is that of texts
    /// that expressions make. `unread` counts what could not be read.
    pub(super) fn expression_columns(
        &self,
        columns: &[Option<ArrayRef>],
        notation: NumberNotation,
        mut unread: Option<&mut UnreadCounts>,
    ) -> Result<Vec<Option<ArrayRef>>, Diagnostic> {
        let comma = notation.decimal == DecimalSign::Comma;
        let mut seen = vec![None; columns.len()];
        for position in &self.named {
            let Some(array) = &columns[*position] else { continue };
            let array = self.nulls.without(array).map_err(|error| {
                Diagnostic::error(Code::Internal, format!("`nulls` could not be applied: {error}"))
            })?;
            seen[*position] = Some(match self.file.seen.get(position) {
                None => {
                    let zone = self.file.file.zone();
                    as_seen(&array, self.file.header.columns[*position].ty, comma, zone)
                }
                Some(typed) => {
                    let (array, failed) = typed.column(&array);
                    if let Some(unread) = &mut unread {
                        unread.add(typed.name(), failed);
                    }
                    array
                }
            });
        }
        Ok(seen)
    }

    /// By column of the staging table: its cells in this chunk.
    pub(super) fn arrays(
        &self,
        columns: &[Option<ArrayRef>],
        rows: usize,
        numbers: &[u64],
        unread: &mut UnreadCounts,
    ) -> Result<(Vec<Option<ArrayRef>>, Vec<Finding>), Diagnostic> {
        // By decimal sign, in which numbers of spreadsheets and JSON become texts.
        let mut seen: [Option<Vec<Option<ArrayRef>>>; 2] = [None, None];
        let mut counted = self.file.condition.is_some();
        let mut found = Vec::new();
        let mut array = |binding: &Binding| match binding.from {
            From::File(position) => Ok(columns[position].clone()),
            From::Nowhere => Ok(None),
            From::Marks(position) => Ok(columns[position].as_ref().map(|array| {
                let (codes, unclear) = self.marks.of_column(array, rows, &binding.notation);
                found.extend(unclear);
                codes
            })),
            From::Expr(expr, _) => {
                let notation = binding.notation.number;
                let seen = match &mut seen[usize::from(notation.decimal == DecimalSign::Comma)] {
                    Some(seen) => &*seen,
                    place => {
                        // `where` has counted the columns of all rows before.
                        let unread = (!counted).then_some(&mut *unread);
                        counted = true;
                        place.insert(self.expression_columns(columns, notation, unread)?)
                    }
                };
                let input = input(seen, rows);
                let made = expr.evaluate(&input).map_err(|error| self.failed(expr, &error, numbers))?;
                unread.of_expression(&binding.name, expr, &input, numbers);
                Ok(Some(made))
            }
        };
        let arrays = self.bindings.iter().map(&mut array).collect::<Result<_, Diagnostic>>()?;
        Ok((arrays, found))
    }

    pub(super) fn failed(&self, expr: &Expr, error: &EvalError, numbers: &[u64]) -> Diagnostic {
        let row = numbers.get(error.row).map_or_else(String::new, |row| format!(", row {row}"));
        Diagnostic::error(Code::ExpressionFailed, format!("{}{row}: {}", self.file.file.shown, error.message))
            .at(expr.text().span.clone(), "has no value there")
    }
}

/// What was found in a column: bad cells, and how many cells were rounded.
pub(super) type ColumnFindings = (Vec<Finding>, u64);

/// The input of an expression over one file's columns.
pub(super) fn input(columns: &[Option<ArrayRef>], rows: usize) -> Input<'_> {
    Input { rows, tables: vec![TableInput { columns, rows, index: None }] }
}

pub(super) fn filter(
    columns: &mut [Option<ArrayRef>],
    numbers: &mut Vec<u64>,
    mask: &BooleanArray,
) -> Result<(), Diagnostic> {
    for array in columns.iter_mut().flatten() {
        *array = arrow::compute::filter(array, mask).map_err(|error| {
            Diagnostic::error(Code::Internal, format!("rows could not be filtered: {error}"))
        })?;
    }
    let mut row = 0;
    numbers.retain(|_| {
        row += 1;
        mask.is_valid(row - 1) && mask.value(row - 1)
    });
    Ok(())
}

/// Rows for which a join finds several rows are rejected, whatever the condition says: it may ask for a joined column.
fn with_several(mask: BooleanArray, several: &[(u32, String)]) -> BooleanArray {
    if several.is_empty() {
        return mask;
    }
    let mut kept: Vec<bool> = (0..mask.len()).map(|row| mask.is_valid(row) && mask.value(row)).collect();
    for (row, _) in several {
        kept[*row as usize] = true;
    }
    BooleanArray::from(kept)
}

/// The same rows, counted among those of a mask, which has all of them.
fn kept(mask: &BooleanArray, several: Vec<(u32, String)>) -> Vec<(u32, String)> {
    let mut several = several.into_iter().peekable();
    let (mut found, mut before) = (Vec::new(), 0);
    for row in 0..mask.len() {
        if several.peek().is_some_and(|(other, _)| *other as usize == row) {
            found.extend(several.next().map(|(_, key)| (before, key)));
        }
        before += u32::from(mask.is_valid(row) && mask.value(row));
    }
    found
}

fn several_matches(row: u32, key: String) -> Finding {
    Finding {
        row,
        column: None,
        code: RejectCode::SeveralMatches,
        message: format!("a join finds several rows for `{key}`; which one is meant can't be guessed"),
        value: key,
        rejected: true,
    }
}

/// Finds rows that have none of the texts of which a row needs one; `first` are the cells of the first of them.
fn rows_without_any(
    spec: &TableSpec,
    columns: &[Option<ParsedColumn>],
    first: &Option<ArrayRef>,
    rows: usize,
) -> Vec<Finding> {
    let parsed: Vec<&ParsedColumn> =
        spec.one_of.iter().filter_map(|position| columns[*position].as_ref()).collect();
    if parsed.iter().any(|parsed| parsed.has_all_texts()) {
        return Vec::new();
    }
    let without = |row: &usize| !parsed.iter().any(|parsed| parsed.has_text(*row));
    let names: Vec<String> =
        spec.one_of.iter().map(|position| format!("`{}`", spec.columns[*position].name)).collect();
    let message = match names.as_slice() {
        [a, b] => format!("both {a} and {b} are empty, and a row needs one of them"),
        _ => format!("{} are empty, and a row needs one of them", names.join(", ")),
    };
    let first = first.as_ref().map_or(Cells::Nothing, Cells::new);
    let mut buffer = String::new();
    let mut found = Vec::new();
    for row in (0..rows).filter(without) {
        found.push(Finding {
            // a chunk has fewer rows than a staging table may have
            row: u32::try_from(row).unwrap_or(NONE),
            column: spec.one_of.first().copied(),
            code: RejectCode::MissingValue,
            value: first.cell(row).text(&mut buffer).unwrap_or_default().trim().to_string(),
            message: message.clone(),
            rejected: true,
        });
    }
    found
}

/// Finds rows whose second date is before the first; `second` are the cells of the second.
fn rows_out_of_order(
    spec: &TableSpec,
    places: [usize; 2],
    columns: &[Option<ParsedColumn>],
    second: &Option<ArrayRef>,
    rows: usize,
) -> Vec<Finding> {
    let [from, until] = places.map(|position| columns[position].as_ref());
    let (Some(from), Some(until)) = (from, until) else { return Vec::new() };
    let days = |row: &usize| Some((from.day(*row)?, until.day(*row)?));
    let [a, b] = places.map(|position| spec.columns[position].name);
    let second = second.as_ref().map_or(Cells::Nothing, Cells::new);
    let mut buffer = String::new();
    let mut found = Vec::new();
    for row in 0..rows {
        let Some((from, until)) = days(&row).filter(|(from, until)| until < from) else { continue };
        found.push(Finding {
            // a chunk has fewer rows than a staging table may have
            row: u32::try_from(row).unwrap_or(NONE),
            column: Some(places[1]),
            code: RejectCode::BadDate,
            value: second.cell(row).text(&mut buffer).unwrap_or_default().trim().to_string(),
            message: format!(
                "`{b}` is {}, and that is before `{a}`, {}",
                display_day(until),
                display_day(from)
            ),
            rejected: true,
        });
    }
    found
}

/// The columns that an expression names, as places in the file's header.
pub(super) fn named_by(expr: &Expr) -> impl Iterator<Item = usize> {
    expr.columns().into_iter().map(|column| column.column)
}
