//! From the engagements within reach to what counts: one group for each deal and payee, or units by role or model.

use arrow::array::{Array, BooleanArray, UInt32Array};

use super::reach::{Sets, candidates};
use super::{Bound, Inputs, index_array, state_array};
use crate::credit::units::{ONE_E9, TouchModel, touches};
use crate::credit::{Fault, Groups, Reason, Shares, Subject};
use apportion_data::{DealIx, EngagementIx, NO_DAY, Optional, PayeeIx};
use apportion_rules::{Reach, SlotIx, Within};

/// The engagements within reach of each deal of a partition, and whether they count. Deals of one account that share what is
/// within their reach have one set of it.
pub struct EngagementsInReach {
    /// By deal: its set. `None` where each deal has a set of its own.
    set_of: Option<Vec<u32>>,
    /// Rows of set `i`: `offsets[i] .. offsets[i + 1]` of `rows`.
    offsets: Vec<u32>,
    /// Rows of the engagements.
    rows: Vec<EngagementIx>,
    /// Whether `engaged` is true; `None` without the condition.
    counts: Option<BooleanArray>,
}

impl EngagementsInReach {
    /// Finds the engagements within reach and evaluates `engaged` on each.
    pub fn new(
        inputs: &Inputs,
        engaged: Option<&Bound>,
        reach: Reach,
        deals: &[DealIx],
    ) -> Result<Self, Fault> {
        let Sets { set_of, first } = Sets::new(inputs.tables, engaged, reach, deals);
        // Each set is that of its first deal.
        let deals = first.as_deref().unwrap_or(deals);
        let mut offsets = Vec::with_capacity(deals.len() + 1);
        let mut rows = Vec::new();
        offsets.push(0);
        for &deal in deals {
            candidates(inputs, reach, deal, &mut rows);
            offsets.push(u32::try_from(rows.len()).map_err(|_| too_many(deal))?);
        }
        let counts = engaged.map(|engaged| Self::ask(inputs, engaged, deals, &offsets, &rows)).transpose()?;
        Ok(Self { set_of, offsets, rows, counts })
    }

    fn ask(
        inputs: &Inputs,
        engaged: &Bound,
        deals: &[DealIx],
        offsets: &[u32],
        rows: &[EngagementIx],
    ) -> Result<BooleanArray, Fault> {
        let payees = &inputs.engagements.payee;
        let engagement_index = engaged.uses(0).then(|| index_array(rows.iter().map(|row| row.raw())));
        let states = &inputs.tables.payees.states;
        let state_index = engaged.uses(1).then(|| match states.change() {
            false => index_array(rows.iter().map(|&row| payees[row].raw())),
            true => {
                let deals = deals.iter().zip(offsets.windows(2));
                let deal_of_row = deals.flat_map(|(deal, ends)| (ends[0]..ends[1]).map(move |_| *deal));
                state_array(inputs.tables, rows.iter().map(|&row| payees[row]).zip(deal_of_row))
            }
        });
        let deal_of = |position: usize| deals[offsets.partition_point(|&from| from as usize <= position) - 1];
        let deal_index = engaged.uses(2).then(|| {
            let mut index = Vec::with_capacity(rows.len());
            for (position, &deal) in deals.iter().enumerate() {
                index.resize(offsets[position + 1] as usize, deal.raw());
            }
            UInt32Array::from(index)
        });
        let subject = |position: usize| Subject::Work(deal_of(position), payees[rows[position]]);
        engaged
            .mask(rows.len(), &[engagement_index.as_ref(), state_index.as_ref(), deal_index.as_ref()])
            .map_err(|error| Fault::of_expression(engaged.expr(), error, subject))
    }

    fn sets(&self) -> usize {
        self.offsets.len() - 1
    }

    fn reached(&self, set: usize) -> std::ops::Range<usize> {
        self.offsets[set] as usize..self.offsets[set + 1] as usize
    }

