//! Which payees earn by a rule that pays on credits.

use apportion_data::PayeeIx;
use arrow::array::Array;

use super::{Bound, Inputs};
use crate::credit::{Fault, Subject};
use apportion_expr::Expr;

/// Which payees a `payees` condition lets earn; `None` without a condition.
pub fn earns(inputs: &Inputs, condition: Option<&Expr>) -> Result<Option<Vec<bool>>, Fault> {
    let frame = &inputs.tables.payees.frame;
    let Some(condition) = condition else { return Ok(None) };
    let mask = Bound::new(condition, &[Some(frame)]).mask(frame.rows, &[None]).map_err(|error| {
        let payee = |row: usize| PayeeIx::new(row).map_or(Subject::Rule, Subject::Payee);
        Fault::of_expression(condition, error, payee)
    })?;
    Ok(Some((0..frame.rows).map(|row| mask.is_valid(row) && mask.value(row)).collect()))
}
