//! A staging table: all parsed rows of one input table, from all its sources. Keys and references are checked on it, and
//! the dense table is built from it.

use std::collections::{BTreeMap, HashSet};

use apportion_base::diagnostic::{Code, Diagnostic, count};
use apportion_base::notation::shortest;
use apportion_book::{RateQuotation, TableName};

use super::column::{Column, ColumnRole, NO_NUMBER, Values};
use super::contract::{Domain, Kind, TableSpec};
use super::finding::{BrokenRow, Finding};
use super::intern::{Interner, Lookup, Names};
use super::numbers::Numbers;
use super::parsed::{FilteredRow, ParsedChunk, ParsedColumn, WonRow};
use super::tables::counts::{Counts, DatesBeyond, UnreadTexts};
use super::tables::indices::{NONE, some_index};
use super::texts::Texts;
use super::unread::UnreadCounts;

/// Dates that an expression moved outside of the calendar: how many, and the file and row of the first.
#[derive(Debug, Clone, Copy)]
pub(super) struct FirstBeyond {
    count: u64,
    file: u32,
    row: u64,
}

/// Rejects of a table: more are no list that anybody reads, and would fill the memory.
pub(crate) const MOST_REJECTS: usize = 1_000_000;
/// Bytes of their values and messages.
const MOST_REJECTED_BYTES: usize = 256 << 20;
/// Characters of a message that are quoted in another one.
const SHOWN: usize = 200;

/// Whether a row is kept, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Kept,
    BadCell,
    Duplicate,
    Conflict,
    Reference,
    /// It names a deal that `where` left out.
    OfFilteredDeal,
    /// It was added to an earlier row of its key, as `sum` says: it is used, and has no row of its own.
    Summed,
    /// It equals another row, and the source says that such rows count once.
    Repeated,
    /// Another row of its key, with which it would be added up, was rejected.
    PartRejected,
    /// Another row of its payee shares a day with it.
    Overlap,
}

impl Status {
    /// Whether a row was rejected whose share must not go to others: duplicates are there once more.
    pub(super) fn takes_share(self) -> bool {
        matches!(self, Self::BadCell | Self::Conflict | Self::Reference | Self::PartRejected)
    }
}

/// A [`WonRow`] of a staging table.
#[derive(Debug, Clone, Copy)]
pub(super) struct StagedWon {
    /// Index into the files of the staging table.
    pub(super) file: u32,
    /// The code of its id among the filtered deals, or [`NONE`].
    pub(super) deal: u32,
    pub(super) day: i32,
    pub(super) amount_e6: i64,
    /// The code of its currency among those of filtered deals, or [`NONE`] for the book's.
    pub(super) currency: u32,
}

/// One file that fed the staging table.
#[derive(Debug)]
pub(super) struct StagingFile {
    /// As shown to people.
    pub(super) shown: String,
    /// Of fx_rates.
    pub(super) quoted: RateQuotation,
    /// Files' own columns that no expression over this file names: they were not read from it.
    pub(super) unread: Vec<usize>,
    /// The source, as an index into `Book::sources`.
    pub(super) source: usize,
    /// Rows that are equal count once.
    pub(super) distinct: bool,
    /// The columns in which rows of a key are added up; empty where they are not.
    pub(super) sum: Vec<usize>,
    /// The sheet of a workbook.
    pub(super) sheet: Option<String>,
    /// Attributes that are money in this file.
    pub(super) money: Vec<usize>,
    /// The staging table's first row that came from it.
    pub(super) first: usize,
}

impl StagingFile {
    /// The file and, of a workbook, its sheet.
    pub(super) fn place(&self) -> String {
        match &self.sheet {
            Some(sheet) => format!("{}, sheet `{sheet}`,", self.shown),
            None => self.shown.clone(),
        }
    }

    /// A sentence about a row of the file, with the sheet that the row is on.
    pub(super) fn on_sheet(&self, message: String) -> String {
        match &self.sheet {
            Some(sheet) => format!("{message} (sheet `{sheet}`)"),
            None => message,
        }
    }
}

/// The deals that `where` left out, by what they are called.
#[derive(Debug, Default)]
pub(super) struct FilteredDeals {
    ids: Interner,
    /// By code: file and row of the first one.
    places: Vec<(u32, u32)>,
    /// By code: the code that the id has among all deals that rows name, or [`NONE`].
    deal_codes: Vec<u32>,
    /// These codes, ascending.
    pub(super) codes: Vec<u32>,
    /// The rows that are won.
    pub(super) won: Vec<StagedWon>,
    /// The texts of their currencies.
    pub(super) currencies: Interner,
}

