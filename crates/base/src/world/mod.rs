//! Where the files of a project come from.
//!
//! Everything that a project says (its project file, rules, data and cases) is read through a [`World`], and nothing
//! else of ours opens an input. So a project can be on a disk ([`Disk`]) or in memory ([`Memory`]), and a test can
//! use a world whose reads fail.
//!
//! A file is opened once. Its [`FileHandle`] is read in order and at any place, by several threads at a time, and all
//! of them read the same bytes: where another file takes its name, the handle still reads the file that was opened,
//! and a change to the file itself is noticed ([`FileHandle::check_unchanged`]).

mod disk;
mod file;
mod memory;
mod overlooked;
mod tree;

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use disk::inode;
pub use disk::{Disk, open_regular};
pub use file::{ByteReader, FileBytes, FileHandle};
pub use memory::Memory;
pub use overlooked::{nameless, overlooked};
pub use tree::FileTree;

/// Where files come from. Paths are the caller's: relative ones are relative to the folder of the process on a disk,
/// and to the root of a world in memory.
pub trait World: fmt::Debug + Send + Sync {
    /// What a path names, links followed.
    fn entry(&self, path: &Path) -> Entry;

    /// Opens a file.
    ///
    /// # Errors
    /// What the system says, `NotFound` where there is no such file.
    fn open(&self, path: &Path) -> io::Result<FileHandle>;

    /// The names in a folder, in byte order.
    ///
    /// # Errors
    /// What the system says where the folder can't be listed.
    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>>;

    /// What a glob matches, in byte order: files, folders, and links that lead nowhere. As in a shell, a name that
    /// begins with a dot is matched only by a pattern that says so.
    ///
    /// # Errors
    /// A pattern that is none, or a folder on the way that can't be looked into.
    fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, GlobError>;

    /// A path that is the same for all paths to one file.
    fn identity(&self, path: &Path) -> PathBuf;

    /// Whether a path names a file by its being open in a process, as `/dev/stdout` does.
    fn is_open_here(&self, _path: &Path) -> bool {
        false
    }

    /// All bytes of a file, opened for this alone.
    ///
    /// # Errors
    /// As [`World::open`] and [`FileHandle::read_all`].
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = self.open(path)?;
        let bytes = file.read_all()?;
        file.check_unchanged()?;
        Ok(bytes)
    }

    /// All of a text file.
    ///
    /// # Errors
    /// As [`World::read`], and `InvalidData` where it is not UTF-8.
    fn read_text(&self, path: &Path) -> io::Result<String> {
        text(self.read(path)?)
    }
}

/// Bytes as the text that they are, in the words of the standard library where they are none.
///
/// # Errors
/// `InvalidData` where they are not UTF-8.
pub fn text(bytes: Vec<u8>) -> io::Result<String> {
    let no_text = |_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8");
    String::from_utf8(bytes).map_err(no_text)
}

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A device, a pipe, or something else that is neither.
    Other,
    /// Nothing, or nothing that can be seen.
    Absent,
}

/// Why a glob was not expanded.
#[derive(Debug)]
pub enum GlobError {
    /// It is no pattern.
    Pattern(glob::PatternError),
    /// A folder can't be looked into.
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl fmt::Display for GlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(error) => error.fmt(f),
            Self::Unreadable { path, error } => {
                write!(f, "attempting to read `{}` resulted in an error: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for GlobError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Pattern(error) => Some(error),
            Self::Unreadable { error, .. } => Some(error),
        }
    }
}

/// A pattern relative to a folder. The folder is taken literally, also where it has characters of patterns.
pub fn pattern_below(folder: &Path, pattern: &str) -> String {
    if folder.as_os_str().is_empty() || Path::new(pattern).is_absolute() {
        pattern.to_owned()
    } else {
        format!("{}/{pattern}", glob::Pattern::escape(&folder.to_string_lossy()))
    }
}

/// How globs are matched.
const MATCHING: glob::MatchOptions = glob::MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};
