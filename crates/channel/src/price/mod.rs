//! What deals are sold at: the list price, the discount given and allowed, what is below the floor, and who approved it.
//!
//! | file | content |
//! |---|---|
//! | [`entries`] | which price of a book is in force |
//! | [`exact`] | sums in a deal's currency, converted and rounded once |
//! | [`lines`] | what the lines of a deal add up to |
//! | [`allowed`] | the discount that a policy allows |
//! | [`approvals`] | which approval serves |
//! | [`columns`] | the attributes of deals |

pub mod allowed;
pub mod approvals;
pub mod columns;
pub mod entries;
pub mod exact;
pub mod lines;
#[cfg(test)]
mod tests;

use apportion_base::money::{Overflow, Rounding, rescale_exact};
use apportion_book::Book;
use apportion_data::{DealIx, Deals, Frame, Payees, Prices, Rates};
use apportion_rules::{PolicyIx, Price};
use arrow::array::{Array, AsArray, Decimal128Array};
use arrow::datatypes::Decimal128Type;
use rayon::prelude::*;

use crate::fault::{FaultSubject, PolicyFault};
use crate::governance::PriceAudit;
use crate::scope::{Dated, DatedTerms, Judged};
use crate::subject::Subject;
use crate::texts::{Texts, column_name};
use allowed::Allowed;
use approvals::{Asked, approving};
use exact::Conversion;
use lines::{LinePrices, LineSums};

/// What prices rest on besides what is sold.
#[derive(Clone, Copy)]
pub struct PriceGround<'a> {
    /// Currency and rounding, and how old a rate may be.
    pub book: &'a Book,
    /// Exchange rates.
    pub rates: &'a Rates,
    /// Price books, lines and approvals, as known.
    pub prices: &'a Prices,
    /// Who approves.
    pub payees: &'a Payees,
    /// The submission's day of a deal's holder, if that is protected.
    pub held_day: &'a (dyn Fn(DealIx) -> Option<i32> + Sync),
}

/// What is sold: deals, or what is open, with amounts in book currency, in millionths.
#[derive(Debug, Clone)]
pub struct Offered<'a> {
    /// The rows.
    pub judged: Judged<'a>,
    /// By row.
    pub amount_e6: Vec<Option<i64>>,
    /// By row.
    pub list_amount_e6: Vec<Option<i64>>,
    /// The currency of the lines.
    pub currency: Texts<'a>,
}

impl<'a> Offered<'a> {
    /// All deals. Their frame has `list_amount` and `currency`.
    pub fn deals(deals: &'a Deals) -> Self {
        let amount_e6 = deals.amount_e6.par_iter().copied().map(Some).collect();
        Self { amount_e6, ..Self::of(Judged::deals(deals)) }
    }

    /// What is open: its frame has `amount` and `list_amount` in book currency, and it has no lines.
    pub fn open(frame: &'a Frame, days: &'a [i32]) -> Self {
        Self::of(Judged::open(frame, days))
    }

    fn of(judged: Judged<'a>) -> Self {
        Self {
            amount_e6: money_e6(judged.frame, "amount", judged.len()),
            list_amount_e6: money_e6(judged.frame, "list_amount", judged.len()),
            currency: Texts::of(judged.frame, "currency"),
            judged,
        }
    }
}

/// The rows with a policy, ascending, each once: what they are sold at.
///
/// `policies` are in byte order of their ids; of several that match the first counts.
///
/// # Errors
/// The first row of the first policy on which an expression has no value or an amount has too many digits.
pub fn audits(
    policies: &[Dated<'_, Price>],
    ground: PriceGround<'_>,
    offered: &Offered<'_>,
) -> Result<Vec<PriceAudit>, PolicyFault> {
    let mut free = vec![true; offered.judged.len()];
    let mut found: Vec<PriceAudit> = Vec::new();
    for policy in policies {
        for version in &policy.versions {
            let mut rows = version.rows(offered.judged.days);
            rows.retain(|row| free[*row as usize]);
            let rows = offered.judged.matching(policy.policy, version.terms.when.as_ref(), rows)?;
            rows.iter().for_each(|row| free[*row as usize] = false);
            found.extend(Auditing::new(policy, version, ground, offered)?.audits(&rows)?);
        }
    }
    found.sort_by_key(|audit| audit.subject);
    Ok(found)
}

/// One version of a policy at work.
struct Auditing<'a> {
    policy: PolicyIx,
    id: &'a str,
    terms: &'a Price,
    ground: PriceGround<'a>,
    offered: &'a Offered<'a>,
    books: Texts<'a>,
    allowed: Allowed<'a>,
}

impl<'a> Auditing<'a> {
    fn new(
        policy: &Dated<'a, Price>,
        version: &DatedTerms<'a, Price>,
        ground: PriceGround<'a>,
        offered: &'a Offered<'a>,
    ) -> Result<Self, PolicyFault> {
        let frame = offered.judged.frame;
        let allowed = Allowed::new(&version.terms.allowed, frame)
            .map_err(PolicyFault::overflow(policy.policy, FaultSubject::Policy))?;
        let books = version.terms.book.column().map(column_name);
        Ok(Self {
            policy: policy.policy,
            id: policy.id,
            terms: version.terms,
            ground,
            offered,
            books: books.map_or(Texts::Absent, |column| Texts::of(frame, &column)),
            allowed,
        })
    }

