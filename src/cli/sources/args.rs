//! The arguments of `apportion sources`.

use clap::{Args, ValueEnum};

use apportion_book::TableName;

pub const EXAMPLES: &str = "\
It reads the files as a run does and writes nothing. For each source it shows

  its files, and how they are understood: format, delimiter, header row, sheet, rows
  our columns: where each comes from, its type, how many are empty, how many different values there
  are, how many can't be read, and the first rows as they are read
  what is not read

A column `by name` is read only because the file calls it as we do; nothing in the project says
that it is meant. Rows are not compared with each other here: repeated keys, unknown payees and the
like are for `apportion check`.

Examples:
  apportion sources                 all sources
  apportion sources deals           those of deals
  apportion sources --rows 10       with ten rows as examples
  apportion sources --format json | jq '.sources[].not_read'

Exit codes:
  0  the sources can be read
  2  something is wrong with the project file or with a source; what could be read is shown";

/// Rows that are shown unless something else is said.
pub const SHOWN_ROWS: usize = 3;

/// How the overview is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SourcesFormat {
    /// For people
    Table,
    /// All of it, for a script
    Json,
}

#[derive(Debug, Args)]
pub struct SourcesArgs {
    /// The table whose sources are shown, such as deals [default: all]
    #[arg(value_name = "NAME", value_parser = parse_table)]
    pub table: Option<TableName>,

    /// How many rows are shown as examples
    #[arg(long, value_name = "N", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub rows: u32,

    /// How the overview on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    #[arg(env = "APPORTION_FORMAT", hide_env_values = true)]
    pub format: SourcesFormat,
}

fn parse_table(text: &str) -> Result<TableName, String> {
    let found = TableName::ALL.into_iter().find(|table| table.word() == text);
    found.ok_or_else(|| {
        let words: Vec<&str> = TableName::ALL.iter().map(|table| table.word()).collect();
        format!("the tables are {}", words.join(", "))
    })
}
