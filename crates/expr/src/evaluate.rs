//! The evaluator: a typed tree over columns, a whole column at a time.
//!
//! - A subtree without columns is evaluated once, as a column of length one.
//! - A subtree over one table that is read through an index is evaluated on the table's own rows, and its results are
//!   taken through the index. If that fails, perhaps on a row that the index does not refer to, the subtree is evaluated
//!   again on the rows that were taken.
//! - If a column fails as a whole, its rows are halved until they succeed or one row fails alone. So an error depends on
//!   its row and never on other rows, and a branch of CASE that a row does not take can't fail on it.

use arrow::array::{Array, ArrayRef, BooleanArray, Date32Array};
use arrow::buffer::BooleanBuffer;
use arrow::compute::kernels::boolean;

use super::decimal::{self, Numbers};
use super::error::{EvalError, Fault};
use super::input::Input;
use super::operators::{self, Join};
use super::rows::Rows;
use super::tree::{Comparison, Function, Kind, Node, TableUse};
use super::value::{self, Value, mixed};
use super::{bands, functions, membership, text};

/// The values of a node on all rows of the input, as an array.
pub(super) fn array(node: &Node, input: &Input) -> Result<ArrayRef, EvalError> {
    if input.rows == 0 {
        return Ok(arrow::array::new_empty_array(&value::data_type(node.ty)));
    }
    evaluate(node, input)?.into_array(input.rows).map_err(|fault| EvalError { row: 0, message: fault.0 })
}

/// The values of a node on all rows of the input.
pub(super) fn evaluate(node: &Node, input: &Input) -> Result<Value, EvalError> {
    let rows = Rows::of_input(input);
    rows.check().map_err(|fault| EvalError { row: 0, message: fault.0 })?;
    evaluate_from(node, &rows, 0)
}

/// Where each of several conditions is true; `None` where one can't be evaluated on all rows. Each column is prepared once.
pub(super) fn conditions(nodes: &[&Node], input: &Input) -> Vec<Option<BooleanArray>> {
    let rows = Rows::of_input(input);
    if rows.check().is_err() {
        return vec![None; nodes.len()];
    }
    let is_true_of = |node: &Node| match value(node, &rows).and_then(|value| value.repeated(rows.rows)) {
        Ok(Value::Boolean(values)) => Some(operators::is_true(&values)),
        _ => None,
    };
    let known = bands::masks(nodes, &rows, &|node| value(node, &rows));
    nodes.iter().zip(known).map(|(node, known)| known.or_else(|| is_true_of(node))).collect()
}

/// The same for some rows of the input, from its row `first` on.
fn evaluate_from(node: &Node, rows: &Rows, first: usize) -> Result<Value, EvalError> {
    let error_on = |row: usize| move |fault: Fault| EvalError { row, message: fault.0 };
    match value(node, rows) {
        Ok(value) => value.repeated(rows.rows).map_err(error_on(first)),
        Err(fault) if rows.rows <= 1 => Err(error_on(first)(fault)),
        Err(_) => {
            let half = rows.rows / 2;
            let left = evaluate_from(node, &rows.part(0, half), first)?;
            let right = evaluate_from(node, &rows.part(half, rows.rows - half), first + half)?;
            Value::concat(&left, &right).map_err(error_on(first + half))
        }
    }
}

/// The values of a node: as many as there are rows, or one for all of them.
fn value(node: &Node, rows: &Rows) -> Result<Value, Fault> {
    match node.kind {
        Kind::Column(column) => rows.column(column, node.ty),
        _ => rows.factored(node.uses(), &|rows| apply(node, rows)),
    }
}

