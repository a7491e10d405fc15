//! Lines: what both stages make and `statement` writes.

use std::ops::{Index, Range};
use std::sync::Arc;

use rayon::prelude::*;

use apportion_base::money::{Minor, Overflow};
pub use apportion_contract::Reason;
use apportion_data::{DealIx, Optional, PayeeIx, RoleIx};
use apportion_rules::{RuleIx, VersionIx};

apportion_base::indices! {
    /// A line: its place in a list of lines.
    LineIx(u32);
    /// A rule whose line was taken back: the rank of its id by bytes among those of all rules, and of rules that are no longer there
    /// and of which a line was posted.
    OfRuleIx(u16);
}

/// One payout line.
///
/// Whether a number applies to a line follows from its rule version ([`FilledColumns`]); where it does not, it is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The rule.
    pub rule: RuleIx,
    /// The version of the rule that was in force.
    pub version: VersionIx,
    /// Who is paid or credited.
    pub payee: PayeeIx,
    /// The deal.
    pub deal: DealIx,
    /// The role that the payee had, of rules that share by role.
    pub role: Optional<RoleIx>,
    /// The credited payee, of an override.
    pub from_payee: Optional<PayeeIx>,
    /// The rule whose line is taken back, of a clawback. It is on the deal that the line's deal reverses.
    pub of_rule: Optional<OfRuleIx>,
    /// 1 is the credited payee's manager; 0 where there is no level.
    pub level: u8,
    /// The credit total as well, of lines that have one.
    pub basis: Minor,
    /// Hundred-millionths: 10% is 10_000_000.
    pub rate_e8: i64,
    /// The units by which the payee shares.
    pub units: Units,
    /// The units of all who share with the payee.
    pub units_total: Units,
    /// What is set aside for the deal.
    pub pool: Minor,
    /// What is credited to the payee.
    pub credited: Minor,
    /// What the payee earns before caps.
    pub uncapped: Minor,
    /// What is paid.
    pub amount: Minor,
}

/// Units of a line in 96 bits, because lines are what memory is full of: a weight or a measure of one row is below
/// 10^9 and has 9 decimals, and no more than 2^32 rows are added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Units([u32; 3]);

impl Units {
    /// # Errors
    /// Billionths below 0 or from 2^96 on.
    #[inline]
    pub fn of_e9(e9: i128) -> Result<Self, Overflow> {
        let e9 = u128::try_from(e9).map_err(|_| Overflow)?;
        if e9 >> 96 == 0 { Ok(Self::from_bits(e9)) } else { Err(Overflow) }
    }

    /// The units with these 96 bits.
    #[inline]
    pub(super) fn from_bits(bits: u128) -> Self {
        Self([0, 32, 64].map(|bit| (bits >> bit) as u32))
    }

    /// The bits, which are the billionths.
    #[inline]
    pub(super) fn bits(self) -> u128 {
        self.0.into_iter().rev().fold(0, |bits, word| bits << 32 | u128::from(word))
    }

    /// Billionths.
    #[inline]
    pub fn e9(self) -> i128 {
        // 96 bits.
        self.bits().cast_signed()
    }
}

/// What tells the lines of a payee under a rule apart: deal, role, the payee whose credit it is on, and the rule whose line is
/// taken back.
pub type LinePlace = (DealIx, Optional<RoleIx>, Optional<PayeeIx>, Optional<OfRuleIx>);

impl Line {
    /// A line of a rule version, a deal and a payee; all numbers are 0.
    #[inline]
    pub fn new(rule: RuleIx, version: VersionIx, deal: DealIx, payee: PayeeIx) -> Self {
        Self {
            rule,
            version,
            payee,
            deal,
            role: Optional::NONE,
            from_payee: Optional::NONE,
            of_rule: Optional::NONE,
            level: 0,
            basis: Minor::ZERO,
            rate_e8: 0,
            units: Units::default(),
            units_total: Units::default(),
            pool: Minor::ZERO,
            credited: Minor::ZERO,
            uncapped: Minor::ZERO,
            amount: Minor::ZERO,
        }
    }

