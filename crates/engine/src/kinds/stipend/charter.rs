//! Stipends in sentences.

use apportion_book::Book;
use apportion_rules::{Per, Stipend};

use crate::charter::condition;
use crate::charter::facts::{Fact, ValueText, value, work};
use crate::charter::words;

pub fn facts(rule: &Stipend, book: &Book) -> Vec<Fact> {
    let mut facts = vec![work(&rule.engaged)];
    if let Some(expr) = &rule.require {
        facts.push(Fact::where_holds("Required", "A payee is paid", &condition::condition(expr)));
    }
    let per = match rule.per {
        Per::Deal => "for each deal, however much was done on it",
        Per::Touch => "for each engagement",
        Per::Weight => "for each unit of weight of its work",
    };
    facts.push(value(
        &rule.amount,
        &ValueText {
            label: "Amount",
            shown: &|amount| words::money(amount, book),
            one: &|amount| format!("Each payee earns {amount} {per}."),
            many: &|by| format!("Each payee earns an amount {per}, which depends on {by}:"),
            left_out: "not paid",
        },
    ));
    facts
}
