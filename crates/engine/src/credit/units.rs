//! Attribution models: the units of each touch of a deal. See `docs/reference/rules/shared_credit.md#models`.

use super::decay::Decay;
use apportion_data::{EngagementIx, Engagements, NO_DAY, PayeeIx};

/// One whole unit, in billionths.
pub const ONE_E9: i128 = 1_000_000_000;

/// A counted engagement as the ordered models see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// Days since 1970-01-01; never `NO_DAY`: ordered models leave those out.
    pub day: i32,
    /// Whose engagement it is.
    pub payee: PayeeIx,
}

/// Puts engagements into the order in which models see them, and appends their touches to `out`. Those without a date are left out of
/// both.
pub fn touches(engagements: &Engagements, rows: &mut Vec<EngagementIx>, out: &mut Vec<Touch>) {
    let touch =
        |row: EngagementIx| Touch { day: engagements.occurred_on[row], payee: engagements.payee[row] };
    rows.retain(|row| engagements.occurred_on[*row] != NO_DAY);
    rows.sort_unstable_by(|one, other| engagements.order_of_work(*one, *other).then_with(|| one.cmp(other)));
    out.extend(rows.iter().map(|row| touch(*row)));
}

/// A model in which the order of touches matters.
#[derive(Debug, Clone)]
pub enum TouchModel {
    /// All to the earliest touch.
    FirstTouch,
    /// All to the latest touch.
    LastTouch,
    /// 40% to the first, 40% to the last, 20% between.
    Position,
    /// Halving with time before the last touch.
    TimeDecay(Decay),
}

impl TouchModel {
    /// Appends (payee, units) of each touch of one deal; `touches` must be in order.
    pub fn units(&mut self, touches: &[Touch], out: &mut Vec<(PayeeIx, i128)>) {
        debug_assert!(touches.is_sorted_by_key(|touch| touch.day));
        debug_assert!(touches.iter().all(|touch| touch.day != NO_DAY));
        match self {
            Self::FirstTouch => out.extend(touches.first().map(|touch| (touch.payee, ONE_E9))),
            Self::LastTouch => out.extend(touches.last().map(|touch| (touch.payee, ONE_E9))),
            Self::Position => {
                let n = touches.len();
                out.extend(
                    touches.iter().enumerate().map(|(index, touch)| (touch.payee, position_e9(index, n))),
                );
            }
            Self::TimeDecay(decay) => {
                let last = touches.last().map_or(0, |touch| touch.day);
                out.extend(
                    touches.iter().map(|touch| (touch.payee, decay.weight_e9(last.abs_diff(touch.day)))),
                );
            }
        }
    }
}

/// Units of the touch at `at` of `n`: 40 / 20 / 40 in whole numbers.
fn position_e9(index: usize, n: usize) -> i128 {
    let ends = if n <= 2 { 1 } else { 2 * (n as i128 - 2) };
    if index == 0 || index + 1 == n { ends * ONE_E9 } else { ONE_E9 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(mut model: TouchModel, payees: &[u32]) -> Vec<i128> {
        let payees: Vec<PayeeIx> = payees.iter().map(|payee| PayeeIx::from_raw(*payee)).collect();
        let touches: Vec<Touch> =
            payees.iter().enumerate().map(|(day, &payee)| Touch { day: day as i32, payee }).collect();
        let mut out = Vec::new();
        model.units(&touches, &mut out);
        assert!(out.iter().zip(&payees).all(|((owner, _), payee)| owner == payee) || out.len() == 1);
        out.into_iter().map(|(_, units)| units / (ONE_E9 / 10)).collect()
    }

    #[test]
    fn positions_share_40_20_40() {
        assert_eq!(units(TouchModel::Position, &[1]), [10]);
        assert_eq!(units(TouchModel::Position, &[1, 2]), [10, 10]);
        assert_eq!(units(TouchModel::Position, &[1, 2, 3]), [20, 10, 20]);
        assert_eq!(units(TouchModel::Position, &[1, 2, 3, 4]), [40, 10, 10, 40]);
        assert_eq!(units(TouchModel::Position, &[1, 2, 3, 4, 5]), [60, 10, 10, 10, 60]);
    }

    #[test]
    fn ends_take_all() {
        assert_eq!(units(TouchModel::FirstTouch, &[1, 2, 3]), [10]);
        assert_eq!(units(TouchModel::LastTouch, &[1]), [10]);
        assert_eq!(units(TouchModel::TimeDecay(Decay::new(1)), &[1, 2]), [5, 10]);
    }
}
