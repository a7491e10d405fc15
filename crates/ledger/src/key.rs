//! What entries are about: the keys of lines, with their ids as codes.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};
use std::num::NonZeroU32;

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use rayon::prelude::*;

/// A hash table whose order nothing may depend on.
pub type Map<K, V> = HashMap<K, V, FixedState>;

/// The code of an id: codes count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(NonZeroU32);

/// An id or none.
pub type MaybeName = Option<Name>;

impl Name {
    /// The id that is the next after some others.
    fn after(others: usize) -> Self {
        // Ids are those of deals, payees, rules and roles, each of which is numbered in fewer bits.
        let code = u32::try_from(others).ok().and_then(|others| NonZeroU32::MIN.checked_add(others));
        Self(code.unwrap_or(NonZeroU32::MAX))
    }

    /// Its place among all ids.
    pub(crate) fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// All ids that entries name, each once.
#[derive(Debug, Default)]
pub struct Names {
    bytes: String,
    /// Where each text ends in the bytes.
    ends: Vec<usize>,
    /// With the hash of each text: most texts that differ are told apart by it, and none is looked at where the table grows.
    codes: HashTable<(u32, Name)>,
}

impl Names {
    /// The code of an id, which gets one where it has none.
    pub fn code(&mut self, text: &str) -> Name {
        if let Some(code) = self.find(text) {
            return code;
        }
        let Self { bytes, ends, codes } = self;
        let code = Name::after(ends.len());
        bytes.push_str(text);
        ends.push(bytes.len());
        let hash = hash_of(text);
        codes.insert_unique(place_of(hash), (hash, code), |(hash, _)| place_of(*hash));
        code
    }

    /// Makes room for some ids at once.
    pub fn reserve(&mut self, ids: usize) {
        self.ends.reserve(ids);
        self.codes.reserve(ids, |(hash, _)| place_of(*hash));
    }

    /// The same of a cell that may be empty.
    pub fn maybe(&mut self, text: Option<&str>) -> MaybeName {
        text.map(|text| self.code(text))
    }

    /// The code of an id, if it has one.
    pub fn find(&self, text: &str) -> MaybeName {
        let hash = hash_of(text);
        let is_it = |(own, code): &(u32, Name)| *own == hash && self.text(*code) == text;
        self.codes.find(place_of(hash), is_it).map(|(_, code)| *code)
    }

    /// The id of a code.
    pub fn text(&self, name: Name) -> &str {
        text_of(&self.bytes, &self.ends, name)
    }

    /// The same of a code that may be none.
    pub fn maybe_text(&self, name: MaybeName) -> Option<&str> {
        name.map(|name| self.text(name))
    }

    /// The order of all ids by bytes.
    pub fn ranks(&self) -> Ranks {
        /// The first bytes of an id, which differ in most pairs.
        fn start(text: &str) -> u128 {
            let mut bytes = [0; 16];
            bytes.iter_mut().zip(text.bytes()).for_each(|(byte, of_text)| *byte = of_text);
            u128::from_be_bytes(bytes)
        }
        let mut sorted: Vec<(u128, Name)> = (0..self.ends.len())
            .into_par_iter()
            .map(|place| (start(self.text(Name::after(place))), Name::after(place)))
            .collect();
        sorted.par_sort_unstable_by(|(a, one), (b, other)| {
            a.cmp(b).then_with(|| self.text(*one).cmp(self.text(*other)))
        });
        let mut ranks = vec![0; sorted.len()];
        // As many as there are codes, which have 32 bits.
        (1..).zip(sorted).for_each(|(rank, (_, name))| ranks[name.place()] = rank);
        Ranks(ranks)
    }
}

fn text_of<'a>(bytes: &'a str, ends: &[usize], name: Name) -> &'a str {
    let place = name.place();
    let start = place.checked_sub(1).map_or(0, |before| ends[before]);
    &bytes[start..ends[place]]
}

fn hash_of(text: &str) -> u32 {
    // The upper half of a good hash is one.
    (FixedState::default().hash_one(text) >> 32) as u32
}

