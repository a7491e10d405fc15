//! `register`: a partner worked on an open opportunity, and nobody registered it.

use apportion_channel::Subject;
use apportion_data::{OpenIx, PayeeIx};
use apportion_rules::PolicyKind;

use super::ground::{Ground, on};
use super::stake::{Change, Question};
use super::{ActionKind, Found, Stake};

/// For each such partner and opportunity. Where no policy for registrations is in force on the day, there is nothing to register under.
pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let mut policies = ground.rules.policies.of_kind(PolicyKind::Registration);
    if !policies.any(|(_, policy)| policy.versions.iter().any(|version| version.in_force(ground.as_of))) {
        return Vec::new();
    }
    let open = ground.tables.channel.opportunities.all();
    let unclaimed = open.filter(|open| ground.claims_on(*open).is_empty());
    unclaimed.flat_map(|open| of_opportunity(ground, open)).collect()
}

fn of_opportunity(ground: &Ground<'_>, open: OpenIx) -> Vec<Found> {
    let at_work = ground.at_work(Subject::Open(open)).into_iter();
    let partners = at_work.filter(|(payee, first)| ground.is_partner(*payee, first.unwrap_or(ground.as_of)));
    partners.map(|(payee, first)| found(ground, open, (payee, first))).collect()
}

fn found(ground: &Ground<'_>, open: OpenIx, (payee, first): (PayeeIx, Option<i32>)) -> Found {
    let (id, subject) = (ground.payee_id(payee), ground.open_id(open));
    let since = first.map_or_else(|| "has worked".to_owned(), |day| format!("has worked since {}", on(day)));
    Found {
        kind: ActionKind::Register,
        payee: Some(payee),
        subject: subject.to_owned(),
        due: ground.expected_close(open),
        stake: Stake::Asked(Question {
            open: subject.to_owned(),
            payee,
            with: Change::Registered(payee),
            without: Change::Nothing,
        }),
        why: format!("{id} {since} on {subject}, and nobody registered it.{}", ground.expectation(open)),
    }
}
