//! The arguments of `ledger`.

use clap::{Args, ValueEnum};

use crate::cli::options::parse_period;
use apportion_book::Period;

pub const EXAMPLES: &str = "\
Examples:
  apportion ledger                            the closes so far
  apportion ledger --payee P-10               what a payee had and got, close by close
  apportion ledger --deal D-1                 every entry of a deal: what was posted when, and why
  apportion ledger --as-of 2026-05            all balances as they stood after a close
  apportion ledger --paid 2026 --format csv   what a calendar year paid, by payee and currency

Exit codes: 0 shown; 2 no ledger, or one that can't be read.";

#[derive(Debug, Args)]
pub struct LedgerArgs {
    /// A payee's balances, from the first close on
    #[arg(long, value_name = "PAYEE", group = "question")]
    pub payee: Option<String>,

    /// Every entry of a deal
    #[arg(long, value_name = "DEAL", group = "question")]
    pub deal: Option<String>,

    /// All balances as they stood after the close of a month
    #[arg(long, value_name = "MONTH", group = "question", value_parser = parse_period)]
    pub as_of: Option<Period>,

    /// What the closes of the months of a calendar year paid
    #[arg(long, value_name = "YEAR", group = "question", value_parser = parse_year)]
    pub paid: Option<i32>,

    /// How the answer on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: AnswerFormat,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    /// For people: the columns that say something, and sums
    Table,
    /// All columns
    Csv,
    /// All columns, for a script
    Json,
}

fn parse_year(text: &str) -> Result<i32, String> {
    match Period::parse(text) {
        Some(Period::Year { year }) => Ok(year),
        _ => Err("write a year as 2026".to_owned()),
    }
}
