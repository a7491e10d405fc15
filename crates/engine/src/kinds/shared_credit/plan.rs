//! Plans shared credit: roles, models and declared splits all become slots and units.

use rust_decimal::Decimal;

use super::decided::Decisions;
use super::declared::DeclaredSplits;
use super::{kernel, overlay};
use crate::credit::decay::Decay;
use crate::credit::units::TouchModel;
use crate::credit::{Fault, Outcome, Shares, Slots};
use crate::kinds::DealPlan;
use crate::plan::batch::{ByBasis, Tag, basis, batch_by_basis, checked_rates, engaged, over_deals, rates};
use crate::plan::groups::EngagementsInReach;
use crate::plan::registered::{RegisteredWork, RoleUnits, merge, registered_among};
use crate::plan::{Bound, Inputs, LookupKey, Ties, ValueColumn, scaled};
use apportion_base::money::Overflow;
use apportion_data::{DealIx, Optional, RoleIx, Tables};
use apportion_rules::{Model, Reach, RoleShare, SharedCredit, Sharing, SlotIx, Vacancy, Version, Within};

/// One version of a shared_credit rule with everything looked up that does not depend on the partition.
pub struct Plan<'a> {
    pub(super) basis: Option<Bound<'a>>,
    pub(super) rate: Option<ValueColumn>,
    pub(super) how: SharingPlan<'a>,
}

pub(super) enum SharingPlan<'a> {
    Engaged { engaged: Option<Bound<'a>>, reach: Reach, by: ShareUnit<'a>, slots: Slots },
    Declared { declared: DeclaredSplits<'a>, overlay: bool, slots: Slots },
}

pub(super) enum ShareUnit<'a> {
    Role { roles: &'a [RoleShare], slot_of: Vec<Optional<SlotIx>>, within: Within },
    Payee(Within),
    Order(TouchModel),
}

impl<'a> Plan<'a> {
    pub fn new(inputs: &Inputs, rule: &'a SharedCredit) -> Result<Self, Overflow> {
        let rate = rule.rate.as_ref().map(|rate| ValueColumn::new(rate, 8, inputs.tables)).transpose()?;
        let how = match &rule.sharing {
            Sharing::Roles { engaged: condition, roles, within, unfilled } => {
                let known = &inputs.engagements.roles;
                let role = |role: &str| -> Optional<RoleIx> {
                    let place = known.binary_search_by(|known| known.as_str().cmp(role)).ok();
                    place.and_then(RoleIx::new).into()
                };
                let role: Vec<Optional<RoleIx>> = roles.iter().map(|share| role(&share.role)).collect();
                let mut slot_of = vec![Optional::NONE; known.len()];
                for (slot, role) in SlotIx::all(role.len()).zip(&role) {
                    if let Some(role) = role.get() {
                        slot_of[role] = slot.into();
                    }
                }
                SharingPlan::Engaged {
                    engaged: engaged(inputs, condition.condition.as_ref()),
                    reach: condition.reach,
                    by: ShareUnit::Role { roles, slot_of, within: *within },
                    slots: Slots {
                        share: whole_shares(roles.iter().map(|share| share.share))?,
                        role,
                        retain: *unfilled == Vacancy::Retain,
                    },
                }
            }
            Sharing::Model { engaged: condition, model } => SharingPlan::Engaged {
                engaged: engaged(inputs, condition.condition.as_ref()),
                reach: condition.reach,
                by: by_model(*model),
                slots: one_slot(),
            },
            Sharing::Declared { condition, overlay } => SharingPlan::Declared {
                declared: DeclaredSplits::new(inputs, condition.as_ref(), !overlay),
                overlay: *overlay,
                slots: one_slot(),
            },
        };
        Ok(Self {
            basis: over_deals(inputs, rule.basis.as_ref()),
            rate: rate.map(checked_rates).transpose()?,
            how,
        })
    }

    pub(super) fn shares(&self, inputs: &Inputs, deals: &[DealIx]) -> Result<(&Slots, Shares), Fault> {
        match &self.how {
            SharingPlan::Engaged { slots, .. } => {
                let shares = match self.how.registered(inputs, deals)? {
                    None => self.how.recorded(inputs, deals)?,
                    Some(registered) => self.how.with_registered(inputs, deals, &registered)?,
                };
                Ok((slots, shares))
            }
            SharingPlan::Declared { declared, slots, .. } => Ok((slots, declared.shares(inputs, deals)?)),
        }
    }
}

