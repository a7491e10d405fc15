//! Files in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::{FileBytes, FileHandle};
use super::{Entry, GlobError, MATCHING, World};

/// A world of paths and bytes. Paths are relative to its root and have `/` between their parts.
///
/// ```
/// use std::path::Path;
/// use apportion_base::world::{Memory, World};
///
/// let world = Memory::new().with("data/deals.csv", "deal_id\nD1\n");
/// assert_eq!(world.read(Path::new("data/deals.csv"))?, b"deal_id\nD1\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Memory {
    files: BTreeMap<String, Arc<[u8]>>,
}

impl Memory {
    /// A world without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// The world with one more file, or another content of one that it has.
    #[must_use]
    pub fn with(mut self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> Self {
        self.insert(path, bytes);
        self
    }

    /// Adds a file, or replaces the content of an existing one. Handles that are open still read the old content.
    pub fn insert(&mut self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        self.files.insert(plain(&path.as_ref().to_string_lossy()), bytes.as_ref().into());
    }

    /// The world, to be shared.
    pub fn shared(self) -> Arc<dyn World> {
        Arc::new(self)
    }

    /// The names below a folder: of files with the whole rest of their path.
    fn below<'a>(&'a self, folder: &Path) -> impl Iterator<Item = &'a str> + use<'a> {
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

impl World for Memory {
    fn entry(&self, path: &Path) -> Entry {
        if self.files.contains_key(&plain(&path.to_string_lossy())) {
            Entry::File
        } else if self.below(path).next().is_some() {
            Entry::Folder
        } else {
            Entry::Absent
        }
    }

    fn open(&self, path: &Path) -> io::Result<FileHandle> {
        let bytes = self.files.get(&plain(&path.to_string_lossy())).ok_or_else(absent)?;
        Ok(FileHandle::new(MemoryFile(Arc::clone(bytes))))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let names: BTreeSet<&str> = self.below(folder).filter_map(|path| path.split('/').next()).collect();
        if names.is_empty() { Err(absent()) } else { Ok(names.into_iter().map(OsString::from).collect()) }
    }

    fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, GlobError> {
        let pattern = glob::Pattern::new(&plain(pattern)).map_err(GlobError::Pattern)?;
        let matching = self.files.keys().filter(|path| pattern.matches_with(path, MATCHING));
        Ok(matching.map(PathBuf::from).collect())
    }

    fn identity(&self, path: &Path) -> PathBuf {
        plain(&path.to_string_lossy()).into()
    }
}

#[derive(Debug)]
struct MemoryFile(Arc<[u8]>);

impl FileBytes for MemoryFile {
    fn length(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.0.get(offset..)).unwrap_or_default();
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern_below;
    use super::*;

    fn world() -> Memory {
        Memory::new()
            .with("b.csv", "b")
            .with("./data/a.csv", "a")
            .with("data/.hidden.csv", "")
            .with("data/x/c.csv", "c")
    }

    #[test]
    fn paths_name_files_and_folders() {
        let world = world();
        for (path, entry) in [
            ("b.csv", Entry::File),
            ("./data/../b.csv", Entry::File),
            ("data", Entry::Folder),
            ("", Entry::Folder),
            ("dat", Entry::Absent),
        ] {
            assert_eq!(world.entry(Path::new(path)), entry, "{path}");
        }
        assert_eq!(world.names(Path::new("data")).unwrap(), [".hidden.csv", "a.csv", "x"]);
        assert_eq!(world.open(Path::new("c.csv")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn globs_match_as_on_a_disk() {
        let world = world();
        for (pattern, expected) in [
            ("*.csv", vec!["b.csv"]),
            ("./data/*.csv", vec!["data/a.csv"]),
            ("**/*.csv", vec!["b.csv", "data/a.csv", "data/x/c.csv"]),
            ("data/.*.csv", vec!["data/.hidden.csv"]),
        ] {
            let found: Vec<String> =
                world.glob(pattern).unwrap().iter().map(|path| path.display().to_string()).collect();
            assert_eq!(found, expected, "{pattern}");
        }
        assert!(world.glob("data/[").is_err());
        assert_eq!(pattern_below(Path::new("a[b]"), "*.csv"), "a[[]b[]]/*.csv");
    }

    #[test]
    fn bytes_are_read_at_any_place() {
        let file = world().open(Path::new("b.csv")).unwrap();
        assert_eq!(file.length(), 1);
        let mut buffer = [0; 4];
        assert_eq!(file.read_at(0, &mut buffer).unwrap(), 1);
        assert_eq!(file.read_at(7, &mut buffer).unwrap(), 0);
    }
}
