//! The close of a period: from a project's folder to a settlement, one step after the other.
//!
//! This is the way that every command goes: `run` writes what comes out, `explain` tells how it came about, `diff`
//! holds two of them side by side. It writes nothing and prints nothing.

pub mod pair;
pub mod traced;

use std::path::Path;

use crate::plan::Window;
use crate::settle::{self, PeriodView};
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::digest::FileDigest;
use apportion_book::{self as book, Book, Period};
use apportion_data::{self as data, Tables};
pub use apportion_data::{Progress, Unwatched};
use apportion_rules::{self as rules, RuleBook};

/// A period, settled: the result and everything it rests on.
#[derive(Debug, Clone)]
pub struct Closed {
    pub book: Book,
    pub rules: RuleBook,
    /// The texts that decided the amounts: the project file and the rule files.
    pub rule_files: Vec<FileDigest>,
    /// Without the rows of the engagements, which nothing needs that comes after.
    pub tables: Tables,
    /// The period of the year that was settled.
    pub settlement: PeriodView,
    pub period: Period,
}

/// Reads the project in a folder and settles a period. `files` gathers the texts that diagnostics point into, also
/// where this fails.
///
/// # Errors
///
/// Everything that is wrong with the step that failed, not only the first of it.
pub fn close(
    project: &Path,
    period: Period,
    files: &mut Files,
    progress: &dyn Progress,
) -> Result<Closed, Vec<Diagnostic>> {
    let book = book::read(project, files)?;
    let project_file = project_file(project)?;
    let opened = data::open(&book)?;
    let rules = rules::read(&book, opened.catalogue(), files)?;
    let mut tables = opened.load(&book, &rules.used, progress)?;
    progress.phase("settling", None);
    let credited = settle::credit(&book, &tables, &rules.book, Window::new(book.calendar(), period))?;
    // They are most of the data, and a large close needs their memory for lines.
    tables.engagements.forget_rows();
    let settlement = settle::pay(&book, &tables, &rules.book, credited)?.period(&tables, period);
    let mut rule_files = vec![project_file];
    rule_files.extend(rules.files);
    Ok(Closed { book, rules: rules.book, rule_files, tables, settlement, period })
}

/// The project file's digest: it decides amounts as much as a rule does.
fn project_file(project: &Path) -> Result<FileDigest, Vec<Diagnostic>> {
    let path = project.join(book::PROJECT_FILE);
    match std::fs::read(&path) {
        Ok(bytes) => Ok(FileDigest::new(book::PROJECT_FILE, &bytes)),
        Err(error) => {
            let message = format!("could not read `{}` again: {error}", path.display());
            Err(vec![Diagnostic::error(Code::CannotRead, message)])
        }
    }
}
