//! Numbers of draws and payment terms that do nothing, or hardly anything, or contradict each other.

use rust_decimal::Decimal;

use apportion_base::diagnostic::{Code, grouped};
use apportion_base::money::Minor;
use apportion_book::config::number::{percent, scaled};
use apportion_rules::{Draw, Payment, Recoverable};

use super::super::facts::Facts;
use super::super::finding::Finding;
use super::super::values::amounts;
use super::{PolicyPlace, versions};

/// A share below it was probably meant as a fraction.
const TINY: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for subject in versions(facts) {
        if let Some(draw) = subject.draw() {
            found.extend(of_draw(facts, &subject, draw));
        }
        if let Some(payment) = subject.payment() {
            found.extend(of_payment(facts, &subject, payment));
        }
    }
    found
}

fn of_draw(facts: &Facts<'_>, subject: &PolicyPlace<'_>, draw: &Draw) -> Vec<Finding> {
    let id = &subject.policy.id;
    let amounts = amounts(&draw.amount);
    let mut found = Vec::new();
    // One that is recoverable says how what is owed is given back, also where its amount is 0.
    if draw.recoverable.is_none() && amounts.iter().all(|(_, amount)| amount.is_zero()) {
        let message = format!("`{id}`: its amount is 0, so that it guarantees nothing");
        found.push(subject.warning(Code::PaysZero, message, "amount").help("correct it, or end the draw"));
    }
    let Some(Recoverable { limit, share, .. }) = draw.recoverable else { return found };
    found.extend(tiny_share(subject, "recover.share", share, "of what is above the draw is taken"));
    let Some(limit) = limit else { return found };
    let digits = facts.book.currency.digits();
    if limit <= Minor::ZERO {
        let message = format!("`{id}`: its limit is {}, so that it advances nothing", limit.text(digits));
        found.push(
            subject
                .warning(Code::PaysZero, message, "limit")
                .help("leave `limit` out where there is no limit"),
        );
        return found;
    }
    let in_minor = |amount: &Decimal| scaled(*amount, digits).map(Minor::new);
    let above = amounts.iter().find(|(_, amount)| in_minor(amount).is_some_and(|amount| amount > limit));
    if let Some((path, amount)) = above {
        let shown = |text: String| grouped(&text);
        let message = format!(
            "`{id}` is {} a month and may be owed up to {} only: it never advances the whole amount",
            shown(amount.to_string()),
            shown(limit.text(digits))
        );
        found.push(
            subject
                .warning(Code::LimitBelowAmount, message, "limit")
                .at(subject.version.place(path), "a month")
                .help("raise the limit, which is of all that is owed, or lower the amount"),
        );
    }
    found
}

fn of_payment(facts: &Facts<'_>, subject: &PolicyPlace<'_>, payment: &Payment) -> Vec<Finding> {
    let id = &subject.policy.id;
    let digits = facts.book.currency.digits();
    let mut found: Vec<Finding> =
        tiny_share(subject, "debt_share", payment.debt_share, "of what is there is taken for debts")
            .into_iter()
            .collect();
    let minimum = payment.minimum.unwrap_or(Minor::ZERO);
    match payment.maximum {
        Some(maximum) if maximum <= Minor::ZERO => {
            let message = format!("`{id}`: its maximum is {}, so that it pays nothing", maximum.text(digits));
            found.push(
                subject
                    .warning(Code::PaysZero, message, "maximum")
                    .help("leave `maximum` out where there is none; what is not paid is carried for ever"),
            );
        }
        Some(maximum) if maximum < minimum => {
            let shown = |amount: Minor| grouped(&amount.text(digits));
            let message = format!(
                "`{id}` pays nothing below {}, and never more than {}",
                shown(minimum),
                shown(maximum)
            );
            found.push(
                subject
                    .warning(Code::MinimumAboveMaximum, message, "minimum")
                    .at(subject.version.place("maximum"), "less than the minimum")
                    .help("exchange them, or leave one of them out"),
            );
        }
        _ => {}
    }
    found
}

fn tiny_share(subject: &PolicyPlace<'_>, path: &str, share: Decimal, what: &str) -> Option<Finding> {
    let id = &subject.policy.id;
    if share.is_zero() {
        let message = format!("`{id}`: nothing {what}");
        let help = "leave it out where all is taken; a debt that is never taken is one for ever";
        return Some(subject.warning(Code::PaysZero, message, path).help(help));
    }
    if share >= TINY {
        return None;
    }
    let message = format!("`{id}`: {} {what}", percent(share));
    let meant = percent(share * Decimal::ONE_HUNDRED);
    let help = format!("is {meant} meant? A share without a percent sign is a fraction");
    Some(subject.warning(Code::TinyShare, message, path).help(help))
}
