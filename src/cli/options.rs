//! Options that commands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::LinesFormat;
use apportion_book::{Period, day_of_date};

/// What every command understands.
#[derive(Debug, Args)]
pub struct Global {
    /// Folder of the project, the one with apportion.toml [default: this folder or the nearest one above]
    #[arg(long, value_name = "DIR", global = true, env = "APPORTION_PROJECT", hide_env_values = true)]
    pub project: Option<PathBuf>,

    /// Number of threads; the result does not depend on it [default: one for each core]
    #[arg(long, value_name = "N", global = true, env = "APPORTION_THREADS", hide_env_values = true)]
    #[arg(value_parser = parse_threads)]
    pub threads: Option<usize>,

    /// How messages on stderr are written
    #[arg(long, value_name = "FORMAT", global = true, default_value = "full")]
    #[arg(env = "APPORTION_MESSAGE_FORMAT", hide_env_values = true)]
    pub message_format: MessageFormat,

    /// Nothing on stderr but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// More on stderr: each phase and how long it took
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// How messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// For people, with the lines they are about
    Full,
    /// One JSON object on each line
    Json,
}

/// How data are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// A row for each rule
    Csv,
    /// All of it, for a script
    Json,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people
    Table,
    /// All of it, for a script
    Json,
}

/// A file of lines for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LinesFile {
    /// lines.csv
    Csv,
    /// lines.xlsx
    Xlsx,
}

impl From<LinesFile> for LinesFormat {
    fn from(file: LinesFile) -> Self {
        match file {
            LinesFile::Csv => Self::Csv,
            LinesFile::Xlsx => Self::Xlsx,
        }
    }
}

pub fn parse_period(text: &str) -> Result<Period, String> {
    Period::parse(text).ok_or_else(|| {
        "write a month as 2026-07, a fiscal quarter as 2026-Q3, a fiscal year as 2026".to_owned()
    })
}

/// What commands that settle something understand of the day.
#[derive(Debug, Args)]
pub struct AsOf {
    /// The day at whose end registrations, decisions, approvals and the like are known; what came
    /// later is not there yet [default: the last day of the period; of a close that of the close
    /// before, where it is later]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub as_of: Option<i32>,
}

pub fn parse_day(text: &str) -> Result<i32, String> {
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

fn parse_threads(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|threads| (1..=1024).contains(threads))
        .ok_or_else(|| "write a number from 1 to 1024".to_owned())
}
