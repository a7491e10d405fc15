//! Pay for milestones in sentences.

use apportion_book::Book;
use apportion_rules::Milestone;

use crate::charter::condition;
use crate::charter::facts::{Fact, ValueText, value};
use crate::charter::words;

pub fn facts(rule: &Milestone, book: &Book) -> Vec<Fact> {
    let which = match &rule.when {
        None => Fact::new("Milestones", "All milestones that were done."),
        Some(expr) => {
            Fact::where_holds("Milestones", "Milestones that were done,", &condition::condition(expr))
        }
    };
    let amount = value(
        &rule.amount,
        &ValueText {
            label: "Amount",
            shown: &|amount| words::money(amount, book),
            one: &|amount| format!("Each of them earns its payee {amount}."),
            many: &|by| format!("Each of them earns its payee an amount, which depends on {by}:"),
            left_out: "not paid",
        },
    );
    let sides = rule.both_sides.then(|| {
        Fact::new(
            "Sides",
            "It is earned only where the plan names two sides or more and each of them has done a milestone. It counts from the day \
             on which that is so.",
        )
    });
    let review =
        rule.review.map(|day| Fact::new("Review", format!("To be looked at again by {}.", words::day(day))));
    [which, amount].into_iter().chain(sides).chain(review).collect()
}
