//! The last step of a settlement: what mirrored reversals take back of the lines that the two stages made.

use super::{RuleFault, RuleResult, Run};
use crate::kinds::OriginalLines;
use crate::kinds::clawback::mirror::{take_back_lines, uncredited};
use crate::pay::LinesByPayee;

/// Adds the lines of every clawback rule to `results`, and the reversals that take nothing back. Gives the ids of the rules
/// that the lines name, in byte order: the same for all windows in which the same lines are taken back; none without clawbacks.
pub fn run(
    run: &Run,
    originals: &OriginalLines,
    results: &mut [RuleResult],
) -> Result<Vec<String>, RuleFault> {
    if run.inputs.clawbacks.is_empty() {
        return Ok(Vec::new());
    }
    let taken = take_back_lines(run.inputs, run.rules, originals)?;
    for (rule, row) in uncredited(run.inputs, &taken) {
        results[rule].uncredited.push(row);
    }
    for (rule, lines) in taken.lines {
        results[rule].lines = LinesByPayee::of_unordered(lines, run.payees());
    }
    Ok(taken.of_rules)
}
