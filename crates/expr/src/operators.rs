//! The value of each kind of node from the values of the nodes below it. Null in conditions is Kleene's three-valued
//! logic, as in SQL.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, BooleanArray, Date32Array};
use arrow::buffer::BooleanBuffer;
use arrow::compute::kernels::{boolean, cmp};

use super::decimal::{self, Numbers};
use super::evaluate::{Rows, is_true, value};
use super::membership;
use super::tree::{Arithmetic, Comparison, Function, Kind, Node, Part, TableUse};
use super::value::{Value, mixed};
use super::{Fault, Type, date, functions, text};

/// The value of a node from the values below it.
pub(super) fn apply(node: &Node, rows: &Rows) -> Result<Value, Fault> {
    match &node.kind {
        Kind::Literal(literal) => Ok(Value::literal(literal, node.ty)),
        Kind::Column(_) => value(node, rows),
        Kind::And(all) => joined(all, rows, boolean::and_kleene),
        Kind::Or(all) => joined(all, rows, boolean::or_kleene),
        Kind::Not(one) => negated(condition(one, rows)?, true),
        Kind::Compare { op, left, right } => {
            Ok(Value::Boolean(compare(*op, &value(left, rows)?, &value(right, rows)?)?))
        }
        Kind::Between { negated: not, value: tested, low, high } => {
            let tested = value(tested, rows)?;
            let above = compare(Comparison::GreaterOrEqual, &tested, &value(low, rows)?)?;
            let below = compare(Comparison::LessOrEqual, &tested, &value(high, rows)?)?;
            negated(join_two(&above, &below, boolean::and_kleene)?, *not)
        }
        Kind::In { negated: not, value: tested, list } => negated(is_in(tested, list, rows)?, *not),
        Kind::Like { negated: not, value: tested, pattern } => {
            let (Value::Text(texts), Value::Text(pattern)) = (value(tested, rows)?, value(pattern, rows)?)
            else {
                return Err(mixed());
            };
            negated(text::like(&texts, &pattern)?, *not)
        }
        Kind::IsNull { negated: not, value: tested } => negated(value(tested, rows)?.is_not_null(), !*not),
        Kind::IsTruth { negated: not, truth, value: tested } => {
            let tested = condition(tested, rows)?;
            let tested = if *truth { tested } else { boolean::not(&tested)? };
            negated(is_true(&tested), *not)
        }
        Kind::Case { operand, branches, otherwise } => case(node, operand, branches, otherwise, rows),
        Kind::Negate(one) => Ok(Value::Number(decimal::negate(&number(one, rows)?)?)),
        Kind::Arithmetic { op, left, right } => {
            let (left, right) = (number(left, rows)?, number(right, rows)?);
            Ok(Value::Number(match op {
                Arithmetic::Add => decimal::add(&left, &right, false)?,
                Arithmetic::Subtract => decimal::add(&left, &right, true)?,
                Arithmetic::Multiply => decimal::multiply(&left, &right)?,
                Arithmetic::Divide => decimal::divide(&left, &right)?,
            }))
        }
        Kind::DaysBetween { left, right } => {
            let (left, right) = (dates(left, rows)?, dates(right, rows)?);
            let days = decimal::add(&days(&left), &days(&right), true)?;
            Ok(Value::Number(days))
        }
        Kind::MoveDate { back, date, days } => {
            Ok(Value::Date(moved(&dates(date, rows)?, &number(days, rows)?, *back)?))
        }
        Kind::Call { function, arguments } => call(function, arguments, node, rows),
    }
}

/// The values of a node of one type.
fn condition(node: &Node, rows: &Rows) -> Result<BooleanArray, Fault> {
    match value(node, rows)? {
        Value::Boolean(values) => Ok(values),
        _ => Err(mixed()),
    }
}

fn number(node: &Node, rows: &Rows) -> Result<Numbers, Fault> {
    match value(node, rows)? {
        Value::Number(values) => Ok(values),
        _ => Err(mixed()),
    }
}

fn dates(node: &Node, rows: &Rows) -> Result<Date32Array, Fault> {
    match value(node, rows)? {
        Value::Date(values) => Ok(values),
        _ => Err(mixed()),
    }
}

