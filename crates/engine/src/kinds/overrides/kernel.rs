//! Overrides: the managers above a credited payee earn a rate of its credit, level by level.

use crate::credit::{Fault, Line};
use crate::pay::credits::Credit;
use apportion_base::money::{Overflow, Rounding, amount_minor};
use apportion_data::NONE;

/// One version of an override rule.
#[derive(Debug, Clone)]
pub struct Levels {
    /// By level, from the credited payee's manager up; hundred-millionths.
    pub rates_e8: Vec<i64>,
    /// By payee: whether a manager earns; those left out still count as a level. `None`: all earn.
    pub earns: Option<Vec<bool>>,
}

/// Appends the lines of one credit. `manager` has no cycles.
pub fn pay(
    rule: u16,
    version: u16,
    credit: &Credit,
    levels: &Levels,
    manager: &[u32],
    (rounding, digits): (Rounding, u32),
    out: &mut Vec<Line>,
) -> Result<(), Fault> {
    let mut above = manager[credit.payee as usize];
    for (at, &rate_e8) in levels.rates_e8.iter().enumerate() {
        if above == NONE {
            break;
        }
        if levels.earns.as_ref().is_none_or(|earns| earns[above as usize]) {
            let line = line(rule, version, credit, above, at, rate_e8, rounding, digits);
            out.push(line.map_err(Fault::overflow(credit.deal))?);
        }
        above = manager[above as usize];
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the fields of a line, named where it is called")]
fn line(
    rule: u16,
    version: u16,
    credit: &Credit,
    payee: u32,
    level_below: usize,
    rate_e8: i64,
    rounding: Rounding,
    digits: u32,
) -> Result<Line, Overflow> {
    let amount = amount_minor(rounding.product(credit.credited, digits, i128::from(rate_e8), 8, digits)?)?;
    Ok(Line {
        from_payee: credit.payee,
        level: u8::try_from(level_below + 1).map_err(|_| Overflow)?,
        basis: amount_minor(credit.credited)?,
        rate_e8,
        uncapped: amount,
        amount,
        ..Line::new(rule, version, credit.deal, payee)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manager_who_does_not_earn_still_counts_as_a_level() {
        // 0 -> 1 -> 2 -> 3
        let manager = [1, 2, 3, NONE];
        let levels = Levels {
            rates_e8: vec![1_000_000, 500_000, 250_000, 1],
            earns: Some(vec![true, false, true, true]),
        };
        let credit = Credit { payee: 0, deal: 7, close_date: 0, credited: 10_050 };
        let mut lines = Vec::new();
        pay(0, 0, &credit, &levels, &manager, (Rounding::HalfAwayFromZero, 2), &mut lines).unwrap();
        let shown: Vec<(u32, u8, i64)> =
            lines.iter().map(|line| (line.payee, line.level, line.amount)).collect();
        assert_eq!(shown, [(2, 2, 50), (3, 3, 25)]);
    }
}
