//! The terms that were in force for a payee in a close, and the figures that went into its payment.

use super::payment::KnownTerms;
use crate::balances::Balance;
use crate::closing::SettledClose;
use crate::payment::{self, Exchange};
use crate::terms::{self, MonthDays, PayeeTerms, TermsGround};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::{Currency, Overflow};

/// The terms of the payee of a row, by the rules and the data that the close kept. `before` is the payee's row of the close before,
/// and its last day is the second.
///
/// # Errors
/// `two-draws` and `two-payments`, and numbers that can't be held.
pub fn known_terms(
    settled: &SettledClose,
    row: &Balance,
    (before, last_day): (Option<&Balance>, Option<i32>),
) -> Result<KnownTerms, Diagnostic> {
    let SettledClose { book, rules, tables, days, .. } = settled;
    let month = MonthDays { first: days.first, last: days.last };
    let all = terms::of_payees(book, tables, &rules.policies, month)?;
    let payee = settled.traced().payee(&row.payee_id);
    let none = PayeeTerms::default();
    let of_payee = payee.map_or(&none, |payee| &all[payee]);
    let too_large = |error: Overflow| {
        Diagnostic::error(Code::NumberTooLarge, format!("the payment of `{}`: {error}", row.payee_id))
    };
    let ground = TermsGround { tables, policies: &rules.policies, month, last_day };
    let last = before.and_then(|row| row.draw.as_ref());
    let exchange = exchange(row, of_payee.own_currency, book.currency);
    let figures = of_payee.figures(ground, payee, (row, last), exchange).map_err(too_large)?;
    let payment = payment::pay(&figures, book.rounding).map_err(too_large)?;
    Ok(KnownTerms { figures, payment })
}

/// How the payee of a row was paid, as the row says it.
fn exchange(row: &Balance, own_currency: bool, book: Currency) -> Exchange {
    if !own_currency || row.paid_currency == book.code() {
        return Exchange::Book;
    }
    match (row.rate, Currency::from_code(&row.paid_currency)) {
        (Some((rate_e9, quoted)), Some(currency)) => {
            Exchange::Rate { rate_e9, quoted, from: book.digits(), to: currency.digits() }
        }
        _ => Exchange::NoRate,
    }
}
