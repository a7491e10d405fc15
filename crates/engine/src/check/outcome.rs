//! What a close of these days would leave out: rules that pay nothing, credits that are never made, deals that are
//! held or that no rule matches.

use apportion_data::DealIx;
use std::collections::{BTreeMap, BTreeSet};

use crate::credit::{Line, Reason};
use crate::kinds::nature;
use apportion_base::diagnostic::{Code, count, counted, grouped};
use apportion_base::money::format_scaled;
use apportion_rules::{Clawback, Rule, RuleIx, Version};

use super::facts::{Facts, in_force};
use super::finding::Finding;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let paid = PaidLines::new(facts);
    let mut found = Vec::new();
    for (rule_ix, rule) in facts.each_rule() {
        let Some(version) = rule.versions.iter().rfind(|version| in_force(facts.window(), version)) else {
            continue;
        };
        let idle = credits_nothing(facts, rule, version, &paid);
        // With nothing credited there is nothing to pay on, which another finding reports.
        let credited = idle.is_empty() || idle.len() < credits(version).len();
        found.extend(idle);
        if credited {
            found.extend(pays_nobody(facts, rule_ix, rule, version, &paid));
        }
        found.extend(left_out(facts, rule_ix, rule, version));
    }
    found.extend(held_deals(facts));
    found.extend(repeated_engagements(facts));
    found.extend(no_rule(facts));
    found
}

/// Lines of these days by rule.
struct PaidLines {
    lines: Vec<u64>,
    /// Of these, those that are not 0.
    amounts: Vec<u64>,
}

impl PaidLines {
    fn new(facts: &Facts<'_>) -> Self {
        let pays = |lines: &[Line]| lines.iter().filter(|line| !line.amount.is_zero()).count() as u64;
        let of_rules = |number: &dyn Fn(&[Line]) -> u64| {
            facts.each_rule().map(|(rule, _)| facts.statements(rule).map(number).sum()).collect()
        };
        Self { lines: of_rules(&|lines| lines.len() as u64), amounts: of_rules(&pays) }
    }
}

fn credits(version: &Version) -> &[String] {
    version.body.credits().unwrap_or_default()
}

/// `credits` that name a rule without any credit.
fn credits_nothing(facts: &Facts<'_>, rule: &Rule, version: &Version, paid: &PaidLines) -> Vec<Finding> {
    let idle = |id: &String| {
        let rule_ix = facts.rules.find(id);
        rule_ix.is_some_and(|rule_ix| paid.lines[rule_ix] == 0)
    };
    let named = credits(version).iter().enumerate().filter(|(_, id)| idle(id));
    named
        .map(|(nth, id)| {
            let message = format!(
                "`{}` pays on the credit of `{id}`, which credits nobody {}",
                rule.id,
                facts.in_days()
            );
            Finding::warning(Code::CreditsNothing, message)
                .rule(&rule.id)
                .rule(id)
                .at(version.place(&format!("credits.{nth}")), "")
                .help(format!("see the other findings about `{id}`, or name the rule that makes the credit"))
        })
        .collect()
}

/// A rule that matches deals and pays no one.
fn pays_nobody(
    facts: &Facts<'_>,
    rule_ix: RuleIx,
    rule: &Rule,
    version: &Version,
    paid: &PaidLines,
) -> Option<Finding> {
    let matched = facts.matches(rule_ix);
    let made = if facts.pays(rule_ix) { paid.amounts[rule_ix] } else { paid.lines[rule_ix] };
    // What a reversal that is recomputed does is in the lines of other rules.
    let recomputes = matches!(version.body.clawback(), Some(Clawback::Recompute));
    if matched == 0 || made > 0 || recomputes {
        return None;
    }
    let does = match (version.body.clawback(), facts.pays(rule_ix)) {
        (Some(_), _) => "takes nothing back",
        (None, true) => "pays nobody",
        (None, false) => "credits nobody",
    };
    let message =
        format!("`{}` matches {} {} and {does}", rule.id, counted(matched, "deal"), facts.in_days());
    let finding = Finding::warning(Code::PaysNobody, message)
        .rule(&rule.id)
        .at(version.span.clone(), "")
        .counted(matched, "deal");
    if paid.lines[rule_ix] > 0 {
        return Some(finding.help(format!("all of its {} are 0", counted(paid.lines[rule_ix], "line"))));
    }
    let mut reasons: BTreeMap<Reason, BTreeSet<DealIx>> = BTreeMap::new();
    for row in facts.uncredited(rule_ix) {
        reasons.entry(row.reason).or_default().insert(row.deal);
    }
    let mut reasons: Vec<(&str, u64)> =
        reasons.iter().map(|(reason, deals)| (reason.word(), deals.len() as u64)).collect();
    reasons.sort_by_key(|(word, deals)| (std::cmp::Reverse(*deals), *word));
    let why: Vec<String> =
        reasons.iter().map(|(word, deals)| format!("{word} for {}", counted(*deals, "deal"))).collect();
    Some(match (why.is_empty(), nature(rule.kind).idle) {
        (false, _) => finding.help(format!("why: {}", why.join(", "))),
        (true, Some(idle)) => finding.help(idle),
        (true, None) => finding,
    })
}

