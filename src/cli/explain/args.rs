//! The arguments of `apportion explain`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use apportion_book::Period;

pub const EXAMPLES: &str = "\
Every amount is computed again from rules and data, and shown with its inputs (file and row), the rule
(file and line), each step and its numbers. A rule that gave nothing says what it requires and what
the data has. Where the period was run before, the amounts are compared with that result; what
differs is shown, also which files have changed since.

Examples:
  apportion explain --payee P-10 --period 2026-07          the amounts of a payee: sums by rule, and
                                                           the steps of the ten largest
  apportion explain --payee P-10 --period 2026-07 --all    every amount, step by step
  apportion explain --payee P-10 --deal D-17 --period 2026-07
                                                           one deal: each rule, paid or not, and why
  apportion explain --payee P-10 --deal D-17               the same; the month is the one it closed in
  apportion explain --deal D-17 --period 2026-07           all payees of a deal, or why nobody was paid
                                                           and whose the deal is: claims, conflicts,
                                                           price, gates
  apportion explain --conflict boundary:O-3:E-1:P-10       a conflict: who has to decide it by when,
                                                           and what each of the two would earn
  apportion explain --payee P-10 --rule cosell-stipend --out trial/2026-07
                                                           compared with a result elsewhere
  apportion explain --payee P-10 --period 2026-07 --format json | jq '.amounts[].steps'
  apportion explain --payee P-10 --deal D-17 --format html > P-10-D-17.html
                                                           the same as a page, to be sent
  apportion explain --deal D-17 --period 2026-07 --for P-10
                                                           what P-10 may see of it
  apportion explain --close 2026-07 --payee P-10           what the close of July paid: how it came
                                                           about, what was posted before, and the
                                                           cells that changed since
  apportion explain --close 2026-07 --deal D-17            one deal over all payees, a reversal as
                                                           one event

Exit codes:
  0  explained
  1  explained, and an amount differs from the one in the result
  2  could not be explained: usage, an unknown payee, deal or rule, rules, data files";

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whose").required(true).multiple(true).args(["payee", "deal", "conflict"]))]
pub struct ExplainArgs {
    /// The payee_id whose amounts are explained
    #[arg(long, value_name = "PAYEE")]
    pub payee: Option<String>,

    /// The deal_id; without --payee, the amounts of all payees on it
    #[arg(long, value_name = "DEAL")]
    pub deal: Option<String>,

    /// The id of a conflict, as conflicts.csv has it: its clock, the criteria, what was decided before
    /// in ones like it, and what each of the two would earn
    #[arg(long, value_name = "CONFLICT")]
    #[arg(conflicts_with_all = ["payee", "deal", "rule", "close", "all"])]
    pub conflict: Option<String>,

    /// What a payee may see of it by the [[access]] rules: the lines, without their steps
    #[arg(long = "for", value_name = "VIEWER", requires = "period")]
    #[arg(conflicts_with_all = ["conflict", "rule", "close", "out", "all"])]
    pub viewer: Option<String>,

    /// One rule only, by its id
    #[arg(long, value_name = "RULE")]
    pub rule: Option<String>,

    /// A month (2026-07), a fiscal quarter (2026-Q3) or a fiscal year (2026) [default: that of --out,
    /// or the month in which --deal closed]
    #[arg(long, value_name = "PERIOD", env = "APPORTION_PERIOD", hide_env_values = true)]
    #[arg(value_parser = super::super::options::parse_period)]
    pub period: Option<Period>,

    #[command(flatten)]
    pub known: super::super::options::AsOf,

    /// What a close posted and paid, instead of what rules give now: the month that was closed
    #[arg(long, value_name = "MONTH", value_parser = super::super::options::parse_period)]
    #[arg(conflicts_with_all = ["rule", "all"])]
    pub close: Option<Period>,

    /// Folder of the result to compare the amounts with [default: <project>/out/<period>, if there]
    #[arg(long, value_name = "DIR", env = "APPORTION_OUT", hide_env_values = true)]
    pub out: Option<PathBuf>,

    /// The steps of every amount; without it, those of the ten largest where no deal is named
    #[arg(long)]
    pub all: bool,

    /// How the explanation on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ExplainFormat,
}

/// How an explanation is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people, in a terminal
    Text,
    /// The same as a document with tables, for a mail or a wiki
    #[value(alias = "md")]
    Markdown,
    /// The same document as one page that opens offline
    Html,
    /// For programs: every number of every step
    Json,
}
