//! What the plan of a rule version knows of one deal: the rows it looked at, the units and measures that came of them,
//! basis and rates. An explanation shows these, so that it shows what the kernels were given and nothing of its own.

use arrow::array::ArrayRef;

use super::batch::basis;
use super::groups::Counted;
use super::{Bound, Inputs, Resolved};
use crate::credit::units::{Ordered, Touch};
use crate::credit::{Fault, Groups, Numbers, Shares, Slots};
use crate::kinds::stipend::plan::group_columns;
use crate::kinds::{
    renewal_bonus::plan as renewal_bonus, shared_credit::plan as shared_credit, stipend::plan as stipend,
};
use apportion_data::NO_DAY;

/// A row of the engagements (or of the splits) within reach of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    pub row: u32,
    /// Whether `engaged` (or `splits`) lets it count.
    pub counts: bool,
}

/// A deal of a shared_credit rule.
#[derive(Debug, Clone)]
pub struct SharedTrace<'p> {
    /// Null in SQL's sense is `None`; else a mantissa and its decimals.
    pub basis: Option<(i128, u32)>,
    /// Hundred-millionths. The outer `None`: the rule only credits; the inner: no case applies.
    pub rate_e8: Option<Option<i64>>,
    /// Rows of the splits where those are declared, of the engagements else.
    pub reached: Vec<Reached>,
    pub slots: &'p Slots,
    /// Slot of each role code, or `NONE`; empty where the rule has no roles.
    pub slot_of: &'p [u32],
    pub shares: Shares,
    /// Row and units of each counted touch, of models that look at their order.
    pub touches: Vec<(u32, i128)>,
}

/// A deal of a stipend.
#[derive(Debug, Clone)]
pub struct StipendTrace {
    pub reached: Vec<Reached>,
    pub groups: Groups,
    /// By group, as the kernel is given them.
    pub meets: Vec<bool>,
    pub amount_e6: Vec<Option<i128>>,
    pub times_e9: Vec<i128>,
    /// The group's columns as `require` sees them.
    pub columns: Vec<Option<ArrayRef>>,
}

/// A deal of a renewal bonus.
#[derive(Debug, Clone)]
pub struct BonusTrace {
    pub basis: Option<(i128, u32)>,
    pub reached: Vec<Reached>,
    pub groups: Groups,
    pub measure_e9: Vec<i128>,
    /// Ascending: the measure from which a rate applies, and the rate for the deal or for each group.
    pub rungs: Vec<(i128, Vec<Option<i64>>)>,
}

impl<'a> shared_credit::Plan<'a> {
    /// The condition that says which engagements, or which splits, count.
    pub fn counting(&self) -> Option<&Bound<'a>> {
        match &self.how {
            shared_credit::How::Engaged { engaged, .. } => engaged.as_ref(),
            shared_credit::How::Declared { declared, .. } => declared.condition(),
        }
    }

    pub fn trace(&self, inputs: &Inputs, deal: u32) -> Result<SharedTrace<'_>, Fault> {
        let deals = [deal];
        let (slots, shares) = self.shares(inputs, &deals)?;
        let mut trace = SharedTrace {
            basis: exact(&basis(inputs, self.basis.as_ref(), &deals)?),
            rate_e8: self.rate.as_ref().map(|rate| rate_of_deal(rate, deal)),
            reached: Vec::new(),
            slots,
            slot_of: &[],
            shares,
            touches: Vec::new(),
        };
        match &self.how {
            shared_credit::How::Engaged { engaged, reach, by, .. } => {
                let counted = Counted::new(inputs, engaged.as_ref(), *reach, &deals)?;
                trace.reached = reached(&counted);
                match by {
                    shared_credit::By::Role { slot_of, .. } => trace.slot_of = slot_of,
                    shared_credit::By::Payee(_) => {}
                    shared_credit::By::Order(model) => {
                        trace.touches = touches(inputs, &trace.reached, &mut model.clone());
                    }
                }
            }
            shared_credit::How::Declared { declared, .. } => {
                let rows = declared.of_deal(inputs, deal)?;
                trace.reached = rows.into_iter().map(|(row, counts)| Reached { row, counts }).collect();
            }
        }
        Ok(trace)
    }
}

impl<'a> stipend::Plan<'a> {
    pub fn counting(&self) -> Option<&Bound<'a>> {
        self.engaged.as_ref()
    }

    pub fn requirement(&self) -> Option<&Bound<'a>> {
        self.require.as_ref()
    }

    pub fn trace(&self, inputs: &Inputs, deal: u32) -> Result<StipendTrace, Fault> {
        let deals = [deal];
        let counted = Counted::new(inputs, self.engaged.as_ref(), self.reach, &deals)?;
        let groups = counted.groups(inputs);
        let earning = self.earning(&groups, &deals)?;
        let columns = group_columns(&groups);
        Ok(StipendTrace {
            reached: reached(&counted),
            meets: earning.meets,
            amount_e6: earning.amount_e6,
            times_e9: earning.times_e9,
            groups,
            columns,
        })
    }
}

impl<'a> renewal_bonus::Plan<'a> {
    pub fn counting(&self) -> Option<&Bound<'a>> {
        self.engaged.as_ref()
    }

    pub fn trace(&self, inputs: &Inputs, deal: u32) -> Result<BonusTrace, Fault> {
        let deals = [deal];
        let counted = Counted::new(inputs, self.engaged.as_ref(), self.reach, &deals)?;
        let groups = counted.groups(inputs);
        let rungs = self.rungs(&deals, &groups);
        Ok(BonusTrace {
            basis: exact(&basis(inputs, self.basis.as_ref(), &deals)?),
            reached: reached(&counted),
            measure_e9: self.measures(&groups),
            rungs: rungs.into_iter().map(|rung| (rung.from_e9, rung.rates_e8)).collect(),
            groups,
        })
    }
}

fn reached(counted: &Counted) -> Vec<Reached> {
    counted.within_reach(0).map(|(row, counts)| Reached { row, counts }).collect()
}

fn exact(numbers: &Numbers) -> Option<(i128, u32)> {
    numbers.get(0).map(|mantissa| (mantissa, numbers.scale))
}

fn rate_of_deal(rate: &Resolved, deal: u32) -> Option<i64> {
    rate.of_deal(deal).and_then(|rate| i64::try_from(rate).ok())
}

/// The units of each dated touch that counts, in the order in which the model sees them.
fn touches(inputs: &Inputs, reached: &[Reached], model: &mut Ordered) -> Vec<(u32, i128)> {
    let engagements = &inputs.tables.engagements;
    let counts = reached.iter().filter(|reached| reached.counts);
    let dated = counts.filter(|reached| engagements.occurred_on[reached.row as usize] != NO_DAY);
    let mut rows: Vec<(Touch, u32)> = dated
        .map(|reached| {
            let row = reached.row as usize;
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
