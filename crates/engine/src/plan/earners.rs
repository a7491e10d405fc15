//! Which payees earn by a rule that pays on credits.

use apportion_data::DealIx;
use arrow::array::Array;

use super::{Bound, Inputs};
use crate::credit::Fault;
use apportion_expr::Expr;

/// Which payees a `payees` condition lets earn; `None` without a condition.
pub fn earns(inputs: &Inputs, condition: Option<&Expr>) -> Result<Option<Vec<bool>>, Fault> {
    let frame = &inputs.tables.payees.frame;
    let Some(condition) = condition else { return Ok(None) };
    let mask = Bound::new(condition, &[Some(frame)])
        .mask(frame.rows, &[None])
        .map_err(|error| Fault::new(DealIx::FIRST, error.message))?;
    Ok(Some((0..frame.rows).map(|row| mask.is_valid(row) && mask.value(row)).collect()))
}
