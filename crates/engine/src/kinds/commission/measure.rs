//! Tiers by something else than credit: deals, or a number column of theirs. Thresholds are compared with the running
//! measure M, and the credit of a deal is spread evenly over the stretch of M that the deal adds.

use super::running::{Commissions, Measure, RunningCredit, Terms, line};
use super::tiers::{Ladder, Worth};
use crate::credit::Fault;
use crate::pay::fraction::{self, Fraction};
use crate::plan::Inputs;
use apportion_base::money::{Overflow, Rounding, rescale_exact};
use apportion_data::DealIx;
use apportion_rules::{Mode, RuleIx, TiersBy, VersionIx};
use arrow::array::{Array, AsArray, Decimal128Array};
use arrow::datatypes::Decimal128Type;

/// Decimals of measures.
pub(super) const MEASURE_SCALE: u32 = 9;

/// The measures of deals.
#[derive(Debug, Clone)]
pub struct Measures {
    /// By deal: whether its amount is negative, so that it counts with minus.
    negative: Vec<bool>,
    /// The column that is added up; `None` where each deal counts 1.
    column: Option<Decimal128Array>,
}

impl Measures {
    pub(super) fn new(inputs: &Inputs, by: &TiersBy) -> Self {
        let deals = &inputs.tables.deals;
        let column = match by {
            TiersBy::Deals => None,
            TiersBy::Column(name) => {
                let column = deals.frame.column(name);
                let numbers = column.and_then(|column| column.as_primitive_opt::<Decimal128Type>());
                // The reader of rules lets only numbers through; a column that no row has is null everywhere.
                Some(numbers.cloned().unwrap_or_else(|| Decimal128Array::new_null(deals.len())))
            }
        };
        Self { negative: deals.amount_e6.iter().map(|amount| *amount < 0).collect(), column }
    }

    /// In billionths, without its own sign.
    pub fn of(&self, deal: DealIx) -> i128 {
        let size = match &self.column {
            None => rescale_exact(1, 0, MEASURE_SCALE),
            Some(column) if column.is_null(deal.at()) => Ok(0),
            Some(column) => {
                let scale = u32::from(column.scale().unsigned_abs());
                rescale_exact(column.value(deal.at()).abs(), scale, MEASURE_SCALE)
            }
        };
        // Numbers of deals have at most 18 digits, 9 of them decimals.
        let size = size.unwrap_or(0);
        if self.negative[deal] { -size } else { size }
    }
}

/// The tier formula of one version over the credits of a period so far.
#[derive(Debug, Clone)]
pub struct Formula {
    ladder: Ladder,
    /// Digits of the credits.
    digits: u32,
    /// In marginal mode: the credit that fell into each tier, in the major unit.
    in_tiers: Vec<Fraction>,
}

impl Formula {
    /// Of the credits that were counted before in the period, all by this version's ladder.
    pub fn new(ladder: Ladder, digits: u32, earlier: &[RunningCredit]) -> Result<Self, Overflow> {
        let in_tiers = vec![fraction::whole(0); ladder.steps().len()];
        let mut formula = Self { ladder, digits, in_tiers };
        earlier.iter().try_for_each(|counted| formula.add(counted))?;
        Ok(formula)
    }

    /// Spreads one more credit over the tiers.
    pub fn add(&mut self, counted: &RunningCredit) -> Result<(), Overflow> {
        let Some(Measure { stretch: (from, until), .. }) = counted.measure else { return Ok(()) };
        if self.ladder.mode() == Mode::Marginal {
            let credit = fraction::decimal(counted.credit.credited, self.digits);
            for (tier, share) in self.ladder.parts_of(from, until)? {
                self.in_tiers[tier] += &credit * share;
            }
        }
        Ok(())
    }

    /// What the credits so far are worth: `credit` is their total in minor units, `measure` that of their deals.
    pub fn worth(&self, credit: i128, measure: i128) -> Result<Worth, Overflow> {
        let by_rates = match self.ladder.mode() {
            Mode::Whole | Mode::Sliding => {
                fraction::decimal(credit, self.digits) * self.ladder.rate(measure)?
            }
            Mode::Marginal => {
                let rates = self.ladder.steps().iter().map(|step| fraction::decimal(step.rate_e8.into(), 8));
                self.in_tiers.iter().zip(rates).map(|(credit, rate)| credit * rate).sum()
            }
        };
        Ok(Worth::Fraction(by_rates + self.ladder.bonuses(measure)?))
    }

    /// In marginal mode: the credit in each tier, in the major unit.
    pub fn in_tiers(&self) -> &[Fraction] {
        &self.in_tiers
    }
}

/// Pays the counted credits of one payee, which are in time order; the first `paid` of them, all of one period, were paid before.
///
/// # Errors
/// A number that can't be held, with the deal.
pub(super) fn pay(
    rule: RuleIx,
    counted: &[RunningCredit],
    paid: usize,
    terms: &impl Terms,
    (rounding, digits): (Rounding, u32),
) -> Result<Commissions, Fault> {
    let mut out = Commissions::default();
    let mut paid = paid;
    for of_period in counted.chunk_by(|a, b| a.period == b.period) {
        let mut known: Option<(VersionIx, Option<Formula>)> = None;
        let before = std::mem::take(&mut paid);
        for (index, counted) in of_period.iter().enumerate().skip(before) {
            let overflow = Fault::overflow(counted.credit.deal);
            if known.as_ref().is_none_or(|(version, _)| *version != counted.version) {
                let ladder = terms.ladder(counted.version, counted.credit.payee, counted.period);
                let formula = ladder.and_then(|ladder| {
                    ladder.map(|ladder| Formula::new(ladder, digits, &of_period[..index])).transpose()
                });
                known = Some((counted.version, formula.map_err(&overflow)?));
            }
            let formula = known.as_mut().and_then(|(_, formula)| formula.as_mut());
            let (Some(formula), Some(measure)) = (formula, counted.measure) else {
                out.no_quota.push(counted.credit);
                continue;
            };
            let mut change = || {
                let before = formula.worth(counted.before, measure.before)?.round(rounding, digits)?;
                formula.add(counted)?;
                let after = formula.worth(counted.after, measure.after)?.round(rounding, digits)?;
                line(rule, counted, &formula.ladder, after.checked_sub(before).ok_or(Overflow)?)
            };
            out.lines.push(change().map_err(&overflow)?);
        }
    }
    Ok(out)
}
