//! Rule cases: small worked examples that an analyst can read, inputs and expected lines in one file.
//!
//! ```toml
//! [[case]]
//! name = "three payees share a dollar"
//! why = "The cent that is left goes to the earlier payee_id."
//! period = "2026-01"
//! rules = '''
//! [[shared_credit]]
//! id = "even"
//! effective = { from = 2026-01-01 }
//! rate = "100%"
//! model = "equal"
//! '''
//! deals = '''
//! deal_id | outcome | close_date | amount
//! D1      | won     | 2026-01-15 | 1.00
//! '''
//! payees = '''
//! payee_id
//! ann
//! ben
//! cat
//! '''
//! engagements = '''
//! deal_id | payee_id | role
//! D1      | ann      | any
//! D1      | ben      | any
//! D1      | cat      | any
//! '''
//! lines = '''
//! payee_id | amount
//! ann      | 0.34
//! ben      | 0.33
//! cat      | 0.33
//! '''
//! ```
//!
//! A case is a project of its own and is settled as `run` settles one. The expected tables name the columns to compare;
//! their rows are all rows, in the order of `docs/reference/outputs.md`.
//!
//! In a project, the files are `cases/*.toml` beside the project file, and a case tests the project's own rules:
//! `rules = ["new-business"]` names those under test, and without `rules` all of them are. The shared_credit rules on
//! whose credit a commission or an override pays are settled too; their lines are not compared. The project's `[book]`
//! applies, except for the keys in the case's `book`. Input tables have the column names of `docs/reference/inputs.md`.
//!
//! A case with `[[case.month]]` closes months one after the other instead, each with the tables that changed. What closing is, only
//! `apportion-ledger` knows: it runs such a case with [`Case::in_month`].

mod actual;
mod bench;
mod compare;
pub mod coverage;
mod example;
mod governed;
mod months;
pub mod parameters;
mod project;
mod read;
mod setting;
mod settle;
mod table;
mod update;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use actual::rejected_rows;
pub use bench::{Bench, FOLDER};
pub use compare::{Difference, Row, Side};
pub use example::Example;
pub use months::CaseMonth;
pub use setting::Setting;
pub use table::{Table, TableSyntaxError};
pub use update::{FileUpdate, update};

use actual::ActualTables;
use apportion_base::diagnostic::{Diagnostic, Files, Span, render};
use apportion_book::{Period, SourceValue, TableName};
use apportion_expr::ExprText;
use settle::CaseSettlement;

/// A file of cases.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// Its path, as it is shown.
    pub path: PathBuf,
    /// As people see it: relative to the project.
    pub name: String,
    /// Its cases, in their order.
    pub cases: Vec<Case>,
}

/// One worked example.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it is called; once in a file.
    pub name: String,
    /// What the example is there to show.
    pub why: Option<String>,
    /// The period that is settled; of a case with months, the first of them.
    pub period: Period,
    /// The day at whose end things are known, days since 1970-01-01; `None` is the last day of what is settled.
    pub as_of: Option<i32>,
    /// Which rules are under test.
    pub rules: RulesUnderTest,
    /// Keys of `[book]` that differ from the project's.
    pub book: Vec<(String, toml_edit::Item)>,
    /// Keys of `[sources.…]` by table, except `path`.
    pub sources: Vec<(String, toml_edit::Item)>,
    /// Rate tables of the case's own rules: path and content.
    pub files: Vec<(String, String)>,
    /// The input tables, as texts.
    pub inputs: BTreeMap<TableName, Table>,
    /// What payees carried and owed before the first of the months, as a table.
    pub opening: Option<Table>,
    /// Keys of `[ledger]` that differ from those of a ledger that begins with the first of the months.
    pub ledger: Vec<(String, toml_edit::Item)>,
    /// The months that are closed one after the other; none where a period is settled.
    pub months: Vec<CaseMonth>,
    /// Tables that are compared; one that is not there is not looked at.
    pub expected: Vec<ExpectedTable>,
    /// Code of the error that the case is there to provoke.
    pub error: Option<SourceValue<String>>,
    /// Its header in its file.
    pub span: Span,
    book_span: Span,
    sources_span: Span,
    ledger_span: Span,
}

/// The rules that a case puts to the test.
#[derive(Debug, Clone)]
pub enum RulesUnderTest {
    /// All rules of the project.
    All,
    /// Some rules of the project, by id.
    Named(Vec<SourceValue<String>>),
    /// The case's own rules, written as in a rule file.
    Own(ExprText),
}

/// A table that a case expects.
#[derive(Debug, Clone)]
pub struct ExpectedTable {
    /// What is compared.
    pub table_kind: CaseTable,
    /// The place of its month among [`Case::months`]; none in a case without them.
    pub month: Option<usize>,
    /// `None` where it is still to be written.
    pub table: Option<Table>,
    /// The whole string in its file.
    pub span: Span,
}

