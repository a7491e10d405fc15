//! One numbering for both sides: a payee, a deal, a rule, a role of either side by one common index.
//!
//! Ids are put in byte order on both sides, so two sorted columns are merged once and every line is compared by numbers
//! from then on. Where both sides have the same data, a common index is the index itself.

use std::cmp::Ordering;

use arrow::array::Array;

use super::{Side, Which};
use apportion_data::{Deals, NONE};

/// The common numbers of one kind of thing: one side's own where both number alike, else in byte order of ids.
#[derive(Debug, Clone, Default)]
pub struct Numbering {
    len: usize,
    /// `None` where both sides number alike.
    maps: Option<Maps>,
}

#[derive(Debug, Clone, Default)]
struct Maps {
    /// Index of a side → common index; before, after.
    common: [Vec<u32>; 2],
    /// Common index → index of a side, or [`NONE`].
    own: [Vec<u32>; 2],
}

impl Numbering {
    /// Both sides number `len` things alike.
    fn shared(len: usize) -> Self {
        Self { len, maps: None }
    }

    /// Of two lists in byte order, each without repetition.
    fn merged<'a>(before: impl Iterator<Item = &'a str>, after: impl Iterator<Item = &'a str>) -> Self {
        Self::merged_by_number((0..).zip(before), (0..).zip(after))
    }

    /// The same of lists whose things have numbers in another order, each number once.
    fn merged_by_number<'a>(
        before: impl Iterator<Item = (u32, &'a str)>,
        after: impl Iterator<Item = (u32, &'a str)>,
    ) -> Self {
        let mut maps = Maps::default();
        let (mut before, mut after) = (before.peekable(), after.peekable());
        let mut len = 0_u32;
        loop {
            let order = match (before.peek(), after.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((_, before)), Some((_, after))) => before.cmp(after),
            };
            let mut take = |which: Which, own: Option<u32>| {
                let side = which as usize;
                maps.own[side].push(own.unwrap_or(NONE));
                if let Some(own) = own {
                    let common = &mut maps.common[side];
                    common.resize(common.len().max(own as usize + 1), NONE);
                    common[own as usize] = len;
                }
            };
            let number = |next: Option<(u32, &str)>| next.map(|(own, _)| own);
            take(Which::Before, number(before.next_if(|_| order.is_le())));
            take(Which::After, number(after.next_if(|_| order.is_ge())));
            len += 1;
        }
        Self { len: len as usize, maps: Some(maps) }
    }

    /// How many there are on either side.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The common index of one side's index; [`NONE`] stays what it is.
    pub fn common(&self, which: Which, own: u32) -> u32 {
        match &self.maps {
            Some(maps) if own != NONE => maps.common[which as usize][own as usize],
            _ => own,
        }
    }

    /// One side's index, if the thing is there.
    pub fn own(&self, which: Which, common: u32) -> Option<u32> {
        let own = match &self.maps {
            Some(maps) => maps.own[which as usize][common as usize],
            None => common,
        };
        (own != NONE).then_some(own)
    }
}

/// All common numberings of a comparison.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    pub payees: Numbering,
    pub deals: Numbering,
    pub rules: Numbering,
    pub roles: Numbering,
    /// The day by which a deal's lines are put in order, by common index: the earlier one where the sides differ.
    pub day: Vec<i32>,
}

impl Keys {
    pub fn new(before: &Side, after: &Side) -> Self {
        let ids = |side: &'_ Side| side.rules.rules.iter().map(|rule| rule.id.clone()).collect::<Vec<_>>();
        let (rules_before, rules_after) = (ids(before), ids(after));
        let rules = Numbering::merged(
            rules_before.iter().map(String::as_str),
            rules_after.iter().map(String::as_str),
        );
        if std::ptr::eq(before.tables, after.tables) {
            let tables = before.tables;
            return Self {
                payees: Numbering::shared(tables.payees.ids.len()),
                deals: Numbering::shared(tables.deals.ids.len()),
                roles: Numbering::shared(before.settlement.roles.len()),
                rules,
                day: tables.deals.close_date.clone(),
            };
        }
        let payees = |side: &'_ Side| side.tables.payees.ids.clone();
        let (payees_before, payees_after) = (payees(before), payees(after));
        let (deals_before, deals_after) = (by_id(&before.tables.deals), by_id(&after.tables.deals));
        let deals = Numbering::merged_by_number(
            deals_before.iter().map(|deal| (*deal, before.tables.deals.ids.value(*deal as usize))),
            deals_after.iter().map(|deal| (*deal, after.tables.deals.ids.value(*deal as usize))),
        );
        let day = |deal: u32| {
            let of = |which, side: &Side| {
                deals.own(which, deal).map(|own| side.tables.deals.close_date[own as usize])
            };
            [of(Which::Before, before), of(Which::After, after)]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or_default()
        };
        let day = (0..deals.len() as u32).map(day).collect();
        let roles = |side: &'_ Side| side.settlement.roles.clone();
        let (roles_before, roles_after) = (roles(before), roles(after));
        Self {
            payees: Numbering::merged(payees_before.iter().flatten(), payees_after.iter().flatten()),
            roles: Numbering::merged(
                roles_before.iter().map(String::as_str),
                roles_after.iter().map(String::as_str),
            ),
            deals,
            rules,
            day,
        }
    }
}

/// Deals in byte order of their ids.
fn by_id(deals: &Deals) -> Vec<u32> {
    let mut order = vec![NONE; deals.id_rank.len()];
    for (deal, rank) in (0..).zip(&deals.id_rank) {
        order[*rank as usize] = deal;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_lists_become_one() {
        let numbering = Numbering::merged(["a", "c", "d"].into_iter(), ["b", "c"].into_iter());
        assert_eq!(numbering.len(), 4);
        let own = |which| (0..4).map(|at| numbering.own(which, at)).collect::<Vec<_>>();
        assert_eq!(own(Which::Before), [Some(0), None, Some(1), Some(2)]);
        assert_eq!(own(Which::After), [None, Some(0), Some(1), None]);
        assert_eq!(numbering.common(Which::Before, 1), numbering.common(Which::After, 1));
        assert_eq!(numbering.common(Which::After, NONE), NONE);
    }

    #[test]
    fn numbers_may_stand_in_another_order_than_texts() {
        let numbering =
            Numbering::merged_by_number([(1, "a"), (0, "c")].into_iter(), [(1, "b"), (0, "c")].into_iter());
        let common = |which, own| numbering.common(which, own);
        assert_eq!((common(Which::Before, 1), common(Which::Before, 0)), (0, 2));
        assert_eq!((common(Which::After, 1), common(Which::After, 0)), (1, 2));
    }

    #[test]
    fn one_list_is_its_own_numbering() {
        let numbering = Numbering::shared(3);
        assert_eq!((numbering.len(), numbering.common(Which::After, 2)), (3, 2));
        assert_eq!(numbering.own(Which::Before, 1), Some(1));
    }
}
