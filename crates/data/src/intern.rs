//! Texts once: every distinct text gets a code, and its bytes stand in one arena.
//!
//! Codes are given in order of appearance and mean nothing beyond identity; what must not depend on the order of rows
//! goes through [`Interner::rank`], which is byte order.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::contract::Domain;
use super::slots::{Slots, Start};
use super::tables::NONE;

/// Texts looked for together, so that they wait for memory together.
const BATCH: usize = 64;

/// Distinct texts and their codes: 0, 1, 2, … in order of appearance, never [`NONE`].
#[derive(Debug, Default)]
pub(super) struct Interner {
    bytes: String,
    /// End of each text in `bytes`.
    ends: Vec<usize>,
    slots: Slots,
}

/// A text on its way to its code, with what it is looked for by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sought<'t> {
    text: &'t str,
    start: Start,
    hash: u64,
}

impl<'t> Sought<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let start = Start::of(text);
        let mut hasher = FixedState::default().build_hasher();
        if start.is_whole() {
            start.words().into_iter().for_each(|word| hasher.write_u64(word));
        } else {
            hasher.write(text.as_bytes());
        }
        Self { text, start, hash: hasher.finish() }
    }
}

/// The hash of a text in every [`Interner`].
pub(super) fn hash_of(text: &str) -> u64 {
    Sought::of(text).hash
}

impl Interner {
    /// The code of `text`, new or known.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        self.intern_sought(&Sought::of(text))
    }

    /// The codes of many texts.
    pub(super) fn intern_all<'t>(&mut self, texts: impl ExactSizeIterator<Item = &'t str>) -> Vec<u32> {
        let mut codes = Vec::with_capacity(texts.len());
        self.slots.reserve(texts.len());
        let mut texts = texts.map(Sought::of);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            batch.extend(texts.by_ref().take(BATCH));
            if batch.is_empty() {
                return codes;
            }
            self.touch(batch.iter());
            codes.extend(batch.drain(..).map(|sought| self.intern_sought(&sought)));
        }
    }

    /// Empty, with room for so many texts.
    pub(super) fn with_room(texts: usize) -> Self {
        Self { bytes: String::new(), ends: Vec::with_capacity(texts), slots: Slots::with_room(texts) }
    }

    /// The code of a text, new or known.
    pub(super) fn intern_sought(&mut self, sought: &Sought) -> u32 {
        if let Some(code) = self.find(sought) {
            return code;
        }
        // Tables hold fewer than `NONE` rows, and a text comes from a cell of one.
        let code = u32::try_from(self.ends.len()).unwrap_or(NONE);
        self.bytes.push_str(sought.text);
        self.ends.push(self.bytes.len());
        self.slots.insert(sought.hash, sought.start, code);
        code
    }

    /// The code of a text that is known.
    pub(super) fn find(&self, sought: &Sought) -> Option<u32> {
        self.slots.find(sought.hash, sought.start, |code| self.get(code) == sought.text)
    }

    /// The codes of texts that are known, each at its place in `codes`; the other places stay as they are.
    pub(super) fn find_all<'t>(&self, texts: impl Iterator<Item = (usize, &'t str)>, codes: &mut [u32]) {
        let mut texts = texts.map(|(place, text)| (place, Sought::of(text)));
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            batch.extend(texts.by_ref().take(BATCH));
            if batch.is_empty() {
                return;
            }
            self.touch(batch.iter().map(|(_, sought)| sought));
            for (place, sought) in batch.drain(..) {
                if let Some(code) = self.find(&sought) {
                    codes[place] = code;
                }
            }
        }
    }

    /// Says that these texts will be asked for next; see [`Slots::touch`].
    fn touch<'t: 's, 's>(&self, sought: impl Iterator<Item = &'s Sought<'t>>) {
        self.slots.touch(sought.map(|sought| sought.hash));
    }

    /// Forgets how to find codes; texts can still be had by their codes. Frees most of the memory.
    pub(super) fn close(&mut self) {
        self.slots = Slots::default();
    }

    /// The text of a code that this interner gave.
    pub(super) fn get(&self, code: u32) -> &str {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        &self.bytes[start..self.ends[code]]
    }

    /// All texts, in order of their codes.
    pub(super) fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len())
            .map(|at| &self.bytes[at.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[at]])
    }

    /// Takes over the texts of another, none of which is here, after its own.
    fn absorb(&mut self, more: Self) {
        if self.ends.is_empty() {
            *self = more;
        } else {
            for text in more.texts() {
                self.intern(text);
            }
        }
    }

    /// How many codes there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
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
        // Ids share long beginnings ("OPP-2026-…"): the eight bytes after it decide nearly always, and sort as integers.
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
}

impl Names {
    /// The interner of a domain; `None` for columns that have their own.
    pub(super) fn of(&self, domain: Domain) -> Option<&Interner> {
        match domain {
            Domain::Deal => Some(&self.deals),
            Domain::Payee => Some(&self.payees),
            Domain::Account => Some(&self.accounts),
            Domain::Own => None,
        }
    }

    /// The same, to take texts in.
    pub(super) fn of_mut(&mut self, domain: Domain) -> Option<&mut Interner> {
        match domain {
            Domain::Deal => Some(&mut self.deals),
            Domain::Payee => Some(&mut self.payees),
            Domain::Account => Some(&mut self.accounts),
            Domain::Own => None,
        }
    }

    /// Takes over texts that were numbered from the end of these on.
    pub(super) fn absorb(&mut self, more: Self) {
        self.deals.absorb(more.deals);
        self.payees.absorb(more.payees);
        self.accounts.absorb(more.accounts);
    }

    /// Nothing is looked up by its text any more.
    pub(super) fn close(&mut self) {
        self.deals.close();
        self.payees.close();
        self.accounts.close();
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
    fn texts_that_begin_alike_are_told_apart() {
        let mut interner = Interner::default();
        let start = "x".repeat(super::super::slots::INLINE - 1);
        let texts: Vec<String> =
            ["", "x", "xx", "xxy", "\0", "\0\0"].map(|end| format!("{start}{end}")).into();
        let codes: Vec<u32> = texts.iter().map(|text| interner.intern(text)).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5]);
        for (code, text) in (0..).zip(&texts) {
            assert_eq!(interner.find(&Sought::of(text)), Some(code));
            assert_eq!(interner.get(code), text);
        }
        assert_eq!(interner.find(&Sought::of("xy")), None);
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
