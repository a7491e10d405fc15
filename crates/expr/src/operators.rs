//! What operators make of the values of their operands. Null in conditions is Kleene's three-valued logic, as in SQL.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, BooleanArray, Date32Array};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::kernels::{boolean, cmp};

use super::decimal::{self, Numbers};
use super::error::Fault;
use super::tree::{Arithmetic, Beyond, Comparison, Part};
use super::types::Type;
use super::value::{Value, mixed};
use super::{date, text};

/// A condition, or its opposite.
pub(super) fn negated(values: BooleanArray, not: bool) -> Result<Value, Fault> {
    Ok(Value::Boolean(if not { boolean::not(&values)? } else { values }))
}

/// How two conditions become one.
pub(super) type Join = fn(&BooleanArray, &BooleanArray) -> Result<BooleanArray, arrow::error::ArrowError>;

/// Joins two conditions, either of which may be a constant.
pub(super) fn join_two(left: &BooleanArray, right: &BooleanArray, join: Join) -> Result<BooleanArray, Fault> {
    let rows = if left.len() == 1 { right.len() } else { left.len() };
    Ok(join(&spread(left.clone(), rows)?, &spread(right.clone(), rows)?)?)
}

/// Joins one more condition to those before it.
pub(super) fn next(
    before: Option<BooleanArray>,
    part: BooleanArray,
    join: Join,
) -> Result<BooleanArray, Fault> {
    match before {
        None => Ok(part),
        Some(before) => join_two(&before, &part, join),
    }
}

/// Whether a comparison is true of two values in the given order.
pub(super) fn holds(op: Comparison, order: Ordering) -> bool {
    match op {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }
}

/// Compares two columns of one type; null where either is.
pub(super) fn compare(op: Comparison, left: &Value, right: &Value) -> Result<BooleanArray, Fault> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => Ok(decimal::compare(a, b, |order| holds(op, order))),
        (Value::Text(a), Value::Text(b)) => text::compare(a, b, |order| holds(op, order)),
        (Value::Date(a), Value::Date(b)) => Ok(cmp::compare(a, b, |order| holds(op, order))?),
        (Value::Boolean(a), Value::Boolean(b)) => Ok(cmp::compare(a, b, |order| holds(op, order))?),
        _ => Err(mixed()),
    }
}

/// A condition with a value for each row, also if it is a constant.
pub(super) fn spread(values: BooleanArray, rows: usize) -> Result<BooleanArray, Fault> {
    match Value::Boolean(values).repeated(rows)? {
        Value::Boolean(values) => Ok(values),
        _ => Err(mixed()),
    }
}

/// Where two columns of one type are equal, on so many rows.
pub(super) fn equal(
    left: &ArrayRef,
    right: &ArrayRef,
    ty: Type,
    rows: usize,
) -> Result<BooleanBuffer, Fault> {
    let (left, right) = (Value::from_array(left, ty)?, Value::from_array(right, ty)?);
    let equal = spread(compare(Comparison::Equal, &left, &right)?, rows)?;
    Ok(is_true(&equal).values().clone())
}

pub(super) fn extracted(part: Part, day: i32) -> i128 {
    let (year, month) = date::year_month(day);
    i128::from(match part {
        Part::Year => year,
        Part::Quarter => (month + 2) / 3,
        Part::Month => month,
    })
}

/// The least or greatest argument that is not null; null where all are.
pub(super) fn extreme(arguments: Vec<Value>, keep: Comparison, rows: usize) -> Result<Value, Fault> {
    let mut outcome: Option<Value> = None;
    for other in arguments {
        outcome = Some(match outcome {
            None => other,
            Some(best) => {
                let best_valid = spread(best.is_not_null(), rows)?;
                let other_null = spread(boolean::not(&other.is_not_null())?, rows)?;
                let better = spread(is_true(&compare(keep, &best, &other)?), rows)?;
                let kept = best_valid.values() & &(other_null.values() | better.values());
                Value::select(&kept, &best, &other)?
            }
        });
    }
    outcome.ok_or_else(mixed)
}

/// Dates as days since 1970-01-01.
pub(super) fn days(dates: &Date32Array) -> Numbers {
    let values: Vec<i128> = dates.values().iter().map(|day| i128::from(*day)).collect();
    Numbers { values: values.into(), nulls: dates.nulls().cloned(), scale: 0 }
}

/// Dates so many whole days later, or earlier if `back`; null where that is outside of the calendar.
pub(super) fn moved(
    dates: &Date32Array,
    by: &Numbers,
    back: bool,
    beyond: &Beyond,
) -> Result<Date32Array, Fault> {
    let sums = decimal::add(&days(dates), &decimal::whole(by)?, back)?;
    let mut moved = Vec::with_capacity(sums.len());
    let mut outside = false;
    for (row, sum) in sums.values.iter().enumerate() {
        match date::moved(0, *sum) {
            Some(day) => moved.push(day),
            None => {
                outside |= sums.is_valid(row);
                moved.push(0);
            }
        }
    }
    if !outside {
        return Ok(Date32Array::new(moved.into(), sums.nulls));
    }
    beyond.note();
    let inside = |(row, sum): (usize, &i128)| sums.is_valid(row) && date::moved(0, *sum).is_some();
    let nulls = sums.values.iter().enumerate().map(inside).collect::<NullBuffer>();
    Ok(Date32Array::new(moved.into(), Some(nulls)))
}

/// Whether a condition is true on each row; no nulls.
pub(super) fn is_true(condition: &BooleanArray) -> BooleanArray {
    match condition.nulls().map(NullBuffer::inner) {
        None => condition.clone(),
        Some(valid) => BooleanArray::new(condition.values() & valid, None),
    }
}

/// What arithmetic makes of two columns of numbers.
pub(super) fn arithmetic(op: Arithmetic, left: &Numbers, right: &Numbers) -> Result<Numbers, Fault> {
    match op {
        Arithmetic::Add => decimal::add(left, right, false),
        Arithmetic::Subtract => decimal::add(left, right, true),
        Arithmetic::Multiply => decimal::multiply(left, right),
        Arithmetic::Divide => decimal::divide(left, right),
    }
}
