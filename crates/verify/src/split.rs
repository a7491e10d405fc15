//! The largest-remainder method in reverse: checks whether given parts are those that the method gives.
//!
//! The engine computes a split; here it is proved without dividing. With `T` the total, `u` a key's units, `U` the
//! sum of all units and `p` its part, `T * u - p * U` says all that the method asks: how far the part is from the
//! exact share, in fractions of a minor unit with the denominator `U`. Where a proof fails, the split is worked out
//! by long division, so that a finding can show the part that is right.
//!
//! Keys come in their order. A negative total is the mirror image of its positive.

/// The first total that has more digits than an amount may have.
const TOO_LARGE: u64 = 1_000_000_000_000_000_000;

/// Whether the parts are those that the largest-remainder method makes of their sum. Each item is a key's units and its
/// part in minor units. `None` where the numbers are too wide to be multiplied, or can't be split at all.
pub fn is_split(keys: impl Iterator<Item = (i128, i64)> + Clone) -> Option<bool> {
    let total = keys.clone().try_fold(0_i64, |sum, (_, part)| sum.checked_add(part))?;
    let sum = units_sum(keys.clone().map(|(units, _)| units))?;
    are_parts(keys, total, sum)
}

/// Whether the parts can be among those that the largest-remainder method makes of a total by units that add up to `sum`: there may be
/// keys that are not known. `None` as in [`is_split`].
pub fn are_parts(keys: impl Iterator<Item = (i128, i64)> + Clone, total: i64, sum: i128) -> Option<bool> {
    let size = i128::from(total.unsigned_abs());
    let sign = if total < 0 { -1 } else { 1 };
    if total.unsigned_abs() >= TOO_LARGE {
        return None;
    }
    if sum == 0 {
        return Some(keys.clone().all(|(_, part)| part == 0));
    }
    // Of those who got one of the minor units that were left: the one with the weakest claim. Of the others: the
    // strongest.
    let (mut weakest, mut strongest): (Option<Claim>, Option<Claim>) = (None, None);
    for (key, (units, part)) in keys.enumerate() {
        let part = i128::from(part).checked_mul(sign)?;
        let gap = size.checked_mul(units)?.checked_sub(part.checked_mul(sum)?)?;
        if gap >= sum || gap <= -sum {
            return Some(false);
        }
        let received = gap < 0;
        let claim = Claim { remainder: if received { gap + sum } else { gap }, key };
        if received {
            weakest = Some(weakest.map_or(claim, |other| if claim.before(other) { other } else { claim }));
        } else {
            strongest =
                Some(strongest.map_or(claim, |other| if claim.before(other) { claim } else { other }));
        }
    }
    Some(match (weakest, strongest) {
        (Some(weakest), Some(strongest)) => weakest.before(strongest),
        _ => true,
    })
}

/// A key's claim to one of the minor units that are left.
#[derive(Debug, Clone, Copy)]
struct Claim {
    /// What is left of its exact share, in fractions of a minor unit.
    remainder: i128,
    key: usize,
}

impl Claim {
    /// Whether it is served before another: the larger remainder first, then the earlier key.
    fn before(self, other: Self) -> bool {
        self.remainder > other.remainder || (self.remainder == other.remainder && self.key < other.key)
    }
}

/// The parts of a total, in minor units, one for each key; all 0 where all units are 0. `None` where the total has more
/// than 18 digits, units are negative, or their sum does not fit 127 bits. Slow, and made for findings only.
pub fn split(total: i64, units: &[i128]) -> Option<Vec<i64>> {
    let sum = units_sum(units.iter().copied())?.unsigned_abs();
    if total.unsigned_abs() >= TOO_LARGE {
        return None;
    }
    if sum == 0 {
        return Some(vec![0; units.len()]);
    }
    let mut shares: Vec<Share> =
        units.iter().map(|units| share(total.unsigned_abs(), units.unsigned_abs(), sum)).collect();
    let given: u64 = shares.iter().map(|share| share.whole).sum();
    for _ in given..total.unsigned_abs() {
        // The first of the largest remainders that has not got its minor unit yet.
        let mut next: Option<usize> = None;
        for (key, share) in shares.iter().enumerate().filter(|(_, share)| !share.received) {
            if next.is_none_or(|best| share.rest > shares[best].rest) {
                next = Some(key);
            }
        }
        let next = &mut shares[next?];
        next.whole += 1;
        next.received = true;
    }
    let signed = |share: &Share| i64::try_from(share.whole).ok().map(|whole| whole * total.signum());
    shares.iter().map(signed).collect()
}

/// The exact share of a key.
#[derive(Debug)]
struct Share {
    /// Whole minor units.
    whole: u64,
    /// What is left, as a fraction whose denominator is the sum of units.
    rest: u128,
    /// Whether it got one of the minor units that were left.
    received: bool,
}

