//! Lines of stipends, an amount times what it is paid per, and why there is none.

use apportion_data::{DealIx, PayeeIx};
use arrow::array::{Array, ArrayRef};

use super::plan::{GROUP, Plan};
use super::trace::StipendTrace;
use crate::credit::Fault;
use crate::explain::Exact;
use crate::explain::amounts::{At, Running, text_of};
use crate::explain::condition::OneRow;
use crate::explain::explainer::Explainer;
use crate::explain::nothing::{On, WorkOn};
use crate::explain::tree::{Amount, Condition, How, Quantity, Step, Why};
use crate::kinds::Explains;
use crate::plan::Bound;
use apportion_rules::{RuleIx, Stipend};

/// A version, planned.
pub(super) struct Explained<'a> {
    pub rule: &'a Stipend,
    pub plan: Plan<'a>,
}

impl Explains for Explained<'_> {
    fn explain(&self, explainer: &Explainer, at: At, _: &Running, amount: &mut Amount) -> Result<(), Fault> {
        let ground = explainer.ground;
        let trace = self.plan.trace(&ground.inputs, at.deal)?;
        amount.counting = self.plan.counting().map(text_of);
        amount.work = explainer.work(at, &trace.reached, |_, _| true);
        let Some(group) = trace.groups.payee.iter().position(|payee| *payee == at.payee) else {
            return Ok(());
        };
        amount.require = require_of(self.plan.requirement(), &trace, group, at.payee, at.deal)?;
        let amount_e6 = trace.amount_e6[group].unwrap_or(0);
        amount.rate =
            Some(ground.rule_value(Exact::new(amount_e6, 6), &self.rule.amount, at.deal, Some(at.payee)));
        let how = How::Product {
            a: (Quantity::StipendAmount, Exact::new(amount_e6, 6)),
            b: (Quantity::Times, Exact::new(trace.times_e9[group], 9)),
        };
        let result = ground.settlement.lines[at.row].uncapped;
        amount.steps.push(Step { gives: Quantity::Uncapped, how, result });
        Ok(())
    }

    fn nothing(&self, explainer: &Explainer, on: On, payee: Option<PayeeIx>) -> Result<Why, Fault> {
        let ground = explainer.ground;
        let amount_e6 = ground.tables.deals.amount_e6[on.deal];
        if amount_e6 < 0 {
            return Ok(Why::NegativeDeal { amount: Exact::new(amount_e6.into(), 6), earns_no: "stipend" });
        }
        let trace = self.plan.trace(&ground.inputs, on.deal)?;
        let of_payee = |payee| self.unearned(explainer, on, &trace, payee);
        let work =
            WorkOn { engaged: &self.rule.engaged, reached: &trace.reached, counting: self.plan.counting() };
        explainer.engaged(on, &work, payee, &of_payee)
    }

    fn expected(&self, _: &Explainer, _: RuleIx, _: PayeeIx, worked_on: &[DealIx]) -> Vec<DealIx> {
        worked_on.to_vec()
    }

    fn never(&self, explainer: &Explainer, _: PayeeIx) -> Why {
        explainer.no_work()
    }
}

impl Explained<'_> {
    /// Why a payee whose work counts earned nothing.
    fn unearned(
        &self,
        explainer: &Explainer,
        on: On,
        trace: &StipendTrace,
        payee: PayeeIx,
    ) -> Result<Why, Fault> {
        let group = trace.groups.payee.iter().position(|of| *of == payee);
        let Some(group) = group.filter(|group| trace.times_e9[*group] > 0) else {
            return Ok(Why::ZeroUnits { work: explainer.counted(on, &trace.reached, payee) });
        };
        let conditions = require_of(self.plan.requirement(), trace, group, payee, on.deal)?;
        let failed = conditions.into_iter().find(|condition| condition.truth != Some(true));
        Ok(match failed {
            Some(failed) => Why::RequirementNotMet(failed),
            None => explainer.no_rate(&self.rule.amount, on.deal, Some(payee)),
        })
    }
}

/// The parts of `require` for one group.
fn require_of(
    require: Option<&Bound>,
    trace: &StipendTrace,
    group: usize,
    payee: PayeeIx,
    deal: DealIx,
) -> Result<Vec<Condition>, Fault> {
    let Some(require) = require else { return Ok(Vec::new()) };
    let columns: Vec<Option<ArrayRef>> = trace
        .columns
        .iter()
        .map(|column| {
            column.as_ref().filter(|column| group < column.len()).map(|column| column.slice(group, 1))
        })
        .collect();
    OneRow::new(require, &[payee.raw(), deal.raw()], deal).with(GROUP, columns).conditions()
}
