//! Stage two for some payees at a time: their lines are unpacked, paid, handed out and forgotten before the next ones are. So the lines of a
//! large period are never in memory as a whole.
//!
//! ```text
//! packed lines, by range of payees ─► as many ranges as make some lines ─► stage two, caps, totals ─► their lines, in order
//! ```

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::by_payees::ranges;
use super::{Credited, PeriodView, RuleCredits, RuleDate, RuleFault, RuleResult, Run, Settlement, describe};
use crate::credit::Line;
use crate::credit::packed::{PackedLines, PayeeRanges};
use crate::kinds::Attainment;
use crate::pay::LinesByPayee;
use crate::plan::{Counted, Matches};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::store::Spill;
use apportion_book::Period;
use apportion_rules::{Kind, Rule, RuleBook};

/// Parts in which payees are paid, at most: what rules need of all deals is made for each.
const PARTS: usize = 16;

/// Whether a rule pays others than those whose credit it pays on. Such lines are made first, of one credit each.
fn pays_others(rule: &Rule) -> bool {
    rule.kind == Kind::Override
}

/// Whether nobody is paid on the credit of others: then all that decides a payee's lines is its own.
pub fn pays_own_credit(rules: &RuleBook) -> bool {
    !rules.rules.iter().any(pays_others)
}

/// Some ranges of payees, as many together as have some `lines` or a part of all, and at least one.
pub(super) fn cuts(of_ranges: &[usize], lines: usize) -> Vec<Range<usize>> {
    let lines = lines.max(of_ranges.iter().sum::<usize>() / PARTS);
    let (mut cuts, mut first, mut held) = (Vec::new(), 0, 0);
    for (range, own) in of_ranges.iter().enumerate() {
        if range > first && held + own > lines {
            cuts.push(first..range);
            (first, held) = (range, 0);
        }
        held += own;
    }
    cuts.push(first..of_ranges.len());
    cuts
}

/// The payees of a period, who are paid some after the others.
pub(super) struct Paying<'r> {
    counted: &'r Counted<'r>,
    run: Run<'r>,
    period: Period,
    matches: Matches,
    /// By rule: lines of those who are not paid yet, and of all others.
    credits: Vec<RuleCredits<PackedLines>>,
    ranges: PayeeRanges,
    spill: Arc<Spill>,
    /// What is still to be paid, the next first.
    cuts: std::vec::IntoIter<Range<usize>>,
    /// The sums of those who were paid.
    all: Settlement,
    attainment: Option<Vec<Attainment>>,
    beyond: Vec<RuleDate>,
}

impl<'r> Paying<'r> {
    /// Nobody yet, of the lines that stage one made of `counted`.
    pub fn new(
        counted: &'r Counted<'r>,
        run: Run<'r>,
        (credited, spill): (Credited<PackedLines>, Arc<Spill>),
        period: Period,
    ) -> Self {
        let Credited { matches, rules: credits, beyond } = credited;
        let all = run.lines(run.rules.rules.iter().map(|_| RuleResult::default()).collect());
        let (ranges, cuts) = (ranges(counted.sold()), Vec::new().into_iter());
        Self { counted, run, period, matches, credits, ranges, spill, cuts, all, attainment: None, beyond }
    }

    /// How many lines each range of payees has.
    pub fn lines_of_ranges(&self) -> Vec<usize> {
        let of_range = |range: usize| -> usize {
            let packed = self.credits.iter().flat_map(|credits| &credits.parts);
            packed.map(|packed| packed.count(&(range..range + 1))).sum()
        };
        (0..self.ranges.count()).map(of_range).collect()
    }

    /// Pays these ranges together, one after the other: all of them, in order.
    pub fn begin(&mut self, cuts: Vec<Range<usize>>) -> Result<(), Vec<Diagnostic>> {
        for ranges in &cuts {
            self.add_lines_of_others(ranges).map_err(|fault| self.said(&fault))?;
        }
        self.cuts = cuts.into_iter();
        Ok(())
    }

