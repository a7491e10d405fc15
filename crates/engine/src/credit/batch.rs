//! What a kernel is given of a partition of deals, and what it gives back.

use super::{Line, Reason, Sums, Uncredited};
use crate::plan::MonthIx;
use apportion_base::diagnostic::Span;
use apportion_base::money::{Minor, Overflow, Rounding, Scaled};
use apportion_data::{DealIx, Optional, PayeeIx, RoleIx};
use apportion_expr::{EvalError, Expr};
use apportion_rules::{RateTable, RuleIx, SlotIx, VersionIx};
use std::ops::Range;
use std::sync::Arc;

/// Deals of one rule version in one partition, ascending, with what is known of them before units are looked at.
#[derive(Debug, Clone)]
pub struct Batch<'a> {
    /// The rule.
    pub rule: RuleIx,
    /// The version of the rule.
    pub version: VersionIx,
    /// The deals, ascending. The other lists have one entry for each of them.
    pub deals: &'a [DealIx],
    /// The month in which each deal closed, by its index among those that are settled.
    pub months: Vec<MonthIx>,
    /// Why the deal can pay no one, where that is known already.
    pub verdicts: Vec<Option<Reason>>,
    /// How the book rounds.
    pub rounding: Rounding,
    /// Digits of the book currency's minor unit.
    pub digits: u32,
    /// The cap per deal.
    pub cap: Option<Minor>,
}

impl Batch<'_> {
    /// An empty line of a deal of this batch.
    pub fn line(&self, deal: DealIx, payee: PayeeIx) -> Line {
        Line::new(self.rule, self.version, deal, payee)
    }

    /// The basis and the rate of a deal that is paid by both (`rates_e8` is `None` for a rule that only credits), or
    /// the reason why it pays nobody.
    pub fn terms(
        &self,
        index: usize,
        basis: &Numbers,
        rates_e8: Option<&[Option<i64>]>,
    ) -> Result<(i128, Option<i64>), Reason> {
        if let Some(reason) = self.verdicts[index] {
            return Err(reason);
        }
        let value = basis.get(index).ok_or(Reason::NoBasis)?;
        let rate = rates_e8.map(|rates| rates[index].ok_or(Reason::NoRate)).transpose()?;
        Ok((value, rate))
    }

    /// `mantissa` at `scale` decimals, rounded to minor units (`docs/reference/money.md#rounding`).
    pub fn round(&self, mantissa: i128, scale: u32) -> Result<Minor, Overflow> {
        Minor::from_wide(self.rounding.rescale(mantissa, scale, self.digits)?)
    }

    /// `round(a * b)` in minor units.
    pub fn round_product(&self, a: i128, a_scale: u32, b: i128, b_scale: u32) -> Result<Minor, Overflow> {
        Minor::from_wide(self.rounding.product(
            Scaled::new(a, a_scale),
            Scaled::new(b, b_scale),
            self.digits,
        )?)
    }
}

/// Exact decimals of one scale, one a deal; the unknown ones are null in SQL's sense.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    /// One for each deal; a number is its mantissa divided by 10^`scale`.
    pub mantissas: Vec<i128>,
    /// `None` where all are known.
    pub known: Option<Vec<bool>>,
    /// Decimals of all of them.
    pub scale: u32,
}

impl Numbers {
    /// The mantissa at a place of the batch, if it is known.
    pub fn get(&self, index: usize) -> Option<i128> {
        match &self.known {
            Some(known) if !known[index] => None,
            _ => Some(self.mantissas[index]),
        }
    }
}

/// Counted engagements of each deal by payee: `offsets[i] .. offsets[i + 1]` are those of deal `i`, in order of payee.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    /// One more than deals.
    pub offsets: Vec<u32>,
    /// The payee of each group.
    pub payee: Vec<PayeeIx>,
    /// How many engagements of each group count.
    pub touches: Vec<u32>,
    /// The sum of their weights, in billionths.
    pub weight_e9: Vec<i128>,
    /// First and last date of the group's engagements, or `NO_DAY`.
    pub first_on: Vec<i32>,
    /// Days since 1970-01-01; `NO_DAY` where no engagement has a date.
    pub last_on: Vec<i32>,
    /// Per deal: why it has no group, where it has none.
    pub why_empty: Vec<Reason>,
}

impl Groups {
    /// The groups of each deal.
    pub fn ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.offsets.windows(2).map(|ends| ends[0] as usize..ends[1] as usize)
    }

    /// The deal of each group, given the deals of the batch.
    pub fn deals<'a>(&'a self, deals: &'a [DealIx]) -> impl Iterator<Item = DealIx> + 'a {
        deals.iter().zip(self.ranges()).flat_map(|(&deal, range)| range.map(move |_| deal))
    }
}

