//! Price books, the lines of deals, and approvals of discounts.

use super::Moment;
use crate::tables::{DealIx, PayeeIx};
use apportion_base::sorted::equal;

/// What deals are sold at.
#[derive(Debug, Clone, Default)]
pub struct Prices {
    /// By book, product, currency and first day.
    pub entries: Vec<PriceEntry>,
    /// By deal, then number.
    pub lines: Vec<DealLine>,
    /// By deal, then id.
    pub approvals: Vec<PriceApproval>,
}

/// A row of `price_entries`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceEntry {
    /// `price_book`.
    pub book: String,
    /// `product_id`.
    pub product: String,
    /// An ISO 4217 code.
    pub currency: String,
    /// First day in force.
    pub from: i32,
    /// Last day in force, inclusive.
    pub until: Option<i32>,
    /// In millionths of the currency.
    pub unit_price_e6: i64,
    /// In millionths of the currency.
    pub floor_price_e6: Option<i64>,
}

/// A row of `deal_lines`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealLine {
    /// Which deal.
    pub deal: DealIx,
    /// `line_no`, as written.
    pub line_no: String,
    /// What was sold.
    pub product: Option<String>,
    /// In billionths.
    pub quantity_e9: i128,
    /// In the deal's currency, in millionths.
    pub amount_e6: i64,
    /// In the deal's currency, in millionths.
    pub cost_e6: Option<i64>,
}

/// A row of `price_approvals`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceApproval {
    /// `approval_id`.
    pub id: String,
    /// Which deal.
    pub deal: DealIx,
    /// The discount that it allows, 0 to 1, in billionths.
    pub discount_e9: i64,
    /// Who approved.
    pub approved_by: PayeeIx,
    /// When.
    pub approved_at: Moment,
    /// The last day on which it serves.
    pub expires_on: Option<i32>,
    /// Why.
    pub why: Option<String>,
}

impl Prices {
    /// The lines of a deal.
    pub fn lines_of(&self, deal: DealIx) -> &[DealLine] {
        equal(&self.lines, |line| line.deal.cmp(&deal))
    }

    /// The approvals of a deal.
    pub fn approvals_of(&self, deal: DealIx) -> &[PriceApproval] {
        equal(&self.approvals, |approval| approval.deal.cmp(&deal))
    }
}
