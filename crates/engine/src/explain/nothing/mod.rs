//! Why a rule gave nothing: the first condition that failed, in the order in which a run evaluates them.

mod deal;
mod kept;
mod payee;

use super::condition::OneRow;
use super::explainer::{Explainer, RuleFault};
use super::tree::{Nothing, Shortfall};
use crate::credit::{Fault, LineIx};
use crate::kinds::{Effect, MatchedReversal};
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::{Kind, RuleIx, VersionIx};

pub(crate) use deal::{DealVersion, EngagementsOnDeal, SHOWN};

/// A version, if one was reached, and what failed.
pub(crate) type FailedVersion = (Option<VersionIx>, Shortfall);

impl Explainer<'_> {
    /// Every rule that gave the payee (or, without one, any payee) nothing on a deal; `rows` are its lines.
    pub(crate) fn nothing_of_deal(
        &self,
        deal: DealIx,
        payee: Option<PayeeIx>,
        rule: Option<RuleIx>,
        rows: &[LineIx],
    ) -> Result<Vec<Nothing>, RuleFault> {
        let ground = self.ground;
        let for_all = |why| vec![self.nothing(None, (None, why), Some(deal))];
        let is_milestone = ground.tables.effects.milestone(deal).is_some();
        if !ground.tables.deals.won[deal] && !is_milestone {
            return Ok(for_all(Shortfall::Lost));
        }
        if !ground.pays(deal) {
            let close_date = ground.tables.deals.close_date[deal];
            let closed_in = ground.book.calendar().period_of(close_date, ground.period.every());
            return Ok(for_all(Shortfall::OutsidePeriod { close_date, closed_in }));
        }
        let lines = &ground.settlement.lines;
        let mut all = Vec::new();
        for (index, of_rule) in ground.rules.iter() {
            if is_milestone && of_rule.kind != Kind::Milestone {
                continue;
            }
            let asked = rule.is_none_or(|rule| rule == index);
            if asked && rows.iter().all(|row| lines[*row].rule != index) {
                let why = self.why(index, deal, payee).map_err(|fault| (index, fault))?;
                all.push(self.nothing(Some(index), why, Some(deal)));
            }
        }
        all.extend(self.kept_back(deal, (payee, rule), &all)?);
        all.extend(self.territory_ties(deal, rule));
        Ok(all)
    }

    /// Why a rule has no line for a payee (or, without one, for any payee) on a won deal of the year.
    pub(crate) fn why(
        &self,
        rule: RuleIx,
        deal: DealIx,
        payee: Option<PayeeIx>,
    ) -> Result<FailedVersion, Fault> {
        let ground = self.ground;
        let of_rule = &ground.rules.rules[rule];
        let close_date = ground.tables.deals.close_date[deal];
        let Some(version) = of_rule.in_force(close_date) else {
            let versions = of_rule.versions.iter().map(|version| (version.from, version.until)).collect();
            return Ok((None, Shortfall::NotInForce { close_date, versions }));
        };
        let of_version = self.of_version(rule, version);
        if let Some(taken) = self.taken(rule, deal) {
            return Ok((Some(version), taken));
        }
        if let Some(when) = &of_version.when
            && let Some(failed) = OneRow::new(when, &self.ground.when_rows(deal), deal).failed()?
        {
            return Ok((Some(version), Shortfall::When(failed)));
        }
        if let Some(why) = payee.and_then(|payee| self.decided_and_not_counted(rule, deal, payee)) {
            return Ok((Some(version), why));
        }
        let on = DealVersion { rule, version, deal };
        let why = of_version.explains.nothing(self, on, payee)?;
        Ok((Some(version), why))
    }

    /// What reversals have to do with a rule that gives nothing: the deal is none, or one that a clawback rule matches, or
    /// nothing is left of it.
    fn taken(&self, rule: RuleIx, deal: DealIx) -> Option<Shortfall> {
        let ground = self.ground;
        let clawbacks = ground.inputs.clawbacks;
        let id = |rule: RuleIx| ground.rules[rule].id.clone();
        if ground.rules[rule].kind == Kind::Clawback {
            return ground.tables.deals.reversal(deal).is_none().then_some(Shortfall::NoReversal);
        }
        if clawbacks.reversed.binary_search(&deal).is_ok() {
            let takes = |reversal: &&MatchedReversal| matches!(reversal.effect, Effect::Recompute(taken) if taken.original == deal);
            let reversals = clawbacks.reversals.iter().filter(takes);
            return Some(Shortfall::Reversed {
                reversals: reversals.map(|reversal| ground.deal_id(reversal.deal)).collect(),
            });
        }
        clawbacks.of_deal(deal)?;
        Some(Shortfall::TakenByClawback { rules: clawbacks.rules_of(deal).map(id).collect() })
    }

    pub(crate) fn nothing(
        &self,
        rule: Option<RuleIx>,
        (version, why): FailedVersion,
        deal: Option<DealIx>,
    ) -> Nothing {
        let of_deal = deal.map(|deal| {
            let rows = self.ground.uncredited_of(deal);
            rows.iter()
                .filter(|row| row.rule == rule)
                .find_map(|row| Some((row.retained, row.retained_credit?)))
        });
        Nothing {
            rule,
            version,
            deal: deal.map(|deal| self.ground.deal(deal)),
            deals: deal.map(|deal| self.ground.deal_id(deal)).into_iter().collect(),
            why,
            kept: of_deal.flatten(),
        }
    }
}
