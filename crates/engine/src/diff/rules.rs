//! The rules of both sides, version by version: which were in force on the same days, and how they differ.

use super::keys::Keys;
use super::parameters::{ParameterChange, changes, compare};
use super::{Side, VersionChange, Which};
use apportion_book::Book;
use apportion_rules::{Rule, Version};

/// The versions of a rule that were in force on the same days of a window and differ. Days on which neither side has
/// one in force, or on which both have the same, are left out.
pub fn versions(
    before: &Side,
    after: &Side,
    keys: &Keys,
    rule: u32,
    window: (i32, i32),
) -> Vec<VersionChange> {
    let of = |which, side: &'_ Side| {
        keys.rules.own(which, rule).map(|own| own as usize).map(|at| {
            let rule: &Rule = &side.rules.rules[at];
            rule.versions.clone()
        })
    };
    let was = of(Which::Before, before).unwrap_or_default();
    let is = of(Which::After, after).unwrap_or_default();
    let digits = before.book.currency.digits();
    let mut found: Vec<VersionChange> = Vec::new();
    for (first, last) in stretches(&was, &is, window) {
        let at = |versions: &[Version]| versions.iter().position(|version| in_force(version, first));
        let (b, a) = (at(&was), at(&is));
        let pair = (b.map(|at| at as u16), a.map(|at| at as u16));
        if let Some(earlier) = found.iter_mut().find(|change| change.versions == pair) {
            earlier.days.1 = last;
            continue;
        }
        let (b, a) = (b.map(|at| &was[at]), a.map(|at| &is[at]));
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

fn in_force(version: &Version, day: i32) -> bool {
    version.from <= day && version.until.is_none_or(|until| day <= until)
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
