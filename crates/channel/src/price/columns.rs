//! What was found about prices as columns of deals and of what is open.

use apportion_base::money::{Overflow, POW10};

use crate::attributes::{Attributes, decimals, flags};
use crate::governance::PriceAudit;
use crate::subject::Subject;

/// The columns of so many rows: `list_price`, `discount_given`, `discount_over`, `below_floor`, `lines_cost`, `price_breach`. Rows without
/// a policy have nulls, nothing below the floor and no breach. `digits` are the decimals of the book's minor unit.
///
/// # Errors
/// An amount of more than 38 digits, with what it is about.
pub fn attributes(
    audits: &[PriceAudit],
    rows: usize,
    digits: u32,
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
    }
    let e6 = |minor: i128| minor.checked_mul(POW10[6_usize.saturating_sub(digits as usize)]).ok_or(Overflow);
    let money = |of: &dyn Fn(&PriceAudit) -> Option<i128>| {
        let cell = |audit: &Option<&PriceAudit>| match audit {
            Some(audit) => of(audit).map(e6).transpose().map_err(|overflow| (audit.subject, overflow)),
            None => Ok(None),
        };
        of_row.iter().map(cell).collect::<Result<Vec<Option<i128>>, _>>()
    };
    let below_floor = money(&|audit| Some(audit.below_floor))?;
    let lines_cost = money(&|audit| audit.lines_cost)?;
    let audits = || of_row.iter().copied();
    let mut made = Attributes::default();
    made.put("list_price", decimals(audits().map(|audit| Some(audit?.list_e6?.into())), 6));
    made.put("discount_given", decimals(audits().map(|audit| audit?.given_e6), 6));
    made.put("discount_over", decimals(audits().map(|audit| audit?.over_e8), 8));
    made.put("below_floor", decimals(below_floor.into_iter().map(|below| below.or(Some(0))), 6));
    made.put("lines_cost", decimals(lines_cost.into_iter(), 6));
    made.put("price_breach", flags(audits().map(|audit| audit.is_some_and(|audit| audit.breach))));
    Ok(made)
}
