//! What a close pays: one sum for each payee, and the items that it is made of.

use std::collections::BTreeMap;

use apportion_base::money::{Currency, Minor, Overflow, Rounding};
use apportion_ledger::balances::Balance;
use apportion_ledger::entry::{Entry, Subject};
use apportion_ledger::key::Names;
use apportion_ledger::payment::{Exchange, converted};

/// The name of the item of all adjustments.
pub const ADJUSTMENTS: &str = "adjustments";
/// The name of the item of what is carried: what was due before, less what is due on.
pub const CARRIED: &str = "carried";
/// The name of what is recovered where no draw was ever in force.
pub const RECOVERY: &str = "recovery";

/// A month that was closed, as its files pay it.
#[derive(Debug, Clone)]
pub struct ClosedMonth {
    /// The name of the close, such as `0007-2026-07`.
    pub close: String,
    /// SHA-256 of its close.json.
    pub digest: String,
    /// The month, such as `2026-07`.
    pub period: String,
    /// Its first day, in days since 1970-01-01.
    pub first: i32,
    /// Its last day.
    pub last: i32,
    /// The book's currency.
    pub currency: Currency,
    /// Everybody whom it pays something, in byte order of their ids.
    pub payees: Vec<ClosedPayee>,
    /// Everybody else who has a row in its balances.
    pub unpaid: Vec<String>,
}

/// A payee whom a close pays something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedPayee {
    /// The payee.
    pub payee_id: String,
    /// Its name, as the close knows it; empty where none is known.
    pub name: String,
    /// What is paid, in minor units of `currency`; above 0.
    pub amount: Minor,
    /// The currency in which it is paid.
    pub currency: Currency,
    /// What it is made of, in minor units of `currency`; adds up to `amount`.
    pub items: Vec<Item>,
}

/// A part of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// A rule, a draw, or one of the names above.
    pub name: String,
    /// Minor units; may be below 0.
    pub amount: Minor,
}

/// What a payee's payment is made of, in book currency and in the order of a file.
#[derive(Debug, Clone, Default)]
struct Parts {
    by_rule: BTreeMap<String, i128>,
    adjustments: i128,
}

/// Everybody whom a close pays, by its balances and entries.
///
/// # Errors
/// A payee whose amounts can't be held, or whose items do not add up.
pub fn payees(
    balances: &[Balance],
    (entries, names): (&[Entry], &Names),
    (book, rounding): (Currency, Rounding),
) -> Result<(Vec<ClosedPayee>, Vec<String>), String> {
    let mut parts: BTreeMap<&str, Parts> = BTreeMap::new();
    for entry in entries {
        let own = parts.entry(names.text(entry.payee())).or_default();
        match &entry.subject {
            Subject::Line { key, .. } => {
                // A clawback goes under the rule that it takes back.
                let rule = names.text(key.of_rule.unwrap_or(key.rule)).to_owned();
                *own.by_rule.entry(rule).or_default() += entry.released.wide();
            }
            Subject::Adjustment { .. } => own.adjustments += entry.released.wide(),
        }
    }
    let (mut paid, mut unpaid) = (Vec::new(), Vec::new());
    for balance in balances {
        if balance.payment.paid_amount.is_zero() {
            unpaid.push(balance.payee_id.clone());
            continue;
        }
        let own = parts.remove(balance.payee_id.as_str()).unwrap_or_default();
        let payee = payee(balance, own, book, rounding);
        paid.push(payee.map_err(|why| format!("payee `{}`: {why}", balance.payee_id))?);
    }
    paid.sort_by(|a, b| a.payee_id.cmp(&b.payee_id));
    Ok((paid, unpaid))
}

/// That payouts.csv of the close pays just these payees just these sums.
///
/// # Errors
/// The first difference, as a sentence.
pub fn check_payouts(bytes: &[u8], payees: &[ClosedPayee]) -> Result<(), String> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let mut rows = payees.iter();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let cells: Vec<&str> = record.iter().collect();
        let [id, _, amount, currency] = cells.as_slice() else {
            return Err("a row has not four cells".to_owned());
        };
        let id = apportion_base::spreadsheet::unguarded(id);
        let same = rows.next().is_some_and(|payee| {
            payee.payee_id == id
                && payee.amount.text(payee.currency.digits()) == *amount
                && payee.currency.code() == *currency
        });
        if !same {
            return Err(format!("payee `{id}` is not paid as the balances say"));
        }
    }
    match rows.next() {
        None => Ok(()),
        Some(payee) => Err(format!("payee `{}` is not in it", payee.payee_id)),
    }
}

