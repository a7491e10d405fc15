//! The dense table of deals.

use arrow::array::StringArray;

use super::frame::Frame;
use super::indices::{AccountIx, DealIx, NONE};
use apportion_base::index::Optional;

/// A won deal that reverses another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reversal {
    /// The reversal itself.
    pub deal: DealIx,
    /// The deal that it reverses; none if that is not among the deals.
    pub original: Optional<DealIx>,
    /// The absolute value of its amount in book currency, in millionths, converted at the original's rate where both are
    /// in one currency.
    pub size_e6: i128,
}

/// Deals in order of `close_date`, then of the bytes of `deal_id`. All columns have one entry per deal ([`DealIx`]).
#[derive(Debug, Clone)]
pub struct Deals {
    /// `deal_id`.
    pub ids: StringArray,
    /// The rank of the deal by bytes of `deal_id` alone.
    pub id_rank: Vec<u32>,
    /// Whether the outcome is `won`; otherwise it is `lost`.
    pub won: Vec<bool>,
    /// Days since 1970-01-01, ascending.
    pub close_date: Vec<i32>,
    /// The amount in book currency, in millionths of its major unit.
    pub amount_e6: Vec<i64>,
    /// The account.
    pub account: Vec<Optional<AccountIx>>,
    /// How many accounts there are.
    pub accounts: usize,
    /// The deal that this one renews; none if there is none or it is not among the deals.
    pub renews: Vec<Optional<DealIx>>,
    /// Whether an engagement that names the deal was rejected (other than as a duplicate).
    pub incomplete_engagements: Vec<bool>,
    /// Whether a split that names the deal was rejected (other than as a duplicate).
    pub incomplete_splits: Vec<bool>,
    /// Won deals that reverse another one, in order.
    pub reversals: Vec<Reversal>,
    /// The columns that rules name, also `source_amount`, `discount` and attributes.
    pub frame: Frame,
}

impl Deals {
    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.won.len()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.won.is_empty()
    }

    /// All of them, in order.
    #[inline]
    pub fn all(&self) -> impl DoubleEndedIterator<Item = DealIx> + ExactSizeIterator + Clone + use<> {
        DealIx::all(self.len())
    }

    /// The `deal_id`.
    #[inline]
    pub fn id(&self, deal: DealIx) -> &str {
        self.ids.value(deal.at())
    }

    /// The first deal that closed on a day or later (days since 1970-01-01); the one after the last if none did.
    #[inline]
    pub fn first_from(&self, day: i32) -> DealIx {
        first_from(&self.close_date, day)
    }

    /// The deal that a reversal reverses; `None` where it is none, or that deal is not in the data.
    pub fn original(&self, deal: DealIx) -> Option<DealIx> {
        self.reversal(deal)?.original.get()
    }

    /// The days from the close date of one deal to that of a later one; below 0 where it is earlier.
    pub fn days_between(&self, first: DealIx, later: DealIx) -> i64 {
        i64::from(self.close_date[later]) - i64::from(self.close_date[first])
    }
}

/// The first deal that closed on a day or later, given the close date of each deal; the one after the last if none did.
#[inline]
pub fn first_from(close_date: &[i32], day: i32) -> DealIx {
    // A table has fewer rows than deals can be numbered.
    DealIx::new(close_date.partition_point(|closed| *closed < day)).unwrap_or(DealIx::from_raw(NONE))
}
