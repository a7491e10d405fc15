//! Which columns of a line say something, by kind of rule. Contract, section 5.

use crate::credit::Applies;
use apportion_rules::{Body, RateBy, RuleBook, Sharing};

/// By rule and version.
pub fn of_rules(rules: &RuleBook) -> Vec<Vec<Applies>> {
    rules
        .rules
        .iter()
        .map(|rule| rule.versions.iter().map(|version| of_body(&version.body)).collect())
        .collect()
}

fn of_body(body: &Body) -> Applies {
    match body {
        Body::SharedCredit(rule) => {
            let paid = rule.rate.is_some();
            let overlay = matches!(rule.sharing, Sharing::Declared { overlay: true, .. });
            Applies {
                basis: true,
                rate: paid,
                units: true,
                units_total: true,
                credit_total: !overlay,
                pool: paid && !overlay,
                credited: true,
                amount: paid,
            }
        }
        Body::Stipend(_) => Applies { units: true, amount: true, ..Applies::default() },
        Body::RenewalBonus(rule) => Applies {
            basis: true,
            rate: true,
            units: true,
            units_total: true,
            pool: rule.rate_by == RateBy::Deal,
            amount: true,
            ..Applies::default()
        },
        Body::Commission(_) | Body::Override(_) => {
            Applies { basis: true, rate: true, amount: true, ..Applies::default() }
        }
    }
}
