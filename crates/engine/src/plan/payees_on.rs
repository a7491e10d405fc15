//! For which payees a condition of a policy is true on a day.

use arrow::array::{Array, UInt32Array};

use super::{Bound, no_value};
use apportion_base::diagnostic::Diagnostic;
use apportion_data::{PayeeIx, Tables};
use apportion_expr::Expr;

/// By payee: whether a condition over payees is true, as they are on a day (since 1970-01-01); of everybody without one. `policy` is
/// whose condition it is, such as "draw `guarantee`".
///
/// # Errors
/// `number-too-large`, with the payee for whom the condition has no value.
pub fn payees_on(
    tables: &Tables,
    condition: Option<&Expr>,
    day: i32,
    policy: &str,
) -> Result<Vec<bool>, Diagnostic> {
    let payees = &tables.payees;
    let Some(condition) = condition else { return Ok(vec![true; payees.len()]) };
    let states: Vec<u32> = payees.all().map(|payee| payees.state(payee, day).raw()).collect();
    let states = UInt32Array::from(states);
    let bound = Bound::new(condition, &[Some(&payees.states.frame)]);
    let mask = bound.mask(payees.len(), &[Some(&states)]).map_err(|error| {
        let payee = PayeeIx::new(error.row).filter(|payee| payee.at() < payees.len());
        let on = payee.map_or(String::new(), |payee| format!(" on payee `{}`", payees.id(payee)));
        no_value(format_args!("{policy}{on}"), condition, &error)
    })?;
    Ok((0..payees.len()).map(|row| mask.is_valid(row) && mask.value(row)).collect())
}
