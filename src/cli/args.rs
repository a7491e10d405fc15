//! The command line as types. Completions and the manual page are made from the same definition.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use super::check::{CHECK_EXAMPLES, CheckArgs};
use super::options::{AsOf, Format, Global, LinesFile, parse_period};
use apportion_book::Period;

const ABOUT: &str =
    "Settles who gets how much of a closed deal: by published rules, exact to the cent, with reasons";

const EXAMPLES: &str = "\
Examples:
  apportion check                             what is wrong or suspicious in rules and data
  apportion run --period 2026-07              the close of July, in the project of this folder
  apportion run --period 2026-Q3 --out /tmp/trial
                                              a fiscal quarter, written elsewhere
  apportion explain --payee P-10 --period 2026-07
                                              each amount of a payee, step by step
  apportion diff --rules draft --period 2026-07
                                              who gains and who loses by other rules
  apportion run --period 2026-07 --format json | jq -r .total.amount
                                              the total to pay, for a script

Settings are taken from the flag, then from the environment (APPORTION_PERIOD, …); the project is
otherwise the apportion.toml in this folder or the nearest one above.

Exit codes: 0 fine; 1 finished, with findings to look at; 2 could not do it.";

const RUN_EXAMPLES: &str = "\
What it writes, into <project>/out/<period> unless --out says otherwise:
  lines.parquet     one row for each amount, with everything it was computed from
  statements.csv    one row for each payee and rule
  payouts.csv       one row for each payee: what payroll pays
  uncredited.csv    won deals that paid nobody, and why; what was kept back of others
  rejects.csv       rows that could not be used, with file, row, column, value and reason
  reconciliation.csv  what became of the won deals that were read
  run.json          digests of every file read and written, control totals of every rule

The folder appears whole or not at all; an earlier result there is replaced as a whole, one of
another book or period with --replace only.

Examples:
  apportion run --period 2026-07
  apportion run --period 2026-07 --max-rejects 25      up to 25 rejected rows are fine
  apportion run --period 2026-07 --lines csv,xlsx      lines.csv and lines.xlsx as well, for people
  apportion run --period 2026 --project ~/books/apac   a fiscal year of another project
  APPORTION_PERIOD=2026-07 apportion run -q --format csv > rules.csv

Exit codes:
  0  fine. Won deals that paid nobody are part of every close.
  1  finished and written, but more rows were rejected than --max-rejects allows, deals are held
     because a row that names them was rejected (reason `incomplete`), an earlier result could not
     be removed, or the summary could not be printed
  2  nothing was written: usage, rules, data files or disk";

