//! Plans stipends: which groups meet the requirement, what each earns, and how many times.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, Decimal128Array};

use super::kernel::{Earning, pay};
use crate::credit::units::ONE_E9;
use crate::credit::{Fault, Groups, Outcome, Reason, Subject};
use crate::kinds::DealPlan;
use crate::plan::batch::{Tag, batch, engaged};
use crate::plan::groups::EngagementsInReach;
use crate::plan::{Bound, Inputs, LookupKey, TemporaryTable, Ties, ValueColumn, deal_array, state_array};
use apportion_base::money::Overflow;
use apportion_data::{DealIx, NO_DAY, Tables};
use apportion_rules::{Per, Reach, Stipend, Version};

/// The index of the group among the tables that `require` sees.
pub(super) const GROUP: usize = 2;

/// One version of a stipend rule with everything looked up that does not depend on the partition.
pub struct Plan<'a> {
    pub(super) engaged: Option<Bound<'a>>,
    pub(super) reach: Reach,
    pub(super) require: Option<Bound<'a>>,
    pub(super) amount: ValueColumn,
    per: Per,
}

impl<'a> Plan<'a> {
    pub fn new(inputs: &Inputs, rule: &'a Stipend) -> Result<Self, Overflow> {
        let frames = [Some(&inputs.tables.payees.states.frame), Some(&inputs.tables.deals.frame), None];
        Ok(Self {
            engaged: engaged(inputs, rule.engaged.condition.as_ref()),
            reach: rule.engaged.reach,
            require: rule.require.as_ref().map(|expr| Bound::new(expr, &frames)),
            amount: ValueColumn::new(&rule.amount, 6, inputs.tables)?,
            per: rule.per,
        })
    }

    /// What each group of these deals earns.
    pub(super) fn earning(
        &self,
        tables: &Tables,
        groups: &Groups,
        deals: &[DealIx],
        ties: &mut Ties,
    ) -> Result<Earning, Fault> {
        let of_deal: Vec<DealIx> = groups.deals(deals).collect();
        let meets = self.meets(tables, groups, &of_deal)?;
        // An amount is looked up only where it is earned.
        let earned: Vec<usize> = (0..meets.len()).filter(|group| meets[*group]).collect();
        let keys: Vec<LookupKey> =
            earned.iter().map(|group| LookupKey::of(groups.payee[*group], of_deal[*group], tables)).collect();
        let mut amount_e6 = vec![None; meets.len()];
        let amounts = self.amount.look_up(&keys, 0, ties);
        earned.into_iter().zip(amounts).for_each(|(group, amount)| amount_e6[group] = amount);
        Ok(Earning {
            amount_e6,
            meets,
            times_e9: (0..groups.payee.len()).map(|group| self.times_e9(groups, group)).collect(),
        })
    }

    fn times_e9(&self, groups: &Groups, group: usize) -> i128 {
        match self.per {
            Per::Deal => ONE_E9,
            Per::Touch => i128::from(groups.touches[group]) * ONE_E9,
            Per::Weight => groups.weight_e9[group],
        }
    }

    fn meets(&self, tables: &Tables, groups: &Groups, of_deal: &[DealIx]) -> Result<Vec<bool>, Fault> {
        let Some(require) = &self.require else { return Ok(vec![true; groups.payee.len()]) };
        let state_index = state_array(tables, groups.payee.iter().copied().zip(of_deal.iter().copied()));
        let deal_index = deal_array(of_deal);
        let columns = group_columns(groups);
        let made = TemporaryTable { table: GROUP, columns: &columns };
        let mask = require
            .mask_with(groups.payee.len(), &[Some(&state_index), Some(&deal_index)], made)
            .map_err(|error| {
                Fault::of_expression(require.expr(), error, |row| {
                    Subject::Work(of_deal[row], groups.payee[row])
                })
            })?;
        Ok((0..groups.payee.len()).map(|index| mask.is_valid(index) && mask.value(index)).collect())
    }
}

impl DealPlan for Plan<'_> {
    fn run(&self, inputs: &Inputs, version: &Version, tag: &Tag, deals: &[DealIx]) -> Result<Outcome, Fault> {
        let amounts = &inputs.tables.deals.amount_e6;
        let batch =
            batch(inputs, version, tag, deals, |_, deal| (amounts[deal] < 0).then_some(Reason::NegativeDeal));
        let groups =
            EngagementsInReach::new(inputs, self.engaged.as_ref(), self.reach, deals)?.groups(inputs);
        let mut ties = Ties::new(inputs);
        let earning = self.earning(inputs.tables, &groups, deals, &mut ties)?;
        let outcome = pay(&batch, &groups, &earning)?;
        ties.refuse(tag.version, &outcome, |_| 0, |_| "amount".to_owned())?;
        Ok(outcome)
    }
}

/// `touches`, `weight`, `first_on`, `last_on` as an expression sees them.
pub(super) fn group_columns(groups: &Groups) -> Vec<Option<ArrayRef>> {
    let decimals = |values: Vec<i128>, scale: i8| {
        let array = Decimal128Array::from(values);
        // 38 digits hold every sum of weights below 10^9 with 9 decimals.
        array.with_precision_and_scale(38, scale).ok().map(|array| Arc::new(array) as ArrayRef)
    };
    let days = |days: &[i32]| {
        let array: Date32Array = days.iter().map(|&day| (day != NO_DAY).then_some(day)).collect();
        Some(Arc::new(array) as ArrayRef)
    };
    vec![
        decimals(groups.touches.iter().map(|&touches| i128::from(touches)).collect(), 0),
        decimals(groups.weight_e9.clone(), 9),
        days(&groups.first_on),
        days(&groups.last_on),
    ]
}
