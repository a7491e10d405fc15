//! What the plan of shared credit knows of one deal, for explanations.

use super::plan::{By, How, Plan};
use crate::credit::units::{Ordered, Touch};
use crate::credit::{Fault, Shares, Slots};
use crate::plan::batch::basis;
use crate::plan::groups::Counted;
use crate::plan::trace::{Reached, exact, rate_of_deal, reached};
use crate::plan::{Bound, Inputs};
use apportion_data::{DealIx, EngagementIx, NO_DAY, Optional, SplitIx};
use apportion_rules::SlotIx;

/// A deal of a shared_credit rule.
#[derive(Debug, Clone)]
pub(super) struct SharedTrace<'p> {
    /// Null in SQL's sense is `None`; else a mantissa and its decimals.
    pub basis: Option<(i128, u32)>,
    /// Hundred-millionths. The outer `None`: the rule only credits; the inner: no case applies.
    pub rate_e8: Option<Option<i64>>,
    /// Engagements within reach; none where splits are declared.
    pub engagements: Vec<Reached<EngagementIx>>,
    /// Declared splits of the deal; none where engagements count.
    pub splits: Vec<Reached<SplitIx>>,
    pub slots: &'p Slots,
    /// The slot of each role; empty where the rule has no roles.
    pub slot_of: &'p [Optional<SlotIx>],
    pub shares: Shares,
    /// Row and units of each counted touch, of models that look at their order.
    pub touches: Vec<(EngagementIx, i128)>,
}

impl<'a> Plan<'a> {
    /// The condition that says which engagements, or which splits, count.
    pub fn counting(&self) -> Option<&Bound<'a>> {
        match &self.how {
            How::Engaged { engaged, .. } => engaged.as_ref(),
            How::Declared { declared, .. } => declared.condition(),
        }
    }

    pub fn trace(&self, inputs: &Inputs, deal: DealIx) -> Result<SharedTrace<'_>, Fault> {
        let deals = [deal];
        let (slots, shares) = self.shares(inputs, &deals)?;
        let mut trace = SharedTrace {
            basis: exact(&basis(inputs, self.basis.as_ref(), &deals)?),
            rate_e8: self.rate.as_ref().map(|rate| rate_of_deal(rate, deal)),
            engagements: Vec::new(),
            splits: Vec::new(),
            slots,
            slot_of: &[],
            shares,
            touches: Vec::new(),
        };
        match &self.how {
            How::Engaged { engaged, reach, by, .. } => {
                let counted = Counted::new(inputs, engaged.as_ref(), *reach, &deals)?;
                trace.engagements = reached(&counted);
                match by {
                    By::Role { slot_of, .. } => trace.slot_of = slot_of,
                    By::Payee(_) => {}
                    By::Order(model) => {
                        trace.touches = touches(inputs, &trace.engagements, &mut model.clone());
                    }
                }
            }
            How::Declared { declared, .. } => {
                let rows = declared.of_deal(inputs, deal)?;
                trace.splits = rows.into_iter().map(|(row, counts)| Reached { row, counts }).collect();
            }
        }
        Ok(trace)
    }
}

/// The units of each dated touch that counts, in the order in which the model sees them.
fn touches(
    inputs: &Inputs,
    reached: &[Reached<EngagementIx>],
    model: &mut Ordered,
) -> Vec<(EngagementIx, i128)> {
    let engagements = &inputs.tables.engagements;
    let counts = reached.iter().filter(|reached| reached.counts);
    let dated = counts.filter(|reached| engagements.occurred_on[reached.row] != NO_DAY);
    let mut rows: Vec<(Touch, EngagementIx)> = dated
        .map(|reached| {
            let row = reached.row;
            let touch = Touch {
                day: engagements.occurred_on[row],
                id_rank: engagements.id_rank[row],
                payee: engagements.payee[row],
            };
            (touch, reached.row)
        })
        .collect();
    rows.sort_unstable();
    let in_order: Vec<Touch> = rows.iter().map(|(touch, _)| *touch).collect();
    let mut units = Vec::new();
    model.units(&in_order, &mut units);
    let last = rows.len().saturating_sub(1);
    let of_touch = |at: usize| match model {
        Ordered::FirstTouch => units.first().filter(|_| at == 0).map_or(0, |(_, units)| *units),
        Ordered::LastTouch => units.first().filter(|_| at == last).map_or(0, |(_, units)| *units),
        Ordered::Position | Ordered::TimeDecay(_) => units[at].1,
    };
    rows.iter().enumerate().map(|(at, (_, row))| (*row, of_touch(at))).collect()
}
