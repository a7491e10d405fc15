//! Roles of a rule without payees, and roles of engagements that no rule counts.

use apportion_data::RoleIx;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};

use crate::kinds::{self, Counts};
use apportion_base::diagnostic::{Code, count, counted, nearest};
use apportion_book::TableName;
use apportion_expr::tree::{Node, TableUse};
use apportion_expr::{ColumnRef, Expr, Input, TableInput};
use apportion_rules::{RoleShare, RuleIx, Vacancy, Version, VersionIx};

use super::facts::{Facts, VersionPlace};
use super::finding::Finding;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let filled = filled(facts);
    for subject in facts.versions() {
        let Some((roles, unfilled)) = kinds::of(&subject.version.body).roles() else { continue };
        let has_lines = filled.contains_key(&(subject.rule_at, subject.version_at));
        for (nth, role) in roles.iter().enumerate().filter(|(_, role)| !role.share.is_zero() && has_lines) {
            found.extend(never_filled(facts, &subject, ListedRole { nth, role, unfilled }, &filled));
        }
    }
    found.extend(unused(facts));
    found
}

/// The roles that lines of each version of a rule have.
type Filled = BTreeMap<(RuleIx, VersionIx), BTreeSet<RoleIx>>;

/// The roles that lines of these days have, by rule and version.
fn filled(facts: &Facts<'_>) -> Filled {
    let mut filled: Filled = BTreeMap::new();
    for line in facts.settlement.lines.iter() {
        if let Some(role) = line.role.get() {
            filled.entry((line.rule, line.version)).or_default().insert(role);
        }
    }
    filled
}

/// A role that a version lists.
#[derive(Clone, Copy)]
struct ListedRole<'r> {
    /// Its place in the list.
    nth: usize,
    role: &'r RoleShare,
    /// What becomes of its share where nobody fills it.
    unfilled: Vacancy,
}

fn never_filled(
    facts: &Facts<'_>,
    subject: &VersionPlace<'_>,
    ListedRole { nth, role, unfilled }: ListedRole<'_>,
    filled: &Filled,
) -> Option<Finding> {
    let roles = &facts.settlement.roles;
    let known = roles.binary_search(&role.role).ok().and_then(RoleIx::new);
    let of_version = filled.get(&(subject.rule_at, subject.version_at))?;
    if known.is_some_and(|role| of_version.contains(&role)) {
        return None;
    }
    let deals = facts.matched[subject.rule_at][subject.version_at].len() as u64;
    let message = format!(
        "nobody filled the role `{}` on any of the {} that `{}` matches {}",
        role.role,
        counted(deals, "deal"),
        subject.rule.id,
        facts.in_days()
    );
    let why = match known {
        None => match nearest(&role.role, roles.iter().map(String::as_str)) {
            Some(near) => {
                format!("no engagement of the data has this role: did you mean `{near}`?")
            }
            None => format!("no engagement of the data has this role; they have: {}", roles.join(", ")),
        },
        Some(known) => {
            let engagements = &facts.tables.engagements;
            let own = engagements.all().filter(|row| engagements.is_source(*row));
            let with = own.filter(|row| engagements.role(*row) == known).count();
            let with = counted(with as u64, "engagement");
            format!("the data has {with} with this role, and none that counts for these deals")
        }
    };
    let goes = match unfilled {
        Vacancy::Redistribute => "its share went to the other roles",
        Vacancy::Retain => "its share was kept back",
    };
    Some(
        Finding::warning(Code::RoleNeverFilled, message)
            .rule(&subject.rule.id)
            .at(subject.version.place(&format!("roles.{nth}.role")), goes)
            .counted(deals, "deal")
            .help(why),
    )
}

