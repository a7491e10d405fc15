//! Clawbacks in sentences.

use apportion_rules::{Clawback, Mirror, RuleBook, ShareStep};

use crate::charter::condition;
use crate::charter::document::Table;
use crate::charter::facts::{Fact, credits};
use crate::charter::prose::Prose;
use crate::charter::words;

pub fn facts(rule: &Clawback, rules: &RuleBook) -> Vec<Fact> {
    match rule {
        Clawback::Recompute => vec![Fact::new(
            "What is taken back",
            "The reversed deal is computed again with what the reversals leave of its amount, as if it had been sold so; \
             where nothing is left, no rule pays it. Later deals of the same period are computed again, too.",
        )],
        Clawback::Mirror(mirror) => {
            let mut facts = vec![lines(mirror, rules)];
            if let Some(payees) = &mirror.payees {
                facts.push(Fact::where_holds("From whom", "Payees", &condition::condition(payees)));
            }
            facts.push(share(mirror));
            facts
        }
    }
}

fn lines(mirror: &Mirror, rules: &RuleBook) -> Fact {
    let whose = match &mirror.rules {
        None => "of all rules that pay".to_owned(),
        Some(ids) => format!("from {}", credits(ids, rules)),
    };
    Fact::new(
        "What is taken back",
        format!(
            "Of each amount that the reversed deal paid, {whose}, the part of the deal that is reversed. All reversals of a deal \
             together take no more than the whole. Credit, attainment and limits stay as they are."
        ),
    )
}

fn share(mirror: &Mirror) -> Fact {
    let Some(steps) = &mirror.schedule else {
        return Fact::new("Share", "All of it, however late the deal is reversed.");
    };
    let mut table = Table::new(&[("days since the deal closed", false), ("share", true)]);
    let mut short = Vec::new();
    let mut before = None;
    for ShareStep { within, share, to } in steps {
        let days = match before {
            None => format!("up to {within}"),
            Some(before) => format!("{} to {within}", before + 1),
        };
        let share = match to {
            None => words::percent(*share),
            Some(to) => format!("from {} to {}, day by day", words::percent(*share), words::percent(*to)),
        };
        short.push(format!("{share} within {within} days"));
        table.row(vec![Prose::ours(days), Prose::ours(share)]);
        before = Some(*within);
    }
    table.row(vec![Prose::ours("later"), Prose::ours("nothing")]);
    short.push("nothing later".to_owned());
    Fact::new("Share", "By the days from the day on which the reversed deal closed to the reversal:")
        .table(table, format!("{}.", short.join(", ")))
}