    /// Pays the next payees. The deals that stage one did not credit come with the first of them.
    pub fn next(&mut self) -> Result<Option<PeriodView>, Vec<Diagnostic>> {
        let Some(ranges) = self.cuts.next() else { return Ok(None) };
        let paid = self.pay_some(&ranges).map_err(|fault| self.said(&fault))?;
        // Lines that could not be read are missing there.
        self.spill.check().map_err(|refused| vec![refused])?;
        let view = paid.period(self.counted.sold(), self.period);
        if let Some(rows) = &view.attainment {
            self.attainment.get_or_insert_default().extend(rows.iter().cloned());
        }
        self.all.add(paid);
        Ok(Some(view))
    }

    /// The period of all who were paid, without lines.
    pub fn end(self) -> PeriodView {
        let Self { counted, run, period, matches, credits, all, attainment, beyond, .. } = self;
        let sums = credits.into_iter().map(|credits| credits.sums).collect();
        let beyond = run.with_dates_of_payees(beyond);
        let settlement = all.proved(run.of_deals(&matches, sums, beyond));
        let settlement = settlement.with_clawbacks(Arc::clone(counted.clawbacks()));
        PeriodView { attainment, ..settlement.period(counted.sold(), period) }
    }

    fn said(&self, (rule, fault): &RuleFault) -> Vec<Diagnostic> {
        vec![describe(self.counted.tables(), self.run.rules, *rule, fault)]
    }

    /// Adds the lines that the credit of the payees of some ranges gives to others.
    fn add_lines_of_others(&mut self, ranges: &Range<usize>) -> Result<(), RuleFault> {
        let Self { run, matches, credits, ranges: all_ranges, spill, .. } = self;
        let named: BTreeSet<&String> =
            run.rules.rules.iter().filter(|rule| pays_others(rule)).flat_map(names).collect();
        if named.is_empty() {
            return Ok(());
        }
        let credit = |(rule, credits): (&Rule, &RuleCredits<PackedLines>)| match named.contains(&rule.id) {
            true => {
                RuleResult { lines: unpacked(run, rule, &credits.parts, ranges), ..RuleResult::default() }
            }
            false => RuleResult::default(),
        };
        let mut results: Vec<RuleResult> = run.rules.rules.iter().zip(&*credits).map(credit).collect();
        run.pay_on_credits(matches, &mut results, pays_others)?;
        for ((rule, result), credits) in run.rules.rules.iter().zip(&results).zip(credits) {
            if pays_others(rule) {
                let pack = |lines: &Vec<Line>| PackedLines::new(lines, *all_ranges, spill);
                let packed = result.lines.stretches.par_iter().map(pack);
                credits.parts.par_extend(packed);
            }
        }
        Ok(())
    }

    fn pay_some(&mut self, ranges: &Range<usize>) -> Result<Settlement, RuleFault> {
        let Self { run, matches, credits, .. } = self;
        let credit = |(rule, credits): (&Rule, &mut RuleCredits<PackedLines>)| RuleResult {
            lines: unpacked(run, rule, &credits.parts, ranges),
            uncredited: std::mem::take(&mut credits.uncredited),
            ..RuleResult::default()
        };
        let all = run.rules.rules.par_iter().zip(credits).with_max_len(1);
        let mut results: Vec<RuleResult> = all.map(credit).collect();
        run.pay_on_credits(matches, &mut results, |rule| !pays_others(rule))?;
        run.cap(&mut results)?;
        Ok(run.lines(results))
    }
}

/// The rules whose credit a rule pays on.
fn names(rule: &Rule) -> &[String] {
    rule.versions.first().and_then(|version| version.body.credits()).unwrap_or_default()
}

/// The lines of a rule that the payees of some ranges have.
fn unpacked(run: &Run<'_>, rule: &Rule, parts: &[PackedLines], ranges: &Range<usize>) -> LinesByPayee {
    let parts: Vec<Vec<Line>> = parts.par_iter().map(|packed| packed.lines(ranges.clone())).collect();
    match pays_others(rule) {
        // They were made payee by payee.
        true => LinesByPayee::of_unordered(parts.concat(), run.payees()),
        false => LinesByPayee::of_parts(parts, run.payees()),
    }
}
