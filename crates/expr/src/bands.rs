//! Comparisons of one column with many constants.
//!
//! A book with bands asks of each amount whether it is below some hundred numbers. The place of each value among them is
//! found once; two conditions whose constants follow each other differ in the rows between them and in no others.

use std::collections::BTreeMap;

use arrow::array::BooleanArray;
use arrow::buffer::{BooleanBuffer, Buffer};

use super::decimal::{Numbers, bound};
use super::error::Fault;
use super::rows::Rows;
use super::scope::ColumnRef;
use super::tree::{Comparison, Kind, Node, TableUse};
use super::types::Type;
use super::value::Value;

/// Fewer comparisons of a column are evaluated one by one.
const WORTH: usize = 8;

/// A comparison of a column with a constant.
#[derive(Debug, Clone, Copy)]
struct Band {
    /// Its place among the conditions.
    place: usize,
    op: Comparison,
    /// The number from which on a value is not less than the constant, at the scale of the column.
    not_less: i128,
    /// The number from which on it is greater.
    greater: i128,
}

/// Computes a constant.
type Constant<'c> = &'c dyn Fn(&Node) -> Result<Value, Fault>;

/// Where conditions are true that compare a column of numbers with a constant, if there are several of that column; `None` for all others.
pub(super) fn masks(nodes: &[&Node], rows: &Rows, value_of: Constant) -> Vec<Option<BooleanArray>> {
    let mut masks = vec![None; nodes.len()];
    let mut by_column: BTreeMap<ColumnRef, Vec<(usize, Comparison, &Node)>> = BTreeMap::new();
    for (place, node) in nodes.iter().enumerate() {
        if let Some((column, op, constant)) = comparison(node) {
            by_column.entry(column).or_default().push((place, op, constant));
        }
    }
    for (column, compared) in by_column.into_iter().filter(|(_, compared)| compared.len() >= WORTH) {
        let Ok(Value::Number(numbers)) = rows.column(column, Type::Number) else { continue };
        if numbers.len() != rows.rows {
            continue;
        }
        let band = |(place, op, constant): (usize, Comparison, &Node)| {
            let Ok(Value::Number(constant)) = value_of(constant) else { return None };
            let (not_less, greater) = bounds(&constant, numbers.scale)?;
            Some(Band { place, op, not_less, greater })
        };
        let bands: Vec<Band> = compared.into_iter().filter_map(band).collect();
        of_column(&numbers, &bands, &mut masks);
    }
    masks
}

/// The column, the comparison with the column on the left, and the constant.
fn comparison<'n>(node: &&'n Node) -> Option<(ColumnRef, Comparison, &'n Node)> {
    let Kind::Compare { op, left, right } = &node.kind else { return None };
    let column = |node: &Node| match node.kind {
        Kind::Column(column) if node.ty == Type::Number => Some(column),
        _ => None,
    };
    let constant = |node: &Node| node.uses() == TableUse::Nothing;
    match (column(left), column(right)) {
        (Some(column), None) if constant(right) => Some((column, *op, right)),
        (None, Some(column)) if constant(left) => Some((column, op.mirrored(), left)),
        _ => None,
    }
}

/// From which numbers on a value at a scale is not less than a constant, and greater; `None` where the constant is null.
fn bounds(constant: &Numbers, scale: u8) -> Option<(i128, i128)> {
    if constant.len() != 1 || !constant.is_valid(0) {
        return None;
    }
    let constant = constant.narrowed();
    let (floor, between) = bound(constant.values[0], constant.scale, scale);
    let next = floor.saturating_add(1);
    Some((if between { next } else { floor }, next))
}

fn of_column(numbers: &Numbers, bands: &[Band], masks: &mut [Option<BooleanArray>]) {
    let mut cuts: Vec<i128> = bands.iter().flat_map(|band| [band.not_less, band.greater]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let below = below(&numbers.values, &cuts);
    let valid = numbers.nulls.as_ref().map(|nulls| nulls.inner());
    for band in bands {
        let cut = |number: i128| &below[cuts.partition_point(|cut| *cut < number)];
        let (less, not_greater) = (cut(band.not_less), cut(band.greater));
        let mask = match band.op {
            Comparison::Less => less.clone(),
            Comparison::LessOrEqual => not_greater.clone(),
            Comparison::Greater => !not_greater,
            Comparison::GreaterOrEqual => !less,
            Comparison::Equal => not_greater & &!less,
            Comparison::NotEqual => less | &!not_greater,
        };
        let mask = valid.map_or_else(|| mask.clone(), |valid| &mask & valid);
        masks[band.place] = Some(BooleanArray::new(mask, None));
    }
}

/// For each cut, which values are below it. Cuts go up.
fn below(values: &[i128], cuts: &[i128]) -> Vec<BooleanBuffer> {
    // How many cuts are not above a value: it is below the one with that place, and all after it.
    let place = |value: &i128| cuts.partition_point(|cut| cut <= value);
    let mut rows_of: Vec<Vec<u32>> = vec![Vec::new(); cuts.len() + 1];
    for (row, value) in (0_u32..).zip(values) {
        rows_of[place(value)].push(row);
    }
    let mut bits = vec![0_u8; values.len().div_ceil(8)];
    let mut below = Vec::with_capacity(cuts.len());
    for rows in &rows_of[..cuts.len()] {
        for &row in rows {
            bits[row as usize / 8] |= 1 << (row % 8);
        }
        below.push(BooleanBuffer::new(Buffer::from_slice_ref(&bits), 0, values.len()));
    }
    below
}

#[cfg(test)]
mod tests {
    use arrow::array::Decimal128Array;
    use proptest::prelude::*;

    use super::*;
    use crate::operators::compare;

    const OPS: [Comparison; 6] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];

    proptest! {
        /// Many constants at once give what each gives alone, on both sides of the comparison.
        #[test]
        fn bands_are_comparisons(
            values in prop::collection::vec(prop::option::of(-400_i128..400), 0..70),
            constants in prop::collection::vec((0_usize..6, -60_i128..60, 0_u8..4, any::<bool>()), 0..20),
            beyond in prop::option::of(0_usize..6),
        ) {
            let values: Vec<Option<i128>> = values.into_iter().map(|value| value.map(|value| value * 5)).collect();
            let array = Decimal128Array::from(values).with_precision_and_scale(38, 2).unwrap();
            let numbers = Numbers::from_array(&array).unwrap();
            let mut compared: Vec<(Comparison, Numbers)> = constants
                .into_iter()
                .map(|(op, unscaled, scale, mirrored)| {
                    let op = if mirrored { OPS[op].mirrored() } else { OPS[op] };
                    (op, Numbers::constant(unscaled, scale))
                })
                .collect();
            compared.extend(beyond.map(|op| (OPS[op], Numbers::constant(10_i128.pow(38) - 1, 0))));
            let bands: Vec<Band> = compared
                .iter()
                .enumerate()
                .map(|(place, (op, constant))| {
                    let (not_less, greater) = bounds(constant, 2).unwrap();
                    Band { place, op: *op, not_less, greater }
                })
                .collect();
            let mut masks = vec![None; bands.len()];
            of_column(&numbers, &bands, &mut masks);
            for (mask, (op, constant)) in masks.into_iter().zip(compared) {
                let column = Value::Number(numbers.clone());
                let alone = compare(op, &column, &Value::Number(constant)).unwrap();
                prop_assert_eq!(mask.unwrap(), crate::operators::is_true(&alone));
            }
        }
    }
}
