//! Files in memory.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::FileHandle;
use super::{Entry, FileTree, GlobError, World};

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
    files: FileTree<Arc<[u8]>>,
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
        self.files.insert(path.as_ref(), bytes.as_ref().into());
    }

    /// The world, to be shared.
    pub fn shared(self) -> Arc<dyn World> {
        Arc::new(self)
    }
}

impl World for Memory {
    fn entry(&self, path: &Path) -> Entry {
        self.files.entry(path)
    }

    fn open(&self, path: &Path) -> io::Result<FileHandle> {
        Ok(FileHandle::of_bytes(Arc::clone(self.files.get(path)?)))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        self.files.names(folder)
    }

    fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, GlobError> {
        self.files.glob(pattern)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.files.identity(path)
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
