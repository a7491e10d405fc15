//! What the plan of a stipend knows of one deal, for explanations.

use apportion_data::{DealIx, EngagementIx};
use arrow::array::ArrayRef;

use super::plan::{Plan, group_columns};
use crate::credit::{Fault, Groups};
use crate::plan::groups::EngagementsInReach;
use crate::plan::trace::{RowInReach, reached};
use crate::plan::{Bound, Inputs, Ties};

/// A deal of a stipend.
#[derive(Debug, Clone)]
pub struct StipendTrace {
    pub reached: Vec<RowInReach<EngagementIx>>,
    pub groups: Groups,
    /// By group, as the kernel is given them.
    pub amount_e6: Vec<Option<i128>>,
    pub times_e9: Vec<i128>,
    /// The group's columns as `require` sees them.
    pub columns: Vec<Option<ArrayRef>>,
}

impl<'a> Plan<'a> {
    pub fn counting(&self) -> Option<&Bound<'a>> {
        self.engaged.as_ref()
    }

    pub fn requirement(&self) -> Option<&Bound<'a>> {
        self.require.as_ref()
    }

    pub fn trace(&self, inputs: &Inputs, deal: DealIx) -> Result<StipendTrace, Fault> {
        let deals = [deal];
        let counted = EngagementsInReach::new(inputs, self.engaged.as_ref(), self.reach, &deals)?;
        let groups = counted.groups(inputs);
        let earning = self.earning(inputs.tables, &groups, &deals, &mut Ties::default())?;
        let columns = group_columns(&groups);
        Ok(StipendTrace {
            reached: reached(&counted),
            amount_e6: earning.amount_e6,
            times_e9: earning.times_e9,
            groups,
            columns,
        })
    }
}
