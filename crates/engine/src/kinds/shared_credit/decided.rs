//! Decided conflicts: what the two claimants have in the disputed role becomes one heap and is split by the decision. Nobody else's
//! line changes.

use super::plan::{ShareUnit, SharingPlan};
use crate::credit::batch::Retention;
use crate::credit::{Fault, Line, Reason, Units};
use crate::plan::groups::EngagementsInReach;
use crate::plan::registered::RegisteredWork;
use crate::plan::work::{WorkOnDeal, among, counts};
use crate::plan::{Bound, Inputs};
use apportion_base::money::{Minor, Overflow, Splitter};
use apportion_data::{DealIx, DecidedConflict, Optional, PayeeIx, RoleIx};
use apportion_rules::Reach;

/// 100% in billionths of a percent.
pub(super) const WHOLE_E9: i64 = 100_000_000_000;

/// A decision about a role of the rule.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'e> {
    /// What was decided.
    pub conflict: &'e DecidedConflict,
    /// The disputed role, as lines name it.
    pub role: Optional<RoleIx>,
    /// Whether the rule counts each claimant on the deal.
    pub counted: [bool; 2],
}

/// The decisions about the deals of a batch.
#[derive(Debug, Clone, Default)]
pub struct Decisions<'e> {
    /// Ascending by deal and then by conflict.
    all: Vec<Decision<'e>>,
}

/// A part that nobody gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Whose it would be; none of what is void.
    pub payee: Option<PayeeIx>,
    /// Why.
    pub reason: Reason,
    /// Of the credit.
    pub credit: Minor,
    /// Of the pool.
    pub pool: Minor,
}

impl Kept {
    /// What the row of uncredited.csv says: a rule that only credits has no pool.
    pub fn retention(&self, pays: bool) -> Retention {
        Retention { pool: pays.then_some(self.pool), credit: self.credit }
    }
}

impl<'e> Decisions<'e> {
    /// Of these, which ascend by deal and then by conflict.
    #[cfg(test)]
    pub fn of(all: Vec<Decision<'e>>) -> Self {
        Self { all }
    }

