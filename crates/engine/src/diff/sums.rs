//! One walk over the lines of both sides, some payees beside others, and everything added up: total, rules, payees, deals, reasons.
//!
//! The sums by rule, payee and deal and those of the two settlements must be equal: `prove` asserts it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::behind::{Behind, PolicyFinder};
use super::entries::{Entries, EntriesIx};
use super::keys::{CommonDeal, CommonRule, Keys};
use super::merge::{LinePair, OrderedLines, Row, parts, walk};
use super::policies::policy_changes;
use super::rows::{DecidingRows, RowsIx};
use super::why::{Ground, ReasonFinder, Versions};
use super::{
    Causes, Change, DealChange, Difference, LineChange, LineCounts, Money, PayeeChange, ReasonChange,
    ReasonIx, RuleChange, Side, SideName, Status, rules,
};
use crate::credit::{Line, Reason, RuleTotals};
use apportion_data::Optional;

/// Lines of a side that are walked together, at most.
const PART_LINES: usize = 1 << 17;

/// Parts into which lines are divided, at least, if they are of as many payees: few lines go the way of many.
const LEAST_PARTS: usize = 8;

/// What a line pays and credits.
pub fn money(line: &Line) -> Money {
    Money { amount: i128::from(line.amount), credited: i128::from(line.credited) }
}

/// How many lines of a side are walked together.
pub fn part_lines(before: &Side<'_>, after: &Side<'_>) -> usize {
    let lines = before.settlement.lines.len().max(after.settlement.lines.len());
    (lines / LEAST_PARTS).clamp(1, PART_LINES)
}

/// Everything that differs, found with so many lines of a side at a time.
pub fn sum<'a>(before: Side<'a>, after: Side<'a>, window: (i32, i32), part_lines: usize) -> Difference<'a> {
    let keys = Keys::new(&before, &after);
    let settings = rules::settings(before.book, after.book);
    let policies = policy_changes(before.rules, after.rules, before.book.currency.digits());
    let sums = {
        let of_policies = PolicyFinder::new([&before, &after], &keys, &policies);
        walked(&Ground::new([&before, &after], &keys, (!settings.is_empty(), of_policies)), part_lines)
    };
    let Sums { found, rows, .. } = sums;
    let Found { payees, rules: of_rules, lines, of_lines, restated, reasons, counts } = found;

    let sides = Sides { before: &before, after: &after, keys: &keys };
    let rules: Vec<RuleChange> = CommonRule::all(of_rules.len())
        .zip(of_rules)
        .map(|(index, of_rule)| sides.rule_change(index, of_rule, window))
        .collect();
    let mut total = Change::default();
    rules.iter().for_each(|rule| total += rule.change);
    let DealSums { deals, of_deals, with_lines, total: of_all_deals } = sides.deals(&of_lines, &restated);
    prove([&before, &after], &total, &payees, of_all_deals);

    let (reasons, lines) = in_order_of_size(reasons.list, lines);
    let mut payees: Vec<PayeeChange> = payees.into_iter().filter(|payee| differs(&payee.change)).collect();
    payees.par_sort_by_key(|payee| (size(&payee.change), payee.payee));
    Difference {
        before,
        after,
        keys,
        settings,
        policies,
        total,
        payees_up: counts.up,
        payees_down: counts.down,
        payees_level: counts.level,
        rules,
        reasons,
        rows: rows.into_list(),
        payees,
        deals,
        deals_with_lines: with_lines,
        lines,
        of_deals,
    }
}