/// What may be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseTable {
    /// The lines.
    Lines,
    /// What was not credited.
    Uncredited,
    /// The rejected rows.
    Rejects,
    /// The control totals, a row for each rule.
    Totals,
    /// attainment.csv.
    Attainment,
    /// claims.csv.
    Claims,
    /// conflicts.csv. A case writes `conflicts_found`, because `conflicts` are those that somebody raised.
    Conflicts,
    /// price_audit.csv.
    PriceAudit,
    /// balances.csv of a close.
    Balances,
    /// entries.parquet of a close.
    Entries,
    /// held.csv of a close.
    Held,
    /// payouts.csv of a close.
    Payouts,
    /// findings.csv of a close.
    Findings,
    /// reversals.csv of a close.
    Reversals,
    /// assets.csv of a close.
    Assets,
}

impl CaseTable {
    /// Those of a period, in the order in which they are compared.
    pub const OF_PERIOD: [Self; 8] = [
        Self::Lines,
        Self::Uncredited,
        Self::Rejects,
        Self::Totals,
        Self::Attainment,
        Self::Claims,
        Self::Conflicts,
        Self::PriceAudit,
    ];
    /// Those of a month that is closed, in the order in which they are compared.
    pub const OF_MONTH: [Self; 7] = [
        Self::Balances,
        Self::Entries,
        Self::Held,
        Self::Payouts,
        Self::Findings,
        Self::Reversals,
        Self::Assets,
    ];

    /// The key of a case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Uncredited => "uncredited",
            Self::Rejects => "rejects",
            Self::Totals => "totals",
            Self::Attainment => "attainment",
            Self::Claims => "claims",
            Self::Conflicts => "conflicts_found",
            Self::PriceAudit => "price_audit",
            Self::Balances => "balances",
            Self::Entries => "entries",
            Self::Held => "held",
            Self::Payouts => "payouts",
            Self::Findings => "findings",
            Self::Reversals => "reversals",
            Self::Assets => "assets",
        }
    }

    /// The columns of a table that is written for the first time.
    fn usual_columns(self) -> &'static [&'static str] {
        match self {
            Self::Lines => &["payee_id", "rule_id", "deal_id", "role", "basis", "rate", "credited", "amount"],
            Self::Uncredited => &["deal_id", "rule_id", "reason"],
            Self::Rejects => &["source", "key", "column", "code"],
            Self::Totals => &["rule_id", "credited", "pool", "retained", "withheld", "amount"],
            Self::Attainment => &["payee_id", "rule_id", "period", "quota", "credit", "attainment", "rate"],
            Self::Claims => {
                &["deal_id", "registration_id", "payee_id", "state", "rank", "holder", "until", "reason"]
            }
            Self::Conflicts => &["conflict_id", "day", "level", "due", "state", "outcome", "held", "why"],
            Self::PriceAudit => {
                &["deal_id", "list", "given", "allowed", "over", "approval_id", "breach", "below_floor"]
            }
            Self::Balances => &BALANCES,
            Self::Entries => &["payee_id", "rule_id", "deal_id", "of_period", "cause", "earned", "released"],
            Self::Held => &["payee_id", "rule_id", "deal_id", "held", "share", "by"],
            Self::Payouts => &["payee_id", "amount", "currency"],
            Self::Findings => &["code", "deal_id", "rule_id", "payee_id", "amount"],
            Self::Reversals => &["deal_id", "of_deal_id", "rule_id", "method", "size"],
            Self::Assets => {
                &["deal_id", "rule_id", "opening", "additions", "amortised", "written_off", "closing"]
            }
        }
    }
}

/// The figures of balances.csv, in the order in which a reader adds them up. Those that are zero for everybody are not written.
const BALANCES: [&str; 18] = [
    "payee_id",
    "carried_in",
    "owed_in",
    "held_in",
    "lines",
    "true_ups",
    "clawbacks",
    "adjustments",
    "held_change",
    "guarantee",
    "taken",
    "advance",
    "recovery",
    "forgiven",
    "paid",
    "carried_out",
    "owed_out",
    "held_out",
];

/// A difference between a case and its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// A table came out differently.
    Table(Difference),
    /// The case could not be settled: what was found, as a terminal can show it, and the code that was expected
    /// instead.
    Error {
        /// A part of the message that was expected, if an error was.
        expected: Option<String>,
        /// The messages that came.
        found: String,
    },
    /// It was settled, and an error was expected.
    NoError {
        /// A part of the message that was expected.
        expected: String,
    },
    /// The case expects nothing, so there is nothing to compare.
    NothingExpected,
    /// A month of a case came out differently: the month, and what differs.
    InMonth(Period, Box<Self>),
}

