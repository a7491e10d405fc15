//! What a walk over the lines of some payees finds: what differs, why, and what it comes to.

use std::collections::BTreeMap;

use super::behind::Behind;
use super::entries::{Entries, EntriesIx};
use super::keys::{CommonDeal, CommonRule};
use super::line::{LineChange, money};
use super::merge::LinePair;
use super::rows::RowsIx;
use super::why::{Ground, ReasonFinder, Versions};
use super::{Causes, Change, LineCounts, Money, PayeeChange, ReasonChange, ReasonIx, SideName, Status};
use crate::credit::{Line, Reason};
use crate::settle::PeriodView;

/// What a walk over lines finds.
#[derive(Default)]
pub struct Found {
    pub payees: Vec<PayeeChange>,
    pub rules: Vec<RuleChangeSums>,
    pub lines: Vec<LineChange>,
    /// The deals of lines that are computed otherwise, once for each.
    pub restated: Vec<CommonDeal>,
    pub reasons: Reasons,
    pub counts: PayeeCounts,
}

impl Found {
    /// Nothing yet, of so many rules.
    pub fn of_rules(rules: usize) -> Self {
        Self { rules: vec![RuleChangeSums::default(); rules], ..Self::default() }
    }
}

/// Payees who get more, less, or as much as before.
#[derive(Debug, Clone, Copy, Default)]
pub struct PayeeCounts {
    pub up: u64,
    pub down: u64,
    pub level: u64,
}

/// The sums of a walk over the lines of some payees so far.
pub struct PartSums<'a> {
    pub why: ReasonFinder<'a>,
    pub found: Found,
    /// Change of amount by rule, of the payee whose lines are being read.
    of_payee: Vec<i128>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct RuleChangeSums {
    pub change: Change,
    pub payees_up: u64,
    pub payees_down: u64,
}

/// What makes two lines' reasons one.
pub type ReasonKey =
    (CommonRule, Status, Versions, (Causes, Behind), Option<EntriesIx>, Option<Reason>, Option<RowsIx>);

#[derive(Default)]
pub struct Reasons {
    pub list: Vec<ReasonChange>,
    /// Of each of `list`.
    pub keys: Vec<ReasonKey>,
    by_key: BTreeMap<ReasonKey, ReasonIx>,
    /// Most lines have the reason of the line before.
    last: Option<(ReasonKey, ReasonIx)>,
}

impl Reasons {
    /// Adds so many lines, and what they pay before and after.
    pub fn add(
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
    /// Nothing yet, of payees whose periods these are.
    pub fn new(ground: &'a Ground<'a>, periods: [&'a PeriodView; 2]) -> Self {
        let rules = ground.keys.rules.len();
        let why = ReasonFinder::new(ground, periods);
        Self { why, found: Found::of_rules(rules), of_payee: vec![0; rules] }
    }

    /// The policies behind a line of a side that differs.
    fn behind(&self, which: SideName, rule: CommonRule, line: &Line) -> Behind {
        let deal = self.why.keys.deals.common(which, line.deal);
        let side = self.why.side(which);
        let Some(own) = self.why.keys.rules.own(which, rule) else { return Behind::default() };
        self.why.ground.of_policies.behind(&side.rules[own].id, deal)
    }

    pub fn meet(&mut self, met: LinePair<'_>) {
        let (which, line) = match met {
            LinePair::Gone(line) | LinePair::Both(line, _) => (SideName::Before, line),
            LinePair::New(line) => (SideName::After, line),
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
            LinePair::Gone(line) => self.one(SideName::Before, rule, line),
            LinePair::New(line) => self.one(SideName::After, rule, line),
        }
    }

    fn both(&mut self, (rule, deal): (CommonRule, CommonDeal), was: &Line, is: &Line) -> Change {
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
                self.note((SideName::Before, was), [Some(was), Some(is)], (status, reason));
            }
        }
        Change { before, after, lines: counts }
    }

    fn one(&mut self, there: SideName, rule: CommonRule, line: &Line) -> Change {
        let side = self.why.side(there);
        let version = Some(line.version);
        let own_day = side.tables.deals.close_date[line.deal];
        let other = self.why.in_force_at(there.other(), rule, own_day);
        let (mut change, sides) = (Change::default(), [Some(line), None]);
        let (versions, status, [was, is]) = match there {
            SideName::Before => {
                (change.before, change.lines.before, change.lines.gone) = (money(line), 1, 1);
                ((version, other), Status::Gone, sides)
            }
            SideName::After => {
                (change.after, change.lines.after, change.lines.new) = (money(line), 1, 1);
                ((other, version), Status::New, [sides[1], sides[0]])
            }
        };
        let (causes, uncredited) = self.why.one(there, rule, versions, line);
        let policies = self.behind(there, rule, line);
        let key = (rule, status, versions, (causes, policies), None, uncredited, None);
        let reason = self.found.reasons.add(key, &self.why.entries, (1, change.before, change.after));
        self.note((there, line), [was, is], (status, reason));
        change
    }

    fn note(&mut self, there: (SideName, &Line), sides: [Option<&Line>; 2], became: (Status, ReasonIx)) {
        self.found.lines.push(LineChange::new(self.why.keys, there, sides, became));
    }

    /// Counts who gets more and who less, by rule and in all, when a payee's lines have been seen.
    pub fn end_payee(&mut self) {
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
