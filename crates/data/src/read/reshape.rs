//! What becomes of rows before columns are taken: `fill_down`, `unpivot`, `explode` and `joins`, in this order.
//! See `docs/reference/project.md#order-of-steps`. Sources without these keys never come here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray, UInt64Array};
use arrow::compute::{concat, take};
use arrow::error::ArrowError;

use super::chunk::Chunk;
use super::fault;
use super::file::SourceFile;
use super::header::{Header, RawType};
use super::joins::Lookup;
use super::unpivot::LongForm;
use crate::cells::array::Cells;
use crate::cells::cell::Cell;
use crate::nulls::Nulls;
use crate::typed_columns::{TypedColumn, seen_columns};
use apportion_base::diagnostic::{Code, Diagnostic, Span, nearest};
use apportion_book::{Explode, Source, SourceValue};

/// Whether rows of a source are more than the records of its files.
pub(crate) fn reshapes(source: &Source) -> bool {
    let reshape = &source.reshape;
    source.unpivot.is_some()
        || reshape.explode.is_some()
        || !reshape.fill_down.is_empty()
        || !reshape.joins.is_empty()
}

/// The columns that rows have in the end.
pub(super) fn header(file: &SourceFile, source: &Source, own: Header) -> Result<Header, Diagnostic> {
    Ok(Plan::new(source, own)?.with_joined(file.joins.header(source)?, source)?.header)
}

/// The steps of a source, checked against the columns of a file.
struct Plan<'s> {
    source: &'s Source,
    /// The file's own columns.
    own: Header,
    /// By column of the file: whether empty cells take the value above.
    fill_down: Vec<bool>,
    /// The columns after all steps: those of the file or of the long form, then joined ones.
    header: Header,
    /// How many of them are not joined.
    unjoined: usize,
    explode: Option<(usize, &'s Explode)>,
}

impl<'s> Plan<'s> {
    fn new(source: &'s Source, own: Header) -> Result<Self, Diagnostic> {
        let mut fill_down = vec![false; own.columns.len()];
        for name in &source.reshape.fill_down {
            fill_down[place(&own, "fill_down", &name.value, &name.span)?] = true;
        }
        let mut header = match &source.unpivot {
            Some(unpivot) => LongForm::new(unpivot, &own)?.header(),
            None => own.clone(),
        };
        let explode = match &source.reshape.explode {
            Some(SourceValue { value, span }) => {
                let index = place(&header, "explode", &value.column, span)?;
                if header.columns[index].ty != RawType::Cells {
                    header.columns[index].ty = RawType::Text;
                }
                Some((index, value))
            }
            None => None,
        };
        let unjoined = header.columns.len();
        Ok(Self { source, own, fill_down, header, unjoined, explode })
    }

    fn with_joined(mut self, joined: Header, source: &Source) -> Result<Self, Diagnostic> {
        for join in &source.reshape.joins {
            for (ours, _) in &join.on {
                place(&self.header, "on", &ours.value, &ours.span)?;
            }
        }
        for column in joined.columns {
            let taken = self.header.columns.iter().any(|known| known.name == column.name)
                || self.header.repeated.contains(&column.name);
            if taken {
                let span =
                    column.join.and_then(|join| source.reshape.joins.get(join)).map(|join| join.span.clone());
                let message = format!(
                    "a join brings a column `{}`, and there is one of that name already",
                    column.name
                );
                let mistake = Diagnostic::error(Code::DuplicateColumn, message);
                return Err(match span {
                    Some(span) => mistake.at(span, "joined here"),
                    None => mistake,
                }
                .help("give one of them another name in its file, or take it out of the join's `columns`"));
            }
            self.header.columns.push(column);
        }
        Ok(self)
    }
}