fn negated(values: BooleanArray, not: bool) -> Result<Value, Fault> {
    Ok(Value::Boolean(if not { boolean::not(&values)? } else { values }))
}

type Join = fn(&BooleanArray, &BooleanArray) -> Result<BooleanArray, arrow::error::ArrowError>;

/// Joins two conditions, either of which may be a constant.
fn join_two(left: &BooleanArray, right: &BooleanArray, join: Join) -> Result<BooleanArray, Fault> {
    let rows = if left.len() == 1 { right.len() } else { left.len() };
    let whole = |values: &BooleanArray| match Value::Boolean(values.clone()).repeated(rows)? {
        Value::Boolean(values) => Ok(values),
        _ => Err(mixed()),
    };
    Ok(join(&whole(left)?, &whole(right)?)?)
}

/// Joins conditions. Those over one table are joined first, so that they are taken through its index together.
fn joined(all: &[Node], rows: &Rows, join: Join) -> Result<Value, Fault> {
    let mut groups: Vec<(TableUse, Vec<&Node>)> = Vec::new();
    for node in all {
        match groups.iter_mut().find(|(uses, _)| *uses == node.uses()) {
            Some((_, group)) => group.push(node),
            None => groups.push((node.uses(), vec![node])),
        }
    }
    let mut outcome: Option<BooleanArray> = None;
    for (uses, group) in groups {
        let part = rows.factored(uses, &|rows| {
            let mut outcome: Option<BooleanArray> = None;
            for node in &group {
                outcome = Some(next(outcome, condition(node, rows)?, join)?);
            }
            outcome.map(Value::Boolean).ok_or_else(mixed)
        })?;
        let Value::Boolean(part) = part else { return Err(mixed()) };
        outcome = Some(next(outcome, part, join)?);
    }
    outcome.map(Value::Boolean).ok_or_else(mixed)
}

