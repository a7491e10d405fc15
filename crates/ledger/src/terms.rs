//! Draws and payment terms: which are in force for a payee, and what they come to in a month.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;

use crate::balances::Balance;
use crate::payment::{self, Exchange, PayeeFigures, Recovery, Terms};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::{Minor, Overflow, pow10};
use apportion_book::Book;
use apportion_data::{PayeeIx, StateIx, Tables};
use apportion_engine::plan::{Presence, ValueColumn, payees_on, rate_e8};
use apportion_expr::Expr;
use apportion_rules::{AtEnd, Draw, Payment, PaymentCurrency, Policies, Policy, PolicyTerms, Recoverable};

/// Full time, in billionths.
const FULL_TIME_E9: i128 = 1_000_000_000;

/// Decimals of amounts in rules.
const AMOUNT_SCALE: u32 = 6;

/// The first and the last day of the month.
#[derive(Debug, Clone, Copy)]
pub struct MonthDays {
    /// Days since 1970-01-01.
    pub first: i32,
    /// Days since 1970-01-01.
    pub last: i32,
}

/// What is in force for a payee.
#[derive(Debug, Clone, Default)]
pub struct PayeeTerms {
    /// The draw that is not recoverable, with its id.
    pub guarantee: Option<(String, payment::Guarantee)>,
    /// The recoverable draw, with its id and how it is recovered.
    pub draw: Option<(String, payment::Draw, Recovery)>,
    /// The payment terms.
    pub terms: Terms,
    /// The id of the payment terms.
    pub payment: Option<String>,
    /// Whether the payee is paid in its own currency.
    pub own_currency: bool,
}

/// The draws and payment terms of all payees in a month.
///
/// # Errors
/// `two-draws` and `two-payments`, and numbers that can't be held.
pub fn of_payees(
    book: &Book,
    tables: &Tables,
    policies: &Policies,
    month: MonthDays,
) -> Result<Vec<PayeeTerms>, Diagnostic> {
    let mut all = vec![PayeeTerms::default(); tables.payees.len()];
    let reader = Reader { book, tables, month, presence: Presence::new(&tables.payees) };
    let mut payments: Vec<Option<&str>> = vec![None; all.len()];
    for (_, policy) in policies.iter().filter(|(_, policy)| policy.kind.goes_by_month()) {
        let Some(version) = policy.in_force(month.last) else { continue };
        match &version.terms {
            PolicyTerms::Draw(draw) => reader.draw(policy, draw, &mut all)?,
            PolicyTerms::Payment(payment) => {
                reader.payment(policy, payment, &mut all, &mut payments)?;
            }
            _ => {}
        }
    }
    Ok(all)
}

/// What the terms of a payee are asked beside its own figures.
#[derive(Debug, Clone, Copy)]
pub struct TermsGround<'a> {
    /// The data.
    pub tables: &'a Tables,
    /// The rules of draws and payment.
    pub policies: &'a Policies,
    /// The month.
    pub month: MonthDays,
    /// The last day of the close before, if there is one.
    pub last_day: Option<i32>,
}

impl PayeeTerms {
    /// What the payment of a payee's row is made of. `last` is the recoverable draw last in force, and the last day of that close.
    ///
    /// # Errors
    /// A number that can't be held.
    pub fn figures(
        &self,
        ground: TermsGround<'_>,
        payee: Option<PayeeIx>,
        (row, last): (&Balance, Option<&(String, i32)>),
        exchange: Exchange,
    ) -> Result<PayeeFigures, Overflow> {
        let recovery = match &self.draw {
            Some((_, _, recovery)) => *recovery,
            None => recovery_of_last(ground, last)?,
        };
        Ok(PayeeFigures {
            carried_in: row.carried_in,
            owed_in: row.owed_in,
            net: Minor::from_wide(row.net())?,
            new_earned: row.lines,
            guarantee: self.guarantee.as_ref().map(|(_, guarantee)| *guarantee),
            draw: self.draw.as_ref().map(|(_, draw, _)| *draw),
            recovery,
            terms: self.terms,
            is_final: payee.is_some_and(|payee| is_final(ground.tables, payee, ground.month)),
            payable: payee.is_some(),
            exchange,
        })
    }
}

/// How what is owed is recovered by the draw that was last in force for a payee.
fn recovery_of_last(ground: TermsGround<'_>, last: Option<&(String, i32)>) -> Result<Recovery, Overflow> {
    let Some((id, on)) = last else { return Ok(Recovery::default()) };
    let version = ground.policies.find(id).and_then(|policy| policy.in_force(*on));
    let Some(PolicyTerms::Draw(Draw { recoverable: Some(terms), .. })) =
        version.map(|version| &version.terms)
    else {
        return Ok(Recovery::default());
    };
    let forgives = terms.at_end == AtEnd::Forgive && ground.last_day == Some(*on);
    Ok(Recovery { forgives, ..recovery(terms, ground.month.last)? })
}

fn recovery(terms: &Recoverable, period_end: i32) -> Result<Recovery, Overflow> {
    Ok(Recovery {
        share_e8: rate_e8(terms.share)?,
        begun: terms.recover_from.is_none_or(|from| period_end >= from),
        forgives: false,
    })
}

struct Reader<'a> {
    book: &'a Book,
    tables: &'a Tables,
    month: MonthDays,
    presence: Presence<'a>,
}

