//! Renewal bonuses in sentences.

use apportion_rules::{Measure, RateBy, RenewalBonus};

use crate::charter::document::Table;
use crate::charter::facts::{Fact, basis, value_in_a_cell, work};
use crate::charter::prose::Prose;
use crate::charter::words;

pub fn facts(rule: &RenewalBonus) -> Vec<Fact> {
    let basis_words = basis(rule.basis.as_ref());
    let measure = match rule.measure {
        Measure::Weight => "the weight",
        Measure::Touches => "the number",
    };
    let sharing = match rule.rate_by {
        RateBy::Deal => format!(
            "By the deal: {measure} of all engagements that count sets the rate; that rate of {basis_words} is the pool, which payees share by {measure} of their own."
        ),
        RateBy::Payee => format!(
            "By the payee: {basis_words} is split over the payees by {measure} of their engagements, and each earns on its part the rate that its own engagements reach."
        ),
    };
    vec![work(&rule.engaged), Fact::new("How it is shared", sharing), rates(rule)]
}

fn rates(rule: &RenewalBonus) -> Fact {
    let (column, unit) = match rule.measure {
        Measure::Weight => ("weight from", "in weight"),
        Measure::Touches => ("engagements from", "engagements"),
    };
    let mut table = Table::new(&[(column, true), ("rate", true)]);
    let mut short = Vec::new();
    for step in &rule.rates {
        let (from, rate) = (words::number(step.from), value_in_a_cell(&step.rate, words::percent));
        short.push(format!("{rate} from {from} {unit}"));
        table.row(vec![Prose::ours(from), rate]);
    }
    let below = match rule.rates.first() {
        Some(first) if !first.from.is_zero() => {
            format!(" below {} there is no bonus", words::number(first.from))
        }
        _ => " from the first bit of work on".to_owned(),
    };
    Fact::new("Rates", format!("The highest step that is reached;{below}:"))
        .table(table, format!("{}.", short.join(", ")))
}
