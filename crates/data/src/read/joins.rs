//! Look-ups into other files: the `joins` of a source.
//!
//! The other files are read once, as a whole, when the first row is to be joined.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, ArrayRef, StringArray, UInt64Array, new_null_array};
use arrow::compute::{concat, take};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use foldhash::{HashMap, HashMapExt};

use super::chunk::FileSummary;
use super::file::SourceFile;
use super::header::{Header, RawColumn};
use super::{fault, resolve};
use crate::cells::array::Cells;
use crate::nulls::Nulls;
use crate::typed_columns::seen_columns;
use apportion_base::diagnostic::{Code, Diagnostic, nearest};
use apportion_base::notation::Zone;
use apportion_base::world::World;
use apportion_book::{Join, Source};

/// The other files of a source.
#[derive(Debug, Default)]
pub(super) struct Joins {
    /// By join: its files.
    files: Vec<Vec<SourceFile>>,
    header: OnceLock<Result<Header, Diagnostic>>,
    lookups: OnceLock<Result<Arc<Vec<Lookup>>, Diagnostic>>,
}

impl Joins {
    /// Finds the files.
    ///
    /// # Errors
    /// A path that finds nothing.
    pub fn resolve(world: &Arc<dyn World>, root: &Path, source: &Source) -> Result<Self, Vec<Diagnostic>> {
        let files = source.reshape.joins.iter().map(|join| resolve(world, root, &join.source));
        Ok(Self { files: files.collect::<Result<_, _>>()?, ..Self::default() })
    }

    /// The columns that rows get.
    pub fn header(&self, source: &Source) -> Result<Header, Diagnostic> {
        let header = || {
            let mut columns = Vec::new();
            for (index, (join, files)) in source.reshape.joins.iter().zip(&self.files).enumerate() {
                let Some(first) = files.first() else { continue };
                let header = first.header(&join.source)?;
                for (name, column) in join.columns.iter().zip(places(first, join, &header)?.1) {
                    let ty = header.columns[column].ty;
                    columns.push(RawColumn { name: name.value.clone(), ty, join: Some(index) });
                }
            }
            Ok(Header { columns, repeated: Vec::new() })
        };
        self.header.get_or_init(header).clone()
    }

    /// The other files, read.
    pub fn lookups(&self, source: &Source, zone: Option<&Zone>) -> Result<Arc<Vec<Lookup>>, Diagnostic> {
        let lookups = || {
            let joins = source.reshape.joins.iter().zip(&self.files);
            joins
                .map(|(join, files)| Lookup::new(join, files, zone))
                .collect::<Result<Vec<_>, _>>()
                .map(Arc::new)
        };
        self.lookups.get_or_init(lookups).clone()
    }

    /// Path and digest of each file that was read.
    pub fn read(&self) -> Vec<(String, String)> {
        match self.lookups.get() {
            Some(Ok(lookups)) => lookups.iter().flat_map(|lookup| lookup.files.clone()).collect(),
            _ => Vec::new(),
        }
    }
}

/// The places of the compared columns and of those to get in the other file.
fn places(file: &SourceFile, join: &Join, header: &Header) -> Result<(Vec<usize>, Vec<usize>), Diagnostic> {
    let place = |name: &apportion_book::SourceValue<String>| {
        let names = || header.columns.iter().map(|column| column.name.as_str());
        names().position(|known| known == name.value).ok_or_else(|| {
            let twice = header.repeated.contains(&name.value);
            let message = match twice {
                true => format!("{} has two columns named `{}`", file.shown, name.value),
                false => format!("{} has no column `{}`, which the join names", file.shown, name.value),
            };
            let code = if twice { Code::DuplicateColumn } else { Code::MissingColumn };
            let mistake = Diagnostic::error(code, message).at(name.span.clone(), "not in the file");
            match nearest(&name.value, names()) {
                Some(near) => mistake.help(format!("did you mean `{near}`?")),
                None => mistake.help(format!("it has: {}", names().collect::<Vec<_>>().join(", "))),
            }
        })
    };
    let on = join.on.iter().map(|(_, theirs)| place(theirs)).collect::<Result<_, _>>()?;
    let columns = join.columns.iter().map(place).collect::<Result<_, _>>()?;
    Ok((on, columns))
}

/// The rows of other files by what is compared.
#[derive(Debug)]
pub(super) struct Lookup {
    /// By key: the row, or that there are several.
    rows: HashMap<String, Match>,
    columns: Vec<ArrayRef>,
    /// Path and digest of each file.
    files: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    One(u64),
    Several,
}

/// What was found for the rows of a chunk.
pub(super) struct LookupRows {
    /// By row: the row of the lookup.
    rows: UInt64Array,
    /// Rows for which there are several, and what was looked up.
    pub several: Vec<(u32, String)>,
}

