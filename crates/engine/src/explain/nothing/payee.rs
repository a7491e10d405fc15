//! What gave a payee nothing in a period: rules without any amount, and deals that the payee worked on without an
//! amount, grouped by reason.

use std::collections::{BTreeMap, BTreeSet};

use super::super::explainer::{Explainer, RuleFault};
use super::super::tree::{Nothing, Why};
use crate::credit::Fault;
use apportion_data::NONE;

/// Reasons that are left out for deals on which only others worked, because they say nothing about this payee.
const NO_NEWS: [&str; 4] = ["not-engaged", "no-engagement", "not-in-splits", "no-splits"];

impl Explainer<'_> {
    /// Every rule and reason that gave the payee nothing in the period.
    pub(crate) fn nothing_of_payee(&self, payee: u32, rule: Option<u16>) -> Result<Vec<Nothing>, RuleFault> {
        let deals = self.deals_of(payee);
        let won: Vec<u32> =
            deals.iter().copied().filter(|deal| self.ground.tables.deals.won[*deal as usize]).collect();
        let mut all = Vec::new();
        for at in (0..self.ground.rules.rules.len() as u16).filter(|at| rule.is_none_or(|rule| rule == *at)) {
            let of_rule = self.nothing_of_rule(at, payee, &won).map_err(|fault| (usize::from(at), fault))?;
            all.extend(of_rule);
        }
        let lost: Vec<u32> =
            deals.into_iter().filter(|deal| !self.ground.tables.deals.won[*deal as usize]).collect();
        if let Some(first) = lost.first() {
            let nothing = self.nothing(None, (None, Why::Lost), Some(*first));
            let deals = lost.iter().map(|deal| self.ground.deal_id(*deal)).collect();
            all.push(Nothing { deals, ..nothing });
        }
        Ok(all)
    }

    fn nothing_of_rule(&self, rule: u16, payee: u32, worked_on: &[u32]) -> Result<Vec<Nothing>, Fault> {
        let paid = self.deals_with_lines(rule, payee);
        // All versions of a rule are of one kind.
        let first = self.versions[usize::from(rule)].first();
        let deals = first
            .map_or_else(Vec::new, |of_version| of_version.explains.expected(self, rule, payee, worked_on));
        let mut groups: BTreeMap<(Option<u16>, &'static str, String), (Nothing, u64)> = BTreeMap::new();
        let mut order = 0;
        for deal in deals.into_iter().filter(|deal| !paid.contains(deal)) {
            let failed = self.why_quickly(rule, deal, payee, &groups)?;
            let (version, why) = match failed {
                Ok(failed) => failed,
                Err(key) => {
                    if let Some((nothing, _)) = groups.get_mut(&key) {
                        nothing.deals.push(self.ground.deal_id(deal));
                    }
                    continue;
                }
            };
            if NO_NEWS.contains(&why.code()) {
                continue;
            }
            let key = (version, why.code(), detail(&why));
            match groups.get_mut(&key) {
                Some((nothing, _)) if nothing.deal.is_some() => {
                    nothing.deals.push(self.ground.deal_id(deal));
                }
                Some(_) => {}
                None => {
                    order += 1;
                    // Who does not earn does not on any deal.
                    let deal = Some(deal).filter(|_| !matches!(why, Why::NotAnEarner(_)));
                    let nothing = self.nothing(Some(rule), (version, why), deal);
                    groups.insert(key, (nothing, order));
                }
            }
        }
        let mut all: Vec<(Nothing, u64)> = groups.into_values().collect();
        all.sort_by_key(|(_, order)| *order);
        let mut all: Vec<Nothing> = all.into_iter().map(|(nothing, _)| nothing).collect();
        if all.is_empty() && paid.is_empty() {
            all.push(self.nothing(Some(rule), self.why_never(rule, payee)?, None));
        }
        Ok(all)
    }

    /// Why a rule gave nothing on a deal; the key of an earlier answer where the rule does not match the deal, which a
    /// run has found out already.
    #[allow(clippy::type_complexity, reason = "an answer or the key of one")]
    fn why_quickly(
        &self,
        rule: u16,
        deal: u32,
        payee: u32,
        known: &BTreeMap<(Option<u16>, &'static str, String), (Nothing, u64)>,
    ) -> Result<Result<super::Failed, (Option<u16>, &'static str, String)>, Fault> {
        let matched = &self.ground.matches.deals[usize::from(rule)];
        if matched.iter().all(|deals| deals.binary_search(&deal).is_err()) {
            let day = self.ground.tables.deals.close_date[deal as usize];
            let versions = &self.ground.rules.rules[usize::from(rule)].versions;
            let on = versions
                .iter()
                .position(|version| version.from <= day && version.until.is_none_or(|until| day <= until));
            let code = if on.is_some() { "when-not-true" } else { "not-in-force" };
            let key = (on.map(|at| at as u16), code, String::new());
            if known.contains_key(&key) {
                return Ok(Err(key));
            }
        }
        self.why(rule, deal, Some(payee)).map(Ok)
    }

    /// Why a rule gave a payee nothing at all.
    fn why_never(&self, rule: u16, payee: u32) -> Result<super::Failed, Fault> {
        let versions = &self.ground.rules.rules[usize::from(rule)].versions;
        // The reason is that of the last version that is in force in the period.
        let window = self.ground.paid;
        let on = versions.iter().rposition(|version| {
            version.from <= window.paid_until && version.until.is_none_or(|until| window.paid_from <= until)
        });
        let Some(at) = on.map(|at| at as u16) else {
            let versions = versions.iter().map(|version| (version.from, version.until)).collect();
            return Ok((None, Why::NotInForce { close_date: window.paid_from, versions }));
        };
        if let Some(failed) = self.not_an_earner(rule, at, payee, 0)? {
            return Ok((Some(at), Why::NotAnEarner(failed)));
        }
        let why = self.of_version(rule, at).explains.never(self, payee);
        Ok((Some(at), why))
    }

    /// Deals of the period on which the payee has a line of the rule.
    fn deals_with_lines(&self, rule: u16, payee: u32) -> BTreeSet<u32> {
        let lines = &self.ground.settlement.lines;
        let rows = self.ground.lines_of_payee(payee).filter(|row| lines[*row].rule == rule);
        rows.map(|row| lines[row].deal).filter(|deal| self.ground.pays(*deal)).collect()
    }

    /// Deals of the period that the payee worked on: that an engagement or a split of theirs names, that renew one of
    /// those, or that are of the same account.
    fn deals_of(&self, payee: u32) -> Vec<u32> {
        let tables = self.ground.tables;
        let (mut named, mut accounts) = (BTreeSet::new(), BTreeSet::new());
        for row in self.ground.work_of_payee.of(payee) {
            let at = *row as usize;
            let deal = tables.engagements.deal[at];
            if deal != NONE {
                named.insert(deal);
                accounts.insert(tables.deals.account[deal as usize]);
            }
            accounts.insert(tables.engagements.account[at]);
        }
        accounts.remove(&NONE);
        let touched = |deal: &u32| {
            let at = *deal as usize;
            let split = tables.splits.by_deal[at] as usize..tables.splits.by_deal[at + 1] as usize;
            named.contains(deal)
                || named.contains(&tables.deals.renews[at])
                || accounts.contains(&tables.deals.account[at])
                || tables.splits.payee[split].contains(&payee)
        };
        self.period_deals.iter().copied().filter(touched).collect()
    }
}

/// What distinguishes reasons of one code.
fn detail(why: &Why) -> String {
    match why {
        Why::RequirementNotMet(condition) => condition.text.clone(),
        Why::NotCounted { work, .. } => {
            work.first().map(|(_, failed)| failed.text.clone()).unwrap_or_default()
        }
        Why::NoRate { seen, .. } => seen.value.clone(),
        Why::TwoRules { others, .. } => others.join(","),
        Why::NoQuota { period } => period.to_string(),
        _ => String::new(),
    }
}