/// The place of a column that a key names.
fn place(header: &Header, key: &str, name: &str, span: &Span) -> Result<usize, Diagnostic> {
    if let Some(index) = header.columns.iter().position(|column| column.name == name) {
        return Ok(index);
    }
    if header.repeated.iter().any(|repeated| repeated == name) {
        let message = format!("`{key}` names `{name}`, and the file has two columns of that name");
        return Err(Diagnostic::error(Code::DuplicateColumn, message).at(span.clone(), ""));
    }
    let names = || header.columns.iter().map(|column| column.name.as_str());
    let message = format!("`{key}` names `{name}`, which the file has not");
    let mistake = Diagnostic::error(Code::MissingColumn, message).at(span.clone(), "not in the file");
    Err(match nearest(name, names()) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake.help(format!("it has: {}", names().collect::<Vec<_>>().join(", "))),
    })
}

/// The steps of a source while a file is read.
pub(super) struct Shaping<'s> {
    file: &'s SourceFile,
    plan: Plan<'s>,
    nulls: Nulls<'s>,
    /// Columns to which `types` gives another type, in which they are compared.
    typed: BTreeMap<usize, TypedColumn>,
    lookups: Arc<Vec<Lookup>>,
    /// Columns of the file to read, ascending.
    pub own_wanted: Vec<usize>,
    /// Columns to read, of those that are not joined.
    long_wanted: Vec<usize>,
    /// The columns to deliver.
    wanted: Vec<usize>,
    /// By column of the file to read: the value above, of one row.
    above: Vec<Option<ArrayRef>>,
}

impl<'s> Shaping<'s> {
    pub fn new(
        file: &'s SourceFile,
        source: &'s Source,
        own: Header,
        wanted: &[usize],
    ) -> Result<Self, Diagnostic> {
        let lookups = file.joins.lookups(source, file.zone.as_ref())?;
        let plan = Plan::new(source, own)?.with_joined(file.joins.header(source)?, source)?;
        let mut needed: BTreeSet<usize> =
            wanted.iter().copied().filter(|index| *index < plan.unjoined).collect();
        needed.extend(plan.explode.map(|(index, _)| index));
        for (ours, _) in source.reshape.joins.iter().flat_map(|join| &join.on) {
            needed.extend(plan.header.columns.iter().position(|column| column.name == ours.value));
        }
        let long_wanted: Vec<usize> = needed.into_iter().collect();
        let own_wanted = match &source.unpivot {
            // all cells decide which rows are
            Some(_) => (0..plan.own.columns.len()).collect(),
            None => long_wanted.clone(),
        };
        let typed = seen_columns(file.zone.as_ref(), source, &plan.header);
        let above = vec![None; own_wanted.len()];
        let nulls = Nulls::new(source);
        Ok(Self {
            file,
            plan,
            nulls,
            typed,
            lookups,
            own_wanted,
            long_wanted,
            wanted: wanted.to_vec(),
            above,
        })
    }

    /// The file's own columns.
    pub fn own(&self) -> &Header {
        &self.plan.own
    }

    /// What becomes of a chunk of the file.
    pub fn shaped(&mut self, mut chunk: Chunk) -> Result<Chunk, Diagnostic> {
        let bad = |error: ArrowError| fault::unreadable(self.file, error);
        for (index, own) in self.own_wanted.iter().enumerate() {
            if self.plan.fill_down[*own] {
                chunk.columns[index] = filled(&chunk.columns[index], &mut self.above[index]).map_err(bad)?;
            }
        }
        if let Some(unpivot) = &self.plan.source.unpivot {
            let long = LongForm::new(unpivot, &self.plan.own)?;
            chunk = long.lengthen(self.file, chunk, &self.long_wanted, &self.nulls)?;
        }
        if let Some((column, explode)) = self.plan.explode
            && let Some(index) = self.long_wanted.iter().position(|wanted| *wanted == column)
        {
            chunk = exploded(chunk, index, &explode.by).map_err(bad)?;
        }
        self.joined(chunk).map_err(bad)
    }

