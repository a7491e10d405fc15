//! The arguments of `apportion charter`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::super::options::{parse_day, parse_period};
use apportion_book::Period;

pub const EXAMPLES: &str = "\
Without a day or a period it is about today, in the time zone of the book. The document says the day, and with
`--on` the same command gives the same document next year, too. Examples come from the project's cases
(cases/*.toml), the first one of each rule.

Examples:
  apportion charter                                      the rules in force today
  apportion charter --on 2026-07-01                      those in force on a day
  apportion charter --period 2026-Q3 --out charter.html
                                                         all that apply in a fiscal quarter, as a page
  apportion charter --for P-10 --date 2026-07-01 --out plan.pdf
                                                         the plan letter of a payee, to be signed
  apportion charter --from 2026-01-01 --to 2026-07-01    what changed between two days, and why

The HTML is one file that opens offline and loads nothing from the network.";

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("when").args(["on", "period", "from"]))]
pub struct CharterArgs {
    /// The rules in force on this day (2026-07-01) [default: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub on: Option<i32>,

    /// The rules in force on some day of this period: a month, fiscal quarter or fiscal year
    #[arg(long, value_name = "PERIOD", value_parser = parse_period)]
    pub period: Option<Period>,

    /// What changed since this day
    #[arg(long, value_name = "DATE", value_parser = parse_day, requires = "to")]
    pub from: Option<i32>,

    /// What changed up to this day
    #[arg(long, value_name = "DATE", value_parser = parse_day, requires = "from", conflicts_with_all = ["on", "period"])]
    pub to: Option<i32>,

    /// The plan letter of a payee instead: the rules that can pay it, with its own rates and quotas, to be signed
    #[arg(long = "for", value_name = "PAYEE", conflicts_with_all = ["period", "from", "to"])]
    pub payee: Option<String>,

    /// The day of a plan letter, as `--on` [default: today]
    #[arg(long, value_name = "DATE", value_parser = parse_day, requires = "payee", conflicts_with = "on")]
    pub date: Option<i32>,

    /// How the document is written [default: html or pdf for a file of that ending, else markdown]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<CharterFormat>,

    /// File to write to, whole or not at all [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CharterFormat {
    /// Text that reads well as it is
    #[value(alias = "md")]
    Markdown,
    /// One page, for a browser or paper
    Html,
    /// For paper and the archive: PDF/A and PDF/UA, made by `apportion-pdf`
    Pdf,
}
