//! The rules of both sides, version by version: which were in force on the same days, and how they differ.

use super::keys::{CommonRule, Keys};
use super::parameters::{ParameterChange, changes, compare};
use super::{Side, SideName, VersionChange};
use apportion_book::Book;
use apportion_rules::{Rule, Version, VersionIx};

/// The versions of a rule that were in force on the same days of a window and differ. Days on which neither side has
/// one in force, or on which both have the same, are left out.
pub fn versions(
    before: &Side,
    after: &Side,
    keys: &Keys,
    rule: CommonRule,
    window: (i32, i32),
) -> Vec<VersionChange> {
    let was = keys.rules.own(SideName::Before, rule).map(|own| &before.rules[own]);
    let is = keys.rules.own(SideName::After, rule).map(|own| &after.rules[own]);
    let digits = before.book.currency.digits();
    let mut found: Vec<VersionChange> = Vec::new();
    for (first, last) in stretches(versions_of(was), versions_of(is), window) {
        let pair = (was.and_then(|rule| rule.in_force(first)), is.and_then(|rule| rule.in_force(first)));
        if let Some(earlier) = found.iter_mut().find(|change| change.versions == pair) {
            earlier.days.1 = last;
            continue;
        }
        let (b, a) = (version(was, pair.0), version(is, pair.1));
        let parameters = match (b, a) {
            (Some(b), Some(a)) => compare(b, a, digits),
            _ => Vec::new(),
        };
        let from = (b.map(|version| version.from), a.map(|version| version.from));
        if (b.is_none() && a.is_none()) || (b.is_some() && a.is_some() && parameters.is_empty()) {
            continue;
        }
        let places = (b.map(|version| version.place("id")), a.map(|version| version.place("id")));
        found.push(VersionChange { days: (first, last), versions: pair, from, places, parameters });
    }
    found
}

/// The window cut wherever a version of either side begins or ends.
fn stretches(before: &[Version], after: &[Version], window: (i32, i32)) -> Vec<(i32, i32)> {
    let mut starts = vec![window.0];
    for version in before.iter().chain(after) {
        starts.extend([Some(version.from), version.until.map(|until| until + 1)].into_iter().flatten());
    }
    starts.retain(|day| (window.0..=window.1).contains(day));
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|start| start - 1).chain([window.1]);
    starts.iter().copied().zip(ends.collect::<Vec<_>>()).collect()
}

fn version(rule: Option<&Rule>, version: Option<VersionIx>) -> Option<&Version> {
    Some(&rule?.versions[version?])
}

fn versions_of(rule: Option<&Rule>) -> &[Version] {
    rule.map_or(&[], |rule| &rule.versions)
}

/// What differs between two books of what decides amounts.
pub fn settings(before: &Book, after: &Book) -> Vec<ParameterChange> {
    let list = |book: &Book| {
        [
            ("fiscal_year_starts", book.fiscal_year_starts.to_string()),
            ("rounding", book.rounding.word().to_owned()),
            ("fx_max_age_days", book.fx_max_age_days.to_string()),
            ("incomplete", book.incomplete.word().to_owned()),
        ]
        .into_iter()
        .map(|(key, text)| (key, String::new(), text))
        .collect()
    };
    changes(&list(before), &list(after))
}