impl SharingPlan<'_> {
    /// The work on those of some deals that somebody registered in a role of the rule; `None` where there is none.
    pub(super) fn registered<'e>(
        &self,
        inputs: &Inputs<'e>,
        deals: &[DealIx],
    ) -> Result<Option<RegisteredWork<'e>>, Fault> {
        let Self::Engaged { engaged, reach, by: ShareUnit::Role { roles, .. }, .. } = self else {
            return Ok(None);
        };
        let tables: &'e Tables = inputs.tables;
        let registered = registered_among(&tables.effects, roles, deals);
        if registered.is_empty() {
            return Ok(None);
        }
        RegisteredWork::new(inputs, engaged.as_ref(), *reach, registered).map(Some)
    }

    /// The shares of deals by the work as it was recorded.
    fn recorded(&self, inputs: &Inputs, deals: &[DealIx]) -> Result<Shares, Fault> {
        let Self::Engaged { engaged, reach, by, .. } = self else { return Ok(Shares::default()) };
        let counted = EngagementsInReach::new(inputs, engaged.as_ref(), *reach, deals)?;
        Ok(match by {
            ShareUnit::Role { slot_of, within, .. } => counted.by_role(inputs, slot_of, *within),
            ShareUnit::Payee(within) => counted.by_payee(inputs, *within),
            ShareUnit::Order(model) => counted.by_order(inputs, &mut model.clone()),
        })
    }

    /// The shares of deals of which somebody registered some.
    fn with_registered(
        &self,
        inputs: &Inputs,
        deals: &[DealIx],
        registered: &RegisteredWork<'_>,
    ) -> Result<Shares, Fault> {
        let Self::Engaged { by: ShareUnit::Role { roles, slot_of, within }, .. } = self else {
            return self.recorded(inputs, deals);
        };
        let theirs: Vec<DealIx> = registered.deals().collect();
        let others: Vec<DealIx> =
            deals.iter().copied().filter(|deal| theirs.binary_search(deal).is_err()).collect();
        let recorded = self.recorded(inputs, &others)?;
        let by = RoleUnits { roles, slot_of, within: *within };
        Ok(merge(deals, &recorded, &theirs, &registered.shares(inputs, by)))
    }
}

impl DealPlan for Plan<'_> {
    fn run(&self, inputs: &Inputs, version: &Version, tag: &Tag, deals: &[DealIx]) -> Result<Outcome, Fault> {
        let incomplete = match &self.how {
            SharingPlan::Engaged { .. } => &inputs.tables.deals.incomplete_engagements,
            SharingPlan::Declared { .. } => &inputs.tables.deals.incomplete_splits,
        };
        let basis = basis(inputs, self.basis.as_ref(), deals)?;
        let by = ByBasis { basis: &basis, incomplete };
        let batch = batch_by_basis(inputs, version, tag, deals, by);
        let mut ties = Ties::new(inputs);
        let keys = || deals.iter().map(|deal| LookupKey::on(*deal)).collect::<Vec<_>>();
        let rates = self.rate.as_ref().map(|rate| rates(rate, &keys(), 0, &mut ties));
        let (slots, shares) = self.shares(inputs, deals)?;
        let outcome = match &self.how {
            SharingPlan::Declared { overlay: true, .. } => {
                overlay::pay(&batch, &basis, rates.as_deref(), &shares)
            }
            how => {
                let decisions = Decisions::new(inputs, how, deals)?;
                let sharing = kernel::Sharing { slots, shares: &shares, decisions: &decisions };
                kernel::pay(&batch, &basis, rates.as_deref(), sharing)
            }
        }?;
        ties.refuse(tag.version, &outcome, |_| 0, |_| "rate".to_owned())?;
        Ok(outcome)
    }
}

fn by_model(model: Model) -> ShareUnit<'static> {
    match model {
        Model::Weight => ShareUnit::Payee(Within::Weight),
        Model::Touches => ShareUnit::Payee(Within::Touches),
        Model::Equal => ShareUnit::Payee(Within::Equal),
        Model::FirstTouch => ShareUnit::Order(TouchModel::FirstTouch),
        Model::LastTouch => ShareUnit::Order(TouchModel::LastTouch),
        Model::Position => ShareUnit::Order(TouchModel::Position),
        Model::TimeDecay { half_life_days } => {
            ShareUnit::Order(TouchModel::TimeDecay(Decay::new(half_life_days)))
        }
    }
}

/// A model's one slot, which takes all.
fn one_slot() -> Slots {
    Slots { share: vec![1], role: vec![Optional::NONE], retain: false }
}

/// Shares as whole numbers in the same proportion.
fn whole_shares(shares: impl Iterator<Item = Decimal> + Clone) -> Result<Vec<i128>, Overflow> {
    let scale = shares.clone().map(|share| share.normalize().scale()).max().unwrap_or(0);
    shares.map(|share| scaled(share, scale)).collect()
}
