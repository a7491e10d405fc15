//! What the plan of shared credit knows of one deal, for explanations.

use super::decided::Decisions;
use super::plan::{Plan, ShareUnit, SharingPlan};
use crate::credit::units::{self, TouchModel};
use crate::credit::{Fault, Shares, Slots};
use crate::plan::batch::basis;
use crate::plan::groups::EngagementsInReach;
use crate::plan::registered::RegisteredWork;
use crate::plan::trace::{RowInReach, exact, rate_of_deal, reached};
use crate::plan::{Bound, Inputs};
use apportion_data::{DealIx, EngagementIx, Optional, RegisteredDeal, RoleIx, SplitIx, Tables};
use apportion_rules::SlotIx;

/// A deal of a shared_credit rule.
#[derive(Debug, Clone)]
pub(super) struct SharedTrace<'p> {
    /// Null in SQL's sense is `None`; else a mantissa and its decimals.
    pub basis: Option<(i128, u32)>,
    /// Hundred-millionths. The outer `None`: the rule only credits; the inner: no case applies.
    pub rate_e8: Option<Option<i64>>,
    /// Engagements within reach; none where splits are declared.
    pub engagements: Vec<RowInReach<EngagementIx>>,
    /// Declared splits of the deal; none where engagements count.
    pub splits: Vec<RowInReach<SplitIx>>,
    pub slots: &'p Slots,
    /// The slot of each role; empty where the rule has no roles.
    pub slot_of: &'p [Optional<SlotIx>],
    pub shares: Shares,
    /// Row and units of each counted touch, of models that look at their order.
    pub touches: Vec<(EngagementIx, i128)>,
    /// The registration that says whose work counts in one of the roles.
    pub registered: Option<&'p RegisteredDeal>,
    /// Engagements that count in another role than their own; `None` is a role that nobody's work has.
    pub counts_as: Vec<(EngagementIx, Option<RoleIx>)>,
    /// What was decided about roles of the rule, in order.
    pub decisions: Decisions<'p>,
}

impl SharedTrace<'_> {
    /// The role in which an engagement counts.
    pub fn role(&self, tables: &Tables, row: EngagementIx) -> Option<RoleIx> {
        let other = self.counts_as.iter().find(|(of, _)| *of == row);
        other.map_or_else(|| Some(tables.engagements.role(row)), |(_, role)| *role)
    }

    /// The slot in which an engagement counts.
    pub fn slot(&self, tables: &Tables, row: EngagementIx) -> Option<SlotIx> {
        self.slot_of[self.role(tables, row)?].get()
    }

    /// Whether a role is the one that the registration is for.
    pub fn is_registered(&self, tables: &Tables, role: Optional<RoleIx>) -> bool {
        let named = role.get().map(|role| tables.engagements.roles[role].as_str());
        self.registered.is_some_and(|registered| named == Some(&*registered.role))
    }
}

impl<'a> Plan<'a> {
    /// The condition that says which engagements, or which splits, count.
    pub fn counting(&self) -> Option<&Bound<'a>> {
        match &self.how {
            SharingPlan::Engaged { engaged, .. } => engaged.as_ref(),
            SharingPlan::Declared { declared, .. } => declared.condition(),
        }
    }

    pub fn trace<'p>(&'p self, inputs: &'p Inputs<'_>, deal: DealIx) -> Result<SharedTrace<'p>, Fault> {
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
            registered: None,
            counts_as: Vec::new(),
            decisions: Decisions::new(inputs, &self.how, &deals)?,
        };
        match &self.how {
            SharingPlan::Engaged { engaged, reach, by, .. } => {
                match self.how.registered(inputs, &deals)? {
                    Some(registered) => trace.count_registered(inputs.tables, &registered, deal),
                    None => {
                        let counted = EngagementsInReach::new(inputs, engaged.as_ref(), *reach, &deals)?;
                        trace.engagements = reached(&counted);
                    }
                }
                match by {
                    ShareUnit::Role { slot_of, .. } => trace.slot_of = slot_of,
                    ShareUnit::Payee(_) => {}
                    ShareUnit::Order(model) => {
                        trace.touches = touches(inputs, &trace.engagements, &mut model.clone());
                    }
                }
            }
            SharingPlan::Declared { declared, .. } => {
                let rows = declared.of_deal(inputs, deal)?;
                trace.splits = rows.into_iter().map(|(row, counts)| RowInReach { row, counts }).collect();
            }
        }
        Ok(trace)
    }
}

impl<'p> SharedTrace<'p> {
    /// The work on a deal that somebody registered, in the roles in which it counts.
    fn count_registered(&mut self, tables: &Tables, registered: &RegisteredWork<'p>, deal: DealIx) {
        let Some((of_deal, work)) = registered.of_deal(deal) else { return };
        self.registered = Some(of_deal);
        for (work, counts) in work {
            self.engagements.push(RowInReach { row: work.row, counts });
            if let Some(role) = work.role {
                let known = tables.engagements.roles.binary_search_by(|known| known.as_str().cmp(role));
                self.counts_as.push((work.row, known.ok().and_then(RoleIx::new)));
            }
        }
    }
}

/// The units of each dated touch that counts, in the order in which the model sees them.
fn touches(
    inputs: &Inputs,
    reached: &[RowInReach<EngagementIx>],
    model: &mut TouchModel,
) -> Vec<(EngagementIx, i128)> {
    let engagements = inputs.engagements;
    let counts = reached.iter().filter(|reached| reached.counts);
    let mut rows: Vec<EngagementIx> = counts.map(|reached| reached.row).collect();
    let (mut in_order, mut units) = (Vec::new(), Vec::new());
    units::touches(engagements, &mut rows, &mut in_order);
    model.units(&in_order, &mut units);
    let last = rows.len().saturating_sub(1);
    let of_touch = |index: usize| match model {
        TouchModel::FirstTouch => units.first().filter(|_| index == 0).map_or(0, |(_, units)| *units),
        TouchModel::LastTouch => units.first().filter(|_| index == last).map_or(0, |(_, units)| *units),
        TouchModel::Position | TouchModel::TimeDecay(_) => units[index].1,
    };
    rows.iter().enumerate().map(|(index, row)| (*row, of_touch(index))).collect()
}
