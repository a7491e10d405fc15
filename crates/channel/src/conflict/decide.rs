//! Decisions: which of them count, and which of those holds.

use std::collections::BTreeMap;

use apportion_base::sorted::equal;
use apportion_data::{Conflicts, DealIx, Decision, PayeeIx};
use apportion_rules::ConflictKind;

use super::Inputs;
use super::conditions::{true_of_payees, true_of_subjects};
use super::dispute::Dispute;
use super::levels::Timeline;
use crate::Subject;
use crate::fault::PolicyFault;

/// Why a decision does not count; the first that holds, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// No such level, or who decided may not, or not this.
    NotEntitled,
    /// The level had not begun.
    TooEarly,
    /// Somebody else gets a share.
    NotAClaimant,
    /// Who decided gets something out of it.
    Interested,
}

impl Refusal {
    /// The code in conflicts.csv.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotEntitled => "not-entitled",
            Self::TooEarly => "too-early",
            Self::NotAClaimant => "not-a-claimant",
            Self::Interested => "interested",
        }
    }
}

/// A decision that does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedDecision {
    /// Its id.
    pub decision_id: String,
    /// Why not.
    pub refusal: Refusal,
}

/// A conflict with its clock and the decisions about it.
#[derive(Debug, Clone)]
pub(super) struct Hearing<'a> {
    pub dispute: Dispute<'a>,
    pub timeline: Timeline,
    pub decisions: Vec<Heard<'a>>,
}

/// A decision about a conflict.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard<'a> {
    pub decision: &'a Decision,
    /// The place of its level, if the rule has it.
    pub level: Option<usize>,
    pub refusal: Option<Refusal>,
}

/// What was decided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ruling<'a> {
    pub decision: &'a Decision,
    /// The place of its level.
    pub level: usize,
}

impl<'a> Hearing<'a> {
    /// The decision that holds: of those that count the highest level's, then the latest, then the last by id.
    pub fn ruling(&self) -> Option<Ruling<'a>> {
        let counts = self.decisions.iter().filter(|heard| heard.refusal.is_none());
        let rulings =
            counts.filter_map(|heard| Some(Ruling { decision: heard.decision, level: heard.level? }));
        rulings.max_by_key(|ruling| (ruling.level, lateness(ruling.decision)))
    }

    /// Why the latest that does not count does not.
    pub fn latest_refusal(&self) -> Option<Refusal> {
        let refused = self.decisions.iter().filter(|heard| heard.refusal.is_some());
        refused.max_by_key(|heard| lateness(heard.decision)).and_then(|heard| heard.refusal)
    }

    /// All that do not count, in the order in which they were made.
    pub fn refused(&self) -> Vec<RefusedDecision> {
        let mut refused: Vec<(&Decision, Refusal)> =
            self.decisions.iter().filter_map(|heard| Some((heard.decision, heard.refusal?))).collect();
        refused.sort_by_key(|(decision, _)| lateness(decision));
        let row = |(decision, refusal): (&Decision, Refusal)| RefusedDecision {
            decision_id: decision.id.clone(),
            refusal,
        };
        refused.into_iter().map(row).collect()
    }

    /// The deal and the deciders of whom it has to be known whether they would have a line on it.
    pub fn deciders(&self) -> impl Iterator<Item = (DealIx, PayeeIx)> + '_ {
        let deal = self.deal();
        let open = self.decisions.iter().filter(|heard| heard.refusal.is_none());
        open.filter_map(move |heard| Some((deal?, heard.decision.decided_by)))
    }

    /// Refuses decisions of those who would have a line.
    pub fn recuse(&mut self, has_line: &dyn Fn(DealIx, PayeeIx) -> bool) {
        let Some(deal) = self.deal() else { return };
        for heard in self.decisions.iter_mut().filter(|heard| heard.refusal.is_none()) {
            heard.refusal = has_line(deal, heard.decision.decided_by).then_some(Refusal::Interested);
        }
    }

    /// Lets a decision hold, of the level that runs, in place of all that were made.
    pub fn assume(&mut self, decision: &'a Decision, as_of: i32) {
        let level = self.timeline.on(as_of).map_or(0, |standing| standing.level.level);
        self.decisions = vec![Heard { decision, level: Some(level), refusal: None }];
    }

    fn deal(&self) -> Option<DealIx> {
        match self.dispute.subject {
            Some(Subject::Deal(deal)) => Some(deal),
            Some(Subject::Open(_)) | None => None,
        }
    }
}

/// What makes one decision later than another.
fn lateness(decision: &Decision) -> (i64, &str) {
    (decision.decided_at.seconds, &decision.id)
}

/// The decisions about each conflict, without a look at who would have a line.
pub(super) fn hear<'a>(inputs: &Inputs<'a>, hearings: &mut [Hearing<'a>]) -> Result<(), PolicyFault> {
    let by_conflict = ByConflict::new(inputs.records);
    for hearing in hearings.iter_mut() {
        let decisions = by_conflict.of(&hearing.dispute.id);
        hearing.decisions = decisions.iter().map(|decision| unjudged(inputs, hearing, decision)).collect();
    }
    ask_entitlement(inputs, hearings)?;
    for hearing in hearings {
        let Hearing { dispute, timeline, decisions } = hearing;
        for heard in decisions.iter_mut().filter(|heard| heard.refusal.is_none()) {
            heard.refusal = refusal(dispute, timeline, heard);
        }
    }
    Ok(())
}