/// What a walk over all lines finds.
fn walked(ground: &Ground<'_>, part_lines: usize) -> Sums {
    let (before, after) = rayon::join(
        || OrderedLines::new(ground.before, SideName::Before, ground.keys),
        || OrderedLines::new(ground.after, SideName::After, ground.keys),
    );
    let sides = [&before, &after];
    let of_part = |part| {
        let mut sums = PartSums::new(ground);
        walk(sides, part, |met| sums.meet(met));
        sums.end_payee();
        sums
    };
    let parts = parts(sides, part_lines);
    let parts: Vec<PartSums<'_>> = parts.into_par_iter().with_max_len(1).map(of_part).collect();
    let mut found = Found::of_rules(ground.keys.rules.len());
    found.lines.reserve_exact(parts.iter().map(|part| part.found.lines.len()).sum());
    found.of_lines.reserve_exact(parts.iter().map(|part| part.found.of_lines.len()).sum());
    let mut all = Sums { found, entries: Entries::default(), rows: DecidingRows::default() };
    parts.into_iter().for_each(|part| all.add(part));
    all
}

/// Whether a line is new, gone or changed. The sums of one that is may be what they were.
fn differs(change: &Change) -> bool {
    change.lines.new + change.lines.gone + change.lines.changed > 0
}

/// The biggest movers first: by amount, then by credit.
fn size(change: &Change) -> Reverse<(u128, u128)> {
    Reverse((change.amount().unsigned_abs(), change.credited().unsigned_abs()))
}

impl std::ops::AddAssign for Change {
    fn add_assign(&mut self, other: Self) {
        self.before += other.before;
        self.after += other.after;
        let (sum, added) = (&mut self.lines, other.lines);
        sum.before += added.before;
        sum.after += added.after;
        sum.new += added.new;
        sum.gone += added.gone;
        sum.changed += added.changed;
        sum.restated += added.restated;
    }
}

/// What a walk over lines finds.
#[derive(Default)]
struct Found {
    payees: Vec<PayeeChange>,
    rules: Vec<RuleChangeSums>,
    lines: Vec<LineChange>,
    /// The deal of each of `lines`, and what became of it.
    of_lines: Vec<(CommonDeal, Status)>,
    /// The deals of lines that are computed otherwise, once for each.
    restated: Vec<CommonDeal>,
    reasons: Reasons,
    counts: PayeeCounts,
}

impl Found {
    /// Nothing yet, of so many rules.
    fn of_rules(rules: usize) -> Self {
        Self { rules: vec![RuleChangeSums::default(); rules], ..Self::default() }
    }
}

/// What is known of all lines.
struct Sums {
    found: Found,
    entries: Entries,
    rows: DecidingRows,
}

impl Sums {
    /// Adds the lines of payees who come after those before. Reasons, entries and rows are numbered as they are met.
    fn add(&mut self, PartSums { why, found: part, .. }: PartSums<'_>) {
        let ReasonFinder { entries, rows, .. } = why;
        let entries: Vec<Option<EntriesIx>> =
            entries.into_list().into_iter().map(|pair| self.entries.note(pair)).collect();
        let rows: Vec<Option<RowsIx>> =
            rows.into_list().into_iter().map(|rows| self.rows.number(rows)).collect();
        let all = &mut self.found;
        let Reasons { list, keys, .. } = part.reasons;
        let number = |(key, reason): (ReasonKey, ReasonChange)| {
            let (rule, status, versions, causes, of_entries, uncredited, of_rows) = key;
            let of_entries = of_entries.and_then(|own| entries[own]);
            let of_rows = of_rows.and_then(|own| rows[own]);
            let key = (rule, status, versions, causes, of_entries, uncredited, of_rows);
            all.reasons.add(key, &self.entries, (reason.lines, reason.before, reason.after))
        };
        let numbers: Vec<ReasonIx> = keys.into_iter().zip(list).map(number).collect();

        let first = all.lines.len();
        let moved = |lines: Range<usize>| first + lines.start..first + lines.end;
        all.payees
            .extend(part.payees.into_iter().map(|of| PayeeChange { lines: moved(of.lines.clone()), ..of }));
        all.lines
            .extend(part.lines.into_iter().map(|line| LineChange { reason: numbers[line.reason], ..line }));
        all.of_lines.extend(part.of_lines);
        all.restated.extend(part.restated);
        for (rule, more) in all.rules.iter_mut().zip(part.rules) {
            rule.change += more.change;
            rule.payees_up += more.payees_up;
            rule.payees_down += more.payees_down;
        }
        all.counts.up += part.counts.up;
        all.counts.down += part.counts.down;
        all.counts.level += part.counts.level;
    }
}

