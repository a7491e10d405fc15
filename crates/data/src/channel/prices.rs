//! Price books, lines of deals, and approvals of discounts.

use apportion_book::TableName;

use super::rows::Rows;
use crate::intern::Names;
use crate::references::KeyIndex;
use crate::staging::StagingTable;
use crate::tables::indices::NONE;
use crate::tables::{DealLine, PriceApproval, PriceEntry, Prices};

/// What deals are sold at.
pub(super) fn build<'a>(rows: impl Fn(TableName) -> Option<Rows<'a>>) -> Prices {
    Prices {
        entries: rows(TableName::PriceEntries).map(entries).unwrap_or_default(),
        lines: rows(TableName::DealLines).map(lines).unwrap_or_default(),
        approvals: rows(TableName::PriceApprovals).map(approvals).unwrap_or_default(),
    }
}

fn entries(source: Rows<'_>) -> Vec<PriceEntry> {
    let entry = |row: u32| {
        Some(PriceEntry {
            book: source.text(place!(PriceEntries, "price_book"), row)?,
            product: source.text(place!(PriceEntries, "product_id"), row)?,
            currency: source.text(place!(PriceEntries, "currency"), row)?,
            from: source.day(place!(PriceEntries, "from"), row)?,
            until: source.day(place!(PriceEntries, "until"), row),
            unit_price_e6: source.fixed(place!(PriceEntries, "unit_price"), row)?,
            floor_price_e6: source.fixed(place!(PriceEntries, "floor_price"), row),
        })
    };
    let mut entries: Vec<PriceEntry> = source.staging.kept().into_iter().filter_map(entry).collect();
    let key =
        |entry: &PriceEntry| (entry.book.clone(), entry.product.clone(), entry.currency.clone(), entry.from);
    entries.sort_by_cached_key(key);
    entries
}

/// By deal, then number.
fn lines(source: Rows<'_>) -> Vec<DealLine> {
    let line = |row: u32| {
        Some(DealLine {
            deal: source.deal(place!(DealLines, "deal_id"), row).get()?,
            line_no: source.text(place!(DealLines, "line_no"), row)?,
            product: source.text(place!(DealLines, "product_id"), row),
            quantity_e9: source.wide(place!(DealLines, "quantity"), row)?,
            amount_e6: source.fixed(place!(DealLines, "amount"), row)?,
            cost_e6: source.fixed(place!(DealLines, "cost"), row),
        })
    };
    let Rows { staging, ground } = source;
    line_rows(staging, ground.names, ground.deal_rows).into_iter().filter_map(line).collect()
}

/// The rows of lines whose deal is there, by deal and then number.
pub(crate) fn line_rows(staging: &StagingTable, names: &Names, deals: &KeyIndex) -> Vec<u32> {
    let deal = |row: &u32| deals.index(staging.column(place!(DealLines, "deal_id")).code(*row as usize));
    let number = |row: &u32| staging.text(names, place!(DealLines, "line_no"), *row);
    let mut rows: Vec<u32> = staging.kept().into_iter().filter(|row| deal(row) != NONE).collect();
    rows.sort_by(|a, b| deal(a).cmp(&deal(b)).then_with(|| number(a).cmp(&number(b))));
    rows
}

/// By deal, then id.
fn approvals(source: Rows<'_>) -> Vec<PriceApproval> {
    let approval = |row: u32| {
        Some(PriceApproval {
            id: source.text(place!(PriceApprovals, "approval_id"), row)?,
            deal: source.deal(place!(PriceApprovals, "deal_id"), row).get()?,
            discount_e9: source.fixed(place!(PriceApprovals, "discount"), row)?,
            approved_by: source.payee(place!(PriceApprovals, "approved_by"), row),
            approved_at: source.moment(place!(PriceApprovals, "approved_at"), row)?,
            expires_on: source.day(place!(PriceApprovals, "expires_on"), row),
            why: source.text(place!(PriceApprovals, "why"), row),
        })
    };
    let mut approvals: Vec<PriceApproval> = source.staging.kept().into_iter().filter_map(approval).collect();
    approvals.sort_by(|a, b| a.deal.cmp(&b.deal).then_with(|| a.id.cmp(&b.id)));
    approvals
}
