//! The arguments of `apportion charter`.

use clap::{ArgGroup, Args, ValueEnum};

use super::super::options::parse_period;
use apportion_book::{Period, day_of_date};

pub const EXAMPLES: &str = "\
A day or a period has to be named: the same command gives the same document next year, too. Examples come from the
project's cases (cases/*.toml), the first one of each rule.

Examples:
  apportion charter --on 2026-07-01                      the rules in force on a day
  apportion charter --period 2026-Q3 --format html > charter.html
                                                         all that apply in a fiscal quarter, as a page
  apportion charter --from 2026-01-01 --to 2026-07-01    what changed between two days, and why

The HTML is one file that opens offline and loads nothing from the network.";

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("when").required(true).args(["on", "period", "from"]))]
pub struct CharterArgs {
    /// The rules in force on this day (2026-07-01)
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

    /// How the document on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    pub format: CharterFormat,
}

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CharterFormat {
    /// Text that reads well as it is
    Markdown,
    /// One page, for a browser or paper
    Html,
}

fn parse_day(text: &str) -> Result<i32, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let day = match parts.as_slice() {
        [year, month, day] if (year.len(), month.len(), day.len()) == (4, 2, 2) => {
            match (year.parse(), month.parse(), day.parse()) {
                (Ok(year), Ok(month), Ok(day)) => day_of_date(year, month, day),
                _ => None,
            }
        }
        _ => None,
    };
    day.ok_or_else(|| "write a day as 2026-07-01".to_owned())
}
