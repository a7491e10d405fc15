//! Registrations that claim a deal, with the days that made their states, and why one of them holds it.

use apportion_channel::registration::{Course, Protection};
use apportion_channel::{Claim, RegistrationCourse, Subject};
use apportion_data::{Registration, RegistrationDecision, RegistrationEventKind, RegistrationIx};
use apportion_rules::{Duration, PolicyIx, PolicyTerms, RegistrationPolicy};

use super::super::governed::percent;
use super::CaseGround;
use super::tree::{ClaimFacts, HolderWhy, PolicyFacts, ProtectionFacts, RegistrationDecisionFacts};

impl CaseGround<'_> {
    /// The claims on a deal or on what is open, in order of rank.
    pub(super) fn claims_on(&self, subject: Subject) -> Vec<&Claim> {
        let all = match subject {
            Subject::Deal(_) => &self.governance.claims,
            Subject::Open(_) => &self.governance.open_claims,
        };
        all.iter().filter(|claim| claim.subject == subject).collect()
    }

    pub(super) fn claim_facts(&self, claim: &Claim) -> ClaimFacts {
        let registrations = &self.tables.channel.registrations;
        let row = &registrations.rows[claim.registration];
        let course = self.governance.courses.get(claim.registration.at());
        let terms = course.and_then(|course| self.registration_terms(course));
        let chosen = registrations.events_of(claim.registration).iter();
        let chosen = chosen.filter(|event| event.event == RegistrationEventKind::CustomerChoice);
        let members = registrations.members_of(claim.registration);
        ClaimFacts {
            registration_id: registrations.ids.value(claim.registration.at()).to_owned(),
            payee: self.payee(claim.payee),
            members: members.map(|(payee, percent_e9)| (self.payee(payee), percent(percent_e9))).collect(),
            policy: course.and_then(|course| Some(self.policy(course.policy?, course.timeline.submitted))),
            role: terms.map(|terms| terms.role.to_string()),
            rank: claim.rank,
            state: claim.state.word(),
            is_holder: claim.holder,
            reason: claim.reason.clone(),
            submitted_at: row.submitted_at.to_string(),
            submitted: row.submitted_at.day,
            decided: course.and_then(|course| decided(row, course)),
            protection: course.and_then(|course| match course.timeline.course {
                Course::Approved(protection) => Some(protected(&protection, terms)),
                _ => None,
            }),
            withdrawn: course.and_then(|course| course.timeline.withdrawn),
            chosen: chosen.map(|event| event.at.day).collect(),
        }
    }

    /// Why the holder among claims is the holder; `None` without one.
    pub(super) fn held_by(&self, claims: &[&Claim]) -> Option<HolderWhy> {
        let holder = claims.iter().find(|claim| claim.holder)?;
        let rivals = claims.iter().filter(|claim| claim.state == holder.state).count();
        let tied = claims.iter().any(|claim| claim.reason.as_deref() == Some("registration-tie"));
        let day = self.day_of(holder.subject);
        let pays = holder.state.may_hold();
        Some(match self.chosen_until(holder.registration, day) {
            _ if tied => HolderWhy::Awarded,
            _ if rivals < 2 || !pays => HolderWhy::Alone,
            Some(day) => HolderWhy::CustomerChoice(day),
            None => HolderWhy::First,
        })
    }

    /// The last day up to one on which the customer chose a registration.
    fn chosen_until(&self, registration: RegistrationIx, day: i32) -> Option<i32> {
        let events = self.tables.channel.registrations.events_of(registration).iter();
        let chosen = events.filter(|event| event.event == RegistrationEventKind::CustomerChoice);
        chosen.map(|event| event.at.day).filter(|chosen| *chosen <= day).max()
    }

    fn registration_terms(&self, course: &RegistrationCourse) -> Option<&RegistrationPolicy> {
        let policy = &self.rules.policies[course.policy?];
        match &policy.in_force(course.timeline.submitted)?.terms {
            PolicyTerms::Registration(terms) => Some(terms),
            _ => None,
        }
    }

    /// A policy as it is on a day.
    pub(super) fn policy(&self, policy: PolicyIx, day: i32) -> PolicyFacts {
        let policy = &self.rules.policies[policy];
        let version = policy.in_force(day);
        PolicyFacts {
            id: policy.id.clone(),
            title: version.and_then(|version| version.title.clone()),
            why: version.and_then(|version| version.why.clone()),
        }
    }

    /// The same by its id.
    pub(super) fn policy_of_id(&self, id: &str, day: i32) -> Option<PolicyFacts> {
        let mut all = self.rules.policies.iter();
        all.find(|(_, policy)| policy.id == id).map(|(place, _)| self.policy(place, day))
    }
}

/// What people, the closed list or silence decided about a registration, as far as it counts.
fn decided(row: &Registration, course: &RegistrationCourse) -> Option<RegistrationDecisionFacts> {
    let of_people = |word: &'static str, day: i32| RegistrationDecisionFacts {
        word,
        day,
        by: row.decided_by.clone(),
        by_silence: false,
        why: row.reason.clone(),
    };
    match course.timeline.course {
        Course::NoPolicy | Course::Undecided => {
            let (decision, moment) = row.decision.filter(|_| course.timeline.course == Course::NoPolicy)?;
            Some(of_people(word(decision), moment.day))
        }
        Course::Listed => Some(RegistrationDecisionFacts {
            word: word(RegistrationDecision::Denied),
            day: course.timeline.submitted,
            by: None,
            by_silence: false,
            why: course.listed.clone(),
        }),
        Course::Returned(day) => Some(of_people(word(RegistrationDecision::Returned), day)),
        Course::Denied(day) => Some(of_people(word(RegistrationDecision::Denied), day)),
        Course::Approved(Protection { decided, by_silence: true, .. }) => Some(RegistrationDecisionFacts {
            word: word(RegistrationDecision::Approved),
            day: decided,
            by: None,
            by_silence: true,
            why: None,
        }),
        Course::Approved(Protection { decided, .. }) => {
            Some(of_people(word(RegistrationDecision::Approved), decided))
        }
    }
}

const fn word(decision: RegistrationDecision) -> &'static str {
    match decision {
        RegistrationDecision::Approved => "approved",
        RegistrationDecision::Denied => "denied",
        RegistrationDecision::Returned => "returned",
    }
}

fn protected(protection: &Protection, terms: Option<&RegistrationPolicy>) -> ProtectionFacts {
    let lapse = terms.and_then(|terms| terms.lapse).and_then(|lapse| match lapse {
        Duration::Days(days) => i32::try_from(days).ok(),
        Duration::BusinessDays(_) | Duration::Hours(_) => None,
    });
    // It has lapsed on the first day that is more than `lapse` after the day from which it is counted.
    let counted_from = |idle: i32| idle.saturating_sub(lapse.unwrap_or(0)).saturating_sub(1);
    ProtectionFacts {
        from: protection.clock,
        until: protection.end,
        extensions: protection.extensions,
        grace_until: Some(protection.grace_end).filter(|end| *end > protection.end),
        lapsed: protection.lapsed().map(|idle| (idle, counted_from(idle))),
    }
}
