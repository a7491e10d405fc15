//! The distinct values of a column that is compared for equality.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// Texts or numbers, each once; their codes count from 1, and 0 is none of them.
///
/// A book may have hundreds of tables with thousands of texts each, so texts stand one after the other and are found by
/// their codes.
#[derive(Debug, Clone, Default)]
pub(super) struct Dictionary {
    bytes: String,
    /// Where each text ends in the bytes.
    ends: Vec<u32>,
    /// Numbers in billionths, days, or 0 and 1 of a boolean.
    numbers: Vec<i128>,
    by_value: HashTable<u32>,
}

impl Dictionary {
    /// The code of a text, which is added if it is new.
    pub fn add_text(&mut self, text: &str) -> u32 {
        let hash = hash_of(text);
        let Self { bytes, ends, by_value, .. } = self;
        if let Some(code) = by_value.find(hash, |code| text_of(bytes, ends, *code) == text) {
            return *code;
        }
        bytes.push_str(text);
        // A file of tables has 64 MiB at most.
        ends.push(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        let code = u32::try_from(ends.len()).unwrap_or(u32::MAX);
        by_value.insert_unique(hash, code, |code| hash_of(text_of(bytes, ends, *code)));
        code
    }

    /// The code of a number, which is added if it is new.
    pub fn add_number(&mut self, number: i128) -> u32 {
        let hash = hash_of(&number);
        let Self { numbers, by_value, .. } = self;
        if let Some(code) = by_value.find(hash, |code| numbers[*code as usize - 1] == number) {
            return *code;
        }
        numbers.push(number);
        let code = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        by_value.insert_unique(hash, code, |code| hash_of(&numbers[*code as usize - 1]));
        code
    }

    /// The code of a text; 0 where it is not there.
    pub fn code_of_text(&self, text: &str) -> u32 {
        let same = |code: &u32| self.text(*code) == text;
        self.by_value.find(hash_of(text), same).copied().unwrap_or(0)
    }

    /// The code of a number; 0 where it is not there.
    pub fn code_of_number(&self, number: i128) -> u32 {
        let same = |code: &u32| self.number(*code) == number;
        self.by_value.find(hash_of(&number), same).copied().unwrap_or(0)
    }

    /// The text of a code other than 0.
    pub fn text(&self, code: u32) -> &str {
        text_of(&self.bytes, &self.ends, code)
    }

    /// The number of a code other than 0.
    pub fn number(&self, code: u32) -> i128 {
        self.numbers[code as usize - 1]
    }

    /// All texts in the order of their codes.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        (1..).zip(&self.ends).map(|(code, _)| self.text(code))
    }
}

fn text_of<'a>(bytes: &'a str, ends: &[u32], code: u32) -> &'a str {
    let place = code as usize - 1;
    let start = place.checked_sub(1).map_or(0, |before| ends[before]);
    &bytes[start as usize..ends[place] as usize]
}

fn hash_of<T: std::hash::Hash + ?Sized>(value: &T) -> u64 {
    FixedState::default().hash_one(value)
}
