//! Newline-delimited JSON: one object a line.
//!
//! All columns are untyped cells: text as it is, numbers digit for digit as written (an exponent gets its sign),
//! `true` and `false`, arrays and objects as their JSON text; `null` and a key that a record lacks are null. A number
//! has a decimal point whatever texts have, so beside texts with a decimal comma it gets a mark (see
//! [`cells`](super::cells)). The header is the union of the keys of all records in order of first appearance, so the
//! file is read twice.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::cells::{CellColumns, clean, json_number};
use super::chunk::{FileSummary, RecordFault, Sink};
use super::fault;
use super::file::SourceFile;
use super::format::{Compression, Format};
use super::header::Header;
use super::input::{self, Block, Blocks, Lines, MOST_BYTES, TextInput};
use super::ordered::{Delivery, Part, Stop, in_order};
use super::request::Request;
use apportion_base::diagnostic::Diagnostic;
use apportion_book::Source;

/// Bytes of a block: some ten thousand records. A fuzzer's small files should have many.
const BLOCK: usize = if cfg!(fuzzing) { 32 } else { 8 << 20 };

pub(super) fn header(file: &SourceFile, source: &Source) -> Result<Header, Diagnostic> {
    let mut blocks = open(file, source)?;
    let mut names: Vec<String> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let (mut records, mut objects) = (false, false);
    while let Some(block) = blocks.next().map_err(|error| input::read_fault(file, source, &error))? {
        if block.too_long {
            return Err(fault::record_too_long(file, 0));
        }
        for (_, line) in lines(&block.bytes) {
            records = true;
            let Some(keys) = std::str::from_utf8(line).ok().and_then(keys) else { continue };
            objects = true;
            for (index, key) in keys.into_iter().enumerate() {
                // records mostly have the same keys in the same order
                let named = names.get(index).is_some_and(|name| *name == key) || known.contains(key.as_ref());
                if !named && !key.is_empty() {
                    names.push(key.clone().into_owned());
                    known.insert(key.into_owned());
                }
            }
        }
    }
    if records && !objects {
        return Err(fault::unreadable(file, "none of its lines is a JSON object")
            .help("one object a line is expected, not one array or an object over several lines"));
    }
    Ok(Header::untyped(names))
}

pub(super) fn rows(request: Request<'_>, sink: &mut Sink<'_>) -> Result<FileSummary, Diagnostic> {
    let Request { file, source, header, wanted, .. } = request;
    let mut blocks = open(file, source)?;
    let hash = blocks.hash();
    let layout = Layout::new(header, wanted, source.numbers.have_commas());
    let mut delivery = Delivery::new(request, sink, 1);
    in_order(
        || blocks.next().map_err(|error| input::read_fault(file, source, &error)),
        |block| Ok(split(&block, &layout)),
        |reason| fault::unreadable(file, reason),
        |part| delivery.take(part),
    )?;
    Ok(delivery.done(hash.hex()))
}

fn open(file: &SourceFile, source: &Source) -> Result<Blocks<Lines>, Diagnostic> {
    let packed = match file.format {
        Format::Ndjson { packed } => packed,
        _ => Compression::Plain,
    };
    let input = TextInput::open(file, source, packed)?;
    Ok(Blocks::new(input, Lines, BLOCK))
}

/// The lines that are not blank, each with its number from 0.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let lines = (0..).zip(bytes.split(|byte| *byte == b'\n'));
    lines.map(|(number, line)| (number, line.trim_ascii())).filter(|(_, line)| !line.is_empty())
}

/// Where the keys of a record go.
struct Layout<'h> {
    names: Vec<&'h str>,
    place: HashMap<&'h str, usize>,
    /// By column of the header: its place among the wanted.
    slot: Vec<Option<usize>>,
    wanted: usize,
    /// Texts have another notation than numbers, so numbers are marked.
    mark_numbers: bool,
}

