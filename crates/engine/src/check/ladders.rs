//! Rates of 0, rates that fall where they should rise, and first steps that few reach.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::credit::Reason;
use apportion_base::diagnostic::{Code, count};
use apportion_book::config::number::percent;
use apportion_rules::{Body, Caps, Sharing, Tier, Tiers, Value, Version};

use super::facts::{At, Facts};
use super::finding::Finding;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for at in facts.versions() {
        found.extend(zeros(at.version).into_iter().map(|(path, what)| pays_zero(&at, &path, &what)));
        found.extend(falls(at.version).into_iter().map(|fall| falling_rate(&at, &fall)));
    }
    for (at, rule) in facts.each_rule() {
        let first = facts.versions().filter(|version| version.rule_at == at).last();
        let Some(version) = first.map(|at| at.version) else { continue };
        match &version.body {
            Body::RenewalBonus(bonus) => {
                let from = bonus.rates.first().map(|rate| rate.from);
                found.extend(from.and_then(|from| below_first_rate(facts, at, &rule.id, version, from)));
            }
            Body::Commission(commission) => {
                let first = tiers(&commission.tiers).first();
                let above_zero = first.is_some_and(|tier| tier.from > Decimal::ZERO);
                found.extend(above_zero.then(|| below_first_tier(facts, at, &rule.id, version)).flatten());
            }
            Body::SharedCredit(_) | Body::Stipend(_) | Body::Override(_) => {}
        }
    }
    found
}

fn tiers(tiers: &Tiers) -> &[Tier] {
    match tiers {
        Tiers::OfQuota(tiers) | Tiers::Amounts(tiers) => tiers,
    }
}

/// Shares, rates, amounts and caps of 0 that leave nobody anything: their paths, and what follows. A 0 among other cases
/// or steps is a choice, and says nothing here.
fn zeros(version: &Version) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut add = |path: &str, what: &str| found.push((path.to_owned(), what.to_owned()));
    let none = |value: &Value| match value {
        Value::Plain(value) => value.is_zero(),
        Value::By { is, otherwise, .. } => {
            is.values().all(Decimal::is_zero) && otherwise.is_none_or(|value| value.is_zero())
        }
    };
    match &version.body {
        Body::SharedCredit(shared) => {
            if shared.rate.as_ref().is_some_and(none) {
                add("rate", "a rate of 0 pays nothing; leave `rate` out for a rule that only credits");
            }
            if let Sharing::Roles { roles, .. } = &shared.sharing {
                for (nth, role) in roles.iter().enumerate().filter(|(_, role)| role.share.is_zero()) {
                    let what = format!("a share of 0 pays nobody in the role `{}`", role.role);
                    add(&format!("roles.{nth}.share"), &what);
                }
            }
        }
        Body::Stipend(stipend) if none(&stipend.amount) => add("amount", "an amount of 0 pays nothing"),
        Body::RenewalBonus(bonus) if bonus.rates.iter().all(|step| none(&step.rate)) => {
            add("rates", "rates of 0 pay nothing");
        }
        Body::Commission(rule) if tiers(&rule.tiers).iter().all(|tier| tier.rate.is_zero()) => {
            add("tiers", "rates of 0 pay nothing");
        }
        Body::Override(rule) if rule.levels.iter().all(Decimal::is_zero) => {
            add("levels", "rates of 0 pay nothing");
        }
        Body::Stipend(_) | Body::RenewalBonus(_) | Body::Commission(_) | Body::Override(_) => {}
    }
    let Caps { per_deal, per_payee_month, per_payee_quarter, per_payee_year } = version.caps;
    if [per_deal, per_payee_month, per_payee_quarter, per_payee_year].contains(&Some(0)) {
        add("cap", "a cap of 0 takes everything back");
    }
    found
}

fn pays_zero(at: &At<'_>, path: &str, what: &str) -> Finding {
    Finding::warning(Code::PaysZero, format!("`{}`: {what}", at.rule.id))
        .rule(&at.rule.id)
        .at(at.version.place(path), "")
        .help("write what is meant, or end the rule with `until`")
}

