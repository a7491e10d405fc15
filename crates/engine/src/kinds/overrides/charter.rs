//! Overrides in sentences.

use apportion_rules::{Override, RuleBook};

use crate::charter::condition;
use crate::charter::document::Table;
use crate::charter::facts::{Fact, credits};
use crate::charter::prose::Prose;
use crate::charter::words;

pub fn facts(rule: &Override, rules: &RuleBook) -> Vec<Fact> {
    let credit = format!("Credit from {}, deal by deal.", credits(&rule.credits, rules));
    let who = match &rule.payees {
        None => Fact::new("Who earns it", "Every manager above a credited payee, as far as the levels go."),
        Some(expr) => {
            let mut fact = Fact::where_holds(
                "Who earns it",
                "Managers above a credited payee",
                &condition::condition(expr),
            );
            let rest = "A manager who is left out still counts as a level.";
            if fact.items.is_empty() {
                fact.says = Prose::ours(format!("{} {rest}", fact.says));
            } else {
                fact.items.push(Prose::ours("a manager who is left out still counts as a level"));
            }
            fact
        }
    };
    vec![Fact::new("Credit that counts", credit), who, levels(rule)]
}

fn levels(rule: &Override) -> Fact {
    let mut table = Table::new(&[("level", true), ("who", false), ("rate", true)]);
    let mut short = Vec::new();
    for (index, rate) in rule.levels.iter().enumerate() {
        let who = match index {
            0 => "the credited payee’s manager".to_owned(),
            1 => "that manager’s manager".to_owned(),
            _ => format!("the manager {} levels up", index + 1),
        };
        let rate = words::percent(*rate);
        short.push(format!("{rate} at level {}", index + 1));
        table.row(vec![Prose::ours((index + 1).to_string()), Prose::ours(who), Prose::ours(rate)]);
    }
    Fact::new("Levels", "Each level earns its own rate of the credit:")
        .table(table, format!("{}.", short.join(", ")))
}
