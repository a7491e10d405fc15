//! All rows of one table as parsed, from all its sources: what keys, references and the dense tables are made from.

use arrow::array::{Array, ArrayRef, BooleanArray};
use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};

use crate::book::{Quoted, TableName};
use crate::diagnostic::Diagnostic;
use crate::expr::{EvalError, Expr, Input, TableInput};
use crate::money::format_scaled;

use super::cells::number::strip_zeros;
use super::column::{Column, ColumnRole, NO_NUMBER};
use super::contract::{Domain, Kind, TableSpec};
use super::intern::{Interner, Names};
use super::lane::{Intake, Lane};
use super::mapping::{Binding, From};
use super::open::OpenFile;
use super::read::{Chunk, Ragged};
use super::rejects::{Finding, RaggedRow};
use super::seen::as_seen;
use super::tables::{Counts, NONE, RejectCode};

/// What has become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Kept,
    BadCell,
    Duplicate,
    Conflict,
    Reference,
}

/// One file that fed the sheet.
#[derive(Debug)]
pub(super) struct SheetFile {
    /// As shown to people.
    pub(super) shown: String,
    /// Of fx_rates.
    pub(super) quoted: Quoted,
    /// The sheet's first row that came from it.
    first: usize,
}

/// The rows of a table that passed `where`, in order of file and row.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) spec: &'static TableSpec,
    lanes: Vec<Lane>,
    /// By column: lane and place in it.
    places: Vec<(usize, usize)>,
    pub(super) files: Vec<SheetFile>,
    /// By row: the number in its file, 1 being the first data record.
    numbers: Vec<u32>,
    pub(super) status: Vec<Status>,
    pub(super) findings: Vec<Finding>,
    pub(super) ragged: Vec<RaggedRow>,
    read: u64,
    filtered: u64,
}

/// How the rows of one file become rows of the sheet.
pub(super) struct FilePlan<'a> {
    pub(super) file: &'a OpenFile,
    /// Places in the header of the columns that are read.
    pub(super) wanted: Vec<usize>,
    /// By column of the sheet.
    pub(super) bindings: Vec<Binding<'a>>,
    /// Places in the header of the columns that expressions name.
    pub(super) named: Vec<usize>,
}

impl Sheet {
    /// An empty sheet with these columns, those of the contract first.
    pub(super) fn new(spec: &'static TableSpec, columns: Vec<Column>) -> Self {
        let mut places = vec![(0, 0); columns.len()];
        let lanes = Lane::group(columns);
        for (at, lane) in lanes.iter().enumerate() {
            for (in_lane, (place, _)) in lane.columns.iter().enumerate() {
                places[*place] = (at, in_lane);
            }
        }
        Self {
            spec,
            lanes,
            places,
            files: Vec::new(),
            numbers: Vec::new(),
            status: Vec::new(),
            findings: Vec::new(),
            ragged: Vec::new(),
            read: 0,
            filtered: 0,
        }
    }

