//! Conflicts as explanations tell them: clock, criteria side by side, the decision and those that do not count, precedents.

use apportion_channel::conflict::{Background, Recommendation};
use apportion_channel::{ConflictState, FoundConflict, Subject};
use apportion_contract::governance::CONFLICT_KINDS;
use apportion_data::{DealIx, HeldLines};
use apportion_rules::{Conflict, Criterion, PolicyTerms};

use super::super::governed::DecisionFacts;
use super::super::number::Exact;
use super::CaseGround;
use super::outcomes::Assumption;
use super::tree::{ConflictFacts, CriterionFacts, LevelFacts, OutcomeFacts, Precedent};

/// A conflict that is told of, with what stands behind its row.
#[derive(Debug, Clone, Copy)]
pub struct Dispute<'a> {
    /// Its row.
    pub found: &'a FoundConflict,
    /// What stands behind it.
    pub background: Option<&'a Background>,
}

impl<'a> Dispute<'a> {
    /// What would have to be decided for each outcome.
    pub fn assumptions(&self) -> Vec<Assumption> {
        Assumption::all(self.found)
    }
}

impl<'a> CaseGround<'a> {
    /// The conflicts on a deal, in order of ids.
    pub fn disputes_on(&self, deal: DealIx) -> Vec<Dispute<'a>> {
        self.disputes().filter(|dispute| dispute.found.subject == Some(Subject::Deal(deal))).collect()
    }

    /// The conflicts with an id: one, or one for each deal that a raised one is about.
    pub fn disputes_with(&self, id: &str) -> Vec<Dispute<'a>> {
        self.disputes().filter(|dispute| dispute.found.id == id).collect()
    }

    fn disputes(&self) -> impl Iterator<Item = Dispute<'a>> + use<'a> {
        let governance = self.governance;
        let background = move |place: usize| governance.background.get(place);
        governance
            .conflicts
            .iter()
            .enumerate()
            .map(move |(place, found)| Dispute { found, background: background(place) })
    }

    /// A conflict, with what each of the two would earn otherwise.
    pub fn conflict(&self, dispute: Dispute<'_>, outcomes: Vec<OutcomeFacts>) -> ConflictFacts {
        let found = dispute.found;
        let terms = self.conflict_terms(found);
        let kind = found.kind.word();
        let meaning = CONFLICT_KINDS.iter().find(|(word, _)| *word == kind).map_or("", |(_, says)| *says);
        let recommendation = dispute.background.and_then(|background| background.recommendation.as_ref());
        ConflictFacts {
            conflict_id: found.id.clone(),
            kind,
            meaning,
            deal_id: found.deal_id.clone(),
            opportunity_id: found.opportunity_id.clone(),
            policy: found.rule.as_ref().and_then(|rule| self.policy_of_id(rule, found.day)),
            role: found.role.clone(),
            claimants: found.claimants.map(|payee| self.payee(payee)),
            day: found.day,
            state: found.state.word(),
            holds: self.holds(found),
            level: found.level.clone(),
            due: found.due,
            value: found.value_e6.map(|value| Exact::new(value.into(), 6)),
            levels: levels(terms, dispute.background),
            criteria: terms
                .zip(recommendation)
                .map_or_else(Vec::new, |(terms, both)| criteria(&terms.criteria, both)),
            scores: scores(found),
            decision: found.decision_id.as_deref().and_then(|id| self.decision(id)),
            refused: self.refused(dispute.background),
            outcomes,
        }
    }

    fn refused(&self, background: Option<&Background>) -> Vec<(DecisionFacts, &'static str)> {
        let refused = background.map_or(&[][..], |background| background.refused.as_slice());
        let facts = |refused: &apportion_channel::conflict::RefusedDecision| {
            Some((self.decision(&refused.decision_id)?, refused.refusal.code()))
        };
        refused.iter().filter_map(facts).collect()
    }

    /// What an open conflict holds.
    fn holds(&self, found: &FoundConflict) -> Option<&'static str> {
        let Some(Subject::Deal(deal)) = found.subject else { return None };
        let effects = &self.tables.effects;
        let held = effects.held[effects.held_on(deal)].iter().find(|held| held.conflict == found.id)?;
        Some(match held.what {
            HeldLines::Share => "share",
            HeldLines::Claimants => "claimants",
            HeldLines::Deal => "deal",
        })
    }

    fn conflict_terms(&self, found: &FoundConflict) -> Option<&'a Conflict> {
        let policy = self.rules.policies.find(found.rule.as_deref()?)?;
        match &policy.in_force(found.day)?.terms {
            PolicyTerms::Conflict(terms) => Some(terms),
            _ => None,
        }
    }

    fn decision(&self, id: &str) -> Option<DecisionFacts> {
        DecisionFacts::of_id(self.tables, id)
    }

    /// Decided conflicts of the kind and role of one, the latest decision first.
    pub fn precedents(&self, of: &FoundConflict) -> Vec<Precedent> {
        let is_like = |found: &&FoundConflict| {
            found.id != of.id
                && (found.kind, &found.role) == (of.kind, &of.role)
                && found.state == ConflictState::Decided
        };
        let alike = self.governance.conflicts.iter().filter(is_like);
        let mut precedents: Vec<Precedent> = alike
            .filter_map(|found| {
                Some(Precedent {
                    subject_id: found.deal_id.clone().or_else(|| found.opportunity_id.clone()),
                    decision: self.decision(found.decision_id.as_deref()?)?,
                    scores: scores(found),
                    claimants: found.claimants.map(|payee| self.payee(payee)),
                })
            })
            .collect();
        precedents.sort_by(|one, other| {
            let key =
                |precedent: &Precedent| (precedent.decision.day, precedent.decision.decision_id.clone());
            key(other).cmp(&key(one))
        });
        precedents
    }
}

fn scores(found: &FoundConflict) -> Option<[Exact; 2]> {
    match found.scores_e6 {
        [Some(one), Some(other)] => Some([Exact::new(one, 6), Exact::new(other, 6)]),
        _ => None,
    }
}

fn levels(terms: Option<&Conflict>, background: Option<&Background>) -> Vec<LevelFacts> {
    let (Some(terms), Some(background)) = (terms, background) else { return Vec::new() };
    let facts = |days: &apportion_channel::conflict::LevelDays| {
        let level = terms.levels.get(days.level)?;
        Some(LevelFacts {
            name: level.name.clone(),
            begins: days.begins,
            due: days.due,
            who: one_line(&level.who),
            when: level.when.as_ref().map(one_line),
            within: level.within.text(),
        })
    };
    background.levels.iter().filter_map(facts).collect()
}

fn criteria(criteria: &[Criterion], both: &[Recommendation; 2]) -> Vec<CriterionFacts> {
    let facts = |(place, criterion): (usize, &Criterion)| {
        let [one, other] = both;
        let (one, other) = (one.parts.get(place)?, other.parts.get(place)?);
        let weight = criterion.weight.normalize();
        let e6 = |value: i128| Exact::new(value, 6);
        Some(CriterionFacts {
            name: criterion.name.clone(),
            weight: Exact::new(weight.mantissa(), weight.scale()),
            score: one_line(&criterion.score),
            scores: [one.score_e6.map(e6), other.score_e6.map(e6)],
            points: [e6(one.points_e6), e6(other.points_e6)],
        })
    };
    criteria.iter().enumerate().filter_map(facts).collect()
}

fn one_line(expr: &apportion_expr::Expr) -> String {
    expr.text().text.split_whitespace().collect::<Vec<_>>().join(" ")
}
