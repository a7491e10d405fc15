//! A CSV file → the rows of a rate table. All cells are checked, so that all problems are found at once.

use std::ops::Range;

use foldhash::{HashMap, HashMapExt};
use rust_decimal::Decimal;

use super::file::TableRequest;
use super::index::Index;
use super::interval::Interval;
use super::model::{ColumnTest, RateTable, TableCondition};
use super::records::{Record, each_record, header};
use super::rows::{Row, Rows, RowsBuilder};
use crate::ByColumn;
use crate::context::{ColumnInScope, Context};
use crate::numbers::cell_value;
use apportion_base::diagnostic::{Code, Diagnostic, FileId, Span, count};
use apportion_book::TableName;
use apportion_book::config::known_names;
use apportion_data::{CellReader, CellValue};
use apportion_expr::Type;

/// A table may have so many rows.
const MOST_ROWS: usize = 1_000_000;
/// A table may be compared with so many columns.
const MOST_CONDITIONS: usize = 60;
/// So many different cells of a column are kept while it is read.
const MOST_KNOWN: usize = 4_096;
/// So many wrong cells of a table are shown.
const SHOWN: usize = 20;

/// A file with what each of its columns means.
pub(super) struct TableText<'a> {
    text: &'a str,
    file: FileId,
    request: &'a TableRequest,
    /// Bytes before the header: a byte-order mark.
    start: usize,
    header: usize,
    value_at: usize,
    columns: Vec<FileColumn>,
    conditions: Vec<TableCondition>,
}

/// A column of the file that is compared.
struct FileColumn {
    place: usize,
    condition: usize,
    end: CellOf,
}

/// What the cells of a column are of its condition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CellOf {
    Value,
    Low,
    /// The end itself is not in the range.
    Below,
    /// The end itself is the last day.
    Last,
}

impl<'a> TableText<'a> {
    /// Finds the columns of a file in scope; what is wrong with the header is added to `found`.
    pub(super) fn new(
        text: &'a str,
        file: FileId,
        request: &'a TableRequest,
        context: &Context<'_>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let path = &request.path.value;
        let Some(names) = header(&text[start..]) else {
            let error = Diagnostic::error(Code::EmptyFile, format!("{path} has no header"))
                .at(request.path.span.clone(), "")
                .help("the first line of a rate table names its columns");
            found.push(error);
            return None;
        };
        let mut reader = HeaderReader {
            text,
            file,
            request,
            context,
            line: line_range(text, start),
            names: &names,
            conditions: Vec::new(),
            columns: Vec::new(),
            found,
        };
        let value_at = reader.read()?;
        let (conditions, columns) = (reader.conditions, reader.columns);
        Some(Self { text, file, request, start, header: names.len(), value_at, columns, conditions })
    }
}

/// The header under examination.
struct HeaderReader<'a, 'f> {
    text: &'a str,
    file: FileId,
    request: &'a TableRequest,
    context: &'a Context<'a>,
    line: Range<usize>,
    names: &'a [String],
    conditions: Vec<TableCondition>,
    columns: Vec<FileColumn>,
    found: &'f mut Vec<Diagnostic>,
}

impl HeaderReader<'_, '_> {
    /// The place of the values, once all columns have a meaning.
    fn read(&mut self) -> Option<usize> {
        let before = self.found.len();
        let path = &self.request.path.value;
        for (place, name) in self.names.iter().enumerate() {
            if name.is_empty() {
                let message = format!("column {} of {path} has no name", place + 1);
                self.wrong(Code::BadRateTable, message, name, "give it one, or take it out");
            } else if self.names[..place].contains(name) {
                let message = format!("{path} has two columns `{name}`");
                self.wrong(Code::DuplicateColumn, message, name, "give one of them another name");
            }
        }
        let value = &self.request.value;
        let value_at = self.names.iter().position(|name| *name == value.value);
        if value_at.is_none() {
            self.missing(&value.value, value.span.clone());
        }
        for named in self.request.only.iter().flatten() {
            if !self.names.contains(&named.value) {
                self.missing(&named.value, named.span.clone());
            }
        }
        for place in 0..self.names.len() {
            if Some(place) != value_at && !self.names[place].is_empty() {
                self.column(place);
            }
        }
        if self.conditions.len() > MOST_CONDITIONS {
            let message = format!("{path} is compared with {} columns", self.conditions.len());
            let help = format!("at most {MOST_CONDITIONS}; name those that decide with `match = [\"…\"]`");
            let error = Diagnostic::error(Code::RateTableTooLarge, message);
            self.found.push(error.at(self.request.span.clone(), "").help(help));
        }
        (self.found.len() == before).then_some(value_at).flatten()
    }