/// The value of a node from the values below it.
fn apply(node: &Node, rows: &Rows) -> Result<Value, Fault> {
    match &node.kind {
        Kind::Literal(literal) => Ok(Value::literal(literal, node.ty)),
        Kind::Column(_) => value(node, rows),
        Kind::And(all) => joined(all, rows, boolean::and_kleene),
        Kind::Or(all) => joined(all, rows, boolean::or_kleene),
        Kind::Not(one) => operators::negated(condition(one, rows)?, true),
        Kind::Compare { op, left, right } => {
            Ok(Value::Boolean(operators::compare(*op, &value(left, rows)?, &value(right, rows)?)?))
        }
        Kind::Between { negated: not, value: tested, low, high } => {
            let tested = value(tested, rows)?;
            let above = operators::compare(Comparison::GreaterOrEqual, &tested, &value(low, rows)?)?;
            let below = operators::compare(Comparison::LessOrEqual, &tested, &value(high, rows)?)?;
            operators::negated(operators::join_two(&above, &below, boolean::and_kleene)?, *not)
        }
        Kind::In { negated: not, value: tested, list } => {
            operators::negated(is_in(tested, list, rows)?, *not)
        }
        Kind::Like { negated: not, value: tested, pattern } => {
            let (Value::Text(texts), Value::Text(pattern)) = (value(tested, rows)?, value(pattern, rows)?)
            else {
                return Err(mixed());
            };
            operators::negated(text::like(&texts, &pattern)?, *not)
        }
        Kind::IsNull { negated: not, value: tested } => {
            operators::negated(value(tested, rows)?.is_not_null(), !*not)
        }
        Kind::IsTruth { negated: not, truth, value: tested } => {
            let tested = condition(tested, rows)?;
            let tested = if *truth { tested } else { boolean::not(&tested)? };
            operators::negated(operators::is_true(&tested), *not)
        }
        Kind::Case { operand, branches, otherwise } => case(node, operand, branches, otherwise, rows),
        Kind::Negate(one) => Ok(Value::Number(decimal::negate(&number(one, rows)?)?)),
        Kind::Arithmetic { op, left, right } => {
            let (left, right) = (number(left, rows)?, number(right, rows)?);
            Ok(Value::Number(operators::arithmetic(*op, &left, &right)?))
        }
        Kind::DaysBetween { left, right } => {
            let (left, right) = (dates(left, rows)?, dates(right, rows)?);
            let days = decimal::add(&operators::days(&left), &operators::days(&right), true)?;
            Ok(Value::Number(days))
        }
        Kind::MoveDate { back, date, days, beyond } => {
            Ok(Value::Date(operators::moved(&dates(date, rows)?, &number(days, rows)?, *back, beyond)?))
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
                outcome = Some(operators::next(outcome, condition(node, rows)?, join)?);
            }
            outcome.map(Value::Boolean).ok_or_else(mixed)
        })?;
        let Value::Boolean(part) = part else { return Err(mixed()) };
        outcome = Some(operators::next(outcome, part, join)?);
    }
    outcome.map(Value::Boolean).ok_or_else(mixed)
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
            let equal = operators::compare(Comparison::Equal, &tested, &item_value)?;
            outcome = Some(operators::next(outcome, equal, boolean::or_kleene)?);
        }
    }
    if !constants.is_empty() {
        outcome =
            Some(operators::next(outcome, membership::is_one_of(&tested, &constants)?, boolean::or_kleene)?);
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
            Some(operand) => operators::compare(Comparison::Equal, operand, &value(when, rows)?)?,
        };
        let hit = &open & operators::is_true(&operators::spread(when, rows.rows)?).values();
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

fn call(function: &Function, arguments: &[Node], node: &Node, rows: &Rows) -> Result<Value, Fault> {
    let values = || arguments.iter().map(|node| value(node, rows)).collect::<Result<Vec<Value>, Fault>>();
    let first = arguments.first().ok_or_else(mixed)?;
    match function {
        Function::Abs => Ok(Value::Number(decimal::absolute(&number(first, rows)?)?)),
        Function::Round { digits } => Ok(Value::Number(decimal::round(&number(first, rows)?, *digits)?)),
        Function::Least => operators::extreme(values()?, Comparison::LessOrEqual, rows.rows),
        Function::Greatest => operators::extreme(values()?, Comparison::GreaterOrEqual, rows.rows),
        Function::Coalesce => coalesce(arguments, rows),
        Function::Nullif => {
            let first = value(first, rows)?;
            let second = value(arguments.get(1).ok_or_else(mixed)?, rows)?;
            let equal = operators::is_true(&operators::spread(
                operators::compare(Comparison::Equal, &first, &second)?,
                rows.rows,
            )?);
            Value::select(equal.values(), &Value::null(node.ty), &first)
        }
        Function::Lower => rewritten(first, rows, str::to_lowercase),
        Function::Upper => rewritten(first, rows, str::to_uppercase),
        Function::Trim => rewritten(first, rows, |text| text.trim().to_owned()),
        Function::Extract(part) => {
            let dates = dates(first, rows)?;
            let values: Vec<i128> =
                dates.values().iter().map(|day| operators::extracted(*part, *day)).collect();
            Ok(Value::Number(Numbers { values: values.into(), nulls: dates.nulls().cloned(), scale: 0 }))
        }
        function => functions::call(function, values()?),
    }
}

/// The first argument that is not null. Later arguments are evaluated only as long as there are rows without a value.
fn coalesce(arguments: &[Node], rows: &Rows) -> Result<Value, Fault> {
    let mut outcome: Option<Value> = None;
    for argument in arguments {
        let Some(found) = &outcome else {
            outcome = Some(value(argument, rows)?);
            continue;
        };
        let valid = operators::spread(found.is_not_null(), rows.rows)?;
        if valid.true_count() == rows.rows {
            break;
        }
        outcome = Some(Value::select(valid.values(), found, &value(argument, rows)?)?);
    }
    outcome.ok_or_else(mixed)
}

fn rewritten(node: &Node, rows: &Rows, rewrite: impl Fn(&str) -> String) -> Result<Value, Fault> {
    match value(node, rows)? {
        Value::Text(texts) => Ok(Value::Text(texts.map(rewrite)?)),
        _ => Err(mixed()),
    }
}
