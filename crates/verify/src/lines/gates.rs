//! What gates keep back, payee by payee: each row of it is of lines that are there, and is a part of what they would be.

use std::collections::BTreeMap;

use super::super::names::{DealNo, PayeeNo, RuleNo};
use super::super::report::{Finding, Findings};
use super::super::uncredited::Row;
use super::Line;
use apportion_base::diagnostic::Code;
use apportion_contract::{Reason, UNCREDITED};

/// What is kept back of the lines of payees under rules on deals.
#[derive(Debug, Default)]
pub struct Gated {
    kept: BTreeMap<(RuleNo, DealNo, PayeeNo), Kept>,
}

/// What is kept back of a payee, and what is left.
#[derive(Debug)]
struct Kept {
    row: Row,
    lines: u64,
    /// What the lines are before caps, in minor units.
    left: i128,
}

impl Gated {
    /// The rows of uncredited.csv that say so; no line yet.
    pub fn new(uncredited: &[Row]) -> Self {
        let of_gates = uncredited.iter().filter(|row| row.reason == Reason::Gated);
        let kept = of_gates.filter_map(|row| {
            Some(((row.rule?, row.deal, row.payee?), Kept { row: *row, lines: 0, left: 0 }))
        });
        Self { kept: kept.collect() }
    }

    /// Takes a line, and gives what is kept back of its payee's lines, in minor units.
    pub fn line(&mut self, line: &Line<'_>) -> i128 {
        let Some(rule) = line.rule.filter(|_| !self.kept.is_empty()) else { return 0 };
        let Some(kept) = self.kept.get_mut(&(rule, line.deal, line.payee)) else { return 0 };
        kept.lines += 1;
        kept.left += i128::from(line.uncapped.unwrap_or(0));
        kept.row.retained.unwrap_or(0)
    }

    /// What is wrong once all lines are known.
    pub fn find(&self, findings: &mut Findings) {
        for Kept { row, lines, left } in self.kept.values() {
            let retained = row.retained.unwrap_or(0);
            let contradiction = if *lines == 0 {
                "the payee has no line that a gate could keep back of"
            } else if retained == 0 || row.retained_credit.is_some() {
                "a gate keeps back money, and no credit"
            } else if left.signum() * retained.signum() < 0 {
                "a gate keeps back a part, and not more than the whole"
            } else {
                continue;
            };
            findings.add(Code::ContradictedReason, || {
                Finding::new(Code::ContradictedReason, UNCREDITED, contradiction).row(row.row)
            });
        }
    }
}
