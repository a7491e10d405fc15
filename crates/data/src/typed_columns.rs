//! A file's own columns as `where` and `expr` see them: text, exact numbers, dates, booleans.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, StringArray};
use arrow::datatypes::DataType;
use rust_decimal::Decimal;

use apportion_base::money::pow10;
use apportion_base::notation::{DateFormat, Zone};
use apportion_book::{ColumnFrom, Source};
use apportion_expr::Type;

use super::cells;
use super::cells::array::Cells;
use super::cells::cell::{Cell, Notation, is_marked};
use super::contract::{self, Kind};
use super::notations::{kind_of, seen_notation};
use super::read::cells::cell_in_expressions;
use super::read::header::{Header, RawColumn, RawType};

/// The type in which expressions see a column of a file.
pub(super) fn seen_type(ty: RawType) -> Type {
    match ty {
        RawType::Cells | RawType::Text => Type::Text,
        RawType::Number => Type::Number,
        RawType::Date => Type::Date,
        RawType::Boolean => Type::Boolean,
    }
}

/// A column that expressions see in the type that `types` of the source gives it.
#[derive(Debug, Clone)]
pub(super) struct TypedColumn {
    pub(super) kind: Kind,
    pub(super) notation: Notation,
    /// The texts that `values` means something else by, as our column has them.
    said: String,
}

/// The columns of a header to which `types` gives another type than the file's: by the file's name, or by ours where
/// `columns` only renames it.
pub(super) fn seen_columns(
    zone: Option<&Zone>,
    source: &Source,
    header: &Header,
) -> BTreeMap<usize, TypedColumn> {
    let seen_as_typed = |(place, column): (usize, &RawColumn)| {
        // A column that a join brings is written as its own file is, which may say its type as well.
        let joined =
            column.join.and_then(|join| source.reshape.joins.get(join)).map(|join| join.source.as_ref());
        let written = joined.unwrap_or(source);
        if let Some(said) = joined.and_then(|other| other.types.get(&column.name)) {
            return seen_as(zone, written, column, kind_of(said.value), &column.name)
                .map(|seen| (place, seen));
        }
        let ours = || {
            let renames =
                |from: &ColumnFrom| matches!(from, ColumnFrom::Name(name) if name.value == column.name);
            let renamed = source.columns.iter().filter(|(_, from)| renames(from)).map(|(ours, _)| ours);
            renamed.into_iter().find(|ours| source.types.contains_key(*ours))
        };
        let said = if source.types.contains_key(&column.name) { Some(&column.name) } else { ours() }?;
        let kind = kind_of(source.types.get(said)?.value);
        // The other file calls the column by its own name.
        let name = if joined.is_some() { &column.name } else { said };
        let seen = seen_as(zone, written, column, kind, name)?;
        Some((place, TypedColumn { said: said.clone(), ..seen }))
    };
    header.columns.iter().enumerate().filter_map(seen_as_typed).collect()
}

/// How a column is seen in a type; `None` where it is of that type already. `written` is the source whose keys say how its
/// cells are written, under this name.
fn seen_as(
    zone: Option<&Zone>,
    written: &Source,
    column: &RawColumn,
    kind: Kind,
    name: &str,
) -> Option<TypedColumn> {
    if contract::expr_type(kind) == seen_type(column.ty) && column.ty != RawType::Number {
        return None;
    }
    // A number is one already; money has other limits, which only a column of the table has to keep.
    if column.ty == RawType::Number && matches!(kind, Kind::Number | Kind::Money) {
        return None;
    }
    let notation = seen_notation(zone, written, name);
    Some(TypedColumn { kind, notation, said: name.to_owned() })
}

impl TypedColumn {
    /// The name by which `types` calls the column.
    pub(super) fn name(&self) -> &str {
        &self.said
    }

