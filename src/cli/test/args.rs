//! The arguments of `apportion test`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

pub const EXAMPLES: &str = "\
A case is a worked example in a file beside the rules: small tables of deals, engagements and payees,
the rules under test, and the lines that must come out, worked out by hand.

  [[case]]
  name = \"two meetings earn the stipend, one does not\"
  why = \"Charter 4.2: at least two meetings\"
  period = \"2026-01\"
  rules = [\"cosell-stipend\"]        # ids of the project's rules; without this key all of them
  deals = '''
  deal_id | outcome | close_date | amount
  D1      | won     | 2026-01-15 | 5000
  '''
  payees = '''…'''
  engagements = '''…'''
  lines = '''
  payee_id | deal_id | amount
  P-01     | D1      | 250.00
  '''

Beside lines there may be uncredited, rejects, totals (tables), or error (a code); beside the rules, book and
sources for what differs from the project. rules may also be a string that holds rules of its own.
Coverage is what of the project's rules a line of some case reaches; a cap is reached where it lowers a line.

Examples:
  apportion test                                  all cases of the project, and what they do not reach
  apportion test --case stipend --case handover   cases whose name contains one of these
  apportion test cases/renewals.toml --update     take what comes out; then check every number
  apportion test --require-coverage --junit test.xml
                                                  in a review pipeline

Exit codes:
  0  every case came out as it says (or, with --update, does now)
  1  a case did not, or --require-coverage and something is not reached
  2  the project, its rules or a case file can't be read";

#[derive(Debug, Args)]
pub struct TestArgs {
    /// Case files, or folders with *.toml [default: cases/*.toml beside apportion.toml]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Only cases whose name contains TEXT, in capitals or not; may be given several times
    #[arg(long = "case", value_name = "TEXT")]
    pub names: Vec<String>,

    /// Write what came out in place of the expected tables that differ; all else in the files stays
    #[arg(long)]
    pub update: bool,

    /// List everything that cases can reach, with the cases that do
    #[arg(long)]
    pub coverage: bool,

    /// End with 1 where the cases do not reach everything
    #[arg(long, conflicts_with = "names")]
    pub require_coverage: bool,

    /// Write a JUnit report, without times
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,

    /// How the report on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: TestFormat,
}

/// How the report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people
    Table,
    /// All of it, for a script
    Json,
}
