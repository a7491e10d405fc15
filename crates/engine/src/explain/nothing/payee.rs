//! What gave a payee nothing in a period: rules without any amount, and deals that the payee worked on without an
//! amount, grouped by reason.

use apportion_rules::{RuleIx, VersionIx};
use std::collections::{BTreeMap, BTreeSet};

use super::super::explainer::{Explainer, RuleFault};
use super::super::tree::{Nothing, Shortfall};
use crate::credit::Fault;
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::Version;

/// Reasons that are left out for deals on which only others worked, because they say nothing about this payee.
const NO_NEWS: [&str; 4] = ["not-engaged", "no-engagement", "not-in-splits", "no-splits"];

/// What tells reasons apart: the version, the code, and what was seen.
type Key = (Option<VersionIx>, &'static str, String);

impl Explainer<'_> {
    /// Every rule and reason that gave the payee nothing in the period.
    pub(crate) fn nothing_of_payee(
        &self,
        payee: PayeeIx,
        rule: Option<RuleIx>,
    ) -> Result<Vec<Nothing>, RuleFault> {
        let deals = self.deals_of(payee);
        let won: Vec<DealIx> =
            deals.iter().copied().filter(|deal| self.ground.tables.deals.won[*deal]).collect();
        let mut all = Vec::new();
        for (index, _) in self.ground.rules.iter().filter(|(index, _)| rule.is_none_or(|rule| rule == *index))
        {
            let of_rule = self.nothing_of_rule(index, payee, &won).map_err(|fault| (index, fault))?;
            all.extend(of_rule);
        }
        let lost: Vec<DealIx> =
            deals.into_iter().filter(|deal| !self.ground.tables.deals.won[*deal]).collect();
        if let Some(first) = lost.first() {
            let nothing = self.nothing(None, (None, Shortfall::Lost), Some(*first));
            let deals = lost.iter().map(|deal| self.ground.deal_id(*deal)).collect();
            all.push(Nothing { deals, ..nothing });
        }
        Ok(all)
    }

    fn nothing_of_rule(
        &self,
        rule: RuleIx,
        payee: PayeeIx,
        worked_on: &[DealIx],
    ) -> Result<Vec<Nothing>, Fault> {
        let paid = self.deals_with_lines(rule, payee);
        // All versions of a rule are of one kind.
        let first = self.versions[rule].first();
        let deals = first
            .map_or_else(Vec::new, |of_version| of_version.explains.expected(self, rule, payee, worked_on));
        let mut groups: BTreeMap<Key, (Nothing, u64)> = BTreeMap::new();
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
                    // Who does not earn does not on any deal, as long as they are the same.
                    let lasting = self.ground.tables.payees.states.of(payee).len() == 1;
                    let deal = Some(deal).filter(|_| !lasting || !matches!(why, Shortfall::NotAnEarner(_)));
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
    fn why_quickly(
        &self,
        rule: RuleIx,
        deal: DealIx,
        payee: PayeeIx,
        known: &BTreeMap<Key, (Nothing, u64)>,
    ) -> Result<Result<super::FailedVersion, Key>, Fault> {
        let matched = &self.ground.matches.deals[rule];
        if matched.iter().all(|deals| deals.binary_search(&deal).is_err()) {
            let day = self.ground.tables.deals.close_date[deal];
            let on = self.ground.rules[rule].in_force(day);
            let code = if on.is_some() { "when-not-true" } else { "not-in-force" };
            let key = (on, code, String::new());
            if known.contains_key(&key) {
                return Ok(Err(key));
            }
        }
        self.why(rule, deal, Some(payee)).map(Ok)
    }

    /// Why a rule gave a payee nothing at all.
    fn why_never(&self, rule: RuleIx, payee: PayeeIx) -> Result<super::FailedVersion, Fault> {
        let of_rule = &self.ground.rules[rule];
        // The reason is that of the last version that is in force in the period.
        let window = self.ground.paid;
        let in_period = |version: &Version| {
            version.from <= window.paid_until && version.until.is_none_or(|until| window.paid_from <= until)
        };
        let Some((index, _)) = of_rule.iter().rev().find(|(_, version)| in_period(version)) else {
            let versions = of_rule.versions.iter().map(|version| (version.from, version.until)).collect();
            return Ok((None, Shortfall::NotInForce { close_date: window.paid_from, versions }));
        };
        let state = self.ground.tables.payees.state(payee, window.paid_until);
        if let Some(failed) = self.does_not_earn((rule, index), state, DealIx::FIRST)? {
            return Ok((Some(index), Shortfall::NotAnEarner(failed)));
        }
        let why = self.of_version(rule, index).explains.never(self, payee);
        Ok((Some(index), why))
    }

    /// Deals of the period on which the payee has a line of the rule.
    fn deals_with_lines(&self, rule: RuleIx, payee: PayeeIx) -> BTreeSet<DealIx> {
        let lines = &self.ground.settlement.lines;
        let rows = self.ground.lines_of_payee(payee).filter(|row| lines[*row].rule == rule);
        rows.map(|row| lines[row].deal).filter(|deal| self.ground.pays(*deal)).collect()
    }

    /// Deals of the period that the payee worked on: that an engagement or a split of theirs names, that renew one of
    /// those, or that are of the same account.
    fn deals_of(&self, payee: PayeeIx) -> Vec<DealIx> {
        let tables = self.ground.tables;
        let (mut named, mut accounts) = (BTreeSet::new(), BTreeSet::new());
        for row in self.ground.work_of_payee.of(payee) {
            if let Some(deal) = tables.engagements.deal[*row].get() {
                named.insert(deal);
                accounts.extend(tables.deals.account[deal].get());
            }
            accounts.extend(tables.engagements.account[*row].get());
        }
        let touched = |deal: &DealIx| {
            named.contains(deal)
                || tables.deals.renews[*deal].get().is_some_and(|prior| named.contains(&prior))
                || tables.deals.account[*deal].get().is_some_and(|account| accounts.contains(&account))
                || tables.splits.of_deal(*deal).any(|split| tables.splits.payee[split] == payee)
        };
        self.period_deals.iter().copied().filter(touched).collect()
    }
}

/// What distinguishes reasons of one code.
fn detail(why: &Shortfall) -> String {
    match why {
        Shortfall::RequirementNotMet(condition) => condition.text.clone(),
        Shortfall::NotCounted { work, .. } => {
            work.first().map(|(_, failed)| failed.text.clone()).unwrap_or_default()
        }
        Shortfall::NoRate { seen, .. } => {
            seen.iter().map(|one| one.value.as_str()).collect::<Vec<_>>().join(",")
        }
        Shortfall::TwoRules { others, .. } => others.join(","),
        Shortfall::NoQuota { period, .. } => period.to_string(),
        _ => String::new(),
    }
}
