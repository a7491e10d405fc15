//! The report for programs.

use serde::Serialize;

use super::{Report, Verdict};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::display_day;
use apportion_engine::cases::{Difference, Mismatch};

#[derive(Serialize)]
struct TestView<'a> {
    cases: Vec<Case<'a>>,
    passed: u64,
    failed: u64,
    updated: u64,
    coverage: Coverage<'a>,
}

#[derive(Serialize)]
struct Case<'a> {
    file: &'a str,
    line: usize,
    name: &'a str,
    why: Option<&'a str>,
    period: String,
    result: &'static str,
    mismatches: Vec<CaseMismatch<'a>>,
    /// Rows of the case's own tables that were rejected although it expects none.
    rejected: &'a [String],
}

#[derive(Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
enum CaseMismatch<'a> {
    Table { table: &'static str, header: &'a [String], rows: Vec<Row<'a>> },
    Error { expected: Option<&'a str>, found: &'a str },
    NoError { expected: &'a str },
    NothingExpected,
    InMonth { month: String, mismatch: Box<Self> },
}

#[derive(Serialize)]
struct Row<'a> {
    /// `both`, `expected` or `came-out`.
    side: &'static str,
    cells: &'a [String],
    /// By cell; empty for a row without a counterpart.
    changed: &'a [bool],
}

#[derive(Serialize)]
struct Coverage<'a> {
    points: usize,
    reached: usize,
    by_point: Vec<Point<'a>>,
}

#[derive(Serialize)]
struct Point<'a> {
    rule: &'a str,
    kind: &'static str,
    from: String,
    what: &'a str,
    cases: &'a [String],
}

pub fn report(report: &Report) -> Result<String, Diagnostic> {
    let points = report.coverage.points();
    let shown = TestView {
        cases: report.cases.iter().map(case).collect(),
        passed: report.count(Verdict::Passed),
        failed: report.count(Verdict::Failed),
        updated: report.count(Verdict::Updated),
        coverage: Coverage {
            points: points.len(),
            reached: points.iter().filter(|point| !point.cases.is_empty()).count(),
            by_point: points
                .iter()
                .map(|point| Point {
                    rule: point.rule,
                    kind: point.kind,
                    from: display_day(point.from),
                    what: point.what,
                    cases: point.cases,
                })
                .collect(),
        },
    };
    serde_json::to_string_pretty(&shown)
        .map(|text| text + "\n")
        .map_err(|error| Diagnostic::error(Code::CannotWrite, format!("could not make the report: {error}")))
}

fn case(ran: &super::CaseRun) -> Case<'_> {
    Case {
        file: &ran.file,
        line: ran.line,
        name: &ran.case.name,
        why: ran.case.why.as_deref(),
        period: ran.case.period.to_string(),
        result: match ran.result {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Updated => "updated",
        },
        mismatches: ran.outcome.mismatches.iter().map(what).collect(),
        rejected: &ran.outcome.rejected,
    }
}

fn what(mismatch: &Mismatch) -> CaseMismatch<'_> {
    match mismatch {
        Mismatch::Table(Difference { table, header, rows }) => CaseMismatch::Table {
            table,
            header,
            rows: rows
                .iter()
                .map(|row| Row { side: row.side.word(), cells: &row.cells, changed: &row.changed })
                .collect(),
        },
        Mismatch::Error { expected, found } => CaseMismatch::Error { expected: expected.as_deref(), found },
        Mismatch::NoError { expected } => CaseMismatch::NoError { expected },
        Mismatch::NothingExpected => CaseMismatch::NothingExpected,
        Mismatch::InMonth(month, mismatch) => {
            CaseMismatch::InMonth { month: month.to_string(), mismatch: Box::new(what(mismatch)) }
        }
    }
}