/// Joins one more condition to those before it.
fn next(before: Option<BooleanArray>, part: BooleanArray, join: Join) -> Result<BooleanArray, Fault> {
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

/// `IN`: all constants of the list are searched together; other items are compared one by one.
fn is_in(tested: &Node, list: &[Node], rows: &Rows) -> Result<BooleanArray, Fault> {
    let tested = value(tested, rows)?;
    let (mut constants, mut outcome) = (Vec::new(), None);
    for item in list {
        let item_value = value(item, rows)?;
        if item.uses() == TableUse::Nothing {
            constants.push(item_value);
        } else {
            let equal = compare(Comparison::Equal, &tested, &item_value)?;
            outcome = Some(next(outcome, equal, boolean::or_kleene)?);
        }
    }
    if !constants.is_empty() {
        outcome = Some(next(outcome, membership::is_one_of(&tested, &constants)?, boolean::or_kleene)?);
    }
    outcome.ok_or_else(mixed)
}

/// `CASE`: branches are evaluated in order, as long as there are rows that have taken none.
fn case(
    node: &Node,
    operand: &Option<Box<Node>>,
    branches: &[(Node, Node)],
    otherwise: &Option<Box<Node>>,
    rows: &Rows,
) -> Result<Value, Fault> {
    let operand = operand.as_ref().map(|operand| value(operand, rows)).transpose()?;
    let mut open = BooleanBuffer::new_set(rows.rows);
    let mut outcome = Value::null(node.ty);
    for (when, then) in branches {
        let when = match &operand {
            None => condition(when, rows)?,
            Some(operand) => compare(Comparison::Equal, operand, &value(when, rows)?)?,
        };
        let hit = &open & is_true(&spread(when, rows)?).values();
        if hit.count_set_bits() > 0 {
            outcome = Value::select(&hit, &value(then, rows)?, &outcome)?;
            open = &open & &!&hit;
        }
        if open.count_set_bits() == 0 {
            return Ok(outcome);
        }
    }
    match otherwise {
        None => Ok(outcome),
        Some(otherwise) => Value::select(&open, &value(otherwise, rows)?, &outcome),
    }
}

/// A condition with a value for each row, also if it is a constant.
fn spread(values: BooleanArray, rows: &Rows) -> Result<BooleanArray, Fault> {
    match Value::Boolean(values).repeated(rows.rows)? {
        Value::Boolean(values) => Ok(values),
        _ => Err(mixed()),
    }
}

fn call(function: &Function, arguments: &[Node], node: &Node, rows: &Rows) -> Result<Value, Fault> {
    if let Some(value) = functions::call(function, arguments, rows)? {
        return Ok(value);
    }
    let first = arguments.first().ok_or_else(mixed)?;
    match function {
        Function::Abs => Ok(Value::Number(decimal::absolute(&number(first, rows)?)?)),
        Function::Round { digits } => Ok(Value::Number(decimal::round(&number(first, rows)?, *digits)?)),
        Function::Least => extreme(arguments, Comparison::LessOrEqual, rows),
        Function::Greatest => extreme(arguments, Comparison::GreaterOrEqual, rows),
        Function::Coalesce => coalesce(arguments, rows),
        Function::Nullif => {
            let first = value(first, rows)?;
            let second = value(arguments.get(1).ok_or_else(mixed)?, rows)?;
            let equal = is_true(&spread(compare(Comparison::Equal, &first, &second)?, rows)?);
            Value::select(equal.values(), &Value::null(node.ty), &first)
        }
        Function::Lower => rewritten(first, rows, str::to_lowercase),
        Function::Upper => rewritten(first, rows, str::to_uppercase),
        Function::Trim => rewritten(first, rows, |text| text.trim().to_owned()),
        Function::Extract(part) => {
            let dates = dates(first, rows)?;
            let values: Vec<i128> = dates.values().iter().map(|day| extracted(*part, *day)).collect();
            Ok(Value::Number(Numbers { values: values.into(), nulls: dates.nulls().cloned(), scale: 0 }))
        }
        // All others are functions of texts, which were computed above.
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
    let equal = compare(Comparison::Equal, &left, &right)?;
    match Value::Boolean(equal).repeated(rows)? {
        Value::Boolean(equal) => Ok(is_true(&equal).values().clone()),
        _ => Err(mixed()),
    }
}

fn rewritten(node: &Node, rows: &Rows, rewrite: impl Fn(&str) -> String) -> Result<Value, Fault> {
    match value(node, rows)? {
        Value::Text(texts) => Ok(Value::Text(texts.map(rewrite)?)),
        _ => Err(mixed()),
    }
}

fn extracted(part: Part, day: i32) -> i128 {
    let (year, month) = date::year_month(day);
    i128::from(match part {
        Part::Year => year,
        Part::Quarter => (month + 2) / 3,
        Part::Month => month,
    })
}

/// The least or greatest argument that is not null; null where all are.
fn extreme(arguments: &[Node], keep: Comparison, rows: &Rows) -> Result<Value, Fault> {
    let mut outcome: Option<Value> = None;
    for argument in arguments {
        let other = value(argument, rows)?;
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

/// The first argument that is not null. Later arguments are evaluated only as long as there are rows without a value.
fn coalesce(arguments: &[Node], rows: &Rows) -> Result<Value, Fault> {
    let mut outcome: Option<Value> = None;
    for argument in arguments {
        let Some(found) = &outcome else {
            outcome = Some(value(argument, rows)?);
            continue;
        };
        let valid = spread(found.is_not_null(), rows)?;
        if valid.true_count() == rows.rows {
            break;
        }
        outcome = Some(Value::select(valid.values(), found, &value(argument, rows)?)?);
    }
    outcome.ok_or_else(mixed)
}

/// Dates as days since 1970-01-01.
fn days(dates: &Date32Array) -> Numbers {
    let values: Vec<i128> = dates.values().iter().map(|day| i128::from(*day)).collect();
    Numbers { values: values.into(), nulls: dates.nulls().cloned(), scale: 0 }
}

/// Dates so many whole days later, or earlier if `back`.
fn moved(dates: &Date32Array, by: &Numbers, back: bool) -> Result<Date32Array, Fault> {
    let sums = decimal::add(&days(dates), &decimal::whole(by)?, back)?;
    let mut moved = Vec::with_capacity(sums.len());
    for (row, sum) in sums.values.iter().enumerate() {
        match date::moved(0, *sum) {
            Some(day) => moved.push(day),
            None if !sums.is_valid(row) => moved.push(0),
            None => return Err(Fault::new("a date was moved outside of the years 1 to 9999")),
        }
    }
    Ok(Date32Array::new(moved.into(), sums.nulls))
}