/// Deals that a rule matched and could not pay because of what is in the data.
fn left_out(facts: &Facts<'_>, rule_ix: RuleIx, rule: &Rule, version: &Version) -> Vec<Finding> {
    let finding = |reason: Reason, code, key: &str, message: &dyn Fn(String) -> String, help: &str| {
        let rows = facts.uncredited(rule_ix).filter(|row| row.reason == reason);
        let deals: Vec<DealIx> = rows.map(|row| row.deal).collect();
        let number = deals.len() as u64;
        let message = message(format!("{} {}", counted(number, "deal"), facts.in_days()));
        let finding = Finding::warning(code, message)
            .rule(&rule.id)
            .at(version.place(key), "")
            .counted(number, "deal")
            .examples(deals.iter().map(|deal| facts.deal_id(*deal)))
            .help(help);
        (number > 0).then_some(finding)
    };
    let no_basis = finding(
        Reason::NoBasis,
        Code::NoBasis,
        "basis",
        &|deals| {
            let id = &rule.id;
            format!("`{id}` has no basis for {deals}: a column that it names is empty, or a division by 0")
        },
        "fill the column, or write in `basis` what to use instead: coalesce(list_amount, amount)",
    );
    let not_100 = finding(
        Reason::SplitsNot100,
        Code::SplitsNot100,
        "model",
        &|deals| format!("`{}` does not pay {deals}, whose declared percents don't add up to 100", rule.id),
        "correct the splits, or set `overlay = true` if each percent is paid by itself",
    );
    no_basis.into_iter().chain(not_100).collect()
}

/// Deals of these days that a run would hold, ascending, each once.
pub fn held(facts: &Facts<'_>) -> Vec<DealIx> {
    let rows = facts.settlement.uncredited.iter();
    let deals = rows.filter(|row| row.reason == Reason::Incomplete).map(|row| row.deal);
    deals.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Minor units of an amount in millionths, rounded half away from zero.
fn rounded(amount_e6: i128, digits: u32) -> i128 {
    let unit = 10_i128.pow(6_u32.saturating_sub(digits));
    (amount_e6 + amount_e6.signum() * unit / 2) / unit
}

/// Engagements without an id that equal another one: two pieces of work, or one that was exported twice.
fn repeated_engagements(facts: &Facts<'_>) -> Option<Finding> {
    let repeats = &facts.tables.repeated_engagements;
    if repeats.rows == 0 {
        return None;
    }
    let deals: Vec<DealIx> =
        repeats.deals.iter().copied().filter(|deal| facts.won.binary_search(deal).is_ok()).collect();
    let worth: i128 = deals.iter().map(|deal| i128::from(facts.tables.deals.amount_e6[*deal])).sum();
    let message = format!(
        "{} without an id {} another one in all columns that are read; {}, on {} worth {} {}",
        counted(repeats.rows, "engagement"),
        if repeats.rows == 1 { "equals" } else { "equal" },
        if repeats.rows == 1 { "it counts as well" } else { "each of them counts" },
        counted(deals.len() as u64, "won deal"),
        facts.book.currency.code(),
        grouped(&format_scaled(rounded(worth, facts.book.currency.digits()), facts.book.currency.digits())),
    );
    let place = |(file, row): &(String, u64)| format!("{file} row {row}");
    let examples =
        repeats.examples.iter().map(|[first, again]| format!("{} and {}", place(first), place(again)));
    Some(
        Finding::warning(Code::RepeatedEngagements, message)
            .counted(repeats.rows, "engagement")
            .examples(examples)
            .help("if they are one piece of work, map an engagement_id, or set `distinct = true` for the source"),
    )
}

fn held_deals(facts: &Facts<'_>) -> Option<Finding> {
    let held = held(facts);
    if held.is_empty() {
        return None;
    }
    let rows = if held.len() == 1 { "a row that names it was" } else { "rows that name them were" };
    let message = format!(
        "{} {} would be held, because {rows} rejected",
        counted(held.len() as u64, "deal"),
        facts.in_days()
    );
    Some(
        Finding::warning(Code::HeldDeals, message)
            .counted(held.len() as u64, "deal")
            .examples(held.iter().map(|deal| facts.deal_id(*deal)))
            .help("correct the rejected rows; `incomplete = \"pay\"` in [book] would pay without them"),
    )
}

fn no_rule(facts: &Facts<'_>) -> Option<Finding> {
    let rows = facts.settlement.uncredited.iter();
    let deals: Vec<DealIx> = rows.filter(|row| row.reason == Reason::NoRule).map(|row| row.deal).collect();
    if deals.is_empty() {
        return None;
    }
    let message = format!(
        "{} of {} {} match no rule that credits or pays a deal",
        count(deals.len() as u64),
        counted(facts.won.len() as u64, "won deal"),
        facts.in_days()
    );
    Some(
        Finding::note(Code::NoRule, message)
            .counted(deals.len() as u64, "deal")
            .examples(deals.iter().map(|deal| facts.deal_id(*deal)))
            .help("nothing to do if they should pay nobody; otherwise widen the `when` of a rule"),
    )
}
