//! What can be recomputed from one line alone: its currency, caps that take and never give, and amounts that are a
//! rate of a basis.

use super::super::clawbacks::follows;
use super::super::kinds::{self, Amount};
use super::super::manifest::Terms;
use super::super::report::{Finding, Findings, Measure, Proof};
use super::super::rounding::TooWide;
use super::super::uncredited::Row;
use super::Line;
use super::gates::Gated;
use apportion_base::diagnostic::Code;
use apportion_base::money::format_scaled;
use apportion_contract::{LINES, RuleKind};

/// Decimals of a rate, and of a percent of declared units taken as a fraction.
const RATE_DECIMALS: u32 = 8;
const PERCENT_DECIMALS: u32 = 11;
/// 100% as a rate (hundred-millionths), and as declared units (billionths of a percent).
const WHOLE_RATE: i128 = 100_000_000;
const WHOLE_PERCENT: i128 = 100_000_000_000;

/// Looks at the amounts of each line.
#[derive(Debug)]
pub struct Amounts<'a> {
    terms: &'a Terms,
    gated: Gated,
    lines: u64,
    uncapped: i128,
    amount: i128,
    findings: Findings,
}

/// The amounts of a finding, in minor units: as written, and as they should be.
struct Numbers {
    written: Option<i64>,
    proved: Option<i64>,
}

/// Of a finding that is about no amount.
const NO_NUMBERS: Numbers = Numbers { written: None, proved: None };

impl<'a> Amounts<'a> {
    /// No line yet; `uncredited` has what gates keep back.
    pub fn new(terms: &'a Terms, uncredited: &[Row]) -> Self {
        let gated = Gated::new(uncredited);
        Self { terms, gated, lines: 0, uncapped: 0, amount: 0, findings: Findings::default() }
    }

    /// Looks at a line.
    pub fn line(&mut self, line: &Line<'_>) {
        self.lines += 1;
        // 2^64 amounts of 64 bits fit 128 bits.
        self.uncapped += i128::from(line.uncapped.unwrap_or(0));
        self.amount += i128::from(line.amount.unwrap_or(0));
        if !line.in_currency {
            self.findings.add(Code::WrongCurrency, || {
                let message = format!("it is not in the book's currency ({})", line.shown());
                Finding::new(Code::WrongCurrency, LINES, message)
                    .row(line.row)
                    .numbers(line.words.currency(), self.terms.currency.code())
            });
        }
        if line.level.is_some_and(|level| level < 1) {
            self.find(line, Code::WrongLevel, "levels count from 1", NO_NUMBERS);
        }
        self.cap(line);
        self.units(line);
        let gated = self.gated.line(line);
        let kind = line.rule.map(|rule| self.terms.kind(rule));
        if kind.is_some_and(|kind| self.product(line, kind, gated).is_err()) {
            self.find(
                line,
                Code::LineTooLarge,
                "the proof of its amount needs more than 38 digits",
                NO_NUMBERS,
            );
        }
    }

    /// A cap takes from an amount: it neither adds to it nor turns it round.
    fn cap(&mut self, line: &Line<'_>) {
        let (Some(uncapped), Some(amount)) = (line.uncapped, line.amount) else { return };
        let turned = amount != 0 && amount.signum() != uncapped.signum();
        if turned || amount.unsigned_abs() > uncapped.unsigned_abs() {
            self.find(
                line,
                Code::CapAdds,
                "a cap can only take from an amount",
                Numbers { written: Some(amount), proved: Some(uncapped) },
            );
        }
    }

    fn units(&mut self, line: &Line<'_>) {
        let Some(units) = line.units else { return };
        // One who lost all by a decision keeps a line of nothing.
        let lost = units == 0
            && (line.role.is_some() && line.units_total == Some(WHOLE_PERCENT))
            && (line.credited, line.uncapped.unwrap_or(0)) == (Some(0), 0);
        if (units <= 0 && !lost)
            || line.units_total.is_some_and(|total| units > total && total != WHOLE_PERCENT)
        {
            self.findings.add(Code::WrongUnits, || {
                let message = format!("units are above 0 and not above their total ({})", line.shown());
                let total = line.units_total.map_or("-".to_owned(), |total| format_scaled(total, 9));
                Finding::new(Code::WrongUnits, LINES, message)
                    .row(line.row)
                    .numbers(format_scaled(units, 9), total)
            });
        }
    }