    fn of(&self, set: usize) -> impl Iterator<Item = EngagementIx> + '_ {
        self.reached(set)
            .filter(|&pair| {
                self.counts.as_ref().is_none_or(|counts| counts.is_valid(pair) && counts.value(pair))
            })
            .map(|pair| self.rows[pair])
    }

    /// The rows within reach of a deal, and whether each counts.
    pub fn within_reach(&self, deal: usize) -> impl Iterator<Item = (EngagementIx, bool)> + '_ {
        let set = self.set_of.as_ref().map_or(deal, |set_of| set_of[deal] as usize);
        self.reached(set).map(|pair| {
            let counts =
                self.counts.as_ref().is_none_or(|counts| counts.is_valid(pair) && counts.value(pair));
            (self.rows[pair], counts)
        })
    }

    /// The rows of all engagements that count, set by set.
    pub fn rows(&self) -> impl Iterator<Item = EngagementIx> + '_ {
        (0..self.sets()).flat_map(|set| self.of(set))
    }

    /// Why a deal has nothing to share by: `otherwise` where engagements count but give no units.
    fn why_empty(&self, set: usize, otherwise: Reason) -> Reason {
        if self.reached(set).is_empty() {
            Reason::NoEngagement
        } else if self.of(set).next().is_none() {
            Reason::NoEligiblePayee
        } else {
            otherwise
        }
    }

    /// One group for each deal and payee, in order of payee.
    pub fn groups(&self, inputs: &Inputs) -> Groups {
        let groups = self.groups_of_sets(inputs);
        let Some(set_of) = &self.set_of else { return groups };
        let spread = Spread { set_of, offsets: &groups.offsets };
        Groups {
            offsets: spread.offsets(),
            payee: spread.column(&groups.payee),
            touches: spread.column(&groups.touches),
            weight_e9: spread.column(&groups.weight_e9),
            first_on: spread.column(&groups.first_on),
            last_on: spread.column(&groups.last_on),
            why_empty: spread.each(&groups.why_empty),
        }
    }

    fn groups_of_sets(&self, inputs: &Inputs) -> Groups {
        let engagements = inputs.engagements;
        let mut groups = Groups { offsets: vec![0], ..Groups::default() };
        let mut rows: Vec<(PayeeIx, EngagementIx)> = Vec::new();
        for position in 0..self.sets() {
            rows.clear();
            rows.extend(self.of(position).map(|row| (engagements.payee[row], row)));
            rows.sort_unstable();
            let start = groups.payee.len();
            for &(payee, row) in &rows {
                if groups.payee.len() == start || groups.payee.last() != Some(&payee) {
                    groups.payee.push(payee);
                    groups.touches.push(0);
                    groups.weight_e9.push(0);
                    groups.first_on.push(NO_DAY);
                    groups.last_on.push(NO_DAY);
                }
                let group = groups.payee.len() - 1;
                groups.touches[group] += 1;
                groups.weight_e9[group] += i128::from(engagements.weight_e9[row]);
                let day = engagements.occurred_on[row];
                if day != NO_DAY {
                    let first = &mut groups.first_on[group];
                    *first = if *first == NO_DAY { day } else { day.min(*first) };
                    groups.last_on[group] = day.max(groups.last_on[group]);
                }
            }
            groups.offsets.push(offset(groups.payee.len()));
            groups.why_empty.push(self.why_empty(position, Reason::NoEligiblePayee));
        }
        groups
    }

    /// Units by role and payee; `slot_of` gives the slot of each role; none for a role that the rule lacks.
    pub fn by_role(&self, inputs: &Inputs, slot_of: &[Optional<SlotIx>], within: Within) -> Shares {
        let engagements = inputs.engagements;
        self.shares(
            Reason::NoFilledRole,
            |position, units| {
                for row in self.of(position) {
                    if let Some(slot) = slot_of[engagements.role(row)].get() {
                        units.push((
                            slot,
                            engagements.payee[row],
                            unit_e9(within, engagements.weight_e9[row]),
                        ));
                    }
                }
            },
            within,
        )
    }

    /// Units by payee, without roles, where the order of engagements does not matter.
    pub fn by_payee(&self, inputs: &Inputs, within: Within) -> Shares {
        let engagements = inputs.engagements;
        self.shares(
            Reason::NoEligiblePayee,
            |position, units| {
                units.extend(self.of(position).map(|row| {
                    (SlotIx::FIRST, engagements.payee[row], unit_e9(within, engagements.weight_e9[row]))
                }));
            },
            within,
        )
    }

    /// Units by payee of a model that looks at the order of engagements; those without a date are left out.
    pub fn by_order(&self, inputs: &Inputs, model: &mut TouchModel) -> Shares {
        let engagements = inputs.engagements;
        let (mut rows, mut in_order) = (Vec::new(), Vec::new());
        let mut of_touches = Vec::new();
        self.shares(
            Reason::NoEligiblePayee,
            |position, units| {
                rows.clear();
                rows.extend(self.of(position));
                in_order.clear();
                touches(engagements, &mut rows, &mut in_order);
                of_touches.clear();
                model.units(&in_order, &mut of_touches);
                units.extend(of_touches.iter().map(|&(payee, of_touch)| (SlotIx::FIRST, payee, of_touch)));
            },
            Within::Weight,
        )
    }

    /// Adds the units of each deal up by slot and payee.
    fn shares(
        &self,
        otherwise: Reason,
        mut units_of: impl FnMut(usize, &mut Vec<Units>),
        within: Within,
    ) -> Shares {
        let mut shares = Shares { offsets: vec![0], ..Shares::default() };
        let mut units = Vec::new();
        for set in 0..self.sets() {
            units.clear();
            units_of(set, &mut units);
            add_up(&mut units, within == Within::Equal, &mut shares);
            shares.why_empty.push(self.why_empty(set, otherwise));
        }
        let Some(set_of) = &self.set_of else { return shares };
        let spread = Spread { set_of, offsets: &shares.offsets };
        Shares {
            offsets: spread.offsets(),
            slot: spread.column(&shares.slot),
            payee: spread.column(&shares.payee),
            units_e9: spread.column(&shares.units_e9),
            why_empty: spread.each(&shares.why_empty),
        }
    }
}

