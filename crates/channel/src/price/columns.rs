//! What was found about prices as columns of deals and of what is open.

use std::collections::BTreeSet;

use apportion_base::money::{Overflow, POW10};
use arrow::array::ArrayRef;

use crate::attributes::{Attributes, decimals, flags};
use crate::governance::PriceAudit;
use crate::subject::Subject;

/// The columns of so many rows: `list_price`, `discount_given`, `discount_over`, `below_floor`, `lines_cost`, `price_breach`. Rows without
/// a policy have nulls, nothing below the floor and no breach. `digits` are the decimals of the book's minor unit. Only those are made
/// that are `used`.
///
/// # Errors
/// An amount of more than 38 digits, with what it is about.
pub fn attributes(
    audits: &[PriceAudit],
    rows: usize,
    digits: u32,
    used: &BTreeSet<String>,
) -> Result<Attributes, (Subject, Overflow)> {
    let mut of_row: Vec<Option<&PriceAudit>> = vec![None; rows];
    for audit in audits {
        let row = match audit.subject {
            Subject::Deal(deal) => deal.at(),
            Subject::Open(open) => open.at(),
        };
        if let Some(place) = of_row.get_mut(row) {
            *place = Some(audit);
        }
        for amount in [Some(audit.below_floor), audit.lines_cost].into_iter().flatten() {
            e6(amount, digits).map_err(|overflow| (audit.subject, overflow))?;
        }
    }
    let audits = || of_row.iter().copied();
    // What can't be held was found above.
    let money = |amount: i128| e6(amount, digits).ok();
    let mut made = Attributes::default();
    let mut put = |name: &'static str, column: &dyn Fn() -> ArrayRef| {
        if used.contains(name) {
            made.put(name, column());
        }
    };
    put("list_price", &|| decimals(audits().map(|audit| Some(audit?.list_e6?.into())), 6));
    put("discount_given", &|| decimals(audits().map(|audit| audit?.given_e6), 6));
    put("discount_over", &|| decimals(audits().map(|audit| audit?.over_e8), 8));
    let below_floor = |audit: Option<&PriceAudit>| audit.map_or(Some(0), |audit| money(audit.below_floor));
    put("below_floor", &|| decimals(audits().map(below_floor), 6));
    put("lines_cost", &|| decimals(audits().map(|audit| money(audit?.lines_cost?)), 6));
    put("price_breach", &|| flags(audits().map(|audit| audit.is_some_and(|audit| audit.breach))));
    Ok(made)
}

/// An amount in minor units in millionths.
fn e6(minor: i128, digits: u32) -> Result<i128, Overflow> {
    minor.checked_mul(POW10[6_usize.saturating_sub(digits as usize)]).ok_or(Overflow)
}