/// Payees who get more, less, or as much as before.
#[derive(Debug, Clone, Copy, Default)]
struct PayeeCounts {
    up: u64,
    down: u64,
    level: u64,
}

/// The sums of a walk over the lines of some payees so far.
struct PartSums<'a> {
    why: ReasonFinder<'a>,
    found: Found,
    /// Change of amount by rule, of the payee whose lines are being read.
    of_payee: Vec<i128>,
}

#[derive(Debug, Clone, Copy, Default)]
struct RuleChangeSums {
    change: Change,
    payees_up: u64,
    payees_down: u64,
}

/// What makes two lines' reasons one.
type ReasonKey =
    (CommonRule, Status, Versions, (Causes, Behind), Option<EntriesIx>, Option<Reason>, Option<RowsIx>);

#[derive(Default)]
struct Reasons {
    list: Vec<ReasonChange>,
    /// Of each of `list`.
    keys: Vec<ReasonKey>,
    by_key: BTreeMap<ReasonKey, ReasonIx>,
    /// Most lines have the reason of the line before.
    last: Option<(ReasonKey, ReasonIx)>,
}

impl Reasons {
    /// Adds so many lines, and what they pay before and after.
    fn add(
        &mut self,
        key: ReasonKey,
        entries: &Entries,
        (lines, before, after): (u64, Money, Money),
    ) -> ReasonIx {
        let index = match self.last {
            Some((last, index)) if last == key => index,
            _ => {
                // There are fewer reasons than lines.
                let next = ReasonIx::new(self.list.len()).unwrap_or(ReasonIx::FIRST);
                let index = *self.by_key.entry(key).or_insert(next);
                if index == next {
                    let (rule, status, versions, (causes, policies), of_entries, uncredited, rows) = key;
                    let none = Money::default();
                    self.keys.push(key);
                    self.list.push(ReasonChange {
                        rule,
                        status,
                        versions,
                        causes,
                        policies,
                        entries: of_entries.map(|index| entries.get(index)),
                        uncredited,
                        rows,
                        lines: 0,
                        before: none,
                        after: none,
                    });
                }
                index
            }
        };
        self.last = Some((key, index));
        let reason = &mut self.list[index];
        reason.lines += lines;
        reason.before += before;
        reason.after += after;
        index
    }
}

impl<'a> PartSums<'a> {
    fn new(ground: &'a Ground<'a>) -> Self {
        let rules = ground.keys.rules.len();
        Self { why: ReasonFinder::new(ground), found: Found::of_rules(rules), of_payee: vec![0; rules] }
    }

    /// The policies behind a line of a side that differs.
    fn behind(&self, which: SideName, rule: CommonRule, line: &Line) -> Behind {
        let deal = self.why.keys.deals.common(which, line.deal);
        let side = if which == SideName::Before { self.why.before } else { self.why.after };
        let Some(own) = self.why.keys.rules.own(which, rule) else { return Behind::default() };
        self.why.ground.of_policies.behind(&side.rules[own].id, deal)
    }

    fn meet(&mut self, met: LinePair<'_>) {
        let (which, line) = match met {
            LinePair::Gone(Row { line, .. }) | LinePair::Both(Row { line, .. }, _) => {
                (SideName::Before, line)
            }
            LinePair::New(Row { line, .. }) => (SideName::After, line),
        };
        let payee = self.why.keys.payees.common(which, line.payee);
        let deal = self.why.keys.deals.common(which, line.deal);
        let rule = self.why.keys.rules.common(which, line.rule);
        if self.found.payees.last().is_none_or(|last| last.payee != payee) {
            self.end_payee();
            let lines = self.found.lines.len()..self.found.lines.len();
            self.found.payees.push(PayeeChange { payee, change: Change::default(), lines });
        }
        let change = self.line(met, (rule, deal));
        self.found.rules[rule].change += change;
        self.of_payee[rule] += change.amount();
        if let Some(last) = self.found.payees.last_mut() {
            last.change += change;
            last.lines.end = self.found.lines.len();
        }
    }

