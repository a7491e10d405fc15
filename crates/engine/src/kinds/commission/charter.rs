//! Commissions in sentences.

use rust_decimal::Decimal;

use apportion_book::Book;
use apportion_rules::{Commission, CreditOf, Every, Mode, Prorate, RuleBook, Tier, Tiers, TiersBy};

use crate::charter::condition;
use crate::charter::document::Table;
use crate::charter::facts::{Fact, credits};
use crate::charter::prose::Prose;
use crate::charter::words;

pub fn facts(rule: &Commission, book: &Book, rules: &RuleBook) -> Vec<Fact> {
    let period = words::period(rule.every);
    let mut facts = vec![credit_that_counts(rule, rules)];
    facts.extend(measured(rule, period));
    facts.push(match &rule.payees {
        None => Fact::new("Who earns it", "Every payee with such credit."),
        Some(expr) => Fact::where_holds("Who earns it", "Payees", &condition::condition(expr)),
    });
    let tiers = match &rule.tiers {
        Tiers::OfQuota(tiers) => tiers_of(tiers, "of quota", &words::percent, book),
        Tiers::Amounts(tiers) => match &rule.tiers_by {
            None => tiers_of(tiers, "in credit", &|amount| words::money(amount, book), book),
            Some(by) => tiers_of(tiers, by.text(), &words::number, book),
        },
    };
    facts.push(tiers);
    if rule.tiers.list().iter().any(|tier| tier.bonus.is_some()) {
        facts.push(Fact::new(
            "Bonuses",
            "A bonus is paid once, with the deal that reaches its threshold. A refund that falls back below the threshold takes it back.",
        ));
    }
    facts.push(Fact::new("How tiers apply", how_tiers_apply(rule)));
    if matches!(rule.tiers, Tiers::OfQuota(_)) {
        facts.push(Fact::new("Quota", quota(rule, period)));
    }
    facts
}

/// Whose credit, from which rules, and how long it is added up.
fn credit_that_counts(rule: &Commission, rules: &RuleBook) -> Fact {
    let (period, credits) = (words::period(rule.every), credits(&rule.credits, rules));
    let whose = match (rule.credit_of, rule.levels) {
        (CreditOf::Own, _) => "A payee’s credit".to_owned(),
        (CreditOf::Team, None) => "A payee’s own credit, and that of everyone below them in the chain of managers on the day a deal closes, each once,".to_owned(),
        (CreditOf::Team, Some(1)) => "A payee’s own credit, and that of their direct reports on the day a deal closes,".to_owned(),
        (CreditOf::Team, Some(levels)) => format!(
            "A payee’s own credit, and that of everyone up to {levels} levels below them in the chain of managers on the day a deal closes, each once,"
        ),
    };
    let says = format!("{whose} from {credits}, added up over the {period}; each {period} starts at zero.");
    Fact::new("Credit that counts", says)
}

/// What the thresholds are compared with, where that is not the credit.
fn measured(rule: &Commission, period: &str) -> Option<Fact> {
    let says = match rule.tiers_by.as_ref()? {
        TiersBy::Deals => format!(
            "The number of deals of the {period} on which the payee has credit. A deal with a negative amount takes one away."
        ),
        TiersBy::Column(column) => format!(
            "The sum of `{column}` over the deals of the {period} on which the payee has credit, in full for each of them. A deal with a negative amount takes its own away."
        ),
    };
    Some(Fact::new("What tiers are measured by", says))
}

fn how_tiers_apply(rule: &Commission) -> &'static str {
    match (rule.mode, &rule.tiers_by) {
        (Mode::Marginal, None) => {
            "Part by part: the credit within a tier earns that tier’s rate, and the credit below keeps its own."
        }
        (Mode::Marginal, Some(_)) => {
            "Part by part: the credit of a deal is spread evenly over what the deal adds to the measure, and each part earns the rate of the tier that it falls into."
        }
        (Mode::Whole, _) => "To all of it: the rate that the total reaches applies from the first cent.",
        (Mode::Sliding, _) => {
            "To all of it, on a sliding scale: between two tiers the rate moves in a line from that of the one to that of the next, after the last it stays, and the rate reached applies from the first cent."
        }
    }
}

fn quota(rule: &Commission, period: &str) -> String {
    let attainment = match &rule.tiers_by {
        None => "Attainment is the credit",
        Some(_) => "Attainment is the measure",
    };
    let measure = match &rule.quota_measure {
        None => String::new(),
        Some(measure) => format!(" in “{measure}”"),
    };
    let prorated = match rule.prorate {
        None => "",
        Some(Prorate::Days) => {
            " It counts by the days of its period from the payee’s start date to their end date, each by the part of full time that they work that day; where that comes to 0, there is none."
        }
    };
    let sum = match rule.every {
        Every::Month => "",
        Every::Quarter => " Where there is none for the quarter, those of its three months are added up.",
        Every::Year => {
            " Where there is none for the year, those of its quarters, or their months, are added up."
        }
    };
    format!(
        "{attainment} against the payee’s quota{measure} for the {period}; without a quota nothing is paid, and the deal is listed.{sum}{prorated}"
    )
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
