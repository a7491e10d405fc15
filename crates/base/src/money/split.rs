//! Splits an amount in proportion to units, so that the parts add up exactly: `docs/reference/money.md#splitting`.
//!
//! The largest-remainder method (Hamilton) over exact rationals. Ties go to the earlier unit, so callers pass units in
//! the order of their keys. A negative total is split like its absolute value, so that a reversal cancels its original.

use super::{Minor, Overflow};

/// Splits amounts. It keeps its buffers between calls, so that a split allocates nothing.
#[derive(Debug, Default)]
pub struct Splitter {
    remainders: Vec<u128>,
    order: Vec<u32>,
}

impl Splitter {
    /// Splits `total` in proportion to `units` into `parts`: one part for each unit, in the same order. Units have any scale, the same for all, and must not be negative.
    ///
    /// Returns false if all units are zero: then there is no split, and all parts are zero.
    ///
    /// ```
    /// use apportion_base::money::{Minor, Splitter};
    /// let mut parts = Vec::new();
    /// let split = Splitter::default().split(Minor::new(100), &[1, 1, 1], &mut parts);
    /// assert_eq!((split, parts), (Ok(true), [34, 33, 33].map(Minor::new).to_vec()));
    /// ```
    ///
    /// # Errors
    /// [`Overflow`] if `total` has more than 18 digits or `total * unit` more than 38.
    pub fn split(&mut self, total: Minor, units: &[i128], parts: &mut Vec<Minor>) -> Result<bool, Overflow> {
        debug_assert!(units.iter().all(|&unit| unit >= 0));
        parts.clear();
        Minor::from_wide(total.wide())?;
        let sum = units
            .iter()
            .try_fold(0_u128, |sum, unit| sum.checked_add(unit.unsigned_abs()))
            .ok_or(Overflow)?;
        if sum == 0 {
            parts.resize(units.len(), Minor::ZERO);
            return Ok(false);
        }
        if units.len() == 1 {
            parts.push(total);
            return Ok(true);
        }
        let size = total.unsigned_abs();
        // Division of 64 bits is several times as fast, and most deals fit.
        let left = match u64::try_from(sum) {
            Ok(sum) if size.checked_mul(sum).is_some() => self.floors_64(size, units, sum, parts),
            _ => self.floors_128(size, units, sum, parts)?,
        };
        self.hand_out(left, parts);
        if total.is_negative() {
            // Parts are not above the total, so that their negation fits.
            parts.iter_mut().for_each(|part| *part = Minor::new(-part.raw()));
        }
        assert_eq!(
            parts.iter().map(|part| part.wide()).sum::<i128>(),
            total.wide(),
            "the parts of a split add up"
        );
        Ok(true)
    }

    /// Floors and remainders if every product fits 64 bits. Returns the minor units left over.
    fn floors_64(&mut self, size: u64, units: &[i128], sum: u64, parts: &mut Vec<Minor>) -> u64 {
        self.remainders.clear();
        let mut left = size;
        for unit in units {
            // Not above `sum`, which fits 64 bits.
            let product = size * (unit.unsigned_abs() as u64);
            let floor = product / sum;
            self.remainders.push(u128::from(product % sum));
            left -= floor;
            parts.push(Minor::new(floor as i64));
        }
        left
    }

    /// The same with 128 bits, after dividing the units by their common divisor.
    fn floors_128(
        &mut self,
        size: u64,
        units: &[i128],
        sum: u128,
        parts: &mut Vec<Minor>,
    ) -> Result<u64, Overflow> {
        self.remainders.clear();
        let divisor = units.iter().fold(sum, |divisor, unit| gcd(divisor, unit.unsigned_abs()));
        let sum = sum / divisor;
        let mut left = size;
        for unit in units {
            let product = u128::from(size).checked_mul(unit.unsigned_abs() / divisor).ok_or(Overflow)?;
            let floor = product / sum;
            self.remainders.push(product % sum);
            // Not above `size`, which fits 63 bits.
            left -= floor as u64;
            parts.push(Minor::new(floor as i64));
        }
        Ok(left)
    }

    /// Adds one minor unit to each part with one of the `left` largest remainders; ties go to the earlier unit.
    /// `left` is below the number of positive units, so a unit of zero, whose remainder is zero, gets nothing.
    fn hand_out(&mut self, left: u64, parts: &mut [Minor]) {
        match left {
            0 => {}
            1 => {
                let mut best = 0;
                for (index, remainder) in self.remainders.iter().enumerate() {
                    if *remainder > self.remainders[best] {
                        best = index;
                    }
                }
                add_one(&mut parts[best]);
            }
            _ => {
                self.order.clear();
                self.order.extend((0_u32..).zip(parts.iter()).map(|(index, _)| index));
                let remainders = &self.remainders;
                self.order
                    .sort_unstable_by_key(|&index| (std::cmp::Reverse(remainders[index as usize]), index));
                for &index in self.order.iter().take(left as usize) {
                    add_one(&mut parts[index as usize]);
                }
            }
        }
    }
}

