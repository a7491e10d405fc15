//! `apportion report`: the command hands its arguments to a program of its own, and this is what that program is made of: it reads the
//! same arguments, settles what the report is about, and writes what the report made.

pub mod args;
mod write;

use std::process::{Command as Process, ExitCode};
use std::sync::Arc;

use self::args::{Report, ReportArgs, ReportSubject};
use super::args::{Cli, Command};
use super::progress::Bars;
use super::report::Reporter;
use super::table::Table;
use super::{Ending, Failure, disk, print_data, project, start};
use crate::session::program::INSIGHT;
use crate::session::{ReportSource, Session, Settlement};
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::world::Disk;
use apportion_results as results;

/// A table for people: its first columns are texts, and stand left.
pub fn text_table(header: &[&str], rows: Vec<Vec<String>>, texts: usize) -> String {
    let mut table = Table::new(header).with_texts(&(1..texts).collect::<Vec<_>>());
    rows.into_iter().for_each(|row| table.row(row));
    table.text()
}

/// What a program that makes reports can do.
pub trait ReportMaker {
    /// Makes a report of a settled period.
    ///
    /// # Errors
    /// A sum that can't be held, and arguments that say nothing.
    fn make(
        &self,
        session: &Session,
        settlement: &Settlement,
        report: &Report,
    ) -> Result<MadeReport, Failure>;
}

/// A report: its files, and what people see of it.
#[derive(Debug, Clone, Default)]
pub struct MadeReport {
    /// Names and contents; the first is the one that `--format csv` shows.
    pub files: Vec<(String, Vec<u8>)>,
    /// For people.
    pub text: String,
}

/// Hands the arguments of this process to the program that makes reports, which writes and prints.
pub(super) fn report(_: &ReportArgs) -> Result<Ending, Failure> {
    let program = INSIGHT.path();
    let started = Process::new(&program).args(std::env::args_os().skip(1)).status();
    let status = started.map_err(|error| INSIGHT.absent(&program, &error))?;
    match status.code() {
        Some(0) => Ok(Ending::Fine),
        Some(1) => Ok(Ending::Findings),
        // It has said why.
        Some(code) => std::process::exit(code),
        None => Err(Diagnostic::error(Code::CannotWrite, format!("`{}` was ended", INSIGHT.name)).into()),
    }
}

/// The program that makes reports: reads the arguments, settles, makes, writes, and returns the exit code.
pub fn program(maker: &dyn ReportMaker) -> ExitCode {
    start(|cli, reporter| made(cli, maker, reporter))
}

fn made(cli: &Cli, maker: &dyn ReportMaker, reporter: &Reporter) -> Result<Ending, Failure> {
    let Command::Report(ReportArgs { report }) = &cli.command else {
        let message = format!("`{}` makes reports and nothing else", INSIGHT.name);
        return Err(Diagnostic::error(Code::Usage, message)
            .help("`apportion report --help` lists them")
            .into());
    };
    let folder = project::find(&cli.global)?;
    let session = Session::open(&folder)?.with_progress(Arc::new(Bars::new(reporter)));
    let subject = report.subject();
    let session = session.known_at(subject.known.as_of);
    let (session, settlement) = session.report(&disk(), &source(subject)?, &columns(report))?;
    let made = maker.make(&session, &settlement, report)?;
    let default = || {
        let name = format!("{}-{}", report.word(), settlement.period());
        session.book().root.join("out").join(name)
    };
    let out = subject.out.clone().unwrap_or_else(default);
    results::check_inputs(&Disk, &out, session.inputs())?;
    let warnings = write::folder(&disk(), &out, &made)?;
    warnings.iter().for_each(|warning| reporter.diagnostic(warning, &Files::default()));
    show(report.format(), &made)?;
    reporter.note(&format!("Wrote {}", project::shown(&out)));
    Ok(if warnings.is_empty() { Ending::Fine } else { Ending::Findings })
}

fn source(subject: &ReportSubject) -> Result<ReportSource, Diagnostic> {
    match (subject.period, subject.close, &subject.result) {
        (Some(period), _, _) => Ok(ReportSource::Now(period)),
        (_, Some(period), _) => Ok(ReportSource::Close(period)),
        (_, _, Some(folder)) => Ok(ReportSource::Result(folder.clone())),
        // The arguments want one of them.
        (None, None, None) => {
            Err(Diagnostic::error(Code::Usage, "a report needs --period, --close or --result"))
        }
    }
}

/// What deals are told apart by that is no column of theirs alone.
const MADE: [&str; 2] = ["size", "country"];

/// The columns of deals that a report names.
fn columns(report: &Report) -> Vec<String> {
    match report {
        Report::Scorecard(args) => args.by.clone(),
        Report::Lift(args) => {
            args.strata.iter().filter(|column| !MADE.contains(&column.as_str())).cloned().collect()
        }
        Report::Health(_) | Report::Page(_) | Report::Review(_) => Vec::new(),
    }
}

fn show(format: args::ShownFormat, made: &MadeReport) -> Result<(), Failure> {
    match (format, made.files.first()) {
        (args::ShownFormat::Csv, Some((_, bytes))) => print_data(bytes),
        _ => print_data(made.text.as_bytes()),
    }
}
