//! What the sources of a project are, also where something is wrong with them.

use std::path::Path;
use std::sync::Arc;

use apportion_base::diagnostic::{Diagnostic, Files};
use apportion_base::world::World;
use apportion_book::{self as book, Book, TableName};
use apportion_data::{self as data, SourceProfile, UsedColumns};
use apportion_rules::RuleFiles;

use crate::Error;

/// The sources of a project as they are read: what `apportion sources` shows.
#[derive(Debug)]
pub struct SourceReport {
    /// What the project file says.
    pub book: Book,
    /// By source, in the order of the project file.
    pub sources: Vec<SourceProfile>,
    /// What is wrong with the sources. Those above are then shown as far as they could be read.
    pub mistakes: Vec<Diagnostic>,
    /// Whether the rules could be read. If not, columns that only rules name are missing.
    pub rules_read: bool,
    /// The texts that mistakes point into.
    pub files: Files,
}

impl SourceReport {
    /// Reads the sources of the project in a folder, of one table or of all, with so many rows as examples.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the project file. What is wrong with its sources is no error, but among the mistakes.
    pub fn read(
        world: &Arc<dyn World>,
        folder: &Path,
        table: Option<TableName>,
        examples: usize,
    ) -> Result<Self, Error> {
        let mut files = Files::default();
        let book = book::read(world.as_ref(), folder, &mut files);
        let book = book.map_err(|found| Error::new(found, files.clone()))?;
        let (opened, mut mistakes) = data::look(world, &book);
        let rules = RuleFiles::of_book(world, &book).read(&book, opened.catalogue(), &mut Files::default());
        let rules_read = rules.is_ok();
        let used = rules.map(|rules| rules.used).unwrap_or_else(|_| UsedColumns::default());
        let mut sources = Vec::new();
        for profile in opened.profiles(&book, &used, table, examples) {
            match profile {
                Ok(profile) => sources.push(profile),
                Err(mistake) if mistakes.contains(&mistake) => {}
                Err(mistake) => mistakes.push(mistake),
            }
        }
        Ok(Self { book, sources, mistakes, rules_read, files })
    }
}