    /// Amounts that follow from the line's own basis and rate; `gated` is kept back of it.
    fn product(&mut self, line: &Line<'_>, kind: RuleKind, gated: i128) -> Result<(), TooWide> {
        let (Some(basis), Some(uncapped)) = (line.basis, line.uncapped) else {
            return self.credit_of_overlay(line, kind);
        };
        let rate = i128::from(line.rate.unwrap_or(0));
        let basis = i128::from(basis);
        let exact = || self.terms.rounding.product(basis, rate, RATE_DECIMALS);
        match kinds::amount(kind) {
            Amount::Product => {
                let proved = exact()?;
                self.same(line, "its amount is not its basis times its rate", uncapped, proved);
            }
            Amount::PoolOrPart if line.pool.is_none() => {
                let proved = exact()?.checked_sub(gated).ok_or(TooWide)?;
                self.same(line, "its amount is not its basis times its rate", uncapped, proved);
            }
            // No credit moves no total: within one version the line is worth nothing.
            Amount::RunningTotal if basis == 0 => self.same(line, "no credit earns nothing", uncapped, 0),
            Amount::Credit | Amount::PoolOrPart => {
                if let Some(pool) = line.pool {
                    self.near(line, i128::from(pool), basis, rate)?;
                }
                self.credit_of_overlay(line, kind)?;
            }
            Amount::TakenBack => {
                if !follows(uncapped.into(), basis, rate, 1) || rate < 0 {
                    let taken = self.terms.rounding.product(basis, -rate, RATE_DECIMALS)?;
                    self.same(
                        line,
                        "it does not take the part of its basis that its rate says",
                        uncapped,
                        taken,
                    );
                }
            }
            Amount::RunningTotal | Amount::Parameters => {}
        }
        Ok(())
    }

    /// An overlay credits each payee a percent of the deal on its own.
    fn credit_of_overlay(&mut self, line: &Line<'_>, kind: RuleKind) -> Result<(), TooWide> {
        if kind != RuleKind::SharedCredit || line.credit_total.is_some() {
            return Ok(());
        }
        let (Some(basis), Some(units), Some(credited)) = (line.basis, line.units, line.credited) else {
            return Ok(());
        };
        let proved = self.terms.rounding.product(i128::from(basis), units, PERCENT_DECIMALS)?;
        self.same(line, "its credit is not its percent of the deal", credited, proved);
        if line.units_total != Some(WHOLE_PERCENT) {
            self.find(line, Code::WrongUnits, "percents are out of 100", NO_NUMBERS);
        }
        Ok(())
    }

    /// A pool is the rounded product of a rate and the basis before rounding, which the file does not have. So it may
    /// differ by the effect of half a minor unit of the basis, and by half a minor unit of the product.
    fn near(&mut self, line: &Line<'_>, pool: i128, basis: i128, rate: i128) -> Result<(), TooWide> {
        let twice = |value: i128| value.checked_mul(2).ok_or(TooWide);
        let product = twice(basis.checked_mul(rate).ok_or(TooWide)?)?;
        let written = twice(pool.checked_mul(WHOLE_RATE).ok_or(TooWide)?)?;
        if (written - product).abs() > rate.abs() + WHOLE_RATE {
            let near = self.terms.rounding.product(basis, rate, RATE_DECIMALS)?;
            let digits = self.terms.digits;
            self.findings.add(Code::WrongAmount, || {
                let message = format!("its pool is not its basis times its rate ({})", line.shown());
                Finding::new(Code::WrongAmount, LINES, message).row(line.row).amounts(
                    Some(pool),
                    Some(near),
                    digits,
                )
            });
        }
        Ok(())
    }

    fn same(&mut self, line: &Line<'_>, what: &str, written: i64, proved: i128) {
        if i128::from(written) != proved {
            let digits = self.terms.digits;
            self.findings.add(Code::WrongAmount, || {
                let message = format!("{what} ({})", line.shown());
                Finding::new(Code::WrongAmount, LINES, message).row(line.row).amounts(
                    Some(written.into()),
                    Some(proved),
                    digits,
                )
            });
        }
    }

