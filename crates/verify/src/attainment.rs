//! attainment.csv follows from its own numbers, and from the lines as far as the result has them: a result of a month has
//! only a third of the lines of a quarter.

use std::path::Path;

use csv::StringRecord;

use super::calendar::{Day, Period, PeriodName};
use super::csv_file::records;
use super::kinds::{self, Amount};
use super::lines::Line;
use super::manifest::{Manifest, Terms};
use super::names::{MoreNames, Names, Number, PayeeNo, RuleNo};
use super::report::{Finding, Findings, Measure, Proof};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::format_scaled;
use apportion_contract::ATTAINMENT;
use apportion_contract::output::ATTAINMENT_FILE;

/// Decimals of quotas and attainments, of measures, and of rates.
const SCALE: u32 = 6;
const MEASURE_SCALE: u32 = 9;
const RATE_SCALE: u32 = 8;

/// The lines of one payee under one commission, from the beginnings of the periods that hold the last day.
#[derive(Debug, Clone)]
struct Reached {
    payee: PayeeNo,
    rule: RuleNo,
    /// Day of each line and its basis, in their order; the rate of the last.
    lines: Vec<(Day, i64)>,
    rate: i64,
}

/// Gathers the lines of commissions as they come.
#[derive(Debug, Default)]
pub struct Attainments {
    reached: Vec<Reached>,
}

impl Attainments {
    /// Takes a line.
    pub fn line(&mut self, line: &Line<'_>, terms: &Terms) {
        let Some(rule) = line.rule else { return };
        if kinds::amount(terms.kind(rule)) != Amount::RunningTotal {
            return;
        }
        let key = (line.payee, rule);
        if self.reached.last().is_none_or(|last| (last.payee, last.rule) != key) {
            self.reached.push(Reached { payee: line.payee, rule, lines: Vec::new(), rate: 0 });
        }
        if let Some(last) = self.reached.last_mut() {
            last.lines.push((line.close_date, line.basis.unwrap_or(0)));
            last.rate = line.rate.unwrap_or(0);
        }
    }

