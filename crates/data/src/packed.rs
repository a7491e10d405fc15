//! Numbers in blocks of a few bits each: the columns of staging tables, which are most of what is in memory while files are read.
//!
//! A block has the least of its numbers, the step of which all others are multiples away from it, and how many steps each is away, with as many
//! bits as the farthest needs. So codes of a few texts take some bits, days of a year nine, and a weight of two decimals ten instead of 64.

use rayon::prelude::*;

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

/// So many numbers are kept as they are: packing them would take longer than the memory is worth.
const PLAIN: usize = 1 << 24;

/// A list of numbers. They are packed once they are many, but for those after the last whole block.
#[derive(Debug, Clone)]
pub(super) struct Packed<T> {
    blocks: Vec<Block>,
    rest: Vec<T>,
    /// From so many on they are packed.
    packed_from: usize,
}

impl<T> Default for Packed<T> {
    fn default() -> Self {
        Self::packed_from(PLAIN)
    }
}

impl<T> Packed<T> {
    fn packed_from(packed_from: usize) -> Self {
        Self { blocks: Vec::new(), rest: Vec::new(), packed_from }
    }
}

impl<T: Number> Packed<T> {
    /// Numbers by place, made by all threads.
    pub(super) fn of_places(len: usize, number: impl Fn(usize) -> T + Sync) -> Self
    where
        T: Send,
    {
        Self::packed_from(PLAIN).with_places(len, number)
    }

    fn with_places(self, len: usize, number: impl Fn(usize) -> T + Sync) -> Self
    where
        T: Send,
    {
        let whole = if len < self.packed_from { 0 } else { len / BLOCK };
        let block = |block: usize| {
            let numbers: Vec<T> = (block * BLOCK..(block + 1) * BLOCK).map(&number).collect();
            Block::new(&numbers)
        };
        let blocks = (0..whole).into_par_iter().with_max_len(1).map(block).collect();
        let rest = (whole * BLOCK..len).into_par_iter().with_min_len(BLOCK).map(&number).collect();
        Self { blocks, rest, ..self }
    }

    /// Prepares for this many additional numbers: reserves memory for them, or packs from the first on.
    pub(super) fn reserve(&mut self, additional: usize) {
        if self.len().saturating_add(additional) < self.packed_from {
            self.rest.reserve_exact(additional);
        } else if self.packed_from < usize::MAX {
            self.packed_from = 0;
        }
    }

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
        if self.blocks.is_empty() && self.rest.len() < self.packed_from {
            return;
        }
        let whole = self.rest.chunks_exact(BLOCK).map(Block::new);
        self.blocks.extend(whole);
        self.rest.drain(..self.rest.len() / BLOCK * BLOCK);
    }

    /// Replaces the number at a place. All are unpacked then, and stay so: this is for tables whose rows are added up.
    pub(super) fn set(&mut self, place: usize, number: T) {
        if !self.blocks.is_empty() {
            let unpacked = self.iter().collect();
            *self = Self { blocks: Vec::new(), rest: unpacked, packed_from: usize::MAX };
        }
        self.rest[place] = number;
    }
}

/// Some numbers: steps from the least of them on.
#[derive(Debug, Clone)]
pub(super) struct Block {
    least: i64,
    step: u64,
    /// Bits of each.
    bits: u32,
    /// As many ones.
    mask: u64,
    /// Whether some are null; then 0 stands for it, and steps are counted from 1.
    nulls: bool,
    /// One more than needed, so that two can be read wherever a number begins.
    words: Box<[u64]>,
}

impl Block {
    pub(super) fn new<T: Number>(numbers: &[T]) -> Self {
        let (mut least, mut greatest, mut nulls) = (i64::MAX, i64::MIN, false);
        for number in numbers {
            let is_null = *number == T::NULL;
            nulls |= is_null;
            let signed = number.to_signed();
            least = least.min(if is_null { i64::MAX } else { signed });
            greatest = greatest.max(if is_null { i64::MIN } else { signed });
        }
        if least > greatest {
            (least, greatest) = (0, 0);
        }
        // Any two numbers of 64 bits are less than 2^64 apart.
        let away = |number: i64| number.wrapping_sub(least) as u64;
        let step = match away(greatest) {
            // Nothing would be won by it.
            0..=0xFFFF => 1,
            _ => common_step(
                numbers.iter().filter(|number| **number != T::NULL).map(|number| away(number.to_signed())),
            ),
        };
        let from = u64::from(nulls);
        let bits = u64::BITS - (away(greatest) / step).saturating_add(from).leading_zeros();
        let divisor = Divisor::new(step);
        let code = |number: &T| match *number == T::NULL {
            true => 0,
            false => divisor.quotient(away(number.to_signed())).wrapping_add(from),
        };
        let words = packed(numbers.iter().map(code), numbers.len(), bits);
        let mask = !u64::MAX.checked_shl(bits).unwrap_or(0);
        Self { least, step, bits, mask, nulls, words }
    }

