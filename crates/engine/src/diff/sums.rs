//! One walk over the lines of both sides, and everything added up: total, rules, payees, deals, reasons.
//!
//! The sums by rule, payee and deal and those of the two settlements must be equal: `prove` asserts it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::behind::{Behind, PolicyFinder};
use super::entries::{Entries, EntriesIx};
use super::keys::{CommonDeal, CommonRule, Keys};
use super::merge::{LinePair, walk};
use super::policies::policy_changes;
use super::rows::RowsIx;
use super::why::{ReasonFinder, Versions};
use super::{
    Causes, Change, DealChange, Difference, LineChange, LineCounts, Money, PayeeChange, ReasonChange,
    ReasonIx, RuleChange, Side, SideName, Status, rules,
};
use crate::credit::{Line, LineIx, Reason, RuleTotals};
use apportion_data::Optional;

/// What a line pays and credits.
pub fn money(line: &Line) -> Money {
    Money { amount: i128::from(line.amount), credited: i128::from(line.credited) }
}

/// Everything that differs.
pub fn sum<'a>(before: Side<'a>, after: Side<'a>, window: (i32, i32)) -> Difference<'a> {
    let keys = Keys::new(&before, &after);
    let settings = rules::settings(before.book, after.book);
    let policies = policy_changes(before.rules, after.rules, before.book.currency.digits());
    let of_policies = PolicyFinder::new([&before, &after], &keys, &policies);
    let mut sums = Sums::new(&before, &after, &keys, (!settings.is_empty(), of_policies));
    walk(&before, &after, &keys, |met| sums.meet(met));
    sums.end_payee();
    let Sums {
        payees,
        deals,
        rules: of_rules,
        lines,
        reasons,
        payees_up,
        payees_down,
        payees_level,
        why,
        ..
    } = sums;
    let rows = why.rows.into_list();

    let sides = Sides { before: &before, after: &after, keys: &keys };
    let rules: Vec<RuleChange> = CommonRule::all(of_rules.len())
        .zip(of_rules)
        .map(|(index, of_rule)| sides.rule_change(index, of_rule, window))
        .collect();
    let mut total = Change::default();
    rules.iter().for_each(|rule| total += rule.change);
    prove(&before, &after, &total, &payees, &deals);

    let deals_with_lines =
        deals.iter().filter(|deal| deal.lines.before + deal.lines.after > 0).count() as u64;
    let (reasons, lines) = in_order_of_size(reasons.list, lines);
    let (deals, of_deals) = sides.deal_changes(deals, &lines);
    let mut payees: Vec<PayeeChange> = payees.into_iter().filter(|payee| differs(&payee.change)).collect();
    payees.sort_by_key(|payee| (size(&payee.change), payee.payee));
    Difference {
        before,
        after,
        keys,
        settings,
        policies,
        total,
        payees_up,
        payees_down,
        payees_level,
        rules,
        reasons,
        rows,
        payees,
        deals,
        deals_with_lines,
        lines,
        of_deals,
    }
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

/// The walk's sums so far.
struct Sums<'a> {
    why: ReasonFinder<'a>,
    of_policies: PolicyFinder<'a>,
    keys: &'a Keys,
    payees: Vec<PayeeChange>,
    deals: Vec<Change>,
    rules: Vec<RuleChangeSums>,
    lines: Vec<LineChange>,
    reasons: Reasons,
    /// Change of amount by rule, of the payee whose lines are being read.
    of_payee: Vec<i128>,
    payees_up: u64,
    payees_down: u64,
    payees_level: u64,
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
    by_key: BTreeMap<ReasonKey, ReasonIx>,
    /// Most lines have the reason of the line before.
    last: Option<(ReasonKey, ReasonIx)>,
}