    /// A line's own change; one that differs is noted with its reason.
    fn line(&mut self, met: LinePair<'_>, (rule, deal): (CommonRule, CommonDeal)) -> Change {
        match met {
            LinePair::Both(was, is) => self.both((rule, deal), was, is),
            LinePair::Gone(row) => self.one(SideName::Before, (rule, deal), row),
            LinePair::New(row) => self.one(SideName::After, (rule, deal), row),
        }
    }

    fn both(&mut self, (rule, deal): (CommonRule, CommonDeal), b: Row<'_>, a: Row<'_>) -> Change {
        let (was, is) = (b.line, a.line);
        let (before, after) = (money(was), money(is));
        let mut counts = LineCounts { before: 1, after: 1, ..LineCounts::default() };
        let versions = (Some(was.version), Some(is.version));
        let restated = before == after;
        let same = restated && same_way(was, is) && !self.why.other_version(rule, versions);
        if !same {
            let causes = self.why.both(rule, versions, was, is);
            let entries = self.why.entries((rule, versions), causes, was, is);
            let status = if restated { Status::Restated } else { Status::Changed };
            let rows = self.why.rows(rule, versions, causes, (was, is));
            let policies = self.behind(SideName::Before, rule, was);
            let key = (rule, status, versions, (causes, policies), entries, None, rows);
            let reason = self.found.reasons.add(key, &self.why.entries, (1, before, after));
            if restated {
                counts.restated = 1;
                self.found.restated.push(deal);
            } else {
                counts.changed = 1;
                self.note(LineChange { before: b.row.into(), after: a.row.into(), reason }, (deal, status));
            }
        }
        Change { before, after, lines: counts }
    }

    fn one(
        &mut self,
        there: SideName,
        (rule, deal): (CommonRule, CommonDeal),
        Row { row, line }: Row<'_>,
    ) -> Change {
        let side = if there == SideName::Before { self.why.before } else { self.why.after };
        let version = Some(line.version);
        let own_day = side.tables.deals.close_date[line.deal];
        let other = self.why.in_force_at(there.other(), rule, own_day);
        let is = money(line);
        let (versions, status) = match there {
            SideName::Before => ((version, other), Status::Gone),
            SideName::After => ((other, version), Status::New),
        };
        let (causes, uncredited) = self.why.one(there, rule, versions, line);
        let none = Money::default();
        let (before, after) = if there == SideName::Before { (is, none) } else { (none, is) };
        let policies = self.behind(there, rule, line);
        let key = (rule, status, versions, (causes, policies), None, uncredited, None);
        let reason = self.found.reasons.add(key, &self.why.entries, (1, before, after));
        let mut counts = LineCounts::default();
        let (was, is) = if there == SideName::Before {
            (counts.before, counts.gone) = (1, 1);
            (row.into(), Optional::NONE)
        } else {
            (counts.after, counts.new) = (1, 1);
            (Optional::NONE, row.into())
        };
        self.note(LineChange { before: was, after: is, reason }, (deal, status));
        Change { before, after, lines: counts }
    }

    fn note(&mut self, line: LineChange, of_line: (CommonDeal, Status)) {
        self.found.lines.push(line);
        self.found.of_lines.push(of_line);
    }

    /// Counts who gets more and who less, by rule and in all, when a payee's lines have been seen.
    fn end_payee(&mut self) {
        let Some(last) = self.found.payees.last() else { return };
        match last.change.amount() {
            0 => self.found.counts.level += 1,
            1.. => self.found.counts.up += 1,
            _ => self.found.counts.down += 1,
        }
        for (rule, change) in self.found.rules.iter_mut().zip(&mut self.of_payee) {
            match std::mem::take(change) {
                0 => {}
                1.. => rule.payees_up += 1,
                _ => rule.payees_down += 1,
            }
        }
    }
}

