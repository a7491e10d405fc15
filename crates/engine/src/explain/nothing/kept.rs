//! What policies of the channel keep back of a deal that is paid otherwise, and what they found no payee for.

use apportion_base::money::Minor;
use apportion_data::{DealIx, DecidedConflict, PayeeIx};
use apportion_rules::RuleIx;

use super::super::explainer::{Explainer, RuleFault};
use super::super::governed::percent;
use super::super::tree::{Nothing, Shortfall};
use crate::credit::{Reason, Uncredited};

impl Explainer<'_> {
    /// What gates and decisions keep back of a deal: of a payee, or of all. `told` is what was said of the deal before.
    pub(super) fn kept_back(
        &self,
        deal: DealIx,
        (payee, rule): (Option<PayeeIx>, Option<RuleIx>),
        told: &[Nothing],
    ) -> Result<Vec<Nothing>, RuleFault> {
        let mut all = Vec::new();
        for row in self.ground.uncredited_of(deal) {
            let Some(of_rule) = row.rule.filter(|of_rule| rule.is_none_or(|rule| rule == *of_rule)) else {
                continue;
            };
            let is_asked = payee.is_none() || row.payee == payee;
            let is_told =
                |nothing: &Nothing| nothing.rule == row.rule && nothing.why.code() == row.reason.word();
            if !is_asked || told.iter().any(is_told) {
                continue;
            }
            let Some(why) = self.why_kept(of_rule, row)? else { continue };
            let version = self.ground.rules[of_rule].in_force(self.ground.tables.deals.close_date[deal]);
            let kept = row.retained_credit.map(|credit| (row.retained, credit));
            all.push(Nothing { kept, ..self.nothing(Some(of_rule), (version, why), Some(deal)) });
        }
        Ok(all)
    }

    /// Why a row keeps something back; `None` for reasons that are told otherwise.
    fn why_kept(&self, rule: RuleIx, row: &Uncredited) -> Result<Option<Shortfall>, RuleFault> {
        Ok(match (row.reason, row.payee) {
            (Reason::Voided, _) => Some(self.voided(row.deal)),
            (Reason::NotCounted, Some(payee)) => self.not_counted_by(row.deal, payee),
            (Reason::Gated, Some(payee)) => Some(Shortfall::Gated {
                payee: self.ground.payee(payee),
                retained: row.retained.unwrap_or(Minor::ZERO),
                gates: self.unmet_gates(rule, row.deal, payee).map_err(|fault| (rule, fault))?,
            }),
            _ => None,
        })
    }

    fn voided(&self, deal: DealIx) -> Shortfall {
        let decided = self.ground.tables.effects.decided(deal).iter();
        let is_void = |conflict: &&DecidedConflict| conflict.outcome.percents() == [0, 0];
        let names = |conflict: &DecidedConflict| (conflict.conflict.clone(), conflict.decision.clone());
        Shortfall::Voided { decisions: decided.filter(is_void).map(names).collect() }
    }

    /// A part that a decision gives to a payee whom the rule does not count on the deal.
    pub(super) fn decided_and_not_counted(
        &self,
        rule: RuleIx,
        deal: DealIx,
        payee: PayeeIx,
    ) -> Option<Shortfall> {
        let mut rows = self.ground.uncredited_of(deal).iter();
        let is_kept = |row: &&Uncredited| {
            (row.rule, row.payee, row.reason) == (Some(rule), Some(payee), Reason::NotCounted)
        };
        rows.find(is_kept)?;
        self.not_counted_by(deal, payee)
    }

    fn not_counted_by(&self, deal: DealIx, payee: PayeeIx) -> Option<Shortfall> {
        let of_payee = |conflict: &DecidedConflict| {
            let side = conflict.claimants.iter().position(|claimant| *claimant == payee)?;
            Some(conflict.outcome.percents()[side]).filter(|percent| *percent != 0)
        };
        let mut decided = self.ground.tables.effects.decided(deal).iter();
        let (conflict, percent_e9) = decided.find_map(|conflict| Some((conflict, of_payee(conflict)?)))?;
        Some(Shortfall::DecidedAndNotCounted {
            conflict_id: conflict.conflict.clone(),
            decision_id: conflict.decision.clone(),
            percent: percent(percent_e9),
        })
    }

    /// Coverages of which several territories fit the deal equally well.
    pub(super) fn territory_ties(&self, deal: DealIx, rule: Option<RuleIx>) -> Vec<Nothing> {
        if rule.is_some() {
            return Vec::new();
        }
        let nothing = |(_, coverage): &(DealIx, String)| Nothing {
            kept: None,
            ..self.nothing(None, (None, Shortfall::TerritoryTie { coverage: coverage.clone() }), Some(deal))
        };
        self.ground.tables.effects.territory_ties(deal).iter().map(nothing).collect()
    }
}
