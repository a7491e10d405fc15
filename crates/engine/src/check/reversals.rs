//! Reversals: those that no clawback rule matches, that take more than there is, that change nothing because of a fiscal year, and
//! schedules that none of them falls in.

use std::collections::BTreeSet;

use apportion_base::diagnostic::{Code, counted};
use apportion_data::DealIx;
use apportion_rules::{Clawback, Kind, RuleIx};

use super::facts::Facts;
use super::finding::Finding;
use crate::kinds::{Effect, MatchedReversal, Taken};

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let clawbacks = facts.inputs.clawbacks;
    if clawbacks.deals.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Finding> = over_reversed(facts).into_iter().collect();
    for (index, _) in facts.each_rule().filter(|(_, rule)| rule.kind == Kind::Clawback) {
        found.extend(too_late(facts, index));
        found.extend(earlier_year(facts, index));
    }
    found.extend(unmatched(facts));
    found
}

/// The matched reversals of these days with what they take.
fn of_days<'f>(facts: &'f Facts<'_>) -> impl Iterator<Item = (&'f MatchedReversal, Taken)> + 'f {
    let close_date = &facts.tables.deals.close_date;
    let window = facts.window();
    let takes = |reversal: &'f MatchedReversal| match reversal.effect {
        Effect::Recompute(taken) | Effect::Mirror(taken) => Some((reversal, taken)),
        Effect::Nothing(_) => None,
    };
    let pays = move |(reversal, _): &(&MatchedReversal, Taken)| window.pays(close_date[reversal.deal]);
    facts.inputs.clawbacks.reversals.iter().filter_map(takes).filter(pays)
}

/// Reversals of more than was left of their originals.
fn over_reversed(facts: &Facts<'_>) -> Option<Finding> {
    let beyond = of_days(facts).filter(|(_, taken)| taken.beyond_e6() > 0);
    let deals: Vec<DealIx> = beyond.map(|(reversal, _)| reversal.deal).collect();
    if deals.is_empty() {
        return None;
    }
    let number = deals.len() as u64;
    let message =
        format!("{} {} of more than their deals still had", counted(number, "reversal"), facts.in_days());
    let finding = Finding::warning(Code::OverReversed, message).counted(number, "reversal");
    let examples = deals.iter().map(|deal| facts.deal_id(*deal));
    Some(
        finding
            .examples(examples)
            .help("what is beyond the whole takes nothing: look at `reverses_deal_id` and at the amounts"),
    )
}

/// A schedule that has ended before every reversal that the rule matches.
fn too_late(facts: &Facts<'_>, rule: RuleIx) -> Option<Finding> {
    let of_rule = of_days(facts).filter(|(reversal, _)| reversal.rule == rule);
    let mut late = 0_u64;
    let mut version = None;
    for (reversal, taken) in of_rule {
        let of_version = facts.rules.version(rule, reversal.version);
        let last = of_version.body.clawback().and_then(Clawback::schedule)?.last()?;
        let days = facts.tables.deals.days_between(taken.original, reversal.deal);
        if days <= i64::from(last.within) {
            return None;
        }
        late += 1;
        version = Some(of_version);
    }
    let id = &facts.rules[rule].id;
    let message = format!(
        "the schedule of `{id}` has ended before all of the {} that it matches {}",
        counted(late, "reversal"),
        facts.in_days()
    );
    let finding = Finding::warning(Code::ScheduleTooShort, message).rule(id).counted(late, "reversal");
    Some(
        finding
            .at(version?.place("schedule"), "")
            .help("`within` counts days from the day on which the reversed deal closed"),
    )
}

/// Recomputed reversals of deals of earlier fiscal years.
fn earlier_year(facts: &Facts<'_>, rule: RuleIx) -> Option<Finding> {
    let close_date = &facts.tables.deals.close_date;
    let calendar = facts.book.calendar();
    let year = |deal: DealIx| calendar.period_of(close_date[deal], apportion_book::Every::Year);
    let earlier = |(reversal, taken): &(&MatchedReversal, Taken)| {
        let recomputes = matches!(reversal.effect, Effect::Recompute(_));
        reversal.rule == rule && recomputes && year(taken.original) != year(reversal.deal)
    };
    let deals: Vec<DealIx> = of_days(facts).filter(earlier).map(|(reversal, _)| reversal.deal).collect();
    if deals.is_empty() {
        return None;
    }
    let (id, number) = (&facts.rules[rule].id, deals.len() as u64);
    let message = format!(
        "`{id}` recomputes {} {} of deals of earlier fiscal years",
        counted(number, "reversal"),
        facts.in_days()
    );
    let finding = Finding::note(Code::EarlierOriginal, message).rule(id).counted(number, "reversal");
    let examples = deals.iter().map(|deal| facts.deal_id(*deal));
    let place = facts.rules[rule].versions.first()?.span.clone();
    Some(
        finding
            .at(place, "")
            .examples(examples)
            .help("a run computes one fiscal year: it pays these deals neither less nor again"),
    )
}

/// Reversals that no clawback rule matches, beside others that one does.
fn unmatched(facts: &Facts<'_>) -> Option<Finding> {
    let deals = &facts.tables.deals;
    let matched: BTreeSet<DealIx> =
        facts.inputs.clawbacks.reversals.iter().map(|reversal| reversal.deal).collect();
    let of_days = deals.reversals.iter().map(|reversal| reversal.deal);
    let left: Vec<DealIx> = of_days
        .filter(|deal| facts.window().pays(deals.close_date[*deal]) && !matched.contains(deal))
        .collect();
    if left.is_empty() {
        return None;
    }
    let number = left.len() as u64;
    let message =
        format!("{} {} that no clawback rule matches", counted(number, "reversal"), facts.in_days());
    let finding = Finding::note(Code::UnmatchedReversal, message).counted(number, "reversal");
    let examples = left.iter().map(|deal| facts.deal_id(*deal));
    Some(
        finding
            .examples(examples)
            .help("they are deals like any other, and paid by the rules that match them"),
    )
}
