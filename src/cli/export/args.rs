//! The arguments of `export` and `sent`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::options::{ReportFormat, parse_period};
use apportion_book::Period;
use apportion_payments::read::day_of;

pub const EXPORT_EXAMPLES: &str = "\
An export is one [exports.NAME] of apportion.toml: a format, whom it pays, and what the format needs.
Everything is checked before anything is written: accounts, names, amounts, who is in which export.
Each file is read back by its own reader, added up by payee, and held against what the close pays.

Examples:
  apportion export --close 2026-07 --execution-date 2026-08-15
  apportion export us-payroll --close 2026-07 --execution-date 2026-08-15
  apportion export partners --close 2026-07 --execution-date 2026-08-14 --leave-out P-17
  apportion export partners --close 2026-07 --execution-date 2026-08-21 --only P-17
  apportion export ppd --close 2026-07 --execution-date 2026-08-14 --set ppd.file_id=B

The files are in <ledger>/exports/<close>/NAME, readable by their owner alone, with manifest.json.
Upload them as they are: a spreadsheet that saves one takes the zeros off its numbers.

Exit codes:
  0  written, and equal to the close
  1  written, and the disk did not confirm it or an earlier export could not be removed
  2  nothing was written: payment details, a format's limits, payees in two exports or in none";

pub const SENT_EXAMPLES: &str = "\
What was sent stays as it is: an export that would differ from it is refused.

Examples:
  apportion sent us-payroll --close 2026-07 --by ann
  apportion sent partners --close 2026-07 --undo --by ann --note 'the bank refused the file'

Exit codes: 0 noted; 2 could not be noted.";

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The exports [default: all of the project]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,

    /// The month, which is closed
    #[arg(long, value_name = "MONTH", value_parser = parse_period)]
    pub close: Period,

    /// The day on which is paid, such as 2026-08-15
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub execution_date: i32,

    /// The time that files say they were made at, such as 2026-08-14T09:30:00 [default: midnight of
    /// the weekday before the execution date]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub created: Option<(i32, u32)>,

    /// Leave these payees out; the manifest says who and why
    #[arg(long, value_name = "PAYEE", num_args = 1.., value_delimiter = ',')]
    pub leave_out: Vec<String>,

    /// Export these payees alone, into a folder of their own
    #[arg(long, value_name = "PAYEE", num_args = 1.., value_delimiter = ',', conflicts_with = "leave_out")]
    pub only: Vec<String>,

    /// Write the exports although payees with an amount are in none
    #[arg(long)]
    pub allow_unexported: bool,

    /// Replace a key of an export for this time
    #[arg(long, value_name = "NAME.KEY=VALUE")]
    pub set: Vec<String>,

    /// Folder for the exports' folders [default: <ledger>/exports/<close>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// How the answer on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ReportFormat,
}

#[derive(Debug, Args)]
pub struct SentArgs {
    /// The export's folder: its name, or with a number where some payees have a file of their own
    #[arg(value_name = "NAME")]
    pub name: String,

    /// The month, which is closed
    #[arg(long, value_name = "MONTH", value_parser = parse_period)]
    pub close: Period,

    /// Who says so
    #[arg(long, value_name = "NAME", env = "APPORTION_BY", hide_env_values = true)]
    pub by: String,

    /// Nothing of it was taken: it may be exported again
    #[arg(long, requires = "note")]
    pub undo: bool,

    /// What to keep beside the mark
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,

    /// The folder that was named when it was exported
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

fn parse_day(text: &str) -> Result<i32, String> {
    day_of(text).ok_or_else(|| "write a date as 2026-08-15".to_owned())
}

/// A day and seconds since midnight.
fn parse_time(text: &str) -> Result<(i32, u32), String> {
    let wrong = || "write a time as 2026-08-14T09:30:00".to_owned();
    let (day, clock) = text.strip_suffix('Z').unwrap_or(text).split_once('T').ok_or_else(wrong)?;
    let day = day_of(day).ok_or_else(wrong)?;
    let parts: Vec<u32> = clock
        .split(':')
        .map(|part| part.parse().ok().filter(|_| part.len() == 2).ok_or_else(wrong))
        .collect::<Result<_, _>>()?;
    match parts.as_slice() {
        [hour, minute] if *hour < 24 && *minute < 60 => Ok((day, hour * 3_600 + minute * 60)),
        [hour, minute, second] if *hour < 24 && *minute < 60 && *second < 60 => {
            Ok((day, hour * 3_600 + minute * 60 + second))
        }
        _ => Err(wrong()),
    }
}