/// Roles of engagements that no rule counts, at any time.
fn unused(facts: &Facts<'_>) -> Vec<Finding> {
    let engagements = &facts.tables.engagements;
    let roles = &engagements.roles;
    let mut counted_by_some = vec![false; roles.len()];
    let versions = facts.rules.rules.iter().flat_map(|rule| &rule.versions);
    let mut any = false;
    for counts in versions.filter_map(|version| counting(version, roles)) {
        any = true;
        for (all, counts) in counted_by_some.iter_mut().zip(counts) {
            *all |= counts;
        }
    }
    if !any {
        return Vec::new();
    }
    let mut of_role = vec![0_u64; roles.len()];
    // Work that policies made is theirs.
    let own = engagements.all().filter(|row| engagements.is_source(*row));
    own.for_each(|row| of_role[engagements.role(row)] += 1);
    let idle = RoleIx::all(roles.len()).filter(|role| !counted_by_some[*role] && of_role[*role] > 0);
    idle.map(|role| unused_role(facts, &roles[role], of_role[role])).collect()
}

fn unused_role(facts: &Facts<'_>, role: &str, engagements: u64) -> Finding {
    let message =
        format!("no rule counts engagements in the role `{role}`; the data has {}", count(engagements));
    let mut sources = facts.book.sources.iter().filter(|source| source.table == TableName::Engagements);
    let finding = Finding::warning(Code::UnusedRole, message)
        .counted(engagements, "engagement")
        .help("name it in the `roles` or the `engaged` of a rule, or leave its rows out with `where`");
    match (sources.next(), sources.next()) {
        (Some(source), None) => finding.at(source.span.clone(), "read by this source"),
        _ => finding,
    }
}

/// By role: whether a version may count engagements in it. `None` for a version that looks at no engagements.
fn counting(version: &Version, roles: &[String]) -> Option<Vec<bool>> {
    let kind = kinds::of(&version.body);
    let engaged = match kind.counts() {
        Counts::Engagements(engaged) => engaged,
        Counts::Splits(_) | Counts::Credits | Counts::Lines | Counts::Milestones => return None,
    };
    let mut counts = vec![true; roles.len()];
    if let Some(condition) = &engaged.condition {
        for part in condition.tree().conjuncts() {
            narrow(condition, part, roles, &mut counts);
        }
    }
    if let Some((listed, _)) = kind.roles() {
        for (role, counts) in roles.iter().zip(&mut counts) {
            *counts &= listed.iter().any(|share| share.role == *role);
        }
    }
    Some(counts)
}

/// Leaves out the roles for which a part of `engaged` is not true, if the part depends on the role alone.
fn narrow(condition: &Expr, part: &Node, roles: &[String], counts: &mut [bool]) {
    let Some(role) = only_role(condition, part) else { return };
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values(roles));
    let scope = &condition.scope().tables;
    let columns: Vec<Vec<Option<ArrayRef>>> = scope
        .iter()
        .enumerate()
        .map(|(table, noun)| {
            let here = |column| (ColumnRef { table, column } == role).then(|| texts.clone());
            (0..noun.columns.len()).map(here).collect()
        })
        .collect();
    let tables =
        columns.iter().map(|columns| TableInput { columns, rows: roles.len(), index: None }).collect();
    // A part without a value is settled by the run; here it may count.
    let Ok(values) = condition.evaluate_node(part, &Input { rows: roles.len(), tables }) else { return };
    let Some(values) = values.as_boolean_opt() else { return };
    for (counts, value) in counts.iter_mut().zip(values) {
        *counts &= value == Some(true);
    }
}

/// The column `engagements.role`, if a part names it and no other column.
fn only_role(condition: &Expr, part: &Node) -> Option<ColumnRef> {
    let TableUse::One(_) = part.uses() else { return None };
    let mut columns = part.columns();
    let first = columns.pop().filter(|_| columns.is_empty())?;
    let table = condition.scope().tables.get(first.table)?;
    (table.name == TableName::Engagements.word() && condition.scope().column(first)?.0 == "role")
        .then_some(first)
}
