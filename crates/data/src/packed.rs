//! Numbers in blocks of a few bits each: the columns of staging tables, which are most of what is in memory while files are read.
//!
//! A block has the least of its numbers, the step of which all others are multiples away from it, and how many steps each is away, with as many
//! bits as the farthest needs. So codes of a few texts take some bits, days of a year nine, and a weight of two decimals ten instead of 64.

/// Numbers of a block, as a power of two: what is read of a file at once fills one.
const BLOCK_BITS: u32 = 16;
const BLOCK: usize = 1 << BLOCK_BITS;

/// A number that can be packed. Null is one of its values.
pub(super) trait Number: Copy + Eq {
    /// No value.
    const NULL: Self;

    fn to_signed(self) -> i64;

    /// What [`to_signed`](Self::to_signed) was made of.
    fn of_signed(number: i64) -> Self;
}

/// Codes and indices; [`NONE`](super::tables::indices::NONE) is null.
impl Number for u32 {
    const NULL: Self = super::tables::indices::NONE;

    fn to_signed(self) -> i64 {
        i64::from(self)
    }

    fn of_signed(number: i64) -> Self {
        number as Self
    }
}

/// Days; [`NO_DAY`](super::tables::indices::NO_DAY) is null.
impl Number for i32 {
    const NULL: Self = super::tables::indices::NO_DAY;

    fn to_signed(self) -> i64 {
        i64::from(self)
    }

    fn of_signed(number: i64) -> Self {
        number as Self
    }
}

/// Fixed-point integers; [`NO_NUMBER`](super::column::NO_NUMBER) is null.
impl Number for i64 {
    const NULL: Self = super::column::NO_NUMBER;

    fn to_signed(self) -> i64 {
        self
    }

    fn of_signed(number: i64) -> Self {
        number
    }
}

/// A list of numbers. Those after the last whole block are kept as they are.
#[derive(Debug, Clone)]
pub(super) struct Packed<T> {
    blocks: Vec<Block>,
    rest: Vec<T>,
}

impl<T> Default for Packed<T> {
    fn default() -> Self {
        Self { blocks: Vec::new(), rest: Vec::new() }
    }
}

impl<T: Number> Packed<T> {
    pub(super) fn len(&self) -> usize {
        (self.blocks.len() << BLOCK_BITS) + self.rest.len()
    }

    /// The number at a place.
    #[inline]
    pub(super) fn get(&self, place: usize) -> T {
        match self.blocks.get(place >> BLOCK_BITS) {
            Some(block) => block.get(place % BLOCK),
            None => self.rest[place - (self.blocks.len() << BLOCK_BITS)],
        }
    }

    /// All numbers, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        (0..self.len()).map(|place| self.get(place))
    }

    /// Appends numbers.
    pub(super) fn extend(&mut self, numbers: impl IntoIterator<Item = T>) {
        self.rest.extend(numbers);
        let whole = self.rest.chunks_exact(BLOCK).map(Block::new);
        self.blocks.extend(whole);
        self.rest.drain(..self.rest.len() / BLOCK * BLOCK);
    }

    /// Replaces the number at a place. All are unpacked then, and stay so: this is for tables whose rows are added up.
    pub(super) fn set(&mut self, place: usize, number: T) {
        if !self.blocks.is_empty() {
            let unpacked = self.iter().collect();
            *self = Self { blocks: Vec::new(), rest: unpacked };
        }
        self.rest[place] = number;
    }
}

/// Some numbers: steps from the least of them on.
#[derive(Debug, Clone)]
struct Block {
    least: i64,
    step: u64,
    /// Bits of each.
    bits: u32,
    /// Whether some are null; then 0 stands for it, and steps are counted from 1.
    nulls: bool,
    /// One more than needed, so that two can be read wherever a number begins.
    words: Box<[u64]>,
}

impl Block {
    fn new<T: Number>(numbers: &[T]) -> Self {
        let known = || numbers.iter().filter(|number| **number != T::NULL).map(|number| number.to_signed());
        let least = known().min().unwrap_or(0);
        let greatest = known().max().unwrap_or(0);
        let nulls = numbers.contains(&T::NULL);
        // Any two numbers of 64 bits are less than 2^64 apart.
        let away = |number: i64| number.wrapping_sub(least) as u64;
        let step = match greatest.wrapping_sub(least) {
            // Nothing would be won by it.
            0..=0xFFFF => 1,
            _ => known().map(away).fold(0, common).max(1),
        };
        let count = (away(greatest) / step).saturating_add(u64::from(nulls));
        let bits = u64::BITS - count.leading_zeros();
        let code = |number: T| match number == T::NULL {
            true => 0,
            false => (away(number.to_signed()) / step).wrapping_add(u64::from(nulls)),
        };
        let mut words = vec![0_u64; (numbers.len() * bits as usize).div_ceil(64) + 1];
        for (place, number) in numbers.iter().enumerate() {
            let (word, shift) = position(place, bits);
            let shifted = u128::from(code(*number)) << shift;
            words[word] |= shifted as u64;
            if let Some(next) = words.get_mut(word + 1) {
                *next |= (shifted >> 64) as u64;
            }
        }
        Self { least, step, bits, nulls, words: words.into_boxed_slice() }
    }

