//! What the criteria of a rule recommend for each claimant.

use std::collections::BTreeMap;

use apportion_base::money::{Overflow, pow10};
use apportion_data::PayeeIx;
use apportion_rules::Criterion;
use arrow::datatypes::i256;
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::claim_table::{ClaimFacts, claim_columns};
use super::conditions::{Claimant, faulty, scores};
use super::decide::Hearing;
use super::history::History;
use super::wide::Wide;
use super::{ConflictRule, Inputs};
use crate::fault::PolicyFault;
use crate::scope::Number;

/// What the criteria say of a claimant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recommendation {
    /// The sum of weight × score over all criteria, in millionths, half away from zero.
    pub total_e6: i128,
    /// By criterion, in the order of the rule.
    pub parts: Vec<CriterionPart>,
}

/// What a criterion says of a claimant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CriterionPart {
    /// The score, kept within 0 and 1, in millionths; `None` where it is null, which counts as 0.
    pub score_e6: Option<i128>,
    /// Weight × score, in millionths.
    pub points_e6: i128,
}

/// For each conflict what the criteria of its rule say of its claimants; `None` where it has no criteria.
pub(super) fn recommend(
    inputs: &Inputs,
    hearings: &[Hearing],
) -> Result<Vec<Option<[Recommendation; 2]>>, PolicyFault> {
    let mut recommended: Vec<Option<[Recommendation; 2]>> = vec![None; hearings.len()];
    let mut by_rule: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, hearing) in hearings.iter().enumerate() {
        if inputs.rules.get(hearing.dispute.rule).is_some_and(|rule| !rule.terms().criteria.is_empty()) {
            by_rule.entry(hearing.dispute.rule).or_default().push(place);
        }
    }
    if by_rule.is_empty() {
        return Ok(recommended);
    }
    let with_criteria = by_rule.values().flatten().filter_map(|place| hearings.get(*place));
    let history = History::of(inputs.subjects, claimants(with_criteria));
    for (rule, places) in by_rule {
        let Some(rule) = inputs.rules.get(rule) else { continue };
        let asked: Vec<&Hearing> = places.iter().filter_map(|place| hearings.get(*place)).collect();
        let of_rule = of_rule(inputs, rule, &asked, &history)?;
        for (place, pair) in places.into_iter().zip(of_rule) {
            if let Some(recommended) = recommended.get_mut(place) {
                *recommended = Some(pair);
            }
        }
    }
    Ok(recommended)
}

/// All claimants with the days of their conflicts.
fn claimants<'h, 'a: 'h>(hearings: impl Iterator<Item = &'h Hearing<'a>>) -> Vec<(PayeeIx, i32)> {
    let dated = |hearing: &Hearing| {
        let day = hearing.dispute.day;
        hearing.dispute.claimants.map(|payee| (payee, day))
    };
    hearings.flat_map(dated).collect()
}

fn of_rule(
    inputs: &Inputs,
    rule: &ConflictRule,
    hearings: &[&Hearing],
    history: &History,
) -> Result<Vec<[Recommendation; 2]>, PolicyFault> {
    let facts: Vec<[ClaimFacts; 2]> =
        hearings.par_iter().map(|hearing| ClaimFacts::of(inputs, hearing, history)).collect();
    let facts: Vec<ClaimFacts> = facts.into_iter().flatten().collect();
    let claimants: Vec<Claimant> = hearings.iter().flat_map(|hearing| asked(hearing)).collect();
    let mut tallies = vec![Tally::default(); claimants.len()];
    for criterion in &rule.terms().criteria {
        let claims = claim_columns(&criterion.score, &facts);
        let values = scores(inputs, rule.policy, &criterion.score, &claimants, &claims)?;
        let add = |((tally, value), claimant): ((&mut Tally, Option<Number>), &Claimant)| {
            let added = tally.add(criterion.weight, value);
            added.err().map(|Overflow| too_large(rule, criterion, claimant))
        };
        let faults = tallies.par_iter_mut().zip(values).zip(&claimants).map(add);
        if let Some(fault) = faults.find_map_first(|fault| fault) {
            return Err(fault);
        }
    }
    let mut recommended = tallies.into_iter().map(|tally| tally.recommendation);
    Ok(std::iter::from_fn(|| Some([recommended.next()?, recommended.next()?])).collect())
}

fn asked(hearing: &Hearing) -> [Claimant; 2] {
    let dispute = &hearing.dispute;
    dispute.claimants.map(|payee| Claimant { subject: dispute.subject, payee, day: dispute.day })
}

fn too_large(rule: &ConflictRule, criterion: &Criterion, claimant: &Claimant) -> PolicyFault {
    let message = format!("weight times score of `{}` has more digits than can be held", criterion.name);
    PolicyFault::new(rule.policy, faulty(claimant.subject), message)
}

/// A sum of weight × score: exact, and what it comes to so far.
#[derive(Debug, Clone, Default)]
struct Tally {
    sum: Wide,
    recommendation: Recommendation,
}

impl Tally {
    fn add(&mut self, weight: Decimal, score: Option<Number>) -> Result<(), Overflow> {
        let kept = score.map(within_one).transpose()?;
        let Number { mantissa, scale } = kept.unwrap_or(Number { mantissa: 0, scale: 0 });
        let product = i256::from_i128(weight.mantissa()).checked_mul(i256::from_i128(mantissa));
        let points = Wide { mantissa: product.ok_or(Overflow)?, scale: weight.scale() + scale };
        self.sum = self.sum.plus(points)?;
        self.recommendation.total_e6 = self.sum.rounded_e6()?;
        let score_e6 = kept.map(|kept| Wide::from(kept).rounded_e6()).transpose()?;
        self.recommendation.parts.push(CriterionPart { score_e6, points_e6: points.rounded_e6()? });
        Ok(())
    }
}

/// A number kept within 0 and 1.
fn within_one(Number { mantissa, scale }: Number) -> Result<Number, Overflow> {
    Ok(if mantissa <= 0 {
        Number { mantissa: 0, scale: 0 }
    } else if mantissa >= pow10(scale)? {
        Number { mantissa: 1, scale: 0 }
    } else {
        Number { mantissa, scale }
    })
}