fn payee(balance: &Balance, parts: Parts, book: Currency, rounding: Rounding) -> Result<ClosedPayee, String> {
    let currency = Currency::from_code(&balance.paid_currency)
        .ok_or_else(|| format!("`{}` is no currency", balance.paid_currency))?;
    let payment = &balance.payment;
    let mut items: Vec<(String, i128)> = parts.by_rule.into_iter().collect();
    items.push((ADJUSTMENTS.to_owned(), parts.adjustments));
    items.push((balance.guarantee_id.clone().unwrap_or_default(), payment.guarantee.wide()));
    let draw = balance.draw.as_ref().map_or(RECOVERY, |(id, _)| id.as_str());
    items.push((draw.to_owned(), payment.advance.wide()));
    items.push((draw.to_owned(), -payment.recovery.wide()));
    items.push((CARRIED.to_owned(), balance.carried_in.wide() - payment.carried_out.wide()));
    items.retain(|(_, amount)| *amount != 0);
    let exchange = match balance.rate {
        Some((rate_e9, quoted)) => {
            Exchange::Rate { rate_e9, quoted, from: book.digits(), to: currency.digits() }
        }
        None => Exchange::Book,
    };
    let total: i128 = items.iter().map(|(_, amount)| *amount).sum();
    if total != payment.paid.wide() {
        return Err("what its payment is made of does not add up to it".to_owned());
    }
    let items = exchanged(items, exchange, rounding).map_err(|error| error.to_string())?;
    let total: i128 = items.iter().map(|item| item.amount.wide()).sum();
    if total != payment.paid_amount.wide() {
        return Err("its items do not add up to what is paid in its currency".to_owned());
    }
    Ok(ClosedPayee {
        payee_id: balance.payee_id.clone(),
        name: balance.name.clone(),
        amount: payment.paid_amount,
        currency,
        items,
    })
}

/// The items in the payee's currency: each is the sum so far, converted, less the one before, so that they add up to what is paid.
fn exchanged(
    items: Vec<(String, i128)>,
    exchange: Exchange,
    rounding: Rounding,
) -> Result<Vec<Item>, Overflow> {
    let (mut sum, mut before) = (0, 0);
    let mut exchanged = Vec::with_capacity(items.len());
    for (name, amount) in items {
        sum += amount;
        let so_far = converted(sum, exchange, rounding)?;
        exchanged.push(Item { name, amount: Minor::from_wide(so_far - before)? });
        before = so_far;
    }
    Ok(exchanged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_ledger::payment::Quoted;

    fn parts(amounts: &[(&str, i128)], exchange: Exchange) -> Vec<i64> {
        let items = amounts.iter().map(|(name, amount)| ((*name).to_owned(), *amount)).collect();
        exchanged(items, exchange, Rounding::HalfAwayFromZero)
            .unwrap()
            .iter()
            .map(|item| item.amount.raw())
            .collect()
    }

    #[test]
    fn items_in_another_currency_add_up_to_what_is_paid() {
        // 1.10 dollars are a euro: 100.00 + 0.01 − 50.00 dollars are 45.46 euros.
        let exchange = Exchange::Rate { rate_e9: 1_100_000_000, quoted: Quoted::BookPerUnit, from: 2, to: 2 };
        // 90.91; 100.01 / 1.1 = 90.918 → 90.92; 50.01 / 1.1 = 45.4636 → 45.46.
        assert_eq!(parts(&[("a", 10_000), ("b", 1), ("carried", -5_000)], exchange), [9_091, 1, -4_546]);
        // Yen have no minor unit: 149.5 yen a dollar.
        let yen = Exchange::Rate { rate_e9: 149_500_000_000, quoted: Quoted::UnitPerBook, from: 2, to: 0 };
        assert_eq!(parts(&[("a", 101), ("b", 101), ("c", 98)], yen), [151, 151, 147]);
        assert_eq!(parts(&[("a", 101), ("b", -1)], Exchange::Book), [101, -1]);
    }
}
