//! Overrides: the managers above a credited payee earn a rate of its credit, level by level.

use crate::credit::{Fault, Line};
use crate::pay::credits::Credit;
use crate::plan::Earners;
use apportion_base::money::{Minor, Overflow, Rounding, Scaled};
use apportion_data::{PayeeIx, Payees};
use apportion_rules::{RuleIx, VersionIx};

/// One version of an override rule.
#[derive(Debug, Clone)]
pub struct Levels {
    /// By level, from the credited payee's manager up; hundred-millionths.
    pub rates_e8: Vec<i64>,
    /// Which managers earn; those left out still count as a level.
    pub earns: Earners,
}

/// A version of an override rule, and what its lines are made with.
#[derive(Debug, Clone, Copy)]
pub struct OverrideTerms<'a> {
    /// The rule.
    pub rule: RuleIx,
    /// The version of the rule.
    pub version: VersionIx,
    /// Its levels, and who earns.
    pub levels: &'a Levels,
    /// Who manages whom, and what managers are, on the day of a deal.
    pub payees: &'a Payees,
    /// How the book rounds.
    pub rounding: Rounding,
    /// Digits of the book currency's minor unit.
    pub digits: u32,
}

/// Appends the lines of one credit, from the credited payee's manager up.
///
/// # Errors
/// An amount that can't be held, with the deal.
pub fn pay(pays: &OverrideTerms, credit: &Credit, out: &mut Vec<Line>) -> Result<(), Fault> {
    let Levels { rates_e8, earns } = pays.levels;
    let day = credit.close_date;
    let managers = pays.payees.managers(credit.payee, day);
    for ((level, &rate_e8), manager) in (1_usize..).zip(rates_e8).zip(managers) {
        if earns.has(pays.payees.state(manager, day)) {
            let line = line(pays, credit, manager, level, rate_e8);
            out.push(line.map_err(Fault::overflow(credit.deal))?);
        }
    }
    Ok(())
}

fn line(
    pays: &OverrideTerms,
    credit: &Credit,
    payee: PayeeIx,
    level: usize,
    rate_e8: i64,
) -> Result<Line, Overflow> {
    let OverrideTerms { rule, version, rounding, digits, .. } = *pays;
    let credited = Scaled::new(credit.credited, digits);
    let amount = rounding.product(credited, Scaled::new(rate_e8.into(), 8), digits)?;
    let amount = Minor::from_wide(amount)?;
    Ok(Line {
        from_payee: credit.payee.into(),
        level: u8::try_from(level).map_err(|_| Overflow)?,
        basis: Minor::from_wide(credit.credited)?,
        rate_e8,
        uncapped: amount,
        amount,
        ..Line::new(rule, version, credit.deal, payee)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_data::{DealIx, Frame, NONE, Optional, PayeeStates};
    use arrow::array::StringArray;

    #[test]
    fn a_manager_who_does_not_earn_still_counts_as_a_level() {
        // 0 -> 1 -> 2 -> 3
        let manager = [1, 2, 3, NONE].map(Optional::from_raw);
        let payees = Payees {
            ids: StringArray::from(vec!["A", "B", "C", "D"]),
            frame: Frame::default(),
            states: PayeeStates::lasting(Frame::default(), manager.to_vec()),
        };
        let levels = Levels {
            rates_e8: vec![1_000_000, 500_000, 250_000, 1],
            earns: Earners { of_states: Some(vec![true, false, true, true]) },
        };
        let (payee, deal) = (PayeeIx::FIRST, DealIx::from_raw(7));
        let credit = Credit { payee, from: Optional::NONE, deal, close_date: 0, credited: 10_050 };
        let pays = OverrideTerms {
            rule: RuleIx::FIRST,
            version: VersionIx::FIRST,
            levels: &levels,
            payees: &payees,
            rounding: Rounding::HalfAwayFromZero,
            digits: 2,
        };
        let mut lines = Vec::new();
        pay(&pays, &credit, &mut lines).unwrap();
        let shown: Vec<(u32, u8, i64)> =
            lines.iter().map(|line| (line.payee.raw(), line.level, line.amount.raw())).collect();
        assert_eq!(shown, [(2, 2, 50), (3, 3, 25)]);
    }
}
