//! Lines of two settlements, matched by what identifies them: payee, rule, deal, role, from_payee and the rule of a line that
//! is taken back.
//!
//! Both are in the same order, so one walk over both visits every line once, and the lines of a pair together. Nobody's lines depend on
//! another payee's, so parts of some payees each are walked side by side.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Range;

use rayon::prelude::*;

use super::SideName;
use super::keys::{CommonDeal, CommonOfRule, CommonPayee, CommonRole, CommonRule, Keys};
use crate::credit::{Line, LineIx, Lines};
use apportion_data::Optional;

/// A line of either side; on one of them at least it is there.
#[derive(Debug, Clone, Copy)]
pub enum LinePair<'a> {
    Gone(&'a Line),
    New(&'a Line),
    Both(&'a Line, &'a Line),
}

/// Where a line is in the order of both sides: payee, rule, day, deal, role, from_payee, the rule of a line that is taken back.
type Place = (
    CommonPayee,
    CommonRule,
    i32,
    CommonDeal,
    Optional<CommonRole>,
    Optional<CommonPayee>,
    Optional<CommonOfRule>,
);

/// Lines of one side in the common order.
pub struct OrderedLines<'a> {
    lines: &'a Lines,
    which: SideName,
    keys: &'a Keys,
    /// `None` where they are in it already.
    order: Option<Vec<LineIx>>,
}

impl<'a> OrderedLines<'a> {
    pub fn new(lines: &'a Lines, which: SideName, keys: &'a Keys) -> Self {
        let mut ordered = Self { lines, which, keys, order: None };
        // Where a deal's date differs between two sets of data, one of the sides is in another order.
        if !keys.alike && !ordered.are_in_order() {
            let mut order: Vec<LineIx> = LineIx::all(lines.len()).collect();
            order.par_sort_by_key(|&row| ordered.place(&lines[row]));
            ordered.order = Some(order);
        }
        ordered
    }

    fn are_in_order(&self) -> bool {
        let lines = self.lines;
        let count = lines.statements().len();
        let is_in_order = |position: usize| {
            let (own, next) = (lines.statement(position), position + 1);
            let next = if next < count { lines.statement(next).first() } else { None };
            own.is_sorted_by_key(|line| self.place(line))
                && own.last().zip(next).is_none_or(|(last, next)| self.place(last) <= self.place(next))
        };
        (0..count).into_par_iter().all(is_in_order)
    }

    fn len(&self) -> usize {
        self.lines.len()
    }

    fn place(&self, line: &Line) -> Place {
        let (which, keys) = (self.which, self.keys);
        let deal = keys.deals.common(which, line.deal);
        (
            keys.payees.common(which, line.payee),
            keys.rules.common(which, line.rule),
            // Deals are numbered by their days, where both sides number them.
            if keys.alike { 0 } else { keys.day[deal] },
            deal,
            keys.roles.optional(which, line.role),
            keys.payees.optional(which, line.from_payee),
            keys.of_rules.optional(which, line.of_rule),
        )
    }

    /// The payee of the line at a place of the common order.
    fn payee(&self, index: usize) -> CommonPayee {
        let row = self.order.as_ref().map_or(index, |order| order[index].at());
        self.keys.payees.common(self.which, self.lines[row].payee)
    }

    /// How many lines are those of payees before one.
    fn before(&self, payee: CommonPayee) -> usize {
        let (mut from, mut until) = (0, self.len());
        while from < until {
            let middle = from.midpoint(until);
            if self.payee(middle) < payee { from = middle + 1 } else { until = middle }
        }
        from
    }

    /// Lines from one place of the common order to another, each with its place there.
    fn placed(&self, within: Range<usize>) -> impl Iterator<Item = (Place, &'a Line)> + '_ {
        let lines = self.lines;
        let as_they_are = self.order.is_none().then(|| lines.range(within.start, within.end).flatten());
        let moved = self.order.as_ref().map(|order| order[within.clone()].iter().map(|row| &lines[*row]));
        let placed = as_they_are.into_iter().flatten().chain(moved.into_iter().flatten());
        placed.map(|line| (self.place(line), line))
    }
}

/// Places in the common orders of both sides: all lines of some payees.
pub type Part = [Range<usize>; 2];

/// All lines of both sides, parted where a side has some `lines` more.
pub fn parts([before, after]: [&OrderedLines<'_>; 2], lines: usize) -> Vec<Part> {
    let firsts = |side: &OrderedLines<'_>| {
        (0..side.len()).step_by(lines.max(1)).map(|index| side.payee(index)).collect::<Vec<_>>()
    };
    let payees: BTreeSet<CommonPayee> = [before, after].into_iter().flat_map(firsts).collect();
    let mut ends: Vec<[usize; 2]> =
        payees.iter().skip(1).map(|payee| [before.before(*payee), after.before(*payee)]).collect();
    ends.push([before.len(), after.len()]);
    let mut from = [0, 0];
    let part = |end: [usize; 2]| {
        let start = std::mem::replace(&mut from, end);
        [start[0]..end[0], start[1]..end[1]]
    };
    ends.into_iter().map(part).collect()
}

/// Hands every line of a part to `each`, in the common order. Should a side ever have two lines of one identity, they are matched in their
/// order.
pub fn walk<'a>(
    [before, after]: [&OrderedLines<'a>; 2],
    [of_before, of_after]: Part,
    mut each: impl FnMut(LinePair<'a>),
) {
    let (mut before, mut after) = (before.placed(of_before), after.placed(of_after));
    let (mut left, mut right) = (before.next(), after.next());
    loop {
        let order = match (&left, &right) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((left, _)), Some((right, _))) => left.cmp(right),
        };
        match (order, &left, &right) {
            (Ordering::Less, Some((_, line)), _) => each(LinePair::Gone(line)),
            (Ordering::Greater, _, Some((_, line))) => each(LinePair::New(line)),
            (_, Some((_, before)), Some((_, after))) => each(LinePair::Both(before, after)),
            _ => return,
        }
        if order.is_le() {
            left = before.next();
        }
        if order.is_ge() {
            right = after.next();
        }
    }
}
