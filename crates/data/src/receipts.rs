//! Receipts: what customers paid, by deal, and the part of a deal that is paid by a day.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array};
use arrow::datatypes::DataType;

use apportion_base::money::Rounding;

use super::contract::receipts::{AMOUNT, DEAL_ID, RECEIVED_ON};
use super::deals::own_amounts;
use super::engagements::group;
use super::references::KeyIndex;
use super::reversals::with_values;
use super::staging::StagingTable;
use super::tables::Tables;
use super::tables::deals::Deals;
use super::tables::for_ledger::Receipts;
use super::tables::frame::Frame;
use super::tables::indices::DealIx;

/// The derived column of deals that depends on a day.
const RECEIVED_SHARE: &str = "received_share";

/// Its decimals.
const SHARE_SCALE: i8 = 9;

/// One, in its decimals.
const WHOLE_E9: i128 = 1_000_000_000;

/// The dense table; `deals` is the staging table of the deals.
pub(super) fn build(
    staging: Option<&StagingTable>,
    deals: Option<&StagingTable>,
    deal_rows: &KeyIndex,
) -> Receipts {
    let Some(staging) = staging else { return Receipts::default() };
    let deal_of = |row: u32| deal_rows.index(staging.column(DEAL_ID).code(row as usize));
    let (rows, by_deal) = group(&staging.kept(), deal_rows.len(), deal_of);
    Receipts {
        by_deal,
        received_on: rows.iter().map(|row| staging.column(RECEIVED_ON).day(*row as usize)).collect(),
        amount_e6: rows.iter().map(|row| staging.column(AMOUNT).fixed(*row as usize)).collect(),
        own_amount_e6: own_amounts(deals, deal_rows),
    }
}

impl Receipts {
    /// Which part of a deal's own amount came in up to a day, in billionths from 0 to 1; 1 where the amount is 0, and 0 where
    /// the project has no receipts.
    pub fn share_e9(&self, deal: DealIx, day: i32) -> i128 {
        self.share_of_rest_e9(deal, day, (1, 1))
    }

    /// The same of a part of the deal's own amount, as a numerator and a denominator above 0: what reversals leave of it.
    fn share_of_rest_e9(&self, deal: DealIx, day: i32, (left, whole): (i64, i64)) -> i128 {
        let Some(own) = self.own_amount_e6.get(deal.at()).map(|own| i128::from(*own)) else { return 0 };
        if own == 0 || left == 0 {
            return WHOLE_E9;
        }
        let rows = self.of_deal(deal).filter(|row| self.received_on[*row] <= day);
        let received: i128 = rows.map(|row| i128::from(self.amount_e6[row])).sum();
        let received = (received * own.signum()).max(0);
        let (left, whole) = (i128::from(left.unsigned_abs()), i128::from(whole.unsigned_abs()));
        // All of it came in. What is compared has 36 digits at most, as no receipts count that are above all of the deal.
        if received >= own.abs() || received * whole >= own.abs() * left {
            return WHOLE_E9;
        }
        in_billionths(received * whole, own.abs() * left)
    }
}

/// A numerator that is below its denominator, both of 36 digits at most, divided to 9 decimals, half away from zero.
fn in_billionths(numerator: i128, denominator: i128) -> i128 {
    // A digit at a time, because their product with 10^9 need not fit.
    let (mut share, mut rest) = (0, numerator);
    for _ in 0..SHARE_SCALE {
        rest *= 10;
        share = share * 10 + rest / denominator;
        rest %= denominator;
    }
    if rest * 2 >= denominator { share + 1 } else { share }
}

impl Tables {
    /// Whether a column depends on the last day of the period that is settled.
    pub fn depends_on_period(&self) -> bool {
        self.deals.frame.column(RECEIVED_SHARE).is_some()
    }

    /// Fills the columns that depend on the last day of the period that is settled.
    pub fn end_period(&mut self, last_day: i32) {
        if self.depends_on_period() {
            let shares = self.deals.all().map(|deal| self.receipts.share_e9(deal, last_day));
            let shares = column(shares.collect());
            self.deals.frame.replace(RECEIVED_SHARE, shares);
        }
        self.period_end = Some(last_day);
    }

