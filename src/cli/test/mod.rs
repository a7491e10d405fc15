//! `apportion test`: the rule cases of a project.

mod args;
mod json;
mod junit;
mod text;

use std::path::PathBuf;

pub use args::{EXAMPLES, TestArgs};

use self::args::TestFormat;
use super::options::Global;
use super::output::ProtectedPaths;
use super::report::Reporter;
use super::{Ending, Failure, number, print_data, project};
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::world::Disk;
use apportion_engine::cases::coverage::Coverage;
use apportion_engine::cases::{Bench, Case, CaseFile, Outcome, update};

/// The contents of the report.
struct Report {
    cases: Vec<CaseRun>,
    coverage: Coverage,
    /// Whether all cases ran that the project has, so that what is not reached is worth a list.
    whole: bool,
}

/// A case that ran.
struct CaseRun {
    file: String,
    /// The line of its header, from 1.
    line: usize,
    case: Case,
    outcome: Outcome,
    result: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passed,
    Failed,
    /// It differed, and its tables were rewritten.
    Updated,
}

impl Report {
    fn count(&self, result: Verdict) -> u64 {
        self.cases.iter().filter(|ran| ran.result == result).count() as u64
    }
}

/// Runs the cases, writes what is to be written, prints the report.
pub fn test(args: &TestArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let mut files = Files::default();
    let project = project_of(args, global)?;
    let bench = Bench::read(&Disk::shared(), project.as_deref(), &args.paths, &mut files);
    let bench = bench.map_err(|found| Failure::new(found, files.clone()))?;
    let mut report = run(&bench, args, &files);
    if report.cases.is_empty() {
        let names = args.names.join("\" or \"");
        let error = Diagnostic::error(Code::NoCases, format!("no case has \"{names}\" in its name"));
        return Err(error.help("`apportion test --format json` lists all names").into());
    }
    if args.update {
        take_over(&bench, &mut report, reporter)?;
    }
    if let Some(path) = &args.junit {
        junit::write(path, &report, &ProtectedPaths::projects(project.as_deref()))?;
    }
    let shown = match args.format {
        TestFormat::Table => text::report(&report, args),
        TestFormat::Json => json::report(&report)?,
    };
    print_data(shown.as_bytes())?;
    Ok(ending(&report, args, reporter))
}

/// The project, or none where case files are named and there is none around.
fn project_of(args: &TestArgs, global: &Global) -> Result<Option<PathBuf>, Diagnostic> {
    match project::find(global) {
        Err(_) if global.project.is_none() && !args.paths.is_empty() => Ok(None),
        found => found.map(Some),
    }
}

fn run(bench: &Bench, args: &TestArgs, files: &Files) -> Report {
    let names: Vec<String> = args.names.iter().map(|name| name.to_lowercase()).collect();
    let wanted = |case: &Case| {
        names.is_empty() || names.iter().any(|name| case.name.to_lowercase().contains(name.as_str()))
    };
    let mut coverage = bench.setting.outline().map(Coverage::of).unwrap_or_default();
    let mut cases = Vec::new();
    for file in &bench.case_files {
        for case in file.cases.iter().filter(|case| wanted(case)) {
            let outcome = apportion_ledger::cases::run(case, &bench.setting, files);
            coverage.add(&case.name, &outcome.reached);
            let result = if outcome.mismatches.is_empty() { Verdict::Passed } else { Verdict::Failed };
            let line = line_of(case, files);
            cases.push(CaseRun { file: file.name.clone(), line, case: case.clone(), outcome, result });
        }
    }
    let whole = args.names.is_empty() && args.paths.is_empty();
    Report { cases, coverage, whole }
}

/// The line of a case's header, from 1.
fn line_of(case: &Case, files: &Files) -> usize {
    let text = files.get(case.span.file).map_or("", |file| &file.text);
    text.get(..case.span.range.start).unwrap_or("").matches('\n').count() + 1
}

/// Rewrites the tables that differ. A case is brought up to date where tables were all that differed.
fn take_over(bench: &Bench, report: &mut Report, reporter: &Reporter) -> Result<(), Failure> {
    for file in &bench.case_files {
        let of_file = |case: &Case| {
            let ran = report.cases.iter().find(|ran| ran.file == file.name && ran.case.name == case.name);
            ran.map(|ran| &ran.outcome)
        };
        let outcomes: Vec<Option<&Outcome>> = file.cases.iter().map(of_file).collect();
        let updated = update(file, &outcomes).map_err(|error| not_written(file, &error))?;
        if updated.tables > 0 {
            let tables = number::counted(updated.tables as u64, "table");
            reporter.note(&format!("{}: wrote {tables}; check every number", file.name));
        }
    }
    for ran in &mut report.cases {
        let rewritten = ran.outcome.instead.len();
        if rewritten > 0 && rewritten == ran.outcome.mismatches.len() {
            ran.result = Verdict::Updated;
        }
    }
    Ok(())
}

fn not_written(file: &CaseFile, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("{} could not be updated: {error}", file.name))
}

/// Failed cases are findings, and so are points that no case reaches where coverage is required.
fn ending(report: &Report, args: &TestArgs, reporter: &Reporter) -> Ending {
    let failed = report.count(Verdict::Failed);
    if failed > 0 {
        reporter.note(&format!("{} did not come out as expected", number::counted(failed, "case")));
    }
    let unreached = report.coverage.points().iter().filter(|point| point.cases.is_empty()).count() as u64;
    let lacking = args.require_coverage && unreached > 0;
    if lacking {
        reporter.note(&format!("{} not reached by any case", number::counted(unreached, "point")));
    }
    if failed > 0 || lacking { Ending::Findings } else { Ending::Fine }
}
