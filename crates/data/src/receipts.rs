//! Receipts: what customers paid, by deal, and the part of a deal that is paid by a day.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array};
use arrow::datatypes::DataType;

use apportion_base::money::Rounding;

use super::contract::receipts::{AMOUNT, DEAL_ID, RECEIVED_ON};
use super::deals::own_amounts;
use super::engagements::group;
use super::references::KeyIndex;
use super::staging::StagingTable;
use super::tables::Tables;
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
        let Some(own) = self.own_amount_e6.get(deal.at()).map(|own| i128::from(*own)) else { return 0 };
        if own == 0 {
            return WHOLE_E9;
        }
        let rows = self.by_deal[deal] as usize..self.by_deal[deal.next()] as usize;
        let received: i128 =
            rows.filter(|row| self.received_on[*row] <= day).map(|row| i128::from(self.amount_e6[row])).sum();
        let share = Rounding::HalfAwayFromZero
            .divide(received.saturating_mul(WHOLE_E9).saturating_mul(own.signum()), own.abs());
        share.clamp(0, WHOLE_E9)
    }
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
}