impl Mismatch {
    /// For people; ends in a newline.
    pub fn text(&self) -> String {
        match self {
            Self::Table(difference) => difference.text(),
            Self::Error { expected: Some(code), found } => {
                format!("expected the error `{code}`, and this came out:\n{found}")
            }
            Self::Error { expected: None, found } => format!("it could not be settled:\n{found}"),
            Self::NoError { expected } => format!("expected the error `{expected}`, and it was settled\n"),
            Self::NothingExpected => {
                "it expects nothing: write `lines = \"\"` (`balances = \"\"` under [[case.month]]), let `--update` fill it in, and check every number\n".to_owned()
            }
            Self::InMonth(month, mismatch) => format!("{month}: {}", mismatch.text()),
        }
    }
}

/// How a case came out.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Empty if the result is as the case expects.
    pub mismatches: Vec<Mismatch>,
    /// What came out instead of each expected table that differs, by its place among [`Case::expected`].
    pub instead: Vec<(usize, Table)>,
    /// Rows of the case's own tables that were rejected although it expects no rejects: often the reason.
    pub rejected: Vec<String>,
    /// What the case reaches of the project's rules.
    pub reached: Vec<coverage::CaseReach>,
}

impl Outcome {
    /// Compares an expected table of a case with what came out: `actual` gives the table with these columns, or with the usual ones
    /// where the expected table is still to be written.
    pub fn compare(&mut self, case: &Case, index: usize, actual: impl FnOnce(Option<&[String]>) -> Table) {
        let Some(expected) = case.expected.get(index) else { return };
        let table = actual(expected.table.as_ref().map(|table| table.header.as_slice()));
        let name = expected.table_kind.word();
        let unwritten = || Difference { table: name, header: table.header.clone(), rows: Vec::new() };
        let nothing = Table::default();
        let difference = compare::tables(name, expected.table.as_ref().unwrap_or(&nothing), &table);
        if let Some(difference) = difference.or_else(|| expected.table.is_none().then(unwritten)) {
            let mismatch = Mismatch::Table(difference);
            let month = expected.month.and_then(|month| case.months.get(month));
            self.mismatches.push(match month {
                Some(month) => Mismatch::InMonth(month.period, Box::new(mismatch)),
                None => mismatch,
            });
            self.instead.push((index, table));
        }
    }
}

impl Case {
    /// Settles the period of the case and compares the result with what it expects. `files` has the texts of the case and its
    /// project. A case with months is closed by the ledger instead (`apportion_ledger::cases::run`).
    pub fn run(&self, setting: &Setting, files: &Files) -> Outcome {
        let mut files = files.clone();
        match settle::settle(self, setting, &mut files) {
            Ok(settled) => self.compared(&settled),
            Err(errors) => {
                let expected = self.error.as_ref().map(|error| error.value.clone());
                let provoked = expected
                    .as_ref()
                    .is_some_and(|code| errors.iter().any(|error| error.code.word() == code));
                let found = errors.iter().map(|error| render(error, &files)).collect();
                let mismatch = Mismatch::Error { expected, found };
                Outcome {
                    mismatches: if provoked { Vec::new() } else { vec![mismatch] },
                    ..Outcome::default()
                }
            }
        }
    }

    /// The named columns of a table of the case's result.
    ///
    /// # Errors
    /// Why the case can't be settled.
    pub fn came_out(
        &self,
        setting: &Setting,
        files: &mut Files,
        table_kind: CaseTable,
        columns: &[&str],
    ) -> Result<Table, Vec<Diagnostic>> {
        let settled = settle::settle(self, setting, files)?;
        let columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
        Ok(ActualTables::new(&settled).table(table_kind, &columns))
    }

    fn compared(&self, settled: &CaseSettlement) -> Outcome {
        let mut outcome = Outcome::default();
        if let Some(error) = &self.error {
            outcome.mismatches.push(Mismatch::NoError { expected: error.value.clone() });
            return outcome;
        }
        if self.expected.is_empty() {
            outcome.mismatches.push(Mismatch::NothingExpected);
        }
        let actual = ActualTables::new(settled);
        for index in 0..self.expected.len() {
            let kind = self.expected[index].table_kind;
            outcome.compare(self, index, |columns| match columns {
                Some(columns) => actual.table(kind, columns),
                None => actual.first_table(kind),
            });
        }
        if self.expected.iter().all(|expected| expected.table_kind != CaseTable::Rejects) {
            outcome.rejected = actual.rejected();
        }
        let compares_lines = self.expected.iter().any(|expected| expected.table_kind == CaseTable::Lines);
        if compares_lines && !matches!(self.rules, RulesUnderTest::Own(_)) {
            outcome.reached = coverage::reached(settled);
        }
        outcome
    }
}
