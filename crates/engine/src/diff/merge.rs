//! Lines of two settlements, matched by what identifies them: payee, rule, deal, role, from_payee and the rule of a line that
//! is taken back.
//!
//! Both are in the same order, so one walk over both visits every line once, and the lines of a pair together.

use crate::credit::LineIx;
use apportion_data::Optional;
use std::cmp::Ordering;

use rayon::prelude::*;

use super::keys::{CommonDeal, CommonOfRule, CommonPayee, CommonRole, CommonRule, Keys};
use super::{Side, SideName};

/// A line of either side, by its rows in the two settlements; one of them at least is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinePair {
    Gone(LineIx),
    New(LineIx),
    Both(LineIx, LineIx),
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

/// The lines of one side in the common order.
struct OrderedLines<'a> {
    side: &'a Side<'a>,
    which: SideName,
    keys: &'a Keys,
    /// `None` where they are in it already.
    order: Option<Vec<LineIx>>,
}

impl<'a> OrderedLines<'a> {
    fn new(side: &'a Side<'a>, which: SideName, keys: &'a Keys) -> Self {
        let mut ordered = Self { side, which, keys, order: None };
        let lines = side.settlement.lines.len();
        // Where a deal's date differs between two sets of data, one of the sides is in another order.
        let sorted = (1..lines).into_par_iter().all(|row| ordered.place(row - 1) <= ordered.place(row));
        if !sorted {
            let mut order: Vec<LineIx> = LineIx::all(lines).collect();
            order.par_sort_by_key(|&row| ordered.place(row.at()));
            ordered.order = Some(order);
        }
        ordered
    }

    fn row(&self, index: usize) -> Option<LineIx> {
        match &self.order {
            Some(order) => order.get(index).copied(),
            None => LineIx::new(index).filter(|_| index < self.side.settlement.lines.len()),
        }
    }

    fn place(&self, row: usize) -> Place {
        let line = &self.side.settlement.lines[row];
        let (which, keys) = (self.which, self.keys);
        let deal = keys.deals.common(which, line.deal);
        (
            keys.payees.common(which, line.payee),
            keys.rules.common(which, line.rule),
            keys.day[deal],
            deal,
            keys.roles.optional(which, line.role),
            keys.payees.optional(which, line.from_payee),
            keys.of_rules.optional(which, line.of_rule),
        )
    }
}

/// Hands every line of both sides to `each`, in the common order. Should a side ever have two lines of one identity,
/// they are matched in their order.
pub fn walk(before: &Side, after: &Side, keys: &Keys, mut each: impl FnMut(LinePair)) {
    let before = OrderedLines::new(before, SideName::Before, keys);
    let after = OrderedLines::new(after, SideName::After, keys);
    let head = |ordered: &OrderedLines, index| ordered.row(index).map(|row| (ordered.place(row.at()), row));
    let (mut b, mut a) = (0, 0);
    let (mut left, mut right) = (head(&before, b), head(&after, a));
    loop {
        let order = match (&left, &right) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((left, _)), Some((right, _))) => left.cmp(right),
        };
        match (order, left, right) {
            (Ordering::Less, Some((_, row)), _) => each(LinePair::Gone(row)),
            (Ordering::Greater, _, Some((_, row))) => each(LinePair::New(row)),
            (_, Some((_, before)), Some((_, after))) => each(LinePair::Both(before, after)),
            _ => return,
        }
        if order.is_le() {
            b += 1;
            left = head(&before, b);
        }
        if order.is_ge() {
            a += 1;
            right = head(&after, a);
        }
    }
}