/// What was made for each set, as it is wanted: for each deal.
struct Spread<'s> {
    set_of: &'s [u32],
    /// Of the sets.
    offsets: &'s [u32],
}

impl Spread<'_> {
    fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.set_of.iter().map(|set| {
            let set = *set as usize;
            self.offsets[set] as usize..self.offsets[set + 1] as usize
        })
    }

    fn offsets(&self) -> Vec<u32> {
        let mut end = 0;
        let ends = self.ranges().map(|range| {
            end += range.len();
            offset(end)
        });
        std::iter::once(0).chain(ends).collect()
    }

    /// Values of which a set has any number.
    fn column<T: Copy>(&self, of_sets: &[T]) -> Vec<T> {
        self.ranges().flat_map(|range| of_sets[range].iter().copied()).collect()
    }

    /// Values of which a set has one.
    fn each<T: Copy>(&self, of_sets: &[T]) -> Vec<T> {
        self.set_of.iter().map(|set| of_sets[*set as usize]).collect()
    }
}

/// Units of a payee in a slot, in billionths.
pub type Units = (SlotIx, PayeeIx, i128);

/// More engagements within reach of a partition than can be numbered. A partition has no more than a million, unless a single deal has.
fn too_many(deal: DealIx) -> Fault {
    let message = format!("there are more than {} engagements within reach of some deals", u32::MAX);
    Fault::new(deal, message)
}

/// An offset into groups or shares. They are no more than the rows within reach, which were counted.
pub(super) fn offset(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

/// The units of one engagement.
pub(super) fn unit_e9(within: Within, weight_e9: i64) -> i128 {
    match within {
        Within::Weight => i128::from(weight_e9),
        Within::Touches | Within::Equal => ONE_E9,
    }
}

/// Sums units of equal slot and payee (or takes them once, where all payees are equal) and closes the deal.
pub fn add_up(units: &mut [Units], once: bool, shares: &mut Shares) {
    units.sort_unstable();
    let start = shares.payee.len();
    for &(slot, payee, of_one) in units.iter() {
        let last = shares.payee.len().wrapping_sub(1);
        if shares.payee.len() > start && shares.slot[last] == slot && shares.payee[last] == payee {
            if !once {
                shares.units_e9[last] += of_one;
            }
        } else {
            shares.slot.push(slot);
            shares.payee.push(payee);
            shares.units_e9.push(of_one);
        }
    }
    shares.offsets.push(offset(shares.payee.len()));
}
