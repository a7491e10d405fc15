//! The kept rows of a staging table as Arrow arrays, in the types of expressions.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, StringArray, UInt32Array,
    new_null_array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, UInt32Type};
use rayon::prelude::*;

use apportion_book::TableName;
use apportion_expr::Type;

use super::column::{NO_FLAG, NO_NUMBER, NO_WIDE, Values};
use super::contract::{self, Kind};
use super::intern::{Interner, Names};
use super::staging::StagingTable;
use super::tables::frame::Frame;
use super::tables::indices::{NO_DAY, NONE};

/// Texts that are gathered together.
const PART_ROWS: usize = 1 << 16;

/// Decimals of the numbers among the attributes.
pub(super) const ATTRIBUTE_SCALE: i8 = 9;

/// Where the columns of a frame come from.
#[derive(Clone, Copy)]
pub(super) struct FrameSource<'a> {
    pub(super) table: TableName,
    /// `None` if the table has no source: then all columns are null.
    pub(super) staging: Option<&'a StagingTable>,
    pub(super) names: &'a Names,
    /// Rows of the staging table, in the order of the dense table.
    pub(super) rows: &'a [u32],
    /// The columns that rules name.
    pub(super) used: &'a BTreeSet<String>,
}

/// The columns that rules name. `special` makes the columns that are not copied from the staging table. A column of
/// the table that no file has is null.
pub(super) fn frame(source: FrameSource, special: impl Fn(&str) -> Option<ArrayRef>) -> Frame {
    let FrameSource { table, staging, names, rows, used } = source;
    let copied = |name: &str| {
        if let Some((staging, position)) = staging.and_then(|staging| Some((staging, staging.place(name)?))) {
            return Some(column(staging, names, position, rows));
        }
        let spec = contract::spec(table).columns.iter().find(|column| column.name == name);
        let ty = spec.map(|spec| (contract::expr_type(spec.cell), spec.cell.decimals()));
        let derived = contract::derived(table).find(|(derived, _)| *derived == name);
        ty.or(derived.map(|(_, ty)| (ty, 6))).map(|(ty, scale)| nulls(ty, scale, rows.len()))
    };
    let made: Vec<(&String, Option<ArrayRef>)> = used.iter().map(|name| (name, special(name))).collect();
    let column =
        |(name, made): (&String, Option<ArrayRef>)| Some((name.clone(), made.or_else(|| copied(name))?));
    let columns = made.into_par_iter().with_max_len(1).filter_map(column).collect();
    Frame { rows: rows.len(), columns }
}

/// A column of the staging table in these rows.
pub(super) fn column(staging: &StagingTable, names: &Names, position: usize, rows: &[u32]) -> ArrayRef {
    let column = staging.column(position);
    let scale = column.kind.decimals();
    if !column.present {
        return nulls(contract::expr_type(column.kind), scale, rows.len());
    }
    let at_rows = rows.iter().map(|row| *row as usize);
    match &column.values {
        Values::Codes(codes) => {
            // Rows are all over the file, so that each is looked at once.
            let codes: Vec<u32> = at_rows.map(|row| codes.get(row)).collect();
            texts(&codes, staging.texts(names, position))
        }
        Values::Texts(texts) => Arc::new(at_rows.map(|row| texts.get(row)).collect::<StringArray>()),
        // Of a column that rules name there are texts.
        Values::Hashed(keys) => Arc::new(at_rows.map(|row| keys.text(row)).collect::<StringArray>()),
        Values::Days(of_rows) => days(at_rows.map(|row| of_rows.get(row)).collect()),
        Values::Moments(of_rows) => days(at_rows.map(|row| of_rows[row].day).collect()),
        Values::Fixed(numbers) => fixed(at_rows.map(|row| numbers.get(row)), scale),
        Values::Wide(numbers) => decimals(
            at_rows.map(|row| Some(numbers[row]).filter(|number| *number != NO_WIDE)),
            ATTRIBUTE_SCALE,
        ),
        Values::Flags(flags) if column.kind == Kind::Outcome => {
            let words = StringArray::from(vec!["lost", "won"]);
            indexed(
                at_rows.map(|row| if flags[row] == NO_FLAG { NONE } else { u32::from(flags[row]) }),
                words,
            )
        }
        Values::Flags(flags) => {
            let flags = at_rows.map(|row| Some(flags[row] == 1).filter(|_| flags[row] != NO_FLAG));
            Arc::new(flags.collect::<BooleanArray>())
        }
    }
}

/// Texts by code, with the distinct ones in byte order.
fn texts(codes: &[u32], interner: &Interner) -> ArrayRef {
    let sorted = interner.sorted(codes.iter().copied());
    let rank = interner.rank(&sorted);
    let keys = codes.iter().map(|code| if *code == NONE { NONE } else { rank[*code as usize] });
    indexed(keys, ids(&sorted, interner))
}

