//! Lines of renewal bonuses, a measure that sets the rate for the deal or for each payee, and why there is none.

use super::plan::Plan;
use super::trace::BonusTrace;
use crate::credit::Fault;
use crate::explain::Exact;
use crate::explain::amounts::{ExplainedLine, Running, text_of};
use crate::explain::explainer::Explainer;
use crate::explain::nothing::{DealVersion, EngagementsOnDeal};
use crate::explain::split::{Sharer, told};
use crate::explain::tree::{Amount, Measure, Note, Operation, Quantity, Shortfall, Step};
use crate::kinds::Explains;
use apportion_base::money::{Minor, Scaled};
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::{self as rules, RateBy, RenewalBonus, RuleIx};

/// A version, planned.
pub(super) struct VersionExplainer<'a> {
    pub rule: &'a RenewalBonus,
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
        let (ground, lines, digits) =
            (explainer.ground, &explainer.ground.settlement.lines, explainer.ground.digits());
        let overflow = Fault::overflow(explained.deal);
        let rule = self.rule;
        let trace = self.plan.trace(&ground.inputs, explained.deal)?;
        amount.counting = self.plan.counting().map(text_of);
        amount.work = explainer.work(explained, &trace.reached, |_, _| true);
        let Some(group) = trace.groups.payee.iter().position(|payee| *payee == explained.payee) else {
            return Ok(());
        };
        let of_deal = rule.rate_by == RateBy::Deal;
        let measured = if of_deal { trace.measure_e9.iter().sum() } else { trace.measure_e9[group] };
        let Some(rung) = trace.reached_rungs[if of_deal { 0 } else { group }] else { return Ok(()) };
        let (rate_e8, rungs) = (rung.rate_e8.unwrap_or(0), &self.plan.rungs);
        amount.shared_by = Some(word(rule.measure));
        amount.measure = Some(Measure {
            word: word(rule.measure),
            of_deal,
            value: Exact::new(measured, 9),
            from: Exact::new(rungs[rung.step].0, 9),
            next: rungs.get(rung.step + 1).map(|(from, _)| Exact::new(*from, 9)),
        });
        let value = &rule.rates[rung.step].rate;
        amount.rate = Some(ground.rule_value(
            Exact::new(rate_e8.into(), 8),
            (value, &rungs[rung.step].1),
            explained.deal,
            (!of_deal).then_some(explained.payee),
        ));

        let (mantissa, scale) = trace.basis.unwrap_or((0, 0));
        let basis = (Quantity::Basis, Exact::new(mantissa, scale));
        let rate = (Quantity::Rate, Exact::new(rate_e8.into(), 8));
        explainer.converted(rule.basis.is_none(), amount);
        let sharers = (0..trace.groups.payee.len()).map(|group| Sharer {
            key: ground.payee(trace.groups.payee[group]),
            units: trace.measure_e9[group],
            shown: Exact::new(trace.measure_e9[group], 9),
            note: Note::Nothing,
        });
        let sharers: Vec<Sharer> = sharers.collect();
        let mut step = |gives, how, result| amount.steps.push(Step { gives, how, result });
        if of_deal {
            let pool = lines[explained.row].pool;
            step(Quantity::Pool, Operation::Product { a: basis, b: rate }, pool);
            let split = told(pool, sharers, group, digits).map_err(overflow)?;
            let part = split.parts[group].amount;
            step(Quantity::Uncapped, Operation::Split { operand: Quantity::Pool, split }, part);
        } else {
            let whole = ground.book.rounding.rescale(mantissa, scale, digits);
            let whole = whole.and_then(Minor::from_wide).map_err(&overflow)?;
            step(Quantity::RoundedBasis, Operation::Round { operand: basis.0, value: basis.1 }, whole);
            let split = told(whole, sharers, group, digits).map_err(overflow)?;
            let part = split.parts[group].amount;
            step(Quantity::Part, Operation::Split { operand: Quantity::RoundedBasis, split }, part);
            let part = (Quantity::Part, Exact::minor(part, digits));
            let (of, by) = (Scaled::new(part.1.mantissa, part.1.scale), Scaled::new(rate_e8.into(), 8));
            let product = ground.book.rounding.product(of, by, digits);
            let result = product.and_then(Minor::from_wide).map_err(Fault::overflow(explained.deal))?;
            step(Quantity::Uncapped, Operation::Product { a: part, b: rate }, result);
        }
        Ok(())
    }

    fn nothing(
        &self,
        explainer: &Explainer,
        on: DealVersion,
        payee: Option<PayeeIx>,
    ) -> Result<Shortfall, Fault> {
        let trace = self.plan.trace(&explainer.ground.inputs, on.deal)?;
        if trace.basis.is_none() {
            return explainer.no_basis(on);
        }
        if let Some(why) = explainer.held(on, false) {
            return Ok(why);
        }
        let of_payee = |payee| Ok(self.unearned(explainer, on, &trace, payee));
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
        trace: &BonusTrace,
        payee: PayeeIx,
    ) -> Shortfall {
        let body = self.rule;
        let zero = || Shortfall::ZeroUnits { work: explainer.counted(on, &trace.reached, payee) };
        let Some(group) = trace.groups.payee.iter().position(|operand| *operand == payee) else {
            return zero();
        };
        let of_deal = body.rate_by == RateBy::Deal;
        let measured = if of_deal { trace.measure_e9.iter().sum() } else { trace.measure_e9[group] };
        if !of_deal && measured == 0 {
            return zero();
        }
        let Some(rung) = trace.reached_rungs[if of_deal { 0 } else { group }] else {
            let first = self.plan.rungs.first().map_or(0, |(from, _)| *from);
            return Shortfall::BelowFirstRate {
                of_deal,
                word: word(body.measure),
                value: Exact::new(measured, 9),
                first: Exact::new(first, 9),
            };
        };
        match rung.rate_e8 {
            None => explainer.no_rate(&body.rates[rung.step].rate, on.deal, Some(payee)),
            Some(_) => zero(),
        }
    }
}
/// What a renewal bonus measures.
fn word(measure: rules::Measure) -> &'static str {
    match measure {
        rules::Measure::Weight => "weight",
        rules::Measure::Touches => "touches",
    }
}
