//! Which payees earn by a rule that pays on credits.

use apportion_data::{PayeeStates, StateIx};
use arrow::array::Array;

use super::{Bound, Inputs};
use crate::credit::{Fault, Subject};
use apportion_expr::Expr;

/// Who earns, by what payees are on a day.
#[derive(Debug, Clone, Default)]
pub struct Earners {
    /// By state; `None` is everybody.
    pub(crate) of_states: Option<Vec<bool>>,
}

impl Earners {
    /// Whom a `payees` condition lets earn; everybody without one.
    ///
    /// # Errors
    /// A payee for whom the condition has no value.
    pub fn new(inputs: &Inputs, condition: Option<&Expr>) -> Result<Self, Fault> {
        let Some(condition) = condition else { return Ok(Self { of_states: None }) };
        let states = &inputs.tables.payees.states;
        let rows = states.frame.rows;
        let mask = Bound::new(condition, &[Some(&states.frame)]).mask(rows, &[None]).map_err(|error| {
            let payee = |row: usize| StateIx::new(row).map_or(Subject::Rule, |state| subject(states, state));
            Fault::of_expression(condition, error, payee)
        })?;
        Ok(Self { of_states: Some((0..rows).map(|row| mask.is_valid(row) && mask.value(row)).collect()) })
    }

    /// Whether a payee earns who is this.
    #[inline]
    pub fn has(&self, state: StateIx) -> bool {
        self.of_states.as_ref().is_none_or(|earns| earns[state])
    }
}

fn subject(states: &PayeeStates, state: StateIx) -> Subject {
    Subject::Payee(states.payee(state))
}
