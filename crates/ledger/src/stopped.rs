//! Why there is no draft, and what to do.

use crate::closing::StoppedClose;
use crate::vanished::{Vanished, VanishedKind};
use apportion_base::diagnostic::{Code, Diagnostic, grouped};
use apportion_base::money::{Currency, format_scaled};
use apportion_book::{Period, display_day};

/// What stops a close, as messages.
pub fn diagnostics(stopped: &StoppedClose, period: Period, currency: Currency) -> Vec<Diagnostic> {
    let money = |minor: i128| grouped(&format_scaled(minor, currency.digits()));
    let currency = currency.code();
    match stopped {
        StoppedClose::RewrittenBook(changes) => changes
            .iter()
            .map(|(key, was, is)| {
                let message = format!("`{key}` was {was} in the closes so far and is {is} now");
                Diagnostic::error(Code::RewrittenBook, message)
                    .help("closed months rest on it: put it back, or begin another ledger with another `path`")
            })
            .collect(),
        StoppedClose::RewrittenRules(rules) => rules
            .iter()
            .map(|rule| {
                let mut message = format!(
                    "rule `{}` gives something else for {} than when {} was posted",
                    rule.rule_id,
                    display_day(rule.day),
                    rule.month
                );
                for (what, was, is) in &rule.changes {
                    let side = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
                    message.push_str(&format!("; {what} was {} and is {}", side(was), side(is)));
                }
                Diagnostic::error(Code::RewrittenRule, message).help(
                    "give the change a version of its own with a later `effective`, or say `retroactive = true` in the version; a \
                     rule that is gone needs a version with when = \"FALSE\"",
                )
            })
            .collect(),
        StoppedClose::Vanished(things) => things
            .iter()
            .filter(|thing| thing.accepted.is_none())
            .map(|thing| {
                let what = match thing.kind {
                    VanishedKind::IncompleteDeal => {
                        format!("deal `{}` is incomplete now: a row that names it was rejected", thing.id)
                    }
                    VanishedKind::Reversal => {
                        let message = format!(
                            "reversal `{}` counted in the close before with {currency} {}, and is not in the data any more or was rejected",
                            thing.id,
                            money(thing.amount)
                        );
                        return Diagnostic::error(Code::Vanished, message).help(decide(thing));
                    }
                    kind => format!("{} `{}` is not in the data any more, or was rejected", kind.word(), thing.id),
                };
                let message = format!("{what}; {} {} are posted on it", currency, money(thing.amount));
                Diagnostic::error(Code::Vanished, message).help(decide(thing))
            })
            .collect(),
        StoppedClose::LargeTrueUps { id, sum, .. } => {
            let message = format!(
                "the true-ups of {period} add up to {currency} {} in absolute values, more than `review_over`",
                money(*sum)
            );
            vec![Diagnostic::error(Code::LargeTrueUps, message).help(format!(
                "look at what is behind them; if it is right, accept the sum in sources.acceptances: id {id}, action post, reason, by"
            ))]
        }
    }
}

/// What to do about something that has vanished.
fn decide(thing: &Vanished) -> String {
    format!(
        "put it back into the data, or decide in sources.acceptances: id {}, action keep or take-back, reason, by",
        thing.id
    )
}
