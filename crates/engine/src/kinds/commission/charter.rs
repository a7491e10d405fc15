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
        Tiers::OfQuota(tiers) => tiers_of(tiers, "of quota", &words::percent, book),
        Tiers::Amounts(tiers) => tiers_of(tiers, "in credit", &|amount| words::money(amount, book), book),
    };
    facts.push(tiers);
    if super::tiers_of(rule).iter().any(|tier| tier.bonus.is_some()) {
        facts.push(Fact::new(
            "Bonuses",
            "A bonus is paid once, with the deal that reaches its threshold. A refund that falls back below the threshold takes it back.",
        ));
    }
    facts.push(Fact::new(
        "How tiers apply",
        match rule.mode {
            Mode::Marginal => {
                "Part by part: the credit within a tier earns that tier’s rate, and the credit below keeps its own."
            }
            Mode::Whole => "To all of it: the rate that the total reaches applies from the first cent.",
            Mode::Sliding => {
                "To all of it, on a sliding scale: between two tiers the rate moves in a line from that of the one to that of the next, after the last it stays, and the rate reached applies from the first cent."
            }
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

fn tiers_of(tiers: &[Tier], unit: &str, shown: &dyn Fn(Decimal) -> String, book: &Book) -> Fact {
    let from_column = format!("from ({unit})");
    let bonuses = tiers.iter().any(|tier| tier.bonus.is_some());
    let mut columns = vec![(from_column.as_str(), true), ("rate", true)];
    if bonuses {
        columns.push(("bonus", true));
    }
    let mut table = Table::new(&columns);
    let mut short = Vec::new();
    for tier in tiers {
        let (from, rate) = (shown(tier.from), words::percent(tier.rate));
        let bonus = tier.bonus.map(|bonus| words::money(bonus, book));
        let and = bonus.as_ref().map(|bonus| format!(" and a bonus of {bonus}")).unwrap_or_default();
        short.push(format!("{rate}{and} from {from}"));
        let mut row = vec![Prose::ours(from), Prose::ours(rate)];
        if bonuses {
            row.push(Prose::ours(bonus.unwrap_or_default()));
        }
        table.row(row);
    }
    let below = match tiers.first() {
        Some(first) if !first.from.is_zero() => {
            format!("Below {} nothing is earned. A tier is reached at its threshold:", shown(first.from))
        }
        _ => "The first rate also applies where more was taken back than credited. A tier is reached at its threshold:".to_owned(),
    };
    Fact::new("Tiers", below).table(table, format!("{}.", short.join(", ")))
}