    fn audits(&self, rows: &[u32]) -> Result<Vec<PriceAudit>, PolicyFault> {
        let audit = |row: &u32| {
            let subject = self.offered.judged.subject(*row);
            self.audit(*row, subject).map_err(PolicyFault::overflow(self.policy, subject))
        };
        let mut audits: Vec<PriceAudit> = PolicyFault::first(rows.par_iter().map(audit).collect::<Vec<_>>())?;
        self.approve(rows, &mut audits)?;
        Ok(audits)
    }

    /// All but approval and breach.
    fn audit(&self, row: u32, subject: Subject) -> Result<PriceAudit, Overflow> {
        let place = row as usize;
        let book = self.terms.book.of(self.books.get(place));
        let sums = self.sums(row, subject, book.map(String::as_str))?;
        let list_e6 = sums.list_e6.or(self.offered.list_amount_e6[place]);
        let given_e6 = given_e6(self.offered.amount_e6[place], list_e6)?;
        let allowed_e8 = self.allowed.of(place);
        Ok(PriceAudit {
            subject,
            rule: self.id.to_owned(),
            book: book.cloned(),
            list_e6,
            given_e6,
            allowed_e8,
            over_e8: over_e8(given_e6, allowed_e8)?,
            approval_id: None,
            breach: false,
            below_floor: sums.below_floor,
            lines_cost: sums.cost,
        })
    }

    /// What the lines of a deal add up to. What is open has no lines.
    fn sums(&self, row: u32, subject: Subject, book: Option<&str>) -> Result<LineSums, Overflow> {
        let Subject::Deal(deal) = subject else { return Ok(LineSums::default()) };
        let lines = self.ground.prices.lines_of(deal);
        let close_date = self.offered.judged.days[row as usize];
        let own = self.ground.book.currency.code();
        let currency = self.offered.currency.get(row as usize).unwrap_or(own);
        let Some(conversion) = Conversion::on(self.ground, currency, close_date) else {
            return Ok(LineSums::default());
        };
        let held = if self.terms.hold_price { (self.ground.held_day)(deal) } else { None };
        let prices = LinePrices {
            entries: &self.ground.prices.entries,
            book,
            currency,
            day: held.unwrap_or(close_date),
        };
        prices.sums(lines, conversion)
    }

    /// Fills in which approval serves, and the breach where none does.
    fn approve(&self, rows: &[u32], audits: &mut [PriceAudit]) -> Result<(), PolicyFault> {
        let mut asked: Vec<Asked<'_>> = Vec::new();
        let mut beyond: Vec<usize> = Vec::new();
        for (place, (row, audit)) in rows.iter().zip(audits.iter()).enumerate() {
            let (Some(given_e6), Some(over_e8)) = (audit.given_e6, audit.over_e8.filter(|over| *over > 0))
            else {
                continue;
            };
            let approvals = match audit.subject {
                Subject::Deal(deal) => self.ground.prices.approvals_of(deal),
                Subject::Open(_) => &[],
            };
            let close_date = self.offered.judged.days[*row as usize];
            asked.push(Asked { subject: audit.subject, given_e6, over_e8, close_date, approvals });
            beyond.push(place);
        }
        let approved = approving(self.policy, &self.terms.approve, self.ground.payees, &asked)?;
        for (place, approval) in beyond.into_iter().zip(approved) {
            if let Some(audit) = audits.get_mut(place) {
                audit.breach = approval.is_none();
                audit.approval_id = approval.map(|approval| approval.id.clone());
            }
        }
        Ok(())
    }
}

/// `(list - amount) / list` in millionths, half away from zero; none without one of both or where the list price is 0.
fn given_e6(amount_e6: Option<i64>, list_e6: Option<i64>) -> Result<Option<i128>, Overflow> {
    let (Some(amount), Some(list)) = (amount_e6.map(i128::from), list_e6.map(i128::from)) else {
        return Ok(None);
    };
    if list == 0 {
        return Ok(None);
    }
    let numerator = (list - amount).checked_mul(1_000_000 * list.signum()).ok_or(Overflow)?;
    Ok(Some(Rounding::HalfAwayFromZero.divide(numerator, list.abs())))
}

/// How far the discount is beyond what is allowed, in hundred-millionths; none where one is.
fn over_e8(given_e6: Option<i128>, allowed_e8: Option<i64>) -> Result<Option<i128>, Overflow> {
    let (Some(given), Some(allowed)) = (given_e6, allowed_e8) else { return Ok(None) };
    let given_e8 = given.checked_mul(100).ok_or(Overflow)?;
    Ok(Some((given_e8 - i128::from(allowed)).max(0)))
}

/// A column of money of a frame in millionths; none in all rows where it lacks the column.
fn money_e6(frame: &Frame, column: &str, rows: usize) -> Vec<Option<i64>> {
    let array = frame.column(column);
    let decimals: Option<&Decimal128Array> =
        array.and_then(|array| array.as_primitive_opt::<Decimal128Type>());
    let Some(decimals) = decimals else { return vec![None; rows] };
    // No column of a frame has a negative scale, and money has six decimals at most.
    let scale = u32::from(decimals.scale().unsigned_abs());
    let money = |mantissa: Option<i128>| {
        let mantissa = rescale_exact(mantissa?, scale, 6).ok()?;
        i64::try_from(mantissa).ok()
    };
    (0..rows)
        .into_par_iter()
        .map(|row| money((row < decimals.len() && decimals.is_valid(row)).then(|| decimals.value(row))))
        .collect()
}
