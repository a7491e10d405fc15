//! Shared credit: a deal's credit and pool, split over roles by share and over the payees of a role by units.
//!
//! A model has one slot that takes all; declared splits that add up to 100% are a model whose units are the percents.

use super::decided::{Decisions, Kept, added_up, apply};
use crate::credit::batch::Retention;
use crate::credit::limit::Limiter;
use crate::credit::{Batch, Fault, Line, Numbers, Outcome, Reason, Shares, Slots, Units};
use apportion_base::money::{Minor, Overflow, Splitter};

/// By what a batch is shared.
#[derive(Clone, Copy)]
pub struct Sharing<'a> {
    /// Over what first.
    pub slots: &'a Slots,
    /// Over whom then.
    pub shares: &'a Shares,
    /// What was decided about it.
    pub decisions: &'a Decisions<'a>,
}

/// Pays a batch. `rates_e8` is `None` for a rule that only credits.
pub fn pay(
    batch: &Batch,
    basis: &Numbers,
    rates_e8: Option<&[Option<i64>]>,
    sharing: Sharing,
) -> Result<Outcome, Fault> {
    let Sharing { slots, shares, decisions } = sharing;
    let outcome = Outcome::with_room(shares.payee.len());
    let mut kernel = Kernel { batch, slots, shares, decisions, scratch: Scratch::default(), outcome };
    for (index, &deal) in batch.deals.iter().enumerate() {
        kernel.deal(index, basis, rates_e8).map_err(Fault::overflow(deal))?;
    }
    Ok(kernel.outcome)
}

struct Kernel<'a> {
    batch: &'a Batch<'a>,
    slots: &'a Slots,
    shares: &'a Shares,
    decisions: &'a Decisions<'a>,
    scratch: Scratch,
    outcome: Outcome,
}

#[derive(Default)]
struct Scratch {
    splitter: Splitter,
    limiter: Limiter,
    filled: Vec<bool>,
    slot_units: Vec<i128>,
    slot_credit: Vec<Minor>,
    slot_pool: Vec<Minor>,
    credit: Vec<Minor>,
    pool: Vec<Minor>,
    lines: Vec<Line>,
    /// What decisions keep back.
    kept: Vec<Kept>,
}

