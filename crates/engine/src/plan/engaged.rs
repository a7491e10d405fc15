//! Who is engaged on the deals of a rule: the payees whose engagements count for any of them.

use apportion_data::{DealIx, StateIx};
use rayon::prelude::*;

use super::groups::EngagementsInReach;
use super::reach::parts;
use super::{Inputs, batch};
use crate::credit::Fault;
use apportion_rules::EngagementTerms;

/// What payees are on the days of deals for which an engagement of theirs counts, in order and each once.
///
/// # Errors
/// An `engaged` that has no value for an engagement, with the deal.
pub fn engaged_payees(
    inputs: &Inputs,
    engaged: &EngagementTerms,
    deals: &[DealIx],
) -> Result<impl ExactSizeIterator<Item = StateIx> + use<>, Fault> {
    let condition = batch::engaged(inputs, engaged.condition.as_ref());
    let payees = &inputs.engagements.payee;
    let of_part = |deals: &[DealIx]| {
        let counted = EngagementsInReach::new(inputs, condition.as_ref(), engaged.reach, deals)?;
        let mut found: Vec<StateIx> = Vec::new();
        if inputs.tables.payees.states.change() {
            for (position, deal) in deals.iter().enumerate() {
                let rows = counted.within_reach(position).filter(|(_, counts)| *counts);
                found.extend(rows.map(|(row, _)| inputs.tables.state(payees[row], *deal)));
            }
        } else {
            found.extend(counted.rows().map(|row| StateIx::from_raw(payees[row].raw())));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    };
    let parts =
        parts(inputs, Some(engaged.reach), deals).into_par_iter().with_max_len(1).map(of_part).collect();
    let mut all: Vec<StateIx> = Fault::first(parts)?.into_iter().flatten().collect();
    all.sort_unstable();
    all.dedup();
    Ok(all.into_iter())
}
