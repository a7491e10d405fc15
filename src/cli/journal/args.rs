//! The arguments of `journal`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::options::{ReportFormat, parse_period};
use apportion_book::Period;
use apportion_journals::text::iso_day;

pub const EXAMPLES: &str = "\
Examples:
  apportion journal --close 2026-07 --format double-entry
                                              every movement, two rows each
  apportion journal --close 2026-07 --format netsuite --date 2026-08-03
                                              posted in August, where July is closed in accounting
  apportion journal --close 2026-07 --format books-de
                                              as [exports.books-de] of apportion.toml says
  apportion journal --close 2026-07 --format xero --payments
                                              what the bank has paid, of files that were sent

Formats: double-entry, netsuite, quickbooks-online, xero, dynamics-365, sap-f2548, datev-extf, beancount,
hledger. It goes into <ledger>/exports/0007-2026-07/journal-FORMAT, after it was read back and is equal to
the close to the cent.

Exit codes: 0 written; 1 written, with something to look at; 2 could not do it.";

#[derive(Debug, Args)]
pub struct JournalArgs {
    /// The month whose close is booked
    #[arg(long, value_name = "MONTH", value_parser = parse_period)]
    pub close: Period,

    /// A format, or the name of an [exports.NAME] that has one
    #[arg(long, value_name = "FORMAT")]
    pub format: String,

    /// The day of the posting [default: the month's last day]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub date: Option<i32>,

    /// The journal of payments: what was sent to banks and payroll, on the day of each file
    #[arg(long, conflicts_with = "date")]
    pub payments: bool,

    /// The time that files say they were made at, as 2026-08-14T00:00:00 [default: midnight of the posting's day]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub created: Option<String>,

    /// Folder of the journal [default: in the ledger]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// How the report on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub report: ReportFormat,
}

fn parse_day(text: &str) -> Result<i32, String> {
    iso_day(text).ok_or_else(|| "write a date as 2026-08-03".to_owned())
}

/// A time as files have it: YYYYMMDDHHMMSS.
fn parse_time(text: &str) -> Result<String, String> {
    let wrong = || "write a time as 2026-08-14T00:00:00".to_owned();
    let (date, clock) = text.split_once('T').ok_or_else(wrong)?;
    let day = iso_day(date).ok_or_else(wrong)?;
    let parts: Vec<&str> = clock.split(':').collect();
    let within =
        |part: &&str, most: u8| part.len() == 2 && part.parse::<u8>().is_ok_and(|number| number < most);
    match parts.as_slice() {
        [hour, minute, second] if within(hour, 24) && within(minute, 60) && within(second, 60) => {
            Ok(apportion_journals::text::by_pattern(day, "YYYYMMDD") + hour + minute + second)
        }
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_files_have_them() {
        assert_eq!(parse_time("2026-08-14T09:05:00"), Ok("20260814090500".to_owned()));
        for text in ["2026-08-14", "2026-08-14T24:00:00", "2026-08-14T9:05:00", "2026-02-30T00:00:00", "T::"]
        {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
