//! Texts as small numbers, each text once. Numbers are given in order of appearance and mean nothing but identity.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// No text.
pub const NONE: u32 = u32::MAX;

/// Distinct texts, in one arena.
#[derive(Debug, Default)]
pub struct Names {
    bytes: String,
    /// Where each text ends in `bytes`.
    ends: Vec<usize>,
    table: HashTable<u32>,
    state: FixedState,
}

impl Names {
    /// The number of a text, new or known.
    pub fn number(&mut self, text: &str) -> u32 {
        let hash = self.state.hash_one(text);
        if let Some(&known) = self.table.find(hash, |&known| self.text(known) == text) {
            return known;
        }
        let number = u32::try_from(self.ends.len()).unwrap_or(NONE);
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        let Self { bytes, ends, table, state } = self;
        table.insert_unique(hash, number, |&known| state.hash_one(slice(bytes, ends, known)));
        number
    }

    /// The text of a number; empty for one that was never given.
    pub fn text(&self, number: u32) -> &str {
        slice(&self.bytes, &self.ends, number)
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }
}

fn slice<'a>(bytes: &'a str, ends: &[usize], number: u32) -> &'a str {
    let at = number as usize;
    let Some(&end) = ends.get(at) else { return "" };
    let start = if at == 0 { 0 } else { ends[at - 1] };
    &bytes[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_one_number() {
        let mut names = Names::default();
        for (text, number) in [("a", 0), ("", 1), ("a", 0), ("éé", 2), ("", 1)] {
            assert_eq!(names.number(text), number);
        }
        assert_eq!((names.text(2), names.text(1), names.text(9)), ("éé", "", ""));
        assert_eq!(names.len(), 3);
    }
}