    fn find(&mut self, line: &Line<'_>, code: Code, what: &str, numbers: Numbers) {
        let Numbers { written, proved } = numbers;
        let digits = self.terms.digits;
        self.findings.add(code, || {
            let finding = Finding::new(code, LINES, format!("{what} ({})", line.shown())).row(line.row);
            match (written, proved) {
                (None, None) => finding,
                _ => finding.amounts(written.map(i128::from), proved.map(i128::from), digits),
            }
        });
    }

    /// What was found.
    pub fn proof(mut self) -> Proof {
        self.gated.find(&mut self.findings);
        let claim = "caps only take, rates times bases are amounts, and all is in the book's currency";
        let measures = vec![
            Measure::Count("lines", self.lines),
            Measure::Amount("uncapped", self.uncapped),
            Measure::Amount("paid", self.amount),
        ];
        Proof::new("amounts", claim, measures, self.findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deals::tests::{line, terms};
    use crate::lines::Ids;
    use crate::names::{Number, RuleNo};
    use apportion_contract::Reason;

    /// What is found of lines, with what is kept back of Ann's by a gate.
    fn found(kind: RuleKind, ids: &mut Ids, lines: &[Line<'_>], retained: Option<i128>) -> Vec<String> {
        let mut terms = terms();
        terms.rules[0].1 = kind;
        let kept = retained.map(|retained| Row {
            row: 1,
            deal: ids.deals.number("D-1"),
            rule: Some(RuleNo::new(0)),
            payee: Some(ids.payees.number("ann")),
            reason: Reason::Gated,
            retained: Some(retained),
            retained_credit: None,
        });
        let mut amounts = Amounts::new(&terms, kept.as_slice());
        lines.iter().for_each(|line| amounts.line(line));
        let groups = amounts.proof().findings.groups.into_iter().flat_map(|group| group.first);
        groups.map(|finding| finding.message).collect()
    }

    /// 1.5% of 250.00 are 3.75, of which a gate keeps back the half.
    #[test]
    fn what_a_gate_keeps_back_is_part_of_a_rate() {
        let mut ids = Ids::default();
        let renewal = |payee: &'static str, uncapped: i64, ids: &mut Ids| Line {
            rate: Some(1_500_000),
            pool: None,
            credit_total: None,
            role: None,
            credited: None,
            ..line(1, &(payee, "any", 1, 4, 0, uncapped), (25_000, 0), ids)
        };
        let (kept, whole) = (renewal("ann", 188, &mut ids), renewal("ben", 375, &mut ids));
        let kind = RuleKind::RenewalBonus;
        assert_eq!(found(kind, &mut ids, &[kept, whole], Some(187)), Vec::<String>::new());
        let mut one = |lines: &[Line<'_>], retained| found(kind, &mut ids, lines, retained).join("; ");
        assert!(one(&[kept], Some(186)).contains("not its basis times its rate"));
        assert!(one(&[kept], None).contains("not its basis times its rate"));
        assert!(one(&[whole], Some(1)).contains("the payee has no line"));
    }

    #[test]
    fn a_gate_keeps_back_a_part() {
        let mut ids = Ids::default();
        let told = ("ann", "any", 1, 1, 0, 100);
        let stipend = Line { basis: None, ..line(1, &told, (0, 0), &mut ids) };
        let mut one = |retained| found(RuleKind::Stipend, &mut ids, &[stipend], Some(retained)).join("; ");
        assert_eq!(one(50), "");
        assert!(one(0).contains("keeps back money"));
        assert!(one(-50).contains("not more than the whole"));
    }

    #[test]
    fn one_who_lost_all_has_a_line_of_nothing() {
        let mut ids = Ids::default();
        let mut one = |units_total, credited, uncapped| {
            let told = ("ann", "sourced", 0, units_total, credited, uncapped);
            let lines = [line(1, &told, (10_000, 1_000), &mut ids)];
            found(RuleKind::SharedCredit, &mut ids, &lines, None).join("; ")
        };
        assert_eq!(one(100, 0, 0), "");
        for wrong in [one(4, 0, 0), one(100, 1, 0), one(100, 0, 1)] {
            assert!(wrong.contains("units are above 0"), "{wrong}");
        }
    }
}