    pub(super) fn table(&self) -> TableName {
        self.spec.table
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(super) fn column(&self, at: usize) -> &Column {
        let (lane, place) = self.places[at];
        &self.lanes[lane].columns[place].1
    }

    /// All columns, those of the contract first.
    pub(super) fn columns(&self) -> impl Iterator<Item = &Column> {
        (0..self.places.len()).map(|at| self.column(at))
    }

    /// The place of the column that rules know by this name.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        (0..self.places.len()).find(|at| {
            let column = self.column(*at);
            column.role != ColumnRole::File && column.name == name
        })
    }

    /// The texts of a column.
    pub(super) fn texts<'a>(&'a self, names: &'a Names, at: usize) -> &'a Interner {
        let lane = &self.lanes[self.places[at].0];
        match lane.domain {
            Domain::Deal => &names.deals,
            Domain::Payee => &names.payees,
            Domain::Account => &names.accounts,
            Domain::Own => &lane.interner,
        }
    }

    /// The cell of a later finding as it stood in the file.
    pub(super) fn stood(&self, names: &Names, at: usize, row: u32) -> String {
        let column = self.column(at);
        if column.kind == Kind::Money {
            if let Ok(found) = column.long.binary_search_by_key(&row, |(row, _)| *row) {
                return column.long[found].1.clone();
            }
            return match column.fixed(row as usize) {
                NO_NUMBER => String::new(),
                amount => {
                    let (mantissa, scale) = strip_zeros(i128::from(amount), column.kind.scale());
                    format_scaled(mantissa, scale)
                }
            };
        }
        match column.stood(row as usize) {
            NONE => String::new(),
            code => self.texts(names, at).get(code).to_string(),
        }
    }

    /// The file of a row.
    pub(super) fn file(&self, row: u32) -> &SheetFile {
        let after = self.files.partition_point(|file| file.first <= row as usize);
        &self.files[after - 1]
    }

    /// The number of a row in its file.
    pub(super) fn number(&self, row: u32) -> u64 {
        u64::from(self.numbers[row as usize])
    }

    /// The rows that are still kept, in order.
    pub(super) fn kept(&self) -> Vec<u32> {
        (0_u32..)
            .zip(&self.status)
            .filter(|(_, status)| **status == Status::Kept)
            .map(|(row, _)| row)
            .collect()
    }

    /// Records a finding; the row gets `status` unless it is kept all the same.
    pub(super) fn find(&mut self, finding: Finding, status: Status) {
        if finding.rejected {
            self.status[finding.row as usize] = status;
        }
        self.findings.push(finding);
    }

    /// Borrows the shared numberings for as long as rows are taken in.
    pub(super) fn borrow_names(&mut self, names: &mut Names) {
        for lane in &mut self.lanes {
            if let Some(shared) = names.of(lane.domain) {
                std::mem::swap(&mut lane.interner, shared);
            }
        }
    }

    /// Gives the shared numberings back: the other half of [`Sheet::borrow_names`].
    pub(super) fn return_names(&mut self, names: &mut Names) {
        self.borrow_names(names);
    }

    /// Says that the rows from here on come from another file.
    pub(super) fn begin_file(&mut self, shown: &str, quoted: Quoted) {
        self.files.push(SheetFile { shown: shown.to_string(), quoted, first: self.len() });
    }

    /// Takes in a chunk of the file last begun; returns how many rows it had.
    pub(super) fn take(&mut self, plan: &FilePlan, mut chunk: Chunk) -> Result<u64, Diagnostic> {
        let read = chunk.rows as u64 + chunk.ragged.len() as u64;
        self.read += read;
        let ragged = std::mem::take(&mut chunk.ragged);
        self.ragged.extend(ragged.into_iter().map(|row| ragged_row(&self.files, &row)));
        let mut rows = chunk.rows;
        let mut numbers = (0..rows).map(|row| chunk.row_number(row)).collect::<Vec<u64>>();
        let mut columns: Vec<Option<ArrayRef>> = vec![None; plan.file.header.columns.len()];
        for (at, array) in plan.wanted.iter().zip(chunk.columns) {
            columns[*at] = Some(array);
        }
        if let Some(condition) = &plan.file.condition {
            let mask = condition
                .mask(&input(&plan.expression_columns(&columns), rows))
                .map_err(|error| plan.failed(&error, &numbers))?;
            if mask.true_count() < rows {
                self.filtered += (rows - mask.true_count()) as u64;
                filter(&mut columns, &mut numbers, &mask)?;
                rows = numbers.len();
            }
        }
        let arrays = plan.arrays(&columns, rows, &numbers)?;
        self.append(plan, &arrays, &numbers)?;
        Ok(read)
    }

    fn append(
        &mut self,
        plan: &FilePlan,
        arrays: &[Option<ArrayRef>],
        numbers: &[u64],
    ) -> Result<(), Diagnostic> {
        let before = self.len();
        let rows = numbers.len();
        let too_many = || {
            let message = format!("{} has more rows than can be held (2^32 - 2)", self.spec.table.word());
            Diagnostic::error("too-many-rows", message)
        };
        let first =
            u32::try_from(before).ok().filter(|_| before + rows < NONE as usize).ok_or_else(too_many)?;
        for number in numbers {
            self.numbers.push(u32::try_from(*number).map_err(|_| too_many())?);
        }
        self.status.resize(before + rows, Status::Kept);
        let intake = Intake { arrays, bindings: &plan.bindings, rows, first };
        let found: Vec<Vec<Finding>> = self.lanes.par_iter_mut().map(|lane| lane.take(&intake)).collect();
        for finding in found.into_iter().flatten() {
            self.find(finding, Status::BadCell);
        }
        if let Some([a, b]) = self.spec.one_of {
            self.need_one_of(a, b, before);
        }
        Ok(())
    }

    fn need_one_of(&mut self, a: usize, b: usize, from: usize) {
        let without: Vec<usize> = (from..self.len())
            .filter(|row| self.column(a).code(*row) == NONE && self.column(b).code(*row) == NONE)
            .collect();
        let message = format!(
            "both `{}` and `{}` are empty, and a row needs one of them",
            self.column(a).name,
            self.column(b).name
        );
        for row in without {
            let finding = Finding {
                row: u32::try_from(row).unwrap_or(NONE),
                column: Some(a),
                code: RejectCode::MissingValue,
                value: String::new(),
                message: message.clone(),
                rejected: true,
            };
            self.find(finding, Status::BadCell);
        }
    }

    /// The counts of the table; every row that was read is used, filtered or rejected.
    pub(super) fn counts(&self) -> Counts {
        let kept = self.status.iter().filter(|status| **status == Status::Kept).count();
        let used = kept as u64;
        let rejected = (self.status.len() - kept) as u64 + self.ragged.len() as u64;
        assert_eq!(
            self.read,
            used + self.filtered + rejected,
            "every row read is used, filtered or rejected"
        );
        Counts { table: self.table(), read: self.read, used, filtered: self.filtered, rejected }
    }
}

