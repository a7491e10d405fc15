//! Mean and percentiles of what the draws come to.

use apportion_base::money::{Overflow, percentile, ratio_e6};

/// What all draws come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distribution {
    /// In millionths of the currency: the sum over the draws divided once, half away from zero.
    pub mean_e6: i128,
    /// In minor units: the tenth percentile.
    pub p10: i128,
    /// The fiftieth.
    pub p50: i128,
    /// The ninetieth.
    pub p90: i128,
}

impl Distribution {
    /// Of what each draw comes to, in minor units of so many digits; of nothing it is 0.
    ///
    /// # Errors
    /// A sum that can't be held.
    pub fn of(mut values: Vec<i128>, digits: u32) -> Result<Self, Overflow> {
        let sum = values.iter().try_fold(0_i128, |sum, value| sum.checked_add(*value)).ok_or(Overflow)?;
        values.sort_unstable();
        let mean_e6 = ratio_e6((sum, digits), (values.len() as i128, 0))?.unwrap_or(0);
        let [p10, p50, p90] = [10, 50, 90].map(|percent| percentile(&values, percent).unwrap_or(0));
        Ok(Self { mean_e6, p10, p50, p90 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_divided_once() {
        let of = |values: &[i128], digits| Distribution::of(values.to_vec(), digits).unwrap();
        // 1.00, 0.00 and 0.00 in cents: a third.
        assert_eq!(of(&[100, 0, 0], 2), Distribution { mean_e6: 333_333, p10: 0, p50: 0, p90: 100 });
        // -0.01, 0.00: half a cent, of six decimals.
        assert_eq!(of(&[-1, 0], 2).mean_e6, -5_000);
        // Whole yen, thirds.
        assert_eq!(of(&[1, 1, 0], 0).mean_e6, 666_667);
        assert_eq!(of(&[], 2), Distribution { mean_e6: 0, p10: 0, p50: 0, p90: 0 });
        assert!(Distribution::of(vec![i128::MAX, 1], 2).is_err());
    }
}
