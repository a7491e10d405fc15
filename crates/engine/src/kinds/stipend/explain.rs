//! Lines of stipends: an amount, times what it is paid per.

use arrow::array::{Array, ArrayRef};

use crate::credit::Fault;
use crate::explain::amounts::At;
use crate::explain::condition::OneRow;
use crate::explain::explainer::Explainer;
use crate::explain::number::Exact;
use crate::explain::tree::{Amount, Condition, How, Quantity, Step};
use crate::plan::{Bound, StipendTrace};
use apportion_rules::Stipend;

/// Where the group stands among the tables that `require` sees.
const GROUP: usize = 2;

impl Explainer<'_> {
    pub(crate) fn stipend(
        &self,
        at: At,
        rule: &Stipend,
        trace: &StipendTrace,
        require: Option<&Bound>,
        amount: &mut Amount,
    ) -> Result<(), Fault> {
        amount.work = self.work(at, &trace.reached, |_, _| true);
        let Some(group) = trace.groups.payee.iter().position(|payee| *payee == at.payee) else {
            return Ok(());
        };
        amount.require = require_of(require, trace, group, at.payee, at.deal)?;
        let amount_e6 = trace.amount_e6[group].unwrap_or(0);
        amount.rate = Some(self.ground.rule_value(amount_e6, 6, &rule.amount, at.deal, Some(at.payee)));
        let how = How::Product {
            a: (Quantity::StipendAmount, Exact::new(amount_e6, 6)),
            b: (Quantity::Times, Exact::new(trace.times_e9[group], 9)),
        };
        let result = self.ground.settlement.lines[at.row].uncapped;
        amount.steps.push(Step { gives: Quantity::Uncapped, how, result });
        Ok(())
    }
}

/// The parts of `require` for one group.
pub fn require_of(
    require: Option<&Bound>,
    trace: &StipendTrace,
    group: usize,
    payee: u32,
    deal: u32,
) -> Result<Vec<Condition>, Fault> {
    let Some(require) = require else { return Ok(Vec::new()) };
    let columns: Vec<Option<ArrayRef>> = trace
        .columns
        .iter()
        .map(|column| {
            column.as_ref().filter(|column| group < column.len()).map(|column| column.slice(group, 1))
        })
        .collect();
    OneRow::new(require, &[payee, deal], deal).with(GROUP, columns).conditions()
}
