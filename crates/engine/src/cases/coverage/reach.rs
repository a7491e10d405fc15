//! Which points the lines of a settled case reach.

use std::collections::BTreeSet;

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use super::points::{Point, points};
use super::{Reached, caps};
use crate::cases::settle::Settled;
use crate::credit::Line;
use crate::plan::rate_e8;
use apportion_book::TableName;
use apportion_data::NONE;
use apportion_rules::{Body, Commission, RenewalBonus, Rule, Sharing, Tiers, Value, Version};

/// What a case reaches of every version of its rules under test.
pub fn reached(settled: &Settled) -> Vec<Reached> {
    let mut all = Vec::new();
    for (at, rule) in settled.rules.rules.iter().enumerate().filter(|(at, _)| settled.shown[*at]) {
        let capped = caps::lowered(settled, at);
        for (version_at, version) in rule.versions.iter().enumerate() {
            let mut reached = of_version(settled, at, version_at, version);
            reached.extend(kept(settled, at, version));
            reached.extend(
                capped.iter().filter(|(of, _)| *of == version_at).map(|(_, every)| Point::Cap(*every)),
            );
            let named = points(version, settled.book.currency.digits());
            let points = named.into_iter().map(|(point, what)| (what, reached.contains(&point))).collect();
            all.push(Reached { rule: rule.id.clone(), from: version.from, points });
        }
    }
    all
}

/// What the lines of a version say.
fn of_version(settled: &Settled, at: usize, version_at: usize, version: &Version) -> BTreeSet<Point> {
    let is_of = |line: &&Line| (usize::from(line.rule), usize::from(line.version)) == (at, version_at);
    let mut reached = BTreeSet::new();
    for line in settled.settlement.lines.iter().filter(is_of) {
        reached.insert(Point::Line);
        let (deal, payee) = (line.deal, line.payee);
        match &version.body {
            Body::SharedCredit(rule) => {
                if let Some(value) = &rule.rate {
                    reached.extend(entry(settled, value, deal, payee).map(Point::Value));
                }
                if matches!(rule.sharing, Sharing::Roles { .. }) && line.role != NONE {
                    reached.insert(Point::Role(settled.settlement.roles[line.role as usize].clone()));
                }
            }
            Body::Stipend(rule) => {
                reached.extend(entry(settled, &rule.amount, deal, payee).map(Point::Value));
            }
            Body::RenewalBonus(rule) => reached.extend(rate(settled, rule, line)),
            Body::Commission(rule) => reached.extend(tiers(rule, line.rate_e8)),
            Body::Override(_) => {
                reached.insert(Point::Level(line.level));
            }
        }
    }
    reached
}

/// The entry of a `by` that a deal or payee falls under; `None` for a plain value.
fn entry(settled: &Settled, value: &Value, deal: u32, payee: u32) -> Option<Option<String>> {
    let Value::By { column, is, .. } = value else { return None };
    let (frame, row) = match column.table {
        TableName::Payees => (&settled.tables.payees.frame, payee),
        _ => (&settled.tables.deals.frame, deal),
    };
    let texts = cast(frame.column(&column.column)?, &DataType::Utf8).ok()?;
    let texts = texts.as_string_opt::<i32>()?;
    let row = row as usize;
    let text = (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row).to_owned());
    Some(text.filter(|text| is.contains_key(text)))
}

/// The rate whose `from` is the highest not above a line's measure.
fn rate(settled: &Settled, rule: &RenewalBonus, line: &Line) -> Option<Point> {
    let measure_e9 = match rule.rate_by {
        apportion_rules::RateBy::Deal => line.units_total.e9(),
        apportion_rules::RateBy::Payee => line.units.e9(),
    };
    let from_e9 = |at: usize| crate::plan::scaled(rule.rates[at].from, 9).ok();
    let at = (0..rule.rates.len()).rev().find(|&at| from_e9(at).is_some_and(|from| from <= measure_e9))?;
    let entry = entry(settled, &rule.rates[at].rate, line.deal, line.payee);
    Some(Point::Rate(at, entry))
}

/// The tiers with the rate of a line. A line's rate is that of the tier at the total after it; tiers of one rate are one.
fn tiers(rule: &Commission, line_e8: i64) -> impl Iterator<Item = Point> {
    let (Tiers::OfQuota(tiers) | Tiers::Amounts(tiers)) = &rule.tiers;
    let has_rate = move |at: &usize| rate_e8(tiers[*at].rate).is_ok_and(|rate| rate == line_e8);
    (0..tiers.len()).filter(has_rate).map(Point::Tier)
}

/// Whether a role's part was kept on a deal of the version.
fn kept(settled: &Settled, at: usize, version: &Version) -> Option<Point> {
    let in_force = |deal: u32| {
        let day = settled.tables.deals.close_date[deal as usize];
        version.from <= day && version.until.is_none_or(|until| day <= until)
    };
    let of_rule = settled.settlement.uncredited.iter().filter(|row| row.rule.map(usize::from) == Some(at));
    let mut kept = of_rule.filter(|row| row.retained.is_some() || row.retained_credit.is_some());
    kept.any(|row| in_force(row.deal)).then_some(Point::Kept)
}

/// All versions of a rule have the same caps or none: whether there is anything to find out.
pub(super) fn has_caps(rule: &Rule) -> bool {
    rule.versions.iter().any(|version| version.caps != apportion_rules::Caps::default())
}
