//! The parts of a hold, a draw, payment terms or what is capitalised that a case can reach.

use super::points::entries;
use apportion_base::money::format_scaled;
use apportion_rules::{AtEnd, Payment, PaymentCurrency, PolicyTerms, PolicyVersion};
use rust_decimal::Decimal;

/// One part of a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyPoint {
    /// A hold keeps a part of a line.
    Held,
    /// An entry of `is` of a draw's amount, or `else`.
    Amount(Option<String>),
    /// A recoverable draw is paid.
    Advance,
    /// It is paid back.
    Recovery,
    /// No more is owed than its limit.
    Limit,
    /// What is owed is forgiven.
    Forgiven,
    /// A draw that nobody pays back is paid.
    Guarantee,
    /// Something is paid by the terms.
    Payment,
    /// Less than the minimum is carried.
    Minimum,
    /// More than the maximum is carried.
    Maximum,
    /// A debt is taken in part.
    DebtShare,
    /// Something is paid in the payee's currency.
    OwnCurrency,
    /// A cost is an asset.
    Asset,
}

/// All points of a version with what they are called. `digits` are those of the currency.
pub fn points(version: &PolicyVersion, digits: u32) -> Vec<(PolicyPoint, String)> {
    let plain = |point, name: &str| (point, name.to_owned());
    match &version.terms {
        PolicyTerms::Hold(_) => vec![plain(PolicyPoint::Held, "a part of a line is held")],
        PolicyTerms::Draw(draw) => {
            let mut points = entries("amount", &draw.amount, PolicyPoint::Amount);
            let Some(terms) = &draw.recoverable else {
                points.push(plain(PolicyPoint::Guarantee, "a guarantee"));
                return points;
            };
            points.push(plain(PolicyPoint::Advance, "an advance"));
            points.push(plain(PolicyPoint::Recovery, "a recovery"));
            if let Some(limit) = terms.limit {
                points.push((PolicyPoint::Limit, format!("limit of {} owed", limit.text(digits))));
            }
            if terms.at_end == AtEnd::Forgive {
                points.push(plain(PolicyPoint::Forgiven, "what is owed is forgiven"));
            }
            points
        }
        PolicyTerms::Payment(payment) => of_payment(payment, digits),
        PolicyTerms::Capitalise(_) => vec![plain(PolicyPoint::Asset, "a cost is an asset")],
        // Cases of a close don't reach what governs the channel.
        _ => Vec::new(),
    }
}

fn of_payment(payment: &Payment, digits: u32) -> Vec<(PolicyPoint, String)> {
    let mut points = vec![(PolicyPoint::Payment, "a payment".to_owned())];
    let amounts = [
        (PolicyPoint::Minimum, "minimum", payment.minimum),
        (PolicyPoint::Maximum, "maximum", payment.maximum),
    ];
    for (point, name, amount) in amounts {
        let amount = amount.map(|amount| format_scaled(amount.wide(), digits));
        points.extend(amount.map(|amount| (point, format!("{name} of {amount}"))));
    }
    if payment.debt_share < Decimal::ONE {
        points.push((PolicyPoint::DebtShare, "a debt that is taken in part".to_owned()));
    }
    if payment.currency == PaymentCurrency::Payee {
        points.push((PolicyPoint::OwnCurrency, "a payment in the payee's currency".to_owned()));
    }
    points
}