/// Units by which each deal is shared, by slot (a role, or the single slot of a model) and payee.
#[derive(Debug, Clone, Default)]
pub struct Shares {
    /// One more than deals: the shares of deal `i` are `offsets[i] .. offsets[i + 1]`.
    pub offsets: Vec<u32>,
    /// Ascending within a deal, then by payee.
    pub slot: Vec<SlotIx>,
    /// The payee of each share.
    pub payee: Vec<PayeeIx>,
    /// The units of each share, in billionths.
    pub units_e9: Vec<i128>,
    /// Per deal: why it has no positive unit, where it has none.
    pub why_empty: Vec<Reason>,
}

impl Shares {
    /// The rows of a deal, by its place.
    pub fn rows(&self, place: usize) -> Range<usize> {
        self.offsets[place] as usize..self.offsets[place + 1] as usize
    }
}

/// The roles that a deal's credit and pool are split over first, in the order in which the rule declares them.
#[derive(Debug, Clone)]
pub struct Slots {
    /// Whole numbers in proportion to the shares.
    pub share: Vec<i128>,
    /// The role of each slot; none for the single slot of a model, and for a role that no engagement names.
    pub role: Vec<Optional<RoleIx>>,
    /// Keep the part of a role that no one filled, instead of sharing it among the others.
    pub retain: bool,
}

/// The result of a kernel for a batch.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// In order of deal, then of payee and role.
    pub lines: Vec<Line>,
    /// Deals that paid nobody, and what roles without payees kept back.
    pub uncredited: Vec<Uncredited>,
    /// By month, as far as there is any.
    pub sums: Vec<Sums>,
}

impl Outcome {
    /// An empty value with capacity for `lines` lines.
    pub fn with_room(lines: usize) -> Self {
        Self { lines: Vec::with_capacity(lines), ..Self::default() }
    }

    /// The sums of the month in which a deal closed.
    pub fn sums(&mut self, batch: &Batch, index: usize) -> &mut Sums {
        let month = batch.months[index].at();
        if self.sums.len() <= month {
            self.sums.resize(month + 1, Sums::default());
        }
        &mut self.sums[month]
    }

    /// Records that a deal paid no one, and what was kept back.
    pub fn uncredited(&mut self, batch: &Batch, index: usize, reason: Reason, kept: Option<Retention>) {
        self.uncredited.push(Uncredited {
            retained: kept.and_then(|kept| kept.pool),
            retained_credit: kept.map(|kept| kept.credit),
            ..Uncredited::new(batch.deals[index], Some(batch.rule), reason)
        });
    }

    /// Records what was kept back of a deal that may have paid somebody, of a payee where it is one's.
    pub fn kept_back(
        &mut self,
        batch: &Batch,
        index: usize,
        (payee, reason): (Option<PayeeIx>, Reason),
        kept: Retention,
    ) {
        self.uncredited.push(Uncredited {
            payee,
            retained: kept.pool,
            retained_credit: Some(kept.credit),
            ..Uncredited::new(batch.deals[index], Some(batch.rule), reason)
        });
    }
}

/// What a role that no one filled kept back.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// `None` for a rule that pays nothing.
    pub pool: Option<Minor>,
    /// The credit.
    pub credit: Minor,
}

/// What a fault arose on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The rule alone: a parameter that does not fit.
    Rule,
    /// A deal.
    Deal(DealIx),
    /// The work or the share of a payee on a deal.
    Work(DealIx, PayeeIx),
    /// A payee.
    Payee(PayeeIx),
}

impl From<DealIx> for Subject {
    fn from(deal: DealIx) -> Self {
        Self::Deal(deal)
    }
}

/// A number that can't be held, or another reason why a value can't be computed, with what it arose on: an error that stops the run.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What it arose on.
    pub subject: Subject,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The expression without a value, if it is one's fault.
    pub place: Option<Span>,
    /// The rows of a rate table, if it is that nothing decides between two.
    pub tie: Option<Box<RateTie>>,
}

/// Two rows of a rate table, both of which match with as many cells as the other.
#[derive(Debug, Clone)]
pub struct RateTie {
    /// The version of the rule.
    pub version: VersionIx,
    /// Where the table is named, by the path of the keys of the rule.
    pub path: String,
    /// The table.
    pub table: Arc<RateTable>,
    /// The rows, in the order of the file.
    pub rows: (usize, usize),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// A fault on a deal, or on another subject.
    pub fn new(subject: impl Into<Subject>, message: impl Into<String>) -> Self {
        Self { subject: subject.into(), message: message.into(), place: None, tie: None }
    }

