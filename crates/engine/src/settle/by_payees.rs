//! Stage two for some payees at a time: their lines are unpacked, paid, handed out and forgotten before the next ones are. So the lines of a
//! large period are never in memory as a whole.
//!
//! ```text
//! stage one ─► packed lines, by range of payees ─► as many ranges as make some lines ─► stage two, caps, totals ─► their lines, in order
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::by_ranges::credit_by_ranges;
use super::{
    Credited, PeriodView, Room, RuleCredits, RuleFault, RuleResult, Run, Settlement, StageOne,
    credit_and_keep, describe,
};
use crate::credit::Line;
use crate::credit::packed::{PackedLines, PayeeRanges};
use crate::kinds::{self, Attainment, PaymentBasis, nature};
use crate::pay::LinesByPayee;
use crate::plan::{Counted, Inputs, Matches, Window};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::store::Spill;
use apportion_book::{Book, Period};
use apportion_data::{ReadEngagements, Tables};
use apportion_rules::{Kind, Rule, RuleBook};

/// Ranges of payees, at most: lines of a part of the deals are packed into as many pieces.
const RANGES: usize = 64;

/// Parts in which payees are paid, at most: what rules need of all deals is made for each.
const PARTS: usize = 16;

/// Whether payees can be paid some at a time: no rule adds up the credit of several, or makes lines of anything but credit.
pub fn pays_some_at_a_time(rules: &RuleBook) -> bool {
    let on_credit = |kind| matches!(nature(kind).pays, PaymentBasis::ByDeal | PaymentBasis::OnCredits(_));
    rules.rules.iter().all(|rule| on_credit(rule.kind)) && !kinds::pays_teams(rules)
}

/// Whether a rule pays others than those whose credit it pays on. Such lines are made first, of one credit each.
fn pays_others(rule: &Rule) -> bool {
    rule.kind == Kind::Override
}

/// The result of stage one, with lines that are small.
pub struct PartedStageOne {
    stage_one: StageOne<PackedLines>,
    /// Where the lines are kept.
    spill: Arc<Spill>,
}

impl fmt::Debug for PartedStageOne {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartedStageOne").finish_non_exhaustive()
    }
}

/// Stage one of rules that pay some payees at a time ([`pays_some_at_a_time`]); engagements are not needed after it. Those that are not in the
/// tables are grouped for some deals at a time, and so credited ([`credits_some_at_a_time`](super::credits_some_at_a_time)).
///
/// # Errors
/// As [`settle`](super::settle).
pub fn credit_by_payees(
    book: &Book,
    (tables, ungrouped): (&Tables, Option<ReadEngagements>),
    rules: &RuleBook,
    (window, room): (Window, &Room),
) -> Result<PartedStageOne, Vec<Diagnostic>> {
    let counted = super::count(book, tables, rules, window)?;
    let ranges = ranges(tables);
    room.limit_lines();
    let keep = |lines: Vec<_>| PackedLines::new(&lines, ranges, &room.spill);
    let made = match ungrouped {
        None => credit_and_keep(&Inputs::new(book, &counted, rules, window), rules, keep)?,
        Some(engagements) => {
            let engagements = (&counted, engagements, room.portions.engagements);
            credit_by_ranges(book, engagements, rules, window, keep)?
        }
    };
    room.spill.check().map_err(|refused| vec![refused])?;
    Ok(PartedStageOne { stage_one: made.into_stage_one(window, counted), spill: Arc::clone(&room.spill) })
}

fn ranges(tables: &Tables) -> PayeeRanges {
    PayeeRanges::new(tables.payees.len(), RANGES)
}

impl PartedStageOne {
    /// Pays some payees after the others, in order, those who have some `lines` together at a time or a part of all, and hands out their period:
    /// their lines, and what they have reached. While it is handed out, the next are paid. Gives the period of all of them, without lines.
    ///
    /// # Errors
    /// A number that can't be held, and what the receiver of the periods refuses.
    pub fn pay(
        self,
        (book, tables, rules): (&Book, &Tables, &RuleBook),
        period: Period,
        lines: usize,
        mut each: impl FnMut(&PeriodView) -> Result<(), Diagnostic> + Send,
    ) -> Result<PeriodView, Vec<Diagnostic>> {
        let Self { stage_one: StageOne { window, counting, credited, .. }, spill } = self;
        let Credited { matches, rules: mut credits, beyond } = credited;
        let counted = Counted::resume(tables, counting);
        let run = Run { inputs: &Inputs::without_reach(book, &counted, window), rules };
        let said = |(rule, fault): RuleFault| vec![describe(counted.tables(), rules, rule, &fault)];

        let all_ranges = ranges(tables);
        let some_payees = cuts(&credits, all_ranges, lines);
        for ranges in &some_payees {
            let some = SomePayees { all_ranges, ranges, spill: &spill };
            add_lines_of_others(&run, &matches, &mut credits, some).map_err(said)?;
        }
        let mut some_payees = some_payees.into_iter();
        let mut next = || {
            let paid = some_payees.next().map(|ranges| pay_some(&run, &matches, &mut credits, ranges));
            paid.transpose().map(|paid| paid.map(|paid| (paid.period(tables, period), paid)))
        };
        let mut all = run.lines(rules.rules.iter().map(|_| RuleResult::default()).collect());
        let mut attainment: Option<Vec<Attainment>> = None;
        let mut made = next().map_err(said)?;
        while let Some((view, settlement)) = made {
            // Lines that could not be read are missing there.
            spill.check().map_err(|refused| vec![refused])?;
            let (received, following) = rayon::join(|| each(&view), &mut next);
            received.map_err(|refused| vec![refused])?;
            if let Some(rows) = view.attainment {
                attainment.get_or_insert_default().extend(rows);
            }
            all.add(settlement);
            made = following.map_err(said)?;
        }
        let sums = credits.into_iter().map(|credits| credits.sums).collect();
        let beyond = run.with_dates_of_payees(beyond);
        let settlement = all.proved(run.of_deals(&matches, sums, beyond));
        let settlement = settlement.with_clawbacks(Arc::clone(counted.clawbacks()));
        Ok(PeriodView { attainment, ..settlement.period(tables, period) })
    }
}

