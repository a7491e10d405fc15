//! Payees who are to be paid in their own currency and have none, or one without a rate.

use std::collections::{BTreeMap, BTreeSet};

use apportion_base::diagnostic::{Code, counted};
use apportion_rules::PaymentCurrency;

use super::super::facts::Facts;
use super::super::finding::Finding;
use super::people::selected;
use super::{CURRENCY, Month, PolicyPlace, versions};
use crate::diff::facts::cell;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let own = |subject: &PolicyPlace<'_>| {
        subject.payment().is_some_and(|payment| payment.currency == PaymentCurrency::Payee)
    };
    let of_version = |subject: PolicyPlace<'_>| finding(facts, &subject, subject.months(facts).last()?);
    versions(facts).filter(own).filter_map(of_version).collect()
}

/// What is wrong in the last month in which the terms are in force.
fn finding(facts: &Facts<'_>, subject: &PolicyPlace<'_>, month: Month) -> Option<Finding> {
    let payees = &facts.tables.payees;
    let selected = selected(facts, subject.conditions().first().copied())?;
    let column = payees.states.frame.column(CURRENCY);
    let book = facts.book.currency.code();
    let mut currencies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for payee in payees.all() {
        let state = payees.states.on(payee, month.last).at();
        let code = column.map_or_else(String::new, |column| cell(column, state));
        if selected[state] && !code.is_empty() && code != book {
            currencies.entry(code).or_default().push(facts.payee_id(payee));
        }
    }
    let id = &subject.policy.id;
    if currencies.is_empty() && selected.contains(&true) {
        let message =
            format!("`{id}` pays in the payee's own currency, which is {book} for everybody whom it is for");
        return Some(
            subject
                .note(Code::NoOwnCurrency, message, "currency")
                .help("payees without a `currency` are paid in the book's: see whether the column is mapped"),
        );
    }
    let rates = &facts.tables.rates;
    let lacks = |code: &str| rates.latest(code, month.last, facts.book.fx_max_age_days).is_none();
    let without: BTreeMap<&String, &Vec<String>> =
        currencies.iter().filter(|(code, _)| lacks(code)).collect();
    if without.is_empty() {
        return None;
    }
    let number = without.values().map(|payees| payees.len()).sum::<usize>() as u64;
    let codes: BTreeSet<&str> = without.keys().map(|code| code.as_str()).collect();
    let message = format!(
        "`{id}` has no exchange rate of {} at the end of {} for {}: they would be paid nothing",
        codes.into_iter().collect::<Vec<_>>().join(", "),
        month.period,
        counted(number, "payee")
    );
    Some(
        subject
            .warning(Code::NoRateToPay, message, "currency")
            .counted(number, "payee")
            .examples(without.values().flat_map(|payees| payees.iter().cloned()))
            .help("add rates to `fx_rates`: the latest on or before the last day counts, within `fx_max_age_days`"),
    )
}