    fn missing(&mut self, name: &str, span: Span) {
        let path = &self.request.path.value;
        let help = known_names(name, path, self.names.iter().map(String::as_str));
        let error = Diagnostic::error(Code::MissingColumn, format!("{path} has no column `{name}`"));
        self.found.push(error.at(span, "").help(help));
    }

    fn wrong(&mut self, code: Code, message: String, name: &str, help: &str) {
        let error = Diagnostic::error(code, message).at(self.place_of(name), "");
        self.found.push(error.at(self.request.span.clone(), "read for this").help(help));
    }

    /// Where a name is in the header; the whole line if it can't be told.
    fn place_of(&self, name: &str) -> Span {
        let line = &self.text[self.line.clone()];
        let range = match line.find(name).filter(|_| !name.is_empty()) {
            Some(position) => self.line.start + position..self.line.start + position + name.len(),
            None => self.line.clone(),
        };
        Span { file: self.file, range }
    }

    /// What one column means.
    fn column(&mut self, place: usize) {
        let name = self.names[place].as_str();
        match name {
            "from" => return self.days(place, CellOf::Low),
            "until" => return self.days(place, CellOf::Last),
            _ => {}
        }
        let ends = [("_from", CellOf::Low), ("_below", CellOf::Below)];
        for (suffix, end) in ends {
            let Some(whole) = name.strip_suffix(suffix).filter(|whole| !whole.is_empty()) else { continue };
            match self.context.in_scope(whole, self.request.scope) {
                ColumnInScope::One(column, column_type @ (Type::Number | Type::Date)) => {
                    return self.interval((place, end), whole, (column, column_type), ColumnTest::Range);
                }
                ColumnInScope::Several(names) => return self.ambiguous(whole, &names),
                ColumnInScope::One(..) | ColumnInScope::None => {}
            }
        }
        let asked = |only: &Vec<_>| {
            only.iter().any(|named: &apportion_book::SourceValue<String>| named.value == name)
        };
        if !self.request.only.as_ref().is_none_or(asked) {
            return;
        }
        match self.context.in_scope(name, self.request.scope) {
            ColumnInScope::One(column, column_type) => {
                self.context.uses(column.table, &column.column);
                let slot = self.of_equality();
                let condition = TableCondition::new(name, (column, column_type), ColumnTest::Equal, slot);
                self.columns.push(FileColumn { place, condition: self.conditions.len(), end: CellOf::Value });
                self.conditions.push(condition);
            }
            ColumnInScope::Several(names) => self.ambiguous(name, &names),
            ColumnInScope::None => self.unknown(name),
        }
    }

    fn of_equality(&self) -> usize {
        self.conditions.iter().filter(|condition| condition.test == ColumnTest::Equal).count()
    }

    fn days(&mut self, place: usize, end: CellOf) {
        let column = ByColumn { table: TableName::Deals, column: "close_date".to_owned() };
        self.interval((place, end), "dates", (column, Type::Date), ColumnTest::Days);
    }

    /// One end of an interval; the condition is that of the other end where that came before.
    fn interval(
        &mut self,
        (place, end): (usize, CellOf),
        header: &str,
        column: (ByColumn, Type),
        test: ColumnTest,
    ) {
        let same = |condition: &TableCondition| condition.test == test && condition.column == column.0;
        let condition = self.conditions.iter().position(same).unwrap_or_else(|| {
            self.context.uses(column.0.table, &column.0.column);
            let slot = self.conditions.len() - self.of_equality();
            self.conditions.push(TableCondition::new(header, column, test, slot));
            self.conditions.len() - 1
        });
        self.columns.push(FileColumn { place, condition, end });
    }

    fn ambiguous(&mut self, name: &str, names: &[String]) {
        let message = format!("`{name}` may be {}", names.join(" or "));
        self.wrong(Code::AmbiguousColumn, message, name, "put the table before the name in the header");
    }