impl FilteredDeals {
    /// Notes the codes of ids that other rows name, as long as ids can be looked up.
    pub(super) fn resolve(&mut self, names: &Names) {
        let code = |id: &str| names.deals.find(&Lookup::new(id)).unwrap_or(NONE);
        self.deal_codes = self.ids.texts().map(code).collect();
        self.codes = self.deal_codes.iter().copied().filter(|code| *code != NONE).collect();
        self.codes.sort_unstable();
    }

    /// The code that a filtered deal has among all deals that rows name, or [`NONE`].
    pub(super) fn deal_code(&self, filtered: u32) -> u32 {
        self.deal_codes.get(filtered as usize).copied().unwrap_or(NONE)
    }

    /// Notes a row of a file.
    fn add(&mut self, file: u32, row: FilteredRow) -> Option<()> {
        let deal = row.id.as_ref().map_or(NONE, |id| self.ids.intern(id));
        if deal as usize == self.places.len() {
            self.places.push((file, u32::try_from(row.number).ok()?));
        }
        if let Some(WonRow { day, amount_e6, currency }) = row.won {
            let currency = currency.map_or(NONE, |code| self.currencies.intern(&code));
            self.won.push(StagedWon { file, deal, day, amount_e6, currency });
        }
        Some(())
    }

    /// Each id with the file and the row of the first one.
    pub(super) fn places(&self) -> impl Iterator<Item = (&str, u32, u32)> {
        self.ids.texts().zip(&self.places).map(|(id, (file, row))| (id, *file, *row))
    }
}

/// The rows of a table that passed `where`, in order of file and row.
#[derive(Debug)]
pub(super) struct StagingTable {
    pub(super) spec: &'static TableSpec,
    columns: Vec<Column>,
    pub(super) files: Vec<StagingFile>,
    /// By row: its number in the file, as a spreadsheet shows it.
    numbers: Numbers,
    pub(super) status: Vec<Status>,
    pub(super) findings: Vec<Finding>,
    pub(super) broken: Vec<BrokenRow>,
    /// Rows that were added to another one, each with that one.
    pub(super) summed: Vec<(u32, u32)>,
    pub(super) filtered_deals: FilteredDeals,
    read: u64,
    filtered: u64,
    passed_over: u64,
    rounded: u64,
    /// What expressions could not read.
    pub(super) texts_unread: UnreadCounts,
    /// Of the values and messages of rejects.
    rejected_bytes: usize,
    /// Dates that expressions moved outside of the calendar, by what was computed and the date: how many, and the file and row of the first.
    pub(super) beyond: BTreeMap<(String, String), FirstBeyond>,
}

impl StagingTable {
    /// An empty staging table with these columns, those of the contract first.
    pub(super) fn new(spec: &'static TableSpec, columns: Vec<Column>) -> Self {
        Self {
            spec,
            columns,
            files: Vec::new(),
            numbers: Numbers::default(),
            status: Vec::new(),
            findings: Vec::new(),
            broken: Vec::new(),
            summed: Vec::new(),
            filtered_deals: FilteredDeals::default(),
            read: 0,
            filtered: 0,
            passed_over: 0,
            rounded: 0,
            texts_unread: UnreadCounts::default(),
            rejected_bytes: 0,
            beyond: BTreeMap::new(),
        }
    }

    pub(super) fn table(&self) -> TableName {
        self.spec.table
    }

    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(super) fn column(&self, position: usize) -> &Column {
        &self.columns[position]
    }

