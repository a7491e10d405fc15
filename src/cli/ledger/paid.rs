//! What the closes of a calendar year paid, by payee and currency: for the year's tax forms.

use std::collections::BTreeMap;

use super::answer::{Answer, Column};
use crate::cli::Failure;
use apportion_base::money::format_scaled;
use apportion_book::{Book, Period};
use apportion_ledger::entry::Subject;
use apportion_ledger::folder::digits_of;
use apportion_ledger::key::Names;
use apportion_ledger::ledger::{Closes, Ledger};

/// A payment that came back and is due again.
const RETURNED: &str = "returned";
/// A payment that was made without a close.
const PAID_OUTSIDE: &str = "paid-outside";

/// The sums of a payee and a currency.
#[derive(Default)]
struct Sums {
    name: String,
    paid_amount: i128,
    closes: u64,
    paid: i128,
    returned: i128,
    paid_outside: i128,
}

/// One row for each payee and currency. What came back and what was paid outside stand in the row of the book's currency.
pub fn of_year(ledger: &Ledger, closes: &Closes, year: i32, book: &Book) -> Result<Answer, Failure> {
    let own = book.currency.code();
    let mut sums: BTreeMap<(String, String), Sums> = BTreeMap::new();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut names = Names::default();
    let is_of_year = |period: Period| matches!(period, Period::Month { year: own, .. } if own == year);
    for close in closes.0.iter().filter(|close| is_of_year(close.period)) {
        for row in ledger.balances(close)? {
            known.insert(row.payee_id.clone(), row.name.clone());
            if row.payment.paid.is_zero() {
                continue;
            }
            let sum = sums.entry((row.payee_id, row.paid_currency)).or_default();
            sum.paid_amount += row.payment.paid_amount.wide();
            sum.paid += row.payment.paid.wide();
            sum.closes += 1;
        }
        for entry in ledger.entries(close, &mut names)? {
            let Subject::Adjustment { key, .. } = &entry.subject else { continue };
            let of_payee = (names.text(key.payee).to_owned(), own.to_owned());
            match entry.kind.as_deref() {
                Some(RETURNED) => sums.entry(of_payee).or_default().returned += entry.earned.wide(),
                Some(PAID_OUTSIDE) => sums.entry(of_payee).or_default().paid_outside += entry.earned.wide(),
                _ => {}
            }
        }
    }
    for ((payee, _), sum) in &mut sums {
        sum.name = known.get(payee).cloned().unwrap_or_default();
    }
    let mut answer = Answer::new([
        Column::Text("payee_id"),
        Column::Text("name"),
        Column::Amount("paid_amount"),
        Column::Text("paid_currency"),
        Column::Count("closes"),
        Column::Amount("paid"),
        Column::Amount("returned"),
        Column::Amount("paid_outside"),
    ]);
    answer.title(format!("{}: paid by the closes of {year}", book.name));
    answer.sum(&["paid", "returned", "paid_outside"]);
    let digits = book.currency.digits();
    for ((payee, currency), sum) in sums {
        answer.row(vec![
            payee,
            sum.name,
            format_scaled(sum.paid_amount, digits_of(&currency)),
            currency,
            sum.closes.to_string(),
            format_scaled(sum.paid, digits),
            format_scaled(sum.returned, digits),
            format_scaled(sum.paid_outside, digits),
        ]);
    }
    Ok(answer)
}