impl Reasons {
    fn add(&mut self, key: ReasonKey, entries: &Entries, (before, after): (Money, Money)) -> ReasonIx {
        let index = match self.last {
            Some((last, index)) if last == key => index,
            _ => {
                // There are fewer reasons than lines.
                let next = ReasonIx::new(self.list.len()).unwrap_or(ReasonIx::FIRST);
                let index = *self.by_key.entry(key).or_insert(next);
                if index == next {
                    let (rule, status, versions, (causes, policies), of_entries, uncredited, rows) = key;
                    let none = Money::default();
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
        reason.lines += 1;
        reason.before += before;
        reason.after += after;
        index
    }
}

impl<'a> Sums<'a> {
    fn new(
        before: &'a Side<'a>,
        after: &'a Side<'a>,
        keys: &'a Keys,
        (settings, of_policies): (bool, PolicyFinder<'a>),
    ) -> Self {
        Self {
            of_policies,
            why: ReasonFinder::new(before, after, keys, settings),
            keys,
            payees: Vec::new(),
            deals: vec![Change::default(); keys.deals.len()],
            rules: vec![RuleChangeSums::default(); keys.rules.len()],
            lines: Vec::new(),
            reasons: Reasons::default(),
            of_payee: vec![0; keys.rules.len()],
            payees_up: 0,
            payees_down: 0,
            payees_level: 0,
        }
    }

    /// The policies behind a line of a side that differs.
    fn behind(&mut self, which: SideName, rule: CommonRule, line: &Line) -> Behind {
        let deal = self.keys.deals.common(which, line.deal);
        let side = if which == SideName::Before { self.why.before } else { self.why.after };
        let Some(own) = self.keys.rules.own(which, rule) else { return Behind::default() };
        self.of_policies.behind(&side.rules[own].id, deal)
    }

    fn meet(&mut self, met: LinePair) {
        let (which, row) = match met {
            LinePair::Gone(row) | LinePair::Both(row, _) => (SideName::Before, row),
            LinePair::New(row) => (SideName::After, row),
        };
        let side = if which == SideName::Before { self.why.before } else { self.why.after };
        let line = &side.settlement.lines[row];
        let payee = self.keys.payees.common(which, line.payee);
        let deal = self.keys.deals.common(which, line.deal);
        let rule = self.keys.rules.common(which, line.rule);
        if self.payees.last().is_none_or(|last| last.payee != payee) {
            self.end_payee();
            let lines = self.lines.len()..self.lines.len();
            self.payees.push(PayeeChange { payee, change: Change::default(), lines });
        }
        let change = self.line(met, rule);
        self.deals[deal] += change;
        self.rules[rule].change += change;
        self.of_payee[rule] += change.amount();
        if let Some(last) = self.payees.last_mut() {
            last.change += change;
            last.lines.end = self.lines.len();
        }
    }

    /// A line's own change; one that differs is noted with its reason.
    fn line(&mut self, met: LinePair, rule: CommonRule) -> Change {
        match met {
            LinePair::Both(b, a) => self.both(rule, b, a),
            LinePair::Gone(row) => self.one(SideName::Before, rule, row),
            LinePair::New(row) => self.one(SideName::After, rule, row),
        }
    }

    fn both(&mut self, rule: CommonRule, b: LineIx, a: LineIx) -> Change {
        let was = &self.why.before.settlement.lines[b];
        let is = &self.why.after.settlement.lines[a];
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
            let reason = self.reasons.add(key, &self.why.entries, (before, after));
            if restated {
                counts.restated = 1;
            } else {
                counts.changed = 1;
                self.lines.push(LineChange { before: b.into(), after: a.into(), reason });
            }
        }
        Change { before, after, lines: counts }
    }

    fn one(&mut self, there: SideName, rule: CommonRule, row: LineIx) -> Change {
        let side = if there == SideName::Before { self.why.before } else { self.why.after };
        let line = &side.settlement.lines[row];
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
        let reason = self.reasons.add(key, &self.why.entries, (before, after));
        let mut counts = LineCounts::default();
        if there == SideName::Before {
            (counts.before, counts.gone) = (1, 1);
            self.lines.push(LineChange { before: row.into(), after: Optional::NONE, reason });
        } else {
            (counts.after, counts.new) = (1, 1);
            self.lines.push(LineChange { before: Optional::NONE, after: row.into(), reason });
        }
        Change { before, after, lines: counts }
    }

    /// Counts who gets more and who less, by rule and in all, when a payee's lines have been seen.
    fn end_payee(&mut self) {
        let Some(last) = self.payees.last() else { return };
        match last.change.amount() {
            0 => self.payees_level += 1,
            1.. => self.payees_up += 1,
            _ => self.payees_down += 1,
        }
        for (rule, change) in self.rules.iter_mut().zip(&mut self.of_payee) {
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

    /// The deals that differ, the biggest movers first, and their lines: a counting sort by deal.
    fn deal_changes(&self, changes: Vec<Change>, lines: &[LineChange]) -> (Vec<DealChange>, Vec<usize>) {
        let Self { before, after, keys } = *self;
        let deal_of = |line: &LineChange| match (line.after.get(), line.before.get()) {
            (Some(row), _) => keys.deals.common(SideName::After, after.settlement.lines[row].deal),
            (None, Some(row)) => keys.deals.common(SideName::Before, before.settlement.lines[row].deal),
            // A line is on one of the sides at least.
            (None, None) => CommonDeal::FIRST,
        };
        let mut ends = vec![0_usize; changes.len() + 1];
        for line in lines {
            ends[deal_of(line).next()] += 1;
        }
        for index in 1..ends.len() {
            ends[index] += ends[index - 1];
        }
        let mut next = ends.clone();
        let mut of_deals = vec![0_usize; lines.len()];
        for (index, line) in lines.iter().enumerate() {
            let slot = &mut next[deal_of(line)];
            of_deals[*slot] = index;
            *slot += 1;
        }
        let mut deals: Vec<DealChange> = CommonDeal::all(changes.len())
            .zip(changes)
            .filter(|(_, change)| differs(change))
            .map(|(deal, change)| DealChange { deal, change, lines: ends[deal]..ends[deal.next()] })
            .collect();
        deals.sort_by_key(|deal| (size(&deal.change), deal.deal));
        (deals, of_deals)
    }
}

/// The sums by rule, payee and deal are one sum, and that of the two settlements.
fn prove(before: &Side, after: &Side, total: &Change, payees: &[PayeeChange], deals: &[Change]) {
    let mut of_payees = Change::default();
    payees.iter().for_each(|payee| of_payees += payee.change);
    let mut of_deals = Change::default();
    deals.iter().for_each(|deal| of_deals += *deal);
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
    lines.iter_mut().for_each(|line| line.reason = place[line.reason]);
    let mut reasons: Vec<Option<ReasonChange>> = reasons.into_iter().map(Some).collect();
    (order.into_iter().filter_map(|index| reasons[index].take()).collect(), lines)
}
