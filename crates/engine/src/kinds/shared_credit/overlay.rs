//! Declared splits as an overlay: each payee gets its percent on its own, and the parts need not add up to the deal.

use crate::credit::limit::Limiter;
use crate::credit::{Batch, Fault, Line, Numbers, Outcome, Shares, Units};
use apportion_base::money::{Minor, Overflow};

/// 100% in the units of declared splits (billionths of a percent).
const WHOLE_E9: i128 = 100_000_000_000;

/// Pays a batch: `round(credit total * percent / 100)` and `round(pool * percent / 100)` for each payee.
pub fn pay(
    batch: &Batch,
    basis: &Numbers,
    rates_e8: Option<&[Option<i64>]>,
    shares: &Shares,
) -> Result<Outcome, Fault> {
    let mut outcome = Outcome::default();
    let mut limiter = Limiter::default();
    let mut lines = Vec::new();
    for (index, &deal) in batch.deals.iter().enumerate() {
        let (value, rate) = match batch.terms(index, basis, rates_e8) {
            Ok(terms) => terms,
            Err(reason) => {
                outcome.uncredited(batch, index, reason, None);
                continue;
            }
        };
        let terms = Terms { value, scale: basis.scale, rate_e8: rate };
        deal_lines(batch, index, terms, shares, &mut lines).map_err(Fault::overflow(deal))?;
        if lines.is_empty() {
            outcome.uncredited(batch, index, shares.why_empty[index], None);
            continue;
        }
        let credited: i128 = lines.iter().map(|line: &Line| i128::from(line.credited)).sum();
        let uncapped: i128 = lines.iter().map(|line| i128::from(line.uncapped)).sum();
        let sums = outcome.sums(batch, index);
        sums.basis += i128::from(lines[0].basis);
        // An overlay has no whole to be shared: what it credits and pays is its total and its pool.
        sums.credit_total += credited;
        sums.credited += credited;
        sums.pool += uncapped;
        sums.uncapped += uncapped;
        limiter.finish(batch.cap, &mut lines, &mut outcome.lines).map_err(Fault::overflow(deal))?;
    }
    Ok(outcome)
}

/// The basis of a deal, `value / 10^scale`, and its rate, if the rule pays.
#[derive(Clone, Copy)]
struct Terms {
    value: i128,
    scale: u32,
    rate_e8: Option<i64>,
}

fn deal_lines(
    batch: &Batch,
    index: usize,
    terms: Terms,
    shares: &Shares,
    lines: &mut Vec<Line>,
) -> Result<(), Overflow> {
    let Terms { value, scale, rate_e8 } = terms;
    let credit_total = batch.round(value, scale)?;
    let pool = rate_e8.map(|rate| batch.round_product(value, scale, i128::from(rate), 8)).transpose()?;
    for row in shares.offsets[index] as usize..shares.offsets[index + 1] as usize {
        let percent_e9 = shares.units_e9[row];
        if percent_e9 == 0 {
            continue;
        }
        // Percents have 9 decimals, and of a hundred two more.
        let part = |total: Minor| batch.round_product(total.wide(), batch.digits, percent_e9, 11);
        let amount = pool.map(part).transpose()?.unwrap_or_default();
        lines.push(Line {
            basis: credit_total,
            rate_e8: rate_e8.unwrap_or(0),
            units: Units::of_e9(percent_e9)?,
            units_total: Units::of_e9(WHOLE_E9)?,
            credited: part(credit_total)?,
            uncapped: amount,
            amount,
            ..batch.line(batch.deals[index], shares.payee[row])
        });
    }
    Ok(())
}