/// Where a table looks for a hash: a table of 64 bits takes places from the lower end of a hash and tags from the upper one.
fn place_of(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The ids that were known at some time in the order of their bytes: many keys are put in order by them without looking at texts.
#[derive(Debug)]
pub struct Ranks(Vec<u32>);

impl Ranks {
    /// The rank of an id, from 1 on; 0 of none.
    pub fn of(&self, name: MaybeName) -> u32 {
        name.map_or(0, |name| self.0[name.place()])
    }
}

/// A value for some ids.
#[derive(Debug)]
pub struct ByName<T>(Vec<Option<T>>);

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> ByName<T> {
    /// The value of an id, if it has one.
    pub fn get(&self, name: Name) -> Option<T> {
        self.0.get(name.place()).copied().flatten()
    }

    /// Gives an id a value, also if it has another one.
    pub fn insert(&mut self, name: Name, value: T) {
        if self.0.len() <= name.place() {
            self.0.resize(name.place() + 1, None);
        }
        self.0[name.place()] = Some(value);
    }
}

impl<T: Copy> FromIterator<(Name, T)> for ByName<T> {
    fn from_iter<I: IntoIterator<Item = (Name, T)>>(values: I) -> Self {
        let mut by_name = Self::default();
        values.into_iter().for_each(|(name, value)| by_name.insert(name, value));
        by_name
    }
}

/// What identifies a line, and all entries of it. Keys are in order of their codes, which is that of their payees first and says nothing
/// of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The payee.
    pub payee: Name,
    /// The rule.
    pub rule: Name,
    /// The deal.
    pub deal: Name,
    /// The role, of rules that share by role.
    pub role: MaybeName,
    /// The credited payee, of an override or a team.
    pub from_payee: MaybeName,
    /// The rule whose line it takes back, of a clawback.
    pub of_rule: MaybeName,
    /// The deal whose line it takes back, of a clawback.
    pub of_deal: MaybeName,
}

impl Hash for Key {
    /// Two ids at a time: a close has a key for every line.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let code = |name: MaybeName| name.map_or(0, |name| u64::from(name.0.get()));
        let pairs = [
            (Some(self.payee), Some(self.rule)),
            (Some(self.deal), self.role),
            (self.from_payee, self.of_rule),
            (self.of_deal, None),
        ];
        pairs.into_iter().for_each(|(high, low)| state.write_u64(code(high) << 32 | code(low)));
    }
}

impl Key {
    /// The rule and the deal that holds ask about: those of the line that it takes back, of a clawback.
    pub fn asked(&self) -> (Name, Name) {
        (self.of_rule.unwrap_or(self.rule), self.of_deal.unwrap_or(self.deal))
    }

    /// Whether it takes a line back.
    pub fn is_clawback(&self) -> bool {
        self.of_deal.is_some()
    }

    /// All of it.
    fn names(&self) -> [MaybeName; 7] {
        let Self { payee, rule, deal, role, from_payee, of_rule, of_deal } = *self;
        [Some(payee), Some(rule), Some(deal), role, from_payee, of_rule, of_deal]
    }

    /// By which it takes its [place](Self::place) among others.
    pub fn rank(&self, ranks: &Ranks) -> [u32; 7] {
        self.names().map(|name| ranks.of(name))
    }

    /// Its place among the entries of a close: by payee, rule, deal, role, from_payee, of_rule and of_deal, by bytes, null first.
    pub fn place<'n>(&self, names: &'n Names) -> [Option<&'n str>; 7] {
        self.names().map(|name| names.maybe_text(name))
    }
}

/// An adjustment and a payee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AdjustmentKey {
    /// The adjustment.
    pub adjustment: Name,
    /// The payee.
    pub payee: Name,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Ids have the order of their bytes, also where they begin alike, and each keeps its code.
        #[test]
        fn ranks_are_the_order_of_texts(
            texts in prop::collection::vec("(same start of an id )?[a-c\\u{0}é]{0,3}", 1..40),
        ) {
            let mut names = Names::default();
            let codes: Vec<Name> = texts.iter().map(|text| names.code(text)).collect();
            let ranks = names.ranks();
            for (one, text) in codes.iter().zip(&texts) {
                prop_assert_eq!((names.text(*one), names.find(text)), (text.as_str(), Some(*one)));
                for (other, than) in codes.iter().zip(&texts) {
                    prop_assert_eq!(ranks.of(Some(*one)).cmp(&ranks.of(Some(*other))), text.cmp(than));
                }
                prop_assert!(ranks.of(None) < ranks.of(Some(*one)));
            }
            prop_assert_eq!(names.find("another"), None);
        }
    }

    #[test]
    fn values_are_those_of_their_ids() {
        let mut names = Names::default();
        let [a, b, c] = ["a", "b", "c"].map(|text| names.code(text));
        let mut days: ByName<i32> = [(b, 1)].into_iter().collect();
        days.insert(a, 2);
        days.insert(b, 3);
        assert_eq!([a, b, c].map(|name| days.get(name)), [Some(2), Some(3), None]);
        assert_eq!(size_of::<Key>(), 28);
    }
}