/// A step whose rate is below that of the step before.
struct Fall {
    /// Paths of the two rates.
    before: String,
    after: String,
    rates: (Decimal, Decimal),
    /// The case, where rates depend on a column.
    case: Option<String>,
}

fn falls(version: &Version) -> Vec<Fall> {
    let mut found = Vec::new();
    match &version.body {
        Body::Commission(commission) => {
            for (nth, pair) in tiers(&commission.tiers).windows(2).enumerate() {
                if let [before, after] = pair
                    && after.rate < before.rate
                {
                    let path = |nth| format!("tiers.{nth}.rate");
                    let rates = (before.rate, after.rate);
                    found.push(Fall { before: path(nth), after: path(nth + 1), rates, case: None });
                }
            }
        }
        Body::RenewalBonus(bonus) => {
            for (nth, pair) in bonus.rates.windows(2).enumerate() {
                let [before, after] = pair else { continue };
                for case in cases(&before.rate, &after.rate) {
                    let path = |nth, value: &Value| match (value, &case) {
                        (Value::By { .. }, Some(case)) => format!("rates.{nth}.rate.is.{case}"),
                        _ => format!("rates.{nth}.rate"),
                    };
                    let of = |value: &Value| rate_of(value, case.as_deref());
                    if let (Some(first), Some(second)) = (of(&before.rate), of(&after.rate))
                        && second < first
                    {
                        let (before, after) = (path(nth, &before.rate), path(nth + 1, &after.rate));
                        found.push(Fall { before, after, rates: (first, second), case: case.clone() });
                    }
                }
            }
        }
        Body::SharedCredit(_) | Body::Stipend(_) | Body::Override(_) => {}
    }
    found
}

/// The cases that two values tell apart, and `None` for all others; values by different columns can't be compared.
fn cases(before: &Value, after: &Value) -> Vec<Option<String>> {
    let keys = |value: &Value| match value {
        Value::Plain(_) => Vec::new(),
        Value::By { is, .. } => is.keys().cloned().collect(),
    };
    if let (Value::By { column: one, .. }, Value::By { column: other, .. }) = (before, after)
        && one != other
    {
        return Vec::new();
    }
    let all: BTreeSet<String> = keys(before).into_iter().chain(keys(after)).collect();
    std::iter::once(None).chain(all.into_iter().map(Some)).collect()
}

fn rate_of(value: &Value, case: Option<&str>) -> Option<Decimal> {
    match value {
        Value::Plain(rate) => Some(*rate),
        Value::By { is, otherwise, .. } => case.and_then(|case| is.get(case).copied()).or(*otherwise),
    }
}

fn falling_rate(at: &At<'_>, fall: &Fall) -> Finding {
    let of = fall.case.as_ref().map_or_else(String::new, |case| format!(" of `{case}`"));
    let (before, after) = (percent(fall.rates.0), percent(fall.rates.1));
    let message =
        format!("the rate{of} in `{}` falls from {before} to {after} as more is reached", at.rule.id);
    Finding::warning(Code::FallingRate, message)
        .rule(&at.rule.id)
        .at(at.version.place(&fall.after), "less here")
        .at(at.version.place(&fall.before), "than here")
        .help("nothing to do if more is to earn a lower rate; else look for a slipped digit")
}

/// More than half of the deals with work that counts earn nothing, because they stay below the first step.
fn below_first_rate(
    facts: &Facts<'_>,
    at: usize,
    id: &str,
    version: &Version,
    from: Decimal,
) -> Option<Finding> {
    let below: Vec<u32> =
        facts.uncredited(at).filter(|row| row.reason == Reason::BelowFirstRate).map(|row| row.deal).collect();
    let paid = facts.deals_with_lines(at);
    // Where nobody is paid, another finding says so.
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
fn below_first_tier(facts: &Facts<'_>, at: usize, id: &str, version: &Version) -> Option<Finding> {
    let lines = &facts.settlement.lines;
    let rows = || facts.lines_of[at].iter().map(|row| *row as usize);
    let all: BTreeSet<u32> = rows().map(|row| lines[row].payee).collect();
    let reached: BTreeSet<u32> =
        rows().filter(|row| lines[*row].rate_e8 != 0).map(|row| lines[row].payee).collect();
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