    /// Makes a fault of an overflow on a deal, or on another subject.
    pub fn overflow(subject: impl Into<Subject>) -> impl Fn(Overflow) -> Self {
        let subject = subject.into();
        move |overflow| Self::new(subject, overflow.to_string())
    }

    /// An expression has no value on a row; `subject` gives what the row is about.
    pub fn of_expression<S: Into<Subject>>(
        expr: &Expr,
        error: EvalError,
        subject: impl Fn(usize) -> S,
    ) -> Self {
        Self { place: Some(expr.text().span.clone()), ..Self::new(subject(error.row), error.message) }
    }

    /// A fault of a deal whose amount two rows of a rate table would decide.
    pub fn ambiguous(deal: DealIx, tie: RateTie) -> Self {
        let message = format!(
            "nothing decides between {} and {} of {}",
            tie.table.line(tie.rows.0),
            tie.table.line(tie.rows.1),
            tie.table.path
        );
        Self { tie: Some(Box::new(tie)), ..Self::new(deal, message) }
    }

    /// All parts, or the fault of the earliest deal, independent of which thread found one first.
    pub fn first<T>(parts: Vec<Result<T, Self>>) -> Result<Vec<T>, Self> {
        let mut good = Vec::with_capacity(parts.len());
        let mut faults = Vec::new();
        for part in parts {
            match part {
                Ok(part) => good.push(part),
                Err(fault) => faults.push(fault),
            }
        }
        let first = faults.into_iter().min_by(|a, b| (a.subject, &a.message).cmp(&(b.subject, &b.message)));
        first.map_or(Ok(good), Err)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use apportion_base::diagnostic::{Code, Diagnostic, Files};
    use apportion_base::world::Memory;
    use apportion_book::Period;
    use apportion_data::NoProgress;

    use crate::project::Project;

    const DEALS: [DealIx; 3] = [DealIx::from_raw(4), DealIx::from_raw(6), DealIx::from_raw(9)];
    const RULE: RuleIx = RuleIx::from_raw(2);

    fn batch(verdicts: [Option<Reason>; 3]) -> Batch<'static> {
        Batch {
            rule: RULE,
            version: VersionIx::FIRST,
            deals: &DEALS,
            months: [2, 0, 1].map(MonthIx::from_raw).to_vec(),
            verdicts: verdicts.to_vec(),
            rounding: Rounding::HalfEven,
            digits: 2,
            cap: None,
        }
    }

    #[test]
    fn a_deal_has_its_terms_or_the_first_reason_why_not() {
        let batch = batch([None, Some(Reason::Incomplete), None]);
        let known = Numbers { mantissas: vec![70, 80, 90], known: None, scale: 1 };
        let some = Numbers { known: Some(vec![true, false, false]), ..known.clone() };
        let rates_e8: [Option<i64>; 3] = [Some(5), None, None];
        assert_eq!((known.get(0), some.get(0), some.get(2)), (Some(70), Some(70), None));
        assert_eq!(batch.terms(0, &some, None), Ok((70, None)));
        assert_eq!(batch.terms(0, &some, Some(&rates_e8)), Ok((70, Some(5))));
        assert_eq!(batch.terms(1, &some, Some(&rates_e8)), Err(Reason::Incomplete));
        assert_eq!(batch.terms(2, &some, Some(&rates_e8)), Err(Reason::NoBasis));
        assert_eq!(batch.terms(2, &known, Some(&rates_e8)), Err(Reason::NoRate));
    }

    #[test]
    fn amounts_are_rounded_as_the_book_does() {
        let batch = batch([None; 3]);
        assert_eq!(batch.round(12_345, 3), Ok(Minor::new(1_234)));
        // 401 * 5% = 20.05; 0.41 * 0.5 = 0.205, which bankers round down.
        assert_eq!(batch.round_product(401, 0, 5_000_000, 8), Ok(Minor::new(2_005)));
        assert_eq!(batch.round_product(41, 2, 5, 1), Ok(Minor::new(20)));
        assert_eq!(batch.round(i128::MAX, 0), Err(Overflow));
        assert_eq!(batch.round_product(i128::MAX, 0, 1, 0), Err(Overflow));
    }

    #[test]
    fn groups_and_shares_lie_between_offsets() {
        let offsets = vec![0, 2, 2, 3];
        let groups = Groups { offsets: offsets.clone(), ..Groups::default() };
        assert_eq!(groups.ranges().collect::<Vec<_>>(), [0..2, 2..2, 2..3]);
        assert_eq!(groups.deals(&DEALS).collect::<Vec<_>>(), [DEALS[0], DEALS[0], DEALS[2]]);
        let shares = Shares { offsets, ..Shares::default() };
        assert_eq!([0, 1, 2].map(|place| shares.rows(place)), [0..2, 2..2, 2..3]);
    }