    /// The sort key among the lines of its payee and rule: deals are numbered by close date and id, and null comes
    /// first.
    #[inline]
    pub fn place(&self) -> LinePlace {
        (self.deal, self.role, self.from_payee, self.of_rule)
    }
}

/// The lines of each payee, of lines in order of payee.
pub fn runs(mut lines: &[Line]) -> impl Iterator<Item = &[Line]> {
    std::iter::from_fn(move || {
        let payee = lines.first()?.payee;
        // The end is looked for in strides that double: most lines are not looked at.
        let mut beyond = 1;
        while lines.get(beyond).is_some_and(|line| line.payee == payee) {
            beyond *= 2;
        }
        let within = beyond / 2;
        let candidates = &lines[within..beyond.min(lines.len())];
        let (run, rest) = lines.split_at(within + candidates.partition_point(|line| line.payee == payee));
        lines = rest;
        Some(run)
    })
}

/// Lines in the order of lines.parquet: by payee, rule, close date, deal, role, from_payee, and the rule of a line that is taken
/// back.
///
/// They stay where stage one and two put them, rule by rule; an index of [`Run`]s makes them one list. So no line is
/// moved next to those of another rule, the lines of a statement are one slice, and the lines of a period are another
/// index over the same lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// In order of rule, payee and [`Line::place`]; the lines of a payee under a rule are in one stretch.
    stretches: Arc<Vec<Vec<Line>>>,
    runs: Vec<Run>,
    len: usize,
    /// The run of each [`BLOCK`]th line, from which that of a line is looked for.
    blocks: Vec<usize>,
}

/// Lines whose runs are looked for from one place.
const BLOCK: usize = 64;

/// The lines of one payee under one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    /// Lines of the list before these.
    first: usize,
    stretch: usize,
    /// The place of the first in the stretch.
    from: usize,
}

impl Lines {
    /// From stretches in order of rule, payee and [`Line::place`]. The lines of a payee under a rule are in one
    /// stretch, and no stretch has lines of two rules.
    pub fn of_stretches(stretches: Vec<Vec<Line>>) -> Self {
        let of_stretch = |(stretch, lines): (usize, &Vec<Line>)| {
            let mut from = 0;
            let run = |run: &[Line]| {
                from += run.len();
                (run[0].payee, stretch, from - run.len(), run.len())
            };
            runs(lines).map(run).collect::<Vec<(PayeeIx, usize, usize, usize)>>()
        };
        let mut found =
            stretches.par_iter().with_max_len(1).enumerate().map(of_stretch).collect::<Vec<_>>().concat();
        found.par_sort_unstable();
        let runs = found.into_iter().map(|(_, stretch, from, lines)| (stretch, from, lines));
        Self::of_runs(Arc::new(stretches), runs)
    }

    /// Of the runs in their order: stretch, place of the first line, number of lines.
    fn of_runs(stretches: Arc<Vec<Vec<Line>>>, found: impl Iterator<Item = (usize, usize, usize)>) -> Self {
        let mut len = 0;
        let run = |(stretch, from, lines): (usize, usize, usize)| {
            len += lines;
            Run { first: len - lines, stretch, from }
        };
        let runs: Vec<Run> = found.map(run).collect();
        let mut blocks = Vec::with_capacity(len / BLOCK + 2);
        for position in 0..runs.len() {
            let until = runs.get(position + 1).map_or(len, |next| next.first);
            blocks.resize(until.div_ceil(BLOCK), position);
        }
        Self { stretches, runs, len, blocks }
    }

    /// The run of a line.
    fn run_of(&self, row: usize) -> usize {
        let block = row / BLOCK;
        let from = self.blocks[block];
        let until = self.blocks.get(block + 1).map_or(self.runs.len(), |last| last + 1);
        from + self.runs[from..until].partition_point(|run| run.first <= row) - 1
    }

    /// The lines of some deals, which are a period's: an index over the same lines.
    pub fn of_deals(&self, deals: &Range<DealIx>) -> Self {
        let of_run = |position: usize| {
            let Run { stretch, from, .. } = self.runs[position];
            let lines = self.statement(position);
            let before = lines.partition_point(|line| line.deal < deals.start);
            let within = lines[before..].partition_point(|line| line.deal < deals.end);
            (stretch, from + before, within)
        };
        let runs: Vec<(usize, usize, usize)> = (0..self.runs.len()).into_par_iter().map(of_run).collect();
        let found = runs.into_iter().filter(|(_, _, lines)| *lines > 0);
        Self::of_runs(Arc::clone(&self.stretches), found)
    }

