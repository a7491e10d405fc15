//! One numbering for both sides: a payee, a deal, a rule, a role of either side by one common index.
//!
//! Ids are put in byte order on both sides, so two sorted columns are merged once and every line is compared by numbers
//! from then on. Where both sides have the same data, a common index is the index itself.

use super::{Side, SideName};
use crate::credit::OfRuleIx;
use apportion_data::{DealIx, Ix, Optional, PayeeIx, RoleIx, Tables};
use apportion_rules::{RuleBook, RuleIx};

apportion_base::indices! {
    /// A deal of either side.
    CommonDeal(u32);
    /// A payee of either side.
    CommonPayee(u32);
    /// A rule of either side: its rank by bytes of its id.
    CommonRule(u32);
    /// A role of either side: its rank by bytes.
    CommonRole(u32);
    /// A rule of either side whose line is taken back: its rank by bytes of its id.
    CommonOfRule(u32);
}

/// The common numbers (`C`) of one kind of thing: one side's own (`K`) where both number alike, else in byte order of ids.
#[derive(Debug, Clone)]
pub struct Numbering<K: Ix, C> {
    len: usize,
    /// `None` where both sides number alike.
    maps: Option<KeyMaps<K, C>>,
}

#[derive(Debug, Clone)]
struct KeyMaps<K: Ix, C> {
    /// Index of a side → common index; before, after.
    common: [Vec<C>; 2],
    /// Common index → index of a side.
    own: [Vec<Optional<K>>; 2],
}

impl<K: Ix, C: Ix> KeyMaps<K, C> {
    /// Gives what a side has of a thing its common number.
    fn take(&mut self, which: SideName, number: C, mut next: impl FnMut() -> Option<K>) {
        let side = which as usize;
        let mut first = None;
        while let Some(own) = next() {
            let common = &mut self.common[side];
            let place = own.code() as usize;
            common.resize(common.len().max(place + 1), C::VACANT);
            common[place] = number;
            first = first.or(Some(own));
        }
        self.own[side].push(first.into());
    }
}

impl<K: Ix, C: Ix> Numbering<K, C> {
    /// Both sides number `len` things alike.
    fn shared(len: usize) -> Self {
        Self { len, maps: None }
    }

    /// Of two lists, in order of what names the things, each thing with its number on its side. What stands several times on a side has one
    /// common number, and is there the first of them.
    fn merged<N: Ord + Copy>(
        before: impl Iterator<Item = (K, N)>,
        after: impl Iterator<Item = (K, N)>,
    ) -> Self {
        let mut maps = KeyMaps { common: [Vec::new(), Vec::new()], own: [Vec::new(), Vec::new()] };
        let (mut before, mut after) = (before.peekable(), after.peekable());
        let mut len = 0_u32;
        loop {
            let names = [before.peek().map(|(_, name)| *name), after.peek().map(|(_, name)| *name)];
            let Some(name) = names.into_iter().flatten().min() else { break };
            maps.take(SideName::Before, C::of_code(len), || Some(before.next_if(|(_, own)| *own == name)?.0));
            maps.take(SideName::After, C::of_code(len), || Some(after.next_if(|(_, own)| *own == name)?.0));
            len += 1;
        }
        Self { len: len as usize, maps: Some(maps) }
    }

    /// How many there are on either side.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The common index of one side's index.
    pub fn common(&self, which: SideName, own: K) -> C {
        match &self.maps {
            Some(maps) => maps.common[which as usize][own.code() as usize],
            None => C::of_code(own.code()),
        }
    }

    /// The same of an index that may be none.
    pub fn optional(&self, which: SideName, own: Optional<K>) -> Optional<C> {
        own.get().map(|own| self.common(which, own)).into()
    }

    /// One side's index, if the thing is there.
    pub fn own(&self, which: SideName, common: C) -> Option<K> {
        match &self.maps {
            Some(maps) => maps.own[which as usize][common.code() as usize].get(),
            None => Some(K::of_code(common.code())),
        }
    }
}

/// All common numberings of a comparison.
#[derive(Debug, Clone)]
pub struct Keys {
    pub payees: Numbering<PayeeIx, CommonPayee>,
    pub deals: Numbering<DealIx, CommonDeal>,
    pub rules: Numbering<RuleIx, CommonRule>,
    pub roles: Numbering<RoleIx, CommonRole>,
    pub of_rules: Numbering<OfRuleIx, CommonOfRule>,
    /// Both sides have the same data: their numbers of payees, deals and roles are the common ones, and lines are in the common order.
    pub alike: bool,
    /// The day by which a deal's lines are put in order, by common index: the earlier one where the sides differ. Empty where they are alike.
    pub day: Vec<i32>,
}

impl Keys {
    pub fn new(before: &Side, after: &Side) -> Self {
        let rules = Numbering::merged(rule_ids(before.rules), rule_ids(after.rules));
        let of_rules = Numbering::merged(of_rule_ids(before), of_rule_ids(after));
        let tables = before.tables;
        if std::ptr::eq(tables, after.tables) && tables.effects.milestones.is_empty() {
            return Self {
                payees: Numbering::shared(tables.payees.len()),
                deals: Numbering::shared(tables.deals.len()),
                roles: Numbering::shared(before.settlement.roles.len()),
                rules,
                of_rules,
                alike: true,
                day: Vec::new(),
            };
        }
        let (deals_before, deals_after) = (by_id(before.tables), by_id(after.tables));
        let deals: Numbering<DealIx, CommonDeal> = Numbering::merged(
            deals_before.iter().map(|deal| (*deal, name_of(before.tables, *deal))),
            deals_after.iter().map(|deal| (*deal, name_of(after.tables, *deal))),
        );
        let day = |deal: CommonDeal| {
            let closed =
                |which, side: &Side| deals.own(which, deal).map(|own| side.tables.deals.close_date[own]);
            [closed(SideName::Before, before), closed(SideName::After, after)]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or_default()
        };
        let day = CommonDeal::all(deals.len()).map(day).collect();
        Self {
            payees: Numbering::merged(payee_ids(before.tables), payee_ids(after.tables)),
            roles: Numbering::merged(roles(before), roles(after)),
            deals,
            rules,
            of_rules,
            alike: false,
            day,
        }
    }
}

