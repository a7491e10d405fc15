//! The files that a project is made of, whether or not anything is wrong with them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cases::FOLDER;
use apportion_base::diagnostic::Files;
use apportion_base::world::{World, pattern_below};
use apportion_book::{self as book, PROJECT_FILE};
use apportion_data::read::resolve;
use apportion_rules::RuleFiles;

/// The paths of a project's files: the project file, and the rules, cases and data as far as they can be found. Nobody is told what is
/// wrong with them; this is for who must not touch them.
pub fn files_of(world: &Arc<dyn World>, folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![folder.join(PROJECT_FILE)];
    files.extend(world.glob(&pattern_below(folder, &format!("{FOLDER}/*"))).unwrap_or_default());
    if let Ok(book) = book::read(world.as_ref(), folder, &mut Files::default()) {
        files.extend(RuleFiles::of_book(world, &book).paths(&book.root));
        let data = book.sources.iter().filter_map(|source| resolve(world, &book.root, source).ok());
        files.extend(data.flatten().map(|file| file.path));
    }
    files
}