    /// The lines of a payee under a rule, by the number of the statement among all.
    pub fn statement(&self, position: usize) -> &[Line] {
        let next = self.runs.get(position + 1).map_or(self.len, |next| next.first);
        &self.from(position)[..next - self.runs[position].first]
    }

    /// The lines of a stretch from the first of a run on.
    fn from(&self, run: usize) -> &[Line] {
        let Run { stretch, from, .. } = self.runs[run];
        &self.stretches[stretch][from..]
    }

    /// The places of a payee's lines in the list.
    pub fn of_payee(&self, payee: PayeeIx) -> Range<usize> {
        let payee_of = |run: &Run| self.stretches[run.stretch][run.from].payee;
        let place = |position: usize| self.runs.get(position).map_or(self.len, |run| run.first);
        let first = self.runs.partition_point(|run| payee_of(run) < payee);
        let after = self.runs.partition_point(|run| payee_of(run) <= payee);
        place(first)..place(after)
    }

    /// The lines of each payee under each rule, in order: a statement's lines.
    pub fn statements(&self) -> impl DoubleEndedIterator<Item = &[Line]> + ExactSizeIterator {
        (0..self.runs.len()).map(|position| self.statement(position))
    }

    /// The same for work side by side.
    pub fn par_statements(&self) -> impl IndexedParallelIterator<Item = &[Line]> {
        (0..self.runs.len()).into_par_iter().map(|position| self.statement(position))
    }

    /// All lines, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Line> {
        self.statements().flatten()
    }

    /// The lines `from .. until`, in pieces of lines that follow each other.
    pub fn range(&self, from: usize, until: usize) -> impl Iterator<Item = &[Line]> {
        let first = self.runs.partition_point(|run| run.first <= from).saturating_sub(1);
        (first..self.runs.len()).map_while(move |position| {
            let start = self.runs[position].first;
            let run = (start < until).then(|| self.statement(position))?;
            Some(&run[from.saturating_sub(start)..run.len().min(until - start)])
        })
    }

    /// A line to be changed: what a test does to see that it is noticed.
    pub fn line_mut(&mut self, row: usize) -> &mut Line {
        let Run { first, stretch, from } = self.runs[self.run_of(row)];
        &mut Arc::make_mut(&mut self.stretches)[stretch][from + (row - first)]
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Index<usize> for Lines {
    type Output = Line;

    /// The line at a place of the list.
    fn index(&self, row: usize) -> &Line {
        let position = self.run_of(row);
        &self.from(position)[row - self.runs[position].first]
    }
}

impl Index<LineIx> for Lines {
    type Output = Line;

    /// The line at a place of the list.
    fn index(&self, row: LineIx) -> &Line {
        &self[row.at()]
    }
}

/// Which columns the lines of a rule version fill; the others are null (`docs/reference/outputs.md#linesparquet`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FilledColumns {
    /// `basis`.
    pub basis: bool,
    /// `rate`.
    pub rate: bool,
    /// `units`.
    pub units: bool,
    /// `units_total`.
    pub units_total: bool,
    /// `credit_total`.
    pub credit_total: bool,
    /// `pool`.
    pub pool: bool,
    /// `credited`.
    pub credited: bool,
    /// Both `uncapped` and `amount`.
    pub amount: bool,
}

/// Sums over deals, in minor units; what a kind does not have stays 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// What rates are taken of.
    pub basis: i128,
    /// The credit of the deals, credited or retained.
    pub credit_total: i128,
    /// What payees were credited with.
    pub credited: i128,
    /// The credit that roles without payees kept back.
    pub credit_retained: i128,
    /// What was set aside.
    pub pool: i128,
    /// What roles without payees kept back of it.
    pub retained: i128,
    /// What payees earned before caps.
    pub uncapped: i128,
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.basis += other.basis;
        self.credit_total += other.credit_total;
        self.credited += other.credited;
        self.credit_retained += other.credit_retained;
        self.pool += other.pool;
        self.retained += other.retained;
        self.uncapped += other.uncapped;
    }
}