/// The texts of these codes, each of which is there once, gathered from all over memory. Each part is written where it belongs, so that they are
/// not in memory twice.
pub(super) fn ids(codes: &[u32], interner: &Interner) -> StringArray {
    let bytes_of = |codes: &[u32]| codes.iter().map(|code| interner.get(*code).len()).sum::<usize>();
    let of_parts: Vec<usize> = codes.par_chunks(PART_ROWS).with_max_len(1).map(bytes_of).collect();
    let mut bytes = vec![0_u8; of_parts.iter().sum()];
    let mut ends = vec![0_i32; codes.len() + 1];
    let (mut parts, mut rest, mut first) = (Vec::with_capacity(of_parts.len()), bytes.as_mut_slice(), 0);
    for own in of_parts {
        let (part, others) = rest.split_at_mut(own);
        parts.push((first, part));
        (rest, first) = (others, first + own);
    }
    let of_rows = codes.par_chunks(PART_ROWS).zip(ends[1..].par_chunks_mut(PART_ROWS));
    parts.into_par_iter().zip(of_rows).with_max_len(1).for_each(|((first, part), (codes, ends))| {
        let mut at = 0;
        for (code, end) in codes.iter().zip(ends) {
            let text = interner.get(*code).as_bytes();
            part[at..at + text.len()].copy_from_slice(text);
            at += text.len();
            // The texts of a column have no more bytes: [`StagingTable::check_texts`].
            *end = (first + at) as i32;
        }
    });
    StringArray::new(OffsetBuffer::new(ends.into()), bytes.into(), None)
}

/// Texts as indices into their distinct values; [`NONE`] is null.
pub fn indexed(keys: impl Iterator<Item = u32>, values: StringArray) -> ArrayRef {
    let keys: Vec<u32> = keys.collect();
    let valid = where_there(&keys, NONE);
    // The key of a null must be a valid key as well.
    let keys = if valid.is_some() {
        keys.iter().map(|key| if *key == NONE { 0 } else { *key }).collect()
    } else {
        keys
    };
    Arc::new(DictionaryArray::<UInt32Type>::new(UInt32Array::new(keys.into(), valid), Arc::new(values)))
}

/// Where a column has a value; `None` where it has one in every row.
fn where_there<T: PartialEq>(values: &[T], null: T) -> Option<NullBuffer> {
    let nulls = values.contains(&null);
    nulls.then(|| NullBuffer::new(BooleanBuffer::collect_bool(values.len(), |row| values[row] != null)))
}

/// The same of indices none of which is null.
pub(super) fn indexed_all(keys: ScalarBuffer<u32>, values: StringArray) -> ArrayRef {
    Arc::new(DictionaryArray::<UInt32Type>::new(UInt32Array::new(keys, None), Arc::new(values)))
}

/// Days; [`NO_DAY`] is null.
pub(super) fn days(days: ScalarBuffer<i32>) -> ArrayRef {
    let valid = where_there(&days, NO_DAY);
    Arc::new(Date32Array::new(days, valid))
}

/// Fixed-point integers; [`NO_NUMBER`] is null.
pub(super) fn fixed(numbers: impl Iterator<Item = i64>, scale: u32) -> ArrayRef {
    let numbers = numbers.map(|number| Some(i128::from(number)).filter(|_| number != NO_NUMBER));
    decimals(numbers, i8::try_from(scale).unwrap_or(0))
}

/// Decimals of 38 digits; scales here are 6 and 9, which are always valid.
pub(super) fn decimals(numbers: impl Iterator<Item = Option<i128>>, scale: i8) -> ArrayRef {
    let array: Decimal128Array = numbers.collect();
    Arc::new(array.with_data_type(DataType::Decimal128(38, scale)))
}

fn nulls(ty: Type, scale: u32, rows: usize) -> ArrayRef {
    let ty = match ty {
        Type::Text => DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8)),
        Type::Number => DataType::Decimal128(38, i8::try_from(scale).unwrap_or(0)),
        Type::Date => DataType::Date32,
        Type::Boolean => DataType::Boolean,
    };
    new_null_array(&ty, rows)
}

#[cfg(test)]
mod tests {
    use arrow::array::Array;

    use super::*;

    #[test]
    fn ids_are_gathered_over_parts() {
        let mut interner = Interner::default();
        let texts: Vec<String> = (0..2 * PART_ROWS + 3).map(|n| format!("D{n}")).collect();
        let mut codes: Vec<u32> = texts.iter().map(|text| interner.intern(text)).collect();
        codes.reverse();
        let found = ids(&codes, &interner);
        assert!(found.iter().flatten().eq(texts.iter().rev()) && found.null_count() == 0);
        assert!(ids(&[], &interner).is_empty());
    }
}