/// Whether everything that a line was computed from is the same.
fn same_way(was: &Line, is: &Line) -> bool {
    was.basis == is.basis
        && was.rate_e8 == is.rate_e8
        && was.units == is.units
        && was.units_total == is.units_total
        && was.pool == is.pool
        && was.uncapped == is.uncapped
        && was.level == is.level
}

/// Both sides and their common numbers.
struct Sides<'a> {
    before: &'a Side<'a>,
    after: &'a Side<'a>,
    keys: &'a Keys,
}

impl Sides<'_> {
    /// A rule with its sums and its versions.
    fn rule_change(&self, index: CommonRule, of_rule: RuleChangeSums, window: (i32, i32)) -> RuleChange {
        let Self { before, after, keys } = *self;
        let own = |which| keys.rules.own(which, index);
        let (b, a) = (own(SideName::Before), own(SideName::After));
        let rule_b = b.map(|own| &before.rules[own]);
        let rule_a = a.map(|own| &after.rules[own]);
        let totals = (
            b.map(|own| before.settlement.totals[own].clone()).unwrap_or_default(),
            a.map(|own| after.settlement.totals[own].clone()).unwrap_or_default(),
        );
        let sums = |field: fn(&RuleTotals) -> Option<i128>| {
            (field(&totals.0).unwrap_or_default(), field(&totals.1).unwrap_or_default())
        };
        let amount = sums(|totals| totals.amount);
        let money = (of_rule.change.before.amount, of_rule.change.after.amount);
        assert_eq!(money, amount, "the lines of a rule add up to its control total");
        RuleChange {
            id: rule_b.or(rule_a).map(|rule| rule.id.clone()).unwrap_or_default(),
            kinds: (rule_b.map(|rule| rule.kind), rule_a.map(|rule| rule.kind)),
            change: of_rule.change,
            withheld: sums(|totals| totals.withheld),
            retained: sums(|totals| totals.retained),
            deals_matched: (totals.0.deals_matched, totals.1.deals_matched),
            payees_up: of_rule.payees_up,
            payees_down: of_rule.payees_down,
            versions: rules::versions(before, after, keys, index, window),
        }
    }

    /// The deals, by the lines that differ in what they pay, each with what became of it, and by those that are computed otherwise. Each core
    /// looks at all lines for a part of the deals: so nobody waits for another's sums.
    fn deals(&self, of_lines: &[(CommonDeal, Status)], restated: &[CommonDeal]) -> DealSums {
        let count = self.keys.deals.len();
        let (ends, of_deals) = by_deal(count, of_lines);
        let deal = |deal: CommonDeal| {
            let lines = ends[deal]..ends[deal.next()];
            DealChange { deal, change: Change::default(), lines }
        };
        let mut deals: Vec<DealChange> =
            (0..count).into_par_iter().filter_map(CommonDeal::new).map(deal).collect();
        drop(ends);
        let each = count.div_ceil(rayon::current_num_threads()).max(1);
        let (total, with_lines) = deals
            .par_chunks_mut(each)
            .with_max_len(1)
            .map(|part| {
                self.add_lines(part, of_lines, restated);
                let with_lines =
                    part.iter().filter(|deal| deal.change.lines.before + deal.change.lines.after > 0);
                let with_lines = with_lines.count() as u64;
                let mut total = Change::default();
                part.iter().for_each(|deal| total += deal.change);
                (total, with_lines)
            })
            .reduce(Default::default, |(mut total, with_lines), (more, others)| {
                total += more;
                (total, with_lines + others)
            });
        deals.retain(|deal| differs(&deal.change));
        // No two have one key.
        deals.par_sort_unstable_by_key(|deal| (size(&deal.change), deal.deal));
        DealSums { deals, of_deals, with_lines, total }
    }

    /// Adds up what lines of deals, which follow each other, pay and credit, and what became of them.
    fn add_lines(
        &self,
        deals: &mut [DealChange],
        of_lines: &[(CommonDeal, Status)],
        restated: &[CommonDeal],
    ) {
        let Self { before, after, keys } = *self;
        let Some(first) = deals.first().map(|deal| deal.deal.at()) else { return };
        let mut change_of = |deal: CommonDeal, change: &dyn Fn(&mut Change)| {
            if let Some(deal) = deals.get_mut(deal.at().wrapping_sub(first)) {
                change(&mut deal.change);
            }
        };
        for line in before.settlement.lines.iter() {
            change_of(keys.deals.common(SideName::Before, line.deal), &|change| {
                change.before += money(line);
                change.lines.before += 1;
            });
        }
        for line in after.settlement.lines.iter() {
            change_of(keys.deals.common(SideName::After, line.deal), &|change| {
                change.after += money(line);
                change.lines.after += 1;
            });
        }
        let restated = restated.iter().map(|deal| (*deal, Status::Restated));
        for (deal, status) in of_lines.iter().copied().chain(restated) {
            change_of(deal, &|change| change.lines.count(status));
        }
    }
}