/// One row of uncredited.csv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncredited {
    /// The deal.
    pub deal: DealIx,
    /// The rule; `None` for `no-rule`.
    pub rule: Option<RuleIx>,
    /// The payee, for `no-quota`.
    pub payee: Option<PayeeIx>,
    /// Why it paid nobody, or what was kept back.
    pub reason: Reason,
    /// Minor units kept back; `None` where nothing was.
    pub retained: Option<Minor>,
    /// The credit that was kept back; `None` where none was.
    pub retained_credit: Option<Minor>,
}

impl Uncredited {
    /// A row of a deal that keeps nothing back.
    pub fn new(deal: DealIx, rule: Option<RuleIx>, reason: Reason) -> Self {
        Self { deal, rule, payee: None, reason, retained: None, retained_credit: None }
    }
}

/// What one rule did in the period, summed over its deals; `None` where the kind has no such thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleTotals {
    /// Won deals of the period that the rule matched.
    pub deals_matched: u64,
    /// Lines of the rule.
    pub lines: u64,
    /// What rates are taken of, in minor units.
    pub basis: Option<i128>,
    /// The credit of the deals, credited or retained, in minor units.
    pub credit_total: Option<i128>,
    /// What payees were credited with, in minor units.
    pub credited: Option<i128>,
    /// The credit that roles without payees kept back, in minor units.
    pub credit_retained: Option<i128>,
    /// What was set aside, in minor units.
    pub pool: Option<i128>,
    /// What roles without payees kept back of it, in minor units.
    pub retained: Option<i128>,
    /// What payees earned before caps, in minor units.
    pub uncapped: Option<i128>,
    /// What caps kept back, in minor units.
    pub withheld: Option<i128>,
    /// What is paid, in minor units.
    pub amount: Option<i128>,
}

