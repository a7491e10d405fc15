//! Which approval of a discount serves.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use apportion_base::money::Overflow;
use apportion_data::{Payees, PriceApproval, StateIx};
use apportion_rules::{ApprovalStep, PolicyIx};
use rust_decimal::Decimal;

use crate::fault::PolicyFault;
use crate::scope::Judge;
use crate::subject::Subject;

/// A discount beyond what is allowed.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Of what.
    pub subject: Subject,
    /// The discount in millionths.
    pub given_e6: i128,
    /// How far it is beyond what is allowed, in hundred-millionths; above 0.
    pub over_e8: i128,
    /// The day on which an approval must be there and not be over.
    pub close_date: i32,
    /// The approvals of the deal.
    pub approvals: &'a [PriceApproval],
}

/// The earliest approval that serves, for each discount. Without steps anybody approves.
///
/// # Errors
/// A condition of a step without a value for a payee, or a discount of too many digits.
pub fn approving<'a>(
    policy: PolicyIx,
    steps: &[ApprovalStep],
    payees: &Payees,
    asked: &[Asked<'a>],
) -> Result<Vec<Option<&'a PriceApproval>>, PolicyFault> {
    let mut candidates = Vec::with_capacity(asked.len());
    for discount in asked {
        let first = first_step(steps, discount.over_e8);
        let first = first.map_err(PolicyFault::overflow(policy, discount.subject))?;
        candidates.push((first, discount.in_time()));
    }
    let states = |approval: &PriceApproval| payees.state(approval.approved_by, approval.approved_at.day);
    let mut entitled: Vec<BTreeSet<StateIx>> = Vec::with_capacity(steps.len());
    for (place, step) in steps.iter().enumerate() {
        let of_step = candidates.iter().filter(|(first, _)| *first <= place);
        let in_question =
            of_step.flat_map(|(_, approvals)| approvals.iter().map(|approval| states(approval)));
        entitled.push(who_is(policy, step, payees, in_question.collect())?);
    }
    let serves = |first: usize, approval: &PriceApproval| {
        let state = states(approval);
        steps.is_empty() || entitled.iter().skip(first).any(|step| step.contains(&state))
    };
    let earliest = |(first, approvals): (usize, Vec<&'a PriceApproval>)| {
        approvals.into_iter().find(|approval| serves(first, approval))
    };
    Ok(candidates.into_iter().map(earliest).collect())
}

/// Those of some states of payees for which the condition of a step is true.
fn who_is(
    policy: PolicyIx,
    step: &ApprovalStep,
    payees: &Payees,
    states: BTreeSet<StateIx>,
) -> Result<BTreeSet<StateIx>, PolicyFault> {
    let states: Vec<StateIx> = states.into_iter().collect();
    let rows: Vec<u32> = states.iter().map(|state| state.raw()).collect();
    let judge = Judge::new(policy, &step.who, &[Some(&payees.states.frame)]);
    let is_true = judge.truths(&[&rows], |place| payees.states.payee(states[place]).into())?;
    Ok(states.into_iter().zip(is_true).filter(|(_, is_true)| *is_true).map(|(state, _)| state).collect())
}

/// The place of the last step whose `over` is below how far a discount goes; the first where none is.
fn first_step(steps: &[ApprovalStep], over_e8: i128) -> Result<usize, Overflow> {
    let over = Decimal::try_from_i128_with_scale(over_e8, 8).map_err(|_| Overflow)?;
    Ok(steps.iter().rposition(|step| step.over.cmp(&over) == Ordering::Less).unwrap_or(0))
}

impl<'a> Asked<'a> {
    /// The approvals that are there by the close and not over, of at least the discount; the earliest first.
    fn in_time(&self) -> Vec<&'a PriceApproval> {
        let in_time = |approval: &&PriceApproval| {
            approval.approved_at.day <= self.close_date
                && approval.expires_on.is_none_or(|last| self.close_date <= last)
                // A discount has 24 digits in millionths at most.
                && i128::from(approval.discount_e9) >= self.given_e6.saturating_mul(1000)
        };
        let mut approvals: Vec<&PriceApproval> = self.approvals.iter().filter(in_time).collect();
        approvals.sort_by(|a, b| (a.approved_at.seconds, &a.id).cmp(&(b.approved_at.seconds, &b.id)));
        approvals
    }
}