    #[inline]
    fn get<T: Number>(&self, place: usize) -> T {
        let (word, shift) = position(place, self.bits);
        let low = self.words[word] >> shift;
        // Shifted in two steps, because by 64 bits nothing can be shifted.
        let high = self.words.get(word + 1).map_or(0, |next| next << 1 << (63 - shift));
        let code = (low | high) & !(u64::MAX.checked_shl(self.bits).unwrap_or(0));
        match self.nulls {
            true if code == 0 => T::NULL,
            true => self.number(code - 1),
            false => self.number(code),
        }
    }

    #[inline]
    fn number<T: Number>(&self, steps: u64) -> T {
        T::of_signed(self.least.wrapping_add(steps.wrapping_mul(self.step) as i64))
    }
}

/// The word in which a number of a block begins, and the bit.
#[inline]
fn position(place: usize, bits: u32) -> (usize, u32) {
    let bit = place * bits as usize;
    (bit / 64, (bit % 64) as u32)
}

/// The greatest number that divides both. Nearly always the first divides the second.
fn common(mut a: u64, mut b: u64) -> u64 {
    if a == 1 {
        return 1;
    }
    while a != 0 {
        (a, b) = (b % a, a);
    }
    b
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers, each several times, for more than two blocks.
    fn repeated<T: Number>(some: &[T]) -> Vec<T> {
        some.iter().cycle().take(2 * BLOCK + some.len() % 100 + 7).copied().collect()
    }

    fn comes_back<T: Number + std::fmt::Debug>(numbers: &[T], parts: usize) {
        let mut packed = Packed::default();
        numbers.chunks(parts).for_each(|part| packed.extend(part.iter().copied()));
        assert_eq!(packed.len(), numbers.len());
        assert!(packed.iter().eq(numbers.iter().copied()));
    }

    #[test]
    fn numbers_at_the_ends_of_what_a_word_holds() {
        comes_back(&repeated(&[i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX]), 50_000);
        comes_back(&repeated(&[i64::MIN + 1, i64::MAX]), BLOCK);
        comes_back(&repeated(&[i64::MIN]), BLOCK);
        comes_back(&repeated(&[0, u32::MAX, u32::MAX - 1]), 3 * BLOCK);
        comes_back(&repeated(&[i32::MIN, i32::MAX, i32::MIN + 1]), 1000);
    }

    #[test]
    fn weights_of_two_decimals_take_ten_bits() {
        let weights: Vec<i64> = (0..BLOCK as i64).map(|row| (row % 900 + 100) * 10_000_000).collect();
        let mut packed = Packed::default();
        packed.extend(weights.iter().copied());
        assert_eq!((packed.blocks[0].bits, packed.blocks[0].step), (10, 10_000_000));
        assert!(packed.iter().eq(weights));
    }

    #[test]
    fn a_number_is_replaced() {
        let mut numbers: Vec<u32> = (0..BLOCK as u32 + 3).collect();
        let mut packed = Packed::default();
        packed.extend(numbers.iter().copied());
        packed.set(5, 77);
        numbers[5] = 77;
        packed.extend([9; BLOCK]);
        numbers.extend([9; BLOCK]);
        assert!(packed.iter().eq(numbers));
    }

    proptest! {
        #[test]
        fn numbers_come_back(
            some in prop::collection::vec(prop_oneof![any::<i64>(), -1000_i64..1000, Just(i64::MIN)], 1..300),
            factor in prop_oneof![Just(1_i64), Just(10_000_000)],
            parts in 1_usize..200_000,
        ) {
            let scaled: Vec<i64> = some.iter().map(|number| number.checked_mul(factor).unwrap_or(*number)).collect();
            comes_back(&repeated(&scaled), parts);
            comes_back(&repeated(&scaled.iter().map(|number| *number as u32).collect::<Vec<_>>()), parts);
            comes_back(&repeated(&scaled.iter().map(|number| *number as i32).collect::<Vec<_>>()), parts);
        }
    }
}
