//! The arguments of `apportion forecast`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::super::options::{parse_day, parse_period};
use apportion_book::Period;

pub const EXAMPLES: &str = "\
Every open opportunity that is expected to close within the period, from the as-of day on, is won or
lost in each draw: by its probability, or else by how often deals like it were won. Those won count
as deals, with the work that names them, and everything is settled by the rules, as any run is. So
tiers, caps and quotas of every payee are those of the draw. What all draws come to is shown: mean,
and the tenth, fiftieth and ninetieth percentile. The same seed gives the same draws everywhere.
Nothing is written but --out.

Examples:
  apportion forecast --period 2026 --as-of 2026-06-30      what this year will cost
  apportion forecast --period 2026-Q4                      as of the day of the last close
  apportion forecast --period 2026 --as-of 2026-06-30 --rules draft
                                                           two plans in the same draws: who wins, who loses
  apportion forecast --period 2026 --as-of 2026-06-30 --out forecast-2026
                                                           CSV files of everything, and forecast.json
  apportion forecast --period 2026 --as-of 2026-06-30 --format json | jq '.costs[0].p90'

Exit codes:
  0  forecast
  1  written, but an earlier forecast could not be removed, or the disk did not confirm the new one
  2  it could not be forecast: usage, rules, data files or disk";

#[derive(Debug, Args)]
pub struct ForecastArgs {
    /// A month (2026-07), a fiscal quarter (2026-Q3) or a fiscal year (2026)
    #[arg(long, value_name = "PERIOD", env = "APPORTION_PERIOD", hide_env_values = true)]
    #[arg(value_parser = parse_period)]
    pub period: Period,

    /// The day (2026-06-30) at whose end things are known: what is open then is drawn [default: the
    /// as-of day of the last close]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub as_of: Option<i32>,

    /// Other rules, in the same draws: a folder, a file or a glob of rule files
    #[arg(long, value_name = "OTHER")]
    pub rules: Option<PathBuf>,

    /// How often what is open is drawn
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub draws: u32,

    /// The key of the generator: another one gives other draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Folder for files of everything, whole or not at all; an earlier forecast there is replaced
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// How the forecast is printed; without --format nothing is printed where there is --out
    #[arg(long, value_name = "FORMAT", env = "APPORTION_FORMAT", hide_env_values = true)]
    pub format: Option<ForecastFormat>,

    /// Payees shown in the table
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub top: usize,
}

/// How a forecast is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ForecastFormat {
    /// For people: the total, the rules, the payees with the most
    Table,
    /// forecast.csv: what everything costs, a row for each quarter
    Csv,
    /// All of it, for a script
    Json,
}
