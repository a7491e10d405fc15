//! Holds, draws and payment terms of two rule sets: which versions differ, and in what.

use std::collections::BTreeSet;

use super::Status;
use super::parameters::{ParameterChange, placed_changes};
use apportion_base::diagnostic::Span;
use apportion_rules::{Policy, PolicyKind, PolicyVersion, RuleBook, policy_values};

/// A version that only one side has, or that says something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyChange {
    /// The id of the policy.
    pub id: String,
    /// Its kind; that of after where it has another one.
    pub kind: PolicyKind,
    /// What became of the version.
    pub status: Status,
    /// First day of the version.
    pub from: i32,
    /// What differs; empty for one that only one side has.
    pub parameters: Vec<ParameterChange>,
    /// Where it is written on either side.
    pub places: (Option<Span>, Option<Span>),
}

/// All versions that differ, by id and first day. Amounts of the currency are written with `digits`.
pub fn policy_changes(before: &RuleBook, after: &RuleBook, digits: u32) -> Vec<PolicyChange> {
    let ids: BTreeSet<&str> = [before, after]
        .into_iter()
        .flat_map(|book| book.policies.iter().map(|(_, policy)| policy.id.as_str()))
        .collect();
    let of_id = |id: &str| {
        let (was, is) = (before.policies.find(id), after.policies.find(id));
        let starts: BTreeSet<i32> = [was, is]
            .into_iter()
            .flatten()
            .flat_map(|policy| &policy.versions)
            .map(|version| version.from)
            .collect();
        starts.into_iter().filter_map(|from| change(id, (was, is), from, digits)).collect::<Vec<_>>()
    };
    ids.into_iter().flat_map(of_id).collect()
}

fn change(
    id: &str,
    (before, after): (Option<&Policy>, Option<&Policy>),
    from: i32,
    digits: u32,
) -> Option<PolicyChange> {
    let (was, is) = (begins(before, from), begins(after, from));
    let (status, parameters) = match (was, is) {
        (None, _) => (Status::New, Vec::new()),
        (_, None) => (Status::Gone, Vec::new()),
        (Some(was), Some(is)) => (Status::Changed, compare(was, is, digits)),
    };
    let same_kind = before.zip(after).is_none_or(|(before, after)| before.kind == after.kind);
    if status == Status::Changed && parameters.is_empty() && same_kind {
        return None;
    }
    let place = |version: Option<&PolicyVersion>| version.map(|version| version.span.clone());
    Some(PolicyChange {
        id: id.to_owned(),
        kind: after.or(before)?.kind,
        status,
        from,
        parameters,
        places: (place(was), place(is)),
    })
}

/// The version of a policy that begins on a day.
fn begins(policy: Option<&Policy>, from: i32) -> Option<&PolicyVersion> {
    policy?.versions.iter().find(|version| version.from == from)
}

fn compare(before: &PolicyVersion, after: &PolicyVersion, digits: u32) -> Vec<ParameterChange> {
    placed_changes(
        (policy_values(before, digits), |path| before.place(path)),
        (policy_values(after, digits), |path| after.place(path)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_rules::testing::{CREDIT, rules};

    const DRAW: &str = "[[draw]]\nid = \"ramp\"\neffective = { from = 2026-01-01 }\namount = 300\nrecoverable = true\nlimit = 400\n";

    fn said(before: &str, after: &str) -> Vec<String> {
        let (before, after) = (rules(&[CREDIT, before]).0, rules(&[CREDIT, after]).0);
        let one = |change: &PolicyChange| {
            let names: Vec<String> = change
                .parameters
                .iter()
                .map(|change| format!("{} {:?} {:?}", change.name(), change.before, change.after))
                .collect();
            format!("{} {} {}", change.id, change.status.word(), names.join(", "))
        };
        policy_changes(&before, &after, 2).iter().map(one).collect()
    }

    #[test]
    fn versions_that_differ_are_told_and_others_are_not() {
        assert_eq!(said(DRAW, DRAW), Vec::<String>::new());
        assert_eq!(
            said(DRAW, &DRAW.replace("400", "500")),
            ["ramp changed limit Some(\"400.00\") Some(\"500.00\")"]
        );
        assert_eq!(said("", DRAW), ["ramp new "]);
        assert_eq!(said(DRAW, ""), ["ramp gone "]);
        let ended = DRAW.replace("2026-01-01", "2026-01-01, until = 2026-06-30");
        assert_eq!(said(DRAW, &ended), ["ramp changed until None Some(\"2026-06-30\")"]);
    }
}
