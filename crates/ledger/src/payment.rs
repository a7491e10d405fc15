//! What a payee is paid in a close: `docs/reference/ledger.md#payment`.
//!
//! All of it is a function of one payee's figures. Amounts are whole minor units, shares hundred-millionths, and the only digits
//! that are dropped are those of the named roundings. What comes out adds up:
//!
//! ```text
//! carried in + net + guarantee + advance - recovery = paid + carried out
//! owed in + advance - recovery - forgiven           = owed out
//! ```

#[cfg(test)]
mod tests;

use apportion_base::money::{Minor, Overflow, Rounding, pow10};
use apportion_rules::DrawPays;

/// One, in hundred-millionths.
pub const WHOLE_E8: i64 = 100_000_000;

/// The figures of a payee in a close, and the terms that are in force for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayeeFigures {
    /// What was due before and not paid; below 0 what the payee owes through clawbacks.
    pub carried_in: Minor,
    /// The balance of recoverable draws before.
    pub owed_in: Minor,
    /// What the close releases, and its adjustments.
    pub net: Minor,
    /// What the payee's new entries of the month earned, before holds; clawbacks, true-ups and adjustments are no part of it.
    pub new_earned: Minor,
    /// A draw that is not recoverable.
    pub guarantee: Option<Guarantee>,
    /// A recoverable draw in force.
    pub draw: Option<Draw>,
    /// How what is owed is recovered.
    pub recovery: Recovery,
    /// The payment terms.
    pub terms: Terms,
    /// Whether the payee is leaving or has left: what is below the minimum is paid.
    pub is_final: bool,
    /// Whether the payee may be paid at all: one who is not in the data is not.
    pub payable: bool,
    /// The currency in which the payee is paid.
    pub exchange: Exchange,
}

/// A draw that is not recoverable, for this close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guarantee {
    /// Its amount for the month, rounded.
    pub amount: Minor,
    /// How it goes with what was earned.
    pub pays: DrawPays,
}

/// A recoverable draw, for this close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// Its amount for the month, rounded.
    pub amount: Minor,
    /// How it goes with what is there.
    pub pays: DrawPays,
    /// The most that may be owed; none without a limit.
    pub limit: Option<Minor>,
}

/// How what is owed is recovered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// Which part of what is above the draw is taken, in hundred-millionths, 1 at most.
    pub share_e8: i64,
    /// Whether recovery has begun.
    pub begun: bool,
    /// Whether all that is owed is forgiven in this close.
    pub forgives: bool,
}

impl Default for Recovery {
    /// Without a draw: all, at once, and nothing is forgiven.
    fn default() -> Self {
        Self { share_e8: WHOLE_E8, begun: true, forgives: false }
    }
}

/// The payment terms of a payee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Below it nothing is paid, unless it is the last payment.
    pub minimum: Minor,
    /// The most that is paid in one close.
    pub maximum: Option<Minor>,
    /// Which part of what is there may be taken for debts, in hundred-millionths, 1 at most.
    pub debt_share_e8: i64,
}

impl Default for Terms {
    /// No minimum, no maximum, and debts take all.
    fn default() -> Self {
        Self { minimum: Minor::ZERO, maximum: None, debt_share_e8: WHOLE_E8 }
    }
}

/// How an amount of the book is paid in a payee's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// In book currency.
    Book,
    /// At a rate, in billionths, from the book's digits to those of the payee's currency.
    Rate {
        /// As its source quotes it, in billionths.
        rate_e9: i64,
        /// What it says.
        quoted: Quoted,
        /// Digits of the book's currency.
        from: u32,
        /// Digits of the payee's currency.
        to: u32,
    },
    /// There is no rate that may be used.
    NoRate,
}

/// What a rate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoted {
    /// Units of the book's currency for one of the payee's.
    BookPerUnit,
    /// Units of the payee's currency for one of the book's.
    UnitPerBook,
}

impl Quoted {
    /// Both.
    pub const ALL: [Self; 2] = [Self::BookPerUnit, Self::UnitPerBook];

    /// The word of the project file and of balances.csv.
    pub const fn word(self) -> &'static str {
        match self {
            Self::BookPerUnit => "book-per-unit",
            Self::UnitPerBook => "unit-per-book",
        }
    }
}

/// What a close makes of a payee's figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Payment {
    /// What non-recoverable draws add.
    pub guarantee: Minor,
    /// What is taken for debts.
    pub taken: Minor,
    /// What a recoverable draw advances.
    pub advance: Minor,
    /// What is recovered of earlier advances.
    pub recovery: Minor,
    /// What is forgiven of them.
    pub forgiven: Minor,
    /// What is paid, in book currency.
    pub paid: Minor,
    /// What is due and not paid; below 0 what the payee owes through clawbacks.
    pub carried_out: Minor,
    /// The balance of recoverable draws.
    pub owed_out: Minor,
    /// What is paid, in minor units of the payee's currency.
    pub paid_amount: Minor,
    /// Whether something would have been paid and there was no rate for it.
    pub without_rate: bool,
}

