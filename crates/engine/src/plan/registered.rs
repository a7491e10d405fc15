//! Work on deals that somebody registered, in rules that share by the role of the registration: what of it counts, and as what.

use apportion_data::{DealIx, Effects, EngagementIx, Optional, PayeeIx, RegisteredDeal};
use apportion_rules::{Reach, RoleShare, SlotIx, Within};

use super::groups::{Units, add_up, unit_e9};
use super::reach::candidates;
use super::work::{WorkOnDeal, among, counts};
use super::{Bound, Inputs};
use crate::credit::{Fault, Reason, Shares};

/// The work within reach of registered deals, as a rule by roles counts it.
pub struct RegisteredWork<'e> {
    /// Ascending by deal.
    deals: Vec<&'e RegisteredDeal>,
    /// The work of deal `i`: `offsets[i] .. offsets[i + 1]`.
    offsets: Vec<usize>,
    work: Vec<WorkOnDeal<'e>>,
    counts: Vec<bool>,
}

/// A rule by roles, as far as it decides by which units payees share.
#[derive(Clone, Copy)]
pub struct RoleUnits<'r> {
    /// The roles, by slot.
    pub roles: &'r [RoleShare],
    /// By role of the engagements: its slot; none for a role that the rule lacks.
    pub slot_of: &'r [Optional<SlotIx>],
    /// How payees of one role share.
    pub within: Within,
}

impl RoleUnits<'_> {
    /// The slot of a role; `None` for one that the rule lacks.
    pub fn slot(&self, role: &str) -> Option<SlotIx> {
        SlotIx::all(self.roles.len()).find(|slot| self.roles[*slot].role == role)
    }
}

/// The registrations of some deals, which ascend, for a role of a rule. Without registrations it costs one question.
pub fn registered_among<'e>(
    effects: &'e Effects,
    roles: &[RoleShare],
    deals: &[DealIx],
) -> Vec<&'e RegisteredDeal> {
    let has_role = |registered: &&RegisteredDeal| roles.iter().any(|share| *share.role == *registered.role);
    among(&effects.registered, |registered| registered.deal, deals).filter(has_role).collect()
}

impl<'e> RegisteredWork<'e> {
    /// Finds the work within reach, puts each piece into the role in which it counts, and asks `engaged`.
    ///
    /// # Errors
    /// An `engaged` that has no value for an engagement, with the deal.
    pub fn new(
        inputs: &Inputs<'_>,
        engaged: Option<&Bound<'_>>,
        reach: Reach,
        deals: Vec<&'e RegisteredDeal>,
    ) -> Result<Self, Fault> {
        let (mut offsets, mut work) = (vec![0], Vec::new());
        let mut rows = Vec::new();
        for registered in &deals {
            rows.clear();
            candidates(inputs, reach, registered.deal, &mut rows);
            work.extend(work_on(inputs, registered, &rows));
            offsets.push(work.len());
        }
        let counts = counts(inputs, engaged, &work)?;
        Ok(Self { deals, offsets, work, counts })
    }

