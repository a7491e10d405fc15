//! Why a rule gave nothing: the first condition that failed, in the order in which a run evaluates them.

mod deal;
mod payee;

use super::condition::OneRow;
use super::explainer::{Explainer, RuleFault};
use super::tree::{Nothing, Why};
use crate::credit::{Fault, LineIx};
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::{RuleIx, VersionIx};

pub(crate) use deal::{On, SHOWN, WorkOn};

/// A version, if one was reached, and what failed.
pub(crate) type Failed = (Option<VersionIx>, Why);

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
        if !ground.tables.deals.won[deal] {
            return Ok(for_all(Why::Lost));
        }
        if !ground.pays(deal) {
            let close_date = ground.tables.deals.close_date[deal];
            let closed_in = ground.book.calendar().period_of(close_date, ground.period.every());
            return Ok(for_all(Why::OutsidePeriod { close_date, closed_in }));
        }
        let lines = &ground.settlement.lines;
        let mut all = Vec::new();
        for (at, _) in ground.rules.iter() {
            let asked = rule.is_none_or(|rule| rule == at);
            if asked && rows.iter().all(|row| lines[*row].rule != at) {
                let why = self.why(at, deal, payee).map_err(|fault| (at, fault))?;
                all.push(self.nothing(Some(at), why, Some(deal)));
            }
        }
        Ok(all)
    }

    /// Why a rule has no line for a payee (or, without one, for any payee) on a won deal of the year.
    pub(crate) fn why(&self, rule: RuleIx, deal: DealIx, payee: Option<PayeeIx>) -> Result<Failed, Fault> {
        let ground = self.ground;
        let of_rule = &ground.rules.rules[rule];
        let close_date = ground.tables.deals.close_date[deal];
        let Some(version) = of_rule.in_force(close_date) else {
            let versions = of_rule.versions.iter().map(|version| (version.from, version.until)).collect();
            return Ok((None, Why::NotInForce { close_date, versions }));
        };
        let of_version = self.of_version(rule, version);
        if let Some(when) = &of_version.when
            && let Some(failed) = OneRow::new(when, &[deal.raw()], deal).failed()?
        {
            return Ok((Some(version), Why::When(failed)));
        }
        let on = On { rule, version, deal };
        let why = of_version.explains.nothing(self, on, payee)?;
        Ok((Some(version), why))
    }

    pub(crate) fn nothing(
        &self,
        rule: Option<RuleIx>,
        (version, why): Failed,
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
