//! Renewal bonuses: the more work during the term, the higher the rate, for the deal as a whole or payee by payee.

use crate::credit::limit::Limiter;
use crate::credit::{Batch, Fault, Groups, Line, Numbers, Outcome, Reason, Units};
use apportion_base::money::{Minor, Overflow, Splitter};

/// The rung of `rates` that a measure reaches: the highest whose `from` is not above it.
#[derive(Debug, Clone, Copy)]
pub struct Rung {
    /// Its place among the rungs of the rule.
    pub step: usize,
    /// Hundred-millionths; `None` where no case and no `else` applies.
    pub rate_e8: Option<i64>,
}

/// Whose measure decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasureOwner {
    /// The measure of the deal: one rate for all payees.
    Deal,
    /// The measure of each payee: a rate for each.
    Payee,
}

/// What sets the rates of a batch.
#[derive(Debug, Clone, Copy)]
pub struct Rates<'a> {
    /// The measure of each group in billionths, in the order of [`Groups`].
    pub measure_e9: &'a [i128],
    /// The rung of each deal of the batch ([`MeasureOwner::Deal`]) or of each group ([`MeasureOwner::Payee`]); `None` below the first.
    pub reached: &'a [Option<Rung>],
    /// Whose measure decides.
    pub by: MeasureOwner,
}

/// Pays a batch.
///
/// # Errors
/// A number that can't be held, with the deal.
pub fn pay(batch: &Batch, basis: &Numbers, groups: &Groups, rates: Rates) -> Result<Outcome, Fault> {
    let Rates { measure_e9, reached, by } = rates;
    let (scratch, outcome) = (Scratch::default(), Outcome::default());
    let mut kernel = Kernel { batch, groups, measure_e9, reached, scratch, outcome };
    for (index, &deal) in batch.deals.iter().enumerate() {
        kernel.deal(index, basis, by).map_err(Fault::overflow(deal))?;
    }
    Ok(kernel.outcome)
}

struct Kernel<'a> {
    batch: &'a Batch<'a>,
    groups: &'a Groups,
    measure_e9: &'a [i128],
    reached: &'a [Option<Rung>],
    scratch: Scratch,
    outcome: Outcome,
}

#[derive(Default)]
struct Scratch {
    splitter: Splitter,
    limiter: Limiter,
    parts: Vec<Minor>,
    lines: Vec<Line>,
}

impl Kernel<'_> {
    fn deal(&mut self, index: usize, basis: &Numbers, by: MeasureOwner) -> Result<(), Overflow> {
        let reason = match (self.batch.verdicts[index], basis.get(index)) {
            (Some(reason), _) => Some(reason),
            (None, None) => Some(Reason::NoBasis),
            (None, Some(_)) if self.rows(index).is_empty() => Some(self.groups.why_empty[index]),
            (None, Some(value)) => match by {
                MeasureOwner::Deal => self.by_deal(index, value, basis.scale)?,
                MeasureOwner::Payee => self.by_payee(index, value, basis.scale)?,
            },
        };
        match reason {
            Some(reason) => self.outcome.uncredited(self.batch, index, reason, None),
            None => self.scratch.limiter.finish(
                self.batch.cap,
                &mut self.scratch.lines,
                &mut self.outcome.lines,
            )?,
        }
        Ok(())
    }

    fn rows(&self, index: usize) -> std::ops::Range<usize> {
        self.groups.offsets[index] as usize..self.groups.offsets[index + 1] as usize
    }

    /// One rate for the deal, one pool, split over the groups by measure.
    fn by_deal(&mut self, index: usize, value: i128, scale: u32) -> Result<Option<Reason>, Overflow> {
        let (batch, deal, rows) = (self.batch, self.batch.deals[index], self.rows(index));
        let measures = &self.measure_e9[rows.clone()];
        let total: i128 = measures.iter().sum();
        let Some(rung) = self.reached[index] else { return Ok(Some(Reason::BelowFirstRate)) };
        let Some(rate) = rung.rate_e8 else { return Ok(Some(Reason::NoRate)) };
        let rounded = batch.round(value, scale)?;
        let pool = batch.round_product(value, scale, i128::from(rate), 8)?;
        if !self.scratch.splitter.split(pool, measures, &mut self.scratch.parts)? {
            return Ok(Some(Reason::NoEligiblePayee));
        }
        for (i, row) in rows.enumerate().filter(|(i, _)| measures[*i] > 0) {
            self.scratch.lines.push(Line {
                basis: rounded,
                rate_e8: rate,
                units: Units::of_e9(measures[i])?,
                units_total: Units::of_e9(total)?,
                pool,
                uncapped: self.scratch.parts[i],
                amount: self.scratch.parts[i],
                ..batch.line(deal, self.groups.payee[row])
            });
        }
        self.add_up(index, rounded, Some(pool));
        Ok(None)
    }

    /// Splits the basis over the groups by measure; each part earns at the rate of its own measure.
    fn by_payee(&mut self, index: usize, value: i128, scale: u32) -> Result<Option<Reason>, Overflow> {
        let (batch, deal, rows) = (self.batch, self.batch.deals[index], self.rows(index));
        let measures = &self.measure_e9[rows.clone()];
        let total: i128 = measures.iter().sum();
        let rounded = batch.round(value, scale)?;
        if !self.scratch.splitter.split(rounded, measures, &mut self.scratch.parts)? {
            return Ok(Some(self.without_measure(rows)));
        }
        let mut without_rate = false;
        for (i, row) in rows.enumerate().filter(|(i, _)| measures[*i] > 0) {
            let payee = self.groups.payee[row];
            let Some(rung) = self.reached[row] else { continue };
            let Some(rate) = rung.rate_e8 else {
                without_rate = true;
                continue;
            };
            let part = self.scratch.parts[i];
            let amount = batch.round_product(part.wide(), batch.digits, i128::from(rate), 8)?;
            self.scratch.lines.push(Line {
                basis: part,
                rate_e8: rate,
                units: Units::of_e9(measures[i])?,
                units_total: Units::of_e9(total)?,
                uncapped: amount,
                amount,
                ..batch.line(deal, payee)
            });
        }
        if self.scratch.lines.is_empty() {
            return Ok(Some(if without_rate { Reason::NoRate } else { Reason::BelowFirstRate }));
        }
        self.add_up(index, rounded, None);
        Ok(None)
    }

    /// Why groups that have nothing to measure get nothing, where rates are looked up for each of them.
    fn without_measure(&self, rows: std::ops::Range<usize>) -> Reason {
        // A measure of 0 reaches the same rung for all of them.
        let rates: Option<Vec<Option<i64>>> =
            self.reached[rows].iter().map(|rung| rung.map(|rung| rung.rate_e8)).collect();
        match rates {
            None => Reason::BelowFirstRate,
            Some(rates) if rates.contains(&None) => Reason::NoRate,
            Some(_) => Reason::NoEligiblePayee,
        }
    }

    fn add_up(&mut self, index: usize, basis: Minor, pool: Option<Minor>) {
        let uncapped: i128 = self.scratch.lines.iter().map(|line| i128::from(line.uncapped)).sum();
        if let Some(pool) = pool {
            assert_eq!(uncapped, i128::from(pool), "pool = sum of its lines");
        }
        let sums = self.outcome.sums(self.batch, index);
        sums.basis += i128::from(basis);
        sums.pool += uncapped;
        sums.uncapped += uncapped;
    }
}
