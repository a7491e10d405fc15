//! Delimited text: CSV, TSV and their kin.
//!
//! The `csv` crate splits records into cells. A small automaton of
//! its quoting rules cuts the file into blocks of whole records before, so that blocks can be split in parallel.

use std::borrow::Cow;
use std::sync::OnceLock;

use csv::{ByteRecord, ReaderBuilder, Terminator};
use memchr::{memchr, memchr2_iter, memrchr};

use super::chunk::{FileSummary, RecordFault, Sink};
use super::file::SourceFile;
use super::format::{Compression, Format};
use super::header::Header;
use super::input::{self, Block, Blocks, MOST_BYTES, RecordEnds, TextInput};
use super::ordered::{Delivery, Part, Stop, in_order};
use super::quotes::{Quoting, holds_records, quoting};
use super::raw_columns::{RawColumns, clean_bytes};
use super::request::Request;
use super::{FileLayout, fault};
use crate::staging::MOST_REJECTS;
use apportion_base::diagnostic::Diagnostic;
use apportion_book::{HeaderRow, Source, TableEnd};

/// Bytes of a block: some ten thousand records. A fuzzer's small files should have many.
const BLOCK: usize = if cfg!(fuzzing) { 16 } else { 8 << 20 };
/// Bytes read for a header.
const HEADER_BLOCK: usize = if cfg!(fuzzing) { 16 } else { 1 << 16 };

/// Names of the header row, trimmed.
pub(super) fn header(file: &SourceFile, source: &Source) -> Result<Header, Diagnostic> {
    let (mut blocks, dialect) = open(file, source, HEADER_BLOCK)?;
    let start = start(file, source, &mut blocks, dialect)?;
    Ok(Header::untyped(start.map(|start| start.names).unwrap_or_default()))
}

/// Delimiter and header row, as they are found.
pub(super) fn layout(file: &SourceFile, source: &Source) -> Result<FileLayout, Diagnostic> {
    let (mut blocks, dialect) = open(file, source, HEADER_BLOCK)?;
    let start = start(file, source, &mut blocks, dialect)?;
    let named = matches!(source.layout.header, HeaderRow::Names(_));
    // A name may have line breaks in it; its row is the one on which the header begins.
    let broken = |names: &[String]| names.iter().map(|name| name.matches('\n').count() as u64).sum::<u64>();
    let header_row =
        start.filter(|_| !named).map(|start| (start.next - 1).saturating_sub(broken(&start.names)));
    Ok(FileLayout {
        delimiter: Some(char::from(dialect.delimiter)),
        names_delimiter: dialect.named,
        header_row,
        ..FileLayout::of(file.format)
    })
}

pub(super) fn rows(request: Request<'_>, sink: &mut Sink<'_>) -> Result<FileSummary, Diagnostic> {
    let Request { file, source, .. } = request;
    let (mut blocks, dialect) = open(file, source, BLOCK)?;
    let hash = blocks.hash();
    let Some(Start { names, rest, next }) = start(file, source, &mut blocks, dialect)? else {
        return Err(fault::empty_file(file));
    };
    let places = request
        .names()
        .into_iter()
        .map(|wanted| names.iter().position(|name| name == wanted))
        .collect::<Option<Vec<usize>>>()
        .ok_or_else(|| fault::unreadable(file, "its header changed while it was read"))?;
    let mut first = Some(rest);
    let mut delivery = Delivery::new(request, sink, next);
    let splitter =
        Splitter { file, source, dialect, names: &names, places: &places, has_quoted: OnceLock::new() };
    in_order(
        || match first.take() {
            Some(block) => Ok(Some(block)),
            None => blocks.next().map_err(|error| input::read_fault(file, source, &error)),
        },
        |block| splitter.split(&block),
        |reason| fault::unreadable(file, reason),
        |part| delivery.take(part),
    )?;
    Ok(delivery.done(hash.hex()))
}

#[derive(Debug, Clone, Copy)]
struct Dialect {
    delimiter: u8,
    quote: u8,
    /// The first line names the delimiter.
    named: bool,
}

impl Dialect {
    fn reader(self, bytes: &[u8]) -> csv::Reader<&[u8]> {
        ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .quote(self.quote)
            // a CR before the LF is an outer blank of the last cell; any other is a character of its cell
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(1 << 16)
            .from_reader(bytes)
    }
}

