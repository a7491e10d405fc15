//! What the plan of a renewal bonus knows of one deal, for explanations.

use super::kernel::Rung;
use super::plan::Plan;
use crate::credit::{Fault, Groups};
use crate::plan::batch::basis;
use crate::plan::groups::EngagementsInReach;
use crate::plan::trace::{RowInReach, exact, reached};
use crate::plan::{Bound, Inputs, Ties};
use apportion_data::{DealIx, EngagementIx};

/// A deal of a renewal bonus.
#[derive(Debug, Clone)]
pub struct BonusTrace {
    pub basis: Option<(i128, u32)>,
    pub reached: Vec<RowInReach<EngagementIx>>,
    pub groups: Groups,
    pub measure_e9: Vec<i128>,
    /// The rung that the deal reaches, or that each group does.
    pub reached_rungs: Vec<Option<Rung>>,
}

impl<'a> Plan<'a> {
    pub fn counting(&self) -> Option<&Bound<'a>> {
        self.engaged.as_ref()
    }

    pub fn trace(&self, inputs: &Inputs, deal: DealIx) -> Result<BonusTrace, Fault> {
        let deals = [deal];
        let counted = EngagementsInReach::new(inputs, self.engaged.as_ref(), self.reach, &deals)?;
        let groups = counted.groups(inputs);
        let measure_e9 = self.measures(&groups);
        Ok(BonusTrace {
            basis: exact(&basis(inputs, self.basis.as_ref(), &deals)?),
            reached: reached(&counted),
            reached_rungs: self.reached(inputs.tables, &deals, (&groups, &measure_e9), &mut Ties::default()),
            measure_e9,
            groups,
        })
    }
}
