//! The last step of a settlement: what mirrored reversals take back of the lines that the two stages made.

use super::{RuleFault, RuleResult, Run};
use crate::kinds::OriginalLines;
use crate::kinds::clawback::mirror::{original_lines, take_back_lines, uncredited};
use crate::pay::LinesByPayee;
use apportion_rules::RuleIx;

/// Adds the lines of every clawback rule to `results`, and the reversals that take nothing back. Gives the ids of the rules
/// that the lines name, in byte order; none where there are no such lines.
pub fn run(run: &Run, posted: &OriginalLines, results: &mut [RuleResult]) -> Result<Vec<String>, RuleFault> {
    if run.inputs.clawbacks.is_empty() {
        return Ok(Vec::new());
    }
    let applies = super::applies(run.rules);
    let taken = {
        let made = &*results;
        let of_rule = |rule: RuleIx| &made[rule].lines;
        let lines = original_lines(run.inputs, run.rules, &applies, of_rule, posted);
        take_back_lines(run.inputs, run.rules, &lines)?
    };
    for (rule, row) in uncredited(run.inputs, &taken) {
        results[rule].uncredited.push(row);
    }
    // Only lines refer to them.
    let of_rules = if taken.lines.is_empty() { Vec::new() } else { taken.of_rules };
    for (rule, lines) in taken.lines {
        results[rule].lines = LinesByPayee::of_unordered(lines, run.payees());
    }
    Ok(of_rules)
}
