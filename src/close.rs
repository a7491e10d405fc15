//! The close of a period: from a project's folder to a settlement, one step after the other.
//!
//! This is the way that every command goes: `run` writes what comes out, `explain` tells how it came about, `diff`
//! holds two of them side by side. It writes nothing and prints nothing.

use std::path::Path;

use crate::book::{Book, Period};
use crate::credit::Settlement;
use crate::data::Tables;
use crate::diagnostic::{Diagnostic, Files};
use crate::rules::RuleBook;
use crate::settle;
use crate::statement::RuleFileDigest;
pub use pending::Progress;
use pending::{book, data, rules};

/// A period, settled: the result and everything it rests on.
#[derive(Debug, Clone)]
pub struct Closed {
    pub book: Book,
    pub rules: RuleBook,
    /// The texts that decided the amounts: the project file and the rule files.
    pub rule_files: Vec<RuleFileDigest>,
    pub tables: Tables,
    pub settlement: Settlement,
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
    let opened = data::open(&book)?;
    let rules = rules::read(&book, opened.catalogue(), files)?;
    let tables = opened.load(&book, &rules.used, progress)?;
    progress.phase("settling", None);
    let settlement = settle::settle(&book, &tables, &rules.book, period)?;
    let rule_files =
        rules.files.into_iter().map(|file| RuleFileDigest { path: file.path, sha256: file.sha256 }).collect();
    Ok(Closed { book, rules: rules.book, rule_files, tables, settlement, period })
}

/// STUB: the steps that other rooms are building, with the signatures agreed upon. Each goes when its room has it.
mod pending {
    use crate::diagnostic::Diagnostic;

    /// What a long step tells of its progress.
    pub trait Progress: Sync {
        fn phase(&self, name: &str, total_rows: Option<u64>);
        fn rows(&self, n: u64);
    }

    fn not_built(what: &str) -> Vec<Diagnostic> {
        vec![Diagnostic::error("not-built", format!("{what} is not built yet"))]
    }

    pub mod book {
        use std::path::Path;

        use crate::book::Book;
        use crate::diagnostic::{Diagnostic, Files};

        pub fn read(_project: &Path, _files: &mut Files) -> Result<Book, Vec<Diagnostic>> {
            Err(super::not_built("reading the project file"))
        }
    }

    pub mod data {
        use crate::book::Book;
        use crate::data::{Catalogue, Tables, Used};
        use crate::diagnostic::Diagnostic;

        pub struct Opened {
            catalogue: Catalogue,
        }

        pub fn open(_book: &Book) -> Result<Opened, Vec<Diagnostic>> {
            Err(super::not_built("opening the sources"))
        }

        impl Opened {
            pub fn catalogue(&self) -> &Catalogue {
                &self.catalogue
            }

            pub fn load(
                self,
                _book: &Book,
                _used: &Used,
                _progress: &dyn super::Progress,
            ) -> Result<Tables, Vec<Diagnostic>> {
                Err(super::not_built("reading the sources"))
            }
        }
    }

    pub mod rules {
        use crate::book::Book;
        use crate::data::{Catalogue, Used};
        use crate::diagnostic::{Diagnostic, Files};
        use crate::rules::RuleBook;

        pub struct RuleFile {
            pub path: String,
            pub sha256: String,
        }

        pub struct Rules {
            pub book: RuleBook,
            pub used: Used,
            pub files: Vec<RuleFile>,
        }

        pub fn read(
            _book: &Book,
            _catalogue: &Catalogue,
            _files: &mut Files,
        ) -> Result<Rules, Vec<Diagnostic>> {
            Err(super::not_built("reading the rules"))
        }
    }
}