impl Kernel<'_> {
    fn deal(
        &mut self,
        index: usize,
        basis: &Numbers,
        rates_e8: Option<&[Option<i64>]>,
    ) -> Result<(), Overflow> {
        let batch = self.batch;
        let (value, rate) = match batch.terms(index, basis, rates_e8) {
            Ok(terms) => terms,
            Err(reason) => {
                self.outcome.uncredited(batch, index, reason, None);
                return Ok(());
            }
        };
        let credit_total = batch.round(value, basis.scale)?;
        let pool =
            rate.map(|rate| batch.round_product(value, basis.scale, i128::from(rate), 8)).transpose()?;
        self.fill(index);
        if self.scratch.slot_units.iter().all(|&units| units == 0) {
            return self.nobody(index, credit_total, pool);
        }
        let scratch = &mut self.scratch;
        scratch.splitter.split(credit_total, &scratch.slot_units, &mut scratch.slot_credit)?;
        scratch.splitter.split(pool.unwrap_or_default(), &scratch.slot_units, &mut scratch.slot_pool)?;
        self.lines(index, credit_total, pool, rate)?;
        self.decide(index)?;
        self.close(index, credit_total, pool)
    }

    fn fill(&mut self, index: usize) {
        fill(self.slots, self.shares, index, &mut self.scratch.filled, &mut self.scratch.slot_units);
    }

    /// A deal without a positive unit: retained as a whole, or simply uncredited.
    fn nobody(&mut self, index: usize, credit_total: Minor, pool: Option<Minor>) -> Result<(), Overflow> {
        let kept = self.slots.retain.then_some(Retention { pool, credit: credit_total });
        if kept.is_some() {
            let sums = self.outcome.sums(self.batch, index);
            let pool = pool.unwrap_or_default().wide();
            sums.basis += credit_total.wide();
            sums.credit_total += credit_total.wide();
            sums.credit_retained += credit_total.wide();
            sums.pool += pool;
            sums.retained += pool;
        }
        self.outcome.uncredited(self.batch, index, self.shares.why_empty[index], kept);
        Ok(())
    }

    /// Splits each filled slot's part over its payees.
    fn lines(
        &mut self,
        index: usize,
        credit_total: Minor,
        pool: Option<Minor>,
        rate_e8: Option<i64>,
    ) -> Result<(), Overflow> {
        let deal = self.batch.deals[index];
        let scratch = &mut self.scratch;
        let all = rows(self.shares, index);
        let mut from = all.start;
        while from < all.end {
            let slot = self.shares.slot[from];
            let until = (from..all.end).find(|&row| self.shares.slot[row] != slot).unwrap_or(all.end);
            let units = &self.shares.units_e9[from..until];
            if scratch.filled[slot] {
                scratch.splitter.split(scratch.slot_credit[slot], units, &mut scratch.credit)?;
                scratch.splitter.split(scratch.slot_pool[slot], units, &mut scratch.pool)?;
                let total = Units::of_e9(units.iter().sum())?;
                for (i, &units_e9) in units.iter().enumerate().filter(|(_, units)| **units > 0) {
                    scratch.lines.push(Line {
                        role: self.slots.role[slot],
                        basis: credit_total,
                        rate_e8: rate_e8.unwrap_or(0),
                        units: Units::of_e9(units_e9)?,
                        units_total: total,
                        pool: pool.unwrap_or_default(),
                        credited: scratch.credit[i],
                        uncapped: scratch.pool[i],
                        amount: scratch.pool[i],
                        ..self.batch.line(deal, self.shares.payee[from + i])
                    });
                }
            }
            from = until;
        }
        Ok(())
    }

    /// Applies what was decided about the deal, one decision after the other.
    fn decide(&mut self, index: usize) -> Result<(), Overflow> {
        let (batch, scratch) = (self.batch, &mut self.scratch);
        let deal = batch.deals[index];
        scratch.kept.clear();
        let decisions = self.decisions.of_deal(deal);
        if decisions.is_empty() {
            return Ok(());
        }
        // All lines of a deal have its basis, rate and pool.
        let Some(of_deal) = scratch.lines.first().copied() else { return Ok(()) };
        let line = |payee| Line {
            basis: of_deal.basis,
            rate_e8: of_deal.rate_e8,
            pool: of_deal.pool,
            ..batch.line(deal, payee)
        };
        for decision in decisions {
            apply(decision, line, &mut scratch.splitter, &mut scratch.lines, &mut scratch.kept)?;
        }
        Ok(())
    }

    /// Adds the deal up, proves that nothing was lost, and hands its lines on.
    fn close(&mut self, index: usize, credit_total: Minor, pool: Option<Minor>) -> Result<(), Overflow> {
        let scratch = &mut self.scratch;
        let unfilled = |parts: &[Minor]| -> Result<Minor, Overflow> {
            let unfilled = parts.iter().zip(&scratch.filled).filter(|(_, filled)| !**filled);
            Minor::from_wide(unfilled.map(|(part, _)| part.wide()).sum())
        };
        let kept = Retention {
            pool: pool.map(|_| unfilled(&scratch.slot_pool)).transpose()?,
            credit: unfilled(&scratch.slot_credit)?,
        };
        let credited: i128 = scratch.lines.iter().map(|line| line.credited.wide()).sum();
        let uncapped: i128 = scratch.lines.iter().map(|line| line.uncapped.wide()).sum();
        let decided = added_up(&scratch.kept)?;
        let of_decisions =
            |amount: fn(&Kept) -> Minor| decided.iter().map(|kept| amount(kept).wide()).sum::<i128>();
        let pays = pool.is_some();
        let retained = kept.pool.unwrap_or_default().wide() + of_decisions(|kept| kept.pool);
        let credit_retained = kept.credit.wide() + of_decisions(|kept| kept.credit);
        let (credit_total, pool) = (credit_total.wide(), pool.unwrap_or_default().wide());
        assert_eq!(credited + credit_retained, credit_total, "credit total = credited + retained");
        assert_eq!(uncapped + retained, pool, "pool = uncapped + retained");
        let sums = self.outcome.sums(self.batch, index);
        sums.basis += credit_total;
        sums.credit_total += credit_total;
        sums.credited += credited;
        sums.credit_retained += credit_retained;
        sums.pool += pool;
        sums.retained += retained;
        sums.uncapped += uncapped;
        if self.slots.retain && scratch.filled.contains(&false) {
            self.outcome.uncredited(self.batch, index, Reason::UnfilledRole, Some(kept));
        }
        for part in &decided {
            let retention = part.retention(pays);
            self.outcome.kept_back(self.batch, index, (part.payee, part.reason), retention);
        }
        self.scratch.limiter.finish(self.batch.cap, &mut self.scratch.lines, &mut self.outcome.lines)
    }
}

/// Finds the slots of a deal with positive units and the units by which slots share: all declared shares where unfilled
/// roles keep theirs, those of the filled roles otherwise.
pub fn fill(slots: &Slots, shares: &Shares, index: usize, filled: &mut Vec<bool>, units: &mut Vec<i128>) {
    filled.clear();
    filled.resize(slots.share.len(), false);
    for row in rows(shares, index) {
        if shares.units_e9[row] > 0 {
            filled[shares.slot[row]] = true;
        }
    }
    let any = filled.contains(&true);
    units.clear();
    units.extend(
        slots
            .share
            .iter()
            .zip(filled.iter())
            .map(|(&share, &filled)| if filled || (any && slots.retain) { share } else { 0 }),
    );
}

fn rows(shares: &Shares, index: usize) -> std::ops::Range<usize> {
    shares.offsets[index] as usize..shares.offsets[index + 1] as usize
}
