//! Plans renewal bonuses: the measure of each group and the ladder of rates.

use super::kernel::{MeasureOwner, Rates, Rung, pay};
use crate::credit::units::ONE_E9;
use crate::credit::{Fault, Groups, Line, Outcome};
use crate::kinds::DealPlan;
use crate::plan::batch::{ByBasis, Tag, basis, batch_by_basis, checked_rates, engaged, over_deals, rates};
use crate::plan::groups::EngagementsInReach;
use crate::plan::{Bound, Inputs, LookupKey, Ties, ValueColumn, scaled};
use apportion_base::money::Overflow;
use apportion_data::{DealIx, Tables};
use apportion_rules::{Measure, RateBy, Reach, RenewalBonus, Version};

/// One version of a renewal_bonus rule with everything looked up that does not depend on the partition.
pub struct Plan<'a> {
    pub(super) engaged: Option<Bound<'a>>,
    pub(super) reach: Reach,
    pub(super) basis: Option<Bound<'a>>,
    measure: Measure,
    /// Measure in billionths and its rate, ascending.
    pub(super) rungs: Vec<(i128, ValueColumn)>,
    by: MeasureOwner,
}

impl<'a> Plan<'a> {
    pub fn new(inputs: &Inputs, rule: &'a RenewalBonus) -> Result<Self, Overflow> {
        let rung = |rung: &apportion_rules::RateFrom| {
            let rate = checked_rates(ValueColumn::new(&rung.rate, 8, inputs.tables)?)?;
            Ok((scaled(rung.from, 9)?, rate))
        };
        Ok(Self {
            engaged: engaged(inputs, rule.engaged.condition.as_ref()),
            reach: rule.engaged.reach,
            basis: over_deals(inputs, rule.basis.as_ref()),
            measure: rule.measure,
            rungs: rule.rates.iter().map(rung).collect::<Result<_, Overflow>>()?,
            by: match rule.rate_by {
                RateBy::Deal => MeasureOwner::Deal,
                RateBy::Payee => MeasureOwner::Payee,
            },
        })
    }

    /// The measure of each group.
    pub(super) fn measures(&self, groups: &Groups) -> Vec<i128> {
        match self.measure {
            Measure::Weight => groups.weight_e9.clone(),
            Measure::Touches => groups.touches.iter().map(|&touches| i128::from(touches) * ONE_E9).collect(),
        }
    }

    /// The rungs that these deals or their groups reach. Only the rates of these rungs are looked up.
    pub(super) fn reached(
        &self,
        tables: &Tables,
        deals: &[DealIx],
        (groups, measure_e9): (&Groups, &[i128]),
        ties: &mut Ties,
    ) -> Vec<Option<Rung>> {
        let (keys, steps): (Vec<LookupKey>, Vec<Option<usize>>) = match self.by {
            MeasureOwner::Deal => {
                let measures = groups.ranges().map(|range| measure_e9[range].iter().sum());
                let keys = deals.iter().map(|deal| LookupKey::on(*deal));
                keys.zip(measures.map(|measure_e9| self.step_of(measure_e9))).unzip()
            }
            MeasureOwner::Payee => {
                let keys = groups.payee.iter().zip(groups.deals(deals));
                let keys = keys.map(|(payee, deal)| LookupKey::of(*payee, deal, tables));
                keys.zip(measure_e9.iter().map(|measure_e9| self.step_of(*measure_e9))).unzip()
            }
        };
        let mut reached = vec![None; keys.len()];
        for (step, (_, rate)) in self.rungs.iter().enumerate() {
            let places: Vec<usize> = (0..keys.len()).filter(|place| steps[*place] == Some(step)).collect();
            let of_step: Vec<LookupKey> = places.iter().map(|place| keys[*place]).collect();
            let rates = rates(rate, &of_step, step, ties);
            for (place, rate_e8) in places.into_iter().zip(rates) {
                reached[place] = Some(Rung { step, rate_e8 });
            }
        }
        reached
    }

    /// The place of the rung that a measure reaches.
    fn step_of(&self, measure_e9: i128) -> Option<usize> {
        self.rungs.iter().rposition(|(from_e9, _)| *from_e9 <= measure_e9)
    }

    /// The place of the rung of a line.
    fn step(&self, line: &Line) -> usize {
        let measure_e9 = match self.by {
            MeasureOwner::Deal => line.units_total.e9(),
            MeasureOwner::Payee => line.units.e9(),
        };
        self.step_of(measure_e9).unwrap_or(0)
    }
}

impl DealPlan for Plan<'_> {
    fn run(&self, inputs: &Inputs, version: &Version, tag: &Tag, deals: &[DealIx]) -> Result<Outcome, Fault> {
        let incomplete = &inputs.tables.deals.incomplete_engagements;
        let basis = basis(inputs, self.basis.as_ref(), deals)?;
        let batch = batch_by_basis(inputs, version, tag, deals, ByBasis { basis: &basis, incomplete });
        let groups =
            EngagementsInReach::new(inputs, self.engaged.as_ref(), self.reach, deals)?.groups(inputs);
        let mut ties = Ties::new(inputs);
        let measure_e9 = self.measures(&groups);
        let reached = self.reached(inputs.tables, deals, (&groups, &measure_e9), &mut ties);
        let rates = Rates { measure_e9: &measure_e9, reached: &reached, by: self.by };
        let outcome = pay(&batch, &basis, &groups, rates)?;
        ties.refuse(tag.version, &outcome, |line| self.step(line), |step| format!("rates.{step}.rate"))?;
        Ok(outcome)
    }
}