    /// The wanted columns of a chunk that has those of the file.
    fn joined(&self, mut chunk: Chunk) -> Result<Chunk, ArrowError> {
        let column = |name: &str| {
            let place =
                self.long_wanted.iter().position(|index| self.plan.header.columns[*index].name == name);
            place.map(|index| (self.long_wanted[index], Arc::clone(&chunk.columns[index])))
        };
        let mut joined: Vec<ArrayRef> = Vec::new();
        let mut several = Vec::new();
        for (join, lookup) in self.plan.source.reshape.joins.iter().zip(self.lookups.iter()) {
            let ours = join.on.iter().filter_map(|(ours, _)| column(&ours.value));
            let compared = |(index, array): (usize, ArrayRef)| {
                let array = self.nulls.without(&array)?;
                Ok::<_, ArrowError>(
                    self.typed.get(&index).map_or_else(|| Arc::clone(&array), |typed| typed.column(&array).0),
                )
            };
            let ours = ours.map(compared).collect::<Result<Vec<_>, _>>()?;
            let found = lookup.found(&ours, chunk.rows);
            joined.extend(lookup.columns(&found)?);
            several.extend(found.several);
        }
        let columns = self.wanted.iter().map(|wanted| match wanted.checked_sub(self.plan.unjoined) {
            Some(index) => Arc::clone(&joined[index]),
            None => {
                let index = self.long_wanted.binary_search(wanted).unwrap_or(0);
                Arc::clone(&chunk.columns[index])
            }
        });
        chunk.columns = columns.collect();
        several.sort();
        several.dedup_by_key(|(row, _)| *row);
        chunk.several = several;
        Ok(chunk)
    }
}

/// A column whose nulls have the value above; `above` is the last one of the chunk before.
fn filled(column: &ArrayRef, above: &mut Option<ArrayRef>) -> Result<ArrayRef, ArrowError> {
    let nulls = column.logical_nulls();
    let carried = above.is_some();
    let mut last: Option<u64> = carried.then_some(0);
    let places: UInt64Array = (0..column.len())
        .map(|row| {
            if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
                last = Some(row as u64 + u64::from(carried));
            }
            last
        })
        .collect();
    let filled = match above {
        None => take(column, &places, None)?,
        Some(value) => {
            let all = if value.data_type() == column.data_type() {
                concat(&[value, column])?
            } else {
                // Numbers of one chunk may have another scale, and floats may come as texts.
                let texts = |array: &ArrayRef| Cells::new(array).texts(array.len());
                concat(&[&texts(value), &texts(column)])?
            };
            take(&all, &places, None)?
        }
    };
    if let Some(last) = column.len().checked_sub(1) {
        let one = UInt64Array::from(vec![last as u64]);
        let value = take(&filled, &one, None)?;
        *above = value.logical_nulls().is_none_or(|nulls| nulls.is_valid(0)).then_some(value);
    }
    Ok(filled)
}

/// A row for each part of the cells of a column.
fn exploded(chunk: Chunk, column: usize, by: &str) -> Result<Chunk, ArrowError> {
    let array = Arc::clone(&chunk.columns[column]);
    let cells = Cells::new(&array);
    let (mut rows, mut parts) = (Vec::new(), Vec::new());
    let mut buffer = String::new();
    for row in 0..chunk.rows {
        let before = parts.len();
        match cells.cell(row) {
            // a number is one part, whatever its digits are
            Cell::Marked(number) => parts.push(Some(number.to_owned())),
            cell => {
                let text = cell.text(&mut buffer).unwrap_or_default();
                let filled = text.split(by).map(str::trim).filter(|part| !part.is_empty());
                parts.extend(filled.map(|part| Some(part.to_owned())));
            }
        }
        if parts.len() == before {
            parts.push(None);
        }
        rows.resize(parts.len(), row as u64);
    }
    let numbers: Vec<u64> =
        rows.iter().map(|row| chunk.row_number(usize::try_from(*row).unwrap_or(0))).collect();
    let places = UInt64Array::from(rows);
    let mut columns =
        chunk.columns.iter().map(|array| take(array, &places, None)).collect::<Result<Vec<_>, _>>()?;
    columns[column] = Arc::new(parts.iter().map(Option::as_deref).collect::<StringArray>());
    Ok(Chunk { rows: parts.len(), columns, row_numbers: Some(numbers), ..chunk })
}
