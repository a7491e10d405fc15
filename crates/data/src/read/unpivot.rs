//! Wide rows → long rows: every column but those kept becomes a row of its name and its cell.
//!
//! A null cell, also one that `nulls` empties, makes no row: a wide table of rates leaves a gap where there was no
//! rate, and a gap says nothing that could be used or rejected (DuckDB's `UNPIVOT` does the same). So rows read are
//! the long rows, while the number of a row stays that of its record in the file: that is where an analyst looks.
//! Ragged records stay whole.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, StringArray, UInt64Array};
use arrow::compute::{interleave, take};
use arrow::convert;
use arrow::datatypes::{DataType, Decimal128Type};
use arrow::error::ArrowError;

use super::chunk::Chunk;
use super::decimals::rescale;
use super::fault;
use super::file::SourceFile;
use super::header::{Header, RawColumn, RawType};
use crate::cells::array::Cells;
use crate::nulls::Nulls;
use apportion_base::diagnostic::{Code, Diagnostic, nearest};
use apportion_book::{SourceValue, Unpivot};

/// The long form of a header. Its columns: those kept, in file order, then name and value.
pub(super) struct LongForm<'h> {
    unpivot: &'h Unpivot,
    kept: Vec<&'h RawColumn>,
    turned: Vec<&'h RawColumn>,
    /// By column of the file: whether it is kept.
    is_kept: Vec<bool>,
}