/// All ranges of payees, as many together as have some lines or a part of all, and at least one.
fn cuts(credits: &[RuleCredits<PackedLines>], ranges: PayeeRanges, lines: usize) -> Vec<Range<usize>> {
    let of_range = |range: usize| -> usize {
        let packed = credits.iter().flat_map(|credits| &credits.parts);
        packed.map(|packed| packed.count(&(range..range + 1))).sum()
    };
    let of_ranges: Vec<usize> = (0..ranges.count()).map(of_range).collect();
    let lines = lines.max(of_ranges.iter().sum::<usize>() / PARTS);
    let (mut cuts, mut first, mut held) = (Vec::new(), 0, 0);
    for (range, own) in of_ranges.into_iter().enumerate() {
        if range > first && held + own > lines {
            cuts.push(first..range);
            (first, held) = (range, 0);
        }
        held += own;
    }
    cuts.push(first..ranges.count());
    cuts
}

/// Some ranges of payees, of all of them, and where their lines are kept.
#[derive(Clone, Copy)]
struct SomePayees<'a> {
    all_ranges: PayeeRanges,
    ranges: &'a Range<usize>,
    spill: &'a Arc<Spill>,
}

/// Adds the lines that the credit of the payees of some ranges gives to others.
fn add_lines_of_others(
    run: &Run<'_>,
    matches: &Matches,
    credits: &mut [RuleCredits<PackedLines>],
    SomePayees { all_ranges, ranges, spill }: SomePayees<'_>,
) -> Result<(), RuleFault> {
    let named: BTreeSet<&String> =
        run.rules.rules.iter().filter(|rule| pays_others(rule)).flat_map(names).collect();
    if named.is_empty() {
        return Ok(());
    }
    let credit = |(rule, credits): (&Rule, &RuleCredits<PackedLines>)| match named.contains(&rule.id) {
        true => RuleResult { lines: unpacked(run, rule, &credits.parts, ranges), ..RuleResult::default() },
        false => RuleResult::default(),
    };
    let mut results: Vec<RuleResult> = run.rules.rules.iter().zip(&*credits).map(credit).collect();
    run.pay_on_credits(matches, &mut results, pays_others)?;
    for ((rule, result), credits) in run.rules.rules.iter().zip(&results).zip(credits) {
        if pays_others(rule) {
            let pack = |lines: &Vec<Line>| PackedLines::new(lines, all_ranges, spill);
            let packed = result.lines.stretches.par_iter().map(pack);
            credits.parts.par_extend(packed);
        }
    }
    Ok(())
}

/// The rules whose credit a rule pays on.
fn names(rule: &Rule) -> &[String] {
    rule.versions.first().and_then(|version| version.body.credits()).unwrap_or_default()
}

/// Pays the payees of some ranges. The deals that stage one did not credit come with the first of them.
fn pay_some(
    run: &Run<'_>,
    matches: &Matches,
    credits: &mut [RuleCredits<PackedLines>],
    ranges: Range<usize>,
) -> Result<Settlement, RuleFault> {
    let credit = |(rule, credits): (&Rule, &mut RuleCredits<PackedLines>)| RuleResult {
        lines: unpacked(run, rule, &credits.parts, &ranges),
        uncredited: std::mem::take(&mut credits.uncredited),
        ..RuleResult::default()
    };
    let all = run.rules.rules.par_iter().zip(credits).with_max_len(1);
    let mut results: Vec<RuleResult> = all.map(credit).collect();
    run.pay_on_credits(matches, &mut results, |rule| !pays_others(rule))?;
    run.cap(&mut results)?;
    Ok(run.lines(results))
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
