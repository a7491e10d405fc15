//! Stipends: a fixed amount for each payee whose work on a deal fulfils the rule's requirement.

use crate::credit::limit::Limiter;
use crate::credit::{Batch, Fault, Groups, Line, Outcome, Reason, Units};
use apportion_base::money::Overflow;
use apportion_data::{DealIx, PayeeIx};

/// What each group of a batch earns, in the order of [`Groups`].
#[derive(Debug, Clone)]
pub struct Earning {
    /// Whether `require` is true.
    pub meets: Vec<bool>,
    /// The amount in millionths of the major unit; `None` where no case and no `else` applies, or `require` is not true.
    pub amount_e6: Vec<Option<i128>>,
    /// What it is multiplied by, in billionths.
    pub times_e9: Vec<i128>,
}

/// Pays a batch: `round(amount * n)` for each group that meets the requirement and has a positive n.
pub fn pay(batch: &Batch, groups: &Groups, earning: &Earning) -> Result<Outcome, Fault> {
    let mut outcome = Outcome::default();
    let mut limiter = Limiter::default();
    let mut lines = Vec::new();
    for (index, &deal) in batch.deals.iter().enumerate() {
        if let Some(reason) = batch.verdicts[index] {
            outcome.uncredited(batch, index, reason, None);
            continue;
        }
        let rows = groups.offsets[index] as usize..groups.offsets[index + 1] as usize;
        for row in rows.clone().filter(|&row| earning.meets[row] && earning.times_e9[row] > 0) {
            if let Some(amount_e6) = earning.amount_e6[row] {
                let line = line(batch, deal, groups.payee[row], amount_e6, earning.times_e9[row]);
                lines.push(line.map_err(Fault::overflow(deal))?);
            }
        }
        if lines.is_empty() {
            outcome.uncredited(batch, index, why_nobody(rows, groups.why_empty[index], earning), None);
            continue;
        }
        let uncapped: i128 = lines.iter().map(|line| i128::from(line.uncapped)).sum();
        let sums = outcome.sums(batch, index);
        sums.pool += uncapped;
        sums.uncapped += uncapped;
        limiter.finish(batch.cap, &mut lines, &mut outcome.lines).map_err(Fault::overflow(deal))?;
    }
    Ok(outcome)
}

fn line(
    batch: &Batch,
    deal: DealIx,
    payee: PayeeIx,
    amount_e6: i128,
    times_e9: i128,
) -> Result<Line, Overflow> {
    let amount = batch.round_product(amount_e6, 6, times_e9, 9)?;
    Ok(Line { units: Units::of_e9(times_e9)?, uncapped: amount, amount, ..batch.line(deal, payee) })
}

/// The first reason, in the order of `docs/reference/uncredited.md`, why no group of a deal earned anything.
fn why_nobody(mut rows: std::ops::Range<usize>, why_empty: Reason, earning: &Earning) -> Reason {
    if rows.is_empty() {
        return why_empty;
    }
    if rows.clone().all(|row| earning.times_e9[row] == 0) {
        return Reason::NoEligiblePayee;
    }
    if rows.any(|row| earning.meets[row] && earning.times_e9[row] > 0) {
        return Reason::NoRate;
    }
    Reason::RequirementNotMet
}
