//! Interning: every distinct text gets a code and is stored once, in one arena.
//!
//! Codes are given in order of appearance and mean identity only. What must not depend on the order of rows uses
//! [`Interner::rank`], which is byte order.

use std::hash::{BuildHasher, Hasher};

use rayon::prelude::*;

use super::arena::Arena;
use super::contract::Domain;
use super::seed::SEED;
use super::slots::Slots;
use super::tables::indices::NONE;

/// Texts that are looked up together, so that their memory is loaded at once.
const BATCH: usize = 64;

/// Distinct texts and their codes: 0, 1, 2, … in order of appearance, never [`NONE`].
#[derive(Debug, Default)]
pub(super) struct Interner {
    /// By code.
    texts: Arena,
    slots: Slots,
}

/// A text to look up, with its hash.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lookup<'t> {
    text: &'t str,
    hash: u64,
}

impl<'t> Lookup<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut hasher = SEED.build_hasher();
        hasher.write(text.as_bytes());
        Self { text, hash: hasher.finish() }
    }
}

/// The hash of a text in every [`Interner`].
pub(super) fn hash_of(text: &str) -> u64 {
    Lookup::new(text).hash
}

impl Interner {
    /// The code of `text`, new or known.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        self.intern_lookup(&Lookup::new(text))
    }

    /// The codes of many texts.
    pub(super) fn intern_all<'t>(&mut self, texts: impl ExactSizeIterator<Item = &'t str>) -> Vec<u32> {
        let mut codes = Vec::with_capacity(texts.len());
        self.slots.reserve(texts.len());
        let mut texts = texts.map(Lookup::new);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            batch.extend(texts.by_ref().take(BATCH));
            if batch.is_empty() {
                return codes;
            }
            self.prefetch(batch.iter());
            codes.extend(batch.drain(..).map(|lookup| self.intern_lookup(&lookup)));
        }
    }

    /// An empty interner with capacity for this many texts.
    pub(super) fn with_room(texts: usize) -> Self {
        Self { texts: Arena::with_room(texts), slots: Slots::with_room(texts) }
    }

    /// The code of a text, new or known.
    pub(super) fn intern_lookup(&mut self, lookup: &Lookup) -> u32 {
        if let Some(code) = self.find(lookup) {
            return code;
        }
        // Tables hold fewer than `NONE` rows, and a text comes from a cell of one.
        let code = u32::try_from(self.texts.len()).unwrap_or(NONE);
        self.texts.push(lookup.text);
        self.slots.insert(lookup.hash, code);
        code
    }

    /// The code of a text that is known.
    pub(super) fn find(&self, lookup: &Lookup) -> Option<u32> {
        self.slots.find(lookup.hash, |code| self.get(code) == lookup.text)
    }

    /// The codes of texts that are known, each at its place in `codes`; the other places stay as they are.
    pub(super) fn find_all<'t>(&self, texts: impl Iterator<Item = (usize, &'t str)>, codes: &mut [u32]) {
        let mut texts = texts.map(|(place, text)| (place, Lookup::new(text)));
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            batch.extend(texts.by_ref().take(BATCH));
            if batch.is_empty() {
                return;
            }
            self.prefetch(batch.iter().map(|(_, lookup)| lookup));
            for (place, lookup) in batch.drain(..) {
                if let Some(code) = self.find(&lookup) {
                    codes[place] = code;
                }
            }
        }
    }

    /// Prepares for lookups of these texts: reads the slots of all of them ([`Slots::prefetch`]), and then the texts that those name.
    fn prefetch<'t: 's, 's>(&self, lookups: impl Iterator<Item = &'s Lookup<'t>> + Clone) {
        self.slots.prefetch(lookups.clone().map(|lookup| lookup.hash));
        let named = lookups.filter_map(|lookup| self.slots.find(lookup.hash, |_| true));
        let seen = named.fold(0, |seen, code| seen ^ self.get(code).as_bytes().first().copied().unwrap_or(0));
        std::hint::black_box(seen);
    }

    /// Ends lookups by text. Texts are still found by their codes. Frees most of the memory.
    pub(super) fn close(&mut self) {
        self.slots = Slots::default();
    }

    /// The text of a code that this interner gave.
    pub(super) fn get(&self, code: u32) -> &str {
        self.texts.get(code as usize)
    }

    /// All texts, in order of their codes.
    pub(super) fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter()
    }

    /// Takes over the texts of another, none of which is here, after its own.
    fn absorb(&mut self, added: Self) {
        if self.len() == 0 {
            *self = added;
        } else {
            for text in added.texts() {
                self.intern(text);
            }
        }
    }

    /// How many bytes all texts have together.
    pub(super) fn bytes(&self) -> usize {
        self.texts.bytes()
    }

    /// How many codes there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The codes that occur in `used` ([`NONE`] aside), each once, in byte order of their texts.
    pub(super) fn sorted(&self, used: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut seen = vec![false; self.len()];
        for code in used {
            if code != NONE {
                seen[code as usize] = true;
            }
        }
        let codes: Vec<u32> = (0..).zip(&seen).filter(|(_, seen)| **seen).map(|(code, _)| code).collect();
        self.sort(codes)
    }

    /// Distinct codes in byte order of their texts.
    fn sort(&self, codes: Vec<u32>) -> Vec<u32> {
        // Ids share long beginnings ("OPP-2026-…"): the eight bytes after it decide nearly always, and sort as
        // integers.
        let shared = self.shared_prefix(&codes);
        let head = |code: u32| {
            let rest = &self.get(code).as_bytes()[shared..];
            let mut head = [0_u8; 8];
            let length = rest.len().min(8);
            head[..length].copy_from_slice(&rest[..length]);
            u64::from_be_bytes(head)
        };
        let mut keyed: Vec<(u64, u32)> = codes.into_par_iter().map(|code| (head(code), code)).collect();
        keyed.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.get(a.1).cmp(self.get(b.1))));
        keyed.into_par_iter().map(|(_, code)| code).collect()
    }

    fn shared_prefix(&self, codes: &[u32]) -> usize {
        let Some((first, rest)) = codes.split_first() else { return 0 };
        let first = self.get(*first).as_bytes();
        let shared_with = |shared: usize, code: &u32| {
            let other = self.get(*code).as_bytes();
            first[..shared].iter().zip(other).take_while(|(a, b)| a == b).count()
        };
        rest.par_iter().fold(|| first.len(), shared_with).min().unwrap_or(first.len())
    }

    /// By code: the place of the code in `sorted`, or [`NONE`].
    pub(super) fn rank(&self, sorted: &[u32]) -> Vec<u32> {
        let mut rank = vec![NONE; self.len()];
        for (place, code) in (0..).zip(sorted) {
            rank[*code as usize] = place;
        }
        rank
    }
}