fn open(
    file: &SourceFile,
    source: &Source,
    block: usize,
) -> Result<(Blocks<QuotedRecords>, Dialect), Diagnostic> {
    let (delimiter, packed) = match file.format {
        Format::Delimited { delimiter, packed } => (delimiter, packed),
        _ => (b',', Compression::Plain),
    };
    let mut input = TextInput::open(file, source, packed)?;
    let first = input.peek().map_err(|error| input::read_fault(file, source, &error))?;
    let named = named_delimiter(&first).filter(|delimiter| *delimiter != source.quote);
    let delimiter = named.or(source.delimiter).unwrap_or(delimiter);
    let dialect = Dialect { delimiter, quote: source.quote, named: named.is_some() };
    Ok((Blocks::new(input, QuotedRecords { dialect, state: State::CellStart }, block), dialect))
}

/// The delimiter that a first line `sep=;` names, with which spreadsheets begin what they export.
fn named_delimiter(first: &[u8]) -> Option<u8> {
    let first = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first);
    let line = first.split(|byte| *byte == b'\n').next()?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line {
        [s, e, p, b'=', delimiter]
            if [*s, *e, *p].eq_ignore_ascii_case(b"sep") && delimiter.is_ascii() && *delimiter != 0 =>
        {
            Some(*delimiter)
        }
        _ => None,
    }
}

/// Where the data begin.
struct Start {
    names: Vec<String>,
    rest: Block,
    /// The line on which the rest begins; 1 is the first of the file.
    next: u64,
}

/// Looks for the header row; `None` for a text without one.
fn start(
    file: &SourceFile,
    source: &Source,
    blocks: &mut Blocks<QuotedRecords>,
    dialect: Dialect,
) -> Result<Option<Start>, Diagnostic> {
    let mut before = 0;
    let mut named = dialect.named;
    let mut other = None;
    while let Some(mut block) = blocks.next().map_err(|error| input::read_fault(file, source, &error))? {
        if block.too_long {
            return Err(fault::record_too_long(file, before + 1));
        }
        if named && let Some(end) = block.bytes.iter().position(|byte| *byte == b'\n') {
            // kept as a blank line, so that lines are counted as they are
            block.bytes.drain(..end);
            named = false;
        } else if named {
            continue;
        }
        if let HeaderRow::Names(names) = &source.layout.header {
            return Ok(Some(Start { names: names.value.clone(), rest: block, next: before + 1 }));
        }
        if let Some((names, end, lines)) = header_in(file, source, &block, dialect, before)? {
            block.bytes.drain(..end);
            return Ok(Some(Start { names, rest: block, next: before + lines + 1 }));
        }
        if let HeaderRow::Text(text) = &source.layout.header {
            other = other.or_else(|| other_delimiter(&block.bytes, &text.value, dialect));
        }
        before += block.lines();
    }
    match &source.layout.header {
        HeaderRow::Number(row) if before > 0 => {
            let what = format!("it has no row {} with a text", row.value);
            Err(fault::no_header(file, row.span.clone(), &what))
        }
        HeaderRow::Text(text) if before > 0 => {
            let fault = fault::no_header(file, text.span.clone(), &format!("no cell is `{}`", text.value));
            Err(match other {
                Some(other) => fault.help(format!(
                    "with {other} between the cells it is one; is the file read with the wrong delimiter? delimiter = {other}"
                )),
                None => fault,
            })
        }
        _ => Ok(None),
    }
}

/// The delimiter, as a project file writes it, by which a text is a cell of some line.
fn other_delimiter(bytes: &[u8], text: &str, dialect: Dialect) -> Option<&'static str> {
    let others = [(b';', "\";\""), (b',', "\",\""), (b'\t', "\"\\t\""), (b'|', "\"|\"")];
    let mut others = others.into_iter().filter(|(other, _)| *other != dialect.delimiter);
    let found = others.find(|(other, _)| {
        let mut reader = Dialect { delimiter: *other, ..dialect }.reader(bytes);
        let mut record = ByteRecord::new();
        while reader.read_byte_record(&mut record).is_ok_and(|read| read) {
            if record.len() > 1 && record.iter().any(|cell| String::from_utf8_lossy(cell).trim() == text) {
                return true;
            }
        }
        false
    });
    found.map(|(_, shown)| shown)
}

