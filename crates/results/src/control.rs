//! Checks the control totals before anything is written: `docs/reference/outputs.md`.
//!
//! The engine adds up totals while it credits and pays (`RuleTotals`). Here the same sums are taken from the lines and
//! the uncredited deals that are about to be written. If they differ, nothing is written.

use super::sums::{Sums, add};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_engine::credit::RuleTotals;
use apportion_engine::settle::PeriodView;
use apportion_rules::RuleBook;

/// The sums of the lines and uncredited deals of one rule.
#[derive(Debug, Clone, Default)]
struct RuleControl {
    lines: u64,
    credited: Option<i128>,
    uncapped: Option<i128>,
    amount: Option<i128>,
    retained: Option<i128>,
    credit_retained: Option<i128>,
}

/// Checks that every total is the sum of its parts.
///
/// # Errors
///
/// `does-not-add-up`, naming the first rule and the equation that fails.
pub fn check(settlement: &PeriodView, rules: &RuleBook, sums: &Sums) -> Result<(), Diagnostic> {
    let counted = count(settlement, rules, sums);
    if settlement.totals.len() != rules.rules.len() {
        return Err(fault("all rules", "there is one total for each rule", None, None));
    }
    for ((rule, total), counted) in rules.rules.iter().zip(&settlement.totals).zip(&counted) {
        check_rule(&rule.id, total, counted)?;
    }
    let paid: i128 = sums.payouts.iter().map(|payout| payout.amount).sum();
    let owed: i128 = settlement.totals.iter().filter_map(|total| total.amount).sum();
    equal("all rules", "payouts = amounts of all rules", Some(paid), Some(owed))
}

fn count(settlement: &PeriodView, rules: &RuleBook, sums: &Sums) -> Vec<RuleControl> {
    let mut counted = vec![RuleControl::default(); rules.rules.len()];
    for statement in &sums.statements {
        let rule = &mut counted[statement.rule];
        rule.lines += statement.lines;
        for (sum, part) in [
            (&mut rule.credited, statement.credited),
            (&mut rule.uncapped, statement.uncapped),
            (&mut rule.amount, statement.amount),
        ] {
            if let Some(part) = part {
                add(sum, part);
            }
        }
    }
    for row in &settlement.uncredited {
        let Some(rule) = row.rule else { continue };
        let rule = &mut counted[rule];
        if let Some(retained) = row.retained {
            add(&mut rule.retained, retained.into());
        }
        if let Some(retained) = row.retained_credit {
            add(&mut rule.credit_retained, retained.into());
        }
    }
    counted
}

fn check_rule(id: &str, total: &RuleTotals, counted: &RuleControl) -> Result<(), Diagnostic> {
    equal(id, "lines = lines written", Some(total.lines.into()), Some(counted.lines.into()))?;
    equal(id, "credited = sum of lines", total.credited, counted.credited)?;
    equal(id, "uncapped = sum of lines", total.uncapped, counted.uncapped)?;
    equal(id, "amount = sum of lines", total.amount, counted.amount)?;
    equal(id, "retained = sum of what deals kept back", total.retained, counted.retained)?;
    equal(
        id,
        "credit retained = sum of what deals kept back",
        total.credit_retained,
        counted.credit_retained,
    )?;
    equal(
        id,
        "credit total = credited + credit retained",
        total.credit_total,
        plus(total.credited, total.credit_retained),
    )?;
    equal(id, "pool = uncapped + retained", total.pool, plus(total.uncapped, total.retained))?;
    equal(id, "uncapped = amount + withheld", total.uncapped, plus(total.amount, total.withheld))
}

/// The sum of two totals; one that does not exist adds nothing.
fn plus(left: Option<i128>, right: Option<i128>) -> Option<i128> {
    Some(left.unwrap_or(0) + right.unwrap_or(0))
}

/// A total that does not exist is equal to 0: a rule without lines has no sums either.
fn equal(rule: &str, equation: &str, left: Option<i128>, right: Option<i128>) -> Result<(), Diagnostic> {
    if left.unwrap_or(0) == right.unwrap_or(0) { Ok(()) } else { Err(fault(rule, equation, left, right)) }
}

fn fault(rule: &str, equation: &str, left: Option<i128>, right: Option<i128>) -> Diagnostic {
    let shown = |side: Option<i128>| side.map_or_else(|| "nothing".to_owned(), |minor| minor.to_string());
    Diagnostic::error(
        Code::DoesNotAddUp,
        format!(
            "internal error: in `{rule}`, {equation} does not hold: {} against {} minor units; nothing was written",
            shown(left),
            shown(right),
        ),
    )
    .help("this is a fault of apportion, not of your data; please report it")
}
