//! Stipends in sentences.

use crate::book::Book;
use crate::rules::{Per, Stipend};

use super::super::condition;
use super::super::facts::{Fact, value, work};
use super::super::words;

pub fn facts(rule: &Stipend, book: &Book) -> Vec<Fact> {
    let mut facts = vec![work(&rule.engaged)];
    if let Some(expr) = &rule.require {
        facts.push(Fact::where_holds("Required", "A payee is paid", &condition::condition(expr)));
    }
    let per = match rule.per {
        Per::Deal => "for each deal, however much was done",
        Per::Touch => "for each engagement",
        Per::Weight => "for each unit of weight",
    };
    let shown = |amount| words::money(amount, book);
    facts.push(value("Amount", &rule.amount, shown, |amount| format!("Each payee earns {amount}, {per}.")));
    facts
}
