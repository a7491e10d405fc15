//! The command line: arguments, progress and output. Only this module prints: data on stdout, everything else on stderr.
//!
//! Exit codes: 0 success; 1 finished, with findings that need attention; 2 failed.

mod access;
mod accrue;
mod actions;
mod args;
mod charter;
mod check;
mod close;
mod diff;
mod explain;
mod export;
mod findings;
mod forecast;
mod init;
mod internal;
mod journal;
mod ledger;
mod lines;
mod manual;
mod memory;
mod names;
mod number;
mod options;
mod output;
mod progress;
mod project;
mod report;
pub mod reports;
mod run;
mod schema;
mod show;
mod sources;
mod statements;
mod summary;
mod system;
mod table;
mod test;
mod usage;
mod verify;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::Store;
use apportion_base::terminal::escaped_lines;
use apportion_base::world::Disk;
use args::{Cli, Command};
use report::Reporter;

/// How a command ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Exit code 0.
    Fine,
    /// Exit code 1: finished, with findings that need attention.
    Findings,
}

/// Why a command failed: exit code 2.
type Failure = crate::Error;

pub(crate) use explain::{close_explanation_text, conflict_text, explanation_text};

/// The program: reads the arguments, runs the command, and returns the exit code.
pub fn main() -> ExitCode {
    start(command)
}

/// A program that has these arguments: reads them, runs what they ask for, and returns the exit code.
fn start(run: impl FnOnce(&Cli, &Reporter) -> Result<Ending, Failure>) -> ExitCode {
    internal::note_panics();
    apportion_data::read::hush_guarded_panics();
    system::notice_full_files();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Help and version go to stdout, usage errors to stderr. A closed pipe is not an error.
        Err(message) if !message.use_stderr() => {
            let _ = message.print();
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            usage::report(&message);
            return ExitCode::from(2);
        }
    };
    memory::notice_refusals();
    let reporter = Reporter::new(&cli.global);
    if let Err(refusal) = crate::CRATES.check() {
        reporter.failure(&refusal.into());
        return ExitCode::from(2);
    }
    let ended = system::start_threads(&cli)
        .map_err(Failure::from)
        .and_then(|()| internal::caught(|| run(&cli, &reporter)));
    match ended {
        Ok(Ending::Fine) => ExitCode::SUCCESS,
        Ok(Ending::Findings) => ExitCode::from(1),
        Err(failure) => {
            reporter.failure(&failure);
            ExitCode::from(2)
        }
    }
}

fn command(cli: &Cli, reporter: &Reporter) -> Result<Ending, Failure> {
    match &cli.command {
        Command::Close(args) => close::close(args, &cli.global, reporter),
        Command::Approve(args) => close::approve(args, &cli.global, reporter),
        Command::Post(args) => close::post(args, &cli.global, reporter),
        Command::Ledger(args) => ledger::ledger(args, &cli.global, reporter),
        Command::Accrue(args) => accrue::accrue(args, &cli.global, reporter),
        Command::Journal(args) => journal::journal(args, &cli.global, reporter),
        Command::Export(args) => export::export(args, &cli.global, reporter),
        Command::Sent(args) => export::sent(args, &cli.global),
        Command::Statements(args) => statements::statements(args, &cli.global, reporter),
        Command::Run(args) => run::run(args, &cli.global, reporter),
        Command::Init(args) => init::init(args, reporter),
        Command::Sources(args) => sources::sources(args, &cli.global, reporter),
        Command::Schema(args) => schema::schema(args, reporter),
        Command::Test(args) => test::test(args, &cli.global, reporter),
        Command::Check(args) => check::check(args, &cli.global, reporter),
        Command::Explain(args) => explain::explain(args, &cli.global, reporter),
        Command::Diff(args) => diff::run(args, &cli.global, reporter),
        Command::Forecast(args) => forecast::forecast(args, &cli.global, reporter),
        Command::Charter(args) => charter::charter(args, &cli.global, reporter),
        Command::Access(args) => access::access(args, &cli.global),
        Command::Actions(args) => actions::actions(args, &cli.global, reporter),
        Command::Report(args) => reports::report(args),
        Command::Lines(args) => lines::lines(args, reporter),
        Command::Verify(args) => verify::verify(args, &cli.global, reporter),
        Command::Completions { shell } => manual::completions(*shell),
        Command::Man { command } => manual::man(command.as_deref()),
    }
}

/// Where commands read and write.
fn disk() -> Arc<dyn Store> {
    Arc::new(Disk)
}

/// Writes data to stdout.
fn print_data(text: &[u8]) -> Result<(), Failure> {
    Ok(write_stdout(text).map_err(|error| unwritten(&error))?)
}

/// Writes data to stdout as it is made.
fn print_with(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    Ok(to_stdout(write).map_err(|error| unwritten(&error))?)
}

fn unwritten(error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("could not write to stdout: {error}"))
}

/// Writes to stdout. A reader that has seen enough (`| head`) is not an error. A terminal gets nothing of the data that it would obey.
fn write_stdout(text: &[u8]) -> io::Result<()> {
    let shown = if io::stdout().is_terminal() { str::from_utf8(text).ok().map(escaped_lines) } else { None };
    let text = shown.as_ref().map_or(text, |shown| shown.as_bytes());
    to_stdout(|out| out.write_all(text))
}

fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut stdout = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut stdout).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
