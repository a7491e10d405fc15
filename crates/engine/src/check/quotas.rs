//! Quotas that are missing where a rule is measured on them.

use apportion_data::{DealIx, PayeeIx};
use std::collections::{BTreeMap, BTreeSet};

use crate::credit::Reason;
use crate::kinds::{self, OfQuota};
use crate::plan::{Earners, QuotaTerms};
use crate::settle;
use apportion_base::diagnostic::{Code, Diagnostic, Span, counted, nearest};
use apportion_book::Period;
use apportion_rules::{Every, Rule, RuleIx, Version};

use super::facts::{Facts, in_force};
use super::finding::Finding;
use super::payees::{date, dates};

pub fn findings(facts: &Facts<'_>) -> Result<Vec<Finding>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    for (rule_ix, rule) in facts.each_rule() {
        let last = rule.versions.iter().rfind(|version| in_force(facts.window(), version));
        let Some(version) = last else { continue };
        let Some(quota) = kinds::of(&version.body).of_quota() else { continue };
        let (no_quota, without) = unpaid(facts, rule_ix, rule, version, &quota);
        found.extend(no_quota);
        found.extend(missing(facts, rule_ix, rule, &quota, &without)?);
    }
    Ok(found)
}

/// Payees with credit and without the quota that it is measured on: they are not paid. Also returns who they are.
fn unpaid(
    facts: &Facts<'_>,
    rule_ix: RuleIx,
    rule: &Rule,
    version: &Version,
    quota: &OfQuota<'_>,
) -> (Option<Finding>, BTreeSet<PayeeIx>) {
    let calendar = facts.book.calendar();
    let mut deals: BTreeSet<DealIx> = BTreeSet::new();
    let mut periods: BTreeMap<PayeeIx, BTreeSet<Period>> = BTreeMap::new();
    for row in facts.uncredited(rule_ix).filter(|row| row.reason == Reason::NoQuota) {
        let Some(payee) = row.payee else { continue };
        let day = facts.tables.deals.close_date[row.deal];
        periods.entry(payee).or_default().insert(calendar.period_of(day, quota.every));
        deals.insert(row.deal);
    }
    let payees: BTreeSet<PayeeIx> = periods.keys().copied().collect();
    if payees.is_empty() {
        return (None, payees);
    }
    let message = format!(
        "`{}` pays {} nothing on {} {}, for want of a quota",
        rule.id,
        counted(payees.len() as u64, "payee"),
        counted(deals.len() as u64, "deal"),
        facts.in_days()
    );
    let shown = |(payee, periods): (&PayeeIx, &BTreeSet<Period>)| {
        let periods: Vec<String> = periods.iter().map(ToString::to_string).collect();
        format!("{} ({})", facts.payee_id(*payee), periods.join(", "))
    };
    let finding = Finding::warning(Code::NoQuota, message)
        .rule(&rule.id)
        .at(place(version, quota), "")
        .counted(payees.len() as u64, "payee")
        .examples(periods.iter().map(shown));
    let brought_to_0 = |(payee, periods): &(&PayeeIx, &BTreeSet<Period>)| {
        periods.iter().all(|period| has_quota(facts, quota, **payee, *period))
    };
    let finding = match periods.iter().filter(brought_to_0).count() {
        0 => hint(facts, quota, finding),
        all if all == payees.len() => finding.help(NO_DAY),
        some => hint(facts, quota, finding.help(format!("{some} of them: {NO_DAY}"))),
    };
    (Some(finding), payees)
}

/// Whether there is a quota, whatever the days on which the payee is there make of it.
fn has_quota(facts: &Facts<'_>, quota: &OfQuota<'_>, payee: PayeeIx, period: Period) -> bool {
    let (quotas, calendar) = (&facts.tables.quotas, facts.book.calendar());
    let terms = QuotaTerms { quotas, calendar, measure: quota.measure, presence: None };
    terms.of(payee, period).is_ok_and(|quota| quota.is_some())
}

/// What `prorate` does to the quota of somebody who is not there.
const NO_DAY: &str = "the quota is there, and counts for no day: see `start_date`, `end_date` and `fte`, by which it is prorated";

/// The place of the rule's `payees`, or of its `tiers` if it has none.
fn place(version: &Version, quota: &OfQuota<'_>) -> Span {
    quota.payees.map_or_else(|| version.place("tiers"), |payees| payees.text().span.clone())
}