impl<'h> Layout<'h> {
    fn new(header: &'h Header, wanted: &[usize], mark_numbers: bool) -> Self {
        let names: Vec<&str> = header.columns.iter().map(|column| column.name.as_str()).collect();
        let place = names.iter().enumerate().map(|(index, name)| (*name, index)).collect();
        let slot = (0..names.len()).map(|index| wanted.iter().position(|w| *w == index)).collect();
        Self { names, place, slot, wanted: wanted.len(), mark_numbers }
    }

    /// The column of a key, which is most likely the one at `hint`.
    fn column(&self, key: &str, hint: usize) -> Option<usize> {
        match self.names.get(hint) {
            Some(name) if *name == key => Some(hint),
            _ => self.place.get(key).copied(),
        }
    }
}

/// The wanted cells of some lines.
fn split(block: &Block, layout: &Layout<'_>) -> Part {
    let mut columns = CellColumns::new(layout.wanted);
    let mut part = Part { length: block.lines(), ..Part::default() };
    if block.too_long {
        part.stopped = Some((0, Stop::TooLong));
    }
    let mut record = Record::new(layout);
    for (number, line) in lines(&block.bytes) {
        if line.len() > MOST_BYTES {
            part.stopped = Some((number, Stop::TooLong));
            break;
        }
        let Ok(line) = std::str::from_utf8(line) else {
            part.stopped = Some((number, Stop::NoText(String::new())));
            break;
        };
        if !record.read(line) {
            let fault = RecordFault::Ragged { cells: record.members, expected: layout.names.len() };
            part.broken.push((number, fault));
            if part.broken.len() > crate::staging::MOST_REJECTS {
                // The file is refused for them.
                break;
            }
            continue;
        }
        for (column, cell) in record.cells.iter().enumerate() {
            columns.push(column, cell.as_deref().and_then(clean));
        }
        part.numbers.push(number);
        part.rows += 1;
    }
    part.columns = columns.finish();
    part
}

/// The record being read; kept from line to line for its memory.
struct Record<'l, 'h> {
    layout: &'l Layout<'h>,
    cells: Vec<Option<String>>,
    /// By column of the header: the line in which it was last seen.
    seen: Vec<u64>,
    line: u64,
    members: usize,
    twice: bool,
}

impl<'l, 'h> Record<'l, 'h> {
    fn new(layout: &'l Layout<'h>) -> Self {
        let (cells, seen) = (vec![None; layout.wanted], vec![0; layout.names.len()]);
        Self { layout, cells, seen, line: 0, members: 0, twice: false }
    }

    /// Reads a line; false where it is no JSON object, or has a key twice.
    fn read(&mut self, line: &str) -> bool {
        self.line += 1;
        self.members = 0;
        self.twice = false;
        self.cells.fill(None);
        let mut json = serde_json::Deserializer::from_str(line);
        let read = (&mut *self).deserialize(&mut json).is_ok() && json.end().is_ok();
        read && !self.twice
    }
}

impl<'de> DeserializeSeed<'de> for &mut Record<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Record<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key_seed(Key)? {
            let column = self.layout.column(&key, self.members);
            self.members += 1;
            if let Some(seen) = column.and_then(|index| self.seen.get_mut(index)) {
                self.twice |= std::mem::replace(seen, self.line) == self.line;
            }
            let slot = column.and_then(|index| self.layout.slot.get(index).copied().flatten());
            match slot.and_then(|slot| self.cells.get_mut(slot)) {
                Some(cell) => *cell = cell_text(map.next_value()?, self.layout.mark_numbers),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

fn cell_text(value: Value, mark_numbers: bool) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        Value::Number(number) if mark_numbers => Some(json_number(number.as_str())),
        Value::Number(number) => Some(number.as_str().to_owned()),
        other => Some(other.to_string()),
    }
}

/// The keys of a line, if it is a JSON object.
fn keys(line: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut json = serde_json::Deserializer::from_str(line);
    let keys = json.deserialize_map(Keys).ok()?;
    json.end().ok().map(|()| keys)
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Vec<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut keys = Vec::new();
        while let Some(key) = map.next_key_seed(Key)? {
            keys.push(key);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(keys)
    }
}

/// A key, borrowed from its line unless it has escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}
