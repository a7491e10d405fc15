//! The table behind an [`Interner`](super::intern::Interner): from a text's hash and first bytes to its code.
//!
//! Open addressing in one vector. A slot holds the beginning of its text, so one memory access is nearly always
//! enough to compare; and [`Slots::prefetch`] loads the slots of a batch at once, instead of waiting for each.

use rayon::prelude::*;

use super::tables::indices::NONE;

/// Bytes of a text that fit into its slot: enough for whole ids of 15 or 18 characters.
pub(super) const INLINE: usize = 23;
/// The same in words of eight bytes, with the length.
const WORDS: usize = 3;
/// Marks a text that does not fit into its slot.
const LONGER: u8 = u8::MAX;

/// The first bytes of a text, zeros after its end, and in the last byte its length: as words, which are compared and
/// hashed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prefix([u64; WORDS]);

impl Prefix {
    pub(super) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let length = if bytes.len() > INLINE { LONGER } else { bytes.len() as u8 };
        let mut words = [word(bytes, 0), word(bytes, 8), word(bytes, 16)];
        words[2] = words[2] & (u64::MAX >> 8) | u64::from(length) << 56;
        Self(words)
    }

    /// Whether this is the whole text.
    pub(super) fn is_whole(self) -> bool {
        (self.0[2] >> 56) as u8 != LONGER
    }

    /// The words, to be hashed.
    pub(super) fn words(self) -> [u64; WORDS] {
        self.0
    }
}

/// Eight bytes of a text from `from` on, zeros after its end. Where there are fewer, the last eight are taken and the
/// ones before `from` shifted out: one look at memory in either case.
fn word(bytes: &[u8], from: usize) -> u64 {
    if let Some(eight) = bytes.get(from..).and_then(<[u8]>::first_chunk) {
        return u64::from_le_bytes(*eight);
    }
    let left = bytes.len().saturating_sub(from);
    match bytes.last_chunk() {
        _ if left == 0 => 0,
        Some(eight) => u64::from_le_bytes(*eight) >> (8 * (8 - left)),
        None => bytes.iter().skip(from).rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// 32 bytes: two to a line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Slot {
    /// 32 bits of the hash are enough to distinguish texts before their bytes are compared.
    hash: u32,
    /// [`NONE`]: the slot is free.
    code: u32,
    start: Prefix,
}

const FREE: Slot = Slot { hash: 0, code: NONE, start: Prefix([0; WORDS]) };

/// Codes by text.
#[derive(Debug, Default)]
pub(super) struct Slots {
    /// A power of two of them, at most three quarters in use; or none.
    slots: Vec<Slot>,
    taken: usize,
}

impl Slots {
    /// The code of the text with this hash and start; `is_text` answers for those that are longer than a slot.
    pub(super) fn find(&self, hash: u64, start: Prefix, is_text: impl Fn(u32) -> bool) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let mut position = self.place(hash);
        loop {
            let slot = &self.slots[position];
            if slot.code == NONE {
                return None;
            }
            if slot.hash == fold(hash) && slot.start == start && (start.is_whole() || is_text(slot.code)) {
                return Some(slot.code);
            }
            position = (position + 1) & (self.slots.len() - 1);
        }
    }

    /// Inserts a text that is not in the table.
    pub(super) fn insert(&mut self, hash: u64, start: Prefix, code: u32) {
        if self.taken * 4 >= self.slots.len() * 3 {
            self.resize((self.slots.len() * 2).max(16));
        }
        self.taken += 1;
        self.put(Slot { hash: fold(hash), code, start });
    }

    /// An empty table with capacity for this many texts. It is filled in parallel, because a large one is all new
    /// memory.
    pub(super) fn with_room(texts: usize) -> Self {
        Self { slots: rayon::iter::repeat_n(FREE, size_for(texts)).collect(), taken: 0 }
    }

    /// Reserves slots for this many additional texts.
    pub(super) fn reserve(&mut self, added: usize) {
        let size = size_for(self.taken + added);
        if size > self.slots.len() {
            // More such calls are likely to follow, and each resize moves all slots.
            self.resize(size.max(4 * self.slots.len()));
        }
    }

    /// Reads the first slot of each hash, so that the slots are in the cache for the lookups that follow.
    pub(super) fn prefetch(&self, hashes: impl Iterator<Item = u64>) {
        if self.slots.is_empty() {
            return;
        }
        let seen = hashes.fold(0, |seen, hash| seen ^ self.slots[self.place(hash)].hash);
        std::hint::black_box(seen);
    }

    /// Moves all slots to a table of `size` of them.
    fn resize(&mut self, size: usize) {
        let old = std::mem::replace(&mut self.slots, vec![FREE; size]);
        for slot in old {
            if slot.code != NONE {
                self.put(slot);
            }
        }
    }

    fn put(&mut self, slot: Slot) {
        let mut position = self.home(slot.hash);
        while self.slots[position].code != NONE {
            position = (position + 1) & (self.slots.len() - 1);
        }
        self.slots[position] = slot;
    }

    fn place(&self, hash: u64) -> usize {
        self.home(fold(hash))
    }

    /// Where the search for a hash begins: its highest bits, mixed so that all of them count.
    fn home(&self, hash: u32) -> usize {
        let mixed = u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 16;
        mixed as usize & (self.slots.len() - 1)
    }
}

/// How many slots so many texts take.
fn size_for(texts: usize) -> usize {
    (texts * 4 / 3 + 1).next_power_of_two().max(16)
}

fn fold(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_the_bytes_and_the_length() {
        let text: String = ('a'..='z').chain('A'..='Z').collect();
        for length in 0..text.len() {
            let mut expected = [0_u8; INLINE + 1];
            let inline = length.min(INLINE);
            expected[..inline].copy_from_slice(&text.as_bytes()[..inline]);
            expected[INLINE] = if length > INLINE { LONGER } else { length as u8 };
            let found: Vec<u8> =
                Prefix::new(&text[..length]).0.iter().flat_map(|word| word.to_le_bytes()).collect();
            assert_eq!(found, expected, "{length}");
        }
    }
}
