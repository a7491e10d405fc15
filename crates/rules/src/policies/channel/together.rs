//! What policies of the channel must not say twice: who leads, and how a kind of conflict is settled.

use std::collections::BTreeMap;

use super::super::PolicyKind;
use super::super::model::{Policy, PolicyTerms, PolicyVersion};
use super::conflict::DETECT;
use super::model::ConflictKind;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::config::describe::Choice;

/// Reports channel models of several ids, and kinds of conflict that stand under two ids that are in force on one day.
pub(in crate::policies) fn check_together(policies: &[Policy], found: &mut Vec<Diagnostic>) {
    let of_kind = |kind| policies.iter().filter(move |policy| policy.kind == kind);
    let models: Vec<&Policy> = of_kind(PolicyKind::ChannelModel).collect();
    for pair in models.windows(2) {
        if let [first, second] = pair {
            found.extend(two_models(first, second));
        }
    }
    let conflicts: Vec<&Policy> = of_kind(PolicyKind::Conflict).collect();
    for kind in ConflictKind::ALL {
        found.extend(detected_twice(*kind, &conflicts));
    }
}

fn two_models(first: &Policy, second: &Policy) -> Option<Diagnostic> {
    let (before, after) = (first.versions.first()?, second.versions.first()?);
    let message = format!("there are two channel models, `{}` and `{}`", first.id, second.id);
    Some(
        Diagnostic::error(Code::DuplicatePolicy, message)
            .at(after.place("id"), "the second")
            .at(before.place("id"), "the first")
            .help("one id says who leads; what changes from a day on is another version of it"),
    )
}

/// The first two versions of different ids that look for a kind of conflict on a common day.
fn detected_twice(kind: ConflictKind, policies: &[&Policy]) -> Option<Diagnostic> {
    let mut all: BTreeMap<i32, Vec<(&str, &PolicyVersion, usize)>> = BTreeMap::new();
    for policy in policies {
        for version in &policy.versions {
            let PolicyTerms::Conflict(terms) = &version.terms else { continue };
            if let Some(place) = terms.detect.iter().position(|known| *known == kind) {
                all.entry(version.from).or_default().push((&policy.id, version, place));
            }
        }
    }
    // Versions of one id don't overlap, so that of versions in order of their first days the one before is the last that can.
    let versions: Vec<_> = all.into_values().flatten().collect();
    let later = |(index, (id, version, place)): (usize, &(&str, &PolicyVersion, usize))| {
        let overlaps = |(other, earlier, _): &&(&str, &PolicyVersion, usize)| {
            other != id && earlier.until.is_none_or(|until| version.from <= until)
        };
        let (other, earlier, first) = versions.get(..index)?.iter().find(overlaps)?;
        let at = |version: &PolicyVersion, place: usize| version.place(&format!("{}.{place}", DETECT.key));
        let message = format!("`{}` is looked for by `{other}` and by `{id}` on the same days", kind.word());
        Some(
            Diagnostic::error(Code::DuplicatePolicy, message)
                .at(at(version, *place), "the second")
                .at(at(earlier, *first), "the first")
                .help("a kind of conflict stands under one id: take it out of one of them, or end one before the other begins"),
        )
    };
    versions.iter().enumerate().find_map(later)
}