/// The header row in a block that begins after so many lines: its names, and the bytes and lines up to its end.
fn header_in(
    file: &SourceFile,
    source: &Source,
    block: &Block,
    dialect: Dialect,
    before: u64,
) -> Result<Option<(Vec<String>, usize, u64)>, Diagnostic> {
    let mut reader = dialect.reader(&block.bytes);
    let mut record = ByteRecord::new();
    loop {
        let (line, byte) = (reader.position().line(), position(&reader));
        if !reader.read_byte_record(&mut record).map_err(|error| fault::unreadable(file, error))? {
            return Ok(None);
        }
        let end = position(&reader).min(block.bytes.len());
        let row = before + line + blank_lines(&block.bytes, byte);
        let found = match &source.layout.header {
            HeaderRow::First => !is_blank_line(&record),
            HeaderRow::Number(number) if row > u64::from(number.value) => return Ok(None),
            HeaderRow::Number(number) => row == u64::from(number.value) && !is_blank(&record),
            HeaderRow::Text(text) => {
                record.iter().any(|cell| String::from_utf8_lossy(cell).trim() == text.value)
            }
            HeaderRow::Names(_) => true,
        };
        if !found {
            continue;
        }
        if block.open_quote && end == block.bytes.len() {
            return Err(fault::unclosed_quote(file, source.quote, row));
        }
        if has_lone_return(block.bytes.get(byte..end).unwrap_or_default(), dialect.quote) {
            return Err(fault::lone_returns(file));
        }
        // A name that is no text can't be meant; another column of the file can.
        let names = record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        return Ok(Some((names, end, reader.position().line() - 1)));
    }
}

/// Whether a record has a carriage return outside of quotes that ends no line of it.
fn has_lone_return(record: &[u8], quote: u8) -> bool {
    let record = record.trim_ascii_end();
    let mut quoted = false;
    record.iter().enumerate().any(|(index, byte)| {
        quoted ^= *byte == quote;
        !quoted && *byte == b'\r' && record.get(index + 1) != Some(&b'\n')
    })
}

fn position(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

/// Blank lines before the record that is read next, which the `csv` crate passes over.
fn blank_lines(bytes: &[u8], byte: usize) -> u64 {
    let rest = bytes.get(byte..).unwrap_or_default();
    rest.iter().take_while(|byte| **byte == b'\n').count() as u64
}

/// Whether a record has no cell with a text.
fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(|cell| {
        cell.trim_ascii().is_empty() || std::str::from_utf8(cell).is_ok_and(|cell| cell.trim().is_empty())
    })
}

/// Whether a record is but the CR of a line that ends in CRLF.
fn is_blank_line(record: &ByteRecord) -> bool {
    record.len() == 1 && record.get(0) == Some(b"\r")
}

/// The bytes of a block that follows others. The `csv` crate takes a byte-order mark off whatever it is given: amid a
/// file (where two were joined) it is part of a cell, and must be so wherever blocks begin. A blank line is no
/// record.
fn without_a_start(bytes: &[u8]) -> Cow<'_, [u8]> {
    match bytes.starts_with(b"\xEF\xBB\xBF") {
        true => Cow::Owned([b"\n", bytes].concat()),
        false => Cow::Borrowed(bytes),
    }
}

/// What turns blocks into parts.
struct Splitter<'a> {
    file: &'a SourceFile,
    source: &'a Source,
    dialect: Dialect,
    names: &'a [String],
    /// Of the wanted columns.
    places: &'a [usize],
    /// Whether a cell of the file is quoted: looked up where a quote is in a cell that is not.
    has_quoted: OnceLock<bool>,
}