    /// Compares them with the file. Without a commission there is no file, and nothing to prove.
    ///
    /// # Errors
    /// A file that the disk does not give.
    pub fn prove(
        mut self,
        out: &Path,
        manifest: &Manifest,
        terms: &Terms,
        payees: &Names<PayeeNo>,
    ) -> Result<Proof, Diagnostic> {
        let payees = &mut MoreNames::new(payees);
        let mut findings = Findings::default();
        let key = |reached: &Reached| (reached.payee, reached.rule);
        self.reached.sort_by_key(key);
        let mut found = vec![false; self.reached.len()];
        // The period of each rule, as any of its rows says.
        let mut periods: Vec<Option<Period>> = vec![None; terms.rules.len()];
        let mut before: Option<[String; 3]> = None;
        let rows = records((out, terms.raw), &ATTAINMENT_FILE, &mut findings, |row, cells, findings| {
            let this = [0, 1, 2].map(|index| cells[index].to_owned());
            if before.as_ref().is_some_and(|before| *before >= this) {
                findings.add(Code::RowsOutOfOrder, || {
                    Finding::new(Code::RowsOutOfOrder, ATTAINMENT, "it is not after the row before it")
                        .row(row)
                });
            }
            before = Some(this);
            let wrong = |message: &str, findings: &mut Findings| {
                findings.add(Code::WrongAttainment, || {
                    let message = format!("{message} (payee `{}`, rule `{}`)", &cells[0], &cells[1]);
                    Finding::new(Code::WrongAttainment, ATTAINMENT, message).row(row)
                });
            };
            let rule =
                terms.rule(&cells[1]).filter(|rule| kinds::amount(terms.kind(*rule)) == Amount::RunningTotal);
            let name = PeriodName::parse(&cells[2]);
            let (Some(rule), Some(name), Some(numbers)) = (rule, name, Numbers::parse(cells, terms)) else {
                return wrong("it is not a row that a run writes", findings);
            };
            let period = Period::new(name, manifest.book.fiscal_year_starts);
            let last_day = terms.period.last_day();
            if !(period.first_day() <= last_day && last_day <= period.last_day()) {
                return wrong("its period does not hold the last day of the result's", findings);
            }
            periods[rule.index()] = Some(period);
            if !numbers.divides(terms.digits) {
                wrong("its attainment is not its credit or measure over its quota", findings);
            }
            let payee = payees.number(&cells[0]);
            let Ok(index) = self.reached.binary_search_by_key(&(payee, rule), key) else {
                if terms.period.first_day() <= period.first_day() {
                    wrong("the payee has no line of the rule in this period", findings);
                }
                return;
            };
            found[index] = true;
            let reached = &self.reached[index];
            let credit = reached.since(period.first_day());
            match credit {
                None => {
                    if terms.period.first_day() <= period.first_day() {
                        wrong("the payee has no line of the rule in this period", findings);
                    }
                }
                Some(credit) => {
                    if terms.period.first_day() <= period.first_day() && credit != numbers.credit {
                        wrong("its credit is not the sum of the bases of its lines", findings);
                    }
                    if numbers.rate != i128::from(reached.rate) {
                        wrong("its rate is not that of its last line", findings);
                    }
                }
            }
        })?;
        if rows.is_some() {
            for (reached, found) in self.reached.iter().zip(found) {
                let first_day = periods[reached.rule.index()].map(Period::first_day);
                // Without any row of the rule, its period is not known; it ends no earlier than the result's last month.
                let since = first_day.unwrap_or(terms.period.last_month_first_day());
                if !found && reached.since(since).is_some() {
                    findings.add(Code::WrongAttainment, || {
                        let (payee, rule) = (payees.text(reached.payee), terms.id(reached.rule));
                        let message = format!("there is no row for payee `{payee}` and rule `{rule}`");
                        Finding::new(Code::WrongAttainment, ATTAINMENT, message)
                    });
                }
            }
        }
        let claim = "attainment.csv has what payees with a commission have reached, by its own numbers and by the lines";
        let measures = vec![Measure::Count("rows", rows.unwrap_or(0))];
        Ok(Proof::new("attainment", claim, measures, findings))
    }
}

impl Reached {
    /// The credit of the lines from a day on; `None` where there is none.
    fn since(&self, day: Day) -> Option<i128> {
        let lines = self.lines.iter().filter(|(closed, _)| *closed >= day);
        lines.fold(None, |sum, (_, basis)| Some(sum.unwrap_or(0) + i128::from(*basis)))
    }
}

/// The numbers of a row.
struct Numbers {
    quota: Option<i128>,
    credit: i128,
    measure: Option<i128>,
    attainment: Option<i128>,
    rate: i128,
}

impl Numbers {
    fn parse(cells: &StringRecord, terms: &Terms) -> Option<Self> {
        let optional = |cell: &str, scale: u32| match cell {
            "" => Some(None),
            text => scaled(text, scale).map(Some),
        };
        // A prorated quota may round to 0.
        let quota = optional(&cells[3], SCALE)?.filter(|quota| *quota >= 0);
        let numbers = Self {
            quota,
            credit: terms.minor(&cells[4])?,
            measure: optional(&cells[5], MEASURE_SCALE)?,
            attainment: optional(&cells[6], SCALE)?,
            rate: scaled(&cells[7], RATE_SCALE)?,
        };
        (numbers.quota.is_some() != cells[3].is_empty()).then_some(numbers)
    }

