//! price_audit.csv: discounts follow from list and amount, and a breach from what was given, allowed and approved.

use std::path::Path;

use csv::StringRecord;

use super::{flag, out_of_order, scaled_or_empty, sum_e6, wrong};
use crate::csv_file::records;
use crate::lines::Ids;
use crate::manifest::Terms;
use crate::names::Number;
use crate::report::{Findings, Measure, Proof};
use apportion_base::diagnostic::Diagnostic;
use apportion_contract::PRICE_AUDIT;
use apportion_contract::output::PRICE_AUDIT_FILE;

/// Proves the file. `deals` are so many of `ids` as lines and uncredited.csv name.
///
/// # Errors
/// A file that the disk does not give.
pub(super) fn prove(out: &Path, terms: &Terms, (ids, deals): (&mut Ids, usize)) -> Result<Proof, Diagnostic> {
    let mut findings = Findings::default();
    let mut before: Option<String> = None;
    let mut breaches = 0;
    let count = records((out, terms.raw), &PRICE_AUDIT_FILE, &mut findings, |row, cells, findings| {
        if before.as_ref().is_some_and(|before| **before >= cells[0]) {
            out_of_order(PRICE_AUDIT, row, findings);
        }
        before = Some(cells[0].to_owned());
        let Some(audit) = Audit::parse(cells, terms) else {
            return wrong(PRICE_AUDIT, row, "it is not a row that a run writes", findings);
        };
        breaches += u64::from(audit.breach);
        for (is_wrong, message) in [
            (ids.deals.number(&cells[0]).index() >= deals, "its deal is neither paid nor uncredited"),
            (!audit.gives(), "the discount given is not what the list price and the amount give"),
            (audit.over != audit.beyond(), "what is given beyond the allowed discount is not the difference"),
            (
                audit.breach != audit.breaches(),
                "it is a breach only where more was given than is allowed, and nobody approved it",
            ),
        ] {
            if is_wrong {
                wrong(PRICE_AUDIT, row, message, findings);
            }
        }
    })?;
    let measures = vec![Measure::Count("rows", count.unwrap_or(0)), Measure::Count("breaches", breaches)];
    let claim = "price_audit.csv is in order, its discounts follow from its prices, and its breaches from its discounts";
    Ok(Proof::new("prices", claim, measures, findings))
}

/// The numbers of a row.
struct Audit {
    /// In millionths.
    list: Option<i128>,
    /// In millionths.
    amount: i128,
    /// In millionths.
    given: Option<i128>,
    /// In hundred-millionths.
    allowed: Option<i128>,
    /// In hundred-millionths.
    over: Option<i128>,
    approved: bool,
    breach: bool,
}

impl Audit {
    fn parse(cells: &StringRecord, terms: &Terms) -> Option<Self> {
        let list = match &cells[3] {
            "" => None,
            text => Some(sum_e6(text, terms.digits)?),
        };
        // What lines are below their floors is not less than nothing.
        terms.minor(&cells[10]).filter(|below| *below >= 0)?;
        (!cells[0].is_empty()).then_some(())?;
        Some(Self {
            list,
            amount: sum_e6(&cells[4], terms.digits)?,
            given: scaled_or_empty(&cells[5], 6)?,
            allowed: scaled_or_empty(&cells[6], 8)?,
            over: scaled_or_empty(&cells[7], 8)?,
            approved: !cells[8].is_empty(),
            breach: flag(&cells[9])?,
        })
    }

    /// Whether the discount is (list - amount) / list, rounded half away from zero to 6 decimals.
    fn gives(&self) -> bool {
        let Some(list) = self.list.filter(|list| *list != 0) else { return self.given.is_none() };
        let Some(given) = self.given else { return false };
        let compare = || {
            let off = list.checked_sub(self.amount)?;
            let (off, list) = if list < 0 { (off.checked_neg()?, list.checked_neg()?) } else { (off, list) };
            let twice = off.checked_mul(2_000_000)?;
            let difference = twice.checked_sub(given.checked_mul(2)?.checked_mul(list)?)?;
            let outward = (difference >= 0) == (off >= 0);
            // A half goes away from zero, so outward there is less than half left.
            let difference = difference.checked_abs()?;
            Some(if outward { difference < list } else { difference <= list })
        };
        // What 38 digits don't hold is not judged.
        compare().unwrap_or(true)
    }

    /// max(0, given - allowed).
    fn beyond(&self) -> Option<i128> {
        let given = self.given?.checked_mul(100)?;
        Some(given.checked_sub(self.allowed?)?.max(0))
    }

    fn breaches(&self) -> bool {
        self.over.is_some_and(|over| over > 0) && !self.approved
    }
}