impl<'h> LongForm<'h> {
    pub fn new(unpivot: &'h SourceValue<Unpivot>, own: &'h Header) -> Result<Self, Diagnostic> {
        let place = || unpivot.span.clone();
        let unpivot = &unpivot.value;
        if let Some(repeated) = own.repeated.first() {
            let message =
                format!("the file has two columns named `{repeated}`, and `unpivot` needs each once");
            return Err(Diagnostic::error(Code::DuplicateColumn, message).at(place(), ""));
        }
        let names = || own.columns.iter().map(|column| column.name.as_str());
        if let Some(unknown) = unpivot.keep.iter().find(|keep| names().all(|name| name != keep.as_str())) {
            let error = Diagnostic::error(
                Code::UnknownColumn,
                format!("`keep` names `{unknown}`, which the file has not"),
            )
            .at(place(), "");
            return Err(match nearest(unknown, names()) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help(format!("it has: {}", names().collect::<Vec<_>>().join(", "))),
            });
        }
        let new = [&unpivot.name, &unpivot.value];
        if let Some(taken) = new.into_iter().find(|new| unpivot.keep.contains(new)) {
            return Err(duplicate(taken).at(place(), ""));
        }
        if unpivot.name == unpivot.value {
            return Err(duplicate(&unpivot.name).at(place(), ""));
        }
        let is_kept: Vec<bool> = names().map(|name| unpivot.keep.iter().any(|keep| keep == name)).collect();
        let (kept, turned): (Vec<_>, Vec<_>) = own.columns.iter().zip(&is_kept).partition(|(_, kept)| **kept);
        Ok(Self {
            unpivot,
            kept: kept.into_iter().map(|(column, _)| column).collect(),
            turned: turned.into_iter().map(|(column, _)| column).collect(),
            is_kept,
        })
    }

    pub fn header(&self) -> Header {
        let new = |name: &str, ty| RawColumn { name: name.to_owned(), ty, join: None };
        let kept = self.kept.iter().map(|column| (*column).clone());
        let name = new(&self.unpivot.name, RawType::Cells);
        let value = new(&self.unpivot.value, self.value_type());
        Header { columns: kept.chain([name, value]).collect(), repeated: Vec::new() }
    }

    /// The type that the turned columns share; without one they are turned into text.
    fn value_type(&self) -> RawType {
        match self.turned.split_first() {
            Some((first, rest)) if rest.iter().all(|column| column.ty == first.ty) => first.ty,
            _ => RawType::Cells,
        }
    }

    /// The long rows of a chunk: those of a record follow each other, in the order of the file's columns.
    pub fn lengthen(
        &self,
        file: &SourceFile,
        chunk: Chunk,
        wanted: &[usize],
        nulls: &Nulls<'_>,
    ) -> Result<Chunk, Diagnostic> {
        self.lengthened(chunk, wanted, nulls).map_err(|error| fault::unreadable(file, error))
    }

    fn lengthened(&self, chunk: Chunk, wanted: &[usize], nulls: &Nulls<'_>) -> Result<Chunk, ArrowError> {
        let numbers: Vec<u64> = (0..chunk.rows).map(|row| chunk.row_number(row)).collect();
        let (kept, turned): (Vec<_>, Vec<_>) =
            chunk.columns.iter().zip(&self.is_kept).partition(|(_, kept)| **kept);
        let turned = turned.into_iter().map(|(column, _)| nulls.without(column));
        let turned = turned.collect::<Result<Vec<ArrayRef>, _>>()?;
        let validity: Vec<_> = turned.iter().map(|column| column.logical_nulls()).collect();
        let cells: Vec<(usize, usize)> = (0..chunk.rows)
            .flat_map(|row| (0..turned.len()).map(move |column| (column, row)))
            .filter(|(column, row)| validity[*column].as_ref().is_none_or(|valid| valid.is_valid(*row)))
            .collect();
        let rows = UInt64Array::from_iter_values(cells.iter().map(|(_, row)| *row as u64));
        let columns = wanted
            .iter()
            .map(|&index| match index.checked_sub(kept.len()) {
                None => take(kept[index].0, &rows, None),
                Some(0) => Ok(self.names(&cells)),
                Some(_) => self.values(&turned, &cells),
            })
            .collect::<Result<Vec<_>, _>>()?;
        let row_numbers = cells.iter().map(|(_, row)| numbers[*row]).collect();
        Ok(Chunk { rows: cells.len(), columns, row_numbers: Some(row_numbers), ..chunk })
    }

    fn names(&self, cells: &[(usize, usize)]) -> ArrayRef {
        let names = cells.iter().map(|(column, _)| self.turned[*column].name.as_str());
        Arc::new(StringArray::from_iter_values(names))
    }

    fn values(&self, turned: &[ArrayRef], cells: &[(usize, usize)]) -> Result<ArrayRef, ArrowError> {
        let alike = match turned.first() {
            None => return Ok(Arc::new(StringArray::new_null(0))),
            Some(first) => turned.iter().all(|column| column.data_type() == first.data_type()),
        };
        let alike = match (alike, one_scale(turned)) {
            (true, _) => turned.to_vec(),
            (false, Some(numbers)) => numbers,
            (false, None) => {
                let texts = |column: &ArrayRef| Arc::new(Cells::new(column).texts(column.len())) as ArrayRef;
                turned.iter().map(texts).collect()
            }
        };
        let alike: Vec<&dyn Array> = alike.iter().map(AsRef::as_ref).collect();
        let values = interleave(&alike, cells)?;
        // Untyped values are plain text.
        if self.value_type() == RawType::Cells { Ok(Arc::new(convert::texts(&values)?)) } else { Ok(values) }
    }
}

fn duplicate(name: &str) -> Diagnostic {
    Diagnostic::error(Code::DuplicateColumn, format!("after `unpivot` two columns would be named `{name}`"))
        .help("choose other names for `name` and `value`")
}

/// Decimal columns at the largest of their scales; `None` where a column is not decimal, or no scale holds them all.
fn one_scale(columns: &[ArrayRef]) -> Option<Vec<ArrayRef>> {
    let scale_of = |column: &ArrayRef| match column.data_type() {
        DataType::Decimal128(_, scale) => Some(*scale),
        _ => None,
    };
    let scales = columns.iter().map(scale_of).collect::<Option<Vec<i8>>>()?;
    let largest = scales.iter().copied().max()?;
    columns
        .iter()
        .zip(scales)
        .map(|(column, scale)| {
            let zeros = usize::try_from(largest - scale).ok()?;
            let digits = column.as_primitive::<Decimal128Type>().iter();
            let digits =
                digits.map(|digits| digits.map(|digits| rescale(digits, zeros).ok_or(())).transpose());
            let array = Decimal128Array::from(digits.collect::<Result<Vec<_>, ()>>().ok()?);
            Some(Arc::new(array.with_precision_and_scale(38, largest).ok()?) as ArrayRef)
        })
        .collect()
}
