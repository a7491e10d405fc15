//! The arguments of `apportion check`.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::super::options::{AsOf, Format, parse_period};
use apportion_base::diagnostic::{Code, Family};
use apportion_book::Period;

pub const CHECK_EXAMPLES: &str = "\
It checks everything that a run reads and computes, and then reports what is allowed but probably
not intended: conditions that are true for no deal or for every deal, values without a rate, rules
without a payment, two payments to one payee for one deal, roles that are never filled or counted,
falling rates, caps that cut everything or nothing, payees without work, missing quotas, and
sources that are not used.

  error      what a run could not do: the project file, a rule, a file, a number too large
  warning    money that is probably paid wrongly, or not at all; and rows that can't be used
  note       true, worth knowing, and often meant

Without --period it looks at all won deals of the data, in the whole fiscal years in which they closed.

Examples:
  apportion check                                  all of the data
  apportion check --period 2026-07                 as the close of July would find it
  apportion check --allow overlapping-rules        two rules that are both meant to pay
  apportion check --exit-code -q                   for a review pipeline: 1 where there is any warning
  apportion check --message-format json 2> findings.jsonl > /dev/null

Exit codes:
  0  nothing found, or only warnings and notes
  1  more rows were rejected than --max-rejects allows, or deals would be held because a row that
     names them was rejected, as in `apportion run`; with --exit-code also where there is a warning
  2  it could not be checked: usage, the project file, rules, data files";

/// The words of what `check` can find.
fn codes() -> impl Iterator<Item = &'static str> {
    Code::ALL.iter().filter(|code| code.family() == Family::Checks).map(|code| code.word())
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// A month (2026-07), a fiscal quarter (2026-Q3) or a fiscal year (2026) [default: all of the data]
    #[arg(long, value_name = "PERIOD", env = "APPORTION_PERIOD", hide_env_values = true)]
    #[arg(value_parser = parse_period)]
    pub period: Option<Period>,

    #[command(flatten)]
    pub known: AsOf,

    /// Rejected rows that are still fine (exit code 0)
    #[arg(long, value_name = "N", default_value_t = 0)]
    #[arg(env = "APPORTION_MAX_REJECTS", hide_env_values = true)]
    pub max_rejects: u64,

    /// Leave out findings with these codes, because they are intended
    #[arg(long, value_name = "CODE", value_delimiter = ',', hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(codes()))]
    pub allow: Vec<String>,

    /// End with exit code 1 where there is a warning
    #[arg(long)]
    pub exit_code: bool,

    /// How the overview on stdout is written: a row for each finding as csv, all of it as json
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    #[arg(env = "APPORTION_FORMAT", hide_env_values = true)]
    pub format: Format,

    /// Write texts in CSV as they are, also those that a spreadsheet would run as a formula (=, +, -, @)
    #[arg(long)]
    pub raw: bool,
}
