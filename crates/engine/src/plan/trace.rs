//! What a plan knows of one deal. An explanation shows it, so that it shows what the kernels were given and nothing of
//! its own.

use super::batch::rates;
use super::groups::EngagementsInReach;
use super::{LookupKey, Ties, ValueColumn};
use crate::credit::Numbers;
use apportion_data::{DealIx, EngagementIx};

/// A row of the engagements, or of the splits, within reach of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowInReach<R> {
    /// The row.
    pub row: R,
    /// Whether `engaged` (or `splits`) lets it count.
    pub counts: bool,
}

/// The rows within reach of the only deal of a partition.
pub(crate) fn reached(counted: &EngagementsInReach) -> Vec<RowInReach<EngagementIx>> {
    counted.within_reach(0).map(|(row, counts)| RowInReach { row, counts }).collect()
}

/// The first of some numbers: a mantissa and its decimals.
pub(crate) fn exact(numbers: &Numbers) -> Option<(i128, u32)> {
    numbers.get(0).map(|mantissa| (mantissa, numbers.scale))
}

/// The rate of a deal in hundred-millionths.
pub(crate) fn rate_of_deal(rate: &ValueColumn, deal: DealIx) -> Option<i64> {
    rates(rate, &[LookupKey::on(deal)], 0, &mut Ties::default()).pop().flatten()
}