/// The interners whose codes several tables share.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) deals: Interner,
    pub(super) payees: Interner,
    pub(super) accounts: Interner,
    pub(super) opportunities: Interner,
    pub(super) registrations: Interner,
    pub(super) decisions: Interner,
}

impl Names {
    /// The interner of a domain; `None` for columns with codes of their own.
    pub(super) fn interner(&self, domain: Domain) -> Option<&Interner> {
        match domain {
            Domain::Deal => Some(&self.deals),
            Domain::Payee => Some(&self.payees),
            Domain::Account => Some(&self.accounts),
            Domain::Opportunity => Some(&self.opportunities),
            Domain::Registration => Some(&self.registrations),
            Domain::Decision => Some(&self.decisions),
            Domain::Own => None,
        }
    }

    /// The interner of a domain, to add texts to.
    pub(super) fn interner_mut(&mut self, domain: Domain) -> Option<&mut Interner> {
        match domain {
            Domain::Deal => Some(&mut self.deals),
            Domain::Payee => Some(&mut self.payees),
            Domain::Account => Some(&mut self.accounts),
            Domain::Opportunity => Some(&mut self.opportunities),
            Domain::Registration => Some(&mut self.registrations),
            Domain::Decision => Some(&mut self.decisions),
            Domain::Own => None,
        }
    }

    /// Takes over texts that were numbered from the end of these on.
    pub(super) fn absorb(&mut self, added: Self) {
        self.deals.absorb(added.deals);
        self.payees.absorb(added.payees);
        self.accounts.absorb(added.accounts);
        self.opportunities.absorb(added.opportunities);
        self.registrations.absorb(added.registrations);
        self.decisions.absorb(added.decisions);
    }

    /// Ends lookups by text in all of them.
    pub(super) fn close(&mut self) {
        self.deals.close();
        self.payees.close();
        self.accounts.close();
        self.opportunities.close();
        self.registrations.close();
        self.decisions.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_code() {
        let mut interner = Interner::default();
        let codes: Vec<u32> = ["b", "", "a", "b", ""].iter().map(|text| interner.intern(text)).collect();
        assert_eq!(codes, [0, 1, 2, 0, 1]);
        assert_eq!(interner.get(1), "");
    }

    #[test]
    fn texts_that_begin_alike_are_distinct() {
        let mut interner = Interner::default();
        let start = "x".repeat(22);
        let texts: Vec<String> =
            ["", "x", "xx", "xxy", "\0", "\0\0"].map(|end| format!("{start}{end}")).into();
        let codes: Vec<u32> = texts.iter().map(|text| interner.intern(text)).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5]);
        for (code, text) in (0..).zip(&texts) {
            assert_eq!(interner.find(&Lookup::new(text)), Some(code));
            assert_eq!(interner.get(code), text);
        }
        assert_eq!(interner.find(&Lookup::new("xy")), None);
    }

    #[test]
    fn order_is_byte_order() {
        let mut interner = Interner::default();
        let mut texts: Vec<String> = (0..5000).map(|n| format!("OPP-{}", n * 7919 % 5000)).collect();
        texts.extend(["OPP-", "OPP-1\u{0}", "OPP-é", "OPP-12345678a", "OPP-12345678b"].map(String::from));
        let codes: Vec<u32> = texts.iter().map(|text| interner.intern(text)).collect();
        texts.sort();
        let sorted = interner.sorted(codes.into_iter().chain([NONE]));
        assert_eq!(sorted.iter().map(|code| interner.get(*code)).collect::<Vec<_>>(), texts);
        let rank = interner.rank(&sorted);
        assert!(sorted.iter().enumerate().all(|(place, code)| rank[*code as usize] as usize == place));
    }
}