    /// The number at a place of those that were packed.
    #[inline]
    pub(super) fn get<T: Number>(&self, place: usize) -> T {
        let bit = place * self.bits as usize;
        let (word, shift) = (bit / 64, (bit % 64) as u32);
        let low = self.words[word] >> shift;
        // Shifted in two steps, because by 64 bits nothing can be shifted.
        let high = self.words.get(word + 1).map_or(0, |next| next << 1 << (63 - shift));
        let code = (low | high) & self.mask;
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

/// Numbers of so many bits, one after the other, and a word more.
fn packed(codes: impl Iterator<Item = u64>, count: usize, bits: u32) -> Box<[u64]> {
    let mut words = Vec::with_capacity((count * bits as usize).div_ceil(64) + 1);
    if bits > 0 {
        let (mut word, mut filled) = (0_u64, 0_u32);
        for code in codes {
            word |= code << filled;
            filled += bits;
            if filled >= 64 {
                words.push(word);
                filled -= 64;
                // What did not fit; of a code that ended with the word, nothing.
                word = code.checked_shr(bits - filled).unwrap_or(0);
            }
        }
        if filled > 0 {
            words.push(word);
        }
    }
    words.push(0);
    words.into_boxed_slice()
}

/// Divides multiples of a number, without a division: by the odd part of it with its inverse modulo 2^64.
#[derive(Debug, Clone, Copy)]
struct Divisor {
    twos: u32,
    inverse: u64,
    /// The greatest quotient that a multiple of the odd part can have.
    greatest: u64,
}

impl Divisor {
    /// `number` is not 0.
    fn new(number: u64) -> Self {
        let twos = number.trailing_zeros();
        let odd = number >> twos;
        // Each step doubles the bits that are right; three are at first.
        let inverse = (0..5)
            .fold(odd, |inverse, _| inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse))));
        Self { twos, inverse, greatest: u64::MAX / odd }
    }

    fn quotient(self, multiple: u64) -> u64 {
        (multiple >> self.twos).wrapping_mul(self.inverse)
    }

    fn divides(self, number: u64) -> bool {
        number.trailing_zeros() >= self.twos && self.quotient(number) <= self.greatest
    }
}

/// The greatest number of which all are multiples; 1 where all are 0.
fn common_step(numbers: impl Iterator<Item = u64>) -> u64 {
    let mut step = 0;
    let mut divisor = None;
    for number in numbers.filter(|number| *number != 0) {
        if step == 1 {
            break;
        }
        if !divisor.is_some_and(|divisor: Divisor| divisor.divides(number)) {
            step = common(step, number);
            divisor = Some(Divisor::new(step));
        }
    }
    step.max(1)
}

/// The greatest number that divides both.
fn common(mut a: u64, mut b: u64) -> u64 {
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

    fn comes_back<T: Number + Send + Sync>(numbers: &[T], parts: usize) {
        let mut packed = Packed::packed_from(3 * parts / 2);
        numbers.chunks(parts).for_each(|part| packed.extend(part.iter().copied()));
        assert_eq!(packed.len(), numbers.len());
        assert!(packed.iter().eq(numbers.iter().copied()));
        let made = Packed::packed_from(0).with_places(numbers.len(), |place| numbers[place]);
        assert!(made.iter().eq(numbers.iter().copied()));
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
        let mut packed = Packed::packed_from(0);
        packed.extend(weights.iter().copied());
        assert_eq!((packed.blocks[0].bits, packed.blocks[0].step), (10, 10_000_000));
        assert!(packed.iter().eq(weights));
    }

    #[test]
    fn a_number_is_replaced() {
        let mut numbers: Vec<u32> = (0..BLOCK as u32 + 3).collect();
        let mut packed = Packed::packed_from(0);
        packed.extend(numbers.iter().copied());
        packed.set(5, 77);
        numbers[5] = 77;
        packed.reserve(BLOCK);
        packed.extend(vec![9; BLOCK]);
        numbers.extend(vec![9; BLOCK]);
        assert!(packed.iter().eq(numbers));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

        #[test]
        fn multiples_are_divided(factor in 1_u64.., number in any::<u64>(), twos in 0_u32..64) {
            for divisor in [factor, factor >> twos, 1 << twos].into_iter().filter(|divisor| *divisor != 0) {
                let multiple = number / divisor * divisor;
                prop_assert_eq!(Divisor::new(divisor).quotient(multiple), number / divisor);
                prop_assert_eq!(Divisor::new(divisor).divides(number), number % divisor == 0);
            }
        }

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