    fn unknown(&mut self, name: &str) {
        let scope: Vec<&str> = self.request.scope.iter().map(|table| table.word()).collect();
        let owner = scope.join(" or ");
        let known = self.context.columns_in_scope(self.request.scope);
        let help = known_names(name, &owner, known.iter().map(String::as_str));
        let message = format!("there is no column `{name}` in {owner}");
        let error = Diagnostic::error(Code::UnknownColumn, message).at(self.place_of(name), "");
        let error = error.at(self.request.span.clone(), "read for this").help(help);
        let about = "a column of a rate table has the name of the column that it is compared with; columns that are only \
                     for people are left out by `match = [\"…\"]`";
        self.found.push(error.help(about));
    }
}

/// Reads the rows.
///
/// # Errors
/// Everything that is wrong with them, the first [`SHOWN`] of it.
pub(super) fn read(table: &TableText<'_>) -> Result<RateTable, Vec<Diagnostic>> {
    let mut conditions = table.conditions.clone();
    let rows = RowReader::new(table).rows(&mut conditions)?;
    let index = Index::new(&rows);
    Ok(RateTable {
        path: table.request.path.value.clone(),
        value: table.request.value.value.clone(),
        file: table.file,
        conditions,
        rows,
        index,
        request: 0,
    })
}

struct RowReader<'a> {
    table: &'a TableText<'a>,
    numbers: NumberCells,
    values: KnownCells<Decimal>,
    /// Of the row that is read.
    codes: Vec<u32>,
    intervals: Vec<Interval>,
    found: Vec<Diagnostic>,
    /// Problems that are not shown.
    beyond: u64,
}

/// Cells of one column by their text. Dates, ends of ranges and values come again and again, so those that were read are kept.
#[derive(Clone)]
struct KnownCells<T>(HashMap<Box<str>, T>);

impl<T> Default for KnownCells<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Copy> KnownCells<T> {
    /// The cell of a text, which `read` reads if it is not known.
    fn get<E>(&mut self, text: &str, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if let Some(known) = self.0.get(text) {
            return Ok(*known);
        }
        let cell = read()?;
        if self.0.len() < MOST_KNOWN {
            self.0.insert(text.into(), cell);
        }
        Ok(cell)
    }
}

/// The cells that are no texts.
struct NumberCells {
    cells: CellReader,
    /// By column.
    known: Vec<KnownCells<i128>>,
}

impl NumberCells {
    fn new(columns: usize) -> Self {
        Self { cells: CellReader::default(), known: vec![KnownCells::default(); columns] }
    }

    /// A cell in billionths, as a day, or as 0 or 1.
    fn read(&mut self, column: usize, text: &str, column_type: Type) -> Result<i128, String> {
        let Self { cells, known } = self;
        known[column].get(text, || match cells.value(text, column_type)? {
            CellValue::Number(number) => Ok(number),
            CellValue::Date(day) => Ok(i128::from(day)),
            CellValue::Boolean(flag) => Ok(i128::from(flag)),
            CellValue::Text(_) => Err("no text".to_owned()),
        })
    }
}

/// Where a record is in the text.
struct RecordPlace {
    bytes: Range<usize>,
    line: u32,
}

impl<'a> RowReader<'a> {
    fn new(table: &'a TableText<'a>) -> Self {
        let equal = |condition: &&TableCondition| condition.test == ColumnTest::Equal;
        let of_equality = table.conditions.iter().filter(equal).count();
        Self {
            table,
            numbers: NumberCells::new(table.columns.len()),
            values: KnownCells::default(),
            codes: vec![0; of_equality],
            intervals: vec![Interval::ALL; table.conditions.len() - of_equality],
            found: Vec::new(),
            beyond: 0,
        }
    }

    fn rows(mut self, conditions: &mut [TableCondition]) -> Result<Rows, Vec<Diagnostic>> {
        let table = self.table;
        let body = &table.text[table.start..];
        let lines = body.bytes().filter(|byte| *byte == b'\n').count();
        let mut builder = RowsBuilder::new(lines.min(MOST_ROWS), self.codes.len(), self.intervals.len());
        // The header was read before.
        each_record(body, &mut |record| {
            if builder.len() == MOST_ROWS {
                let message =
                    format!("{} has more than {} rows", table.request.path.value, count(MOST_ROWS as u64));
                let error = Diagnostic::error(Code::RateTableTooLarge, message);
                self.found.push(error.at(table.request.path.span.clone(), ""));
                return false;
            }
            let Record { cells, bytes, line } = record;
            let bytes = table.start + bytes.start..table.start + bytes.end;
            self.row(cells, &RecordPlace { bytes, line: *line }, conditions, &mut builder);
            true
        });
        let rows = builder.finish();
        self.unclosed(&rows);
        if rows.len() == 0 && self.found.is_empty() {
            let message = format!("{} has no rows", table.request.path.value);
            let error = Diagnostic::error(Code::BadRateTable, message);
            self.found.push(
                error.at(table.request.path.span.clone(), "").help("a rate table has one row at least"),
            );
        }
        if self.found.is_empty() {
            return Ok(rows);
        }
        if self.beyond > 0
            && let Some(last) = self.found.last_mut()
        {
            last.help.push(format!("{} has {} more problems", table.request.path.value, count(self.beyond)));
        }
        Err(self.found)
    }