fn hint(facts: &Facts<'_>, quota: &OfQuota<'_>, finding: Finding) -> Finding {
    let quotas = &facts.tables.quotas;
    let measures: BTreeSet<&str> = quotas.measure.iter().flatten().map(String::as_str).collect();
    if let Some(measure) = quota.measure.filter(|measure| !measures.contains(measure)) {
        let help = format!("no quota has `{measure}` in the column `measure`, which this commission names");
        return finding.help(match nearest(measure, measures.iter().copied()) {
            Some(near) => format!("{help}: did you mean `{near}`?"),
            None => help,
        });
    }
    // The quota of a period can be the sum of shorter ones.
    let lengths: BTreeSet<Every> = quotas.period.iter().map(|period| period.every()).collect();
    if !lengths.is_empty() && lengths.iter().all(|every| *every > quota.every) {
        let have: Vec<&str> = lengths.into_iter().map(Every::word).collect();
        return finding.help(format!(
            "the quotas are by {}, and this commission by {}: one of them must change",
            have.join(" and "),
            quota.every.word()
        ));
    }
    finding.help("add rows to the source of the quotas, or narrow `payees`; the quota of a quarter is that of its three months, if all are there")
}

/// Payees whom a written `payees` selects without a quota for any of these days, though nothing was credited to them
/// yet.
fn missing(
    facts: &Facts<'_>,
    rule_ix: RuleIx,
    rule: &Rule,
    quota: &OfQuota<'_>,
    told: &BTreeSet<PayeeIx>,
) -> Result<Option<Finding>, Vec<Diagnostic>> {
    let Some(condition) = quota.payees else { return Ok(None) };
    let fault = |fault| vec![settle::describe(facts.tables, facts.rules, rule_ix, &fault)];
    let earners = Earners::new(&facts.inputs, Some(condition)).map_err(fault)?;
    let periods = periods(facts, rule, quota.every);
    let (quotas, calendar) = (&facts.tables.quotas, facts.book.calendar());
    // One mistyped year makes a hundred thousand periods, of which few have a quota of anybody.
    let periods_of_quotas =
        quotas.period.iter().map(|period| calendar.period_of(calendar.first_day(*period), quota.every));
    let quoted: BTreeSet<Period> = periods_of_quotas.filter(|period| periods.contains(period)).collect();
    // Those that count for nobody are told apart, as the days of payees are: see `check::assignments`.
    let lacks = |payee: PayeeIx| !quoted.iter().any(|period| has_quota(facts, quota, payee, *period));
    let selected = |payee: PayeeIx| facts.states_of(payee).any(|state| earners.has(state));
    let payees = facts.tables.payees.all();
    let idle: Vec<PayeeIx> = payees
        .filter(|payee| selected(*payee) && !told.contains(payee))
        .filter(|payee| is_there(facts, *payee) && lacks(*payee))
        .collect();
    if idle.is_empty() {
        return Ok(None);
    }
    let message = format!(
        "`payees` of `{}` selects {} without a quota {}, and without credit so far",
        rule.id,
        counted(idle.len() as u64, "payee"),
        facts.in_days()
    );
    let finding = Finding::note(Code::QuotaMissing, message)
        .rule(&rule.id)
        .at(condition.text().span.clone(), "")
        .counted(idle.len() as u64, "payee")
        .examples(idle.iter().map(|payee| facts.payee_id(*payee)));
    Ok(Some(hint(facts, quota, finding)))
}

/// The periods that the days touch while a version of the rule is in force.
fn periods(facts: &Facts<'_>, rule: &Rule, every: Every) -> BTreeSet<Period> {
    let (window, calendar) = (facts.window(), facts.book.calendar());
    let mut periods = BTreeSet::new();
    for version in &rule.versions {
        let until = version.until.map_or(window.paid_until, |until| until.min(window.paid_until));
        let mut day = version.from.max(window.paid_from);
        // From period to period: from day to day, one date in the year 26 would take minutes.
        while day <= until {
            let period = calendar.period_of(day, every);
            periods.insert(period);
            day = calendar.last_day(period) + 1;
        }
    }
    periods
}

/// Whether a payee is there on one of the days.
fn is_there(facts: &Facts<'_>, payee: PayeeIx) -> bool {
    let window = facts.window();
    let ended = date(dates(facts, "end_date"), payee).is_some_and(|end| end < window.paid_from);
    let later = date(dates(facts, "start_date"), payee).is_some_and(|start| start > window.paid_until);
    !ended && !later
}

/// Whether any rule is measured on quotas.
pub fn needed(facts: &Facts<'_>) -> bool {
    let mut versions = facts.rules.rules.iter().flat_map(|rule| &rule.versions);
    versions.any(|version| kinds::of(&version.body).of_quota().is_some())
}
