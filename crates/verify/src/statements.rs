//! statements.csv and payouts.csv are the sums of the lines: payee by payee, rule by rule, to the cent.

use std::path::Path;

use csv::StringRecord;

use super::csv_file::records;
use super::lines::Line;
use super::manifest::Terms;
use super::names::{MoreNames, Names, Number, PayeeNo, RuleNo};
use super::report::{Finding, Findings, Measure, Proof};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::format_scaled;
use apportion_contract::output::{PAYOUT_FILE, STATEMENT_FILE};
use apportion_contract::{PAYOUTS, STATEMENTS};

/// The lines of one payee under one rule, added up. Minor units.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The payee.
    pub payee: PayeeNo,
    /// The rule.
    pub rule: RuleNo,
    /// How many lines there are.
    pub lines: u64,
    /// Their credit, where they credit.
    pub credited: Option<i128>,
    /// Their amounts, where they pay.
    pub amount: Option<i128>,
}

/// Adds up the lines as they come.
#[derive(Debug, Default)]
pub struct Sums {
    /// In order of the lines: of payee and rule, where the lines are in order.
    pub statements: Vec<Statement>,
}

impl Sums {
    /// Adds a line.
    pub fn line(&mut self, line: &Line<'_>) {
        let Some(rule) = line.rule else { return };
        let payee = line.payee;
        if self.statements.last().is_none_or(|last| (last.payee, last.rule) != (payee, rule)) {
            self.statements.push(Statement { payee, rule, lines: 0, credited: None, amount: None });
        }
        let Some(last) = self.statements.last_mut() else { return };
        last.lines += 1;
        add(&mut last.credited, line.credited);
        add(&mut last.amount, line.amount);
    }

    /// Payees with an amount, and what it is.
    fn payouts(&self) -> Vec<(PayeeNo, i128)> {
        let mut payouts: Vec<(PayeeNo, i128)> = Vec::new();
        for statement in &self.statements {
            let Some(amount) = statement.amount else { continue };
            match payouts.last_mut() {
                Some((payee, sum)) if *payee == statement.payee => *sum += amount,
                _ => payouts.push((statement.payee, amount)),
            }
        }
        payouts
    }
}

/// Adds to a sum that is there once something was added. 2^64 amounts of 64 bits fit 128 bits.
fn add(sum: &mut Option<i128>, part: Option<i64>) {
    if let Some(part) = part {
        *sum = Some(sum.unwrap_or(0) + i128::from(part));
    }
}

/// Names by payee, as the first row that has one says.
#[derive(Debug, Default)]
struct PayeeNames {
    by_payee: Vec<Option<String>>,
}

