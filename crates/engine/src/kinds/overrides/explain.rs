//! Lines of overrides: a rate of the credit of a payee below, for each manager above.

use super::nothing;
use crate::credit::Fault;
use crate::explain::Exact;
use crate::explain::amounts::{ExplainedLine, Running};
use crate::explain::explainer::Explainer;
use crate::explain::nothing::DealVersion;
use crate::explain::tree::{Amount, Manager, Operation, Quantity, RuleValue, Shortfall, Step};
use crate::kinds::Explains;
use crate::plan::rate_e8;
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::{Override, RuleIx};

/// A version.
pub(super) struct VersionExplainer<'a> {
    pub rule: &'a Override,
}

impl Explains for VersionExplainer<'_> {
    fn explain(
        &self,
        explainer: &Explainer,
        explained: ExplainedLine,
        _: &Running,
        amount: &mut Amount,
    ) -> Result<(), Fault> {
        let (ground, lines) = (explainer.ground, &explainer.ground.settlement.lines);
        let Some(credited) = lines[explained.row].from_payee.get() else { return Ok(()) };
        let credit = explainer.credit(&self.rule.credits, credited, explained);
        let rate = Exact::new(lines[explained.row].rate_e8.into(), 8);
        amount.rate = Some(RuleValue { value: rate, by: None, row: None });
        amount.managers = managers(self.rule, explainer, explained, credited, lines[explained.row].level)?;
        let a = (Quantity::Credit, Exact::minor(credit.result, ground.digits()));
        amount.steps.push(credit);
        let how = Operation::Product { a, b: (Quantity::Rate, rate) };
        let result = lines[explained.row].uncapped;
        amount.steps.push(Step { gives: Quantity::Uncapped, how, result });
        Ok(())
    }

    fn nothing(
        &self,
        explainer: &Explainer,
        on: DealVersion,
        payee: Option<PayeeIx>,
    ) -> Result<Shortfall, Fault> {
        nothing::why(self.rule, explainer, on, payee)
    }

    /// A manager's lines are for the credit of others, so no deals of the manager are expected.
    fn expected(&self, _: &Explainer, _: RuleIx, _: PayeeIx, _: &[DealIx]) -> Vec<DealIx> {
        Vec::new()
    }

    fn never(&self, explainer: &Explainer, payee: PayeeIx) -> Shortfall {
        nothing::nobody_below(self.rule, explainer, payee, explainer.ground.paid.paid_until)
    }
}

/// The managers above a credited payee, as far as the rule has levels.
fn managers(
    rule: &Override,
    explainer: &Explainer,
    explained: ExplainedLine,
    credited: PayeeIx,
    mine: u8,
) -> Result<Vec<Manager>, Fault> {
    let ground = explainer.ground;
    let earns = &explainer.of_version(explained.rule, explained.version).earns;
    let mut managers = Vec::new();
    let day = ground.tables.deals.close_date[explained.deal];
    let above = ground.tables.payees.managers(credited, day);
    let mut below = credited;
    for ((level, rate), manager) in (1_u8..).zip(&rule.levels).zip(above) {
        let rate = rate_e8(*rate).map_err(Fault::overflow(explained.deal))?;
        managers.push(Manager {
            payee: ground.payee(manager),
            level,
            rate: Some(Exact::new(rate.into(), 8)),
            since: ground.managed_since(ground.tables.state(below, explained.deal)),
            earns: earns.has(ground.tables.state(manager, explained.deal)),
            mine: level == mine,
        });
        below = manager;
    }
    Ok(managers)
}