impl Splitter<'_> {
    /// The wanted cells of a block.
    fn split(&self, block: &Block) -> Result<Part, Diagnostic> {
        if block.too_long {
            let stopped = Some((0, Stop::TooLong));
            return Ok(Part { length: block.lines(), stopped, ..Part::default() });
        }
        // As a whole, which is quicker than cell by cell: nearly all blocks are text.
        match self.split_as(block, Check::AtEnd)? {
            Some(part) => Ok(part),
            None => self
                .split_as(block, Check::EachCell)?
                .ok_or_else(|| fault::unreadable(self.file, "a cell that is text is none")),
        }
    }

    /// The same; `None` where a wanted cell is no text, and that is checked at the end.
    fn split_as(&self, block: &Block, check: Check) -> Result<Option<Part>, Diagnostic> {
        let mut cells = Cells { splitter: self, check, columns: RawColumns::new(self.places.len()) };
        let mut part = Part { length: block.lines(), ..Part::default() };
        let has_quotes = memchr(self.dialect.quote, &block.bytes).is_some();
        if has_quotes || self.source.layout.ends.is_some() {
            self.split_records(block, has_quotes, &mut cells, &mut part)?;
        } else {
            self.split_lines(&block.bytes, &mut cells, &mut part);
        }
        Ok(cells.columns.finish().map(|columns| Part { columns, ..part }))
    }

    /// Of a block without quotes, in which each line is a record.
    fn split_lines(&self, bytes: &[u8], cells: &mut Cells, part: &mut Part) {
        let mut record: Vec<&[u8]> = Vec::with_capacity(self.names.len());
        let (mut line, mut cell) = (0, 0);
        let mut number = 0;
        // A last line without an end has one at the end of the bytes.
        let ends = memchr2_iter(self.dialect.delimiter, b'\n', bytes);
        let unended = bytes.last().is_some_and(|byte| *byte != b'\n').then_some(bytes.len());
        for end in ends.chain(unended) {
            record.push(&bytes[cell..end]);
            cell = end + 1;
            if bytes.get(end) == Some(&self.dialect.delimiter) {
                continue;
            }
            let raw = &bytes[line..end];
            let go_on = match &record[..] {
                [b"" | b"\r"] => true,
                [_] if self.names.len() > 1 && raw.trim_ascii().is_empty() => true,
                _ if raw.len() > MOST_BYTES => {
                    part.stopped = Some((number, Stop::TooLong));
                    false
                }
                _ => cells.push(number, record.len(), |place| record.get(place).copied(), part),
            };
            if !go_on {
                break;
            }
            record.clear();
            line = cell;
            number += 1;
        }
    }

    /// Of a block with quotes, or of a table that ends before its file.
    fn split_records(
        &self,
        block: &Block,
        has_quotes: bool,
        cells: &mut Cells,
        part: &mut Part,
    ) -> Result<(), Diagnostic> {
        let bytes = without_a_start(&block.bytes);
        // A line that was put before is none of the block's.
        let shift = if matches!(bytes, Cow::Owned(_)) { 2 } else { 1 };
        let mut reader = self.dialect.reader(&bytes);
        let mut record = ByteRecord::new();
        let ends = self.source.layout.ends.as_ref().map(|ends| &ends.value);
        let mut last = 0;
        loop {
            let (line, byte) = (reader.position().line(), position(&reader));
            if !reader.read_byte_record(&mut record).map_err(|error| fault::unreadable(self.file, error))? {
                break;
            }
            let blank_lines = blank_lines(&bytes, byte);
            let number = (line + blank_lines).saturating_sub(shift);
            if let Some(ends) = ends {
                let blank = is_blank(&record);
                let after_blank = blank_lines > u64::from(byte == 0 && shift == 2);
                part.ends = part.ends || ends_at(ends, &record, blank, after_blank);
                part.filled += u64::from(!blank);
                if part.ends {
                    part.passed_over += u64::from(!blank);
                    continue;
                }
            }
            if is_blank_line(&record) {
                continue;
            }
            let end = position(&reader).min(bytes.len());
            let raw = bytes.get(byte..end).unwrap_or_default();
            // Of a table of several columns, a line of blanks is a blank line: no record of it has one cell.
            if record.len() == 1 && self.names.len() > 1 && raw.trim_ascii().is_empty() {
                continue;
            }
            last = number;
            if raw.len() > MOST_BYTES {
                part.stopped = Some((number, Stop::TooLong));
                break;
            }
            if has_quotes {
                // The line after the record has begun where the record ended with its line.
                let next = reader.position().line().saturating_sub(shift);
                let last = if raw.ends_with(b"\n") { next.saturating_sub(1) } else { next };
                if self.is_misquoted(raw) {
                    part.broken.push((number, RecordFault::BadQuote { last }));
                    continue;
                }
                let Dialect { delimiter, quote, .. } = self.dialect;
                if last > number && holds_records(raw, self.names.len(), (delimiter, quote)) {
                    part.lines_in_cells.push((number, last));
                }
            }
            if !cells.push(number, record.len(), |place| record.get(place), part) {
                break;
            }
        }
        if block.open_quote && !part.ends && part.stopped.is_none() {
            part.stopped = Some((last, Stop::OpenQuote));
        }
        Ok(())
    }

    /// Whether a quote of a record is where none should be.
    fn is_misquoted(&self, raw: &[u8]) -> bool {
        match quoting(raw, self.dialect.delimiter, self.dialect.quote) {
            Quoting::None | Quoting::Quoted => false,
            Quoting::AfterQuote => true,
            Quoting::Bare { quoted } => quoted || *self.has_quoted.get_or_init(|| self.looks_quoted()),
        }
    }

    /// Whether a cell of the file is quoted. A file that can't be read says so where it is read.
    fn looks_quoted(&self) -> bool {
        let Ok((mut blocks, dialect)) = open(self.file, self.source, BLOCK) else { return false };
        while let Ok(Some(block)) = blocks.next() {
            if !block.bytes.contains(&dialect.quote) {
                continue;
            }
            let bytes = without_a_start(&block.bytes);
            let mut reader = dialect.reader(&bytes);
            let mut record = ByteRecord::new();
            let mut byte = 0;
            while let Ok(true) = reader.read_byte_record(&mut record) {
                let end = position(&reader).min(bytes.len());
                let raw = bytes.get(byte..end).unwrap_or_default();
                match quoting(raw, dialect.delimiter, dialect.quote) {
                    Quoting::None | Quoting::Bare { quoted: false } => {}
                    Quoting::Quoted | Quoting::AfterQuote | Quoting::Bare { quoted: true } => return true,
                }
                byte = end;
            }
        }
        false
    }
}