    #[test]
    fn sums_are_those_of_the_month_in_which_a_deal_closed() {
        let batch = batch([None; 3]);
        let mut outcome = Outcome::with_room(8);
        assert!(outcome.lines.is_empty() && outcome.lines.capacity() >= 8);
        for (index, pool) in [(0, 5), (2, 7), (0, 1)] {
            outcome.sums(&batch, index).pool += pool;
        }
        assert_eq!(outcome.sums.iter().map(|sums| sums.pool).collect::<Vec<_>>(), [0, 7, 6]);
    }

    #[test]
    fn what_is_kept_back_is_recorded_with_its_deal_and_payee() {
        let batch = batch([None; 3]);
        let mut outcome = Outcome::default();
        let (pool, credit, payee) = (Minor::new(30), Minor::new(400), PayeeIx::from_raw(7));
        let kept = Retention { pool: Some(pool), credit };
        outcome.uncredited(&batch, 0, Reason::NoBasis, None);
        outcome.uncredited(&batch, 1, Reason::NoFilledRole, Some(kept));
        outcome.kept_back(&batch, 2, (Some(payee), Reason::UnfilledRole), kept);
        let row = |index: usize, reason| Uncredited::new(DEALS[index], Some(RULE), reason);
        let (retained, retained_credit) = (Some(pool), Some(credit));
        let expected = [
            row(0, Reason::NoBasis),
            Uncredited { retained, retained_credit, ..row(1, Reason::NoFilledRole) },
            Uncredited { payee: Some(payee), retained, retained_credit, ..row(2, Reason::UnfilledRole) },
        ];
        assert_eq!(outcome.uncredited, expected);
    }

    #[test]
    fn the_fault_of_the_earliest_deal_is_told() {
        let fault = |deal: usize, message: &str| Err(Fault::new(DEALS[deal], message));
        let first = Fault::first::<u8>(vec![fault(2, "a"), Ok(1), fault(0, "c"), fault(0, "b")]).unwrap_err();
        assert_eq!((first.subject, first.to_string().as_str()), (Subject::Deal(DEALS[0]), "b"));
        assert_eq!(Fault::first(vec![Ok(1_u8), Ok(3)]).unwrap(), [1, 3]);
    }

    /// What is said of one deal of 10 that has a rule of this rate or basis.
    fn refused(terms: &str) -> (Files, Diagnostic) {
        let book = "[book]\nname = \"B\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[sources]\n\
                    deals = { path = \"deals.csv\" }\npayees = { path = \"payees.csv\" }\n\
                    engagements = { path = \"work.csv\" }\n";
        let rule = "[[shared_credit]]\nid = \"new\"\nwhy = \"1\"\neffective = { from = 2026-01-01 }\n\
                    model = \"equal\"\n";
        let world = Memory::new()
            .with("apportion.toml", book)
            .with("rules.toml", format!("{rule}{terms}\n"))
            .with("rates.csv", "product,channel,rate\ncrm,,10%\n,partner,8%\n")
            .with(
                "deals.csv",
                "deal_id,outcome,close_date,amount,product,channel\n\
                   D1,won,2026-01-05,10.00,crm,partner\n",
            )
            .with("payees.csv", "payee_id\nann\n")
            .with("work.csv", "deal_id,payee_id,role\nD1,ann,any\n")
            .shared();
        let mut files = Files::default();
        let project = Project::open(&world, Path::new(""), &mut files).expect("a sound project");
        let mut found = project.settle(Period::parse("2026").unwrap(), &NoProgress).unwrap_err();
        assert_eq!(found.len(), 1);
        (files, found.remove(0))
    }

    /// The texts at the places of a message.
    fn places<'f>(files: &'f Files, diagnostic: &Diagnostic) -> Vec<&'f str> {
        let text = |span: &Span| &files.get(span.file).unwrap().text[span.range.clone()];
        diagnostic.labels.iter().map(|label| text(&label.span)).collect()
    }

    #[test]
    fn rows_that_match_alike_are_shown() {
        let table = "{ table = \"rates.csv\", value = \"rate\" }";
        let (files, refused) = refused(&format!("rate = {table}"));
        assert_eq!(refused.code, Code::AmbiguousRate);
        assert_eq!(places(&files, &refused), ["crm,,10%", ",partner,8%", table]);
    }

    #[test]
    fn an_expression_without_a_value_is_shown() {
        let basis = format!("deals.amount * {}", ["1000000000000"; 4].join(" * "));
        let (files, refused) = refused(&format!("rate = \"1%\"\nbasis = \"{basis}\""));
        assert_eq!(refused.code, Code::NumberTooLarge);
        assert_eq!(places(&files, &refused), [basis.as_str()]);
    }
}
