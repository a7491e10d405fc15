//! Files by path, for worlds that are no disk.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::{Entry, GlobError, MATCHING};

/// What is known of some files, by path, and the questions that a world is asked about paths. Folders are those that files
/// are in, and there are no links.
#[derive(Debug, Clone)]
pub struct FileTree<T> {
    files: BTreeMap<String, T>,
}

impl<T> Default for FileTree<T> {
    fn default() -> Self {
        Self { files: BTreeMap::new() }
    }
}

impl<T> FileTree<T> {
    /// Adds a file, or replaces an existing one.
    pub fn insert(&mut self, path: &Path, file: T) {
        self.files.insert(plain(&path.to_string_lossy()), file);
    }

    /// A file.
    ///
    /// # Errors
    /// `NotFound` where there is no such file.
    pub fn get(&self, path: &Path) -> io::Result<&T> {
        self.files.get(&plain(&path.to_string_lossy())).ok_or_else(absent)
    }

    /// What a path names.
    pub fn entry(&self, path: &Path) -> Entry {
        if self.get(path).is_ok() {
            Entry::File
        } else if self.below(path).next().is_some() {
            Entry::Folder
        } else {
            Entry::Absent
        }
    }

    /// The names in a folder, in byte order.
    ///
    /// # Errors
    /// `NotFound` where there is no such folder.
    pub fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let names: BTreeSet<&str> = self.below(folder).filter_map(|path| path.split('/').next()).collect();
        if names.is_empty() { Err(absent()) } else { Ok(names.into_iter().map(OsString::from).collect()) }
    }

    /// The files that a glob matches, in byte order, from the root on where the pattern begins there.
    ///
    /// # Errors
    /// A pattern that is none.
    pub fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, GlobError> {
        let start = if pattern.starts_with('/') { "/" } else { "" };
        let pattern = glob::Pattern::new(&plain(pattern)).map_err(GlobError::Pattern)?;
        let matching = self.files.keys().filter(|path| pattern.matches_with(path, MATCHING));
        Ok(matching.map(|path| PathBuf::from(format!("{start}{path}"))).collect())
    }

    /// A path that is the same for all paths to one file.
    pub fn identity(&self, path: &Path) -> PathBuf {
        plain(&path.to_string_lossy()).into()
    }

    /// The names below a folder: of files with the whole rest of their path.
    fn below<'a>(&'a self, folder: &Path) -> impl Iterator<Item = &'a str> + use<'a, T> {
        let mut start = plain(&folder.to_string_lossy());
        if !start.is_empty() {
            start.push('/');
        }
        self.files.keys().filter_map(move |path| path.strip_prefix(start.as_str()))
    }
}

/// A path or pattern without the parts that say nothing.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', std::path::MAIN_SEPARATOR]) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

fn absent() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "there is no such file")
}
