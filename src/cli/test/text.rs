//! The report for people: a row for each file, the failed cases, and what no case reaches. Readable without colour.

use super::{CaseRun, Report, TestArgs, Verdict};
use crate::cli::number::{count, counted};
use crate::cli::table::{Table, shortened};
use apportion_book::display_day;
use apportion_engine::cases::coverage::Place;

/// How much of a case's name is shown beside what it reaches.
const NAME_WIDTH: usize = 60;

pub fn report(report: &Report, args: &TestArgs) -> String {
    let mut text = files(report).text();
    for ran in report.cases.iter().filter(|ran| ran.result != Verdict::Passed) {
        text.push_str(&format!("\n{}", differing(ran)));
    }
    if args.coverage || args.require_coverage || report.whole {
        text.push_str(&coverage(report, args.coverage));
    }
    text
}

fn files(report: &Report) -> Table {
    let updated = report.count(Verdict::Updated) > 0;
    let header = ["case file", "cases", "passed", "failed", "updated"];
    let columns = if updated { 5 } else { 4 };
    let mut table = Table::new(&header[..columns]);
    let row = |name: &str, of_row: &dyn Fn(&CaseRun) -> bool| {
        let number =
            |result| report.cases.iter().filter(|ran| of_row(ran) && ran.result == result).count() as u64;
        let (passed, failed, updated) =
            (number(Verdict::Passed), number(Verdict::Failed), number(Verdict::Updated));
        let numbers = [passed + failed + updated, passed, failed, updated].map(count);
        std::iter::once(name.to_owned()).chain(numbers).take(columns).collect::<Vec<_>>()
    };
    let mut names: Vec<&str> = report.cases.iter().map(|ran| ran.file.as_str()).collect();
    names.dedup();
    for name in names {
        table.row(row(name, &|ran| ran.file == name));
    }
    table.total(row("total", &|_| true));
    table
}

/// A case that did not come out as it says.
fn differing(ran: &CaseRun) -> String {
    let word = if ran.result == Verdict::Updated { "UPDATED" } else { "FAILED" };
    let mut text = format!("{word} {}:{}: {}\n", ran.file, ran.line, ran.case.name);
    if let Some(why) = &ran.case.why {
        text.push_str(&indented(&format!("why: {why}")));
    }
    text.push_str(&indented(&what_differs(ran)));
    text
}

/// The differences of a case, and rows of its own tables that may be the reason.
pub fn what_differs(ran: &CaseRun) -> String {
    let mut text: String = ran.outcome.mismatches.iter().map(|mismatch| mismatch.text()).collect();
    for reject in &ran.outcome.rejected {
        text.push_str(&format!("note: a row of the case was rejected: {reject}\n"));
    }
    text
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect()
}

fn coverage(report: &Report, all: bool) -> String {
    let points = report.coverage.points();
    let reached = points.iter().filter(|point| !point.cases.is_empty()).count();
    let rules = counted(report.coverage.rules() as u64, "rule");
    let reached_points =
        format!("{} of {} of {rules}", count(reached as u64), counted(points.len() as u64, "point"));
    let mut text = if points.is_empty() {
        "\nCoverage: there are no rules of a project here\n".to_owned()
    } else if reached == points.len() {
        format!("\nCoverage: {reached_points}: everything is reached by a case\n")
    } else if all {
        format!("\nCoverage: {reached_points} are reached by a case\n")
    } else {
        format!("\nCoverage: {reached_points}; not reached by any case:\n")
    };
    let listed = points.iter().filter(|point| all || point.cases.is_empty());
    let listed: Vec<&Place<'_>> = listed.collect();
    let width = listed.iter().map(|point| point.what.chars().count()).max().unwrap_or(0);
    let mut version = None;
    for point in listed {
        if version.replace((point.rule, point.from)) != Some((point.rule, point.from)) {
            text.push_str(&format!("  {} ({}), from {}\n", point.rule, point.kind, display_day(point.from)));
        }
        let line = match (all, point.cases) {
            (false, _) => format!("    {}", point.what),
            (true, []) => format!("    NOT  {}", point.what),
            (true, [case]) => format!("    yes  {:<width$}  {}", point.what, shortened(case, NAME_WIDTH)),
            (true, [case, unlisted @ ..]) => {
                let unlisted = format!(" (and {} more)", count(unlisted.len() as u64));
                format!("    yes  {:<width$}  {}{unlisted}", point.what, shortened(case, NAME_WIDTH))
            }
        };
        text.push_str(&format!("{line}\n"));
    }
    text
}
