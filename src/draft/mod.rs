//! A project drafted from files: what `apportion init --from` writes.
//!
//! ```text
//! files ─► samples    where the table is, how it is written
//!          facts      by column: dates, numbers, currencies, how many are empty
//!          roles      which table a file is, and which column each of ours is
//!          links      payees by the values of those who name them; who takes part in deals
//!          text       apportion.toml and a first rule
//! ```
//!
//! Everything here is a guess with its reason. What decides amounts is asked as well ([`Question`]).

mod facts;
mod links;
mod outcome;
mod roles;
mod sample;
mod table;
mod text;
mod words;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion_base::diagnostic::Diagnostic;
use apportion_base::world::World;
use apportion_book::TableName;

use self::sample::Sample;

/// A project that was drafted.
#[derive(Debug)]
pub struct Draft {
    /// `apportion.toml`.
    pub project: String,
    /// A first rule file, and its path in the project.
    pub rules: (String, String),
    /// What each file became, in the order in which they were given.
    pub files: Vec<FileUse>,
    /// What is to be confirmed, because money depends on it.
    pub questions: Vec<String>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileUse {
    /// Its path as it was given.
    pub path: PathBuf,
    /// The tables that it feeds; none if it is not read.
    pub tables: Vec<TableName>,
    /// Why.
    pub why: String,
}

/// Drafts a project in `folder` from files. Reads their first rows and writes nothing.
///
/// # Errors
///
/// A file that can't be read, or whose name does not say its format.
pub fn draft(world: &Arc<dyn World>, files: &[PathBuf], folder: &Path) -> Result<Draft, Vec<Diagnostic>> {
    let (mut samples, mut mistakes) = (Vec::new(), Vec::new());
    for path in files {
        match Sample::read(world, path) {
            Ok(sample) => samples.push(sample),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let mut project = roles::project(&samples);
    links::complete(&samples, &mut project);
    Ok(text::draft(&samples, &project, folder))
}

/// What a project is drafted as.
#[derive(Debug, Default)]
struct ProjectGuess {
    sources: Vec<SourceGuess>,
    currency: CurrencyGuess,
    uses: Vec<(Vec<TableName>, String)>,
}

/// The book's currency.
#[derive(Debug, Default)]
struct CurrencyGuess {
    code: String,
    why: String,
}

/// A source as it is guessed.
#[derive(Debug, Clone)]
struct SourceGuess {
    table: TableName,
    /// Which of the samples it reads.
    sample: usize,
    /// Why the file is this table.
    why: String,
    columns: Vec<ColumnGuess>,
    condition: Option<Reasoned>,
    values: Vec<(&'static str, Vec<(String, &'static str)>)>,
    defaults: Vec<(&'static str, String, Reason)>,
    fill_down: Vec<String>,
    sum: Option<Reason>,
    distinct: bool,
    explode: Option<(String, &'static str)>,
    unpivot: Option<Vec<String>>,
    joins: Vec<JoinGuess>,
    quoted: Option<Reason>,
    unit_per_book: bool,
    marks: Vec<(String, String, Reason)>,
    decimals: Vec<(&'static str, u32, Reason)>,
}

/// A look-up into another file.
#[derive(Debug, Clone)]
struct JoinGuess {
    sample: usize,
    ours: String,
    theirs: String,
    columns: Vec<String>,
    why: String,
}

/// One of our columns as it is guessed.
#[derive(Debug, Clone)]
struct ColumnGuess {
    ours: &'static str,
    from: Origin,
    reason: Reason,
}

/// Where a column comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    Name(String),
    Expr { text: String, of: String },
    Mark(String),
}

impl Origin {
    /// The column of the file that decides.
    fn column(&self) -> &str {
        match self {
            Self::Name(name) | Self::Mark(name) => name,
            Self::Expr { of, .. } => of,
        }
    }
}

/// Why something is guessed, and whether a person has to confirm it.
#[derive(Debug, Clone, Default)]
struct Reason {
    why: String,
    question: bool,
}

impl Reason {
    fn because(why: impl Into<String>) -> Self {
        Self { why: why.into(), question: false }
    }

    fn ask(why: impl Into<String>) -> Self {
        Self { why: why.into(), question: true }
    }
}

/// A text of the project file with its reason.
#[derive(Debug, Clone)]
struct Reasoned {
    text: String,
    reason: Reason,
}

impl SourceGuess {
    fn new(table: TableName, sample: usize, why: impl Into<String>) -> Self {
        Self {
            table,
            sample,
            why: why.into(),
            columns: Vec::new(),
            condition: None,
            values: Vec::new(),
            defaults: Vec::new(),
            fill_down: Vec::new(),
            sum: None,
            distinct: false,
            explode: None,
            unpivot: None,
            joins: Vec::new(),
            quoted: None,
            unit_per_book: false,
            marks: Vec::new(),
            decimals: Vec::new(),
        }
    }

    fn column(&self, ours: &str) -> Option<&ColumnGuess> {
        self.columns.iter().find(|column| column.ours == ours)
    }

    fn put(&mut self, ours: &'static str, from: Origin, reason: Reason) {
        self.columns.retain(|column| column.ours != ours);
        self.columns.push(ColumnGuess { ours, from, reason });
    }
}
