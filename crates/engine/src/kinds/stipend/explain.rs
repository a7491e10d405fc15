//! Lines of stipends, an amount times what it is paid per, and why there is none.

use apportion_base::money::{Minor, Scaled};
use apportion_data::{DealIx, PayeeIx};
use arrow::array::{Array, ArrayRef};

use super::plan::{GROUP, Plan};
use super::trace::StipendTrace;
use crate::credit::Fault;
use crate::explain::amounts::{ExplainedLine, Running, text_of};
use crate::explain::condition::OneRow;
use crate::explain::explainer::Explainer;
use crate::explain::nothing::{DealVersion, EngagementsOnDeal};
use crate::explain::tree::{Amount, Condition, Operation, Quantity, Shortfall, Step};
use crate::explain::{Exact, YearIndex};
use crate::kinds::Explains;
use crate::plan::Bound;
use apportion_rules::{RuleIx, Stipend};

/// A version, planned.
pub(super) struct VersionExplainer<'a> {
    pub rule: &'a Stipend,
    pub plan: Plan<'a>,
}

impl Explains for VersionExplainer<'_> {
    fn explain(
        &self,
        explainer: &Explainer,
        explained: ExplainedLine,
        _: &Running,
        amount: &mut Amount,
    ) -> Result<(), Fault> {
        let ground = explainer.ground;
        let trace = self.plan.trace(&ground.inputs, explained.deal)?;
        amount.counting = self.plan.counting().map(text_of);
        amount.work = explainer.work(explained, &trace.reached, |_, _| true);
        let Some(group) = trace.groups.payee.iter().position(|payee| *payee == explained.payee) else {
            return Ok(());
        };
        amount.require = require_of(ground, self.plan.requirement(), &trace, group, explained.deal)?;
        let amount_e6 = trace.amount_e6[group].unwrap_or(0);
        amount.rate = Some(ground.rule_value(
            Exact::new(amount_e6, 6),
            (&self.rule.amount, &self.plan.amount),
            explained.deal,
            Some(explained.payee),
        ));
        let times_e9 = trace.times_e9[group];
        let how = Operation::Product {
            a: (Quantity::StipendAmount, Exact::new(amount_e6, 6)),
            b: (Quantity::Times, Exact::new(times_e9, 9)),
        };
        let (amount_of_one, times) = (Scaled::new(amount_e6, 6), Scaled::new(times_e9, 9));
        let product = ground.book.rounding.product(amount_of_one, times, ground.digits());
        let result = product.and_then(Minor::from_wide).map_err(Fault::overflow(explained.deal))?;
        amount.steps.push(Step { gives: Quantity::Uncapped, how, result });
        Ok(())
    }

    fn nothing(
        &self,
        explainer: &Explainer,
        on: DealVersion,
        payee: Option<PayeeIx>,
    ) -> Result<Shortfall, Fault> {
        let ground = explainer.ground;
        let amount_e6 = ground.tables.deals.amount_e6[on.deal];
        if amount_e6 < 0 {
            return Ok(Shortfall::NegativeDeal {
                amount: Exact::new(amount_e6.into(), 6),
                earns_no: "stipend",
            });
        }
        let trace = self.plan.trace(&ground.inputs, on.deal)?;
        let of_payee = |payee| self.unearned(explainer, on, &trace, payee);
        let work = EngagementsOnDeal {
            engaged: &self.rule.engaged,
            reached: &trace.reached,
            counting: self.plan.counting(),
        };
        explainer.engaged(on, &work, payee, &of_payee)
    }

    fn expected(&self, _: &Explainer, _: RuleIx, _: PayeeIx, worked_on: &[DealIx]) -> Vec<DealIx> {
        worked_on.to_vec()
    }

    fn never(&self, explainer: &Explainer, _: PayeeIx) -> Shortfall {
        explainer.no_work()
    }
}

impl VersionExplainer<'_> {
    /// Why a payee whose work counts earned nothing.
    fn unearned(
        &self,
        explainer: &Explainer,
        on: DealVersion,
        trace: &StipendTrace,
        payee: PayeeIx,
    ) -> Result<Shortfall, Fault> {
        let group = trace.groups.payee.iter().position(|operand| *operand == payee);
        let Some(group) = group.filter(|group| trace.times_e9[*group] > 0) else {
            return Ok(Shortfall::ZeroUnits { work: explainer.counted(on, &trace.reached, payee) });
        };
        let conditions = require_of(explainer.ground, self.plan.requirement(), trace, group, on.deal)?;
        let failed = conditions.into_iter().find(|condition| condition.truth != Some(true));
        Ok(match failed {
            Some(failed) => Shortfall::RequirementNotMet(failed),
            None => explainer.no_rate(&self.rule.amount, on.deal, Some(payee)),
        })
    }
}

/// The parts of `require` for one group.
fn require_of(
    ground: &YearIndex,
    require: Option<&Bound>,
    trace: &StipendTrace,
    group: usize,
    deal: DealIx,
) -> Result<Vec<Condition>, Fault> {
    let Some(require) = require else { return Ok(Vec::new()) };
    let payee = trace.groups.payee[group];
    let columns: Vec<Option<ArrayRef>> = trace
        .columns
        .iter()
        .map(|column| {
            column.as_ref().filter(|column| group < column.len()).map(|column| column.slice(group, 1))
        })
        .collect();
    let state = ground.tables.state(payee, deal);
    OneRow::new(require, &[state.raw(), deal.raw()], deal).dated(ground).with(GROUP, columns).conditions()
}
