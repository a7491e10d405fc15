//! Commissions in sentences.

use rust_decimal::Decimal;

use apportion_book::Book;
use apportion_rules::{Commission, Mode, RuleBook, Tier, Tiers};

use crate::charter::condition;
use crate::charter::document::Table;
use crate::charter::facts::{Fact, credits};
use crate::charter::prose::Prose;
use crate::charter::words;

pub fn facts(rule: &Commission, book: &Book, rules: &RuleBook) -> Vec<Fact> {
    let period = words::period(rule.every);
    let mut facts = vec![Fact::new(
        "Credit that counts",
        format!(
            "A payee’s credit from {}, added up over the {period}; each {period} starts at zero.",
            credits(&rule.credits, rules)
        ),
    )];
    facts.push(match &rule.payees {
        None => Fact::new("Who earns it", "Every payee with such credit."),
        Some(expr) => Fact::where_holds("Who earns it", "Payees", &condition::condition(expr)),
    });
    let tiers = match &rule.tiers {
        Tiers::OfQuota(tiers) => tiers_of(tiers, "of quota", &words::percent),
        Tiers::Amounts(tiers) => tiers_of(tiers, "in credit", &|amount| words::money(amount, book)),
    };
    facts.push(tiers);
    facts.push(Fact::new(
        "How tiers apply",
        match rule.mode {
            Mode::Marginal => {
                "Part by part: the credit within a tier earns that tier’s rate, and the credit below keeps its own."
            }
            Mode::Whole => "To all of it: the rate that the total reaches applies from the first cent.",
        },
    ));
    if matches!(rule.tiers, Tiers::OfQuota(_)) {
        facts.push(Fact::new(
            "Quota",
            format!(
                "Attainment is the credit against the payee’s quota for the {period}; without a quota nothing is paid, and the deal is listed."
            ),
        ));
    }
    facts
}

fn tiers_of(tiers: &[Tier], unit: &str, shown: &dyn Fn(Decimal) -> String) -> Fact {
    let from_column = format!("from ({unit})");
    let mut table = Table::new(&[(from_column.as_str(), true), ("rate", true)]);
    let mut short = Vec::new();
    for tier in tiers {
        let (from, rate) = (shown(tier.from), words::percent(tier.rate));
        short.push(format!("{rate} from {from}"));
        table.row(vec![Prose::ours(from), Prose::ours(rate)]);
    }
    let below = match tiers.first() {
        Some(first) if !first.from.is_zero() => {
            format!("Below {} nothing is earned. A tier is reached at its threshold:", shown(first.from))
        }
        _ => "The first rate also applies where more was taken back than credited. A tier is reached at its threshold:".to_owned(),
    };
    Fact::new("Tiers", below).table(table, format!("{}.", short.join(", ")))
}