/// One month of the fiscal year before the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorMonth {
    /// The month.
    pub month: apportion_book::Period,
    /// Lines of all rules.
    pub lines: u64,
    /// What was credited, in minor units.
    pub credited: i128,
    /// What was paid, in minor units.
    pub amount: i128,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(rule: u16, payee: u32, deal: u32) -> Line {
        let (deal, payee) = (DealIx::from_raw(deal), PayeeIx::from_raw(payee));
        Line::new(RuleIx::from_raw(rule), VersionIx::FIRST, deal, payee)
    }

    #[test]
    fn units_are_held_or_refused() {
        for e9 in [0, 1, 1_000_000_000, (1 << 32) - 1, 1 << 32, 1 << 64, (1 << 96) - 1] {
            assert_eq!(Units::of_e9(e9).map(Units::e9), Ok(e9));
        }
        assert_eq!([-1, 1 << 96, i128::MIN, i128::MAX].map(Units::of_e9), [Err(Overflow); 4]);
        assert_eq!(size_of::<Line>(), 96);
    }

    #[test]
    fn runs_are_of_one_payee_each() {
        let sizes = [1, 2, 3, 7, 8, 9, 1, 100, 1];
        let payees = sizes.iter().zip(0..).flat_map(|(size, payee)| std::iter::repeat_n(2 * payee, *size));
        let lines: Vec<Line> = payees.map(|payee| line(0, payee, 0)).collect();
        assert_eq!(runs(&lines).map(<[Line]>::len).collect::<Vec<_>>(), sizes);
        assert!(runs(&lines).all(|run| run.iter().all(|line| line.payee == run[0].payee)));
        assert_eq!(runs(&[]).count(), 0);
    }

    #[test]
    fn a_line_is_found_by_its_place_however_long_runs_are() {
        let sizes = [1, 200, 3, 1, 1, 62, 64, 128, 1, 500, 2];
        let payees = sizes.iter().zip(0..).flat_map(|(size, payee)| std::iter::repeat_n(payee, *size));
        let payees: Vec<u32> = payees.collect();
        let lines: Vec<Line> = (0..).zip(&payees).map(|(deal, payee)| line(0, *payee, deal)).collect();
        let all = Lines::of_stretches(vec![lines.clone()]);
        assert!((0..lines.len()).all(|row| all[row] == lines[row]));
        let some = all.of_deals(&(DealIx::from_raw(3)..DealIx::from_raw(900)));
        assert!((3..900).all(|row| some[row - 3] == lines[row]));
        let one_each: Vec<Line> = (0..300).map(|payee| line(0, payee, payee)).collect();
        let all = Lines::of_stretches(vec![one_each.clone()]);
        assert!((0..300).all(|row| all[row] == one_each[row]));
    }

    #[test]
    fn the_lines_of_all_rules_are_one_list() {
        let lines = Lines::of_stretches(vec![
            vec![line(0, 1, 0), line(0, 1, 4)],
            vec![line(0, 3, 2)],
            Vec::new(),
            vec![line(2, 0, 7), line(2, 1, 1), line(2, 3, 0)],
        ]);
        let expected =
            [line(2, 0, 7), line(0, 1, 0), line(0, 1, 4), line(2, 1, 1), line(0, 3, 2), line(2, 3, 0)];
        assert_eq!(lines.len(), expected.len());
        assert_eq!(lines.iter().copied().collect::<Vec<_>>(), expected);
        assert!((0..expected.len()).all(|row| lines[row] == expected[row]));
        let sizes: Vec<usize> = lines.statements().map(<[Line]>::len).collect();
        assert_eq!(sizes, [1, 2, 1, 1, 1]);
        let of_payees: Vec<Range<usize>> = PayeeIx::all(5).map(|payee| lines.of_payee(payee)).collect();
        assert_eq!(of_payees, [0..1, 1..4, 4..4, 4..6, 6..6]);
        // Of deals 1 and 2, of none, of all.
        let deals = |from, until| lines.of_deals(&(DealIx::from_raw(from)..DealIx::from_raw(until)));
        let some = deals(1, 3);
        assert_eq!(some.iter().copied().collect::<Vec<_>>(), [line(2, 1, 1), line(0, 3, 2)]);
        assert_eq!((some.len(), some.of_payee(PayeeIx::from_raw(3)), some[1]), (2, 1..2, line(0, 3, 2)));
        assert_eq!(some.statements().len(), 2);
        // The last deal is the one before the end.
        assert_eq!(deals(1, 2).iter().copied().collect::<Vec<_>>(), [line(2, 1, 1)]);
        assert_eq!(deals(4, 5).iter().copied().collect::<Vec<_>>(), [line(0, 1, 4)]);
        assert!(deals(8, 9).is_empty() && !some.is_empty());
        assert_eq!(deals(0, 8), lines);
        for from in 0..=expected.len() {
            for until in from..=expected.len() {
                let found: Vec<Line> = lines.range(from, until).flatten().copied().collect();
                assert_eq!(found, expected[from..until], "{from}..{until}");
                let pieces = || lines.range(from, until);
                assert!(from == until || pieces().all(|piece| !piece.is_empty()), "{from}..{until}");
            }
        }
    }

    #[test]
    fn a_line_is_changed_in_its_place() {
        let lines = Lines::of_stretches(vec![
            vec![line(0, 1, 0), line(0, 1, 4)],
            vec![line(2, 0, 7), line(2, 1, 1), line(2, 1, 3)],
        ]);
        for row in 0..lines.len() {
            let mut changed = lines.clone();
            changed.line_mut(row).amount = Minor::new(9);
            let amounts = |lines: &Lines| lines.iter().map(|line| line.amount.raw()).collect::<Vec<_>>();
            let expected: Vec<i64> = (0..lines.len()).map(|place| if place == row { 9 } else { 0 }).collect();
            assert_eq!((amounts(&changed), amounts(&lines)), (expected, vec![0; lines.len()]));
        }
    }

    #[test]
    fn sums_are_added_up_one_by_one() {
        let sums = |factor: i128| Sums {
            basis: factor,
            credit_total: 2 * factor,
            credited: 3 * factor,
            credit_retained: 4 * factor,
            pool: 5 * factor,
            retained: 6 * factor,
            uncapped: 7 * factor,
        };
        let mut all = sums(100);
        all += sums(-1);
        assert_eq!(all, sums(99));
    }
}