    /// The cells in the column's type. What can't be read is null; the second value counts it.
    pub(super) fn column(&self, array: &ArrayRef) -> (ArrayRef, u64) {
        let cells = Cells::new(array);
        let rows = 0..array.len();
        let mut unread = 0;
        let mut buffer = String::new();
        let read = |row: usize| match cells.cell(row) {
            Cell::Null => None,
            cell => Some(cell),
        };
        let mut count = |failed: bool| unread += u64::from(failed);
        let seen: ArrayRef = match self.kind {
            Kind::Date => {
                let day = |row| {
                    let day = cells::day(read(row)?, &self.notation).ok();
                    count(day.is_none());
                    day
                };
                Arc::new(rows.map(day).collect::<Date32Array>())
            }
            Kind::Boolean => {
                let flag = |row| {
                    let flag = cells::boolean(read(row)?).ok();
                    count(flag.is_none());
                    flag
                };
                Arc::new(rows.map(flag).collect::<BooleanArray>())
            }
            Kind::Number | Kind::Money => {
                let number = |row| {
                    let cell = read(row)?;
                    let number = match self.kind {
                        Kind::Money => cells::fixed(cell, Kind::Money, &self.notation)
                            .map(|money| i128::from(money) * 1000),
                        _ => cells::number(cell, &self.notation),
                    };
                    count(number.is_err());
                    number.ok()
                };
                let numbers: Decimal128Array = rows.map(number).collect();
                Arc::new(numbers.with_data_type(DataType::Decimal128(38, 9)))
            }
            _ => {
                let texts: StringArray =
                    rows.map(|row| cells.cell(row).text(&mut buffer).map(str::to_owned)).collect();
                Arc::new(texts)
            }
        };
        (seen, unread)
    }
}

/// The column in an Arrow type that expressions take; `comma` says how the numbers of a spreadsheet or of JSON become
/// texts, and `zone` where instants have their days.
pub(super) fn as_seen(array: &ArrayRef, ty: RawType, comma: bool, zone: Option<&Zone>) -> ArrayRef {
    match (ty, array.as_string_opt::<i32>()) {
        (RawType::Cells, Some(cells)) if cells.iter().flatten().any(is_marked) => {
            let text = |cell| cell_in_expressions(cell, comma);
            Arc::new(cells.iter().map(|cell| cell.map(text)).collect::<StringArray>())
        }
        (RawType::Number, Some(texts)) => Arc::new(decimals(texts)),
        // Timestamps that also feed points in time.
        (RawType::Date, Some(texts)) => {
            let format = DateFormat::rfc3339().in_zone(zone);
            Arc::new(texts.iter().map(|text| format.parse(text?)).collect::<Date32Array>())
        }
        _ => match array.as_string_view_opt() {
            Some(view) => Arc::new(view.iter().collect::<StringArray>()),
            None => Arc::clone(array),
        },
    }
}

/// A chunk of floats that came as text because one of them is no decimal: that one is null, as nothing compares with it.
fn decimals(texts: &StringArray) -> Decimal128Array {
    let parsed: Vec<Option<Decimal>> =
        texts.iter().map(|text| text.and_then(|text| Decimal::from_str(text).ok())).collect();
    let scale = parsed.iter().flatten().map(Decimal::scale).max().unwrap_or(0);
    let rescaled = parsed.iter().map(|number| {
        let number = (*number)?;
        number.mantissa().checked_mul(pow10(scale - number.scale()).ok()?)
    });
    let array: Decimal128Array = rescaled.collect();
    // Decimals have at most 28 digits after the point, so the scale is always valid.
    match i8::try_from(scale) {
        Ok(scale) => array.with_data_type(DataType::Decimal128(38, scale)),
        Err(_) => array,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_decimal_is_null() {
        let texts: ArrayRef =
            Arc::new(StringArray::from(vec![Some("1.5"), Some("NaN"), None, Some("-0.25")]));
        let seen = as_seen(&texts, RawType::Number, false, None);
        assert_eq!(seen.data_type(), &DataType::Decimal128(38, 2));
        let numbers = seen.as_primitive::<arrow::datatypes::Decimal128Type>();
        assert_eq!(numbers.iter().collect::<Vec<_>>(), [Some(150), None, None, Some(-25)]);
    }
}
