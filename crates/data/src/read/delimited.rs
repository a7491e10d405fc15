//! Delimited text: CSV, TSV and their kin.
//!
//! The `csv` crate splits records into cells. A small automaton of
//! its quoting rules cuts the file into blocks of whole records before, so that blocks can be split in parallel.

use std::borrow::Cow;
use std::collections::BTreeSet;

use csv::{ErrorKind, ReaderBuilder, StringRecord, Terminator};

use super::cells::{CellColumns, clean};
use super::format::{Format, Packed};
use super::input::{self, Block, Blocks, RecordEnds, TextInput};
use super::ordered::{Delivery, Part, in_order};
use super::{Done, Header, RawColumn, RawType, Request, Sink, SourceFile, fault};
use apportion_base::diagnostic::Diagnostic;
use apportion_book::Source;

/// Bytes of a block: some ten thousand records. A fuzzer's small files should have many.
const BLOCK: usize = if cfg!(fuzzing) { 16 } else { 8 << 20 };
/// Bytes read for a header.
const HEADER_BLOCK: usize = if cfg!(fuzzing) { 16 } else { 1 << 16 };

/// Names of the first record, trimmed, those without a name left out.
pub(super) fn header(file: &SourceFile, source: &Source) -> Result<Header, Diagnostic> {
    let (mut blocks, dialect) = open(file, source, HEADER_BLOCK)?;
    let names = match first_record(file, source, &mut blocks, dialect)? {
        Some((names, _)) => names,
        None => Vec::new(),
    };
    let mut seen = BTreeSet::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        if !seen.insert(name) {
            return Err(fault::duplicate_column(file, name));
        }
    }
    let named = names.into_iter().filter(|name| !name.is_empty());
    Ok(Header { columns: named.map(|name| RawColumn { name, ty: RawType::Cells }).collect() })
}

pub(super) fn rows(request: Request<'_>, sink: &mut Sink<'_>) -> Result<Done, Diagnostic> {
    let Request { file, source, .. } = request;
    let (mut blocks, dialect) = open(file, source, BLOCK)?;
    let hash = blocks.hash();
    let Some((names, first)) = first_record(file, source, &mut blocks, dialect)? else {
        return Err(fault::empty_file(file));
    };
    let places = request
        .names()
        .into_iter()
        .map(|wanted| names.iter().position(|name| name == wanted))
        .collect::<Option<Vec<usize>>>()
        .ok_or_else(|| fault::unreadable(file, "its header changed while it was read"))?;
    let mut first = Some(first);
    let mut delivery = Delivery { request, expected: names.len(), sink, records: 0 };
    in_order(
        || match first.take() {
            Some(block) => Ok(Some(block)),
            None => blocks.next().map_err(|error| input::read_fault(file, source, &error)),
        },
        |block| split(file, &block, dialect, names.len(), &places),
        |reason| fault::unreadable(file, reason),
        |part| delivery.take(part),
    )?;
    Ok(Done { rows: delivery.records, sha256: hash.hex() })
}

#[derive(Debug, Clone, Copy)]
struct Dialect {
    delimiter: u8,
    quote: u8,
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

fn open(file: &SourceFile, source: &Source, block: usize) -> Result<(Blocks<Quoted>, Dialect), Diagnostic> {
    let (delimiter, packed) = match file.format {
        Format::Delimited { delimiter, packed } => (delimiter, packed),
        _ => (b',', Packed::Plain),
    };
    let dialect = Dialect { delimiter: source.delimiter.unwrap_or(delimiter), quote: source.quote };
    let input = TextInput::open(file, source, packed)?;
    Ok((Blocks::new(input, Quoted { dialect, state: State::CellStart }, block), dialect))
}

/// The names in the first record and the rest of its block; `None` for a text without a record.
fn first_record(
    file: &SourceFile,
    source: &Source,
    blocks: &mut Blocks<Quoted>,
    dialect: Dialect,
) -> Result<Option<(Vec<String>, Block)>, Diagnostic> {
    while let Some(mut block) = blocks.next().map_err(|error| input::read_fault(file, source, &error))? {
        let mut reader = dialect.reader(&block.bytes);
        let mut record = StringRecord::new();
        let found = loop {
            match reader.read_record(&mut record) {
                Ok(true) if is_blank_line(&record) => {}
                Ok(found) => break found,
                Err(_) => {
                    return Err(fault::bad_encoding(file, input::encoding_name(source.encoding), Some(0)));
                }
            }
        };
        if !found {
            continue;
        }
        let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(block.bytes.len());
        if block.open_quote && end == block.bytes.len() {
            return Err(fault::unclosed_quote(file, source.quote, 0));
        }
        block.bytes.drain(..end);
        return Ok(Some((record.iter().map(|name| name.trim().to_owned()).collect(), block)));
    }
    Ok(None)
}

/// Whether a record is but the CR of a line that ends in CRLF.
fn is_blank_line(record: &StringRecord) -> bool {
    record.len() == 1 && record.get(0) == Some("\r")
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

/// The wanted cells of a block.
fn split(
    file: &SourceFile,
    block: &Block,
    dialect: Dialect,
    width: usize,
    places: &[usize],
) -> Result<Part, Diagnostic> {
    let bytes = without_a_start(&block.bytes);
    let mut reader = dialect.reader(&bytes);
    let mut record = StringRecord::new();
    let mut columns = CellColumns::new(places.len());
    let mut part = Part { open_quote: block.open_quote, ..Part::default() };
    loop {
        let number = part.rows as u64 + part.ragged.len() as u64;
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) if is_blank_line(&record) => continue,
            Ok(true) => {}
            Err(error) if matches!(error.kind(), ErrorKind::Utf8 { .. }) => {
                part.no_text = Some(number);
                break;
            }
            Err(error) => return Err(fault::unreadable(file, error)),
        }
        if record.len() != width {
            part.ragged.push((number, record.len()));
            continue;
        }
        for (column, &place) in places.iter().enumerate() {
            columns.push(column, record.get(place).and_then(clean));
        }
        part.rows += 1;
    }
    part.columns = columns.finish();
    Ok(part)
}

/// Where records end, by the quoting rules of the `csv` crate: a quote counts where a cell starts, and twice inside
/// quotes it is one quote.
struct Quoted {
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

impl Quoted {
    fn step(&self, state: State, byte: u8) -> State {
        let Dialect { delimiter, quote } = self.dialect;
        match state {
            State::InQuotes if byte == quote => State::AfterQuote,
            State::InQuotes => State::InQuotes,
            State::CellStart | State::AfterQuote if byte == quote => State::InQuotes,
            _ if byte == delimiter || byte == b'\n' => State::CellStart,
            _ => State::Bare,
        }
    }
}

impl RecordEnds for Quoted {
    fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        // Most blocks of most files have no quote.
        if self.state != State::InQuotes && !bytes.contains(&self.dialect.quote) {
            if let Some(&last) = bytes.last() {
                self.state = self.step(State::Bare, last);
            }
            return bytes.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
        }
        let mut end = None;
        let mut state = self.state;
        for (at, &byte) in bytes.iter().enumerate() {
            if byte == b'\n' && state != State::InQuotes {
                end = Some(at + 1);
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
