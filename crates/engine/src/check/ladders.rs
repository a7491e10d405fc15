//! Rates of 0, rates that fall where they should rise, and first steps that few reach.

use apportion_base::money::Minor;
use apportion_data::{DealIx, PayeeIx};
use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::credit::{Line, Reason};
use crate::kinds::{self, FirstStep, RateFall};
use apportion_base::diagnostic::{Code, count};
use apportion_book::config::number::percent;
use apportion_rules::{Caps, RuleIx, Version};

use super::facts::{Facts, VersionPlace};
use super::finding::Finding;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for subject in facts.versions() {
        found
            .extend(zeros(subject.version).into_iter().map(|(path, what)| pays_zero(&subject, &path, &what)));
        found.extend(
            kinds::of(&subject.version.body).falls().into_iter().map(|fall| falling_rate(&subject, &fall)),
        );
    }
    for (subject, rule) in facts.each_rule() {
        let Some(version) = facts.last_version(rule) else { continue };
        found.extend(match kinds::of(&version.body).first_step() {
            Some(FirstStep::Rate { from }) => below_first_rate(facts, subject, &rule.id, version, from),
            Some(FirstStep::Tier) => below_first_tier(facts, subject, &rule.id, version),
            None => None,
        });
    }
    found
}

/// Shares, rates, amounts and caps of 0 that pay no one: their paths, and the consequence. A 0 among other cases or
/// steps is intended, and gives no finding.
fn zeros(version: &Version) -> Vec<(String, String)> {
    let mut found = kinds::of(&version.body).zeros();
    let Caps { per_deal, per_payee_month, per_payee_quarter, per_payee_year } = version.caps;
    if [per_deal, per_payee_month, per_payee_quarter, per_payee_year].contains(&Some(Minor::ZERO)) {
        found.push(("cap".to_owned(), "a cap of 0 takes everything back".to_owned()));
    }
    found
}

fn pays_zero(subject: &VersionPlace<'_>, path: &str, what: &str) -> Finding {
    Finding::warning(Code::PaysZero, format!("`{}`: {what}", subject.rule.id))
        .rule(&subject.rule.id)
        .at(subject.version.place(path), "")
        .help("write the intended value, or end the rule with `until`")
}

fn falling_rate(subject: &VersionPlace<'_>, fall: &RateFall) -> Finding {
    let noun = fall.case.as_ref().map_or_else(String::new, |case| format!(" of `{case}`"));
    let (before, after) = (percent(fall.rates.0), percent(fall.rates.1));
    let message =
        format!("the rate{noun} in `{}` falls from {before} to {after} as more is reached", subject.rule.id);
    Finding::warning(Code::FallingRate, message)
        .rule(&subject.rule.id)
        .at(subject.version.place(&fall.after), "less here")
        .at(subject.version.place(&fall.before), "than here")
        .help("nothing to do if more is to earn a lower rate; else look for a slipped digit")
}

/// More than half of the deals with work that counts earn nothing, because they stay below the first step.
fn below_first_rate(
    facts: &Facts<'_>,
    subject: RuleIx,
    id: &str,
    version: &Version,
    from: Decimal,
) -> Option<Finding> {
    let below: Vec<DealIx> = facts
        .uncredited(subject)
        .filter(|row| row.reason == Reason::BelowFirstRate)
        .map(|row| row.deal)
        .collect();
    let paid = facts.deals_with_lines(subject);
    // There is another finding if no one is paid.
    if paid.is_empty() || below.len() <= paid.len() {
        return None;
    }
    let message = format!(
        "{} of {} deals with work that counts for `{id}` stay below its first rate {}, from {from} on",
        count(below.len() as u64),
        count((below.len() + paid.len()) as u64),
        facts.in_days()
    );
    Some(
        Finding::note(Code::MostlyBelowFirstRate, message)
            .rule(id)
            .at(version.place("rates.0.from"), "")
            .counted(below.len() as u64, "deal")
            .examples(below.iter().map(|deal| facts.deal_id(*deal))),
    )
}

/// More than half of the payees with credit that counts stay below the first tier on all of their deals.
fn below_first_tier(facts: &Facts<'_>, subject: RuleIx, id: &str, version: &Version) -> Option<Finding> {
    let payees = |of: fn(&Line) -> bool| -> BTreeSet<PayeeIx> {
        let lines = facts.statements(subject).filter_map(|lines| lines.iter().find(|line| of(line)));
        lines.map(|line| line.payee).collect()
    };
    let (all, reached) = (payees(|_| true), payees(|line| line.rate_e8 != 0));
    let below = all.len() - reached.len();
    if reached.is_empty() || below <= reached.len() {
        return None;
    }
    let message = format!(
        "{} of {} payees with credit that counts for `{id}` do not reach its first tier {}",
        count(below as u64),
        count(all.len() as u64),
        facts.in_days()
    );
    Some(
        Finding::note(Code::BelowFirstTier, message)
            .rule(id)
            .at(version.place("tiers.0.from"), "")
            .counted(below as u64, "payee")
            .examples(all.difference(&reached).map(|payee| facts.payee_id(*payee))),
    )
}