/// When it is checked that wanted cells are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    AtEnd,
    EachCell,
}

/// The wanted cells of a block, column by column.
struct Cells<'a> {
    splitter: &'a Splitter<'a>,
    check: Check,
    columns: RawColumns,
}

impl Cells<'_> {
    /// Adds the record of this number, whose cells are asked for by their places, or notes what is wrong with it; `false` where the
    /// reading of the block ends.
    fn push<'r>(
        &mut self,
        number: u64,
        length: usize,
        cell_at: impl Fn(usize) -> Option<&'r [u8]>,
        part: &mut Part,
    ) -> bool {
        let Splitter { names, places, .. } = self.splitter;
        if length != names.len() {
            let fault = RecordFault::Ragged { cells: length, expected: names.len() };
            part.broken.push((number, fault));
            // The file is refused for so many.
            return part.broken.len() <= MOST_REJECTS;
        }
        for (column, &place) in places.iter().enumerate() {
            let cell = cell_at(place);
            if self.check == Check::EachCell && cell.is_some_and(|cell| std::str::from_utf8(cell).is_err()) {
                part.stopped = Some((number, Stop::NoText(names[place].clone())));
                return false;
            }
            self.columns.push(column, cell.and_then(clean_bytes));
        }
        part.numbers.push(number);
        part.rows += 1;
        true
    }
}

/// Whether a table ends at a record; `after_blank`: a blank line comes before it.
fn ends_at(ends: &TableEnd, record: &ByteRecord, blank: bool, after_blank: bool) -> bool {
    match ends {
        TableEnd::BlankRow => blank || after_blank,
        TableEnd::Text(text) => {
            let first = record.get(0).map(String::from_utf8_lossy).unwrap_or_default();
            first.trim().starts_with(text.as_str())
        }
    }
}

/// Where records end, by the quoting rules of the `csv` crate: a quote counts where a cell starts, and twice inside
/// quotes it is one quote.
struct QuotedRecords {
    dialect: Dialect,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Bare,
    InQuotes,
    /// After a quote inside quotes: it closes the cell, unless another quote follows.
    AfterQuote,
}

impl QuotedRecords {
    fn step(&self, state: State, byte: u8) -> State {
        let Dialect { delimiter, quote, .. } = self.dialect;
        match state {
            State::InQuotes if byte == quote => State::AfterQuote,
            State::InQuotes => State::InQuotes,
            State::CellStart | State::AfterQuote if byte == quote => State::InQuotes,
            _ if byte == delimiter || byte == b'\n' => State::CellStart,
            _ => State::Bare,
        }
    }
}

impl RecordEnds for QuotedRecords {
    fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        // Most blocks of most files have no quote.
        if self.state != State::InQuotes && memchr(self.dialect.quote, bytes).is_none() {
            if let Some(&last) = bytes.last() {
                self.state = self.step(State::Bare, last);
            }
            return memrchr(b'\n', bytes).map(|index| index + 1);
        }
        let mut end = None;
        let mut state = self.state;
        for (index, &byte) in bytes.iter().enumerate() {
            if byte == b'\n' && state != State::InQuotes {
                end = Some(index + 1);
            }
            state = self.step(state, byte);
        }
        self.state = state;
        end
    }

    fn open_quote(&self) -> bool {
        self.state == State::InQuotes
    }
}