    /// All columns, those of the contract first.
    pub(super) fn columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter()
    }

    /// The place of the column that rules know by this name.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.role != ColumnRole::File && column.name == name)
    }

    /// The texts of a column's codes.
    pub(super) fn texts<'a>(&'a self, names: &'a Names, position: usize) -> &'a Interner {
        let column = self.column(position);
        names.interner(column.domain).unwrap_or(&column.own)
    }

    /// The raw text of a cell, which a later finding quotes.
    pub(super) fn raw_text(&self, names: &Names, position: usize, row: u32) -> String {
        let column = self.column(position);
        if column.kind == Kind::Money {
            if let Ok(found) = column.long.binary_search_by_key(&row, |(row, _)| *row) {
                return column.long[found].1.clone();
            }
            return match column.fixed(row as usize) {
                NO_NUMBER => String::new(),
                amount => shortest(i128::from(amount), column.kind.decimals()),
            };
        }
        match column.raw_text(row as usize) {
            NONE => String::new(),
            code => self.texts(names, position).get(code).to_string(),
        }
    }

    /// The text of a cell, if it has one.
    pub(super) fn text<'a>(&'a self, names: &'a Names, position: usize, row: u32) -> Option<&'a str> {
        let column = self.column(position);
        let of_code = |code: u32| self.texts(names, position).get(code);
        column.text(row as usize).or_else(|| some_index(column.code(row as usize)).map(of_code))
    }

    /// The file of a row.
    pub(super) fn file(&self, row: u32) -> &StagingFile {
        &self.files[self.file_at(row)]
    }

    /// The place of a row's file among [`StagingTable::files`].
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

    /// Records a finding; the row gets `status` if it is rejected.
    pub(super) fn find(&mut self, finding: Finding, status: Status) {
        if finding.rejected {
            self.status[finding.row as usize] = status;
        }
        self.findings.push(finding);
    }

    /// Frees texts that only rejects quote, once those are written.
    pub(super) fn forget_texts(&mut self, but: Option<usize>) {
        let columns = self.columns.iter_mut().enumerate().filter(|(position, _)| Some(*position) != but);
        let texts =
            columns.filter(|(_, column)| matches!(column.values, Values::Texts(_) | Values::Hashed(_)));
        texts.for_each(|(_, column)| column.forget());
    }

    /// Notes keys of rows, of a column that has the hashes of all.
    pub(super) fn note_keys(&mut self, position: usize, keys: Vec<(u32, Box<str>)>) {
        if let Values::Hashed(hashed) = &mut self.columns[position].values {
            keys.iter().for_each(|(row, text)| hashed.note(*row, text));
        }
    }

    /// Gives up the hashes of keys, once they are told apart.
    pub(super) fn forget_hashes(&mut self, position: usize) {
        if let Values::Hashed(hashed) = &mut self.columns[position].values {
            hashed.forget_hashes();
        }
    }

    /// The texts of a column whose texts are only compared, which has none afterwards.
    pub(super) fn take_texts(&mut self, position: usize) -> Texts {
        match &mut self.columns[position].values {
            Values::Texts(texts) => std::mem::take(texts),
            _ => Texts::default(),
        }
    }

    /// Frees the values of these columns, once they have been moved to a dense table.
    pub(super) fn forget(&mut self, columns: &[usize]) {
        columns.iter().for_each(|position| self.columns[*position].forget());
    }

    /// Reserves memory for this many additional rows, and for the texts of their key in `added`, which is still empty, so that
    /// nothing has to be moved later.
    pub(super) fn reserve(&mut self, rows: usize, added: &mut Names) {
        if let [key] = self.spec.key
            && let Some(texts) = added.interner_mut(self.columns[*key].domain)
        {
            *texts = Interner::with_room(rows);
        }
        self.status.reserve_exact(rows);
        self.columns.iter_mut().for_each(|column| column.reserve(rows));
    }

    /// Begins a file: the rows appended from now on come from it.
    pub(super) fn begin_file(&mut self, file: StagingFile) {
        self.files.push(StagingFile { first: self.len(), ..file });
    }

    /// Adds the numbers of other rows to one in a column; false where the sum has too many digits.
    pub(super) fn add_into(&mut self, position: usize, row: u32, others: &[u32]) -> bool {
        self.columns[position].add_into(row as usize, others)
    }

    /// Appends the rows of a chunk of the current file. Texts that are not in `names` get their codes in `added`.
    ///
    /// # Errors
    /// There are more rows than can be numbered.
    pub(super) fn append(
        &mut self,
        chunk: ParsedChunk,
        names: &Names,
        added: &mut Names,
    ) -> Result<(), Diagnostic> {
        let before = self.len();
        let rows = chunk.numbers.len();
        let first = u32::try_from(before)
            .ok()
            .filter(|_| before + rows < NONE as usize)
            .ok_or_else(|| self.too_many())?;
        for number in &chunk.numbers {
            self.numbers.push(u32::try_from(*number).map_err(|_| self.too_many())?);
        }
        self.read += chunk.read;
        self.filtered += chunk.filtered;
        self.rounded += chunk.rounded;
        let file = u32::try_from(self.files.len().saturating_sub(1)).unwrap_or(NONE);
        for ((what, date), beyond) in self.texts_unread.absorb(chunk.unread) {
            let first = FirstBeyond { count: 0, file, row: beyond.row };
            self.beyond.entry((what, date)).or_insert(first).count += beyond.count;
        }
        self.broken.extend(chunk.broken.iter().map(|record| BrokenRow { file, record: *record }));
        for row in chunk.filtered_deals {
            self.filtered_deals.add(file, row).ok_or_else(|| self.too_many())?;
        }
        self.status.resize(before + rows, Status::Kept);
        append_columns(&mut self.columns, chunk.columns, first, names, added);
        for finding in chunk.findings {
            self.rejected_bytes += finding.value.len() + finding.message.len();
            self.find(Finding { row: first + finding.row, ..finding }, Status::BadCell);
        }
        self.check_rejects()
    }

    /// Ends the current file: so many rows came after the end of its table, and this sheet was read.
    pub(super) fn end_file(&mut self, passed_over: u64, sheet: Option<String>) {
        self.passed_over += passed_over;
        if let Some(file) = self.files.last_mut() {
            file.sheet = sheet;
        }
    }

    /// That the rejects of the table are no more than can be listed.
    ///
    /// # Errors
    /// `too-many-rejects`, naming the file that has most of them.
    pub(super) fn check_rejects(&self) -> Result<(), Diagnostic> {
        let rejects = self.broken.len() + self.findings.len();
        if rejects <= MOST_REJECTS && self.rejected_bytes <= MOST_REJECTED_BYTES {
            return Ok(());
        }
        let mut of_files = vec![0_usize; self.files.len()];
        self.broken.iter().for_each(|broken| of_files[broken.file as usize] += 1);
        self.findings.iter().for_each(|finding| of_files[self.file_at(finding.row)] += 1);
        let most = (0..of_files.len()).rev().max_by_key(|file| of_files[*file]).unwrap_or(0);
        let shown = self.files.get(most).map_or("", |file| file.shown.as_str());
        let broken = self.broken.iter().find(|broken| broken.file as usize == most);
        let first = broken.map(|broken| (broken.record.row, broken.message())).or_else(|| {
            let finding = self.findings.iter().find(|finding| self.file_at(finding.row) == most)?;
            Some((self.number(finding.row), finding.message.chars().take(SHOWN).collect()))
        });
        let first = first.map_or_else(String::new, |(row, message)| format!(", first row {row}: {message}"));
        let what = if rejects > MOST_REJECTS {
            format!("more than {} rows of {}", count(MOST_REJECTS as u64), self.table().word())
        } else {
            format!(
                "rows of {} with more than {} MiB of text",
                self.table().word(),
                MOST_REJECTED_BYTES >> 20
            )
        };
        let message = format!("{what} can't be used, most of them of `{shown}`{first}");
        Err(Diagnostic::error(Code::TooManyRejects, message).help(
            "see whether it is the file that the source means, and is read with the right delimiter, quote and encoding; `where` leaves rows out",
        ))
    }

    /// That the distinct texts of each column are no more than one array holds.
    ///
    /// # Errors
    /// `too-many-rows`, naming the column.
    pub(super) fn check_texts(&self, names: &Names, most: usize) -> Result<(), Diagnostic> {
        let too_long = |position: &usize| self.texts(names, *position).bytes() > most;
        let Some(position) = (0..self.columns.len()).find(too_long) else { return Ok(()) };
        let (table, column) = (self.table().word(), &self.column(position).name);
        let message =
            format!("different texts of `{column}` in {table} have more bytes than can be held ({most})");
        Err(Diagnostic::error(Code::TooManyRows, message))
    }

    fn too_many(&self) -> Diagnostic {
        let message = format!("{} has more rows than can be held (2^32 - 2)", self.spec.table.word());
        Diagnostic::error(Code::TooManyRows, message)
    }

    /// The texts that expressions over its files could not read.
    pub(super) fn unread_texts(&self) -> Vec<UnreadTexts> {
        let unread_of =
            |(what, count): (&str, u64)| UnreadTexts { table: self.table(), what: what.to_owned(), count };
        self.texts_unread.iter().map(unread_of).collect()
    }

    /// The dates that expressions over its files moved outside of the calendar.
    pub(super) fn dates_beyond(&self) -> Vec<DatesBeyond> {
        let dates = |((what, date), first): (&(String, String), &FirstBeyond)| DatesBeyond {
            table: self.table(),
            what: what.clone(),
            date: date.clone(),
            count: first.count,
            file: self.files[first.file as usize].shown.clone(),
            row: first.row,
        };
        self.beyond.iter().map(dates).collect()
    }

    /// Rejected rows that come from the record of another one, which rejects.csv can't tell apart.
    fn rejected_parts(&self) -> u64 {
        let is_rejected = |status: &Status| match status {
            Status::BadCell
            | Status::Duplicate
            | Status::Conflict
            | Status::Reference
            | Status::PartRejected
            | Status::Overlap => true,
            Status::Kept | Status::Summed | Status::Repeated | Status::OfFilteredDeal => false,
        };
        let rejected = (0_u32..).zip(&self.status).filter(|(_, status)| is_rejected(status));
        let places = rejected.map(|(row, _)| (self.file(row).shown.as_str(), self.number(row)));
        let broken = self.broken.iter();
        let broken = broken.map(|row| (self.files[row.file as usize].shown.as_str(), row.record.row));
        let (mut all, mut distinct) = (0, HashSet::new());
        for place in places.chain(broken) {
            all += 1;
            distinct.insert(place);
        }
        all - distinct.len() as u64
    }

    /// The counts of the table; every row that was read is used, filtered, repeated or rejected.
    pub(super) fn counts(&self) -> Counts {
        let with = |wanted: Status| self.status.iter().filter(|status| **status == wanted).count() as u64;
        let used = with(Status::Kept) + with(Status::Summed);
        let (of_filtered_deals, repeated) = (with(Status::OfFilteredDeal), with(Status::Repeated));
        let left_out = self.status.len() as u64 - used;
        let rejected = left_out - of_filtered_deals - repeated + self.broken.len() as u64;
        let counts = Counts {
            table: self.table(),
            read: self.read,
            used,
            filtered: self.filtered + of_filtered_deals,
            of_filtered_deals,
            repeated,
            rejected,
            rejected_parts: self.rejected_parts(),
            passed_over: self.passed_over,
            rounded: self.rounded,
        };
        assert_eq!(
            counts.read,
            counts.used + counts.filtered + counts.repeated + counts.rejected,
            "every row read is used, filtered, repeated or rejected"
        );
        counts
    }
}