    /// The deals with other amounts of some of them, as [`Deals::with_amounts`] makes them; of what is left of these deals, the part
    /// that came in is another one.
    pub fn deals_with_amounts(&self, moved: &[(DealIx, i64)], rounding: Rounding, digits: u32) -> Deals {
        let mut counted = self.deals.with_amounts(moved, rounding, digits);
        let shares = self.deals.frame.column(RECEIVED_SHARE);
        if let (Some(last_day), Some(shares)) = (self.period_end, shares) {
            let share = |(deal, left): &(DealIx, i64)| {
                let part = (*left, self.deals.amount_e6[*deal]);
                (*deal, self.receipts.share_of_rest_e9(*deal, last_day, part))
            };
            let changed: Vec<(DealIx, i128)> = moved.iter().map(share).collect();
            counted.frame.replace(RECEIVED_SHARE, with_values(shares, &changed));
        }
        counted
    }

    /// The same tables with these columns filled.
    pub fn at_end_of(tables: Arc<Self>, last_day: i32) -> Arc<Self> {
        if !tables.depends_on_period() || tables.period_end == Some(last_day) {
            return tables;
        }
        let mut own = Arc::unwrap_or_clone(tables);
        own.end_period(last_day);
        Arc::new(own)
    }
}

fn column(shares_e9: Vec<i128>) -> ArrayRef {
    Arc::new(Decimal128Array::from(shares_e9).with_data_type(DataType::Decimal128(38, SHARE_SCALE)))
}

impl Frame {
    /// Puts other values in the place of a column that is there.
    fn replace(&mut self, name: &str, values: ArrayRef) {
        for (known, column) in &mut self.columns {
            if known == name {
                *column = Arc::clone(&values);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_came_in() {
        // Deals of 100.00, -100.00, 0.00 and 3.00; receipts of the first two on days 10 and 20, of the last on day 10.
        let e6 = 1_000_000;
        let receipts = Receipts {
            by_deal: vec![0, 2, 3, 3, 4],
            received_on: vec![10, 20, 10, 10],
            amount_e6: vec![30 * e6, 90 * e6, -50 * e6, 2 * e6],
            own_amount_e6: vec![100 * e6, -100 * e6, 0, 3 * e6],
        };
        for (deal, day, share) in [
            (0, 9, 0),
            (0, 10, 300_000_000),
            (0, 20, WHOLE_E9),
            (1, 10, 500_000_000),
            (2, 0, WHOLE_E9),
            (3, 10, 666_666_667),
        ] {
            assert_eq!(receipts.share_e9(DealIx::from_raw(deal), day), share, "{deal} on {day}");
        }
        assert_eq!(Receipts::default().share_e9(DealIx::FIRST, 0), 0);
    }

    #[test]
    fn the_part_of_what_reversals_leave() {
        let e6 = 1_000_000;
        let receipts = Receipts {
            by_deal: vec![0, 1, 2],
            received_on: vec![10, 10],
            amount_e6: vec![30 * e6, -50 * e6],
            own_amount_e6: vec![100 * e6, -100 * e6],
        };
        let share = |deal, left, whole| receipts.share_of_rest_e9(DealIx::from_raw(deal), 10, (left, whole));
        // 30 of 60, of 30, of 90.
        assert_eq!(share(0, 60, 100), 500_000_000);
        assert_eq!(share(0, 30, 100), WHOLE_E9);
        assert_eq!(share(0, 90, 100), 333_333_333);
        assert_eq!((share(0, 0, 100), share(1, -75, -100)), (WHOLE_E9, 666_666_667));
        // As large as amounts get: 10^18 * 10^18.
        let most = 999_999_999_999_999_999;
        let large = Receipts { own_amount_e6: vec![most, 0], amount_e6: vec![most - 1, 0], ..receipts };
        assert_eq!(large.share_of_rest_e9(DealIx::FIRST, 10, (most, most)), WHOLE_E9);
        assert_eq!(large.share_of_rest_e9(DealIx::FIRST, 10, (most - 2, most)), WHOLE_E9);
    }
}
