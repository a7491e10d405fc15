//! All conflicts, from their finding to what has become of them.

use std::collections::BTreeMap;

use apportion_base::sorted::equal;
use apportion_data::{ConflictEvent, ConflictEventKind, DealIx, Decision, PayeeIx};
use rayon::prelude::*;

use super::Inputs;
use super::conditions::true_of_subjects;
use super::decide::{Hearing, hear};
use super::detect::detected;
use super::dispute::Dispute;
use super::levels::Timeline;
use super::people::People;
use super::raised::raised;
use super::rows::Judgement;
use super::score::recommend;
use crate::Subject;
use crate::fault::PolicyFault;

/// All conflicts with the decisions about them, before it is known which deciders would have a line.
#[derive(Clone)]
pub struct Docket<'a> {
    inputs: Inputs<'a>,
    /// By id and `deal_id`.
    hearings: Vec<Hearing<'a>>,
    /// A decision that is taken to hold.
    assumed: Option<&'a Decision>,
}

/// Finds all conflicts and what has become of them. `has_line` says whether a payee would have a line on a deal, of whatever amount,
/// clawbacks apart, with nothing decided.
///
/// # Errors
/// An expression of a rule that has no value on some row.
pub fn judge(
    inputs: Inputs<'_>,
    has_line: &dyn Fn(DealIx, PayeeIx) -> bool,
) -> Result<Judgement, PolicyFault> {
    Docket::open(inputs)?.close(has_line)
}

impl<'a> Docket<'a> {
    /// Finds all conflicts, their clocks and the decisions about them.
    ///
    /// # Errors
    /// An expression of a rule that has no value on some row.
    pub fn open(inputs: Inputs<'a>) -> Result<Self, PolicyFault> {
        let disputes = disputes(&inputs);
        let is_escalated = escalated(&inputs, &disputes)?;
        let with_clock = |(dispute, is_escalated): (Dispute<'a>, bool)| {
            let timeline = timeline(&inputs, &dispute, is_escalated);
            Hearing { dispute, timeline, decisions: Vec::new() }
        };
        let mut hearings: Vec<Hearing> = disputes.into_par_iter().zip(is_escalated).map(with_clock).collect();
        hear(&inputs, &mut hearings)?;
        Ok(Self { inputs, hearings, assumed: None })
    }

    /// The same, with a decision that is taken to hold in place of those about its conflict.
    #[must_use]
    pub fn assuming(self, assumed: Option<&'a Decision>) -> Self {
        Self { assumed, ..self }
    }

    /// The deals and deciders of whom it has to be known whether they would have a line there, ascending, each once.
    pub fn deciders(&self) -> Vec<(DealIx, PayeeIx)> {
        let mut deciders: Vec<(DealIx, PayeeIx)> = self.hearings.iter().flat_map(Hearing::deciders).collect();
        deciders.sort_unstable();
        deciders.dedup();
        deciders
    }

    /// What has become of all conflicts. `has_line` says whether a payee would have a line on a deal, of whatever amount, clawbacks apart,
    /// with nothing decided; it is asked of [`Docket::deciders`] alone.
    ///
    /// # Errors
    /// A score that has no value on some row.
    pub fn close(mut self, has_line: &dyn Fn(DealIx, PayeeIx) -> bool) -> Result<Judgement, PolicyFault> {
        for hearing in &mut self.hearings {
            hearing.recuse(has_line);
            if let Some(decision) = self.assumed.filter(|assumed| assumed.conflict_id == hearing.dispute.id) {
                hearing.assume(decision, self.inputs.as_of);
            }
        }
        let recommended = recommend(&self.inputs, &self.hearings)?;
        let unknown_decisions = self.unknown_decisions();
        let Self { inputs, hearings, .. } = self;
        let add = |mut judgement: Judgement, (hearing, recommendation)| {
            judgement.add(&inputs, hearing, recommendation);
            judgement
        };
        let parts = hearings.into_par_iter().zip(recommended).fold(Judgement::default, add);
        Ok(Judgement { unknown_decisions, ..Judgement::of_parts(parts.collect()) })
    }

    /// Ids of decisions about no conflict that is found.
    fn unknown_decisions(&self) -> Vec<String> {
        let is_found =
            |id: &str| self.hearings.binary_search_by(|hearing| hearing.dispute.id.as_str().cmp(id)).is_ok();
        let decisions = self.inputs.records.decisions.iter();
        let mut unknown: Vec<String> = decisions
            .filter(|decision| !is_found(&decision.conflict_id))
            .map(|decision| decision.id.clone())
            .collect();
        unknown.sort_unstable();
        unknown
    }
}

/// All that is disputed, by id and `deal_id`.
fn disputes<'a>(inputs: &Inputs<'a>) -> Vec<Dispute<'a>> {
    let people = People::new(inputs.subjects, inputs.payees);
    let mut disputes = detected(inputs, &people);
    disputes.extend(raised(inputs));
    let deal_id = |dispute: &Dispute| match dispute.subject {
        Some(subject @ Subject::Deal(_)) => Some(inputs.subjects.id(subject)),
        Some(Subject::Open(_)) | None => None,
    };
    disputes.par_sort_by(|one, other| one.id.cmp(&other.id).then_with(|| deal_id(one).cmp(&deal_id(other))));
    disputes
}

/// For each dispute whether `escalate` of its rule is true.
fn escalated(inputs: &Inputs, disputes: &[Dispute]) -> Result<Vec<bool>, PolicyFault> {
    let mut is_escalated = vec![false; disputes.len()];
    let mut by_rule: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, dispute) in disputes.iter().enumerate() {
        by_rule.entry(dispute.rule).or_default().push(place);
    }
    for (rule, places) in by_rule {
        let Some(rule) = inputs.rules.get(rule) else { continue };
        let Some(escalate) = &rule.terms().escalate else { continue };
        let subjects: Vec<Option<Subject>> =
            places.iter().map(|place| disputes.get(*place).and_then(|dispute| dispute.subject)).collect();
        let is_true = true_of_subjects(inputs, rule.policy, escalate, &subjects)?;
        for (place, is_true) in places.into_iter().zip(is_true) {
            if let Some(is_escalated) = is_escalated.get_mut(place) {
                *is_escalated = is_true;
            }
        }
    }
    Ok(is_escalated)
}

fn timeline(inputs: &Inputs, dispute: &Dispute, is_escalated: bool) -> Timeline {
    let levels =
        inputs.rules.get(dispute.rule).map(|rule| rule.terms().levels.as_slice()).unwrap_or_default();
    let days = escalation_days(inputs, dispute);
    Timeline::new(dispute.day, levels, is_escalated, &days, inputs.clock)
}

/// The days on which a claimant asked for the next level, ascending.
fn escalation_days(inputs: &Inputs, dispute: &Dispute) -> Vec<i32> {
    let is_claimant = |event: &&ConflictEvent| {
        dispute.claimants.iter().any(|claimant| inputs.payees.id(*claimant) == event.by)
    };
    // They are in order of conflicts.
    let events = equal(&inputs.records.events, |event| event.conflict_id.cmp(&dispute.id));
    let events = events.iter().filter(is_claimant);
    let mut days: Vec<i32> = events
        .filter(|event| event.event == ConflictEventKind::Escalated)
        .map(|event| event.at.day)
        .collect();
    days.sort_unstable();
    days
}
