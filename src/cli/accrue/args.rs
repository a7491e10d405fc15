//! The arguments of `accrue`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::options::{ReportFormat, parse_period};
use apportion_book::Period;

pub const EXAMPLES: &str = "\
What it writes, into <project>/out/accrue-<period> unless --out says otherwise:
  assets.csv        by deal and rule: what was capitalised, amortised and written off
  liabilities.csv   by payee and rule: what is earned and not posted, held or carried

Examples:
  apportion accrue --period 2026-07           the month: what its close made of contracts, and what is owed
  apportion accrue --period 2026-Q3           a fiscal quarter: its closes added up
  apportion accrue --period 2026 --out /tmp/year

Assets are those of closes that are posted. Of months that are open, liabilities say what a close of them
would post now.

Exit codes: 0 written; 1 written, but something would stop a close of the open months; 2 could not do it.";

#[derive(Debug, Args)]
pub struct AccrueArgs {
    /// A month (2026-07), a fiscal quarter (2026-Q3) or a fiscal year (2026)
    #[arg(long, value_name = "PERIOD", env = "APPORTION_PERIOD", hide_env_values = true)]
    #[arg(value_parser = parse_period)]
    pub period: Period,

    /// Folder of the files [default: <project>/out/accrue-<period>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// How the report on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ReportFormat,
}
