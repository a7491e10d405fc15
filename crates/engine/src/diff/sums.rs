//! Everything that was found in the lines of both sides, added up: total, rules, payees, deals, reasons.
//!
//! The lines of some payees are walked beside those of others, and payees may come some after the others. The sums by rule, payee and deal and
//! those of the two settlements must be equal: `prove` asserts it.

use std::borrow::Borrow;
use std::cmp::Reverse;
use std::ops::Range;

use rayon::prelude::*;

use super::behind::PolicyFinder;
use super::deals::{DealChanges, DealSums};
use super::entries::{Entries, EntriesIx};
use super::keys::{CommonRule, Keys};
use super::merge::{OrderedLines, parts, walk};
use super::policies::policy_changes;
use super::rows::{DecidingRows, RowsIx};
use super::scope::Scopes;
use super::walk::{Found, PartSums, ReasonKey, Reasons, RuleChangeSums};
use super::why::{Ground, ReasonFinder};
use super::{
    Change, Findings, LineChange, PayeeChange, ReasonChange, ReasonIx, RuleChange, Side, SideName, Status,
    rules,
};
use crate::credit::RuleTotals;
use crate::settle::PeriodView;
use apportion_rules::RuleIx;

/// Lines of a side that are walked together, at most.
const PART_LINES: usize = 1 << 17;

/// Parts into which lines are divided, at least, if they are of as many payees: few lines go the way of many.
const LEAST_PARTS: usize = 8;

/// How many lines of a side are walked together.
pub fn part_lines([before, after]: [&PeriodView; 2]) -> usize {
    let lines = before.lines.len().max(after.lines.len());
    (lines / LEAST_PARTS).clamp(1, PART_LINES)
}

/// Everything that differs between two sides. `add_lines` hands the periods of both to a [`Walk`], all payees at once or some after the others,
/// and gives the periods of all of them.
pub fn findings<P: Borrow<PeriodView>, E>(
    [before, after]: [Side<'_>; 2],
    window: (i32, i32),
    scopes: Option<[Scopes; 2]>,
    add_lines: impl FnOnce(&mut Walk<'_>) -> Result<[P; 2], E>,
) -> Result<([P; 2], Findings), E> {
    let keys = Keys::new(&before, &after);
    let settings = rules::settings(before.book, after.book);
    let policies = policy_changes(before.rules, after.rules, before.book.currency.digits());
    let (settled, Sums { found, rows, .. }, deals) = {
        let of_policies = PolicyFinder::new([&before, &after], &keys, &policies);
        let ground = Ground::new([&before, &after], &keys, (!settings.is_empty(), of_policies), scopes);
        let mut walk = Walk::new(&ground);
        let settled = add_lines(&mut walk)?;
        (settled, walk.sums, walk.deals)
    };
    let Found { payees, rules: of_rules, lines, restated, reasons, counts } = found;

    let totals = [settled[0].borrow().totals.as_slice(), settled[1].borrow().totals.as_slice()];
    let sides = Sides { before: &before, after: &after, keys: &keys, totals };
    let rules: Vec<RuleChange> = CommonRule::all(of_rules.len())
        .zip(of_rules)
        .map(|(index, of_rule)| sides.rule_change(index, of_rule, window))
        .collect();
    let mut total = Change::default();
    rules.iter().for_each(|rule| total += rule.change);
    let DealSums { deals, of_deals, with_lines, total: of_all_deals } = deals.into_sums(&lines, &restated);
    prove(totals, &total, &payees, of_all_deals);

    let (reasons, lines) = in_order_of_size(reasons.list, lines);
    let mut payees: Vec<PayeeChange> = payees.into_iter().filter(|payee| differs(&payee.change)).collect();
    payees.par_sort_by_key(|payee| (size(&payee.change), payee.payee));
    let findings = Findings {
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
    };
    Ok((settled, findings))
}

/// A walk over the lines of all payees, some after the others.
pub struct Walk<'a> {
    ground: &'a Ground<'a>,
    sums: Sums,
    deals: DealChanges,
}

impl<'a> Walk<'a> {
    fn new(ground: &'a Ground<'a>) -> Self {
        let found = Found::of_rules(ground.keys.rules.len());
        let sums = Sums { found, entries: Entries::default(), rows: DecidingRows::default() };
        Self { ground, sums, deals: DealChanges::of_no_lines(ground.keys) }
    }

    /// Adds the lines of payees who come after those before, with so many lines of a side at a time.
    pub fn add(&mut self, periods: [&PeriodView; 2], part_lines: usize) {
        let Self { ground, sums, deals } = self;
        let keys = ground.keys;
        let (before, after) = rayon::join(
            || OrderedLines::new(&periods[0].lines, SideName::Before, keys),
            || OrderedLines::new(&periods[1].lines, SideName::After, keys),
        );
        let sides = [&before, &after];
        let of_part = |part| {
            let mut sums = PartSums::new(ground, periods);
            walk(sides, part, |met| sums.meet(met));
            sums.end_payee();
            sums
        };
        let parts = parts(sides, part_lines);
        let parts: Vec<PartSums<'_>> = parts.into_par_iter().with_max_len(1).map(of_part).collect();
        sums.found.lines.reserve(parts.iter().map(|part| part.found.lines.len()).sum());
        parts.into_iter().for_each(|part| sums.add(part));
        deals.add(keys, periods);
    }
}

/// Whether a line is new, gone or changed. The sums of one that is may be what they were.
pub fn differs(change: &Change) -> bool {
    change.lines.new + change.lines.gone + change.lines.changed > 0
}

/// The biggest movers first: by amount, then by credit.
pub fn size(change: &Change) -> Reverse<(u128, u128)> {
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
        all.lines.extend(part.lines.into_iter().map(|line| line.for_reason(numbers[line.reason])));
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

/// Both sides and their common numbers.
struct Sides<'a> {
    before: &'a Side<'a>,
    after: &'a Side<'a>,
    keys: &'a Keys,
    /// By rule of the side.
    totals: [&'a [RuleTotals]; 2],
}

impl Sides<'_> {
    /// A rule with its sums and its versions.
    fn rule_change(&self, index: CommonRule, of_rule: RuleChangeSums, window: (i32, i32)) -> RuleChange {
        let Self { before, after, keys, totals: [of_before, of_after] } = *self;
        let own = |which| keys.rules.own(which, index);
        let (b, a) = (own(SideName::Before), own(SideName::After));
        let rule_b = b.map(|own| &before.rules[own]);
        let rule_a = a.map(|own| &after.rules[own]);
        let of_side = |totals: &[RuleTotals], own: Option<RuleIx>| {
            own.and_then(|own| totals.get(own.at())).cloned().unwrap_or_default()
        };
        let totals = (of_side(of_before, b), of_side(of_after, a));
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
}

/// The sums by rule, payee and deal are one sum, and that of the two settlements.
fn prove([before, after]: [&[RuleTotals]; 2], total: &Change, payees: &[PayeeChange], of_deals: Change) {
    let mut of_payees = Change::default();
    payees.iter().for_each(|payee| of_payees += payee.change);
    assert_eq!(of_payees, *total, "the payees add up to the total");
    assert_eq!(of_deals, *total, "the deals add up to the total");
    let settled = |totals: &[RuleTotals]| -> i128 { totals.iter().filter_map(|totals| totals.amount).sum() };
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