    /// The decisions about some deals, which ascend, in roles of the rule. Without decisions it costs one question.
    ///
    /// # Errors
    /// An `engaged` that has no value for an engagement, with the deal.
    pub(super) fn new(
        inputs: &'e Inputs<'_>,
        how: &SharingPlan<'_>,
        deals: &[DealIx],
    ) -> Result<Self, Fault> {
        let SharingPlan::Engaged { engaged, reach, by: ShareUnit::Role { roles, .. }, slots } = how else {
            return Ok(Self::default());
        };
        if inputs.undecided {
            return Ok(Self::default());
        }
        let slot = |role: &str| roles.iter().position(|share| share.role == role);
        let of_deals = among(&inputs.tables.effects.decided, |conflict| conflict.deal, deals);
        let disputed: Vec<(&DecidedConflict, usize)> =
            of_deals.filter_map(|conflict| Some((conflict, slot(&conflict.role)?))).collect();
        if disputed.is_empty() {
            return Ok(Self::default());
        }
        let conflicts: Vec<&DecidedConflict> = disputed.iter().map(|(conflict, _)| *conflict).collect();
        let counted = counted(inputs, (engaged.as_ref(), *reach), how, &conflicts)?;
        let decision = |((conflict, slot), counted): ((&'e DecidedConflict, usize), [bool; 2])| Decision {
            conflict,
            role: slots.role[slot],
            counted,
        };
        Ok(Self { all: disputed.into_iter().zip(counted).map(decision).collect() })
    }

    /// Those about a deal, in the order in which they apply.
    pub fn of_deal(&self, deal: DealIx) -> &[Decision<'e>] {
        let from = self.all.partition_point(|decision| decision.conflict.deal < deal);
        let len = self.all[from..].partition_point(|decision| decision.conflict.deal == deal);
        &self.all[from..from + len]
    }
}

/// Whether the rule counts each claimant of some conflicts: whether an engagement within its reach passes `engaged`, or one that a
/// claim of theirs would give.
fn counted(
    inputs: &Inputs<'_>,
    (engaged, reach): (Option<&Bound<'_>>, Reach),
    how: &SharingPlan<'_>,
    conflicts: &[&DecidedConflict],
) -> Result<Vec<[bool; 2]>, Fault> {
    let mut deals: Vec<DealIx> = conflicts.iter().map(|conflict| conflict.deal).collect();
    deals.dedup();
    let registered = how.registered(inputs, &deals)?;
    let recorded_deals = without(&deals, registered.as_ref());
    let recorded = EngagementsInReach::new(inputs, engaged, reach, &recorded_deals)?;
    let payee_of = |row| inputs.engagements.payee[row];
    let has_work = |deal: DealIx, payee: PayeeIx| {
        if let Some((_, mut work)) = registered.as_ref().and_then(|registered| registered.of_deal(deal)) {
            return work.any(|(work, counts)| counts && payee_of(work.row) == payee);
        }
        let place = recorded_deals.binary_search(&deal).ok();
        place.is_some_and(|place| {
            recorded.within_reach(place).any(|(row, counts)| counts && payee_of(row) == payee)
        })
    };
    let claims = |conflict: &DecidedConflict, side: usize| -> Result<bool, Fault> {
        let work =
            conflict.claims[side].iter().map(|row| WorkOnDeal { deal: conflict.deal, row: *row, role: None });
        Ok(counts(inputs, engaged, &work.collect::<Vec<_>>())?.contains(&true))
    };
    let of_conflict = |conflict: &&DecidedConflict| {
        let is_counted =
            |side: usize| Ok(has_work(conflict.deal, conflict.claimants[side]) || claims(conflict, side)?);
        Ok([is_counted(0)?, is_counted(1)?])
    };
    conflicts.iter().map(of_conflict).collect()
}

/// The deals that nobody registered.
fn without(deals: &[DealIx], registered: Option<&RegisteredWork<'_>>) -> Vec<DealIx> {
    let is_recorded = |deal: &DealIx| registered.is_none_or(|registered| registered.of_deal(*deal).is_none());
    deals.iter().copied().filter(is_recorded).collect()
}

/// Applies a decision to the lines of its deal. `line` is an empty line of the deal under the rule.
///
/// # Errors
/// A number that can't be held.
pub fn apply(
    decision: &Decision<'_>,
    line: impl Fn(PayeeIx) -> Line,
    splitter: &mut Splitter,
    lines: &mut Vec<Line>,
    kept: &mut Vec<Kept>,
) -> Result<(), Overflow> {
    let claimants = decision.conflict.claimants;
    let places = claimants
        .map(|payee| lines.iter().position(|line| line.payee == payee && line.role == decision.role));
    if places == [None, None] {
        return Ok(());
    }
    let sum = |amount: fn(&Line) -> Minor| {
        Minor::from_wide(places.iter().flatten().map(|place| amount(&lines[*place]).wide()).sum())
    };
    let (credit, pool) = (sum(|line| line.credited)?, sum(|line| line.uncapped)?);
    let percents = decision.conflict.outcome.percents();
    let parts = |total: Minor, splitter: &mut Splitter| -> Result<[Minor; 2], Overflow> {
        let mut parts = Vec::new();
        splitter.split(total, &percents.map(i128::from), &mut parts)?;
        Ok([0, 1].map(|side: usize| parts.get(side).copied().unwrap_or_default()))
    };
    let (credits, pools) = (parts(credit, splitter)?, parts(pool, splitter)?);
    if percents == [0, 0] {
        kept.push(Kept { payee: None, reason: Reason::Voided, credit, pool });
    }
    for side in 0..2 {
        let (credited, uncapped) = (credits[side], pools[side]);
        let changed = |line: Line| -> Result<Line, Overflow> {
            Ok(Line {
                units: Units::of_e9(percents[side].into())?,
                units_total: Units::of_e9(WHOLE_E9.into())?,
                credited,
                uncapped,
                amount: uncapped,
                ..line
            })
        };
        match places[side] {
            Some(place) => lines[place] = changed(lines[place])?,
            None if percents[side] == 0 => {}
            None if decision.counted[side] => {
                lines.push(changed(Line { role: decision.role, ..line(claimants[side]) })?);
            }
            None => kept.push(Kept {
                payee: Some(claimants[side]),
                reason: Reason::NotCounted,
                credit: credited,
                pool: uncapped,
            }),
        }
    }
    Ok(())
}

/// Adds up what is kept for one payee and reason: a row of uncredited.csv each.
///
/// # Errors
/// A sum that can't be held.
pub fn added_up(kept: &[Kept]) -> Result<Vec<Kept>, Overflow> {
    let mut sums: Vec<Kept> = Vec::new();
    for part in kept {
        match sums.iter_mut().find(|sum| (sum.payee, sum.reason) == (part.payee, part.reason)) {
            Some(sum) => {
                sum.credit = sum.credit.checked_add(part.credit)?;
                sum.pool = sum.pool.checked_add(part.pool)?;
            }
            None => sums.push(*part),
        }
    }
    Ok(sums)
}