/// A part that is below its total gets one more.
#[inline]
fn add_one(part: &mut Minor) {
    *part = Minor::new(part.raw() + 1);
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(total: i64, units: &[i128]) -> Vec<i64> {
        let mut parts = Vec::new();
        Splitter::default().split(Minor::new(total), units, &mut parts).unwrap();
        parts.into_iter().map(Minor::raw).collect()
    }

    #[test]
    fn ties_go_to_the_earlier_key() {
        assert_eq!(split(1, &[1, 1]), [1, 0]);
        assert_eq!(split(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(split(101, &[1, 1, 1]), [34, 34, 33]);
    }

    #[test]
    fn a_reversal_is_the_mirror_image() {
        assert_eq!(split(-5, &[7, 3]), [-4, -1]);
        assert_eq!(split(5, &[7, 3]), [4, 1]);
    }

    #[test]
    fn nothing_is_split_into_nothing() {
        let wide = i128::from(u64::MAX);
        assert_eq!(split(0, &[1, 2]), [0, 0]);
        assert_eq!(split(0, &[wide, wide]), [0, 0]);
    }

    #[test]
    fn no_units_no_split() {
        let mut parts = vec![Minor::new(9)];
        assert_eq!(Splitter::default().split(Minor::new(5), &[0, 0], &mut parts), Ok(false));
        assert_eq!(parts, [Minor::ZERO; 2]);
        assert_eq!(Splitter::default().split(Minor::new(5), &[], &mut parts), Ok(false));
    }

    #[test]
    fn wide_units_need_no_wide_product() {
        let wide = 10_i128.pow(30);
        assert_eq!(
            split(999_999_999_999_999_999, &[wide, wide]),
            [500_000_000_000_000_000, 499_999_999_999_999_999]
        );
        assert_eq!(Splitter::default().split(Minor::MAX, &[wide + 1, wide], &mut Vec::new()), Err(Overflow));
        assert_eq!(Splitter::default().split(Minor::new(i64::MAX), &[1], &mut Vec::new()), Err(Overflow));
    }

    /// The method as `docs/reference/money.md#splitting` describes it, without regard to speed.
    fn by_the_book(total: i64, units: &[i128]) -> Vec<i64> {
        let size = i128::from(total).abs();
        let sum: i128 = units.iter().sum();
        let mut parts: Vec<i128> = units.iter().map(|unit| size * unit / sum).collect();
        let mut keys: Vec<usize> = (0..units.len()).collect();
        keys.sort_by(|&a, &b| (size * units[b] % sum).cmp(&(size * units[a] % sum)).then(a.cmp(&b)));
        let left = size - parts.iter().sum::<i128>();
        for &key in keys.iter().take(left as usize) {
            parts[key] += 1;
        }
        parts.iter().map(|&part| (part * i128::from(total.signum())) as i64).collect()
    }

    prop_compose! {
        fn shares()(units in prop::collection::vec(prop_oneof![Just(0), 1..12_i128, 1..10_i128.pow(14)], 1..9)
            .prop_filter("something to share by", |units| units.iter().any(|&unit| unit > 0)))
            -> Vec<i128> { units }
    }

    proptest! {
        #[test]
        fn agrees_with_the_contract(total in prop_oneof![-1000..1000_i64, -10_i64.pow(17)..10_i64.pow(17)], units in shares()) {
            prop_assert_eq!(split(total, &units), by_the_book(total, &units));
        }

        #[test]
        fn parts_add_up_and_lie_within_one_of_the_exact_share(total in -10_i64.pow(12)..10_i64.pow(12), units in shares()) {
            let parts = split(total, &units);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            let sum: i128 = units.iter().sum();
            for (part, unit) in parts.iter().zip(&units) {
                prop_assert!((i128::from(*part) * sum - i128::from(total) * unit).abs() < sum);
            }
        }

        #[test]
        fn a_reversal_cancels(total in 0..10_i64.pow(15), units in shares()) {
            let there = split(total, &units);
            let back = split(-total, &units);
            prop_assert!(there.iter().zip(&back).all(|(a, b)| a + b == 0));
        }

        #[test]
        fn zero_units_get_nothing_and_change_nothing(total in -10_i64.pow(12)..10_i64.pow(12), units in shares()) {
            let parts = split(total, &units);
            let kept: Vec<i128> = units.iter().copied().filter(|&unit| unit > 0).collect();
            let paid: Vec<i64> = parts.iter().zip(&units).filter(|(_, unit)| **unit > 0).map(|(part, _)| *part).collect();
            prop_assert!(parts.iter().zip(&units).all(|(part, unit)| *unit > 0 || *part == 0));
            prop_assert_eq!(split(total, &kept), paid);
        }

        #[test]
        fn scaling_units_changes_nothing(total in -10_i64.pow(12)..10_i64.pow(12), units in shares(), factor in 1..1000_i128) {
            let scaled: Vec<i128> = units.iter().map(|unit| unit * factor).collect();
            prop_assert_eq!(split(total, &units), split(total, &scaled));
        }

        #[test]
        fn the_order_of_input_changes_nothing(total in -10_i64.pow(9)..10_i64.pow(9), units in shares(), turn in 0..8_usize) {
            // Sorting by key first makes the result independent of the order of rows.
            let mut arrived: Vec<(usize, i128)> = units.iter().copied().enumerate().collect();
            arrived.rotate_left(turn % units.len());
            arrived.sort_by_key(|&(key, _)| key);
            let sorted: Vec<i128> = arrived.iter().map(|&(_, unit)| unit).collect();
            prop_assert_eq!(split(total, &sorted), split(total, &units));
        }
    }
}
