//! The arguments of `apportion statements`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::super::options::parse_period;
use crate::StatementFormat;
use apportion_book::Period;

pub const EXAMPLES: &str = "\
A statement says what a payee is paid for a month and how that came about: a short waterfall, lines by rule,
differences for earlier months with why, what is held and what releases it, attainment against quota, the
fiscal year so far, deals that paid nothing and why. It is made from the files of a posted close and adds up
to it to the cent; the same close gives the same bytes. What is made of a draft or of a run says DRAFT.

The folder has a file for each payee and format and index.csv, which lists payee, e-mail, file and SHA-256. It
appears whole or not at all. Statements of the same close in other formats and for other payees stay in it;
those of another close are never replaced.

Examples:
  apportion statements --close 2026-07
  apportion statements --close 2026-07 --payee P-10 --format html,xlsx
  apportion statements --close 2026-07 --team --workbook --out /tmp/july
  apportion statements --draft --out /tmp/trial      before anybody approves
  apportion statements --result out/2026-07          what a run earned

Exit codes: 0 written; 1 written, with something to look at; 2 could not be read or written.";

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source").args(["close", "draft", "result"]).required(true))]
pub struct StatementsArgs {
    /// The month whose posted close they are made from (2026-07)
    #[arg(long, value_name = "MONTH", value_parser = parse_period)]
    pub close: Option<Period>,

    /// Of the draft of the next close
    #[arg(long)]
    pub draft: bool,

    /// Of the result of a run: what is earned alone
    #[arg(long, value_name = "DIR")]
    pub result: Option<PathBuf>,

    /// A payee_id; may be given several times [default: everybody of whom the month says something]
    #[arg(long, value_name = "PAYEE")]
    pub payee: Vec<String>,

    /// Only those that this payee may see, by the [[access]] rules
    #[arg(long = "for", value_name = "PAYEE", conflicts_with = "workbook")]
    pub viewer: Option<String>,

    /// How they are written
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "html")]
    pub format: Vec<FormatWord>,

    /// Give employees who manage others a table of those below them
    #[arg(long)]
    pub team: bool,

    /// Write statements.xlsx as well: all payees, rules, lines, differences, what is held and findings, for finance
    #[arg(long)]
    pub workbook: bool,

    /// Folder of the statements [default: <ledger>/statements/<close>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// A format on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatWord {
    /// One page, for a browser or paper
    Html,
    /// A workbook
    Xlsx,
    /// All tables below each other, for machines
    Csv,
    /// Markdown
    Md,
    /// Plain text
    Text,
    /// A PDF for the archive and for screen readers: PDF/A-2 and PDF/UA-1
    Pdf,
}

impl From<FormatWord> for StatementFormat {
    fn from(word: FormatWord) -> Self {
        match word {
            FormatWord::Html => Self::Html,
            FormatWord::Xlsx => Self::Xlsx,
            FormatWord::Csv => Self::Csv,
            FormatWord::Md => Self::Markdown,
            FormatWord::Text => Self::Text,
            FormatWord::Pdf => Self::Pdf,
        }
    }
}
