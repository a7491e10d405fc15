//! The table behind an [`Interner`](super::intern::Interner): from the hash of a text to its code.
//!
//! Open addressing in one vector, eight slots to a line of the cache. Texts are compared where they are kept, once their hashes agree.
//! [`Slots::prefetch`] loads the slots of a batch at once, instead of waiting for each.

use rayon::prelude::*;

use super::tables::indices::NONE;

#[derive(Debug, Clone, Copy)]
#[repr(align(8))]
struct Slot {
    /// 32 bits of the hash tell most texts apart before their bytes are compared.
    hash: u32,
    /// [`NONE`]: the slot is free.
    code: u32,
}

const FREE: Slot = Slot { hash: 0, code: NONE };

/// Codes by text.
#[derive(Debug, Default)]
pub(super) struct Slots {
    /// A power of two of them, at most three quarters in use; or none.
    slots: Vec<Slot>,
    taken: usize,
}

impl Slots {
    /// The code of the text with this hash, of which `is_text` tells whether it has a code.
    pub(super) fn find(&self, hash: u64, is_text: impl Fn(u32) -> bool) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let hash = fold(hash);
        let mut position = self.home(hash);
        loop {
            let slot = self.slots[position];
            if slot.code == NONE {
                return None;
            }
            if slot.hash == hash && is_text(slot.code) {
                return Some(slot.code);
            }
            position = (position + 1) & (self.slots.len() - 1);
        }
    }

    /// Inserts a text that is not in the table.
    pub(super) fn insert(&mut self, hash: u64, code: u32) {
        if self.taken * 4 >= self.slots.len() * 3 {
            self.resize((self.slots.len() * 2).max(16));
        }
        self.taken += 1;
        self.put(Slot { hash: fold(hash), code });
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
        let seen = hashes.fold(0, |seen, hash| seen ^ self.slots[self.home(fold(hash))].hash);
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