impl Lookup {
    fn new(join: &Join, files: &[SourceFile], zone: Option<&Zone>) -> Result<Self, Diagnostic> {
        let nulls = Nulls::new(&join.source);
        let mut lookup = Self { rows: HashMap::new(), columns: Vec::new(), files: Vec::new() };
        let mut parts: Vec<Vec<ArrayRef>> = vec![Vec::new(); join.columns.len()];
        let mut before = 0;
        for file in files {
            let file = &file.clone().dated_in(zone.cloned());
            let header = file.header(&join.source)?;
            let typed = seen_columns(zone, &join.source, &header);
            let (on, columns) = places(file, join, &header)?;
            let mut wanted: Vec<usize> = on.iter().chain(&columns).copied().collect();
            wanted.sort_unstable();
            wanted.dedup();
            let slot = |index: &usize| wanted.binary_search(index).unwrap_or(0);
            let bad = |error: ArrowError| fault::unreadable(file, error);
            let FileSummary { sha256, .. } = file.rows(&join.source, &header, &wanted, &mut |chunk| {
                if let Some(broken) = chunk.broken.first() {
                    let message = format!(
                        "row {} of {}, which is joined, has other cells than its header",
                        broken.row, file.shown
                    );
                    return Err(
                        Diagnostic::error(Code::UnreadableFile, message).at(join.span.clone(), "joined here")
                    );
                }
                let without = |index: &usize| {
                    let array = nulls.without(&chunk.columns[slot(index)])?;
                    Ok(typed.get(index).map_or_else(|| Arc::clone(&array), |typed| typed.column(&array).0))
                };
                let keys = on.iter().map(without).collect::<Result<Vec<_>, _>>().map_err(bad)?;
                for (row, key) in key_texts(&keys, chunk.rows).into_iter().enumerate() {
                    let Some(key) = key else { continue };
                    let one = Match::One(before + row as u64);
                    lookup.rows.entry(key).and_modify(|found| *found = Match::Several).or_insert(one);
                }
                for (parts, index) in parts.iter_mut().zip(&columns) {
                    parts.push(nulls.without(&chunk.columns[slot(index)]).map_err(bad)?);
                }
                before += chunk.rows as u64;
                Ok(())
            })?;
            lookup.files.push((file.shown.clone(), sha256));
        }
        let joined = parts.iter().map(|parts| joined(parts)).collect::<Result<Vec<_>, _>>();
        lookup.columns = joined.map_err(|error| {
            let message = format!("the other file of a join could not be taken in: {error}");
            Diagnostic::error(Code::UnreadableFile, message).at(join.span.clone(), "joined here")
        })?;
        Ok(lookup)
    }

    /// The rows for keys of a chunk.
    pub fn found(&self, ours: &[ArrayRef], rows: usize) -> LookupRows {
        let mut several = Vec::new();
        let found = key_texts(ours, rows).into_iter().enumerate().map(|(row, key)| {
            let key = key?;
            match self.rows.get(&key)? {
                Match::One(found) => Some(*found),
                Match::Several => {
                    // a chunk has fewer rows than 32 bits count
                    several.push((u32::try_from(row).unwrap_or(u32::MAX), key.replace(BETWEEN, "|")));
                    None
                }
            }
        });
        LookupRows { rows: found.collect(), several }
    }

    /// The columns that these rows get.
    pub fn columns(&self, found: &LookupRows) -> Result<Vec<ArrayRef>, ArrowError> {
        self.columns.iter().map(|column| take(column, &found.rows, None)).collect()
    }
}

/// Between the parts of a key; no text has it.
const BETWEEN: char = '\u{1f}';

/// By row: the texts of the compared cells; `None` where one is null, because a null matches nothing. Numbers and dates count
/// with their plain text, however their file writes them where it has types.
fn key_texts(columns: &[ArrayRef], rows: usize) -> Vec<Option<String>> {
    let cells: Vec<Cells> = columns.iter().map(Cells::new).collect();
    let mut buffer = String::new();
    let mut key = |row: usize| {
        let mut key = String::new();
        for (index, cells) in cells.iter().enumerate() {
            if index > 0 {
                key.push(BETWEEN);
            }
            let text = cells.cell(row).text(&mut buffer)?.trim();
            if text.is_empty() {
                return None;
            }
            key.push_str(text);
        }
        Some(key)
    };
    (0..rows).map(&mut key).collect()
}

/// The chunks of a column as one.
fn joined(parts: &[ArrayRef]) -> Result<ArrayRef, ArrowError> {
    let Some(first) = parts.first() else { return Ok(new_null_array(&DataType::Utf8, 0)) };
    if parts.iter().all(|part| part.data_type() == first.data_type()) {
        return concat(&parts.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>());
    }
    let texts: Vec<StringArray> = parts.iter().map(|part| Cells::new(part).texts(part.len())).collect();
    concat(&texts.iter().map(|part| part as &dyn Array).collect::<Vec<_>>())
}