/// The deals that differ, and what all of them come to.
struct DealSums {
    /// The biggest movers first.
    deals: Vec<DealChange>,
    /// Places of lines that differ, by deal.
    of_deals: Vec<usize>,
    /// Deals with a line on either side.
    with_lines: u64,
    total: Change,
}

/// Places of lines by deal, a counting sort: where each deal's begin, one more than deals, and the places.
fn by_deal(deals: usize, of_lines: &[(CommonDeal, Status)]) -> (Vec<usize>, Vec<usize>) {
    let mut ends = vec![0_usize; deals + 1];
    for (deal, _) in of_lines {
        ends[deal.next()] += 1;
    }
    for index in 1..ends.len() {
        ends[index] += ends[index - 1];
    }
    let mut next = ends.clone();
    let mut of_deals = vec![0_usize; of_lines.len()];
    for (index, (deal, _)) in of_lines.iter().enumerate() {
        let slot = &mut next[*deal];
        of_deals[*slot] = index;
        *slot += 1;
    }
    (ends, of_deals)
}

/// The sums by rule, payee and deal are one sum, and that of the two settlements.
fn prove([before, after]: [&Side; 2], total: &Change, payees: &[PayeeChange], of_deals: Change) {
    let mut of_payees = Change::default();
    payees.iter().for_each(|payee| of_payees += payee.change);
    assert_eq!(of_payees, *total, "the payees add up to the total");
    assert_eq!(of_deals, *total, "the deals add up to the total");
    let settled =
        |side: &Side| -> i128 { side.settlement.totals.iter().filter_map(|totals| totals.amount).sum() };
    assert_eq!(total.before.amount, settled(before), "the total is what was settled before");
    assert_eq!(total.after.amount, settled(after), "the total is what was settled after");
}

/// The reasons with the biggest first, and the lines with their reasons' new places.
fn in_order_of_size(
    reasons: Vec<ReasonChange>,
    mut lines: Vec<LineChange>,
) -> (Vec<ReasonChange>, Vec<LineChange>) {
    let mut order: Vec<usize> = (0..reasons.len()).collect();
    let key = |reason: &ReasonChange| {
        let size = Reverse((reason.amount().unsigned_abs(), reason.credited().unsigned_abs()));
        // New and gone are of one rank, so that the order does not depend on which side is before.
        (reason.status == Status::Restated, size, reason.rule, Reverse(reason.lines), reason.causes)
    };
    order.sort_by_key(|&index| (key(&reasons[index]), index));
    let mut place = vec![ReasonIx::FIRST; reasons.len()];
    for (to, &from) in ReasonIx::all(order.len()).zip(&order) {
        place[from] = to;
    }
    lines.par_iter_mut().for_each(|line| line.reason = place[line.reason]);
    let mut reasons: Vec<Option<ReasonChange>> = reasons.into_iter().map(Some).collect();
    (order.into_iter().filter_map(|index| reasons[index].take()).collect(), lines)
}
