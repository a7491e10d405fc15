//! The arguments of `apportion diff`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use crate::OtherInputs;
use apportion_book::Period;

pub const EXAMPLES: &str = "\
Before is the project; after is what the options put in its place. Every line of both is compared,
by rule, deal, payee, role and from_payee. Where the rules have holds, draws or payment terms, the
close of the month that is closed next is compared as well, payee by payee, with the ledger as it
stands. Nothing is written into the project.

Examples:
  apportion diff --rules draft --period 2026-Q3        the rules in ./draft instead of the project's
  apportion diff --rules 'draft/*.toml' --period 2026-Q3 --format html --out diff.html
                                                       one page to send around, with charts
  apportion diff --data ../crm-of-monday --period 2026-07
                                                       the same rules over another project's data
  apportion diff --against ../last-year --period 2026  another project, rules and data
  apportion diff --rules draft --period 2026-07 --format csv --out moves.csv
                                                       total, rules, reasons, payees, deals and lines

In CSV, `level` says what a row is about, and the rows of each level add up to the total: take one level.

Exit codes:
  0  compared
  1  some line differs, or what a payee would have in the close, and --exit-code was given
  2  could not be compared: usage, rules, data files";

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("other").required(true).multiple(true).args(["rules", "data", "against"]))]
pub struct DiffArgs {
    /// A month (2026-07), a fiscal quarter (2026-Q3) or a fiscal year (2026)
    #[arg(long, value_name = "PERIOD", env = "APPORTION_PERIOD", hide_env_values = true)]
    #[arg(value_parser = super::super::options::parse_period)]
    pub period: Period,

    #[command(flatten)]
    pub known: super::super::options::AsOf,

    /// Other rules: a folder, a file or a glob of rule files
    #[arg(long, value_name = "OTHER")]
    pub rules: Option<PathBuf>,

    /// Other data: the sources (and the [book]) of another project's folder
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Another project's folder, rules and data
    #[arg(long, value_name = "DIR", conflicts_with_all = ["rules", "data"])]
    pub against: Option<PathBuf>,

    /// How the difference is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    #[arg(env = "APPORTION_FORMAT", hide_env_values = true)]
    pub format: DiffFormat,

    /// File to write to, whole or not at all [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Movers shown of each kind, in the table and in the page's charts
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub top: usize,

    /// Write texts in CSV as they are, also those that a spreadsheet would run as a formula (=, +, -, @)
    #[arg(long)]
    pub raw: bool,

    /// End with 1 where any line differs, or what a payee would have in the close
    #[arg(long)]
    pub exit_code: bool,
}

impl DiffArgs {
    /// What the other side has.
    pub fn other(&self) -> OtherInputs {
        OtherInputs { rules: self.rules.clone(), data: self.data.clone(), project: self.against.clone() }
    }
}

/// How a difference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people, the biggest movers
    Table,
    /// All of it: a row for the total, each rule, reason, payee, deal and line that differs
    Csv,
    /// All of it, for a script
    Json,
    /// One offline page with charts: all payees, the biggest deals
    Html,
    /// The same without charts, as text that reads well as it is
    #[value(alias = "md")]
    Markdown,
}