    /// The deals, ascending.
    pub fn deals(&self) -> impl ExactSizeIterator<Item = DealIx> + '_ {
        self.deals.iter().map(|registered| registered.deal)
    }

    /// The registration of a deal, with its work and whether that counts; `None` where the deal is not among them.
    pub fn of_deal(
        &self,
        deal: DealIx,
    ) -> Option<(&'e RegisteredDeal, impl Iterator<Item = (WorkOnDeal<'e>, bool)> + '_)> {
        let place = self.deals.binary_search_by_key(&deal, |registered| registered.deal).ok()?;
        Some((self.deals[place], self.of_place(place)))
    }

    fn of_place(&self, place: usize) -> impl Iterator<Item = (WorkOnDeal<'e>, bool)> + '_ {
        let range = self.offsets[place]..self.offsets[place + 1];
        self.work[range.clone()].iter().copied().zip(self.counts[range].iter().copied())
    }

    /// The units of each deal by slot and payee.
    pub fn shares(&self, inputs: &Inputs, by: RoleUnits) -> Shares {
        let mut shares = Shares { offsets: vec![0], ..Shares::default() };
        for place in 0..self.deals.len() {
            let mut units = self.units(inputs, place, by);
            add_up(&mut units, by.within == Within::Equal, &mut shares);
            shares.why_empty.push(self.why_empty(place));
        }
        shares
    }

    /// Units of the work that counts: members share by percent, whatever `within` says, and nobody else shares with them.
    fn units(&self, inputs: &Inputs, place: usize, by: RoleUnits) -> Vec<Units> {
        let engagements = inputs.engagements;
        let registered = self.deals[place];
        let slot_of_claim = by.slot(&registered.role);
        let mut units: Vec<Units> = Vec::new();
        for (work, _) in self.of_place(place).filter(|(_, counts)| *counts) {
            let payee = engagements.payee[work.row];
            let own = || by.slot_of[engagements.role(work.row)].get();
            let Some(slot) = work.role.map_or_else(own, |role| by.slot(role)) else { continue };
            if Some(slot) != slot_of_claim {
                units.push((slot, payee, unit_e9(by.within, engagements.weight_e9[work.row])));
            } else if let Some(percent_e9) = percent_of(registered, payee)
                && !units.iter().any(|(known, of, _)| (*known, *of) == (slot, payee))
            {
                units.push((slot, payee, i128::from(percent_e9)));
            }
        }
        units
    }

    fn why_empty(&self, place: usize) -> Reason {
        let mut work = self.of_place(place).peekable();
        if work.peek().is_none() {
            Reason::NoEngagement
        } else if work.all(|(_, counts)| !counts) {
            Reason::NoEligiblePayee
        } else {
            Reason::NoFilledRole
        }
    }
}

/// A member's percent, in billionths; `None` of somebody who is no member.
pub fn percent_of(registered: &RegisteredDeal, payee: PayeeIx) -> Option<i64> {
    let members = &registered.members;
    let place = members.binary_search_by_key(&payee, |member| member.payee).ok()?;
    Some(members[place].percent_e9)
}

/// The engagements within reach of a registered deal in the roles in which they count, and those that the registration gives to
/// members who have none in its role.
fn work_on<'e>(
    inputs: &Inputs,
    registered: &'e RegisteredDeal,
    rows: &[EngagementIx],
) -> Vec<WorkOnDeal<'e>> {
    let engagements = inputs.engagements;
    let deal = registered.deal;
    let claimed = engagements.roles.binary_search_by(|known| known.as_str().cmp(&registered.role)).ok();
    let is_claimed = |row: EngagementIx| claimed == Some(engagements.role(row).at());
    let mut work = Vec::with_capacity(rows.len() + registered.members.len());
    for &row in rows {
        if !is_claimed(row) || percent_of(registered, engagements.payee[row]).is_some() {
            work.push(WorkOnDeal { deal, row, role: None });
        } else if let Some(others) = &registered.others {
            work.push(WorkOnDeal { deal, row, role: Some(others) });
        }
    }
    for member in &registered.members {
        let has_own = |row: &&EngagementIx| is_claimed(**row) && engagements.payee[**row] == member.payee;
        if rows.iter().find(has_own).is_none() {
            work.push(WorkOnDeal { deal, row: member.engagement, role: None });
        }
    }
    work
}

/// The shares of some deals, of which those of `registered` are in `others`; both ascend.
pub fn merge(deals: &[DealIx], recorded: &Shares, registered: &[DealIx], others: &Shares) -> Shares {
    let mut merged = Shares { offsets: vec![0], ..Shares::default() };
    let (mut next_recorded, mut next_registered) = (0, 0);
    for deal in deals {
        let (from, place) = if registered.get(next_registered) == Some(deal) {
            next_registered += 1;
            (others, next_registered - 1)
        } else {
            next_recorded += 1;
            (recorded, next_recorded - 1)
        };
        let rows = from.rows(place);
        merged.slot.extend_from_slice(&from.slot[rows.clone()]);
        merged.payee.extend_from_slice(&from.payee[rows.clone()]);
        merged.units_e9.extend_from_slice(&from.units_e9[rows]);
        merged.why_empty.push(from.why_empty[place]);
        merged.offsets.push(super::groups::offset(merged.payee.len()));
    }
    merged
}
