//! All rows of one table as parsed, from all its sources: what keys, references and the dense tables are made from.

use apportion_base::diagnostic::{Code, Diagnostic, counted};
use apportion_base::money::format_scaled;
use apportion_book::{Quoted, TableName};

use super::cells::number::strip_zeros;
use super::column::{Column, ColumnRole, NO_NUMBER, Values};
use super::contract::{Domain, Kind, TableSpec};
use super::fill::Filled;
use super::intake::Taken;
use super::intern::{Interner, Names};
use super::numbers::Numbers;
use super::read::Ragged;
use super::rejects::{Finding, RaggedRow};
use super::tables::{Counts, NONE};

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
    /// Files' own columns that no expression over this file names: they were not read from it.
    pub(super) unread: Vec<usize>,
    /// The sheet's first row that came from it.
    first: usize,
}

/// The rows of a table that passed `where`, in order of file and row.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) spec: &'static TableSpec,
    columns: Vec<Column>,
    pub(super) files: Vec<SheetFile>,
    /// By row: the number in its file, 1 being the first data record.
    numbers: Numbers,
    pub(super) status: Vec<Status>,
    pub(super) findings: Vec<Finding>,
    pub(super) ragged: Vec<RaggedRow>,
    read: u64,
    filtered: u64,
}

impl Sheet {
    /// An empty sheet with these columns, those of the contract first.
    pub(super) fn new(spec: &'static TableSpec, columns: Vec<Column>) -> Self {
        Self {
            spec,
            columns,
            files: Vec::new(),
            numbers: Numbers::default(),
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
        &self.columns[at]
    }

    /// All columns, those of the contract first.
    pub(super) fn columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter()
    }

    /// The place of the column that rules know by this name.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.role != ColumnRole::File && column.name == name)
    }

    /// What the codes of a column stand for.
    pub(super) fn texts<'a>(&'a self, names: &'a Names, at: usize) -> &'a Interner {
        let column = self.column(at);
        names.of(column.domain).unwrap_or(&column.own)
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
                    let (mantissa, scale) = strip_zeros(i128::from(amount), column.kind.decimals());
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
        &self.files[self.file_at(row)]
    }

    /// The place of a row's file among [`Sheet::files`].
    pub(super) fn file_at(&self, row: u32) -> usize {
        self.files.partition_point(|file| file.first <= row as usize) - 1
    }

    /// The number of a row in its file.
    pub(super) fn number(&self, row: u32) -> u64 {
        u64::from(self.numbers.get(row))
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

    /// Frees texts that only rejects quote, once those are written.
    pub(super) fn forget_texts(&mut self) {
        let texts = self.columns.iter_mut().filter(|column| matches!(column.values, Values::Texts(_)));
        texts.for_each(Column::forget);
    }

    /// Frees what these columns hold, once it stands elsewhere.
    pub(super) fn forget(&mut self, columns: &[usize]) {
        columns.iter().for_each(|at| self.columns[*at].forget());
    }

    /// Makes room for so many more rows, and for the new texts of their key in `more`, which has none yet, so that nothing
    /// has to be moved when they come.
    pub(super) fn reserve(&mut self, rows: usize, more: &mut Names) {
        if let [key] = self.spec.key
            && let Some(texts) = more.of_mut(self.columns[*key].domain)
        {
            *texts = Interner::with_room(rows);
        }
        self.status.reserve_exact(rows);
        self.columns.iter_mut().for_each(|column| column.reserve(rows));
    }

    /// Says that the rows from here on come from another file.
    pub(super) fn begin_file(&mut self, shown: &str, quoted: Quoted, unread: Vec<usize>) {
        self.files.push(SheetFile { shown: shown.to_string(), quoted, unread, first: self.len() });
    }

    /// Appends rows of the file last begun; texts that `names` lacks get their codes in `more`.
    ///
    /// # Errors
    /// There are more rows than can be numbered.
    pub(super) fn append(&mut self, taken: Taken, names: &Names, more: &mut Names) -> Result<(), Diagnostic> {
        let before = self.len();
        let rows = taken.numbers.len();
        let first = u32::try_from(before)
            .ok()
            .filter(|_| before + rows < NONE as usize)
            .ok_or_else(|| self.too_many())?;
        for number in &taken.numbers {
            self.numbers.push(u32::try_from(*number).map_err(|_| self.too_many())?);
        }
        self.read += taken.read;
        self.filtered += taken.filtered;
        self.ragged.extend(taken.ragged.iter().map(|row| ragged_row(&self.files, row)));
        self.status.resize(before + rows, Status::Kept);
        append_columns(&mut self.columns, taken.columns, first, names, more);
        for finding in taken.findings {
            self.find(Finding { row: first + finding.row, ..finding }, Status::BadCell);
        }
        Ok(())
    }

    fn too_many(&self) -> Diagnostic {
        let message = format!("{} has more rows than can be held (2^32 - 2)", self.spec.table.word());
        Diagnostic::error(Code::TooManyRows, message)
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

/// Appends a chunk to all columns, side by side: those whose codes are of one numbering one after the other.
fn append_columns(
    columns: &mut [Column],
    filled: Vec<Option<Filled>>,
    first: u32,
    names: &Names,
    more: &mut Names,
) {
    let (mut deals, mut payees, mut accounts, mut own) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (column, filled) in columns.iter_mut().zip(filled) {
        let Some(filled) = filled else { continue };
        match column.domain {
            Domain::Deal => deals.push((column, filled)),
            Domain::Payee => payees.push((column, filled)),
            Domain::Account => accounts.push((column, filled)),
            Domain::Own => own.push((column, filled)),
        }
    }
    let shared = |group: Vec<(&mut Column, Filled)>, known: &Interner, more: &mut Interner| {
        for (column, filled) in group {
            column.append(filled, first, known.len(), more);
        }
    };
    rayon::scope(|scope| {
        scope.spawn(|_| shared(deals, &names.deals, &mut more.deals));
        scope.spawn(|_| shared(payees, &names.payees, &mut more.payees));
        scope.spawn(|_| shared(accounts, &names.accounts, &mut more.accounts));
        for (column, filled) in own {
            scope.spawn(move |_| column.append_own(filled, first));
        }
    });
}

fn ragged_row(files: &[SheetFile], row: &Ragged) -> RaggedRow {
    RaggedRow {
        file: files.last().map_or_else(String::new, |file| file.shown.clone()),
        row: row.row,
        message: format!(
            "the row has {} and the header {}; each row needs as many cells as the header",
            counted(row.cells as u64, "cell"),
            row.expected
        ),
    }
}
