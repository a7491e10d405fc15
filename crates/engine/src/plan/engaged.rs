//! Who is engaged on the deals of a rule: the payees whose engagements count for any of them.

use apportion_data::{DealIx, PayeeIx};
use rayon::prelude::*;

use super::groups::EngagementsInReach;
use super::{Inputs, batch};
use crate::credit::Fault;
use apportion_rules::EngagementTerms;

/// By payee: whether an engagement of theirs counts for one of `deals`.
///
/// # Errors
/// An `engaged` that has no value for an engagement, with the deal.
pub fn engaged_payees(
    inputs: &Inputs,
    engaged: &EngagementTerms,
    deals: &[DealIx],
) -> Result<Vec<bool>, Fault> {
    let condition = batch::engaged(inputs, engaged.condition.as_ref());
    let payees = &inputs.tables.engagements.payee;
    let mut all = vec![false; inputs.tables.payees.len()];
    let of_part = |deals: &[DealIx]| {
        let counted = EngagementsInReach::new(inputs, condition.as_ref(), engaged.reach, deals)?;
        let mut found: Vec<PayeeIx> = counted.rows().map(|row| payees[row]).collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    };
    let parts = deals.par_chunks(inputs.partition).with_max_len(1).map(of_part).collect();
    for payee in Fault::first(parts)?.into_iter().flatten() {
        all[payee] = true;
    }
    Ok(all)
}
