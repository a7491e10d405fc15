//! Conflicts that nobody has to raise: each kind, its claimants and its day.

use std::collections::BTreeMap;

use apportion_data::PayeeIx;
use apportion_rules::ConflictKind;
use rayon::prelude::*;

use super::dispute::{Dispute, pair};
use super::people::People;
use super::undercut::{Undercut, undercuts};
use super::{Inputs, SubjectClaim};
use crate::Subject;

/// All conflicts that the rules detect, in no order that means anything.
pub(super) fn detected<'a>(inputs: &Inputs, people: &People) -> Vec<Dispute<'a>> {
    let wanted = |kind| inputs.rules.ever_detect(kind);
    let undercuts = if wanted(ConflictKind::Undercut) { undercuts(inputs, people) } else { Vec::new() };
    let of_undercut = undercuts.into_par_iter().filter_map(|undercut| {
        let found = of_undercut(inputs, people, undercut)?;
        dispute(inputs, undercut.subject, found)
    });
    let subjects = inputs.subjects.judged().into_par_iter();
    let of_subjects = subjects.flat_map_iter(|subject| {
        let found = of_subject(inputs, people, subject);
        found.into_iter().filter_map(move |found| dispute(inputs, subject, found))
    });
    of_subjects.chain(of_undercut).collect()
}

/// The latest of what a conflict's day is made of, claims apart: `created_on`; without it the `close_date`, of what is open the as-of day.
pub(super) fn subject_day(inputs: &Inputs, subject: Subject) -> i32 {
    inputs.subjects.created_on(subject).unwrap_or_else(|| match subject {
        Subject::Deal(_) => inputs.subjects.closes_on(subject),
        Subject::Open(_) => inputs.as_of,
    })
}

/// Two payees who dispute a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    kind: ConflictKind,
    claimants: [PayeeIx; 2],
    day: i32,
}

/// With the rule under which it stands; one that no rule detects on its day is none.
fn dispute<'a>(inputs: &Inputs, subject: Subject, found: Found) -> Option<Dispute<'a>> {
    let Found { kind, claimants, day } = found;
    let rule = inputs.rules.standing(kind, day)?;
    let [a, b] = claimants.map(|payee| inputs.payees.id(payee));
    let id = format!("{}:{}:{a}:{b}", kind.word(), inputs.subjects.lasting_id(subject));
    Some(Dispute { id, kind, subject: Some(subject), claimants, day, rule, raised: None })
}

fn of_subject(inputs: &Inputs, people: &People, subject: Subject) -> Vec<Found> {
    let claims = inputs.claims.of(subject);
    let mut found = Vec::new();
    let wanted = |kind| inputs.rules.ever_detect(kind);
    if claims.len() > 1 {
        let day = subject_day(inputs, subject);
        let first_days = first_days(claims, day);
        if wanted(ConflictKind::RegistrationTie) {
            found.extend(ties(&first_days));
        }
        if wanted(ConflictKind::Duplicate) {
            found.extend(duplicates(&first_days));
        }
    }
    if wanted(ConflictKind::DirectOverlap) {
        found.extend(direct_overlap(inputs, people, subject, claims));
    }
    if wanted(ConflictKind::Boundary) && inputs.subjects.is_crossed(subject) {
        found.extend(boundary(inputs, people, subject));
    }
    found
}

/// The first days on which a payee's claims disputed a subject: those that tie, protected ones that tie, and protected ones that do not.
#[derive(Debug, Clone, Copy, Default)]
struct FirstDays {
    tied: Option<i32>,
    tied_protected: Option<i32>,
    alone: Option<i32>,
}

fn first_days(claims: &[SubjectClaim], subject_day: i32) -> BTreeMap<PayeeIx, FirstDays> {
    let mut payees: BTreeMap<PayeeIx, FirstDays> = BTreeMap::new();
    for claim in claims.iter().filter(|claim| claim.tied || claim.is_protected()) {
        let day = claim_day(claim, subject_day);
        let days = payees.entry(claim.payee).or_default();
        if claim.tied {
            days.tied = earlier(days.tied, Some(day));
        }
        if claim.is_protected() {
            let first = if claim.tied { &mut days.tied_protected } else { &mut days.alone };
            *first = earlier(*first, Some(day));
        }
    }
    payees
}

/// When both a subject and a claim's protection were there.
fn claim_day(claim: &SubjectClaim, subject_day: i32) -> i32 {
    claim.protected_from.map_or(subject_day, |day| day.max(subject_day))
}

fn earlier(one: Option<i32>, other: Option<i32>) -> Option<i32> {
    one.into_iter().chain(other).min()
}

/// The day on which both were there.
fn both(one: Option<i32>, other: Option<i32>) -> Option<i32> {
    one.zip(other).map(|(one, other)| one.max(other))
}

fn ties(payees: &BTreeMap<PayeeIx, FirstDays>) -> Vec<Found> {
    pairs(payees, ConflictKind::RegistrationTie, |one, other| both(one.tied, other.tied))
}

/// Each two payees once, from the first day on which a protected claim of each was there and the two did not tie.
fn duplicates(payees: &BTreeMap<PayeeIx, FirstDays>) -> Vec<Found> {
    pairs(payees, ConflictKind::Duplicate, |one, other| {
        let any = earlier(other.alone, other.tied_protected);
        earlier(both(one.alone, any), both(one.tied_protected, other.alone))
    })
}

fn pairs(
    payees: &BTreeMap<PayeeIx, FirstDays>,
    kind: ConflictKind,
    day: impl Fn(&FirstDays, &FirstDays) -> Option<i32>,
) -> Vec<Found> {
    let mut found = Vec::new();
    for (place, (one, days)) in payees.iter().enumerate() {
        for (other, others_days) in payees.iter().skip(place + 1) {
            if let Some(day) = day(days, others_days) {
                found.push(Found { kind, claimants: [*one, *other], day });
            }
        }
    }
    found
}

fn direct_overlap(
    inputs: &Inputs,
    people: &People,
    subject: Subject,
    claims: &[SubjectClaim],
) -> Option<Found> {
    let holder = claims.iter().find(|claim| claim.holder && claim.is_protected())?;
    if inputs.subjects.channel(subject) != Some("direct") {
        return None;
    }
    let owner = people.owner(subject).filter(|owner| !holder.is_shared_by(*owner))?;
    let claimants = pair(owner, holder.payee)?;
    let day = claim_day(holder, subject_day(inputs, subject));
    Some(Found { kind: ConflictKind::DirectOverlap, claimants, day })
}

fn boundary(inputs: &Inputs, people: &People, subject: Subject) -> Option<Found> {
    let claimants = pair(people.owner(subject)?, people.partner(subject)?)?;
    Some(Found { kind: ConflictKind::Boundary, claimants, day: subject_day(inputs, subject) })
}

fn of_undercut(inputs: &Inputs, people: &People, undercut: Undercut) -> Option<Found> {
    let claimants = pair(people.owner(undercut.subject)?, undercut.partner)?;
    let day = subject_day(inputs, undercut.subject).max(undercut.others_day);
    Some(Found { kind: ConflictKind::Undercut, claimants, day })
}