/// A decision of a level that the conflict has, or one that is refused for want of it.
fn unjudged<'a>(inputs: &Inputs, hearing: &Hearing, decision: &'a Decision) -> Heard<'a> {
    let levels = inputs.rules.get(hearing.dispute.rule).map(|rule| rule.terms().levels.as_slice());
    let place = levels.unwrap_or_default().iter().position(|level| level.name == decision.level);
    let level = place.filter(|place| hearing.timeline.of(*place).is_some());
    Heard { decision, level, refusal: level.is_none().then_some(Refusal::NotEntitled) }
}

/// Why a decision of somebody entitled does not count, lines apart.
fn refusal(dispute: &Dispute, timeline: &Timeline, heard: &Heard) -> Option<Refusal> {
    let decision = heard.decision;
    let begins = heard.level.and_then(|level| timeline.of(level)).and_then(|days| days.begins);
    let is_claimant = |payee: &PayeeIx| dispute.claimants.contains(payee);
    if begins.is_none_or(|begins| decision.decided_at.day < begins) {
        Some(Refusal::TooEarly)
    } else if !decision.shares.iter().all(|share| is_claimant(&share.payee)) {
        Some(Refusal::NotAClaimant)
    } else {
        is_claimant(&decision.decided_by).then_some(Refusal::Interested)
    }
}

/// A decision by its places: that of the hearing, that among its decisions.
type Place = (usize, usize);

/// Refuses decisions of whom `who` is not true, or on deals of which the level's `when` is not.
fn ask_entitlement(inputs: &Inputs, hearings: &mut [Hearing]) -> Result<(), PolicyFault> {
    let mut by_level: BTreeMap<(usize, usize), Vec<Place>> = BTreeMap::new();
    for (hearing_place, hearing) in hearings.iter().enumerate() {
        for (place, heard) in hearing.decisions.iter().enumerate() {
            if let Some(level) = heard.level {
                by_level.entry((hearing.dispute.rule, level)).or_default().push((hearing_place, place));
            }
        }
    }
    for ((rule, level), places) in by_level {
        let is_entitled = entitled(inputs, hearings, (rule, level), &places)?;
        for ((hearing, place), is_entitled) in places.into_iter().zip(is_entitled) {
            let heard = hearings.get_mut(hearing).and_then(|hearing| hearing.decisions.get_mut(place));
            if let Some(heard) = heard.filter(|_| !is_entitled) {
                heard.refusal = Some(Refusal::NotEntitled);
            }
        }
    }
    Ok(())
}

/// For each of some decisions of one level whether it may decide that.
fn entitled(
    inputs: &Inputs,
    hearings: &[Hearing],
    (rule, level): (usize, usize),
    places: &[Place],
) -> Result<Vec<bool>, PolicyFault> {
    let Some(rule) = inputs.rules.get(rule) else { return Ok(vec![false; places.len()]) };
    let Some(level) = rule.terms().levels.get(level) else { return Ok(vec![false; places.len()]) };
    let asked: Vec<(&Hearing, &Heard)> = places
        .iter()
        .filter_map(|(hearing, place)| {
            hearings.get(*hearing).and_then(|h| Some((h, h.decisions.get(*place)?)))
        })
        .collect();
    let deciders: Vec<(PayeeIx, i32)> =
        asked.iter().map(|(_, heard)| (heard.decision.decided_by, heard.decision.decided_at.day)).collect();
    let may = true_of_payees(inputs, rule.policy, &level.who, &deciders)?;
    let Some(when) = &level.when else { return Ok(may) };
    let subjects: Vec<Option<Subject>> = asked.iter().map(|(hearing, _)| hearing.dispute.subject).collect();
    let decides = true_of_subjects(inputs, rule.policy, when, &subjects)?;
    Ok(may.into_iter().zip(decides).map(|(may, decides)| may && decides).collect())
}

/// Decisions by the conflict that they decide.
struct ByConflict<'a>(Vec<&'a Decision>);

impl<'a> ByConflict<'a> {
    fn new(records: &'a Conflicts) -> Self {
        let mut decisions: Vec<&Decision> = records.decisions.iter().collect();
        decisions.sort_by(|one, other| (&one.conflict_id, &one.id).cmp(&(&other.conflict_id, &other.id)));
        Self(decisions)
    }

    fn of(&self, conflict: &str) -> &[&'a Decision] {
        equal(&self.0, |decision| decision.conflict_id.as_str().cmp(conflict))
    }
}

/// Of an award of a tie: who wins.
pub(super) fn winner(dispute: &Dispute, decision: &Decision) -> Option<PayeeIx> {
    const ALL_E9: i64 = 100_000_000_000;
    let is_award = decision.outcome == apportion_data::DecisionOutcome::Award;
    let all = || decision.shares.iter().find(|share| share.percent_e9 == ALL_E9).map(|share| share.payee);
    if dispute.kind == ConflictKind::RegistrationTie && is_award { all() } else { None }
}
