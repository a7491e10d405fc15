//! The table behind an [`Interner`](super::intern::Interner): from a text's hash and first bytes to its code.
//!
//! Open addressing in one vector: what tells texts apart stands in the slot, so a look at memory answers nearly always, and
//! [`Slots::touch`] lets a batch of looks wait for memory together instead of one after the other.

use super::tables::NONE;

/// Bytes of a text that stand in its slot: ids of 15 or 18 characters do, as a whole.
pub(super) const INLINE: usize = 23;
/// The length of a text that does not stand in its slot as a whole.
const LONGER: u8 = u8::MAX;

/// The first bytes of a text, zeros after its end, then its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start([u8; INLINE + 1]);

impl Start {
    pub(super) fn of(text: &str) -> Self {
        let mut start = [0; INLINE + 1];
        let length = text.len().min(INLINE);
        start[..length].copy_from_slice(&text.as_bytes()[..length]);
        start[INLINE] = if text.len() > INLINE { LONGER } else { length as u8 };
        Self(start)
    }

    /// Whether the text stands here as a whole.
    pub(super) fn is_whole(self) -> bool {
        self.0[INLINE] != LONGER
    }
}

/// 32 bytes: two to a line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Slot {
    /// 32 bits of the hash are enough to tell texts apart before their bytes are compared.
    hash: u32,
    /// [`NONE`]: the slot is free.
    code: u32,
    start: Start,
}

const FREE: Slot = Slot { hash: 0, code: NONE, start: Start([0; INLINE + 1]) };

/// Codes by text.
#[derive(Debug, Default)]
pub(super) struct Slots {
    /// A power of two of them, at most three quarters taken; or none at all.
    slots: Vec<Slot>,
    taken: usize,
}

impl Slots {
    /// The code of the text with this hash and start; `is_text` answers for those that are longer than a slot.
    pub(super) fn find(&self, hash: u64, start: Start, is_text: impl Fn(u32) -> bool) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = self.place(hash);
        loop {
            let slot = &self.slots[at];
            if slot.code == NONE {
                return None;
            }
            if slot.hash == fold(hash) && slot.start == start && (start.is_whole() || is_text(slot.code)) {
                return Some(slot.code);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// Takes in a text that is not there.
    pub(super) fn insert(&mut self, hash: u64, start: Start, code: u32) {
        if self.taken * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        self.taken += 1;
        self.put(Slot { hash: fold(hash), code, start });
    }

    /// Looks at the first slot of each hash, so that memory is on its way when they are asked for.
    pub(super) fn touch(&self, hashes: &[u64]) {
        if self.slots.is_empty() {
            return;
        }
        let seen = hashes.iter().fold(0, |seen, hash| seen ^ self.slots[self.place(*hash)].hash);
        std::hint::black_box(seen);
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(16);
        let old = std::mem::replace(&mut self.slots, vec![FREE; size]);
        for slot in old {
            if slot.code != NONE {
                self.put(slot);
            }
        }
    }

    fn put(&mut self, slot: Slot) {
        let mut at = self.home(slot.hash);
        while self.slots[at].code != NONE {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = slot;
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

fn fold(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}
