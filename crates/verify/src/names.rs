//! Texts as small numbers, each text once. A number means nothing but which text it is: there is a type of numbers for
//! payees, one for deals, one for roles and one for rules, so that none is taken for another.

use std::hash::BuildHasher;
use std::marker::PhantomData;
use std::num::NonZeroU32;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// A number of a text: the place of the text among all texts of its sort.
pub trait Number: Copy {
    /// The number of a place.
    fn new(place: usize) -> Self;
    /// The place, from 0.
    fn index(self) -> usize;
}

/// Types of numbers. They hold one more than the place, so that a missing number takes no more space.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU32);

        impl Number for $name {
            fn new(place: usize) -> Self {
                // More texts than 32 bits can number do not fit in memory.
                let number = u32::try_from(place + 1).ok().and_then(NonZeroU32::new);
                Self(number.unwrap_or(NonZeroU32::MAX))
            }

            fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }
    )* };
}

numbers! {
    /// A payee that some file of the result names.
    PayeeNo,
    /// A deal that some file of the result names.
    DealNo,
    /// A role of a line.
    RoleNo,
    /// A rule: its place in run.json.
    RuleNo,
}

/// A rule and a deal as one number, in the order of rule and then deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleDeal(u64);

impl RuleDeal {
    /// The pair.
    pub fn new(rule: RuleNo, deal: DealNo) -> Self {
        Self((rule.index() as u64) << 32 | deal.index() as u64)
    }

    /// The rule of the pair.
    pub fn rule(self) -> RuleNo {
        RuleNo::new((self.0 >> 32) as usize)
    }

    /// The deal of the pair.
    pub fn deal(self) -> DealNo {
        DealNo::new((self.0 & u64::from(u32::MAX)) as usize)
    }
}

/// Distinct texts, in one piece of memory, numbered in order of appearance.
#[derive(Debug)]
pub struct Names<N> {
    bytes: String,
    /// Where each text ends in `bytes`.
    ends: Vec<usize>,
    table: HashTable<u32>,
    state: FixedState,
    numbers: PhantomData<N>,
}

impl<N> Default for Names<N> {
    fn default() -> Self {
        Self {
            bytes: String::new(),
            ends: Vec::new(),
            table: HashTable::new(),
            state: FixedState::default(),
            numbers: PhantomData,
        }
    }
}

impl<N: Number> Names<N> {
    /// The number of a text, new or known.
    pub fn number(&mut self, text: &str) -> N {
        let hash = self.state.hash_one(text);
        let Self { bytes, ends, table, state, .. } = self;
        if let Some(&known) = table.find(hash, |&known| slice(bytes, ends, known as usize) == text) {
            return N::new(known as usize);
        }
        let place = ends.len();
        bytes.push_str(text);
        ends.push(bytes.len());
        let number = u32::try_from(place).unwrap_or(u32::MAX);
        table.insert_unique(hash, number, |&known| state.hash_one(slice(bytes, ends, known as usize)));
        N::new(place)
    }

    /// The text of a number; empty for one that was never given.
    pub fn text(&self, number: N) -> &str {
        slice(&self.bytes, &self.ends, number.index())
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
}

fn slice<'a>(bytes: &'a str, ends: &[usize], place: usize) -> &'a str {
    let Some(&end) = ends.get(place) else { return "" };
    let start = if place == 0 { 0 } else { ends[place - 1] };
    &bytes[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_one_number() {
        let mut names = Names::<DealNo>::default();
        for (text, place) in [("a", 0), ("", 1), ("a", 0), ("éé", 2), ("", 1)] {
            assert_eq!(names.number(text), DealNo::new(place));
        }
        let text = |place| names.text(DealNo::new(place));
        assert_eq!((text(2), text(1), text(9)), ("éé", "", ""));
        assert_eq!(names.len(), 3);
        assert_eq!(size_of::<Option<DealNo>>(), 4);
    }

    #[test]
    fn pairs_are_in_order_of_rule_and_deal() {
        let pair = |rule, deal| RuleDeal::new(RuleNo::new(rule), DealNo::new(deal));
        assert!(pair(0, 9) < pair(1, 0) && pair(1, 0) < pair(1, 1));
        assert_eq!((pair(3, 7).rule(), pair(3, 7).deal()), (RuleNo::new(3), DealNo::new(7)));
    }
}