impl PayeeNames {
    /// Compares a name with the one known.
    fn check(
        &mut self,
        (file, row): (&'static str, u64),
        payee: PayeeNo,
        cells: &StringRecord,
        findings: &mut Findings,
    ) {
        let index = payee.index();
        if index >= self.by_payee.len() {
            self.by_payee.resize(index + 1, None);
        }
        match &self.by_payee[index] {
            None => self.by_payee[index] = Some(cells[1].to_owned()),
            Some(known) if known == &cells[1] => {}
            Some(known) => findings.add(Code::TwoNames, || {
                let message = format!("another row gives payee `{}` another name", &cells[0]);
                Finding::new(Code::TwoNames, file, message)
                    .row(row)
                    .numbers(format!("`{}`", &cells[1]), format!("`{known}`"))
            }),
        }
    }
}

/// Both proofs: statements, payouts. Returns the number of rows of payouts.csv as well, where it could be read.
pub fn prove(
    out: &Path,
    terms: &Terms,
    payees: &Names<PayeeNo>,
    sums: &Sums,
) -> Result<(Proof, Proof, Option<u64>), Diagnostic> {
    let payees = &mut MoreNames::new(payees);
    let mut called = PayeeNames::default();
    let statements = prove_statements(out, terms, payees, sums, &mut called)?;
    let (payouts, rows) = prove_payouts(out, terms, payees, sums, &mut called)?;
    Ok((statements, payouts, rows))
}

fn prove_statements(
    out: &Path,
    terms: &Terms,
    payees: &mut MoreNames<'_, PayeeNo>,
    sums: &Sums,
    called: &mut PayeeNames,
) -> Result<Proof, Diagnostic> {
    let mut findings = Findings::default();
    let mut next = 0;
    let (mut credited, mut amount) = (0, 0);
    let rows = records((out, terms.raw), &STATEMENT_FILE, &mut findings, |row, cells, findings| {
        let payee = payees.number(&cells[0]);
        called.check((STATEMENTS, row), payee, cells, findings);
        currency(STATEMENTS, row, &cells[6], terms, findings);
        let key = (payee, terms.rule(&cells[2]));
        let key_of = |statement: &Statement| (statement.payee, Some(statement.rule));
        let Some(found) = sums.statements[next..].iter().position(|statement| key_of(statement) == key)
        else {
            findings.add(Code::RowWithoutLines, || {
                let message = format!("payee `{}` has no lines of rule `{}` here", &cells[0], &cells[2]);
                Finding::new(Code::RowWithoutLines, STATEMENTS, message).row(row)
            });
            return;
        };
        missing(&sums.statements[next..next + found], terms, payees, findings);
        let statement = &sums.statements[next + found];
        next += found + 1;
        let what = |what: &str| format!("{what} of payee `{}` under rule `{}`", &cells[0], &cells[2]);
        if cells[3] != statement.lines.to_string() {
            findings.push(
                Finding::new(Code::WrongSum, STATEMENTS, what("the number of lines"))
                    .row(row)
                    .numbers(&cells[3], statement.lines),
            );
        }
        for (name, cell, sum) in
            [("the credit", &cells[4], statement.credited), ("the amount", &cells[5], statement.amount)]
        {
            same(Cell { file: STATEMENTS, row, what: &what(name), text: cell }, sum, terms, findings);
        }
        credited += statement.credited.unwrap_or(0);
        amount += statement.amount.unwrap_or(0);
    })?;
    if rows.is_some() {
        missing(&sums.statements[next..], terms, payees, &mut findings);
    }
    let measures = vec![
        Measure::Count("rows", rows.unwrap_or(0)),
        Measure::Amount("credited", credited),
        Measure::Amount("amount", amount),
    ];
    let claim = "statements.csv has a row for each payee and rule, in order, with the sums of their lines";
    Ok(Proof::new("statements", claim, measures, findings))
}

/// Statements that the file does not have.
fn missing(
    statements: &[Statement],
    terms: &Terms,
    payees: &MoreNames<'_, PayeeNo>,
    findings: &mut Findings,
) {
    for statement in statements {
        findings.add(Code::MissingRow, || {
            let rule = terms.id(statement.rule);
            let message = format!(
                "there is no row for payee `{}` and rule `{rule}` in its place",
                payees.text(statement.payee)
            );
            Finding::new(Code::MissingRow, STATEMENTS, message).numbers(0, statement.lines)
        });
    }
}

fn prove_payouts(
    out: &Path,
    terms: &Terms,
    payees: &mut MoreNames<'_, PayeeNo>,
    sums: &Sums,
    called: &mut PayeeNames,
) -> Result<(Proof, Option<u64>), Diagnostic> {
    let mut findings = Findings::default();
    let expected = sums.payouts();
    let mut next = 0;
    let mut total = 0;
    let lacking = |payouts: &[(PayeeNo, i128)], payees: &MoreNames<'_, PayeeNo>, findings: &mut Findings| {
        for (payee, amount) in payouts {
            findings.add(Code::MissingRow, || {
                let message = format!("there is no row for payee `{}` in its place", payees.text(*payee));
                Finding::new(Code::MissingRow, PAYOUTS, message).amounts(None, Some(*amount), terms.digits)
            });
        }
    };
    let rows = records((out, terms.raw), &PAYOUT_FILE, &mut findings, |row, cells, findings| {
        let payee = payees.number(&cells[0]);
        called.check((PAYOUTS, row), payee, cells, findings);
        currency(PAYOUTS, row, &cells[3], terms, findings);
        let Some(found) = expected[next..].iter().position(|(owner, _)| *owner == payee) else {
            findings.add(Code::RowWithoutLines, || {
                let message = format!("payee `{}` has no lines with an amount here", &cells[0]);
                Finding::new(Code::RowWithoutLines, PAYOUTS, message).row(row)
            });
            return;
        };
        lacking(&expected[next..next + found], payees, findings);
        let amount = expected[next + found].1;
        next += found + 1;
        total += amount;
        let what = format!("the amount of payee `{}`", &cells[0]);
        let cell = Cell { file: PAYOUTS, row, what: &what, text: &cells[2] };
        same(cell, Some(amount), terms, findings);
    })?;
    if rows.is_some() {
        lacking(&expected[next..], payees, &mut findings);
    }
    let measures = vec![Measure::Count("payees", rows.unwrap_or(0)), Measure::Amount("to pay", total)];
    let claim = "payouts.csv has exactly the payees with an amount, in order, with the sums of their lines";
    Ok((Proof::new("payouts", claim, measures, findings), rows))
}

/// An amount in a file.
struct Cell<'c> {
    file: &'static str,
    row: u64,
    /// What it should be, in words.
    what: &'c str,
    text: &'c str,
}

/// A cell against the sum that it should be.
fn same(cell: Cell<'_>, sum: Option<i128>, terms: &Terms, findings: &mut Findings) {
    let Cell { file, row, what, text: cell } = cell;
    let written = if cell.is_empty() { Some(None) } else { terms.minor(cell).map(Some) };
    if written != Some(sum) {
        findings.add(Code::WrongSum, || {
            let proved = sum.map_or("nothing".to_owned(), |sum| format_scaled(sum, terms.digits));
            let written = if cell.is_empty() { "nothing" } else { cell };
            Finding::new(Code::WrongSum, file, what).row(row).numbers(written, proved)
        });
    }
}

fn currency(file: &'static str, row: u64, cell: &str, terms: &Terms, findings: &mut Findings) {
    if cell != terms.currency.code() {
        findings.add(Code::WrongCurrency, || {
            let message = "it is not in the book's currency";
            Finding::new(Code::WrongCurrency, file, message).row(row).numbers(cell, terms.currency.code())
        });
    }
}
