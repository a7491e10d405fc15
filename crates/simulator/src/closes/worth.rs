//! What the deals of a story earn, worked out apart from the engine. Amounts are whole dollars, and rates whole percents, so nothing is
//! rounded.

use std::collections::BTreeMap;

use super::story::{DealStory, Story, lead_of};

/// A deal, a rule and a payee.
pub type Earning = (String, &'static str, String);

/// What each of them has earned in all, in cents; none where the data of a close do not have the deal.
pub type Worth = BTreeMap<Earning, Option<i64>>;

/// The rules whose amounts are known here.
pub const RULES: [&str; 5] = ["tenth", "more", "steps", "lead", "back"];

/// From so many dollars of a fiscal year on, a commission is 10% and not 5%.
const STEP: i64 = 3_000;

/// What the deals of a story that are computed again are worth in a close.
pub fn worth(story: &Story, now: usize) -> Worth {
    let mut worth = Worth::new();
    for deal in story.deals().iter().filter(|deal| story.is_in_horizon(deal, now)) {
        let counts = deal.counts(now);
        let dollars = if counts { deal.dollars(now) } else { 0 };
        let mut add = |id: &str, rule, payee: &str, cents: i64| {
            worth.insert((id.to_owned(), rule, payee.to_owned()), deal.is_there(now).then_some(cents));
        };
        add(&deal.id, "tenth", deal.payee, dollars * 10);
        add(&deal.id, "more", deal.payee, if story.has_more(deal, now) { dollars * 5 } else { 0 });
        if let Some(lead) = lead_of(deal.payee) {
            let is_credited = story.has_payee(deal.payee, now);
            add(&deal.id, "lead", lead, if is_credited { dollars } else { 0 });
        }
        if story.has_reversal(deal, now) {
            add(&deal.reversal_id(), "back", deal.payee, -10 * deal.returned(now));
        }
        if let Some(cents) = steps(story, deal, now) {
            add(&deal.id, "steps", deal.payee, cents);
        }
    }
    worth
}

/// What a deal adds to its payee's commission, which rests on all deals of the payee in the fiscal year; none where some of them are not
/// computed again.
fn steps(story: &Story, deal: &DealStory, now: usize) -> Option<i64> {
    let of_payee: Vec<&DealStory> = story.deals().iter().filter(|other| other.payee == deal.payee).collect();
    if !of_payee.iter().all(|other| story.is_in_horizon(other, now)) {
        return None;
    }
    if !deal.counts(now) {
        return Some(0);
    }
    let year = story.year_of(deal.month(now));
    let before = of_payee.into_iter().filter(|other| {
        other.counts(now) && story.year_of(other.month(now)) == year && other.place(now) < deal.place(now)
    });
    let before: i64 = before.map(|other| other.dollars(now)).sum();
    Some(commission(before + deal.dollars(now)) - commission(before))
}

fn commission(dollars: i64) -> i64 {
    dollars.min(STEP) * 5 + (dollars - STEP).max(0) * 10
}
