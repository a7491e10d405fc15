//! Registrations under no policy, or under two, and decisions about conflicts that are not found.

use std::collections::BTreeSet;

use apportion_base::diagnostic::{Code, counted};
use apportion_book::TableName;
use apportion_channel::registration::{Standing, standings};
use apportion_rules::PolicyTerms;

use super::super::super::facts::Facts;
use super::super::super::finding::Finding;
use super::of_kind;

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = under_none(facts).unwrap_or_default();
    found.extend(about_nothing(facts));
    found
}

/// Registrations that no policy is for, or several.
fn under_none(facts: &Facts<'_>) -> Option<Vec<Finding>> {
    let policies = of_kind(facts, |terms| match terms {
        PolicyTerms::Registration(registration) => Some(registration),
        _ => None,
    });
    if policies.is_empty() {
        return None;
    }
    // Preparing the tables asked the same: a condition without a value was told then.
    let standings = standings(&policies, facts.tables).ok()?;
    let of = |is_such: fn(&Standing<'_>) -> bool| {
        let rows = standings.iter().enumerate().filter(|(_, standing)| is_such(standing));
        rows.map(|(row, _)| row).collect::<Vec<usize>>()
    };
    let none = without_policy(
        facts,
        &of(|standing| matches!(standing, Standing::NoPolicy)),
        "under no policy",
        "let the `when` and the days of a policy include them, and `protect` have a value for them",
    );
    let two = without_policy(
        facts,
        &of(|standing| matches!(standing, Standing::TwoPolicies)),
        "under two policies, and so under none",
        "let the `when` of the policies exclude each other",
    );
    Some(none.into_iter().chain(two).collect())
}

fn without_policy(facts: &Facts<'_>, rows: &[usize], what: &str, help: &str) -> Option<Finding> {
    if rows.is_empty() {
        return None;
    }
    let number = rows.len() as u64;
    let is = if number == 1 { "is" } else { "are" };
    let message = format!("{} {is} {what}: they protect nothing", counted(number, "registration"));
    let message = if number == 1 { message.replace("they protect", "it protects") } else { message };
    let ids = &facts.tables.channel.registrations.ids;
    let finding = Finding::warning(Code::RegistrationWithoutPolicy, message)
        .counted(number, "registration")
        .examples(rows.iter().map(|row| ids.value(*row).to_owned()))
        .help(help);
    Some(placed(facts, TableName::Registrations, finding))
}

/// Decisions whose conflict no policy finds and nobody raised.
fn about_nothing(facts: &Facts<'_>) -> Option<Finding> {
    let found = facts.governance.into_iter().flat_map(|governance| &governance.conflicts);
    let found: BTreeSet<&str> = found.map(|conflict| conflict.id.as_str()).collect();
    let decisions = &facts.tables.channel.conflicts.decisions;
    let unknown: Vec<&str> = decisions
        .iter()
        .filter(|decision| !found.contains(decision.conflict_id.as_str()))
        .map(|decision| decision.id.as_str())
        .collect();
    let number = unknown.len() as u64;
    if number == 0 {
        return None;
    }
    let are = if number == 1 { "is about a conflict that is" } else { "are about conflicts that are" };
    let message = format!("{} {are} not found", counted(number, "decision"));
    let finding = Finding::warning(Code::DecisionWithoutConflict, message)
        .counted(number, "decision")
        .examples(unknown.into_iter().map(str::to_owned))
        .help("`conflict_id` is that of conflicts.csv: look for a misspelled id, for a row of `conflicts` that is gone, and at `detect`");
    Some(placed(facts, TableName::Decisions, finding))
}

/// At the source of a table, if there is one only.
fn placed(facts: &Facts<'_>, table: TableName, finding: Finding) -> Finding {
    let mut sources = facts.book.sources.iter().filter(|source| source.table == table);
    match (sources.next(), sources.next()) {
        (Some(source), None) => finding.at(source.span.clone(), "read by this source"),
        _ => finding,
    }
}