/// `total * units / sum` by long division, bit by bit, so that no product is needed. `units <= sum < 2^127`.
fn share(total: u64, units: u128, sum: u128) -> Share {
    let (mut whole, mut rest) = (0_u64, 0_u128);
    for bit in (0..u64::BITS).rev() {
        whole *= 2;
        rest *= 2;
        if rest >= sum {
            rest -= sum;
            whole += 1;
        }
        if total >> bit & 1 == 1 {
            rest += units;
            if rest >= sum {
                rest -= sum;
                whole += 1;
            }
        }
    }
    Share { whole, rest, received: false }
}

/// The sum of units; `None` where one is negative or the sum does not fit.
fn units_sum(mut units: impl Iterator<Item = i128>) -> Option<i128> {
    units.try_fold(0_i128, |sum, units| if units < 0 { None } else { sum.checked_add(units) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Total, units, and the parts as worked out by hand.
    const WORKED: [(i64, &[i128], &[i64]); 12] = [
        // 33 1/3 each, and one cent left for the first.
        (100, &[1, 1, 1], &[34, 33, 33]),
        (101, &[1, 1, 1], &[34, 34, 33]),
        // 3.5 and 1.5: both remainders are a half, and the earlier key gets the cent.
        (5, &[7, 3], &[4, 1]),
        (-5, &[7, 3], &[-4, -1]),
        // 1.43, 2.86, 5.71: two cents left, for the second and then the third.
        (10, &[1, 2, 4], &[1, 3, 6]),
        // 0.3, 0.3, 0.4: the last has the largest remainder.
        (1, &[3, 3, 4], &[0, 0, 1]),
        // Nothing for no units, wherever they are.
        (7, &[0, 2, 0, 1], &[0, 5, 0, 2]),
        (0, &[5, 3], &[0, 0]),
        (9, &[4], &[9]),
        // 30%, 20%, 50% of 0.01.
        (1, &[30, 20, 50], &[0, 0, 1]),
        // 0.6, 0.6, 0.8: two cents for three.
        (2, &[3, 3, 4], &[1, 0, 1]),
        // 1.2, 1.2, 1.2, 2.4 of 6: the fourth has the largest remainder.
        (6, &[1, 1, 1, 2], &[1, 1, 1, 3]),
    ];

    fn holds(units: &[i128], parts: &[i64]) -> Option<bool> {
        is_split(units.iter().copied().zip(parts.iter().copied()))
    }

    #[test]
    fn splits_worked_by_hand() {
        for (total, units, parts) in WORKED {
            assert_eq!(split(total, units).as_deref(), Some(parts), "{total} by {units:?}");
            assert_eq!(holds(units, parts), Some(true), "{total} by {units:?}");
        }
    }

    #[test]
    fn a_moved_minor_unit_is_found() {
        for (_, units, parts) in WORKED {
            for from in 0..parts.len() {
                for to in (0..parts.len()).filter(|to| *to != from) {
                    let mut moved = parts.to_vec();
                    moved[from] -= 1;
                    moved[to] += 1;
                    assert_eq!(holds(units, &moved), Some(false), "{moved:?} by {units:?}");
                }
            }
        }
    }

    #[test]
    fn wide_units_are_left_to_the_long_division() {
        let wide = 10_i128.pow(37);
        let units = [wide + 1, wide];
        let total = 999_999_999_999_999_999;
        let parts = [500_000_000_000_000_000, 499_999_999_999_999_999];
        assert_eq!(split(total, &units).as_deref(), Some(parts.as_slice()));
        assert_eq!(holds(&units, &parts), None);
        let widest = i128::MAX / 2;
        assert_eq!(split(3, &[widest, widest]), Some(vec![2, 1]));
    }

    #[test]
    fn some_of_the_parts_are_known() {
        // 33 1/3 each, and one cent left for one of the three.
        let among = |parts: &[(i128, i64)]| are_parts(parts.iter().copied(), 100, 3);
        assert_eq!(among(&[(1, 34), (1, 33)]), Some(true));
        assert_eq!(among(&[(1, 33), (1, 33)]), Some(true), "the cent is that of the key that is not known");
        assert_eq!(among(&[(1, 33), (1, 34)]), Some(false), "the earlier key goes first");
        assert_eq!(among(&[(1, 35)]), Some(false));
        assert_eq!(are_parts([(1, -33)].into_iter(), -100, 3), Some(true));
        assert_eq!(are_parts([(1, 33)].into_iter(), -100, 3), Some(false));
    }

    #[test]
    fn what_can_not_be_split() {
        assert_eq!(split(10, &[2, -1]), None);
        assert_eq!(split(1_000_000_000_000_000_000, &[1, 1]), None);
        assert_eq!(split(1, &[i128::MAX, 1]), None);
        assert_eq!(holds(&[2, -1], &[20, -10]), None);
        assert_eq!(split(5, &[0, 0]), Some(vec![0, 0]));
        assert_eq!(holds(&[0, 0], &[3, 2]), Some(false));
    }
}
