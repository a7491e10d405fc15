//! Why a rule gave nothing: the first condition that failed, in the order in which a run evaluates them.

mod deal;
mod payee;

use super::condition::OneRow;
use super::explainer::{Explainer, RuleFault};
use super::tree::{Nothing, Why};
use crate::credit::Fault;

pub(crate) use deal::{On, SHOWN};

/// A version, if one was reached, and what failed.
pub(crate) type Failed = (Option<u16>, Why);

impl Explainer<'_> {
    /// Every rule that gave the payee (or, without one, any payee) nothing on a deal; `rows` are its lines.
    pub(crate) fn nothing_of_deal(
        &self,
        deal: u32,
        payee: Option<u32>,
        rule: Option<u16>,
        rows: &[usize],
    ) -> Result<Vec<Nothing>, RuleFault> {
        let ground = self.ground;
        let for_all = |why| vec![self.nothing(None, (None, why), Some(deal))];
        if !ground.tables.deals.won[deal as usize] {
            return Ok(for_all(Why::Lost));
        }
        if !ground.pays(deal) {
            let close_date = ground.tables.deals.close_date[deal as usize];
            let closed_in = ground.book.calendar().period_of(close_date, ground.period.every());
            return Ok(for_all(Why::OutsidePeriod { close_date, closed_in }));
        }
        let lines = &ground.settlement.lines;
        let mut all = Vec::new();
        for at in 0..ground.rules.rules.len() as u16 {
            let asked = rule.is_none_or(|rule| rule == at);
            if asked && rows.iter().all(|row| lines[*row].rule != at) {
                let why = self.why(at, deal, payee).map_err(|fault| (usize::from(at), fault))?;
                all.push(self.nothing(Some(at), why, Some(deal)));
            }
        }
        Ok(all)
    }

    /// Why a rule has no line for a payee (or, without one, for any payee) on a won deal of the year.
    pub(crate) fn why(&self, rule: u16, deal: u32, payee: Option<u32>) -> Result<Failed, Fault> {
        let ground = self.ground;
        let of_rule = &ground.rules.rules[usize::from(rule)];
        let close_date = ground.tables.deals.close_date[deal as usize];
        let on = |version: &apportion_rules::Version| {
            version.from <= close_date && version.until.is_none_or(|until| close_date <= until)
        };
        let Some(version) = of_rule.versions.iter().position(on).map(|at| at as u16) else {
            let versions = of_rule.versions.iter().map(|version| (version.from, version.until)).collect();
            return Ok((None, Why::NotInForce { close_date, versions }));
        };
        let of_version = self.of_version(rule, version);
        if let Some(when) = &of_version.when
            && let Some(failed) = OneRow::new(when, &[deal], deal).failed()?
        {
            return Ok((Some(version), Why::When(failed)));
        }
        let on = On { rule, version, deal };
        let why = of_version.explains.nothing(self, on, payee)?;
        Ok((Some(version), why))
    }

    pub(crate) fn nothing(&self, rule: Option<u16>, (version, why): Failed, deal: Option<u32>) -> Nothing {
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
