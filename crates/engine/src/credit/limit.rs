//! The last step of every kernel: a deal's lines in order, within the cap per deal (`docs/reference/rules.md#caps`).

use super::Line;
use apportion_base::money::{Minor, Overflow, Splitter};

/// Finishes the lines of one deal. Keeps its scratch space between deals.
#[derive(Debug, Default)]
pub struct Limiter {
    splitter: Splitter,
    units: Vec<i128>,
    parts: Vec<Minor>,
}

impl Limiter {
    /// Appends a deal's `lines` in order of payee and role. Where their amounts add up to more than the cap in
    /// absolute value, they become `split(cap with their sign, amounts)`; `uncapped` keeps what they were.
    pub fn finish(
        &mut self,
        cap: Option<Minor>,
        lines: &mut Vec<Line>,
        out: &mut Vec<Line>,
    ) -> Result<(), Overflow> {
        lines.sort_unstable_by_key(|line| (line.payee, line.role));
        if let Some(cap) = cap {
            self.cap(cap, lines)?;
        }
        out.append(lines);
        Ok(())
    }

    fn cap(&mut self, cap: Minor, lines: &mut [Line]) -> Result<(), Overflow> {
        let total: i128 = lines.iter().map(|line| i128::from(line.amount)).sum();
        if total.unsigned_abs() <= u128::from(cap.unsigned_abs()) {
            return Ok(());
        }
        self.units.clear();
        self.units.extend(lines.iter().map(|line| i128::from(line.amount).abs()));
        let signed = if total < 0 { cap.checked_neg()? } else { cap };
        self.splitter.split(signed, &self.units, &mut self.parts)?;
        for (line, part) in lines.iter_mut().zip(&self.parts) {
            line.amount = *part;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credit::Batch;
    use crate::plan::MonthIx;
    use apportion_base::money::Rounding;
    use apportion_data::{DealIx, PayeeIx};
    use apportion_rules::{RuleIx, VersionIx};

    fn capped(cap: i64, amounts: &[i64]) -> Vec<i64> {
        let batch = Batch {
            rule: RuleIx::FIRST,
            version: VersionIx::FIRST,
            deals: &[DealIx::FIRST],
            months: vec![MonthIx::FIRST],
            verdicts: vec![None],
            rounding: Rounding::HalfAwayFromZero,
            digits: 2,
            cap: Some(Minor::new(cap)),
        };
        let mut lines: Vec<Line> = amounts
            .iter()
            .zip(PayeeIx::all(amounts.len()))
            .map(|(&amount, payee)| {
                let amount = Minor::new(amount);
                Line { uncapped: amount, amount, ..batch.line(DealIx::FIRST, payee) }
            })
            .collect();
        let mut out = Vec::new();
        Limiter::default().finish(batch.cap, &mut lines, &mut out).unwrap();
        assert_eq!(out.iter().map(|line| line.uncapped.raw()).collect::<Vec<_>>(), amounts);
        out.iter().map(|line| line.amount.raw()).collect()
    }

    #[test]
    fn a_cap_is_shared_in_proportion() {
        assert_eq!(capped(100, &[60, 60, 60]), [34, 33, 33]);
        assert_eq!(capped(100, &[60, 40]), [60, 40]);
        assert_eq!(capped(100, &[-60, -60]), [-50, -50]);
        assert_eq!(capped(0, &[5, 0]), [0, 0]);
    }
}
