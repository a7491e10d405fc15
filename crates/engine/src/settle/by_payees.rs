//! Stage one whose lines are packed by range of payees, to be paid for some payees at a time ([`super::paying`]), of one set of rules or of two
//! side by side.

use std::fmt;
use std::sync::Arc;

use super::by_ranges::credit_by_ranges;
use super::paying::{Paying, cuts};
use super::{Credited, PeriodView, Room, Run, StageOne, credit_and_keep};
use crate::credit::Uncredited;
use crate::credit::packed::{PackedLines, PayeeRanges};
use crate::kinds::{self, PaymentBasis, nature};
use crate::plan::{Counted, Counting, Inputs, Window};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::store::Spill;
use apportion_book::{Book, Period};
use apportion_data::{DealIx, ReadEngagements, Tables};
use apportion_rules::{RuleBook, RuleIx};

/// Ranges of payees, at most: lines of a part of the deals are packed into as many pieces.
const RANGES: usize = 64;

/// Whether payees can be paid some at a time: no rule adds up the credit of several, or makes lines of anything but credit.
pub fn pays_some_at_a_time(rules: &RuleBook) -> bool {
    let on_credit = |kind| matches!(nature(kind).pays, PaymentBasis::ByDeal | PaymentBasis::OnCredits(_));
    rules.rules.iter().all(|rule| on_credit(rule.kind)) && !kinds::pays_teams(rules)
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

pub(super) fn ranges(tables: &Tables) -> PayeeRanges {
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
        let (window, counting, credit) = self.parts();
        let counted = Counted::resume(tables, counting);
        let inputs = Inputs::without_reach(book, &counted, window);
        let mut paying = Paying::new(&counted, Run { inputs: &inputs, rules }, credit, period);
        paying.begin(cuts(&paying.lines_of_ranges(), lines))?;
        let mut made = paying.next()?;
        while let Some(view) = made {
            let (received, following) = rayon::join(|| each(&view), || paying.next());
            received.map_err(|refused| vec![refused])?;
            made = following?;
        }
        Ok(paying.end())
    }

    /// Won deals that a rule matched, version by version.
    pub(crate) fn matched(&self, rule: RuleIx) -> impl Iterator<Item = DealIx> {
        self.stage_one.credited.matches.deals[rule].iter().flatten().copied()
    }

    /// What rules that pay by deal left unpaid, in no particular order.
    pub(crate) fn uncredited(&self) -> impl Iterator<Item = &Uncredited> {
        self.stage_one.credited.rules.iter().flat_map(|credits| &credits.uncredited)
    }

    fn parts(self) -> (Window, Counting, (Credited<PackedLines>, Arc<Spill>)) {
        let Self { stage_one: StageOne { window, counting, credited, .. }, spill } = self;
        (window, counting, (credited, spill))
    }
}

/// Pays two stages one of the same payees side by side, as [`PartedStageOne::pay`] pays one: the same payees of both are handed out together.
///
/// # Errors
/// As [`PartedStageOne::pay`]; those of the first come before those of the second.
pub fn pay_both(
    stages: [PartedStageOne; 2],
    of: [(&Book, &Tables, &RuleBook); 2],
    period: Period,
    lines: usize,
    mut each: impl FnMut([&PeriodView; 2]) + Send,
) -> Result<[PeriodView; 2], Vec<Diagnostic>> {
    let [first, second] = stages.map(PartedStageOne::parts);
    let counted = [Counted::resume(of[0].1, first.1), Counted::resume(of[1].1, second.1)];
    let inputs = |side: usize, window| Inputs::without_reach(of[side].0, &counted[side], window);
    let inputs = [inputs(0, first.0), inputs(1, second.0)];
    let paying = |side: usize, credit| {
        Paying::new(&counted[side], Run { inputs: &inputs[side], rules: of[side].2 }, credit, period)
    };
    let (mut one, mut other) = (paying(0, first.2), paying(1, second.2));
    let mut of_ranges = one.lines_of_ranges();
    of_ranges.iter_mut().zip(other.lines_of_ranges()).for_each(|(all, lines)| *all += lines);
    let cuts = cuts(&of_ranges, lines);
    one.begin(cuts.clone())?;
    other.begin(cuts)?;
    let mut next = || {
        let (one, other) = rayon::join(|| one.next(), || other.next());
        Ok::<_, Vec<Diagnostic>>(one?.zip(other?))
    };
    let mut made = next()?;
    while let Some((view, other_view)) = made {
        let ((), following) = rayon::join(|| each([&view, &other_view]), &mut next);
        made = following?;
    }
    Ok([one.end(), other.end()])
}