#[derive(Debug, Parser)]
#[command(name = "apportion", version, about = ABOUT, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a small working project: rules, data, worked examples, comments that teach
    #[command(after_help = super::init::EXAMPLES)]
    Init(super::init::InitArgs),
    /// Show what is read and how: files, columns and where they come from, the first rows
    #[command(after_help = super::sources::EXAMPLES)]
    Sources(super::sources::SourcesArgs),
    /// Close a period: credit its deals, pay its payees, write the result, print a summary
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunArgs),
    /// Prepare the close of a month: a draft in the ledger, with a report
    #[command(after_help = super::close::args::CLOSE_EXAMPLES)]
    Close(super::close::args::CloseArgs),
    /// Sign the draft of a close
    #[command(after_help = super::close::args::APPROVE_EXAMPLES)]
    Approve(super::close::args::ApproveArgs),
    /// Make the draft a close, for good
    #[command(after_help = super::close::args::POST_EXAMPLES)]
    Post(super::close::args::PostArgs),
    /// Show the closes so far, a payee's balances, a deal's entries, what a year paid
    #[command(after_help = super::ledger::args::EXAMPLES)]
    Ledger(super::ledger::args::LedgerArgs),
    /// Add up what was earned for contracts and is an asset, and what is owed to payees
    #[command(after_help = super::accrue::args::EXAMPLES)]
    Accrue(super::accrue::args::AccrueArgs),
    /// Write the journal of a close for accounting
    #[command(after_help = super::journal::args::EXAMPLES)]
    Journal(super::journal::args::JournalArgs),
    /// Write the files that payroll and banks take, and prove that they are what a close pays
    #[command(after_help = super::export::args::EXPORT_EXAMPLES)]
    Export(super::export::args::ExportArgs),
    /// Note that an export was sent, or that nothing of it was taken
    #[command(after_help = super::export::args::SENT_EXAMPLES)]
    Sent(super::export::args::SentArgs),
    /// Write a statement for each payee of a close: what is paid and how that came about
    #[command(after_help = super::statements::args::EXAMPLES)]
    Statements(super::statements::args::StatementsArgs),
    /// Run the rule cases: worked examples in files beside the rules, and what of the rules they reach
    #[command(after_help = super::test::EXAMPLES)]
    Test(super::test::TestArgs),
    /// Print the JSON Schema of apportion.toml, of rule files or of case files, for editors
    #[command(after_help = super::schema::EXAMPLES)]
    Schema(super::schema::SchemaArgs),
    /// Report what is wrong or suspicious in rules and data; nothing is paid or written
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Explain each amount of a payee or a deal step by step, or why there is none
    #[command(after_help = super::explain::args::EXAMPLES)]
    Explain(super::explain::args::ExplainArgs),
    /// Compare two rule sets, or two sets of data: who gets more, who gets less, what it costs, and why
    #[command(after_help = super::diff::args::EXAMPLES)]
    Diff(super::diff::args::DiffArgs),
    /// Forecast what a plan will cost: open opportunities drawn many times, each draw settled by the rules
    #[command(after_help = super::forecast::EXAMPLES)]
    Forecast(super::forecast::ForecastArgs),
    /// Print the rules in force as a document that a partner can read
    #[command(after_help = super::charter::EXAMPLES)]
    Charter(super::charter::CharterArgs),
    /// Find what the channel should do now: what waits, what is about to end, what pay depends on it
    #[command(after_help = super::actions::EXAMPLES)]
    Actions(super::actions::ActionsArgs),
    /// Make a report: a scorecard of the channel, what partners' work adds, the health of what is open
    #[command(after_help = super::reports::args::EXAMPLES)]
    Report(super::reports::args::ReportArgs),
    /// Show what somebody may see of other people, and by which rule
    #[command(after_help = super::access::EXAMPLES)]
    Access(super::access::AccessArgs),
    /// Write the lines of a result as CSV or as a workbook, for people
    #[command(after_help = super::lines::EXAMPLES)]
    Lines(super::lines::LinesArgs),
    /// Prove a result again, from its written files alone
    #[command(after_help = super::verify::EXAMPLES)]
    Verify(super::verify::VerifyArgs),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  apportion completions bash > ~/.local/share/bash-completion/completions/apportion"
    )]
    Completions { shell: Shell },
    /// Print the manual page, of all of apportion or of one command
    #[command(after_help = "Examples:\n  apportion man | man -l -\n  apportion man run > apportion-run.1")]
    Man {
        /// The command whose page is wanted
        command: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// A month (2026-07), a fiscal quarter (2026-Q3) or a fiscal year (2026)
    #[arg(long, value_name = "PERIOD", env = "APPORTION_PERIOD", hide_env_values = true)]
    #[arg(value_parser = parse_period)]
    pub period: Period,

    #[command(flatten)]
    pub known: AsOf,

    /// Folder of the result; an earlier one of the same period is replaced [default: <project>/out/<period>]
    #[arg(long, value_name = "DIR", env = "APPORTION_OUT", hide_env_values = true)]
    pub out: Option<PathBuf>,

    /// Rejected rows that are still fine (exit code 0)
    #[arg(long, value_name = "N", default_value_t = 0)]
    #[arg(env = "APPORTION_MAX_REJECTS", hide_env_values = true)]
    pub max_rejects: u64,

    /// How the summary on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    #[arg(env = "APPORTION_FORMAT", hide_env_values = true)]
    pub format: Format,

    /// Let the result take the place of one of another book or period
    #[arg(long)]
    pub replace: bool,

    /// Write the lines for people as well, beside lines.parquet
    #[arg(long, value_name = "FORMATS", value_delimiter = ',')]
    pub lines: Vec<LinesFile>,

    /// Write texts as they are, also those that a spreadsheet would run as a formula (=, +, -, @)
    #[arg(long)]
    pub raw: bool,

    /// Memory to work in, such as 4GiB; lines that have no room wait in a file beside the result [default: half of what there is]
    #[arg(long, value_name = "SIZE", env = "APPORTION_MEMORY", hide_env_values = true)]
    #[arg(value_parser = parse_size)]
    pub memory: Option<u64>,
}

/// A size in bytes: a whole number with a unit.
fn parse_size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 6] = [
        ("GiB", 1 << 30),
        ("MiB", 1 << 20),
        ("KiB", 1 << 10),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("kB", 1_000),
    ];
    let (number, unit) = UNITS
        .into_iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))
        .ok_or("a size has a unit: GiB, MiB, KiB, GB, MB or kB, as in 4GiB")?;
    let number: u64 =
        number.trim().parse().map_err(|_| "a size is a whole number with a unit, as in 4GiB".to_owned())?;
    number.checked_mul(unit).ok_or_else(|| "that is more than any machine has".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_flags_stand_before_or_after_the_command() {
        for line in
            ["apportion --project p run --period 2026-07", "apportion run --period 2026-07 --project p"]
        {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(cli.global.project, Some(PathBuf::from("p")));
        }
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!([parse_size("4GiB"), parse_size("500 MB")], [Ok(4 << 30), Ok(500_000_000)]);
        for wrong in ["", "4", "GiB", "1.5GiB", "-1GiB", "99999999999GiB"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_period_that_is_none_is_a_usage_error_that_shows_how_to_write_one() {
        let error = Cli::try_parse_from(["apportion", "run", "--period", "2026-7"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("2026-Q3"));
        assert!(Cli::try_parse_from(["apportion", "run", "--period", "2026", "--threads", "0"]).is_err());
    }
}