impl Names {
    /// The interner of a domain.
    fn of(&mut self, domain: Domain) -> Option<&mut Interner> {
        match domain {
            Domain::Deal => Some(&mut self.deals),
            Domain::Payee => Some(&mut self.payees),
            Domain::Account => Some(&mut self.accounts),
            Domain::Own => None,
        }
    }
}

impl FilePlan<'_> {
    /// The file's columns that expressions name, in the types in which expressions see them.
    fn expression_columns(&self, columns: &[Option<ArrayRef>]) -> Vec<Option<ArrayRef>> {
        let mut seen = vec![None; columns.len()];
        for at in &self.named {
            seen[*at] = columns[*at].as_ref().map(|array| as_seen(array, self.file.header.columns[*at].ty));
        }
        seen
    }

    /// By column of the sheet: its cells in this chunk.
    fn arrays(
        &self,
        columns: &[Option<ArrayRef>],
        rows: usize,
        numbers: &[u64],
    ) -> Result<Vec<Option<ArrayRef>>, Diagnostic> {
        let mut seen = None;
        let mut array = |binding: &Binding| match binding.from {
            From::File(at) => Ok(columns[at].clone()),
            From::Nowhere => Ok(None),
            From::Expr(expr, _) => {
                let seen = seen.get_or_insert_with(|| self.expression_columns(columns));
                expr.evaluate(&input(seen, rows)).map(Some).map_err(|error| self.failed(&error, numbers))
            }
        };
        self.bindings.iter().map(&mut array).collect()
    }

    fn failed(&self, error: &EvalError, numbers: &[u64]) -> Diagnostic {
        let row = numbers.get(error.row).map_or_else(String::new, |row| format!(", row {row}"));
        Diagnostic::error("expression-failed", format!("{}{row}: {}", self.file.file.shown, error.message))
    }
}

/// The input of an expression over one file's columns.
fn input(columns: &[Option<ArrayRef>], rows: usize) -> Input<'_> {
    Input { rows, tables: vec![TableInput { columns, rows, index: None }] }
}

fn filter(
    columns: &mut [Option<ArrayRef>],
    numbers: &mut Vec<u64>,
    mask: &BooleanArray,
) -> Result<(), Diagnostic> {
    for array in columns.iter_mut().flatten() {
        *array = arrow::compute::filter(array, mask)
            .map_err(|error| Diagnostic::error("internal", format!("rows could not be filtered: {error}")))?;
    }
    let mut row = 0;
    numbers.retain(|_| {
        row += 1;
        mask.is_valid(row - 1) && mask.value(row - 1)
    });
    Ok(())
}

fn ragged_row(files: &[SheetFile], row: &Ragged) -> RaggedRow {
    RaggedRow {
        file: files.last().map_or_else(String::new, |file| file.shown.clone()),
        row: row.row,
        message: format!(
            "the row has {} cells and the header {}; each row needs as many cells as the header",
            row.cells, row.expected
        ),
    }
}

/// The columns that an expression names, as places in the file's header.
pub(super) fn named_by(expr: &Expr) -> impl Iterator<Item = usize> {
    expr.columns().into_iter().map(|column| column.column)
}