/// Appends a chunk to all columns in parallel. Columns that share an interner are appended one after the other.
fn append_columns(
    columns: &mut [Column],
    parsed: Vec<Option<ParsedColumn>>,
    first: u32,
    names: &Names,
    added: &mut Names,
) {
    let (mut deals, mut payees, mut accounts, mut own) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut opportunities, mut registrations, mut decisions) = (Vec::new(), Vec::new(), Vec::new());
    for (column, parsed) in columns.iter_mut().zip(parsed) {
        let Some(parsed) = parsed else { continue };
        match column.domain {
            Domain::Deal => deals.push((column, parsed)),
            Domain::Payee => payees.push((column, parsed)),
            Domain::Account => accounts.push((column, parsed)),
            Domain::Opportunity => opportunities.push((column, parsed)),
            Domain::Registration => registrations.push((column, parsed)),
            Domain::Decision => decisions.push((column, parsed)),
            Domain::Own => own.push((column, parsed)),
        }
    }
    let shared = |group: Vec<(&mut Column, ParsedColumn)>, known: &Interner, added: &mut Interner| {
        for (column, parsed) in group {
            column.append(parsed, first, known.len(), added);
        }
    };
    rayon::scope(|scope| {
        scope.spawn(|_| shared(deals, &names.deals, &mut added.deals));
        scope.spawn(|_| shared(payees, &names.payees, &mut added.payees));
        scope.spawn(|_| shared(accounts, &names.accounts, &mut added.accounts));
        scope.spawn(|_| shared(opportunities, &names.opportunities, &mut added.opportunities));
        scope.spawn(|_| shared(registrations, &names.registrations, &mut added.registrations));
        scope.spawn(|_| shared(decisions, &names.decisions, &mut added.decisions));
        for (column, parsed) in own {
            scope.spawn(move |_| column.append_own(parsed, first));
        }
    });
}

#[cfg(test)]
mod tests {
    use apportion_book::TableName;

    use super::*;
    use crate::column::ColumnRole;
    use crate::contract;

    #[test]
    fn a_column_of_too_many_texts_is_refused() {
        let mut region = Column::new("region", Kind::Text, ColumnRole::Attribute);
        for text in ["emea", "apac", "emea"] {
            region.own.intern(text);
        }
        let staging = StagingTable::new(contract::spec(TableName::Deals), vec![region]);
        assert!(staging.check_texts(&Names::default(), 8).is_ok());
        let refused = staging.check_texts(&Names::default(), 7).unwrap_err();
        assert_eq!(refused.code, Code::TooManyRows);
        assert_eq!(
            refused.message,
            "different texts of `region` in deals have more bytes than can be held (7)"
        );
    }
}