    /// Whether the attainment is the credit or the measure over the quota, rounded half away from zero: twice the
    /// difference is no more than a unit of the last decimal.
    fn divides(&self, digits: u32) -> bool {
        let (Some(quota), Some(attainment)) = (self.quota, self.attainment) else {
            return self.quota.is_none() && self.attainment.is_none();
        };
        let (reached, scale) = self.measure.map_or((self.credit, digits), |measure| (measure, MEASURE_SCALE));
        // |reached / 10^scale / (quota / 10^6) - attainment / 10^6| <= 1/2 of 10^-6, times 2 x quota x 10^scale.
        let compare = || {
            let left = reached.checked_mul(2)?.checked_mul(10_i128.checked_pow(2 * SCALE)?)?;
            let unit = quota.checked_mul(10_i128.checked_pow(scale)?)?;
            let right = attainment.checked_mul(2)?.checked_mul(unit)?;
            let difference = left.checked_sub(right)?;
            let outward = (difference >= 0) == (reached >= 0);
            // A half goes away from zero, so outward there is less than half left.
            Some(if outward { difference.abs() < unit } else { difference.abs() <= unit })
        };
        // What 38 digits don't hold is not judged.
        compare().is_none_or(|exact| exact || self.divides_nearly(reached, scale))
    }

    /// The same where the quota is prorated: it is rounded here, and the attainment is that of a quota within half a unit of its last
    /// decimal.
    fn divides_nearly(&self, reached: i128, scale: u32) -> bool {
        let (Some(quota), Some(attainment)) = (self.quota, self.attainment) else { return false };
        // Of twice the quota q: reached x 10^12 x 2 / (10^scale x q) against the attainment and half a unit, all times two.
        let compare = || {
            let left = reached.checked_mul(4)?.checked_mul(10_i128.checked_pow(2 * SCALE)?)?;
            let of = |twice: i128, bound: i128| {
                let unit = twice.checked_mul(10_i128.checked_pow(scale)?)?;
                bound.checked_mul(unit)
            };
            let around = |number: i128| {
                let twice = number.checked_mul(2)?;
                Some((twice.checked_sub(1)?, twice.checked_add(1)?))
            };
            let ((least, most), (low, high)) = (around(attainment)?, around(quota)?);
            if low <= 0 {
                return Some(attainment == 0 || (attainment > 0) == (reached > 0));
            }
            let above = left > of(low, most)? && left > of(high, most)?;
            let below = left < of(low, least)? && left < of(high, least)?;
            Some(!above && !below)
        };
        compare().unwrap_or(true)
    }
}

/// A number with exactly as many decimals, as its digits.
fn scaled(text: &str, scale: u32) -> Option<i128> {
    let digits: String = text.chars().filter(|c| *c != '.').collect();
    let number: i128 = digits.parse().ok()?;
    (format_scaled(number, scale) == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divides(reached: i128, quota: i128, attainment: i128) -> bool {
        let numbers = Numbers {
            quota: Some(quota),
            credit: reached,
            measure: None,
            attainment: Some(attainment),
            rate: 0,
        };
        numbers.divides(2)
    }

    #[test]
    fn an_attainment_is_rounded_half_away_from_zero() {
        // 900.00 of 2,700: 0.333333
        assert!(divides(90_000, 2_700_000_000, 333_333) && !divides(90_000, 2_700_000_000, 333_334));
        // 500.00 of a third of 1,000: exactly 1.5, and by the rounded quota 1.4999999850….
        assert!(divides(50_000, 333_333_333, 1_500_000) && !divides(50_000, 333_333_333, 1_500_002));
        // 0.01 of 0.000001 / 92, which is written as 0.
        assert!(divides(1, 0, 920_000_000_000) && !divides(1, 0, -1));
        // What a forger writes is not judged where 38 digits don't hold it.
        assert!(divides(1, 0, i128::MIN / 2));
        // 0.01 of 20,000: 0.0000005, which is rounded up, also below zero.
        assert!(divides(1, 20_000_000_000, 1) && !divides(1, 19_000_000_000, 0));
        assert!(divides(-1, 20_000_000_000, -1) && !divides(-1, 19_000_000_000, 0));
        assert_eq!((scaled("-0.50", 2), scaled("0.5", 2), scaled("x", 2)), (Some(-50), None, None));
    }
}
