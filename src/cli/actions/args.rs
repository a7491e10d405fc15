//! The arguments of `apportion actions`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::super::options::parse_day;

pub const EXAMPLES: &str = "\
It settles the fiscal year of the day over what is known at its end, and looks for what waits, what
is about to end, and what pay is lost unless somebody acts. The stake of an action on an open
opportunity is exact: what the payee's lines would be if it were won on that day at its amount, with
the action done, less what they would be without. Nothing is written but --out.

Examples:
  apportion actions --as-of 2026-07-06                         what to do, by due day
  apportion actions --as-of 2026-07-06 --for P-10              what one payee can do
  apportion actions --as-of 2026-07-06 --out monday.html       a page that opens offline
  apportion actions --as-of 2026-07-06 --format csv --out actions.csv
  apportion actions --as-of 2026-07-06 --format json | jq '.actions[] | select(.action == \"decide\")'

Exit codes:
  0  fine; without --exit-code also where something is to be done
  1  with --exit-code: something is to be done
  2  it could not be found out: usage, rules, data files or disk";

#[derive(Debug, Args)]
pub struct ActionsArgs {
    /// The day (2026-07-06) at whose end things are known: what came later is not there yet
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub as_of: i32,

    /// What one payee can do alone
    #[arg(long = "for", value_name = "PAYEE")]
    pub payee: Option<String>,

    /// How the list is written [default: by the ending of --out, else text]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ActionsFormat>,

    /// File to write to, whole or not at all [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// End with exit code 1 if something is to be done
    #[arg(long)]
    pub exit_code: bool,
}

/// How actions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ActionsFormat {
    /// For people, in the order in which they are due
    Text,
    /// A row for each action
    Csv,
    /// All of it, for a script
    Json,
    /// One page that opens offline
    Html,
}
