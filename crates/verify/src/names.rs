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
    table: HashTable<Known>,
    state: FixedState,
    numbers: PhantomData<N>,
}

/// A text in the table: half of its hash, so that a larger table is made without looking at the texts again, and its number.
#[derive(Debug, Clone, Copy)]
struct Known {
    hash: u32,
    number: u32,
}

/// Both halves are the same: the table takes places from the low bits of a hash, and marks from the high ones.
fn whole(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

/// Texts that are looked up together.
const TOGETHER: usize = 64;

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
        let hash = self.hash(text);
        if let Some(known) = self.find(hash, text) {
            return known;
        }
        let Self { bytes, ends, table, .. } = self;
        let place = ends.len();
        bytes.push_str(text);
        ends.push(bytes.len());
        let number = u32::try_from(place).unwrap_or(u32::MAX);
        table.insert_unique(whole(hash), Known { hash, number }, |known| whole(known.hash));
        N::new(place)
    }

    /// The number of a text that has one.
    pub fn known(&self, text: &str) -> Option<N> {
        self.find(self.hash(text), text)
    }

    /// The numbers of many texts, new or known, in their order. What a lookup needs is scattered over the memory, so that one after
    /// the other each waits for it; here many wait at the same time, step by step.
    pub fn numbers<'t>(&mut self, texts: impl ExactSizeIterator<Item = &'t str>) -> Vec<N> {
        let mut numbers = Vec::with_capacity(texts.len());
        let mut texts = texts.fuse();
        let mut some: Vec<(&str, u32, Option<u32>)> = Vec::with_capacity(TOGETHER);
        loop {
            some.clear();
            some.extend(texts.by_ref().take(TOGETHER).map(|text| (text, self.hash(text), None)));
            if some.is_empty() {
                return numbers;
            }
            for (_, hash, alike) in &mut some {
                let known = self.table.find(whole(*hash), |known| known.hash == *hash);
                *alike = known.map(|known| known.number);
            }
            let places = some.iter().map(|(_, _, alike)| self.place(alike.unwrap_or(u32::MAX) as usize));
            let places: [(usize, usize); TOGETHER] = filled(places);
            for ((text, _, alike), (start, end)) in some.iter().zip(places) {
                let is_known = alike.is_some() && &self.bytes.as_bytes()[start..end] == text.as_bytes();
                let known = alike.filter(|_| is_known);
                // Others of the same hash are rare, and new ones have to be numbered in their order.
                numbers.push(known.map_or_else(|| self.number(text), |known| N::new(known as usize)));
            }
        }
    }

    fn hash(&self, text: &str) -> u32 {
        (self.state.hash_one(text) >> 32) as u32
    }

    fn find(&self, hash: u32, text: &str) -> Option<N> {
        let is_it = |known: &Known| known.hash == hash && self.slice(known.number as usize) == text;
        self.table.find(whole(hash), is_it).map(|known| N::new(known.number as usize))
    }

    /// The text of a number; empty for one that was never given.
    pub fn text(&self, number: N) -> &str {
        self.slice(number.index())
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn slice(&self, place: usize) -> &str {
        let (start, end) = self.place(place);
        &self.bytes[start..end]
    }

    /// Where the text of a place begins and ends; nothing for a place that has none.
    fn place(&self, place: usize) -> (usize, usize) {
        let Some(&end) = self.ends.get(place) else { return (0, 0) };
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        (start, end)
    }
}

/// The first few of some values, and the rest as by default.
fn filled<T: Copy + Default, const MANY: usize>(values: impl Iterator<Item = T>) -> [T; MANY] {
    let mut filled = [T::default(); MANY];
    filled.iter_mut().zip(values).for_each(|(place, value)| *place = value);
    filled
}

/// Names, and further ones that only one reader needs: it shares the names with others.
#[derive(Debug)]
pub struct MoreNames<'n, N> {
    names: &'n Names<N>,
    more: Names<N>,
}

impl<'n, N: Number> MoreNames<'n, N> {
    /// No further ones yet.
    pub fn new(names: &'n Names<N>) -> Self {
        Self { names, more: Names::default() }
    }

    /// The number of a text, new or known.
    pub fn number(&mut self, text: &str) -> N {
        self.names.known(text).unwrap_or_else(|| N::new(self.names.len() + self.more.number(text).index()))
    }

    /// The text of a number.
    pub fn text(&self, number: N) -> &str {
        match number.index().checked_sub(self.names.len()) {
            Some(further) => self.more.text(N::new(further)),
            None => self.names.text(number),
        }
    }
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
    fn many_are_numbered_as_one_after_the_other() {
        // More than are looked up together, with repeated ones among the new.
        let texts: Vec<String> = (0..1_000_u32).map(|number| (number * 7 % 321).to_string()).collect();
        let (mut one_by_one, mut together) = (Names::<DealNo>::default(), Names::<DealNo>::default());
        for texts in texts.chunks(450) {
            let expected: Vec<DealNo> = texts.iter().map(|text| one_by_one.number(text)).collect();
            assert_eq!(together.numbers(texts.iter().map(String::as_str)), expected);
        }
        assert_eq!(
            (together.len(), together.known("320"), together.known("x")),
            (321, one_by_one.known("320"), None)
        );
    }

    #[test]
    fn further_names_are_beside_the_shared_ones() {
        let mut names = Names::<DealNo>::default();
        names.number("a");
        let mut more = MoreNames::new(&names);
        for (text, place) in [("b", 1), ("a", 0), ("c", 2), ("b", 1)] {
            assert_eq!(more.number(text), DealNo::new(place));
            assert_eq!(more.text(DealNo::new(place)), text);
        }
    }

    #[test]
    fn pairs_are_in_order_of_rule_and_deal() {
        let pair = |rule, deal| RuleDeal::new(RuleNo::new(rule), DealNo::new(deal));
        assert!(pair(0, 9) < pair(1, 0) && pair(1, 0) < pair(1, 1));
        assert_eq!((pair(3, 7).rule(), pair(3, 7).deal()), (RuleNo::new(3), DealNo::new(7)));
    }
}