fn rule_ids(rules: &RuleBook) -> impl Iterator<Item = (RuleIx, &str)> {
    rules.iter().map(|(index, rule)| (index, rule.id.as_str()))
}

fn of_rule_ids<'a>(side: &Side<'a>) -> impl Iterator<Item = (OfRuleIx, &'a str)> {
    let ids = &side.settlement.of_rules;
    OfRuleIx::all(ids.len()).zip(ids.iter().map(String::as_str))
}

fn payee_ids(tables: &Tables) -> impl Iterator<Item = (PayeeIx, &str)> {
    tables.payees.all().map(|payee| (payee, tables.payees.id(payee)))
}

fn roles<'a>(side: &Side<'a>) -> impl Iterator<Item = (RoleIx, &'a str)> {
    let roles = &side.settlement.roles;
    RoleIx::all(roles.len()).zip(roles.iter().map(String::as_str))
}

/// What names a row of the deals: an id, and whether it is that of a milestone, which may be that of a deal as well. A milestone that counts on
/// two days has two rows.
fn name_of(tables: &Tables, deal: DealIx) -> (&str, bool) {
    (tables.deals.id(deal), tables.effects.milestone(deal).is_some())
}

/// Deals in order of what names them.
fn by_id(tables: &Tables) -> Vec<DealIx> {
    let deals = &tables.deals;
    let mut order = vec![DealIx::FIRST; deals.len()];
    for (deal, rank) in deals.all().zip(&deals.id_rank) {
        order[*rank as usize] = deal;
    }
    if !tables.effects.milestones.is_empty() {
        for of_one_id in order.chunk_by_mut(|a, b| deals.id(*a) == deals.id(*b)) {
            of_one_id.sort_by_key(|deal| (name_of(tables, *deal).1, *deal));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list<'a>(ids: &[(u32, &'a str)]) -> impl Iterator<Item = (DealIx, &'a str)> {
        ids.iter().map(|(number, id)| (DealIx::from_raw(*number), *id)).collect::<Vec<_>>().into_iter()
    }

    fn common(numbering: &Numbering<DealIx, CommonDeal>, which: SideName, own: u32) -> u32 {
        numbering.common(which, DealIx::from_raw(own)).raw()
    }

    #[test]
    fn sorted_lists_become_one() {
        let numbering = Numbering::<DealIx, CommonDeal>::merged(
            list(&[(0, "a"), (1, "c"), (2, "d")]),
            list(&[(0, "b"), (1, "c")]),
        );
        assert_eq!(numbering.len(), 4);
        let own = |which| -> Vec<Option<u32>> {
            CommonDeal::all(4).map(|index| numbering.own(which, index).map(DealIx::raw)).collect()
        };
        assert_eq!(own(SideName::Before), [Some(0), None, Some(1), Some(2)]);
        assert_eq!(own(SideName::After), [None, Some(0), Some(1), None]);
        assert_eq!(common(&numbering, SideName::Before, 1), common(&numbering, SideName::After, 1));
        assert_eq!(numbering.optional(SideName::After, Optional::NONE), Optional::NONE);
    }

    #[test]
    fn what_stands_twice_on_a_side_is_one_thing() {
        let numbering = Numbering::<DealIx, CommonDeal>::merged(
            list(&[(0, "a"), (1, "m"), (2, "m"), (3, "n")]),
            list(&[(0, "m"), (1, "n"), (2, "n")]),
        );
        let common = |which, own| common(&numbering, which, own);
        assert_eq!(numbering.len(), 3);
        assert_eq!([0, 1, 2, 3].map(|own| common(SideName::Before, own)), [0, 1, 1, 2]);
        assert_eq!([0, 1, 2].map(|own| common(SideName::After, own)), [1, 2, 2]);
        let m = CommonDeal::from_raw(1);
        assert_eq!(numbering.own(SideName::Before, m), DealIx::new(1));
        assert_eq!(numbering.own(SideName::After, m), DealIx::new(0));
    }

    #[test]
    fn numbers_may_be_in_another_order_than_texts() {
        let numbering = Numbering::merged(list(&[(1, "a"), (0, "c")]), list(&[(1, "b"), (0, "c")]));
        let common = |which, own| common(&numbering, which, own);
        assert_eq!((common(SideName::Before, 1), common(SideName::Before, 0)), (0, 2));
        assert_eq!((common(SideName::After, 1), common(SideName::After, 0)), (1, 2));
    }

    #[test]
    fn one_list_is_its_own_numbering() {
        let numbering = Numbering::<DealIx, CommonDeal>::shared(3);
        assert_eq!((numbering.len(), common(&numbering, SideName::After, 2)), (3, 2));
        assert_eq!(numbering.own(SideName::Before, CommonDeal::from_raw(1)), DealIx::new(1));
    }
}