    fn row(
        &mut self,
        cells: &[&str],
        place: &RecordPlace,
        conditions: &mut [TableCondition],
        rows: &mut RowsBuilder,
    ) {
        let table = self.table;
        let RecordPlace { bytes: place, line } = place;
        if cells.len() != table.header {
            let message = format!(
                "line {line} of {} has {}, the header {}",
                table.request.path.value,
                apportion_base::diagnostic::counted(cells.len() as u64, "cell"),
                table.header
            );
            return self.wrong(
                Code::BadRateTable,
                message,
                place.clone(),
                "quote a cell that has a comma in it",
            );
        }
        self.codes.fill(0);
        self.intervals.fill(Interval::ALL);
        for (place_in_row, column) in table.columns.iter().enumerate() {
            let text = cells[column.place].trim();
            if text.is_empty() {
                continue;
            }
            let condition = &mut conditions[column.condition];
            if column.end == CellOf::Value && condition.column_type == Type::Text {
                self.codes[condition.slot] = condition.dictionary.add_text(text);
                continue;
            }
            let number = match self.numbers.read(place_in_row, text, condition.column_type) {
                Ok(number) => number,
                Err(accepted) => {
                    let name = &condition.column.column;
                    let message = format!("`{text}` can't be compared with `{name}`, which takes {accepted}");
                    self.wrong(Code::BadRateTable, message, self.cell(place, text), "");
                    continue;
                }
            };
            match column.end {
                CellOf::Value => self.codes[condition.slot] = condition.dictionary.add_number(number),
                CellOf::Low => self.intervals[condition.slot].low = number,
                CellOf::Below => self.intervals[condition.slot].below = number,
                CellOf::Last => self.intervals[condition.slot].below = number + 1,
            }
        }
        let value = self.value(cells[table.value_at], place).unwrap_or_default();
        let byte = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        let span = (byte(place.start), byte(place.end));
        rows.push(&Row { codes: &self.codes, intervals: &self.intervals, value, line: *line, span });
    }

    /// The value of a row, as a rule writes it.
    fn value(&mut self, text: &str, place: &Range<usize>) -> Option<Decimal> {
        let (text, request) = (text.trim(), self.table.request);
        match self.values.get(text, || cell_value(request.number, &request.value.value, text)) {
            Ok(value) => Some(value),
            Err((code, message, help)) => {
                let place = if text.is_empty() { place.clone() } else { self.cell(place, text) };
                self.wrong(code, message, place, &help);
                None
            }
        }
    }

    /// Where a cell of this text is in a record.
    fn cell(&self, record: &Range<usize>, text: &str) -> Range<usize> {
        match self.table.text[record.clone()].find(text) {
            Some(position) => record.start + position..record.start + position + text.len(),
            None => record.clone(),
        }
    }

    fn wrong(&mut self, code: Code, message: String, range: Range<usize>, help: &str) {
        if self.found.len() == SHOWN {
            self.beyond += 1;
            return;
        }
        let error = Diagnostic::error(code, message).at(Span { file: self.table.file, range }, "");
        self.found.push(if help.is_empty() { error } else { error.help(help) });
    }

    /// A quote that opens in the last record and never closes.
    fn unclosed(&mut self, rows: &Rows) {
        let Some(last) = rows.len().checked_sub(1) else { return };
        let (start, end) = rows.span(last);
        let place = start as usize..end as usize;
        let last = &self.table.text[place.clone()];
        let opens = last.starts_with('"') || last.contains(",\"");
        if opens && last.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
            let message = format!("a quote opens in {} and never closes", self.table.request.path.value);
            self.wrong(Code::UnclosedQuote, message, place, "a quote in a cell is doubled");
        }
    }
}

/// The line that begins at a place.
fn line_range(text: &str, start: usize) -> Range<usize> {
    let rest = &text[start..];
    start..start + rest.find(['\r', '\n']).unwrap_or(rest.len())
}
