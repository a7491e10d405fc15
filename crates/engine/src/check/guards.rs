//! Slips of the pen that pay too much: a pool of a whole deal, deals most of which is given away, and tiers that were
//! meant as percents.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::credit::Line;
use crate::kinds;
use apportion_base::diagnostic::{Code, Span};
use apportion_base::money::format_scaled;
use apportion_base::notation::shortest;
use apportion_book::config::number::percent;
use apportion_data::DealIx;
use apportion_rules::{Body, RuleIx, Tiers, Value};

use super::facts::{Facts, VersionPlace};
use super::finding::Finding;

/// Tiers in amounts that all begin below this are no amounts of credit.
const TINY: i64 = 10;
/// A quota from which on they are suspicious, in millionths.
const LARGE_QUOTA_E6: i64 = 1_000_000 * 1_000_000;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for subject in facts.versions() {
        found.extend(whole_deal(&subject));
        found.extend(tiny_tiers(facts, &subject));
    }
    found.extend(gives_away(facts));
    found
}

/// Rates of pools of 100% or more.
fn whole_deal(subject: &VersionPlace<'_>) -> Vec<Finding> {
    match subject.version.body {
        Body::SharedCredit(_) | Body::RenewalBonus(_) => {}
        Body::Stipend(_)
        | Body::Commission(_)
        | Body::Override(_)
        | Body::Clawback(_)
        | Body::Milestone(_) => return Vec::new(),
    }
    let kind = kinds::of(&subject.version.body);
    let mut found = Vec::new();
    for (path, value) in kind.values() {
        let (place, rate) = match highest(subject, &path, value) {
            Some((place, rate)) if rate >= Decimal::ONE => (place, rate),
            _ => continue,
        };
        let message = format!("`{}` pays {} of a deal", subject.rule.id, percent(rate));
        let finding = Finding::warning(Code::WholeDeal, message)
            .rule(&subject.rule.id)
            .at(place, "")
            .help(format!("is {} meant? A rate without a percent sign is a fraction", tenth(rate)));
        found.push(finding);
    }
    found
}

/// The highest number of a value, and where it is.
fn highest(subject: &VersionPlace<'_>, path: &str, value: &Value) -> Option<(Span, Decimal)> {
    let of_path = |path: String, rate: Decimal| (subject.version.place(&path), rate);
    let all: Vec<(Span, Decimal)> = match value {
        Value::Plain(rate) => vec![of_path(path.to_owned(), *rate)],
        Value::By { is, otherwise, .. } => {
            let cases = is.iter().map(|(case, rate)| of_path(format!("{path}.is.{case}"), *rate));
            cases.chain(otherwise.map(|rate| of_path(format!("{path}.else"), rate))).collect()
        }
        Value::Table(table) => {
            let rows = 0..table.len();
            let row = rows.max_by_key(|row| (table.value(*row), std::cmp::Reverse(*row)))?;
            vec![(table.span(row), table.value(row))]
        }
    };
    all.into_iter().reduce(|high, next| if next.1 > high.1 { next } else { high })
}

/// What a slipped digit would have been: `15%` of `150%`.
fn tenth(rate: Decimal) -> String {
    let tenth = Decimal::try_from_i128_with_scale(rate.mantissa(), rate.scale() + 1).unwrap_or(rate);
    percent(tenth.normalize())
}

/// Deals of which all rules together pay more than the book's `warn_over`, before caps.
fn gives_away(facts: &Facts<'_>) -> Option<Finding> {
    let digits = facts.book.currency.digits();
    let limit_e8 = i128::from(facts.book.warn_over_e8);
    let paying = |line: &&Line| facts.settlement.applies[line.rule][line.version.at()].amount;
    // By deal: what its lines are before caps.
    let mut paid = vec![0_i128; facts.tables.deals.len()];
    for line in facts.settlement.lines.iter().filter(paying) {
        paid[line.deal] += line.uncapped.wide();
    }
    let unit_e6 = 10_i128.pow(6_u32.saturating_sub(digits));
    // sum / amount > limit, without dividing; a refund gives back as a sale pays.
    let more = |deal: DealIx, sum: i128| {
        let amount_e6 = i128::from(facts.tables.deals.amount_e6[deal]);
        let (sum, amount_e6) = if amount_e6 < 0 { (-sum, -amount_e6) } else { (sum, amount_e6) };
        let (paid, most) = (sum.checked_mul(unit_e6 * 100_000_000), amount_e6.checked_mul(limit_e8));
        paid.zip(most).is_some_and(|(paid, most)| paid > most)
    };
    let over: Vec<DealIx> = facts.tables.deals.all().filter(|deal| more(*deal, paid[*deal])).collect();
    let first = *over.first()?;
    let of_first = facts.settlement.lines.iter().filter(paying).filter(|line| line.deal == first);
    let rules: BTreeSet<RuleIx> = of_first.map(|line| line.rule).collect();
    let money = |minor: i128| apportion_base::diagnostic::grouped(&format_scaled(minor, digits));
    let message = format!(
        "{} {} more than {} of {}, before caps",
        match over.len() {
            1 => "1 deal".to_owned(),
            number => format!("{} deals", apportion_base::diagnostic::count(number as u64)),
        },
        if over.len() == 1 { "pays" } else { "pay" },
        percent(Decimal::new(facts.book.warn_over_e8, 8).normalize()),
        if over.len() == 1 { "its amount" } else { "their amounts" },
    );
    let ids: Vec<&str> = rules.iter().map(|rule| facts.rules[*rule].id.as_str()).collect();
    let amount = i128::from(facts.tables.deals.amount_e6[first]);
    let mut finding = Finding::warning(Code::GivesAway, message)
        .counted(over.len() as u64, "deal")
        .examples(over.iter().map(|deal| facts.deal_id(*deal)))
        .help(format!(
            "of deal `{}`, {} {}, {} is paid by {}",
            facts.deal_id(first),
            facts.book.currency.code(),
            apportion_base::diagnostic::grouped(&shortest(amount, 6)),
            money(paid[first]),
            ids.join(", ")
        ))
        .help("`warn_over` in [book] is the part from which on this is said");
    for id in ids {
        finding = finding.rule(id);
    }
    Some(finding)
}

/// Tiers in amounts that are all below 10, where quotas are in the millions.
fn tiny_tiers(facts: &Facts<'_>, subject: &VersionPlace<'_>) -> Option<Finding> {
    let Body::Commission(commission) = &subject.version.body else { return None };
    // Thresholds of deals or of a quantity are small numbers.
    if commission.tiers_by.is_some() {
        return None;
    }
    let Tiers::Amounts(tiers) = &commission.tiers else { return None };
    let highest = tiers.last()?.from;
    let quotas = &facts.tables.quotas;
    // A quota of a measure may be in any unit.
    let of_money = quotas.amount_e6.iter().zip(&quotas.measure).filter(|(_, measure)| measure.is_none());
    let large = of_money.map(|(quota, _)| *quota).max().is_some_and(|quota| quota >= LARGE_QUOTA_E6);
    if !large || highest <= Decimal::ZERO || highest >= Decimal::from(TINY) {
        return None;
    }
    let message = format!(
        "the tiers of `{}` begin at amounts below {TINY}, and quotas are in the millions: every payee is beyond them",
        subject.rule.id
    );
    Some(
        Finding::warning(Code::TinyTiers, message)
            .rule(&subject.rule.id)
            .at(subject.version.place(&format!("tiers.{}.from", tiers.len() - 1)), "an amount")
            .help("with a percent sign it is a part of the quota: from = \"100%\""),
    )
}
