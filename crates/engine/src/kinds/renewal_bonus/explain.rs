//! Lines of renewal bonuses: a measure that sets the rate, for the deal or for each payee.

use crate::credit::Fault;
use crate::explain::amounts::At;
use crate::explain::explainer::Explainer;
use crate::explain::number::Exact;
use crate::explain::split::{Sharer, told};
use crate::explain::tree::{Amount, How, Measure, Note, Quantity, Step};
use crate::plan::BonusTrace;
use apportion_rules::{self as rules, RateBy, RenewalBonus};

impl Explainer<'_> {
    pub(crate) fn bonus(
        &self,
        at: At,
        rule: &RenewalBonus,
        trace: &BonusTrace,
        amount: &mut Amount,
    ) -> Result<(), Fault> {
        let (ground, lines, digits) = (self.ground, &self.ground.settlement.lines, self.ground.digits());
        let overflow = Fault::overflow(at.deal);
        amount.work = self.work(at, &trace.reached, |_, _| true);
        let Some(group) = trace.groups.payee.iter().position(|payee| *payee == at.payee) else {
            return Ok(());
        };
        let of_deal = rule.rate_by == RateBy::Deal;
        let measured = if of_deal { trace.measure_e9.iter().sum() } else { trace.measure_e9[group] };
        let Some(rung) = trace.rungs.iter().rposition(|(from, _)| *from <= measured) else { return Ok(()) };
        let rate_e8 = trace.rungs[rung].1[if of_deal { 0 } else { group }].unwrap_or(0);
        amount.shared_by = Some(word(rule.measure));
        amount.measure = Some(Measure {
            word: word(rule.measure),
            of_deal,
            value: Exact::new(measured, 9),
            from: Exact::new(trace.rungs[rung].0, 9),
            next: trace.rungs.get(rung + 1).map(|(from, _)| Exact::new(*from, 9)),
        });
        let value = &rule.rates[rung].rate;
        amount.rate = Some(ground.rule_value(rate_e8.into(), 8, value, at.deal, Some(at.payee)));

        let (mantissa, scale) = trace.basis.unwrap_or((0, 0));
        let basis = (Quantity::Basis, Exact::new(mantissa, scale));
        let rate = (Quantity::Rate, Exact::new(rate_e8.into(), 8));
        self.converted(rule.basis.is_none(), amount);
        let sharers = (0..trace.groups.payee.len()).map(|group| Sharer {
            key: ground.payee(trace.groups.payee[group]),
            units: trace.measure_e9[group],
            shown: Exact::new(trace.measure_e9[group], 9),
            note: Note::Nothing,
        });
        let sharers: Vec<Sharer> = sharers.collect();
        let mut step = |gives, how, result| amount.steps.push(Step { gives, how, result });
        if of_deal {
            let pool = lines[at.row].pool;
            step(Quantity::Pool, How::Product { a: basis, b: rate }, pool);
            let split = told(pool, sharers, group, digits).map_err(overflow)?;
            let part = split.parts[group].amount;
            step(Quantity::Uncapped, How::Split { of: Quantity::Pool, split }, part);
        } else {
            let whole = ground.book.rounding.rescale(mantissa, scale, digits).map_err(&overflow)? as i64;
            step(Quantity::RoundedBasis, How::Round { of: basis.0, value: basis.1 }, whole);
            let split = told(whole, sharers, group, digits).map_err(overflow)?;
            let part = split.parts[group].amount;
            step(Quantity::Part, How::Split { of: Quantity::RoundedBasis, split }, part);
            let part = (Quantity::Part, Exact::minor(part.into(), digits));
            step(Quantity::Uncapped, How::Product { a: part, b: rate }, lines[at.row].uncapped);
        }
        Ok(())
    }
}

/// What a renewal bonus measures.
pub fn word(measure: rules::Measure) -> &'static str {
    match measure {
        rules::Measure::Weight => "weight",
        rules::Measure::Touches => "touches",
    }
}