impl Reader<'_> {
    fn draw(&self, policy: &Policy, draw: &Draw, all: &mut [PayeeTerms]) -> Result<(), Diagnostic> {
        let too_large = |error: Overflow| too_large(policy, error);
        let earns = self.matches(policy, draw.payees.as_ref())?;
        let amounts = ValueColumn::new(&draw.amount, AMOUNT_SCALE, self.tables).map_err(too_large)?;
        for payee in self.tables.payees.all().filter(|payee| earns[payee.at()]) {
            let Some(amount_e6) = self.amount(&amounts, payee) else { continue };
            let Some(part) = self.part(payee, draw.prorate.is_some()) else { continue };
            let amount = rounded(amount_e6, part, self.book).map_err(too_large)?;
            let terms = &mut all[payee];
            let before = match &draw.recoverable {
                Some(recoverable) => {
                    let recovery = recovery(recoverable, self.month.last).map_err(too_large)?;
                    let own = payment::Draw { amount, pays: draw.pays, limit: recoverable.limit };
                    terms.draw.replace((policy.id.clone(), own, recovery)).map(|(id, ..)| id)
                }
                None => {
                    let own = payment::Guarantee { amount, pays: draw.pays };
                    terms.guarantee.replace((policy.id.clone(), own)).map(|(id, _)| id)
                }
            };
            if let Some(before) = before {
                return Err(self.two(Code::TwoDraws, "draws", payee, [&before, &policy.id]));
            }
        }
        Ok(())
    }

    fn payment<'p>(
        &self,
        policy: &'p Policy,
        payment: &Payment,
        all: &mut [PayeeTerms],
        before: &mut [Option<&'p str>],
    ) -> Result<(), Diagnostic> {
        let debt_share_e8 = rate_e8(payment.debt_share).map_err(|error| too_large(policy, error))?;
        let earns = self.matches(policy, payment.payees.as_ref())?;
        for payee in self.tables.payees.all().filter(|payee| earns[payee.at()]) {
            if let Some(before) = before[payee.at()].replace(&policy.id) {
                return Err(self.two(Code::TwoPayments, "payment terms", payee, [before, &policy.id]));
            }
            let minimum = payment.minimum.unwrap_or(Minor::ZERO);
            all[payee].terms = Terms { minimum, maximum: payment.maximum, debt_share_e8 };
            all[payee].payment = Some(policy.id.clone());
            all[payee].own_currency = payment.currency == PaymentCurrency::Payee;
        }
        Ok(())
    }

    /// What a payee is on the last day of the month.
    fn state(&self, payee: PayeeIx) -> StateIx {
        self.tables.payees.states.on(payee, self.month.last)
    }

    /// By payee: whether a condition is true on the last day of the month.
    fn matches(&self, policy: &Policy, condition: Option<&Expr>) -> Result<Vec<bool>, Diagnostic> {
        let named = format!("{} `{}`", policy.kind.word(), policy.id);
        payees_on(self.tables, condition, self.month.last, &named)
    }

    fn amount(&self, amounts: &ValueColumn, payee: PayeeIx) -> Option<i128> {
        match amounts {
            ValueColumn::Plain(amount) => Some(*amount),
            ValueColumn::ByState(amounts) => amounts[self.state(payee)],
            // A draw depends on columns of payees alone; its reader makes sure.
            ValueColumn::ByDeal(_) | ValueColumn::Table(_) => None,
        }
    }

    /// The part of the month that counts, as numerator and denominator; none where the payee is not there on any day.
    fn part(&self, payee: PayeeIx, prorated: bool) -> Option<(i128, i128)> {
        let MonthDays { first, last } = self.month;
        let stretches = self.presence.stretches(payee, first, last);
        if stretches.is_empty() {
            return None;
        }
        if !prorated {
            return Some((1, 1));
        }
        let there_e9 = stretches.iter().map(|stretch| stretch.days() * stretch.fte_e9).sum();
        let days = i128::from(last) - i128::from(first) + 1;
        Some((there_e9, days * FULL_TIME_E9))
    }

    fn two(&self, code: Code, what: &str, payee: PayeeIx, ids: [&str; 2]) -> Diagnostic {
        let payee = self.tables.payees.id(payee);
        let day = apportion_book::display_day(self.month.last);
        Diagnostic::error(
            code,
            format!("two {what} are in force for payee `{payee}` on {day}: `{}` and `{}`", ids[0], ids[1]),
        )
        .help("let their `payees` or their days exclude each other")
    }
}

fn too_large(policy: &Policy, error: Overflow) -> Diagnostic {
    Diagnostic::error(Code::NumberTooLarge, format!("{} `{}`: {error}", policy.kind.word(), policy.id))
}

/// An amount in millionths of the major unit, times a part of one, in minor units.
fn rounded(amount_e6: i128, (numerator, denominator): (i128, i128), book: &Book) -> Result<Minor, Overflow> {
    let up = pow10(book.currency.digits())?;
    let product = amount_e6.checked_mul(numerator).and_then(|part| part.checked_mul(up)).ok_or(Overflow)?;
    let by = denominator.checked_mul(pow10(AMOUNT_SCALE)?).ok_or(Overflow)?;
    Minor::from_wide(book.rounding.divide(product, by))
}

/// Whether a payee's contract is over at the end of a month.
fn is_final(tables: &Tables, payee: PayeeIx, month: MonthDays) -> bool {
    day(tables, "end_date", payee).is_some_and(|end| month.last >= end)
}

fn day(tables: &Tables, column: &str, payee: PayeeIx) -> Option<i32> {
    let array = tables.payees.frame.column(column)?;
    let days = array.as_primitive_opt::<Date32Type>()?;
    days.is_valid(payee.at()).then(|| days.value(payee.at()))
}
