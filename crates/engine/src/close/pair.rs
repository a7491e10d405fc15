//! Two closes of one period that share what they can: data that both read alike is read once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diff::Side;
use crate::settle::{self, PeriodView};
use apportion_base::diagnostic::{Diagnostic, Files};
use apportion_book::{self as book, Book, Period};
use apportion_data::{self as data, Progress, RejectCode, Tables, Used};
use apportion_rules::{self as rules, Pattern, RuleBook, Rules};

/// What the other side has instead of the project's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Other {
    /// Rule files: a folder, a file or a glob.
    pub rules: Option<PathBuf>,
    /// Folder of a project whose data are taken, and whose settings of the book.
    pub data: Option<PathBuf>,
    /// Folder of a project that is taken whole. Not beside the two above.
    pub project: Option<PathBuf>,
}

/// One of the two closes.
#[derive(Debug, Clone)]
pub struct Half {
    pub book: Arc<Book>,
    pub rules: RuleBook,
    pub tables: Arc<Tables>,
    pub settlement: PeriodView,
}

impl Half {
    /// As a side of a comparison.
    pub fn side(&self) -> Side<'_> {
        Side { book: &self.book, tables: &self.tables, rules: &self.rules, settlement: &self.settlement }
    }
}

/// The project's close of a period, and the other one.
#[derive(Debug, Clone)]
pub struct Pair {
    pub before: Half,
    pub after: Half,
}

/// Settles a period of a project twice: as it is, and with `other` in its place.
///
/// # Errors
///
/// Everything that is wrong with the step that failed, on either side.
pub fn close_pair(
    project: &Path,
    other: &Other,
    period: Period,
    files: &mut Files,
    progress: &dyn Progress,
) -> Result<Pair, Vec<Diagnostic>> {
    let book = Arc::new(book::read(project, files)?);
    let opened = data::open(&book)?;
    let rules = rules::read(&book, opened.catalogue(), files)?;
    let (before, after) = match other.project.as_ref().or(other.data.as_ref()) {
        None => {
            let (root, patterns) = other_rules(other, &book)?;
            let other_rules = rules::read_from(&root, &patterns, &book, opened.catalogue(), files)?;
            let (tables, other_tables) = load_once(&book, opened, [&rules, &other_rules], progress)?;
            ((Arc::clone(&book), rules, tables), (book, other_rules, other_tables))
        }
        Some(folder) => {
            let other_book = Arc::new(book::read(folder, files)?);
            let other_opened = data::open(&other_book)?;
            let catalogue = other_opened.catalogue();
            let other_rules = if other.project.is_some() {
                rules::read(&other_book, catalogue, files)?
            } else {
                let (root, patterns) = other_rules(other, &book)?;
                rules::read_from(&root, &patterns, &other_book, catalogue, files)?
            };
            let tables = Arc::new(opened.load(&book, &rules.used, progress)?);
            let other_tables = Arc::new(other_opened.load(&other_book, &other_rules.used, progress)?);
            ((book, rules, tables), (other_book, other_rules, other_tables))
        }
    };
    progress.phase("settling as it is", None);
    let before = half(before, period)?;
    progress.phase("settling the other", None);
    let after = half(after, period)?;
    Ok(Pair { before, after })
}

fn half(parts: (Arc<Book>, Rules, Arc<Tables>), period: Period) -> Result<Half, Vec<Diagnostic>> {
    let (book, rules, tables) = parts;
    let settlement = settle::settle(&book, &tables, &rules.book, period)?.period(&tables, period);
    Ok(Half { book, rules: rules.book, tables, settlement })
}

/// The tables for two rule sets over one project's data. The columns of both are read together. Only where a column
/// that one rule set alone names has rows rejected is the data read once for each: a run reads no column that its rules
/// do not name, so a bad cell there must not touch the other side.
fn load_once(
    book: &Book,
    opened: data::Opened,
    rules: [&Rules; 2],
    progress: &dyn Progress,
) -> Result<(Arc<Tables>, Arc<Tables>), Vec<Diagnostic>> {
    let mut used = rules[0].used.clone();
    for (table, columns) in &rules[1].used {
        used.entry(*table).or_default().extend(columns.iter().cloned());
    }
    let tables = opened.load(book, &used, progress)?;
    if rules.iter().all(|rules| !spoilt(&tables, &used, &rules.used)) {
        let tables = Arc::new(tables);
        return Ok((Arc::clone(&tables), tables));
    }
    drop(tables);
    let load = |rules: &Rules| data::open(book)?.load(book, &rules.used, progress).map(Arc::new);
    Ok((load(rules[0])?, load(rules[1])?))
}

/// Whether rows may have been rejected for a column that is in `all` and not in `own`.
fn spoilt(tables: &Tables, all: &Used, own: &Used) -> bool {
    let extra = |table, column: &str| {
        let names = |used: &Used| used.get(&table).is_some_and(|columns| columns.contains(column));
        names(all) && !names(own)
    };
    let extras =
        |table| all.get(&table).is_some_and(|columns| columns.iter().any(|column| extra(table, column)));
    tables.rejects.iter().any(|reject| {
        // Rows of one key that differ in an extra column alone are duplicates without it.
        extra(reject.table, &reject.column)
            || (reject.code == RejectCode::ConflictingKey && extras(reject.table))
    })
}

/// Where the other rule files are, and which: those of `--rules`, or the project's own.
fn other_rules(other: &Other, book: &Book) -> Result<(PathBuf, Vec<Pattern>), Vec<Diagnostic>> {
    let Some(named) = &other.rules else {
        let pattern =
            |glob: &book::Placed<String>| Pattern { text: glob.value.clone(), span: Some(glob.span.clone()) };
        return Ok((book.root.clone(), book.rules.iter().map(pattern).collect()));
    };
    let text = named.to_string_lossy();
    let text = if named.is_dir() {
        format!("{}/*.toml", glob::Pattern::escape(text.trim_end_matches('/')))
    } else if named.exists() {
        glob::Pattern::escape(&text)
    } else {
        text.into_owned()
    };
    // Shown and found from where the user stands, as any path of the command line.
    Ok((PathBuf::new(), vec![Pattern { text, span: None }]))
}