/// Settles a payee in a close.
///
/// # Errors
/// [`Overflow`] where a result has more than 18 digits.
pub fn pay(figures: &PayeeFigures, rounding: Rounding) -> Result<Payment, Overflow> {
    let (carried, owed) = (figures.carried_in.wide(), figures.owed_in.wide());
    let guarantee = guarantee(figures);
    let new = figures.net.wide() + guarantee;
    let there = carried.max(0) + new.max(0);
    let debt = (-carried).max(0) + (-new).max(0);
    let taken = debt.min(part(there, figures.terms.debt_share_e8, rounding));
    let available = there - taken;
    let DrawEffect { advance, recovery, forgiven } = draw(figures, available, rounding);
    let due = available + advance - recovery;
    let (paid, paid_amount, without_rate) = paid(figures, due, rounding)?;
    let carried_out = due - paid - (debt - taken);
    let owed_out = owed + advance - recovery - forgiven;
    assert!(
        taken >= 0 && available >= 0 && due >= 0 && owed_out >= 0.min(owed),
        "nobody is paid less than nothing"
    );
    assert_eq!(carried + new + advance - recovery, paid + carried_out, "a payment adds up");
    Ok(Payment {
        guarantee: Minor::from_wide(guarantee)?,
        taken: Minor::from_wide(taken)?,
        advance: Minor::from_wide(advance)?,
        recovery: Minor::from_wide(recovery)?,
        forgiven: Minor::from_wide(forgiven)?,
        paid: Minor::from_wide(paid)?,
        carried_out: Minor::from_wide(carried_out)?,
        owed_out: Minor::from_wide(owed_out)?,
        paid_amount: Minor::from_wide(paid_amount)?,
        without_rate,
    })
}

/// A part of an amount, rounded; both are not negative, and the share is 1 at most.
fn part(amount: i128, share_e8: i64, rounding: Rounding) -> i128 {
    rounding.divide(amount * i128::from(share_e8), i128::from(WHOLE_E8))
}

/// What non-recoverable draws add.
fn guarantee(figures: &PayeeFigures) -> i128 {
    match figures.guarantee {
        None => 0,
        Some(Guarantee { amount, pays: DrawPays::OnTop }) => amount.wide(),
        Some(Guarantee { amount, pays: DrawPays::UpTo }) => {
            (amount.wide() - figures.new_earned.wide().max(0)).max(0)
        }
    }
}

/// What a recoverable draw and what is owed do.
struct DrawEffect {
    advance: i128,
    recovery: i128,
    forgiven: i128,
}

fn draw(figures: &PayeeFigures, available: i128, rounding: Rounding) -> DrawEffect {
    let owed = figures.owed_in.wide();
    let recovered = |above: i128| match figures.recovery.begun {
        true if above > 0 => owed.max(0).min(part(above, figures.recovery.share_e8, rounding)),
        _ => 0,
    };
    let room =
        |limit: Option<Minor>, owed: i128| limit.map_or(i128::MAX, |limit| (limit.wide() - owed).max(0));
    match figures.draw {
        Some(Draw { amount, pays: DrawPays::UpTo, limit }) => DrawEffect {
            advance: (amount.wide() - available).max(0).min(room(limit, owed)),
            recovery: recovered(available - amount.wide()),
            forgiven: 0,
        },
        Some(Draw { amount, pays: DrawPays::OnTop, limit }) => {
            let recovery = recovered(available);
            DrawEffect { advance: amount.wide().min(room(limit, owed - recovery)), recovery, forgiven: 0 }
        }
        None if figures.recovery.forgives => DrawEffect { advance: 0, recovery: 0, forgiven: owed.max(0) },
        None => DrawEffect { advance: 0, recovery: recovered(available), forgiven: 0 },
    }
}

/// What is paid of what is due: in book currency, in the payee's, and whether only a rate was missing.
fn paid(figures: &PayeeFigures, due: i128, rounding: Rounding) -> Result<(i128, i128, bool), Overflow> {
    let Terms { minimum, maximum, .. } = figures.terms;
    let too_little = due < minimum.wide() && !figures.is_final;
    if due == 0 || too_little || !figures.payable {
        return Ok((0, 0, false));
    }
    let paid = maximum.map_or(due, |maximum| due.min(maximum.wide()));
    match figures.exchange {
        _ if paid == 0 => Ok((0, 0, false)),
        Exchange::Book => Ok((paid, paid, false)),
        Exchange::NoRate => Ok((0, 0, true)),
        Exchange::Rate { rate_e9, quoted, from, to } => {
            let amount = convert(paid, (rate_e9, quoted), (from, to), rounding)?;
            Ok(if amount == 0 { (0, 0, false) } else { (paid, amount, false) })
        }
    }
}

/// An amount of the book, which may be below 0, as it is paid: in the payee's currency, rounded at that currency's digits.
///
/// # Errors
/// A number that can't be held; and where there is no rate.
pub fn converted(amount: i128, exchange: Exchange, rounding: Rounding) -> Result<i128, Overflow> {
    match exchange {
        Exchange::Book => Ok(amount),
        Exchange::NoRate => Err(Overflow),
        Exchange::Rate { rate_e9, quoted, from, to } => {
            convert(amount, (rate_e9, quoted), (from, to), rounding)
        }
    }
}

/// An amount of the book in another currency, rounded at that currency's digits.
fn convert(
    paid: i128,
    (rate_e9, quoted): (i64, Quoted),
    (from, to): (u32, u32),
    rounding: Rounding,
) -> Result<i128, Overflow> {
    let (up, down) = (pow10(to)?, pow10(from)?);
    let (rate, one) = (i128::from(rate_e9), pow10(9)?);
    // paid / 10^from in the major unit, by the rate, times 10^to.
    let (times, by) = match quoted {
        Quoted::BookPerUnit => (one.checked_mul(up), rate.checked_mul(down)),
        Quoted::UnitPerBook => (rate.checked_mul(up), one.checked_mul(down)),
    };
    let (times, by) = (times.ok_or(Overflow)?, by.filter(|by| *by > 0).ok_or(Overflow)?);
    Ok(rounding.divide(paid.checked_mul(times).ok_or(Overflow)?, by))
}
