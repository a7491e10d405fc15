//! Conditions on deals that are true for nothing, or for everything.

use apportion_data::DealIx;
use arrow::array::AsArray;

use crate::credit::Fault;
use crate::kinds::clawback::plan::original_array;
use crate::plan::{Bound, deal_array};
use crate::settle;
use apportion_base::diagnostic::{Code, Diagnostic, counted};
use apportion_expr::Expr;
use apportion_expr::tree::{Kind, Node};
use apportion_rules::Version;

use super::column::{counts, listed};
use super::facts::{Facts, VersionPlace};
use super::finding::Finding;

/// One deal alone proves nothing of a condition that is true for it.
const ENOUGH: usize = 2;

pub fn findings(facts: &Facts<'_>) -> Result<Vec<Finding>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let won = &facts.tables.deals.won;
    let ever_won: Vec<DealIx> = facts.tables.deals.all().filter(|deal| won[*deal]).collect();
    for subject in facts.versions() {
        let Some(when) = &subject.version.when else { continue };
        let ever = asked(facts, subject.version, &ever_won);
        let now = asked(facts, subject.version, &facts.won);
        let matched = facts.ever.deals[subject.rule_at][subject.version_at].len();
        if matched == ever.len() && matched >= ENOUGH {
            found.push(always_true(&subject, when, matched));
        } else if !now.is_empty() && matched == 0 {
            found.push(matches_nothing(facts, &subject, when, &ever)?);
        } else if !now.is_empty() && facts.matched[subject.rule_at][subject.version_at].is_empty() {
            found.push(matches_nothing_in_period(facts, &subject, when, now.len(), matched));
        }
    }
    Ok(found)
}

/// The won deals of some that a version could match: all that closed while it was in force, of a clawback those that are reversals.
fn asked(facts: &Facts<'_>, version: &Version, won: &[DealIx]) -> Vec<DealIx> {
    let mut asked = facts.while_in_force(version, won);
    if version.body.clawback().is_some() {
        asked.retain(|deal| facts.tables.deals.reversal(*deal).is_some());
    }
    asked
}

/// What a version is asked about, in the singular.
fn noun(subject: &VersionPlace<'_>) -> &'static str {
    if subject.version.body.clawback().is_some() { "reversal" } else { "won deal" }
}

fn always_true(subject: &VersionPlace<'_>, when: &Expr, deals: usize) -> Finding {
    let message = format!(
        "`when` of `{}` is true for all {} that closed while it was in force",
        subject.rule.id,
        counted(deals as u64, noun(subject))
    );
    Finding::warning(Code::AlwaysTrue, message)
        .rule(&subject.rule.id)
        .at(when.text().span.clone(), "")
        .counted(deals as u64, "deal")
        .help(format!("it excludes no deal: correct it, or remove it if all {}s are intended", noun(subject)))
}

fn matches_nothing(
    facts: &Facts<'_>,
    subject: &VersionPlace<'_>,
    when: &Expr,
    deals: &[DealIx],
) -> Result<Finding, Vec<Diagnostic>> {
    let message = format!(
        "`when` of `{}` is true for none of the {} that closed while it was in force",
        subject.rule.id,
        counted(deals.len() as u64, noun(subject))
    );
    let mut finding = Finding::warning(Code::MatchesNothing, message)
        .rule(&subject.rule.id)
        .at(when.text().span.clone(), "")
        .counted(deals.len() as u64, "deal");
    let fault = |fault| vec![settle::describe(facts.tables, facts.rules, subject.rule_at, &fault)];
    let parts = parts(facts, when, deals).map_err(fault)?;
    let idle: Vec<&(&Node, u64)> = parts.iter().filter(|(_, deals)| *deals == 0).collect();
    if parts.len() > 1 {
        finding = finding.help(by_part(when, &parts, &idle));
    }
    for (node, _) in idle {
        if let Some(help) = values_of(facts, when, node, deals) {
            finding = finding.help(help);
        }
    }
    Ok(finding)
}

/// How many deals each part of an AND is true for.
fn parts<'a>(facts: &Facts<'_>, when: &'a Expr, deals: &[DealIx]) -> Result<Vec<(&'a Node, u64)>, Fault> {
    // A clawback sees the reversal and its original, both as they were sold; other rules see no second table.
    let sold = &facts.inputs.sold.deals;
    let of_reversals = when.scope().tables.len() > 1;
    let frame = if of_reversals { &sold.frame } else { &facts.tables.deals.frame };
    let bound = Bound::new(when, &[Some(frame), Some(frame)]);
    let of_part = |node: &'a Node| {
        let mut matched = 0;
        for part in deals.chunks(facts.inputs.partition) {
            let index = deal_array(part);
            let originals = of_reversals.then(|| original_array(sold, part));
            let values = bound
                .evaluate_node(node, part.len(), &[Some(&index), originals.as_ref()])
                .map_err(|error| Fault::of_expression(when, error, |row| part[row]))?;
            matched += values.as_boolean_opt().map_or(0, |values| values.true_count() as u64);
        }
        Ok((node, matched))
    };
    when.tree().conjuncts().into_iter().map(of_part).collect()
}

fn by_part(when: &Expr, parts: &[(&Node, u64)], idle: &[&(&Node, u64)]) -> String {
    match idle {
        [] => {
            let each: Vec<String> = parts
                .iter()
                .map(|(node, deals)| format!("`{}` for {}", when.source(node), counted(*deals, "deal")))
                .collect();
            format!("each part alone is true, and never all at once: {}", each.join(", "))
        }
        idle => {
            let each: Vec<String> = idle.iter().map(|(node, _)| format!("`{}`", when.source(node))).collect();
            format!("true for none of them even alone: {}", each.join(", "))
        }
    }
}

/// What is in the text column that a part compares.
fn values_of(facts: &Facts<'_>, when: &Expr, node: &Node, deals: &[DealIx]) -> Option<String> {
    let value = match &node.kind {
        Kind::Compare { left, .. } => left,
        Kind::In { value, .. } | Kind::Like { value, .. } => value,
        _ => return None,
    };
    let Kind::Column(column) = value.kind else { return None };
    let (name, ty) = when.scope().column(column)?;
    if ty != apportion_expr::Type::Text {
        return None;
    }
    let frame = &facts.tables.deals.frame;
    Some(format!(
        "`{name}` of these deals: {}",
        listed(&counts(frame, name, deals.iter().map(|deal| deal.raw())), "deal")
    ))
}

fn matches_nothing_in_period(
    facts: &Facts<'_>,
    subject: &VersionPlace<'_>,
    when: &Expr,
    deals: usize,
    ever: usize,
) -> Finding {
    let message = format!(
        "`when` of `{}` is true for none of the {} {}",
        subject.rule.id,
        counted(deals as u64, noun(subject)),
        facts.in_days()
    );
    Finding::note(Code::MatchesNothingInPeriod, message)
        .rule(&subject.rule.id)
        .at(when.text().span.clone(), "")
        .counted(deals as u64, "deal")
        .help(format!("it is true for {} of other days", counted(ever as u64, noun(subject))))
}
