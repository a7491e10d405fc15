//! Commission: a payee's credits in time order against tiers. Each line is the change of `round(F)`, so that the lines
//! of a period add up to `round(F(total))` and the deal that crosses a tier shows it.

use super::measure;
use super::running::{Commissions, CountedSoFar, RunningCredit, Terms, counted_after, line};
use super::tiers::Ladder;
use crate::credit::Fault;
use crate::pay::calendar::PeriodKey;
use crate::pay::credits::Credit;
use apportion_base::money::Rounding;
use apportion_rules::{RuleIx, VersionIx};

/// Pays the credits of one payee, which are in time order.
pub fn pay(
    rule: RuleIx,
    credits: &[Credit],
    terms: &impl Terms,
    rounding: Rounding,
    digits: u32,
) -> Result<Commissions, Fault> {
    pay_after(rule, &CountedSoFar::default(), credits, terms, (rounding, digits))
}

/// The same of the credits after those that were paid so far.
pub fn pay_after(
    rule: RuleIx,
    so_far: &CountedSoFar,
    credits: &[Credit],
    terms: &impl Terms,
    (rounding, digits): (Rounding, u32),
) -> Result<Commissions, Fault> {
    let counted = counted_after(so_far.running, credits, terms);
    if credits.first().is_some_and(|credit| terms.measure(credit.deal).is_some()) {
        let all: Vec<RunningCredit> = so_far.of_period.iter().copied().chain(counted).collect();
        return measure::pay(rule, &all, so_far.of_period.len(), terms, (rounding, digits));
    }
    let mut out = Commissions::default();
    // The ladder of the last credit, which is mostly that of the next, and what it made of the total then.
    let mut known: Option<(VersionIx, PeriodKey, Option<Ladder>)> = None;
    let mut reached: Option<i128> = None;
    for counted in counted {
        let RunningCredit { credit, version, period, before, after, .. } = counted;
        let overflow = Fault::overflow(credit.deal);
        if known.as_ref().is_none_or(|(owner, index, _)| (*owner, *index) != (version, period)) {
            let ladder = terms.ladder(version, credit.payee, period).map_err(&overflow)?;
            known = Some((version, period, ladder));
            reached = None;
        }
        match known.as_ref().and_then(|(_, _, ladder)| ladder.as_ref()) {
            None => out.no_quota.push(credit),
            Some(ladder) => {
                let worth = |credit: i128| ladder.rounded(credit, rounding, digits);
                let worth_before = reached.map_or_else(|| worth(before), Ok).map_err(&overflow)?;
                let worth_after = worth(after).map_err(&overflow)?;
                reached = Some(worth_after);
                let line = line(rule, &counted, ladder, worth_after - worth_before);
                out.lines.push(line.map_err(&overflow)?);
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::super::tiers::Step;
    use super::*;
    use apportion_base::money::Overflow;
    use apportion_data::{DealIx, Optional, PayeeIx};
    use apportion_rules::Mode;

    struct OneQuarter;

    impl Terms for OneQuarter {
        fn version(&self, _: &Credit) -> Option<VersionIx> {
            Some(VersionIx::FIRST)
        }
        fn measure(&self, _: DealIx) -> Option<i128> {
            None
        }
        fn period(&self, credit: &Credit) -> PeriodKey {
            PeriodKey::from_raw(u32::try_from(credit.close_date / 90).unwrap())
        }
        fn ladder(&self, _: VersionIx, payee: PayeeIx, _: PeriodKey) -> Result<Option<Ladder>, Overflow> {
            if payee.raw() == 9 {
                return Ok(None);
            }
            let steps = vec![Step::new(0, 5_000_000), Step::new(1_000_000_000, 10_000_000)];
            Ladder::new(steps, 6, 2, Mode::Marginal).map(Some)
        }
    }

    fn credit(payee: u32, deal: u32, close_date: i32, credited: i128) -> Credit {
        let (payee, deal) = (PayeeIx::from_raw(payee), DealIx::from_raw(deal));
        Credit { payee, from: Optional::NONE, deal, close_date, credited }
    }

    #[test]
    fn lines_telescope_and_a_new_period_starts_at_zero() {
        let credits = [
            credit(0, 0, 1, 90_000),
            credit(0, 1, 2, 20_000),
            credit(0, 2, 3, -20_000),
            credit(0, 3, 91, 100),
        ];
        let paid = pay(RuleIx::FIRST, &credits, &OneQuarter, Rounding::HalfAwayFromZero, 2).unwrap();
        let amounts: Vec<i64> = paid.lines.iter().map(|line| line.amount.raw()).collect();
        assert_eq!(amounts, [4_500, 500 + 1_000, -1_500, 5]);
    }

    #[test]
    fn without_a_quota_there_is_a_finding_and_no_line() {
        let paid = pay(RuleIx::FIRST, &[credit(9, 0, 1, 5)], &OneQuarter, Rounding::HalfEven, 2).unwrap();
        assert!(paid.lines.is_empty() && paid.no_quota.len() == 1);
    }
}
