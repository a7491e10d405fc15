//! Why a rule gave nothing to a payee with work that counts, and why one that pays on credits gave nothing.

use super::super::amounts::{require_of, word};
use super::super::condition::OneRow;
use super::super::explainer::Explainer;
use super::super::number::Exact;
use super::super::tree::{Condition, Nothing, Why, Work};
use super::deal::On;
use crate::credit::Fault;
use crate::kinds::commission::kernel::Terms;
use crate::pay::Credit;
use crate::plan::{BonusTrace, Bound, Reached, StipendTrace};
use apportion_data::NONE;
use apportion_rules::{Override, RateBy, RenewalBonus, Stipend};

impl Explainer<'_> {
    fn counted(&self, on: On, reached: &[Reached], payee: u32) -> Vec<Work> {
        let of_rows = &self.ground.tables.engagements.payee;
        let mine = reached.iter().filter(|row| row.counts && of_rows[row.row as usize] == payee);
        mine.map(|row| self.ground.engagement(row.row, on.deal)).collect()
    }

    /// A group that earned no stipend.
    pub(crate) fn no_stipend(
        &self,
        on: On,
        body: &Stipend,
        trace: &StipendTrace,
        require: Option<&Bound>,
        payee: u32,
    ) -> Result<Why, Fault> {
        let group = trace.groups.payee.iter().position(|of| *of == payee);
        let Some(group) = group.filter(|group| trace.times_e9[*group] > 0) else {
            return Ok(Why::ZeroUnits { work: self.counted(on, &trace.reached, payee) });
        };
        let conditions = require_of(require, trace, group, payee, on.deal)?;
        let failed = conditions.into_iter().find(|condition| condition.truth != Some(true));
        Ok(match failed {
            Some(failed) => Why::RequirementNotMet(failed),
            None => self.no_rate(&body.amount, on.deal, Some(payee)),
        })
    }

    /// A group that earned no renewal bonus.
    pub(crate) fn no_bonus(&self, on: On, body: &RenewalBonus, trace: &BonusTrace, payee: u32) -> Why {
        let zero = || Why::ZeroUnits { work: self.counted(on, &trace.reached, payee) };
        let Some(group) = trace.groups.payee.iter().position(|of| *of == payee) else { return zero() };
        let of_deal = body.rate_by == RateBy::Deal;
        let measured = if of_deal { trace.measure_e9.iter().sum() } else { trace.measure_e9[group] };
        if !of_deal && measured == 0 {
            return zero();
        }
        let Some(rung) = trace.rungs.iter().rposition(|(from, _)| *from <= measured) else {
            let first = trace.rungs.first().map_or(0, |(from, _)| *from);
            return Why::BelowFirstRate {
                of_deal,
                word: word(body.measure),
                value: Exact::new(measured, 9),
                first: Exact::new(first, 9),
            };
        };
        match trace.rungs[rung].1[if of_deal { 0 } else { group }] {
            None => self.no_rate(&body.rates[rung].rate, on.deal, Some(payee)),
            Some(_) => zero(),
        }
    }

    /// Who does not earn, and the part of `payees` that is not true for them.
    pub(crate) fn not_an_earner(
        &self,
        rule: u16,
        version: u16,
        payee: u32,
        deal: u32,
    ) -> Result<Option<Condition>, Fault> {
        match &self.of_version(rule, version).payees {
            Some(payees) => OneRow::new(payees, &[payee], deal).failed(),
            None => Ok(None),
        }
    }

    pub(crate) fn why_no_commission(
        &self,
        rule: u16,
        version: u16,
        deal: u32,
        payee: Option<u32>,
    ) -> Result<Why, Fault> {
        let names = self.credited_rules(rule).unwrap_or(&[]);
        let credited = self.credited_on(names, deal);
        let Some(payee) = payee else {
            if credited.is_empty() {
                return self.no_credit(names, deal, None);
            }
            let each = credited.iter().map(|payee| {
                let why = self.why_no_commission(rule, version, deal, Some(*payee))?;
                Ok((self.ground.payee(*payee), why))
            });
            let payees = each.collect::<Result<Vec<_>, Fault>>()?;
            let reason = payees.first().map_or("no-credit", |(_, why)| why.code());
            return Ok(Why::Each { reason, payees });
        };
        if let Some(failed) = self.not_an_earner(rule, version, payee, deal)? {
            return Ok(Why::NotAnEarner(failed));
        }
        if !credited.contains(&payee) {
            return self.no_credit(names, deal, Some(payee));
        }
        let ground = self.ground;
        let close_date = ground.tables.deals.close_date[deal as usize];
        let credit = Credit { payee, deal, close_date, credited: 0 };
        let plan = self.commissions[usize::from(rule)].as_ref();
        let period = plan.map_or(ground.period, |plan| ground.days.period(plan.period(&credit)));
        Ok(Why::NoQuota { period })
    }

    pub(crate) fn why_no_override(
        &self,
        rule: u16,
        version: u16,
        body: &Override,
        deal: u32,
        payee: Option<u32>,
    ) -> Result<Why, Fault> {
        let credited = self.credited_on(&body.credits, deal);
        let Some(payee) = payee else {
            if credited.is_empty() {
                return self.no_credit(&body.credits, deal, None);
            }
            let mut managers = Vec::new();
            for payee in &credited {
                for above in self.above(*payee, body.levels.len()) {
                    if let Some(failed) = self.not_an_earner(rule, version, above, deal)? {
                        managers.push((self.ground.payee(above), failed));
                    }
                }
            }
            let credited = credited.iter().map(|payee| self.ground.payee(*payee)).collect();
            return Ok(Why::NobodyAbove { credited, managers });
        };
        if let Some(failed) = self.not_an_earner(rule, version, payee, deal)? {
            return Ok(Why::NotAnEarner(failed));
        }
        Ok(self.nobody_below(body, payee))
    }

    /// Nobody whom the payee manages was credited.
    pub(crate) fn nobody_below(&self, body: &Override, payee: u32) -> Why {
        let everybody = 0..self.ground.tables.payees.manager.len() as u32;
        let below = everybody.filter(|other| self.above(*other, body.levels.len()).contains(&payee));
        Why::NobodyBelow { rules: body.credits.clone(), levels: body.levels.len(), reports: below.count() }
    }

    /// The managers above a payee, so many levels up.
    pub(crate) fn above(&self, payee: u32, levels: usize) -> Vec<u32> {
        let manager = &self.ground.tables.payees.manager;
        let next = |payee: u32| Some(manager[payee as usize]).filter(|above| *above != NONE);
        std::iter::successors(next(payee), |above| next(*above)).take(levels).collect()
    }

    /// The payees with credit of these rules on a deal.
    pub(crate) fn credited_on(&self, names: &[String], deal: u32) -> Vec<u32> {
        let lines = &self.ground.settlement.lines;
        let rows = self.ground.lines_of_deal.of(deal).iter().map(|row| *row as usize);
        let mut payees: Vec<u32> =
            rows.filter(|row| self.credits(names, *row)).map(|row| lines[row].payee).collect();
        payees.sort_unstable();
        payees.dedup();
        payees
    }

    /// No credit of the rules named; and why each of them gave none.
    fn no_credit(&self, names: &[String], deal: u32, payee: Option<u32>) -> Result<Why, Fault> {
        let mut why = Vec::new();
        for (at, rule) in (0_u16..).zip(&self.ground.rules.rules) {
            if names.contains(&rule.id) {
                let failed = self.why(at, deal, payee)?;
                why.push(Nothing { deal: None, ..self.nothing(Some(at), failed, Some(deal)) });
            }
        }
        Ok(Why::NoCredit { rules: names.to_vec(), why })
    }
}
