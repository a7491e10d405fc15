//! The arguments of `apportion access`.

use clap::{Args, ValueEnum};

use super::super::options::parse_day;

pub const EXAMPLES: &str = "\
Everybody sees what is their own. The [[access]] rules of the rule files say what somebody sees of
other people besides; what several of them let somebody see adds up.

Examples:
  apportion access P-10                            whom P-10 sees, and by which rule
  apportion access P-10 --as-of 2026-06-30         the same on that day
  apportion access P-10 --format json | jq -r '.grants[].payee_ids[]'

Exit codes:
  0  fine
  2  it could not be found out: usage, rules, data files, or nobody has this id";

#[derive(Debug, Args)]
pub struct AccessArgs {
    /// Who looks
    #[arg(value_name = "PAYEE")]
    pub payee: String,

    /// The day on which people and rules are asked [default: the last day on which a deal closed]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub as_of: Option<i32>,

    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: AccessFormat,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AccessFormat {
    /// For people
    Text,
    /// All of it, for a script
    Json,
}
