//! Commission: a payee's credits in time order against tiers. Each line is the change of `round(F)`, so that the lines
//! of a period add up to `round(F(total))` and the deal that crosses a tier shows it.

use super::measure;
use super::tiers::Ladder;
use crate::credit::{Fault, Line};
use crate::pay::calendar::PeriodKey;
use crate::pay::credits::Credit;
use apportion_base::money::{Minor, Overflow, Rounding};
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::{RuleIx, VersionIx};

/// What the kernel needs to know about a credit: everything that depends on rules and tables.
pub trait Terms: Sync {
    /// The version in force for the credit's deal, if the rule counts the deal and the payee earns it.
    fn version(&self, credit: &Credit) -> Option<VersionIx>;
    /// The period that credits are added up over.
    fn period(&self, credit: &Credit) -> PeriodKey;
    /// What a deal adds to the measure that thresholds are compared with, in billionths; `None` of every deal where that
    /// is the credit.
    fn measure(&self, deal: DealIx) -> Option<i128>;
    /// The ladder of a version for a payee and period; `None` where there is no quota.
    fn ladder(
        &self,
        version: VersionIx,
        payee: PayeeIx,
        period: PeriodKey,
    ) -> Result<Option<Ladder>, Overflow>;
}

/// Commission lines of one rule, and the credits for which there is no quota.
#[derive(Debug, Clone, Default)]
pub struct Commissions {
    /// In the order of the credits.
    pub lines: Vec<Line>,
    /// The credits without a quota, in their order.
    pub no_quota: Vec<Credit>,
}

/// A credit that a rule counts, in its place in the running total of its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunningCredit {
    /// The credit.
    pub credit: Credit,
    /// The version in force for its deal.
    pub version: VersionIx,
    /// The period that it is added up in.
    pub period: PeriodKey,
    /// The running total before and after it.
    pub before: i128,
    /// The running total after it, in minor units.
    pub after: i128,
    /// The running measure, where thresholds are not compared with credit.
    pub measure: Option<Measure>,
}

/// The running measure of a credit, in billionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Before the credit.
    pub before: i128,
    /// After it. It is that before for a second credit on one deal, which counts once.
    pub after: i128,
    /// The stretch of its deal, over which the credit is spread: from the measure before the deal to that after it.
    pub stretch: (i128, i128),
}

/// Running totals of a period.
#[derive(Debug, Clone, Copy)]
struct Running {
    period: PeriodKey,
    credit: i128,
    measure: i128,
    /// The deal counted last, and its stretch.
    last: Option<(DealIx, (i128, i128))>,
}

impl Running {
    fn new(period: PeriodKey) -> Self {
        Self { period, credit: 0, measure: 0, last: None }
    }

    /// Adds what the deal of a credit measures: once, with its first credit other than 0.
    fn measure(&mut self, credit: &Credit, of_deal: i128) -> Measure {
        let before = self.measure;
        if let Some((_, stretch)) = self.last.filter(|(deal, _)| *deal == credit.deal) {
            return Measure { before, after: before, stretch };
        }
        if credit.credited != 0 {
            // Fewer than 2^32 deals, of 18 digits each.
            self.measure += of_deal;
            self.last = Some((credit.deal, (before, self.measure)));
        }
        Measure { before, after: self.measure, stretch: (before, self.measure) }
    }
}

/// The credits of one payee that a rule counts. `credits` is in time order.
pub fn counted<'a>(credits: &'a [Credit], terms: &'a impl Terms) -> impl Iterator<Item = RunningCredit> + 'a {
    let mut running: Option<Running> = None;
    credits.iter().filter_map(move |credit| {
        let version = terms.version(credit)?;
        let period = terms.period(credit);
        let mut totals = running.filter(|totals| totals.period == period).unwrap_or(Running::new(period));
        let before = totals.credit;
        let measure = terms.measure(credit.deal).map(|of_deal| totals.measure(credit, of_deal));
        let after = before + credit.credited;
        totals.credit = after;
        running = Some(totals);
        Some(RunningCredit { credit: *credit, version, period, before, after, measure })
    })
}

/// Pays the credits of one payee, which are in time order.
pub fn pay(
    rule: RuleIx,
    credits: &[Credit],
    terms: &impl Terms,
    rounding: Rounding,
    digits: u32,
) -> Result<Commissions, Fault> {
    if credits.first().is_some_and(|credit| terms.measure(credit.deal).is_some()) {
        let counted: Vec<RunningCredit> = counted(credits, terms).collect();
        return measure::pay(rule, &counted, terms, rounding, digits);
    }
    let mut out = Commissions::default();
    // The ladder of the last credit, which is mostly that of the next, and what it made of the total then.
    let mut known: Option<(VersionIx, PeriodKey, Option<Ladder>)> = None;
    let mut reached: Option<i128> = None;
    for counted in counted(credits, terms) {
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

/// The line of a credit, by which the running total is worth `change` more.
pub(super) fn line(
    rule: RuleIx,
    counted: &RunningCredit,
    ladder: &Ladder,
    change: i128,
) -> Result<Line, Overflow> {
    let RunningCredit { credit, version, after, measure, .. } = counted;
    let amount = Minor::from_wide(change)?;
    Ok(Line {
        from_payee: credit.from,
        basis: Minor::from_wide(credit.credited)?,
        rate_e8: ladder.rate_e8(measure.map_or(*after, |measure| measure.after))?,
        uncapped: amount,
        amount,
        ..Line::new(rule, *version, credit.deal, credit.payee)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tiers::Step;
    use super::*;
    use apportion_data::Optional;
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
